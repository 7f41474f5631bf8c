/* The clocks of a case: when they run, when their time is over. */
#include "base/clock.h"
#include "cases/due.h"
#include "clocks/pack.h"
#include "tests/cases/suite.h"

#include <string.h>

static struct err err;
static struct pack *pack;
static struct opened de;

static const struct case_limits limits = {.acknowledge_days = 2,
                                          .unassigned_ms = 24 * MS_HOUR,
                                          .triage_ms = 72 * MS_HOUR,
                                          .news_ms = 14 * MS_DAY};

static void begin(void)
{
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
    ck_assert_msg(pack_country(&de, pack, "DE", &err) == OK, "%s", err.text);
}

static void end(void)
{
    opened_close(&de);
    pack_close(pack);
}

static int64_t at(const char *text)
{
    int64_t ms = 0;
    ck_assert_msg(clock_parse(&ms, text, &err) == OK, "%s", err.text);
    return ms;
}

/* 0: it does not run. */
static int64_t due_of(enum case_clock clock, const struct case_stand *s)
{
    struct case_due dues[CASE_CLOCK_COUNT];
    const size_t count = case_dues(dues, s, &limits, &de.ground);
    for (size_t i = 0; i < count; i++) {
        ck_assert(i == 0 || dues[i - 1].due_ms <= dues[i].due_ms);
        if (dues[i].clock == clock)
            return dues[i].due_ms;
    }
    return 0;
}

START_TEST(a_reporter_hears_within_working_days_of_the_makers_country)
{
    static const struct {
        const char *opened, *over; /* the first instant that is too late */
    } rows[] = {
        {"2026-11-23T09:00:00+01:00", "2026-11-26T00:00:00+01:00"}, /* Monday to Wednesday */
        {"2026-11-26T09:00:00+01:00", "2026-12-01T00:00:00+01:00"}, /* over a week-end */
        {"2026-11-28T09:00:00+01:00", "2026-12-02T00:00:00+01:00"}, /* came on a Saturday */
        {"2026-12-23T23:59:59+01:00", "2026-12-29T00:00:00+01:00"}, /* over Christmas */
        {"2026-11-23T23:30:00Z", "2026-11-27T00:00:00+01:00"},      /* on Tuesday, in Germany */
        {"2026-03-27T12:00:00+01:00", "2026-04-01T00:00:00+02:00"}, /* the clocks change */
    };
    for (int i = 0; i < COUNT(rows); i++) {
        const struct case_stand s = {
            .has_reporter = true, .owned = true, .opened_ms = at(rows[i].opened)};
        ck_assert_msg(due_of(CASE_CLOCK_ACKNOWLEDGE, &s) == at(rows[i].over) - 1, "%s",
                      rows[i].opened);
    }
}
END_TEST

START_TEST(clocks_run_until_what_they_wait_for_is_done)
{
    struct case_stand s = {.opened_ms = at("2026-11-23T09:00:00Z"), .has_reporter = true};
    ck_assert_int_eq(due_of(CASE_CLOCK_UNASSIGNED, &s), at("2026-11-24T09:00:00Z"));
    ck_assert_int_eq(due_of(CASE_CLOCK_TRIAGE, &s), at("2026-11-26T09:00:00Z"));
    ck_assert_int_ne(due_of(CASE_CLOCK_ACKNOWLEDGE, &s), 0);
    ck_assert_int_eq(due_of(CASE_CLOCK_NEWS, &s), 0);
    s.owned = true;
    ck_assert_int_eq(due_of(CASE_CLOCK_UNASSIGNED, &s), 0);
    stand_told(&s, at("2026-11-23T10:00:00Z"));
    ck_assert_int_eq(due_of(CASE_CLOCK_ACKNOWLEDGE, &s), 0);
    ck_assert_int_eq(due_of(CASE_CLOCK_NEWS, &s), at("2026-12-07T10:00:00Z"));
    s.state = CASE_ACCEPTED;
    ck_assert_int_eq(stand_move(&s, CASE_TRIAGED, at("2026-11-24T10:00:00Z"), &err), OK);
    ck_assert_int_eq(due_of(CASE_CLOCK_TRIAGE, &s), 0);
    ck_assert_int_eq(stand_move(&s, CASE_WAITING_REPORTER, at("2026-11-24T11:00:00Z"), &err), OK);
    ck_assert_int_eq(due_of(CASE_CLOCK_NEWS, &s), 0);
    ck_assert_int_eq(stand_move(&s, CASE_TRIAGED, at("2026-11-25T11:00:00Z"), &err), OK);
    stand_told(&s, at("2026-12-01T10:00:00Z"));
    ck_assert_int_eq(due_of(CASE_CLOCK_NEWS, &s), at("2026-12-15T10:00:00Z"));
}
END_TEST

