#include "base/clock.h"

#include "tests/base/suite.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int64_t ms;
    const char *back; /* NULL: the same as text */
} instants[] = {
    {"1970-01-01T00:00:00Z", 0, NULL},
    {"1970-01-01T01:00:00+01:00", 0, "1970-01-01T00:00:00Z"},
    {"2000-02-29T12:00:00Z", INT64_C(951825600000), NULL},
    {"2024-02-29T23:59:59Z", INT64_C(1709251199000), NULL},
    {"2026-11-27T18:40:00Z", INT64_C(1795804800000), NULL},
    {"2026-11-27T19:40:00+01:00", INT64_C(1795804800000), "2026-11-27T18:40:00Z"},
    {"2026-11-28T04:25:00+09:45", INT64_C(1795804800000), "2026-11-27T18:40:00Z"},
    {"2026-11-27T10:40:00-08:00", INT64_C(1795804800000), "2026-11-27T18:40:00Z"},
    {"2026-11-27t18:40:00z", INT64_C(1795804800000), "2026-11-27T18:40:00Z"},
    {"2026-12-31T23:59:60Z", INT64_C(1798761600000), "2027-01-01T00:00:00Z"},
    {"2038-01-19T03:14:07Z", INT64_C(2147483647000), NULL},
    {"2038-01-19T03:14:08Z", INT64_C(2147483648000), NULL},
    {"2100-02-28T23:59:59Z", INT64_C(4107542399000), NULL},
    {"2100-03-01T00:00:00Z", INT64_C(4107542400000), NULL},
    {"2106-02-07T06:28:16Z", INT64_C(4294967296000), NULL},
    {"9999-12-31T23:59:59Z", INT64_C(253402300799000), NULL},
};

START_TEST(an_instant_is_read_and_written)
{
    char text[CLOCK_TEXT];
    int64_t ms = -1;
    ck_assert_int_eq(clock_parse(&ms, instants[_i].text, NULL), OK);
    ck_assert_int_eq(ms, instants[_i].ms);
    ck_assert_str_eq(clock_text(text, ms),
                     instants[_i].back != NULL ? instants[_i].back : instants[_i].text);
}
END_TEST

static const char *const not_instants[] = {
    "",
    "2026-11-27",
    "2026-11-27T18:40Z",
    "2026-11-27T18:40:00",
    "2026-11-27T18:40:00+0100",
    "2026-11-27T18:40:00+24:00",
    "2026-11-27T18:40:00+01:60",
    "2026-11-27T18:40:00Zx",
    "2026-11-27T18:40:00.Z",
    "2026-11-27T24:00:00Z",
    "2026-11-27T18:60:00Z",
    "2026-11-27T18:40:61Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "10000-01-01T00:00:00Z",
    " 2026-11-27T18:40:00Z",
    "+026-11-27T18:40:00Z",
    "2026-1-27T18:40:00Z",
};

START_TEST(what_is_no_instant_is_refused_with_an_example)
{
    struct err err = {0};
    int64_t ms = 42;
    ck_assert_int_eq(clock_parse(&ms, not_instants[_i], &err), ERR_INVALID);
    ck_assert_int_eq(ms, 42);
    ck_assert_ptr_nonnull(strstr(err.text, "write it as 2026-11-27T18:40:00Z"));
}
END_TEST

START_TEST(no_text_is_refused_too)
{
    int64_t ms = 0;
    ck_assert_int_eq(clock_parse(&ms, NULL, NULL), ERR_INVALID);
    ck_assert_int_eq(duration_parse(&ms, NULL, NULL), ERR_INVALID);
}
END_TEST

START_TEST(fractions_are_cut_to_milliseconds)
{
    static const struct {
        const char *text;
        int64_t ms;
        const char *back;
    } rows[] = {{"1970-01-01T00:00:00.5Z", 500, "1970-01-01T00:00:00.500Z"},
                {"1970-01-01T00:00:00.0019Z", 1, "1970-01-01T00:00:00.001Z"},
                {"1970-01-01T00:00:00.99999999999999999999Z", 999, "1970-01-01T00:00:00.999Z"},
                {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"}};
    char text[CLOCK_TEXT];
    for (int i = 0; i < COUNT(rows); i++) {
        int64_t ms = -1;
        ck_assert_int_eq(clock_parse(&ms, rows[i].text, NULL), OK);
        ck_assert_int_eq(ms, rows[i].ms);
        ck_assert_str_eq(clock_text_ms(text, ms), rows[i].back);
    }
}
END_TEST

/* No date of ours is outside of four digits; what a damaged store holds is still told apart. */
START_TEST(instants_outside_of_four_digits_are_written_as_they_are)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {{-1, "1969-12-31T23:59:59.999Z"},
                {INT64_C(253402300800000), "10000-01-01T00:00:00.000Z"},
                {INT64_C(-62198755200001), "-002-12-31T23:59:59.999Z"}};
    char text[CLOCK_TEXT];
    for (int i = 0; i < COUNT(rows); i++)
        ck_assert_str_eq(clock_text_ms(text, rows[i].ms), rows[i].text);
}
END_TEST

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Counts days as a wall calendar does, independently of the formula. */
START_TEST(every_day_from_1970_to_9999_has_its_date_and_weekday)
{
    static const char *const names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = 0;
    for (int year = 1970; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            int last = lengths[month - 1] + (month == 2 && leap(year));
            for (int d = 1; d <= last; d++, day++) {
                char wanted[80];
                char text[CLOCK_TEXT];
                if (d > 2 && d < last - 1)
                    continue; /* the ends of months are where calendars go wrong */
                (void)snprintf(wanted, sizeof wanted, "%04d-%02d-%02d", year, month, d);
                /* A plain if: Check notes every assertion, and these are half a million. */
                if (strcmp(clock_date(text, day * MS_DAY), wanted) != 0 ||
                    strcmp(clock_date(text, (day + 1) * MS_DAY - 1), wanted) != 0 ||
                    strncmp(clock_mail_date(text, day * MS_DAY), names[day % 7], 3) != 0)
                    ck_abort_msg("%s is written as %s", wanted, text);
            }
        }
    }
    ck_assert_int_eq(day, 2932897); /* one day behind 9999-12-31 */
}
END_TEST

