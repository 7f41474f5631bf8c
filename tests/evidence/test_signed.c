/* What the signer signs over, and what it refuses. */
#include "evidence/signed.h"
#include "tests/evidence/sample.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH 60

static struct sample_chain chain;

static void make(void)
{
    sample_chain_make(&chain, LENGTH);
}

static void drop(void)
{
    sample_chain_dispose(&chain);
}

/* Walks over lines [from, till) and ends at `till`. */
static enum status walk_over(struct signed_state *out, const struct signed_state *known, bool whole,
                             size_t till, struct err *err)
{
    struct signed_walk walk;
    signed_begin(&walk, known, whole);
    enum status status = OK;
    for (size_t i = (size_t)walk.check.head.idx; status == OK && i < till; i++)
        status = signed_step(&walk, sample_line(&chain, i), err);
    static const struct sha256 zeros;
    if (status == OK)
        status = signed_end(&walk, (int64_t)till, till > 0 ? &chain.leaves[till - 1] : &zeros, err);
    if (status == OK && out != NULL)
        *out = (struct signed_state){.origin = "o",
                                     .tree = walk.tree,
                                     .prev = walk.check.head.prev,
                                     .at_ms = 5,
                                     .whole_ms = 4};
    return status;
}

START_TEST(a_log_that_grows_is_signed_from_where_it_was)
{
    struct signed_state known, next;
    struct sha256 root, want;
    struct tree tree;
    ck_assert_int_eq(walk_over(&known, NULL, true, 20, NULL), OK);
    ck_assert_int_eq(walk_over(&next, &known, _i == 0, LENGTH, NULL), OK);
    tree_init(&tree);
    for (size_t i = 0; i < LENGTH; i++)
        tree_add(&tree, &chain.leaves[i]);
    tree_root(&root, &next.tree);
    tree_root(&want, &tree);
    ck_assert(sha256_equal(&root, &want));
    ck_assert_int_eq(walk_over(NULL, &next, _i == 0, LENGTH, NULL), OK); /* nothing new */
}
END_TEST

/* Proves: P18 */
START_TEST(a_restored_backup_is_refused)
{
    struct signed_state known;
    struct err err = {0};
    ck_assert_int_eq(walk_over(&known, NULL, true, 20, NULL), OK);
    ck_assert_int_eq(walk_over(NULL, &known, _i == 0, 19, &err), ERR_REFUSED);
    ck_assert_msg(strstr(err.text, "restored") != NULL, "%s", err.text);
}
END_TEST

/* Another history of the same length, good in itself: a fork, or a second signer's. */
/* Proves: P18 */
START_TEST(another_history_is_refused)
{
    struct signed_state known;
    struct err err = {0};
    ck_assert_int_eq(walk_over(&known, NULL, true, 20, NULL), OK);
    drop();
    sample_chain_make(&chain, LENGTH);
    ck_assert_int_eq(walk_over(NULL, &known, _i == 0, LENGTH, &err), ERR_REFUSED);
    ck_assert_int_eq(walk_over(NULL, NULL, true, LENGTH, &err), OK);
}
END_TEST

START_TEST(a_flipped_bit_is_refused_wherever_it_is)
{
    struct signed_state known;
    ck_assert_int_eq(walk_over(&known, NULL, true, 20, NULL), OK);
    for (size_t i = 0; i < LENGTH; i++) {
        struct err err = {0};
        size_t at = chain.at[i] + i % (chain.at[i + 1] - chain.at[i]);
        chain.text.data[at] ^= 1;
        ck_assert_msg(walk_over(NULL, &known, true, LENGTH, &err) == ERR_REFUSED, "entry %zu", i);
        /* Without reading the whole log only what is new is seen. */
        ck_assert_int_eq(walk_over(NULL, &known, false, LENGTH, &err), i < 20 ? OK : ERR_REFUSED);
        chain.text.data[at] ^= 1;
    }
}
END_TEST

START_TEST(what_is_remembered_survives_its_file_or_is_refused)
{
    struct signed_state known, again;
    struct str text;
    str_init(&text, SIGNED_LIMIT);
    for (size_t size = 0; size < 20; size++) {
        str_reset(&text);
        ck_assert_int_eq(walk_over(&known, NULL, true, size, NULL), OK);
        signed_write(&text, &known);
        ck_assert_int_eq(signed_read(&again, str_bytes(&text), NULL), OK);
        ck_assert_int_eq(again.tree.size, (int64_t)size);
        ck_assert_int_eq(again.at_ms, 5);
        ck_assert_int_eq(again.whole_ms, 4);
        ck_assert_int_eq(walk_over(NULL, &again, false, LENGTH, NULL), OK);
    }
    for (size_t i = 0; i < text.size; i++) {
        struct err err = {0};
        text.data[i] ^= 1;
        ck_assert_int_eq(signed_read(&again, str_bytes(&text), &err), ERR_CORRUPT);
        text.data[i] ^= 1;
        struct bytes cut = {(const unsigned char *)text.data, i};
        ck_assert_int_eq(signed_read(&again, cut, &err), ERR_CORRUPT);
    }
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.signed");
    TCase *tc = tcase_create("signed");
    tcase_add_checked_fixture(tc, make, drop);
    tcase_add_loop_test(tc, a_log_that_grows_is_signed_from_where_it_was, 0, 2);
    tcase_add_loop_test(tc, a_restored_backup_is_refused, 0, 2);
    tcase_add_loop_test(tc, another_history_is_refused, 0, 2);
    tcase_add_test(tc, a_flipped_bit_is_refused_wherever_it_is);
    tcase_add_test(tc, what_is_remembered_survives_its_file_or_is_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
