/* Clocks of cases that act by themselves: what one of them cannot do stops no other one. */
#include "dispatcher/duties/duty_act.h"
#include "store/case.h"
#include "store/duty.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

static struct world w;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
}

static void teardown(void)
{
    world_close(&w);
}

/* A duty of a case whose time is over, for regulatory affairs; returns its subject in the log. */
static const char *past_duty(int64_t case_id, const char *rule, int64_t legal_ms)
{
    struct duty_row row = {.case_id = case_id,
                           .rule = rule,
                           .version = 1,
                           .rule_sha256 = "00",
                           .jurisdiction = "EU",
                           .state = DUTY_RUNNING,
                           .deliverable = "a report",
                           .owner = "weber",
                           .due_safe = "2027-01-14",
                           .due_legal = "2027-01-15",
                           .safe_ms = legal_ms - MS_DAY,
                           .legal_ms = legal_ms,
                           .start_ms = legal_ms - 10 * MS_DAY,
                           .derivation = "counted",
                           .next_ms = legal_ms - 5 * MS_DAY,
                           .created_ms = legal_ms - 10 * MS_DAY};
    must(duty_add(&row, w.app.store, &err));
    return arena_printf(w.arena, "duty-%lld", (long long)row.id);
}

static void add_case(int64_t seq)
{
    struct case_file row = {.uid = arena_printf(w.arena, "case-uid-%d", (int)seq),
                            .number = arena_printf(w.arena, "EXM-C-2027-000%d", (int)seq),
                            .year = 2027,
                            .seq = seq,
                            .owner = "weber",
                            .opened_ms = WORLD_NOW,
                            .state_ms = WORLD_NOW};
    must(case_add(&row, w.app.store, &err));
    ck_assert_int_eq(row.id, seq);
}

static void act(bool does)
{
    bool did = false;
    must(duty_act(&w.app, &did, &err));
    ck_assert_int_eq(did, does);
}

START_TEST(a_duty_that_fails_is_told_once_and_the_next_one_is_missed_in_time)
{
    must(app_begin(&w.app, &err));
    add_case(1);
    add_case(2);
    const char *bad = past_duty(1, "EU-87-SPT", WORLD_NOW - 2 * MS_DAY); /* the most pressing */
    const char *good = past_duty(2, "EU-87-ANY", WORLD_NOW - MS_DAY);
    must(app_commit(&w.app, &err));
    world_sql(&w, "UPDATE duty SET derivation = CAST(x'ff' AS TEXT) WHERE case_id = 1");
    act(true);
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", good), 1);
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", bad), 0);
    ck_assert_uint_eq(world_entries(&w, "escalation.sent", bad), 0); /* nothing of it is left */
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    const size_t entries = world_entries(&w, "task.opened", NULL);
    act(false); /* it is tried again, and nobody is told again */
    ck_assert_uint_eq(world_entries(&w, "task.opened", NULL), entries);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    world_sql(&w, "UPDATE duty SET derivation = 'mended' WHERE case_id = 1");
    act(true);
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", bad), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), 2);
    act(false);
}
END_TEST

#define PAGE 200 /* so many are looked at at once */

START_TEST(many_duties_that_fail_keep_none_behind_them_from_its_clock)
{
    must(app_begin(&w.app, &err));
    add_case(1);
    add_case(2);
    for (int i = 0; i < PAGE + 1; i++)
        (void)past_duty(1, arena_printf(w.arena, "BAD-%03d", i), WORLD_NOW - 2 * MS_DAY);
    const char *good = past_duty(2, "EU-87-ANY", WORLD_NOW - MS_DAY); /* the last of all */
    must(app_commit(&w.app, &err));
    world_sql(&w, "UPDATE duty SET derivation = CAST(x'ff' AS TEXT) WHERE case_id = 1");
    act(true);
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", good), 1);
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", NULL), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), PAGE + 1);
    act(false);
}
END_TEST

START_TEST(a_case_that_fails_keeps_no_other_one_from_its_reminders)
{
    static const char *const countries[] = {"DE"};
    struct hold_row hold = {.case_id = 1,
                            .rule = "EU-89-FSN",
                            .version = 1,
                            .jurisdiction = "EU",
                            .kind = "await_comment",
                            .why = "rule",
                            .state = HOLD_STANDING,
                            .since_ms = WORLD_NOW - MS_DAY,
                            .until_ms = WORLD_NOW - 1};
    must(app_begin(&w.app, &err));
    add_case(1);
    add_case(2);
    must(hold_add(&hold, countries, 1, w.app.store, &err));
    const char *good = past_duty(2, "EU-87-ANY", WORLD_NOW - MS_DAY);
    must(app_commit(&w.app, &err));
    world_sql(
        &w, "PRAGMA ignore_check_constraints = ON; UPDATE case_file SET state = 'x' WHERE id = 1");
    act(true);
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", good), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    act(false);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.duty_act");
    TCase *tcase = tcase_create("duty_act");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_duty_that_fails_is_told_once_and_the_next_one_is_missed_in_time);
    tcase_add_test(tcase, many_duties_that_fail_keep_none_behind_them_from_its_clock);
    tcase_add_test(tcase, a_case_that_fails_keeps_no_other_one_from_its_reminders);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
