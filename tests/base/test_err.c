#include "base/err.h"

#include "tests/base/suite.h"

#include <string.h>

START_TEST(err_set_fills_code_and_text_and_returns_the_code)
{
    struct err err = {0};
    ck_assert_int_eq(err_set(&err, ERR_LIMIT, "%s: %d", "where", 7), ERR_LIMIT);
    ck_assert_int_eq(err.code, ERR_LIMIT);
    ck_assert_str_eq(err.text, "where: 7");
}
END_TEST

START_TEST(err_set_without_an_err_still_returns_the_code)
{
    ck_assert_int_eq(err_set(NULL, ERR_STALE, "x"), ERR_STALE);
    ck_assert_int_eq(err_prefix(NULL, "x"), ERR_IO);
}
END_TEST

START_TEST(err_prefix_puts_the_place_in_front)
{
    struct err err = {0};
    (void)err_set(&err, ERR_IO, "disk full: make room");
    ck_assert_int_eq(err_prefix(&err, "file %d", 3), ERR_IO);
    ck_assert_str_eq(err.text, "file 3: disk full: make room");
}
END_TEST

START_TEST(a_long_text_is_cut_and_never_overflows)
{
    struct err err = {0};
    char longer[2 * sizeof err.text];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    (void)err_set(&err, ERR_IO, "%s", longer);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    (void)err_prefix(&err, "%s", longer);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
}
END_TEST

START_TEST(quoted_outside_bytes_cannot_break_the_line_or_the_terminal)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INVALID, "\"%s\" is wrong", "a\r\nb\x1b[31m\xff\xe2\x80\xae c");
    ck_assert_str_eq(err.text, "\"a b [31m? c\" is wrong");
}
END_TEST

START_TEST(every_status_has_its_own_word)
{
    for (int i = OK; i <= ERR_CORRUPT; i++) {
        const char *word = status_word((enum status)i);
        ck_assert_str_ne(word, "unknown");
        for (int k = OK; k < i; k++)
            ck_assert_str_ne(word, status_word((enum status)k));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.err");
    TCase *tcase = tcase_create("err");
    tcase_add_test(tcase, err_set_fills_code_and_text_and_returns_the_code);
    tcase_add_test(tcase, err_set_without_an_err_still_returns_the_code);
    tcase_add_test(tcase, err_prefix_puts_the_place_in_front);
    tcase_add_test(tcase, a_long_text_is_cut_and_never_overflows);
    tcase_add_test(tcase, quoted_outside_bytes_cannot_break_the_line_or_the_terminal);
    tcase_add_test(tcase, every_status_has_its_own_word);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
