/* The form of a recurrence: each slip has its cause and, where one is near, the right word. */
#include "config/check.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *rule, *said; /* said NULL: good */
} rules[] = {
    {"FREQ=WEEKLY;BYDAY=MO", NULL},
    {"FREQ=MONTHLY;BYDAY=-1FR,+2TU;BYHOUR=8,16;BYMINUTE=0", NULL},
    {"BYMONTHDAY=-1;FREQ=MONTHLY;INTERVAL=2;COUNT=5;WKST=SU", NULL},
    {"FREQ=YEARLY;BYMONTH=12;UNTIL=20301231T080000Z", NULL},
    {"FREQ=WEEKLY;BYDAY=MON", "BYDAY=MON is no weekday: did you mean MO?"},
    {"FREQ=WEEKLY;BYDAY=TUES", "BYDAY=TUES is no weekday: did you mean TU?"},
    {"FREQ=MONTHLY;BYDAY=1TEU", "BYDAY=1TEU is no weekday: did you mean TU?"},
    {"FREQ=WEEKLY;BYDAY=XXXXX", "BYDAY=XXXXX is no weekday: write MO, TU, WE, TH, FR, SA, SU"},
    {"FREQ=WEEKLY;BYDAY=MO,,TU", "BYDAY= is no weekday"},
    {"FREQ=WEEKLY;WKST=1MO", "WKST=1MO is no weekday"},
    {"FREQ=WEEKLY;BYDAYS=MO", "BYDAYS is no part of a rule: did you mean BYDAY?"},
    {"FREQ=WEEKLY;QQQQQQQQQQ=1", "is no recurrence: write it as FREQ=WEEKLY;BYDAY=MO"},
    {"FREQ=WEEKY", "FREQ=WEEKY is no frequency: did you mean WEEKLY?"},
    {"FREQ=HOURLY", "FREQ=HOURLY is too fine: write FREQ=DAILY with BYHOUR=8,12,16"},
    {"FREQ=DAILY;BYHOUR=8,24", "BYHOUR=24: write a number from 0 to 23"},
    {"FREQ=DAILY;BYHOUR=-1", "BYHOUR=-1: write a number from 0 to 23"},
    {"FREQ=WEEKLY;BYDAY", "is no recurrence"},
    {"FREQ=WEEKLY;BYDAY=", "is no recurrence"},
    {"FREQ=WEEKLY;", "is no recurrence"},
    {"FREQ=WEEKLY;;BYDAY=MO", "is no recurrence"},
    {"FREQ=WEEKLY=DAILY", "is no recurrence"},
    {"BYDAY=MO", "is no recurrence"},
    {"every monday", "is no recurrence"},
    {"", "is no recurrence"},
};

START_TEST(a_slip_in_a_recurrence_is_named)
{
    struct err err = {0};
    const enum status status = check_rrule(rules[_i].rule, &err);
    if (rules[_i].said == NULL) {
        ck_assert_msg(status == OK, "%s", err.text);
        return;
    }
    ck_assert_int_eq(status, ERR_INVALID);
    ck_assert_msg(strstr(err.text, rules[_i].said) != NULL, "%s", err.text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config.check_rrule");
    TCase *tc = tcase_create("check_rrule");
    tcase_add_loop_test(tc, a_slip_in_a_recurrence_is_named, 0, sizeof rules / sizeof rules[0]);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
