#include "base/sha256.h"

#include "tests/base/suite.h"

#include <string.h>

/* FIPS 180-4 examples, and the edges of its 64-byte blocks (checked with sha256sum). */
static const struct {
    const char *text;
    size_t repeat;
    const char *hex;
} vectors[] = {
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
    {"a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
    {"a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
};

START_TEST(digests_are_those_of_the_standard)
{
    struct sha256 digest;
    char hex[SHA256_HEX];
    struct sha256_ctx *ctx = sha256_new();
    for (size_t i = 0; i < vectors[_i].repeat; i++)
        sha256_add(ctx, bytes_of(vectors[_i].text));
    sha256_end(ctx, &digest);
    ck_assert_str_eq(sha256_hex(hex, &digest), vectors[_i].hex);
}
END_TEST

START_TEST(one_call_parts_and_increments_agree)
{
    struct sha256 whole;
    struct sha256 parts;
    char hex[SHA256_HEX];
    char again[SHA256_HEX];
    struct bytes list[] = {bytes_of("a"), {0}, bytes_of("bc")};
    sha256(&whole, bytes_of("abc"));
    sha256_parts(&parts, list, 3);
    ck_assert(sha256_equal(&whole, &parts));
    sha256_hex_of(again, bytes_of("abc"));
    ck_assert_str_eq(again, sha256_hex(hex, &whole));
    sha256_parts(&parts, list, 2);
    ck_assert(!sha256_equal(&whole, &parts));
    sha256_parts(&parts, NULL, 0);
    ck_assert_str_eq(sha256_hex(hex, &parts), vectors[0].hex);
}
END_TEST

START_TEST(hex_is_read_back)
{
    struct sha256 digest;
    char hex[SHA256_HEX];
    ck_assert_int_eq(sha256_parse(&digest, vectors[1].hex, NULL), OK);
    ck_assert_str_eq(sha256_hex(hex, &digest), vectors[1].hex);
}
END_TEST

static const char *const wrong[] = {
    NULL,
    "",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag",
    " a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
};

START_TEST(other_text_is_refused_and_changes_nothing)
{
    struct sha256 digest = {{1, 2, 3}};
    struct err err = {0};
    ck_assert_int_eq(sha256_parse(&digest, wrong[_i], &err), ERR_INVALID);
    ck_assert_uint_eq(digest.byte[2], 3);
    ck_assert_ptr_nonnull(strstr(err.text, "exactly 64 digits"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.sha256");
    TCase *tcase = tcase_create("sha256");
    tcase_add_loop_test(tcase, digests_are_those_of_the_standard, 0, COUNT(vectors));
    tcase_add_test(tcase, one_call_parts_and_increments_agree);
    tcase_add_test(tcase, hex_is_read_back);
    tcase_add_loop_test(tcase, other_text_is_refused_and_changes_nothing, 0, COUNT(wrong));
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