static int64_t start_of(enum case_clock clock, const struct case_stand *s)
{
    struct case_due dues[CASE_CLOCK_COUNT];
    const size_t count = case_dues(dues, s, &limits, &de.ground);
    for (size_t i = 0; i < count; i++)
        if (dues[i].clock == clock)
            return dues[i].start_ms;
    return 0;
}

START_TEST(a_clock_runs_since_what_it_is_counted_from)
{
    struct case_stand s = {.opened_ms = 5, .has_reporter = true};
    ck_assert_int_eq(start_of(CASE_CLOCK_ACKNOWLEDGE, &s), 5);
    ck_assert_int_eq(start_of(CASE_CLOCK_UNASSIGNED, &s), 5);
    ck_assert_int_eq(start_of(CASE_CLOCK_TRIAGE, &s), 5);
    s.reopened_ms = 70;
    ck_assert_int_eq(start_of(CASE_CLOCK_ACKNOWLEDGE, &s), 5);
    ck_assert_int_eq(start_of(CASE_CLOCK_TRIAGE, &s), 70);
    s.acknowledged_ms = 60;
    ck_assert_int_eq(start_of(CASE_CLOCK_NEWS, &s), 70);
    s.told_ms = 90;
    ck_assert_int_eq(start_of(CASE_CLOCK_NEWS, &s), 90);
}
END_TEST

START_TEST(without_a_reporter_nobody_waits_for_an_answer)
{
    const struct case_stand s = {.opened_ms = 1, .acknowledged_ms = 2};
    ck_assert_int_eq(due_of(CASE_CLOCK_ACKNOWLEDGE, &s), 0);
    ck_assert_int_eq(due_of(CASE_CLOCK_NEWS, &s), 0);
    ck_assert_int_ne(due_of(CASE_CLOCK_TRIAGE, &s), 0);
}
END_TEST

START_TEST(a_closed_case_has_no_clock_and_a_reopened_one_begins_anew)
{
    struct case_stand s = {
        .state = CASE_WITHHOLD, .opened_ms = 1, .has_reporter = true, .acknowledged_ms = 2};
    struct case_due dues[CASE_CLOCK_COUNT];
    ck_assert_int_eq(stand_move(&s, CASE_CLOSED, 5 * MS_DAY, &err), OK);
    ck_assert_uint_eq(case_dues(dues, &s, &limits, &de.ground), 0);
    ck_assert_int_eq(stand_move(&s, CASE_REOPENED, 9 * MS_DAY, &err), OK);
    ck_assert_int_eq(due_of(CASE_CLOCK_TRIAGE, &s), 12 * MS_DAY);
    ck_assert_int_eq(due_of(CASE_CLOCK_NEWS, &s), 23 * MS_DAY);
}
END_TEST

START_TEST(a_country_without_rules_of_ours_has_a_ground_too)
{
    struct opened none;
    ck_assert_msg(pack_country(&none, pack, "KE", &err) == OK, "%s", err.text);
    ck_assert_ptr_null(none.ground.calendar);
    ck_assert_str_eq(zone_name(none.ground.zone), "UTC");
    opened_close(&none);
    ck_assert_str_eq(zone_name(de.ground.zone), "Europe/Berlin");
    ck_assert_ptr_nonnull(de.ground.calendar);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cases.due");
    TCase *tc = tcase_create("due");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_reporter_hears_within_working_days_of_the_makers_country);
    tcase_add_test(tc, clocks_run_until_what_they_wait_for_is_done);
    tcase_add_test(tc, a_clock_runs_since_what_it_is_counted_from);
    tcase_add_test(tc, without_a_reporter_nobody_waits_for_an_answer);
    tcase_add_test(tc, a_closed_case_has_no_clock_and_a_reopened_one_begins_anew);
    tcase_add_test(tc, a_country_without_rules_of_ours_has_a_ground_too);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
