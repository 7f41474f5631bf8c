/* Numbers of cases: said on the phone, and misheard. */
#include "cases/number.h"
#include "tests/cases/suite.h"

#include <string.h>

static struct err err;

START_TEST(a_number_comes_back_however_people_write_it)
{
    for (int64_t seq = 1; seq < 20000; seq += seq < 50 ? 1 : 997) {
        char number[CASE_NUMBER];
        char plain[CASE_NUMBER];
        char got[CASE_NUMBER];
        size_t size = 0;
        (void)case_number(number, 2026, seq);
        for (const char *p = number + 1; *p != '\0'; p++)
            if (*p != '-')
                plain[size++] = *p;
        plain[size] = '\0';
        ck_assert_int_eq(case_number_read(got, number, &err), OK);
        ck_assert_str_eq(got, number);
        ck_assert_int_eq(case_number_read(got, plain, &err), OK);
        ck_assert_str_eq(got, number);
        number[0] = 'c';
        ck_assert_int_eq(case_number_read(got, number, &err), OK);
        ck_assert_int_eq(got[0], 'C');
    }
}
END_TEST

START_TEST(the_first_numbers_are_these)
{
    char number[CASE_NUMBER];
    ck_assert_uint_eq(strlen(case_number(number, 2026, 1)), strlen("C-26-0001-0"));
    ck_assert_int_eq(strncmp(number, "C-26-0001-", 10), 0);
    ck_assert_int_eq(strncmp(case_number(number, 2026, 12345), "C-26-12345-", 11), 0);
    ck_assert_int_eq(strncmp(case_number(number, 2005, 7), "C-05-0007-", 10), 0);
}
END_TEST

static bool reads(const char *text)
{
    char got[CASE_NUMBER];
    return case_number_read(got, text, &err) == OK;
}

/* The whole point of the last digit. */
START_TEST(one_wrong_digit_or_two_swapped_are_noticed)
{
    for (int64_t seq = 1; seq < 9999; seq += 37) {
        char number[CASE_NUMBER];
        (void)case_number(number, 2026, seq);
        for (size_t i = 2; number[i] != '\0'; i++) {
            const char was = number[i];
            if (was == '-')
                continue;
            for (char d = '0'; d <= '9'; d++) {
                number[i] = d;
                ck_assert_msg(reads(number) == (d == was), "%s", number);
            }
            number[i] = was;
            size_t next = number[i + 1] == '-' ? i + 2 : i + 1;
            if (number[next] == '\0' || number[next] == was)
                continue;
            number[i] = number[next];
            number[next] = was;
            ck_assert_msg(!reads(number), "%s", number);
            number[next] = number[i];
            number[i] = was;
        }
    }
}
END_TEST

START_TEST(what_is_no_number_is_refused_with_the_reason)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "too short"},
        {"C-26-001-3", "too short"},
        {"C-26-0001-x", "other signs"},
        {"D-26-0001-4", "other signs"},
        {"C-26-000001-4", "too many zeros"},
        {"12345678901234567890123456789012345678901234567890", "too long"},
    };
    char got[CASE_NUMBER];
    for (int i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(case_number_read(got, rows[i].text, &err), ERR_INVALID);
        ck_assert_msg(strstr(err.text, rows[i].why) != NULL, "%s: %s", rows[i].text, err.text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cases.number");
    TCase *tc = tcase_create("number");
    tcase_add_test(tc, a_number_comes_back_however_people_write_it);
    tcase_add_test(tc, the_first_numbers_are_these);
    tcase_add_test(tc, one_wrong_digit_or_two_swapped_are_noticed);
    tcase_add_test(tc, what_is_no_number_is_refused_with_the_reason);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
