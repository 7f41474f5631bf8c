#include "digests/schedule.h"

#include "base/clock.h"
#include "tests/digests/suite.h"

#include <string.h>

#define MONDAYS "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"
#define DAILY "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    if (text == NULL)
        return 0;
    ck_assert_msg(clock_parse(&ms, text, NULL) == OK, "%s", text);
    return ms;
}

/* What happens at `now` to a site whose last run was at `last` (on the wall of `last_zone`). */
static const struct {
    const char *what, *rule, *zone, *country;
    enum schedule_holidays holidays;
    const char *since, *looked, *last, *last_zone, *now;
    const char *run; /* NULL: nothing is due */
    int missed;
} rows[] = {
    {"a first run is due when its time has come", MONDAYS, "Europe/Berlin", NULL, SCHEDULE_STAY,
     "2026-11-20T00:00:00Z", "2026-11-23T06:59:00Z", NULL, NULL, "2026-11-23T07:00:00Z",
     "2026-11-23T07:00:00Z", 0},
    {"and not a moment before", MONDAYS, "Europe/Berlin", NULL, SCHEDULE_STAY,
     "2026-11-20T00:00:00Z", "2026-11-23T06:59:00Z", NULL, NULL, "2026-11-23T06:59:59Z", NULL, 0},
    {"a site that comes later gets no run that was over", MONDAYS, "Europe/Berlin", NULL,
     SCHEDULE_STAY, "2026-01-01T00:00:00Z", "2026-11-24T09:00:00Z", NULL, NULL,
     "2026-11-24T09:01:00Z", NULL, 0},
    {"a run that was made is not due again", MONDAYS, "Europe/Berlin", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", "2026-11-23T07:01:00Z", "2026-11-23T07:00:00Z", "Europe/Berlin",
     "2026-11-23T07:02:00Z", NULL, 0},
    {"five weeks of outage are one digest", MONDAYS, "Europe/Berlin", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", "2026-10-19T07:00:00Z", "2026-10-19T06:00:00Z", "Europe/Berlin",
     "2026-11-24T12:00:00Z", "2026-11-23T07:00:00Z", 4},
    {"a run in the hour that does not exist runs once, behind it", DAILY, "Europe/Berlin", NULL,
     SCHEDULE_STAY, "2026-01-01T00:00:00Z", NULL, "2026-03-28T01:30:00Z", "Europe/Berlin",
     "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", 0},
    {"a run in the hour that comes twice runs the first time", DAILY, "Europe/Berlin", NULL,
     SCHEDULE_STAY, "2026-01-01T00:00:00Z", NULL, "2026-10-24T00:30:00Z", "Europe/Berlin",
     "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z", 0},
    {"and not the second time", DAILY, "Europe/Berlin", NULL, SCHEDULE_STAY, "2026-01-01T00:00:00Z",
     NULL, "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T01:31:00Z", NULL, 0},
    {"who moves west gets no second Monday", MONDAYS, "America/New_York", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", NULL, "2026-11-23T07:00:00Z", "Europe/Berlin", "2026-11-23T14:00:00Z",
     NULL, 0},
    {"who moves east loses none", MONDAYS, "Asia/Tokyo", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", "2026-11-23T02:00:00Z", "2026-11-16T07:00:00Z", "Europe/Berlin",
     "2026-11-23T02:01:00Z", "2026-11-22T23:00:00Z", 0},
    {"who moves east before the first is new again", MONDAYS, "Asia/Tokyo", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", "2026-11-23T02:00:00Z", NULL, NULL, "2026-11-23T02:01:00Z", NULL, 0},
    {"who moves west before the first too", MONDAYS, "Atlantic/Madeira", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", "2026-01-22T16:56:00Z", NULL, NULL, "2026-01-23T15:14:00Z", NULL, 0},
    {"and gets the first run after that", MONDAYS, "Asia/Tokyo", NULL, SCHEDULE_STAY,
     "2026-01-01T00:00:00Z", "2026-11-29T22:59:00Z", NULL, NULL, "2026-11-29T23:00:00Z",
     "2026-11-29T23:00:00Z", 0},
    {"an edited schedule begins at its edit", MONDAYS, "Europe/Berlin", NULL, SCHEDULE_STAY,
     "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z", "2026-11-17T07:00:00Z", "Europe/Berlin",
     "2026-11-23T09:05:00Z", NULL, 0},
    {"a look from a clock that was ahead is not believed", MONDAYS, "Europe/Berlin", NULL,
     SCHEDULE_STAY, "2026-11-20T00:00:00Z", "2036-01-01T00:00:00Z", NULL, NULL,
     "2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z", 0},
    {"a holiday is moved to the next working day", MONDAYS, "Europe/Berlin", "DE", SCHEDULE_MOVE,
     "2026-01-01T00:00:00Z", NULL, "2026-05-18T06:00:00Z", "Europe/Berlin", "2026-05-26T06:00:00Z",
     "2026-05-26T06:00:00Z", 0},
    {"or to the one before", MONDAYS, "Europe/Berlin", "DE", SCHEDULE_BEFORE,
     "2026-01-01T00:00:00Z", NULL, "2026-05-18T06:00:00Z", "Europe/Berlin", "2026-05-25T00:00:00Z",
     "2026-05-22T06:00:00Z", 0},
    {"or skipped", MONDAYS, "Europe/Berlin", "DE", SCHEDULE_SKIP, "2026-01-01T00:00:00Z", NULL,
     "2026-05-18T06:00:00Z", "Europe/Berlin", "2026-05-26T06:00:00Z", NULL, 0},
    {"or a day like others", MONDAYS, "Europe/Berlin", "DE", SCHEDULE_STAY, "2026-01-01T00:00:00Z",
     NULL, "2026-05-18T06:00:00Z", "Europe/Berlin", "2026-05-25T06:00:00Z", "2026-05-25T06:00:00Z",
     0},
};

static int64_t wall_of(const char *zone_name, int64_t at_ms)
{
    struct zone *zone = NULL;
    struct date date;
    int64_t ms_of_day = 0;
    ck_assert_int_eq(zone_open(&zone, zone_name, NULL), OK);
    zone_local(&date, &ms_of_day, NULL, zone, at_ms);
    zone_close(zone);
    return date_days(date) * MS_DAY + ms_of_day;
}

START_TEST(the_last_run_that_was_missed_is_due_and_no_other)
{
    struct zone *zone = NULL;
    struct calendar *calendar = NULL;
    struct schedule *schedule = NULL;
    struct schedule_due due = {0};
    struct err err = {0};
    bool is_due = false;
    char stamp[CLOCK_TEXT];
    ck_assert_int_eq(zone_open(&zone, rows[_i].zone, NULL), OK);
    if (rows[_i].country != NULL)
        ck_assert_int_eq(
            calendar_open(&calendar, TEST_SOURCE_DIR "/config/calendars", rows[_i].country, NULL),
            OK);
    const struct schedule_plan plan = {.rule = rows[_i].rule,
                                       .anchor_ms = instant("2025-12-31T23:30:00Z"),
                                       .zone = zone,
                                       .calendar = calendar,
                                       .holidays = rows[_i].holidays};
    const struct schedule_past past = {
        .since_ms = instant(rows[_i].since),
        .looked_ms = instant(rows[_i].looked),
        .ran = rows[_i].last != NULL,
        .run_ms = instant(rows[_i].last),
        .run_wall =
            rows[_i].last == NULL ? 0 : wall_of(rows[_i].last_zone, instant(rows[_i].last))};
    ck_assert_msg(schedule_open(&schedule, &plan, &err) == OK, "%s", err.text);
    ck_assert_int_eq(schedule_due(&due, &is_due, schedule, &past, instant(rows[_i].now), &err), OK);
    ck_assert_msg(is_due == (rows[_i].run != NULL), "%s", rows[_i].what);
    if (is_due) {
        ck_assert_msg(due.run_ms == instant(rows[_i].run), "%s: %s", rows[_i].what,
                      clock_text(stamp, due.run_ms));
        ck_assert_msg(due.missed == rows[_i].missed, "%s: %lld", rows[_i].what,
                      (long long)due.missed);
    }
    schedule_close(schedule);
    calendar_close(calendar);
    zone_close(zone);
}
END_TEST

START_TEST(a_rule_that_is_none_is_refused)
{
    struct zone *zone = NULL;
    struct schedule *schedule = NULL;
    struct err err = {0};
    ck_assert_int_eq(zone_open(&zone, "UTC", NULL), OK);
    const struct schedule_plan plan = {.rule = "FREQ=SOMETIMES", .zone = zone};
    ck_assert_int_eq(schedule_open(&schedule, &plan, &err), ERR_INVALID);
    ck_assert_ptr_null(schedule);
    zone_close(zone);
}
END_TEST

START_TEST(a_schedule_that_is_over_has_no_next_run)
{
    struct zone *zone = NULL;
    struct schedule *schedule = NULL;
    struct recur_run run;
    struct err err = {0};
    ck_assert_int_eq(zone_open(&zone, "UTC", NULL), OK);
    const struct schedule_plan plan = {.rule = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0;COUNT=2",
                                       .anchor_ms = instant("2026-11-20T00:00:00Z"),
                                       .zone = zone};
    ck_assert_int_eq(schedule_open(&schedule, &plan, &err), OK);
    ck_assert_int_eq(schedule_next(&run, schedule, instant("2026-11-20T09:00:00Z"), &err), OK);
    ck_assert_int_eq(run.at_ms, instant("2026-11-21T08:00:00Z"));
    ck_assert_int_eq(schedule_next(&run, schedule, run.at_ms, &err), ERR_NOT_FOUND);
    schedule_close(schedule);
    zone_close(zone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digests.schedule");
    TCase *tcase = tcase_create("due");
    tcase_add_loop_test(tcase, the_last_run_that_was_missed_is_due_and_no_other, 0, COUNT(rows));
    tcase_add_test(tcase, a_rule_that_is_none_is_refused);
    tcase_add_test(tcase, a_schedule_that_is_over_has_no_next_run);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
