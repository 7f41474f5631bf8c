#include "clocks/recur.h"

#include "base/clock.h"
#include "tests/clocks/suite.h"

#include <string.h>

#define FOLDER TEST_SOURCE_DIR "/config/calendars"

static struct zone *zone;
static struct calendar *calendar;

/* "Europe/Berlin" from 2026-01-01 00:00 on; country may be NULL. */
static struct recur *open_schedule(const char *rule, const char *country, enum recur_shift shift)
{
    struct recur *recur = NULL;
    struct err err = {0};
    if (zone == NULL)
        ck_assert_int_eq(zone_open(&zone, "Europe/Berlin", NULL), OK);
    if (country != NULL && calendar == NULL)
        ck_assert_int_eq(calendar_open(&calendar, FOLDER, country, NULL), OK);
    const struct recur_plan plan = {
        .rule = rule, .anchor = {2026, 1, 1}, .zone = zone, .calendar = calendar, .shift = shift};
    ck_assert_msg(recur_open(&recur, &plan, &err) == OK, "%s", err.text);
    return recur;
}

static void close_schedule(struct recur *recur)
{
    recur_close(recur);
    calendar_close(calendar);
    zone_close(zone);
    calendar = NULL;
    zone = NULL;
}

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    ck_assert_int_eq(clock_parse(&ms, text, NULL), OK);
    return ms;
}

#define MONDAYS "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"