START_TEST(mail_dates_have_the_form_of_rfc_5322)
{
    char text[CLOCK_TEXT];
    ck_assert_str_eq(clock_mail_date(text, INT64_C(1795804800000)),
                     "Fri, 27 Nov 2026 18:40:00 +0000");
    ck_assert_str_eq(clock_mail_date(text, 0), "Thu, 01 Jan 1970 00:00:00 +0000");
}
END_TEST

START_TEST(lengths_of_time_are_read_and_shown)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {{"90s", 90 * MS_SECOND},
                {"15m", 15 * MS_MINUTE},
                {"24h", MS_DAY},
                {"14d", 14 * MS_DAY},
                {"9999999999d", INT64_C(9999999999) * MS_DAY}};
    static const char *const wrong[] = {"",   "s",    "15",  "15 m", "-1h",
                                        "1w", "1.5h", "1hh", "+1h",  "99999999999d"};
    int64_t ms = -1;
    for (int i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(duration_parse(&ms, rows[i].text, NULL), OK);
        ck_assert_int_eq(ms, rows[i].ms);
    }
    for (int i = 0; i < COUNT(wrong); i++)
        ck_assert_int_eq(duration_parse(&ms, wrong[i], NULL), ERR_INVALID);
}
END_TEST

START_TEST(lengths_of_time_are_shown_in_the_unit_that_matters)
{
    char text[CLOCK_TEXT];
    ck_assert_str_eq(duration_text(text, 14 * MS_DAY), "14 d");
    ck_assert_str_eq(duration_text(text, 23 * MS_HOUR + 10 * MS_MINUTE), "23 h 10 min");
    ck_assert_str_eq(duration_text(text, 47 * MS_HOUR), "47 h 0 min");
    ck_assert_str_eq(duration_text(text, 15 * MS_MINUTE), "15 min");
    ck_assert_str_eq(duration_text(text, 40 * MS_SECOND), "40 s");
    ck_assert_str_eq(duration_text(text, -40 * MS_SECOND), "-40 s");
    ck_assert_str_eq(duration_text(text, INT64_MIN), "-106751991167 d");
}
END_TEST

START_TEST(a_stopped_clock_moves_by_hand_only)
{
    struct clock clock;
    clock_init_stopped(&clock, 1000);
    ck_assert_int_eq(clock_now_ms(&clock), 1000);
    clock.base_ms += 500;
    ck_assert_int_eq(clock_now_ms(&clock), 1500);
    ck_assert_int_eq(clock_up_ms(&clock), 1500);
}
END_TEST

START_TEST(a_given_instant_runs_on_and_the_system_clock_is_today)
{
    struct clock given;
    struct clock system;
    clock_init_from(&given, INT64_C(1795804800000));
    clock_init_system(&system);
    int64_t before = clock_up_ms(&given);
    int64_t now = clock_now_ms(&given);
    int64_t after = clock_up_ms(&given);
    ck_assert_int_ge(now, INT64_C(1795804800000));
    ck_assert_int_le(now, INT64_C(1795804800000) + MS_MINUTE);
    ck_assert_int_le(before, after);
    ck_assert_int_gt(clock_now_ms(&system), INT64_C(1600000000000));
}
END_TEST

START_TEST(the_boot_id_is_32_hex_digits_and_stays)
{
    const char *id = clock_boot_id();
    ck_assert_uint_eq(strlen(id), 32);
    ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 32);
    ck_assert_str_eq(clock_boot_id(), id);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.clock");
    TCase *tcase = tcase_create("clock");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, an_instant_is_read_and_written, 0, COUNT(instants));
    tcase_add_loop_test(tcase, what_is_no_instant_is_refused_with_an_example, 0,
                        COUNT(not_instants));
    tcase_add_test(tcase, no_text_is_refused_too);
    tcase_add_test(tcase, fractions_are_cut_to_milliseconds);
    tcase_add_test(tcase, instants_outside_of_four_digits_are_written_as_they_are);
    tcase_add_test(tcase, every_day_from_1970_to_9999_has_its_date_and_weekday);
    tcase_add_test(tcase, mail_dates_have_the_form_of_rfc_5322);
    tcase_add_test(tcase, lengths_of_time_are_read_and_shown);
    tcase_add_test(tcase, lengths_of_time_are_shown_in_the_unit_that_matters);
    tcase_add_test(tcase, a_stopped_clock_moves_by_hand_only);
    tcase_add_test(tcase, a_given_instant_runs_on_and_the_system_clock_is_today);
    tcase_add_test(tcase, the_boot_id_is_32_hex_digits_and_stays);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
