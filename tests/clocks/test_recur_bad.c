/* Rules that are refused, where and why, and that no rule takes long. */
#include "base/clock.h"
#include "clocks/recur.h"
#include "tests/clocks/suite.h"

#include <stdio.h>
#include <string.h>

static enum status open_rule(const char *rule, struct err *err)
{
    struct zone *zone = NULL;
    struct recur *recur = NULL;
    ck_assert_int_eq(zone_open(&zone, "Europe/Berlin", NULL), OK);
    const struct recur_plan plan = {.rule = rule, .anchor = {2026, 1, 1}, .zone = zone};
    enum status status = recur_open(&recur, &plan, err);
    ck_assert_int_eq(status == OK, recur != NULL);
    recur_close(recur);
    zone_close(zone);
    return status;
}

static const struct {
    const char *rule;
    int sign; /* 0: none is named */
    const char *said;
} bad[] = {
    {"", 1, "a part is missing"},
    {"FREQ", 1, "has no value"},
    {"FREQ=", 6, "is no frequency"},
    {"FREQ=FORTNIGHTLY", 6, "is no frequency"},
    {"FREQ=SECONDLY", 6, "too fine"},
    {"FREQ=MINUTELY;INTERVAL=30", 6, "too fine"},
    {"FREQ=HOURLY", 6, "BYHOUR=8,12,16"},
    {"BYHOUR=8", 1, "there is no FREQ"},
    {"RRULE:FREQ=DAILY", 1, "leave out RRULE:"},
    {"FREQ=DAILY;", 12, "a part is missing"},
    {"FREQ=DAILY;;COUNT=1", 12, "a part is missing"},
    {" FREQ=DAILY", 1, "did you mean FREQ?"},
    {"FREQ=DAILY;BYHUOR=8", 12, "did you mean BYHOUR?"},
    {"FREQ=DAILY;X=8", 12, "is no part of a rule"},
    {"FREQ=DAILY;RSCALE=GREGORIAN", 12, "RFC 7529"},
    {"FREQ=DAILY;SKIP=OMIT", 12, "RFC 7529"},
    {"FREQ=DAILY;FREQ=DAILY", 12, "stands twice"},
    {"FREQ=DAILY;BYHOUR=24", 19, "from 0 to 23"},
    {"FREQ=DAILY;BYHOUR=-1", 19, "from 0 to 23"},
    {"FREQ=DAILY;BYHOUR=8,,9", 21, "\"\" has no place"},
    {"FREQ=DAILY;BYHOUR=8,9,8", 23, "stands twice in BYHOUR"},
    {"FREQ=DAILY;BYHOUR=8;BYMINUTE=60", 30, "from 0 to 59"},
    {"FREQ=DAILY;BYSECOND=60", 21, "from 0 to 59"},
    {"FREQ=DAILY;BYHOUR=99999999999999999999", 19, "from 0 to 23"},
    {"FREQ=DAILY;BYHOUR= 8", 19, "from 0 to 23"},
    {"FREQ=DAILY;INTERVAL=0", 21, "from 1 to 366"},
    {"FREQ=DAILY;INTERVAL=367", 21, "from 1 to 366"},
    {"FREQ=DAILY;COUNT=0", 18, "from 1 to 9999"},
    {"FREQ=DAILY;COUNT=10000", 18, "from 1 to 9999"},
    {"FREQ=DAILY;COUNT=1;UNTIL=20270101", 1, "COUNT and UNTIL"},
    {"FREQ=DAILY;UNTIL=2027-01-01", 18, "write a day as 20271231"},
    {"FREQ=DAILY;UNTIL=20270230", 18, "write a day"},
    {"FREQ=DAILY;UNTIL=20270101T240000", 18, "write a day"},
    {"FREQ=DAILY;UNTIL=20270101T08000", 18, "write a day"},
    {"FREQ=DAILY;UNTIL=20270101T080000z1", 18, "write a day"},
    {"FREQ=DAILY;UNTIL=", 18, "write a day"},
    {"FREQ=WEEKLY;BYDAY=MQ", 19, "\"MQ\" is no weekday"},
    {"FREQ=WEEKLY;BYDAY=MO,XX", 22, "is no weekday"},
    {"FREQ=WEEKLY;BYDAY=", 19, "is no weekday"},
    {"FREQ=MONTHLY;BYDAY=0MO", 20, "is no weekday"},
    {"FREQ=MONTHLY;BYDAY=54MO", 20, "is no weekday"},
    {"FREQ=MONTHLY;BYDAY=--1MO", 20, "is no weekday"},
    {"FREQ=WEEKLY;BYDAY=2MO", 1, "needs FREQ=MONTHLY or YEARLY"},
    {"FREQ=MONTHLY;BYDAY=2MO;BYMONTHDAY=3", 1, "goes with BYMONTH only"},
    {"FREQ=WEEKLY;WKST=8", 18, "WKST is not"},
    {"FREQ=WEEKLY;BYMONTHDAY=3", 1, "does not go with FREQ=WEEKLY"},
    {"FREQ=DAILY;BYMONTHDAY=-1", 1, "need FREQ=MONTHLY"},
    {"FREQ=MONTHLY;BYYEARDAY=3", 1, "needs FREQ=YEARLY"},
    {"FREQ=YEARLY;BYYEARDAY=3;BYMONTH=1", 1, "goes with BYDAY only"},
    {"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", 1, "turn of the year"},
    {"FREQ=MONTHLY;BYMONTHDAY=1,-31;BYSETPOS=-1", 1, "counted from both ends"},
    {"FREQ=YEARLY;BYMONTH=13", 21, "from 1 to 12"},
    {"FREQ=YEARLY;BYMONTH=5L", 21, "from 1 to 12"},
    {"FREQ=MONTHLY;BYSETPOS=1", 1, "chooses among days"},
    {"FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", 1, "BYSETPOS needs FREQ=MONTHLY"},
    {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;BYHOUR=8,9", 1, "one time a day"},
    {"FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19", 1,
     "more than 96 runs a day"},
    {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 1, "never comes true"},
    {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 1, "never comes true"},
    {"FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", 1, "never comes true"},
    {"FREQ=YEARLY;BYMONTH=3;BYDAY=-6MO", 1, "never comes true"},
    {"FREQ=MONTHLY;BYMONTHDAY=5,6;BYDAY=MO,TU;BYSETPOS=-3", 1, "never comes true"},
    {"FREQ=YEARLY;BYYEARDAY=1,2,3;BYSETPOS=4", 1, "never comes true"},
    {"FREQ=YEARLY;BYMONTH=1,2;BYDAY=MO;BYSETPOS=11", 1, "never comes true"},
    {"FREQ=MONTHLY;INTERVAL=12;BYMONTH=2", 0, "never comes true"},
    {"FREQ=MONTHLY;BYDAY=6MO", 1, "never comes true"},
    {"FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=3", 1, "never comes true"},
    {"FREQ=WEEKLY;INTERVAL=366;BYDAY=MO;BYMONTH=2;UNTIL=20270101", 0, "never comes true"},
    {"FREQ=DAILY;UNTIL=20251231", 0, "never comes true"},
    {"FREQ=DAILY;INTERVAL=7;BYDAY=FR", 0, "never comes true"},
    {"FREQ=DAILY\xff;COUNT=1", 6, "is no frequency"},
    {"FREQ=DAILY\nBYHOUR=8", 6, "is no frequency"},
};

START_TEST(a_bad_rule_is_refused_with_sign_and_cause)
{
    struct err err = {0};
    char sign[20] = "";
    ck_assert_int_eq(open_rule(bad[_i].rule, &err), ERR_INVALID);
    if (bad[_i].sign != 0)
        (void)snprintf(sign, sizeof sign, "sign %d: ", bad[_i].sign);
    ck_assert_msg(strstr(err.text, sign) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, bad[_i].said) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_rule_is_bounded)
{
    char rule[1100] = "FREQ=DAILY;BYHOUR=8";
    struct err err = {0};
    ck_assert_int_eq(open_rule(NULL, &err), ERR_INVALID);
    ck_assert_int_eq(open_rule("FREQ=NO", NULL), ERR_INVALID);
    memset(rule + strlen(rule), ';', 1001 - strlen(rule));
    ck_assert_int_eq(open_rule(rule, &err), ERR_LIMIT);
    rule[1000] = '\0';
    ck_assert_int_eq(open_rule(rule, &err), ERR_INVALID);
}
END_TEST

START_TEST(a_schedule_without_a_beginning_or_a_calendar_is_refused)
{
    static const struct {
        struct date anchor;
        int64_t ms;
        enum recur_shift shift;
    } plans[] = {{{2026, 2, 29}, 0, RECUR_STAY},     {{1969, 12, 31}, 0, RECUR_STAY},
                 {{2201, 1, 1}, 0, RECUR_STAY},      {{2026, 1, 1}, -1, RECUR_STAY},
                 {{2026, 1, 1}, MS_DAY, RECUR_STAY}, {{2026, 1, 1}, 0, RECUR_AFTER}};
    struct zone *zone = NULL;
    struct recur *recur = NULL;
    ck_assert_int_eq(zone_open(&zone, "UTC", NULL), OK);
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        const struct recur_plan plan = {.rule = "FREQ=DAILY",
                                        .anchor = plans[i].anchor,
                                        .anchor_ms = plans[i].ms,
                                        .zone = zone,
                                        .shift = plans[i].shift};
        ck_assert_int_eq(recur_open(&recur, &plan, NULL), ERR_INVALID);
        ck_assert_ptr_null(recur);
    }
    recur_close(NULL);
    zone_close(zone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recur_bad");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, a_bad_rule_is_refused_with_sign_and_cause, 0, COUNT(bad));
    tcase_add_test(all, a_rule_is_bounded);
    tcase_add_test(all, a_schedule_without_a_beginning_or_a_calendar_is_refused);
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