/* The first runs after an instant. */
static const struct {
    const char *rule, *country;
    enum recur_shift shift;
    const char *after, *runs[5];
} rows[] = {
    {MONDAYS,
     NULL,
     RECUR_STAY,
     "2026-11-22T01:30:00Z",
     {"2026-11-23T07:00:00Z", "2026-11-30T07:00:00Z", "2026-12-07T07:00:00Z"}},
    /* After, not at. */
    {MONDAYS, NULL, RECUR_STAY, "2026-11-23T07:00:00Z", {"2026-11-30T07:00:00Z"}},
    {MONDAYS, NULL, RECUR_STAY, "2026-11-23T06:59:59Z", {"2026-11-23T07:00:00Z"}},
    /* 2:30 does not exist on 29 March: it runs at 3:00, the first instant after the gap, once. */
    {"FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30",
     NULL,
     RECUR_STAY,
     "2026-03-29T00:59:00Z",
     {"2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:00:00Z"}},
    /* 2:30 is there twice on 25 October: it runs the first time only. */
    {"FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
     NULL,
     RECUR_STAY,
     "2026-10-25T00:29:00Z",
     {"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
    /* Hours in any order, and those of the first day before it begins. */
    {"FREQ=DAILY;BYHOUR=16,8;COUNT=3",
     NULL,
     RECUR_STAY,
     "1970-01-01T00:00:00Z",
     {"2026-01-01T07:00:00Z", "2026-01-01T15:00:00Z", "2026-01-02T07:00:00Z"}},
    {"FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9",
     NULL,
     RECUR_STAY,
     "2026-01-01T00:00:00Z",
     {"2026-01-30T08:00:00Z", "2026-02-27T08:00:00Z", "2026-03-27T08:00:00Z",
      "2026-04-24T07:00:00Z"}},
    {"freq=monthly;byday=mo,tu,we,th,fr;bysetpos=-1;byhour=9",
     NULL,
     RECUR_STAY,
     "2026-05-01T00:00:00Z",
     {"2026-05-29T07:00:00Z", "2026-06-30T07:00:00Z"}},
    {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
     NULL,
     RECUR_STAY,
     "2026-01-01T00:00:00Z",
     {"2028-02-28T23:00:00Z", "2032-02-28T23:00:00Z"}},
    {"FREQ=DAILY;UNTIL=20260103",
     NULL,
     RECUR_STAY,
     "2026-01-01T00:00:00Z",
     {"2026-01-01T23:00:00Z", "2026-01-02T23:00:00Z", NULL}},
    {"FREQ=DAILY;BYHOUR=8,12;UNTIL=20260102T080000",
     NULL,
     RECUR_STAY,
     "2026-01-01T12:00:00Z",
     {"2026-01-02T07:00:00Z", NULL}},
    {"FREQ=DAILY;BYHOUR=8,12;UNTIL=20260102T070000Z",
     NULL,
     RECUR_STAY,
     "2026-01-01T12:00:00Z",
     {"2026-01-02T07:00:00Z", NULL}},
    {"FREQ=DAILY;BYHOUR=8,12;UNTIL=20260102T065959Z",
     NULL,
     RECUR_STAY,
     "2026-01-01T10:00:00Z",
     {"2026-01-01T11:00:00Z", NULL}},
    /* 25 December 2026 is a Friday; Easter Monday is 6 April. */
    {"FREQ=WEEKLY;BYDAY=FR;BYHOUR=8",
     "DE",
     RECUR_AFTER,
     "2026-12-18T08:00:00Z",
     {"2026-12-28T07:00:00Z", "2027-01-04T07:00:00Z", "2027-01-08T07:00:00Z"}},
    {"FREQ=WEEKLY;BYDAY=FR;BYHOUR=8",
     "DE",
     RECUR_BEFORE,
     "2026-12-18T08:00:00Z",
     {"2026-12-24T07:00:00Z", "2026-12-31T07:00:00Z", "2027-01-08T07:00:00Z"}},
    {MONDAYS,
     "DE",
     RECUR_AFTER,
     "2026-04-01T00:00:00Z",
     {"2026-04-07T06:00:00Z", "2026-04-13T06:00:00Z"}},
    /* Off holidays, not off weekends; the holiday's run passes over Sunday's and meets Monday's. */
    {"FREQ=DAILY;BYHOUR=8",
     "DE",
     RECUR_AFTER,
     "2026-12-24T08:00:00Z",
     {"2026-12-27T07:00:00Z", "2026-12-28T07:00:00Z", "2026-12-29T07:00:00Z"}},
    {"FREQ=DAILY;BYHOUR=8",
     "DE",
     RECUR_BEFORE,
     "2026-12-23T08:00:00Z",
     {"2026-12-24T07:00:00Z", "2026-12-27T07:00:00Z", "2026-12-28T07:00:00Z"}},
    /* Beyond the calendar nothing is moved. */
    {"FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;BYHOUR=8",
     "DE",
     RECUR_AFTER,
     "2046-01-01T00:00:00Z",
     {"2046-12-25T07:00:00Z"}},
};

START_TEST(a_schedule_runs_when_its_rule_says)
{
    char text[CLOCK_TEXT];
    struct recur_run runs[5];
    size_t count = 0;
    struct recur *recur = open_schedule(rows[_i].rule, rows[_i].country, rows[_i].shift);
    ck_assert_int_eq(recur_list(runs, &count, recur, instant(rows[_i].after), 5, NULL), OK);
    for (size_t i = 0; i < 5 && rows[_i].runs[i] != NULL; i++) {
        ck_assert_uint_gt(count, i);
        ck_assert_str_eq(clock_text(text, runs[i].at_ms), rows[_i].runs[i]);
    }
    close_schedule(recur);
}
END_TEST

START_TEST(an_end_is_an_end)
{
    struct recur_run runs[5];
    struct err err = {0};
    size_t count = 9;
    struct recur *recur = open_schedule("FREQ=DAILY;BYHOUR=8,16;COUNT=3", NULL, RECUR_STAY);
    ck_assert_int_eq(recur_list(runs, &count, recur, 0, 5, NULL), OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(recur_next(&runs[0], recur, runs[2].at_ms, &err), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.text, "has ended"));
    ck_assert_int_eq(recur_list(runs, &count, recur, INT64_C(9000000000000), 5, NULL), OK);
    ck_assert_uint_eq(count, 0);
    close_schedule(recur);
    recur = open_schedule("FREQ=MONTHLY;BYMONTHDAY=1", NULL, RECUR_STAY);
    ck_assert_int_eq(recur_next(&runs[0], recur, INT64_MIN, NULL), OK);
    ck_assert_int_eq(runs[0].at_ms, instant("2025-12-31T23:00:00Z"));
    ck_assert_int_eq(recur_next(&runs[0], recur, INT64_MAX, NULL), ERR_NOT_FOUND);
    close_schedule(recur);
}
END_TEST

START_TEST(a_run_tells_off_what_it_was_moved_and_how_many_it_is)
{
    struct recur_run run = {0};
    struct recur *recur = open_schedule("FREQ=DAILY;BYHOUR=8", "DE", RECUR_AFTER);
    /* Friday and Saturday are holidays: their runs and Monday's own are one. */
    ck_assert_int_eq(recur_next(&run, recur, instant("2026-12-27T08:00:00Z"), NULL), OK);
    ck_assert_int_eq(run.count, 3);
    ck_assert_int_eq(date_compare(run.date, (struct date){2026, 12, 28}), 0);
    ck_assert_int_eq(date_compare(run.planned, (struct date){2026, 12, 25}), 0);
    ck_assert_str_eq(run.holiday, "Christmas Day");
    ck_assert_int_eq(run.ms_of_day, 8 * MS_HOUR);
    ck_assert(!run.uncovered);
    ck_assert_int_eq(recur_next(&run, recur, run.at_ms, NULL), OK);
    ck_assert_int_eq(run.count, 1);
    ck_assert_ptr_null(run.holiday);
    ck_assert_int_eq(recur_next(&run, recur, instant("2046-06-01T08:00:00Z"), NULL), OK);
    ck_assert(run.uncovered);
    ck_assert_ptr_null(run.holiday);
    close_schedule(recur);
}
END_TEST

START_TEST(two_local_times_of_one_gap_are_one_run)
{
    struct recur_run run = {0};
    struct recur *recur = open_schedule("FREQ=DAILY;BYHOUR=2;BYMINUTE=0,30", NULL, RECUR_STAY);
    ck_assert_int_eq(recur_next(&run, recur, instant("2026-03-28T12:00:00Z"), NULL), OK);
    ck_assert_int_eq(run.at_ms, instant("2026-03-29T01:00:00Z"));
    ck_assert_int_eq(run.count, 2);
    close_schedule(recur);
}
END_TEST

/* Whoever asks in any order, from any instant, gets the same row of runs, ascending. */
START_TEST(runs_are_the_same_whatever_was_asked_before)
{
    static const struct {
        const char *rule;
        enum recur_shift shift;
    } plans[] = {{"FREQ=DAILY;BYHOUR=2,14;BYMINUTE=30", RECUR_AFTER},
                 {"FREQ=DAILY;BYHOUR=2,14;BYMINUTE=30", RECUR_BEFORE},
                 {"FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR;BYHOUR=8", RECUR_AFTER},
                 {"FREQ=MONTHLY;BYMONTHDAY=-1,1;BYHOUR=8;COUNT=40", RECUR_BEFORE}};
    struct recur *recur = open_schedule(plans[_i].rule, "DE", plans[_i].shift);
    struct recur *other = open_schedule(plans[_i].rule, "DE", plans[_i].shift);
    struct recur_run runs[400];
    struct recur_run run = {0};
    size_t count = 0;
    ck_assert_int_eq(recur_list(runs, &count, recur, instant("2026-02-01T00:00:00Z"), 400, NULL),
                     OK);
    ck_assert_uint_gt(count, 20);
    for (size_t i = count - 1; i > 0; i--) {
        ck_assert_int_gt(runs[i].at_ms, runs[i - 1].at_ms);
        ck_assert_int_eq(recur_next(&run, other, runs[i].at_ms - 1, NULL), OK);
        ck_assert_int_eq(run.at_ms, runs[i].at_ms);
        ck_assert_int_eq(run.count, runs[i].count);
        ck_assert_int_eq(recur_next(&run, other, runs[i - 1].at_ms, NULL), OK);
        ck_assert_int_eq(run.at_ms, runs[i].at_ms);
    }
    recur_close(other);
    close_schedule(recur);
}
END_TEST

/* What is moved is neither lost nor made: as many runs as the rule has, none on a holiday. */
START_TEST(no_run_is_lost_when_it_is_moved)
{
    struct recur *moved =
        open_schedule("FREQ=DAILY;BYHOUR=8", "DE", _i == 0 ? RECUR_AFTER : RECUR_BEFORE);
    struct recur_run run = {.at_ms = instant("2026-01-10T00:00:00Z")};
    int total = 0;
    while (recur_next(&run, moved, run.at_ms, NULL) == OK &&
           run.at_ms < instant("2031-01-10T00:00:00Z")) {
        total += run.count;
        ck_assert(!calendar_holiday(NULL, calendar, run.date));
    }
    ck_assert_int_eq(total, 5 * 365 + 1);
    close_schedule(moved);
}
END_TEST

static const struct {
    const char *rule, *country;
    enum recur_shift shift;
    const char *words;
} words[] = {
    {MONDAYS, "DE", RECUR_AFTER,
     "every Monday 08:00, Europe/Berlin, moved off public holidays of DE to the next working day"},
    {"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=30", "DE", RECUR_BEFORE,
     "every day from Monday to Friday 07:30, Europe/Berlin, moved off public holidays of DE to the "
     "working day before"},
    {"FREQ=DAILY;BYHOUR=16,8", NULL, RECUR_STAY, "every day 08:00 and 16:00, Europe/Berlin"},
    {"FREQ=DAILY;INTERVAL=3", NULL, RECUR_STAY, "every 3 days 00:00, Europe/Berlin"},
    {"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", NULL, RECUR_STAY,
     "every 2 weeks on Thursday 00:00, Europe/Berlin"},
    {"FREQ=WEEKLY", NULL, RECUR_STAY, "every Thursday 00:00, Europe/Berlin"},
    {"FREQ=MONTHLY;BYDAY=2TU,-1FR;BYHOUR=9", NULL, RECUR_STAY,
     "every month on the second Tuesday and the last Friday 09:00, Europe/Berlin"},
    {"FREQ=MONTHLY;BYMONTHDAY=1,15,-1;BYMONTH=3,6", NULL, RECUR_STAY,
     "every month on the last, first and 15th day in March and June 00:00, Europe/Berlin"},
    {"FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;COUNT=2", NULL, RECUR_STAY,
     "every month on the 13th day if it is Friday 00:00, Europe/Berlin, 2 times"},
    {"FREQ=YEARLY;UNTIL=20301231T230000Z", NULL, RECUR_STAY,
     "every year on the first day of January 00:00, Europe/Berlin, until 2030-12-31 23:00 UTC"},
    {"FREQ=YEARLY;BYYEARDAY=-3,112;BYSECOND=5;UNTIL=20301231", NULL, RECUR_STAY,
     "every year on the third last and 112th day 00:00:05, Europe/Berlin, until 2030-12-31"},
    {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", NULL, RECUR_STAY,
     "every month on Monday to Friday, only the last of these days 00:00, Europe/Berlin"},
};

START_TEST(a_schedule_is_said_in_words)
{
    struct str out;
    str_init(&out, 1000);
    struct recur *recur = open_schedule(words[_i].rule, words[_i].country, words[_i].shift);
    recur_describe(&out, recur);
    ck_assert_str_eq(str_text(&out), words[_i].words);
    str_dispose(&out);
    close_schedule(recur);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recur");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, a_schedule_runs_when_its_rule_says, 0, COUNT(rows));
    tcase_add_test(all, an_end_is_an_end);
    tcase_add_test(all, a_run_tells_off_what_it_was_moved_and_how_many_it_is);
    tcase_add_test(all, two_local_times_of_one_gap_are_one_run);
    tcase_add_loop_test(all, runs_are_the_same_whatever_was_asked_before, 0, 4);
    tcase_add_loop_test(all, no_run_is_lost_when_it_is_moved, 0, 2);
    tcase_add_loop_test(all, a_schedule_is_said_in_words, 0, COUNT(words));
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
