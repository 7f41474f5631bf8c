/* The Merkle tree hash of RFC 6962 §2.1 against its own definition and published values. */
#include "evidence/tree.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 1025

static void root_of(struct sha256 *out, const struct sha256 *leaves, size_t count)
{
    struct tree tree;
    tree_init(&tree);
    for (size_t i = 0; i < count; i++)
        tree_add(&tree, &leaves[i]);
    ck_assert_int_eq(tree.size, (int64_t)count);
    tree_root(out, &tree);
}

/* MTH as the RFC writes it, over one buffer, with nothing of the code under test. */
static void by_definition(unsigned char out[32], const struct sha256 *leaves, size_t count)
{
    unsigned char node[1 + 2 * 32] = {0x01};
    struct sha256 digest;
    if (count == 1) {
        memcpy(out, leaves[0].byte, 32);
        return;
    }
    size_t k = 1;
    while (k * 2 < count)
        k *= 2;
    by_definition(node + 1, leaves, k);
    by_definition(node + 33, leaves + k, count - k);
    sha256(&digest, (struct bytes){node, sizeof node});
    memcpy(out, digest.byte, 32);
}

START_TEST(the_root_of_every_size_is_what_the_definition_says)
{
    struct sha256 *leaves = xcalloc(LARGEST, sizeof *leaves);
    for (size_t i = 0; i < LARGEST; i++) {
        unsigned char line[2] = {(unsigned char)i, (unsigned char)(i >> 8)};
        tree_leaf(&leaves[i], (struct bytes){line, sizeof line});
    }
    for (size_t count = 1; count <= LARGEST; count++) {
        struct sha256 root, want;
        root_of(&root, leaves, count);
        by_definition(want.byte, leaves, count);
        ck_assert_msg(sha256_equal(&root, &want), "%zu leaves", count);
    }
    free(leaves);
}
END_TEST

/* The inputs and roots that implementers of Certificate Transparency check themselves against. */
static const struct {
    const char *leaf;
    size_t size;
    const char *root; /* of all leaves up to this one */
} published[] = {
    {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
     "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

START_TEST(the_published_roots_are_met)
{
    struct sha256 leaves[8];
    for (size_t i = 0; i < 8; i++) {
        char hex[SHA256_HEX];
        struct sha256 root;
        tree_leaf(&leaves[i],
                  (struct bytes){(const unsigned char *)published[i].leaf, published[i].size});
        root_of(&root, leaves, i + 1);
        ck_assert_str_eq(sha256_hex(hex, &root), published[i].root);
    }
}
END_TEST

START_TEST(the_root_of_nothing_is_the_hash_of_nothing)
{
    char hex[SHA256_HEX];
    struct sha256 root;
    root_of(&root, NULL, 0);
    ck_assert_str_eq(sha256_hex(hex, &root),
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
END_TEST

/* Whoever knows the frontier of a signed tree can compute every later root, and no other one. */
START_TEST(a_tree_goes_on_from_its_frontier)
{
    struct sha256 leaves[200];
    struct tree whole;
    tree_init(&whole);
    for (size_t i = 0; i < 200; i++) {
        unsigned char line[1] = {(unsigned char)i};
        tree_leaf(&leaves[i], (struct bytes){line, 1});
    }
    for (size_t cut = 0; cut < 200; cut++) {
        struct tree again;
        struct sha256 root, want;
        ck_assert_int_eq(tree_restore(&again, whole.size, whole.whole, whole.depth, NULL), OK);
        for (size_t i = cut; i < 200; i++)
            tree_add(&again, &leaves[i]);
        tree_root(&root, &again);
        root_of(&want, leaves, 200);
        ck_assert(sha256_equal(&root, &want));
        tree_add(&whole, &leaves[cut]);
    }
}
END_TEST

START_TEST(a_frontier_of_another_size_is_refused)
{
    static const struct sha256 hashes[3];
    struct tree tree;
    struct err err = {0};
    ck_assert_int_eq(tree_restore(&tree, 6, hashes, 2, &err), OK);
    ck_assert_int_eq(tree_restore(&tree, 6, hashes, 3, &err), ERR_INVALID);
    ck_assert_int_eq(tree_restore(&tree, 7, hashes, 2, &err), ERR_INVALID);
    ck_assert_int_eq(tree_restore(&tree, 0, hashes, 1, &err), ERR_INVALID);
    ck_assert_int_eq(tree_restore(&tree, -1, hashes, 1, &err), ERR_INVALID);
}
END_TEST

/* Without the prefixes a node could be passed off as a leaf. */
START_TEST(a_leaf_is_never_a_node)
{
    struct sha256 leaves[2], root, leaf;
    unsigned char pair[2 * SHA256_SIZE];
    tree_leaf(&leaves[0], bytes_of("a\n"));
    tree_leaf(&leaves[1], bytes_of("b\n"));
    memcpy(pair, leaves[0].byte, SHA256_SIZE);
    memcpy(pair + SHA256_SIZE, leaves[1].byte, SHA256_SIZE);
    root_of(&root, leaves, 2);
    tree_leaf(&leaf, (struct bytes){pair, sizeof pair});
    ck_assert(!sha256_equal(&root, &leaf));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.tree");
    TCase *tc = tcase_create("tree");
    tcase_add_test(tc, the_root_of_every_size_is_what_the_definition_says);
    tcase_add_test(tc, the_published_roots_are_met);
    tcase_add_test(tc, the_root_of_nothing_is_the_hash_of_nothing);
    tcase_add_test(tc, a_tree_goes_on_from_its_frontier);
    tcase_add_test(tc, a_frontier_of_another_size_is_refused);
    tcase_add_test(tc, a_leaf_is_never_a_node);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
