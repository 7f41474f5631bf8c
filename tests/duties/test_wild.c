/*
 * What published summaries say and the law does not: for each such value, that it never comes out,
 * whatever day of a year the fact falls on. Examples of the same stand in the rules (`never`).
 */
#include "base/clock.h"
#include "clocks/date.h"
#include "tests/duties/matter.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define DAYS 400 /* with a Christmas and an Easter in it */
#define STEP 5   /* through all days of the week */

/* The day this many days behind 2026-07-01, as a date. */
static const char *day(int64_t n)
{
    const struct date first = {2026, 7, 1};
    char text[CLOCK_TEXT];
    return arena_strdup(matter_arena, clock_date(text, (date_days(first) + n) * MS_DAY));
}

static struct explanation computed(const char *id, const char *fact, const char *country)
{
    struct explanation e;
    const struct rule *rule = NULL;
    ck_assert_msg(pack_rule(&rule, matter_pack, id, &matter_err) == OK, "%s", matter_err.text);
    ck_assert_msg(explain_rule(&e, matter_arena, matter_pack, rule, fact, country, &matter_err) ==
                      OK,
                  "%s: %s", id, matter_err.text);
    ck_assert_msg(e.state == RULE_RUNNING, "%s on %s does not run", id, fact);
    return e;
}

/* Wrong is a day too late: neither date is ever it, or behind it. */
static const struct {
    const char *rule, *country;
    int64_t right, wrong;
} too_late[] = {
    /* "death: 15 days" */
    {"EU-87-10", "DE", 10, 15},
    {"EU-87-10", "AT", 10, 15},
    {"EU-87-10", NULL, 10, 15},
    {"EU-IVDR-10", "FR", 10, 15},
    {"CH-87-10", NULL, 10, 15},
    {"UK-10", NULL, 10, 15},
    {"UK-NI-10", NULL, 10, 15},
    {"CA-10", NULL, 10, 15},
    {"AU-10", NULL, 10, 15},
    /* "threat to public health: 10 days" */
    {"EU-87-2", "DE", 2, 10},
    {"EU-87-2", NULL, 2, 10},
    {"EU-IVDR-2", "AT", 2, 10},
    {"CH-87-2", NULL, 2, 10},
    {"UK-2", NULL, 2, 10},
    {"UK-NI-2", NULL, 2, 10},
};

START_TEST(a_date_that_is_said_too_late_is_never_computed)
{
    for (size_t i = 0; i < COUNT(too_late); i++)
        for (int64_t n = 0; n < DAYS; n += STEP) {
            const char *id = too_late[i].rule;
            const struct explanation e = computed(id, day(n), too_late[i].country);
            ck_assert_msg(strcmp(e.due_safe, day(n + too_late[i].right)) == 0, "%s on %s: %s", id,
                          day(n), e.due_safe);
            ck_assert_msg(strcmp(e.due_legal, day(n + too_late[i].wrong)) < 0, "%s on %s: %s", id,
                          day(n), e.due_legal);
        }
}
END_TEST

/* On a weekend they end with the Friday behind it: that is five days from a Sunday, and right. */
START_TEST(five_working_days_of_the_fda_are_never_five_calendar_days)
{
    static const char *const rules[] = {"US-803-5", "US-803-5B"};
    for (size_t i = 0; i < COUNT(rules); i++)
        for (int64_t n = 0; n < DAYS; n++) {
            const struct explanation e = computed(rules[i], day(n), NULL);
            const int64_t weekday = (n + 2) % 7; /* 2026-07-01 is a Wednesday; Monday is 0 */
            const int64_t right = weekday < 5 ? 7 : weekday == 5 ? 6 : 5;
            ck_assert_msg(strcmp(e.due_safe, day(n + right)) == 0, "%s: %s", day(n), e.due_safe);
            ck_assert_msg(strcmp(e.due_legal, e.due_safe) >= 0, "%s: %s", day(n), e.due_legal);
        }
}
END_TEST

START_TEST(no_rule_of_the_states_knows_48_hours)
{
    for (size_t i = 0; i < matter_pack->count; i++) {
        const struct rule *rule = matter_pack->rules[i];
        if (strcmp(rule->jurisdiction, "US") == 0)
            ck_assert_msg(rule->period_unit != UNIT_HOURS, "%s", rule->id);
    }
    for (int64_t n = 0; n < DAYS; n += STEP) {
        ck_assert_str_eq(computed("US-CY-30", day(n), NULL).due_safe, day(n + 30));
        ck_assert_str_eq(computed("US-CY-60", day(n), NULL).due_safe, day(n + 60));
    }
}
END_TEST

/* All that anybody can know of it, and no measure. */
static void know_all(struct matter_box *box, const char *at)
{
    static const enum rule_trigger kinds[] = {
        TRIGGER_AWARE_ANY_EMPLOYEE, TRIGGER_AWARE_MANAGER, TRIGGER_AWARE_REPRESENTATIVE,
        TRIGGER_LEARNED_OF_VULNERABILITY, TRIGGER_EXPLOITATION_EVIDENCE};
    for (size_t i = 0; i < COUNT(kinds); i++)
        (void)matter_happens(box, kinds[i], at, NULL);
}

START_TEST(the_final_report_under_the_cra_runs_from_the_measure_and_never_from_awareness)
{
    for (int64_t n = 80; n < DAYS; n += 9) { /* in force since 2026-09-11 */
        struct matter_box box;
        matter_init(&box, 1u << SCOPE_CRA);
        matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
        know_all(&box, day(n));
        ck_assert_str_eq(matter_dates(&box, "EU-CRA-14D"), "waiting_trigger");
        ck_assert_str_eq(matter_dates(&box, "EU-CRA-I1M"), "waiting_trigger");
        (void)matter_happens(&box, TRIGGER_MEASURE_AVAILABLE, day(n + 30), NULL);
        ck_assert_msg(strncmp(matter_dates(&box, "EU-CRA-14D"), day(n + 44), 10) == 0, "%s: %s",
                      day(n), matter_dates(&box, "EU-CRA-14D"));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.wild");
    TCase *tcase = tcase_create("wild");
    tcase_add_checked_fixture(tcase, matter_begin, matter_end);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_date_that_is_said_too_late_is_never_computed);
    tcase_add_test(tcase, five_working_days_of_the_fda_are_never_five_calendar_days);
    tcase_add_test(tcase, no_rule_of_the_states_knows_48_hours);
    tcase_add_test(tcase,
                   the_final_report_under_the_cra_runs_from_the_measure_and_never_from_awareness);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
