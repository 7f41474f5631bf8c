/* Serial numbers as people copy them, and the patterns by which an advisory names them. */
#include "advisory/serial.h"

#include "base/str.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NO SERIAL_NOT_NAMED

/* CSAF 2.0 §3.1.3.3.3, §3.1.3.3.6 */
static const struct {
    const char *pattern, *number;
    enum serial_named named;
} cases[] = {
    {"SN-1001", "SN-1001", SERIAL_NAMED},
    {"SN-1001", "sn-1001", SERIAL_NEARLY},
    {"SN-1001", "SN 1001", SERIAL_NEARLY},
    {"SN-1001", "SN1001", SERIAL_NEARLY},
    {"SN1001", "S/N: 1001", SERIAL_NEARLY},
    {"SN-1001", "SN-1002", NO},
    {"SN-1001", "SN-10010", SERIAL_BEGINS},
    {"SN-1001", "SN-100", NO},
    {"sn1", "SN-1001", SERIAL_BEGINS},
    /* one sign, no more and no less */
    {"SN-1???", "SN-1001", SERIAL_NAMED},
    {"SN-1???", "SN-100", NO},
    {"SN-1???", "SN-10012", NO},
    {"?", "\xc3\xa9", SERIAL_NAMED}, /* a sign, not a byte */
    {"SN?1001", "SN-1001", SERIAL_NAMED},
    {"sn?1001", "SN-1001", SERIAL_NEARLY},
    {"???", "SN", NO},
    /* any number of signs, also none */
    {"SN-1*", "SN-1", SERIAL_NAMED},
    {"SN-1*", "SN-1001", SERIAL_NAMED},
    {"SN-1*", "SN-2001", NO},
    {"sn1*", "SN-1001", SERIAL_NEARLY},
    {"*1001", "SN-1001", SERIAL_NAMED},
    {"*1001", "SN-1001X", NO},
    {"S*1", "SN-1001", SERIAL_NAMED},
    {"*", "SN-1001", SERIAL_NAMED},
    {"S**1", "SN-1001", SERIAL_NAMED}, /* not allowed, and still understood */
    {"*0*0*", "SN-1001", SERIAL_NAMED},
    {"*0*0*0*", "SN-1001", NO},
    {"*RF8R71YR???", "AARF8R71YR123", SERIAL_NAMED},
    {"*RF8R71YR???", "AARF8R71YR12", NO},
    {"a*ab", "aaab", SERIAL_NAMED}, /* the first place that fits is not the right one */
    /* what is escaped stands for itself */
    {"A\\*1", "A*1", SERIAL_NAMED},
    {"A\\*1", "AXX1", NO},
    {"A\\?1", "A?1", SERIAL_NAMED},
    {"A\\?1", "AX1", NO},
    {"A\\\\1", "A\\1", SERIAL_NAMED},
    {"A\\\\*", "A\\1", SERIAL_NAMED},
    {"A\\B", "A\\B", SERIAL_NAMED}, /* nothing to escape: the sign itself */
    {"A\\", "A\\", SERIAL_NAMED},
    /* nothing names nothing */
    {"", "SN-1001", NO},
    {NULL, "SN-1001", NO},
    {"*", "", NO},
    {"*", NULL, NO},
    {"-", "--", NO},
    {"-", "SN-1001", NO},
};

START_TEST(a_pattern_names_what_csaf_says_it_names)
{
    ck_assert_msg(serial_named(cases[_i].pattern, cases[_i].number) == cases[_i].named, "%s for %s",
                  cases[_i].pattern, cases[_i].number);
}
END_TEST

static const struct {
    const char *a, *b;
    bool same;
    unsigned distance;
} near[] = {
    {"SN-1", "sn-1", true, 0},
    {"SN-1", "SN 1", true, 0},
    {"SN-1", "S.N.1", true, 0},
    {"SN-1", "SN-2", false, 1},
    {"SN-1001", "SN-101", false, 1},
    {"SN-1001", "SN-10001", false, 1},
    {"SN-1012", "SN-1021", false, 1},
    {"SN-1001", "SM-1002", false, 2},
    {"SN-1001", "SN-1", false, SERIAL_FAR},
    {"SN-1001", "XY-2001", false, SERIAL_FAR},
    {"\xc3\x84-1", "\xc3\x84 1", true, 0},
    {"\xc3\x84-1", "\xc3\x96-1", false, 1},
    {"---", "...", false, SERIAL_FAR},
    {"", "", false, SERIAL_FAR},
    {NULL, "SN-1", false, SERIAL_FAR},
};

START_TEST(case_and_separators_do_not_count_and_near_spellings_are_found)
{
    ck_assert_int_eq(serial_same(near[_i].a, near[_i].b), near[_i].same);
    ck_assert_int_eq(serial_same(near[_i].b, near[_i].a), near[_i].same);
    ck_assert_uint_eq(serial_distance(near[_i].a, near[_i].b), near[_i].distance);
    ck_assert_uint_eq(serial_distance(near[_i].b, near[_i].a), near[_i].distance);
}
END_TEST

START_TEST(a_number_longer_than_any_is_like_nothing)
{
    char longest[SERIAL_MOST + 2];
    memset(longest, 'a', sizeof longest);
    longest[SERIAL_MOST + 1] = '\0';
    ck_assert_int_eq(serial_named("*", longest), NO);
    ck_assert_int_eq(serial_named(longest, longest), NO);
    ck_assert(!serial_same(longest, longest));
    ck_assert_uint_eq(serial_distance(longest, longest), SERIAL_FAR);
    longest[SERIAL_MOST] = '\0';
    ck_assert_int_eq(serial_named("*a", longest), SERIAL_NAMED);
    ck_assert(serial_same(longest, longest));
    ck_assert_uint_eq(serial_distance(longest, longest), 0);
}
END_TEST

/* 256 KiB of what makes a matcher that tries again and again take for ever. */
static const char *const hostile[] = {"*a", "a*", "*?", "*", "?*a", "\\*", "\\", "\xc3\xa9*", "-"};

START_TEST(a_hostile_pattern_takes_no_longer_than_it_is)
{
    const size_t size = (size_t)256 * 1024;
    char number[SERIAL_MOST + 1];
    struct str pattern;
    str_init(&pattern, STR_LIMIT_TEXT);
    while (str_bytes(&pattern).size < size)
        str_add(&pattern, hostile[_i]);
    str_add(&pattern, "b");
    memset(number, 'a', SERIAL_MOST);
    number[SERIAL_MOST] = '\0';
    ck_assert_int_ne(serial_named(str_text(&pattern), number), SERIAL_NAMED);
    str_dispose(&pattern);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.serial");
    TCase *tc = tcase_create("serial");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_pattern_names_what_csaf_says_it_names, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, case_and_separators_do_not_count_and_near_spellings_are_found, 0,
                        (int)(sizeof near / sizeof near[0]));
    tcase_add_test(tc, a_number_longer_than_any_is_like_nothing);
    tcase_add_loop_test(tc, a_hostile_pattern_takes_no_longer_than_it_is, 0,
                        (int)(sizeof hostile / sizeof hostile[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
