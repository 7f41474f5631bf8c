/* What is encrypted to us is opened with that key alone, bounded, and never without protection. */
#include "seal/open.h"

#include "tests/seal/keys.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct keys keys;
static char fpr[65];

static void begin(void)
{
    keys_begin(&keys);
    keys_make(&keys, fpr, "PSIRT <psirt@example.com>", "rsa3072", "encr,sign", "0");
}

static void end(void)
{
    keys_end(&keys);
}

static void seal(struct str *out, struct bytes plain, const char *option)
{
    str_init(out, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, out, plain, "--armor", "--trust-model", "always", "-r", fpr,
                              option, "--encrypt", NULL),
                     0);
}

START_TEST(a_message_to_us_is_opened_and_leaves_no_agent)
{
    struct str sealed, plain;
    struct err err = {0};
    seal(&sealed, bytes_of("the pump stops"), "--yes");
    str_init(&plain, 1000);
    ck_assert_int_eq(open_message(&plain, keys.home, str_bytes(&sealed), &err), OK);
    ck_assert_str_eq(str_text(&plain), "the pump stops");
    ck_assert_int_eq(keys_count_agents(keys.dir), 0);
    str_dispose(&plain);
    str_dispose(&sealed);
}
END_TEST

START_TEST(what_unpacks_to_too_much_is_stopped)
{
    struct str sealed, plain;
    struct err err = {0};
    const size_t size = (size_t)8 * 1024 * 1024;
    unsigned char *much = calloc(size, 1);
    ck_assert_ptr_nonnull(much);
    seal(&sealed, (struct bytes){much, size}, "--yes");
    ck_assert_uint_lt(sealed.size, size / 100);
    str_init(&plain, size / 2);
    str_add(&plain, "before");
    ck_assert_int_eq(open_message(&plain, keys.home, str_bytes(&sealed), &err), ERR_LIMIT);
    str_dispose(&plain);
    str_dispose(&sealed);
    free(much);
}
END_TEST

START_TEST(what_cannot_be_opened_says_so)
{
    struct str sealed, plain;
    struct err err = {0};
    str_init(&plain, 1000);
    seal(&sealed, bytes_of("the pump stops"), "--rfc2440");
    ck_assert_int_eq(open_message(&plain, keys.home, str_bytes(&sealed), &err), ERR_REFUSED);
    ck_assert_int_eq(open_message(&plain, keys.home, bytes_of("no message"), &err), ERR_REFUSED);
    ck_assert_int_eq(open_message(&plain, keys.home, (struct bytes){0}, &err), ERR_REFUSED);
    ck_assert_int_eq(open_message(&plain, "/nowhere/at/all", str_bytes(&sealed), &err),
                     ERR_NOT_FOUND);
    ck_assert_uint_eq(plain.size, 0);
    str_dispose(&plain);
    str_dispose(&sealed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.open");
    TCase *tc = tcase_create("open");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_message_to_us_is_opened_and_leaves_no_agent);
    tcase_add_test(tc, what_unpacks_to_too_much_is_stopped);
    tcase_add_test(tc, what_cannot_be_opened_says_so);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
