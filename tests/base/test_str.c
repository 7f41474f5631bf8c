#include "base/str.h"

#include "tests/base/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(appends_chain_and_the_text_is_always_terminated)
{
    struct str s;
    str_init(&s, 100);
    ck_assert_str_eq(str_text(&s), "");
    str_add(&s, "ab");
    str_add(&s, NULL);
    str_add_c(&s, 'c');
    str_add_int(&s, INT64_MIN);
    str_addf(&s, "[%s]", "x");
    ck_assert(str_ok(&s));
    ck_assert_str_eq(str_text(&s), "abc-9223372036854775808[x]");
    str_truncate(&s, 2);
    ck_assert_str_eq(str_text(&s), "ab");
    str_dispose(&s);
    str_dispose(NULL);
}
END_TEST

START_TEST(numbers_are_written_as_printf_writes_them)
{
    static const int64_t numbers[] = {
        0, 1, -1, 9, 10, -10, 99, 100, 1234567890, INT64_C(9007199254740993), INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct str s;
        char wanted[32];
        str_init(&s, 20); /* exactly the longest */
        str_add_int(&s, numbers[i]);
        (void)snprintf(wanted, sizeof wanted, "%lld", (long long)numbers[i]);
        ck_assert(str_ok(&s));
        ck_assert_str_eq(str_text(&s), wanted);
        str_dispose(&s);
    }
}
END_TEST

START_TEST(past_the_limit_nothing_is_appended_until_reset)
{
    struct str s;
    str_init(&s, 4);
    str_add(&s, "abcd");
    ck_assert(str_ok(&s));
    str_add_c(&s, 'e');
    ck_assert(!str_ok(&s));
    ck_assert_str_eq(str_text(&s), "abcd");
    str_truncate(&s, 1);
    str_add_c(&s, 'f'); /* sticky: a hole would be worse than an end */
    ck_assert_str_eq(str_text(&s), "a");
    str_reset(&s);
    str_addf(&s, "%d", 1234);
    ck_assert(str_ok(&s));
    str_addf(&s, "%d", 5);
    ck_assert(!str_ok(&s));
    ck_assert_str_eq(str_text(&s), "1234");
    str_dispose(&s);
}
END_TEST

START_TEST(a_string_holds_nul_bytes_and_its_size_tells)
{
    struct str s;
    str_init(&s, 100);
    str_add_n(&s, "a\0b", 3);
    struct bytes bytes = str_bytes(&s);
    ck_assert_uint_eq(bytes.size, 3);
    ck_assert(bytes_equal(bytes, (struct bytes){(const unsigned char *)"a\0b", 3}));
    ck_assert(!bytes_equal(bytes, bytes_of("a")));
    ck_assert(bytes_equal(bytes_of(NULL), bytes_of("")));
    str_dispose(&s);
}
END_TEST

START_TEST(a_taken_string_belongs_to_the_caller)
{
    struct str s;
    str_init(&s, 100);
    char *empty = str_take(&s);
    ck_assert_str_eq(empty, "");
    str_add(&s, "mine");
    char *mine = str_take(&s);
    ck_assert_str_eq(mine, "mine");
    ck_assert_uint_eq(s.size, 0);
    str_add(&s, "next");
    ck_assert_str_eq(str_text(&s), "next");
    str_dispose(&s);
    free(mine);
    free(empty);
}
END_TEST

START_TEST(many_small_appends_keep_every_byte)
{
    struct str s;
    str_init(&s, 1 << 20);
    for (int i = 0; i < 100000; i++)
        str_add_c(&s, (char)('a' + i % 26));
    ck_assert_uint_eq(s.size, 100000);
    int same = 0;
    for (int i = 0; i < 100000; i++)
        same += s.data[i] == (char)('a' + i % 26);
    ck_assert_int_eq(same, 100000);
    str_dispose(&s);
}
END_TEST

START_TEST(heap_helpers_copy)
{
    char *copy = xstrdup("abc");
    char *part = xstrndup("abc", 2);
    char *made = xprintf("%s-%d", "x", 1);
    ck_assert_str_eq(copy, "abc");
    ck_assert_str_eq(part, "ab");
    ck_assert_str_eq(made, "x-1");
    ck_assert_ptr_null(xstrdup(NULL));
    free(copy);
    free(part);
    free(made);
}
END_TEST

START_TEST(texts_compare_without_falling_over_null)
{
    ck_assert(text_equal(NULL, NULL) && text_equal("a", "a"));
    ck_assert(!text_equal("a", NULL) && !text_equal("a", "b"));
    ck_assert(text_is_empty(NULL) && text_is_empty("") && !text_is_empty(" "));
    ck_assert(text_starts("abc", "ab") && !text_starts("a", "ab") && !text_starts(NULL, ""));
    ck_assert(text_ends("abc", "bc") && !text_ends("c", "bc") && !text_ends(NULL, ""));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.str");
    TCase *tcase = tcase_create("str");
    tcase_add_test(tcase, appends_chain_and_the_text_is_always_terminated);
    tcase_add_test(tcase, numbers_are_written_as_printf_writes_them);
    tcase_add_test(tcase, past_the_limit_nothing_is_appended_until_reset);
    tcase_add_test(tcase, a_string_holds_nul_bytes_and_its_size_tells);
    tcase_add_test(tcase, a_taken_string_belongs_to_the_caller);
    tcase_add_test(tcase, many_small_appends_keep_every_byte);
    tcase_add_test(tcase, heap_helpers_copy);
    tcase_add_test(tcase, texts_compare_without_falling_over_null);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
