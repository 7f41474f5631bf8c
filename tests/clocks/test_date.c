#include "clocks/date.h"

#include "tests/clocks/suite.h"

#include <string.h>

static const struct {
    const char *text;
    int64_t days;
    int weekday;
} days[] = {
    {"0001-01-01", -719162, 1}, {"1582-10-15", -141427, 5}, {"1969-12-31", -1, 3},
    {"1970-01-01", 0, 4},       {"2000-02-29", 11016, 2},   {"2024-02-29", 19782, 4},
    {"2026-12-08", 20795, 2},   {"2100-02-28", 47540, 7},   {"2100-03-01", 47541, 1},
    {"9999-12-31", 2932896, 5},
};

START_TEST(a_date_is_read_counted_and_written)
{
    struct date date = {0};
    char text[DATE_TEXT];
    ck_assert_int_eq(date_parse(&date, days[_i].text, NULL), OK);
    ck_assert_int_eq(date_days(date), days[_i].days);
    ck_assert_int_eq(date_weekday(date), days[_i].weekday);
    ck_assert_str_eq(date_text(text, date_from_days(days[_i].days)), days[_i].text);
}
END_TEST

START_TEST(days_follow_each_other_without_a_gap)
{
    struct date before = {1899, 12, 31};
    for (int64_t day = date_days(before) + 1; day < 60000; day++) {
        struct date date = date_from_days(day);
        bool good = date_valid(date) && date_days(date) == day && date_compare(date, before) > 0 &&
                    date_compare(before, date) < 0 &&
                    date_weekday(date) == date_weekday(before) % 7 + 1 &&
                    date_compare(date_add(before, 1), date) == 0;
        if (!good) /* a check for each of 85,000 days would cost seconds */
            ck_abort_msg("day %lld", (long long)day);
        before = date;
    }
}
END_TEST

static const char *const not_dates[] = {
    "",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-04-31",
    "0000-01-01",
    "2026-1-01",
    "20260101",
    "2026-01-01T00:00:00Z",
    " 2026-01-01",
    "2026/01/01",
    "2026-01-01 ",
    "10000-01-01",
    "-001-01-01",
    "2100-02-29",
};

START_TEST(what_is_no_date_is_refused_with_an_example)
{
    struct date date = {1, 2, 3};
    struct err err = {0};
    ck_assert_int_eq(date_parse(&date, not_dates[_i], &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "2026-11-27"));
    ck_assert_int_eq(date.year, 1);
    ck_assert_int_eq(date_parse(&date, NULL, NULL), ERR_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, a_date_is_read_counted_and_written, 0, COUNT(days));
    tcase_add_test(all, days_follow_each_other_without_a_gap);
    tcase_add_loop_test(all, what_is_no_date_is_refused_with_an_example, 0, COUNT(not_dates));
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
