/* Rules are adopted in another version: open cases follow, closed ones keep what they had, and
 * nothing becomes later without somebody being told. */
#include "base/file.h"
#include "dispatcher/duties/duty_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "store/log.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* A rule of the site's own, of so many days. */
static void put_rule(int version, int days, const char *scope)
{
    struct str text;
    char *path = path_join(w.dir, "rules/local.cfg");
    str_init(&text, STR_LIMIT_LINE);
    str_addf(&text,
             "rules = ( { id = \"US-OWN\"; version = %d; title = \"t\"; status = \"L\"; "
             "jurisdiction = \"US\"; authority = \"a\"; scope = [ \"%s\" ]; trigger = [ "
             "\"aware_manager\" ]; condition = \"c\"; recipients = [ \"regulator\" ]; period = { n "
             "= %d; unit = \"cd\"; }; citation = { instrument = \"i\"; article = \"1\"; }; read_in "
             "= \"r\"; deliverable = \"form\"; closes_on = \"p\"; verified_by = \"weber\"; "
             "verified_on = \"2026-11-22\"; tests = ( { fact = \"2026-11-02\"; due_safe = "
             "\"2026-11-%02d\"; due_legal = \"2026-11-%02d\"; } ); } );\n",
             version, scope, days, 2 + days, 2 + days);
    must(file_write(path, str_bytes(&text), 0600, &err));
    str_dispose(&text);
    free(path);
}

/* What a signature over the rules as they are leaves in the store. */
static void adopt(void)
{
    world_adopt(&w);
    must(app_begin(&w.app, &err));
    must(duty_anew(&w.app, &err));
    must(app_commit(&w.app, &err));
}

static void step(void)
{
    bool left = false;
    must(duty_anew_step(&w.app, &left, &err));
    ck_assert(!left);
}

/* A manager knew on the 2nd of January, and it is reportable. */
static void add_case(int64_t seq, bool closed)
{
    struct duty_book book;
    struct case_file row = {.uid = arena_printf(w.arena, "case-uid-%d", (int)seq),
                            .number = arena_printf(w.arena, "EXM-C-2027-000%d", (int)seq),
                            .year = 2027,
                            .seq = seq,
                            .owner = "weber",
                            .opened_ms = WORLD_NOW,
                            .state_ms = WORLD_NOW};
    struct case_fact fact = {.kind = "aware_manager",
                             .said = "2027-01-02",
                             .person = "weber",
                             .source = "call",
                             .entered_by = "weber"};
    struct case_decision decision = {.jurisdiction = "US",
                                     .verdict = REPORTABLE,
                                     .reason = "r",
                                     .person = "weber",
                                     .entered_by = "weber"};
    duty_book_open(&book, &w.app);
    must(app_begin(&w.app, &err));
    must(case_add(&row, w.app.store, &err));
    fact.case_id = decision.case_id = row.id;
    must(case_fact_add(&fact, w.app.store, &err));
    must(case_decision_add(&decision, w.app.store, &err));
    must(duty_refresh(&w.app, &row, &book, &err));
    if (closed) {
        const enum case_state from = row.state;
        row.state = CASE_CLOSED;
        row.closed_ms = WORLD_NOW;
        must(case_save(w.app.store, &row, from, &err));
    }
    must(app_commit(&w.app, &err));
    duty_book_close(&book);
}

static struct duty_row own_duty(int64_t case_id)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    must(duty_list(&list, &count, w.arena, w.app.store, case_id, &err));
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i].rule, "US-OWN"))
            return list[i];
    ck_abort_msg("case %d has no duty by US-OWN", (int)case_id);
}

/* The last duty.recomputed of this case, as it stands in the log. */
static const char *last_change(const char *uid)
{
    int64_t idx = 0;
    struct log_line *lines = NULL;
    size_t count = 0;
    must(log_find(&idx, w.app.store, uid, "duty.recomputed", &err));
    must(log_list(&lines, &count, w.arena, w.app.store, idx, NULL, 1, &err));
    ck_assert_uint_eq(count, 1);
    return arena_strndup(w.arena, (const char *)lines[0].line.data, lines[0].line.size);
}

static void setup(void)
{
    world_open(&w);
    char *rules = path_join(w.dir, "rules");
    must(file_make_dir(rules, 0700, &err));
    free(rules);
    put_rule(1, 10, "any");
    adopt();
    step();
}

static void teardown(void)
{
    world_close(&w);
}

START_TEST(open_cases_follow_and_each_change_is_an_entry_with_both_dates_and_versions)
{
    add_case(1, false);
    add_case(2, true);
    ck_assert_str_eq(own_duty(1).due_safe, "2027-01-12");
    put_rule(2, 8, "any");
    adopt();
    step();
    ck_assert_str_eq(own_duty(1).due_safe, "2027-01-10");
    ck_assert_int_eq(own_duty(1).version, 2);
    const char *entry = last_change("case-uid-1");
    ck_assert_ptr_nonnull(strstr(entry, "\"due_safe\":\"2027-01-10\""));
    ck_assert_ptr_nonnull(strstr(entry, "\"was_safe\":\"2027-01-12\""));
    ck_assert_ptr_nonnull(strstr(entry, "\"version\":2"));
    ck_assert_ptr_nonnull(strstr(entry, "\"was_version\":1"));
    /* A closed case keeps what it was closed with. */
    ck_assert_str_eq(own_duty(2).due_safe, "2027-01-12");
    ck_assert_int_eq(own_duty(2).version, 1);
    ck_assert_uint_eq(world_entries(&w, "duty.recomputed", "case-uid-2"), 0);
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), 0); /* nothing became later */
    const size_t before = world_entries(&w, "duty.recomputed", NULL);
    step();
    ck_assert_uint_eq(world_entries(&w, "duty.recomputed", NULL), before);
}
END_TEST

START_TEST(a_rule_that_was_changed_and_not_adopted_changes_nothing)
{
    bool did = false;
    add_case(1, false);
    put_rule(2, 20, "any");
    must(duty_anew(&w.app, &err));
    step();
    must(duty_act(&w.app, &did, &err));
    ck_assert_str_eq(own_duty(1).due_safe, "2027-01-12");
    ck_assert_int_eq(own_duty(1).version, 1);
    ck_assert_uint_eq(world_entries(&w, "duty.recomputed", "case-uid-1"), 0);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1); /* and somebody is told */
}
END_TEST

static const struct {
    int days;
    const char *scope;
} later[] = {{20, "any"}, {10, "cra"}};

START_TEST(what_becomes_later_or_is_taken_back_is_told)
{
    struct task *tasks = NULL;
    struct task_item *items = NULL;
    struct product product = {.vendor = "EXM", .product = "P", .version = "1", .scope = "mdr"};
    size_t count = 0;
    bool changed = false;
    must(app_begin(&w.app, &err));
    must(product_put(w.app.store, &product, &changed, &err));
    must(app_commit(&w.app, &err));
    add_case(1, false);
    put_rule(2, later[_i].days, later[_i].scope);
    adopt();
    step();
    ck_assert_int_eq(own_duty(1).state, _i == 0 ? DUTY_RUNNING : DUTY_WITHDRAWN);
    must(task_list(&tasks, &count, w.arena, w.app.store, false, 0, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(tasks[0].title, "Dates of duties became later by rules that were adopted");
    must(task_item_list(&items, &count, w.arena, w.app.store, tasks[0].id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_nonnull(strstr(items[0].detail, "version 1 said 2027-01-12"));
    ck_assert_ptr_nonnull(strstr(items[0].detail, "version 2 says 2027-01-"));
}
END_TEST

START_TEST(after_a_crash_it_goes_on_where_it_was)
{
    bool did = false;
    add_case(1, false);
    add_case(2, false);
    put_rule(2, 8, "any");
    adopt(); /* and nothing more: the process is gone */
    must(duty_act(&w.app, &did, &err));
    ck_assert_int_eq(own_duty(1).version, 2);
    ck_assert_int_eq(own_duty(2).version, 2);
}
END_TEST

static void put_nonsense(void)
{
    char *path = path_join(w.dir, "rules/local.cfg");
    must(file_write(path, bytes_of("rules = ( {"), 0600, &err));
    free(path);
}

START_TEST(it_waits_while_the_rules_are_not_those_that_were_adopted)
{
    bool did = false;
    add_case(1, false);
    put_rule(2, 8, "any");
    adopt();
    if (_i == 0)
        put_nonsense();
    else
        put_rule(3, 20, "any");
    step();
    must(duty_act(&w.app, &did, &err));
    ck_assert_int_eq(own_duty(1).version, 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1); /* told once */
    put_rule(2, 8, "any");
    must(duty_act(&w.app, &did, &err));
    ck_assert_int_eq(own_duty(1).version, 2);
}
END_TEST

static void step_at(int64_t ms)
{
    clock_init_stopped(&w.app.clock, WORLD_NOW + ms);
    step();
}

START_TEST(a_case_that_cannot_be_computed_keeps_what_it_had_and_is_tried_again)
{
    struct task *tasks = NULL;
    size_t count = 0;
    add_case(1, false);
    add_case(2, false);
    put_rule(2, 8, "any");
    adopt();
    world_sql(&w, "UPDATE case_fact SET said = CAST(x'ff' AS TEXT) WHERE case_id = 1");
    step();
    ck_assert_int_eq(own_duty(1).version, 1);
    ck_assert_int_eq(own_duty(2).version, 2);
    must(task_list(&tasks, &count, w.arena, w.app.store, false, 0, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_nonnull(strstr(tasks[0].todo, "tried again every hour"));
    const size_t changes = world_entries(&w, "duty.recomputed", NULL);
    const size_t told = world_entries(&w, "task.opened", NULL);
    step_at(MS_HOUR); /* it fails once more */
    ck_assert_int_eq(own_duty(1).version, 1);
    world_sql(&w, "UPDATE case_fact SET said = '2027-01-02' WHERE case_id = 1");
    step_at(2 * MS_HOUR - 1);
    ck_assert_int_eq(own_duty(1).version, 1);
    step_at(2 * MS_HOUR);
    ck_assert_int_eq(own_duty(1).version, 2);
    ck_assert_str_eq(own_duty(1).due_safe, "2027-01-10");
    step_at(9 * MS_HOUR); /* and that was all */
    ck_assert_uint_eq(world_entries(&w, "duty.recomputed", NULL), changes + 1);
    ck_assert_uint_eq(world_entries(&w, "task.opened", NULL), told); /* told once */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.duty_anew");
    TCase *tcase = tcase_create("duty_anew");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase,
                   open_cases_follow_and_each_change_is_an_entry_with_both_dates_and_versions);
    tcase_add_test(tcase, a_rule_that_was_changed_and_not_adopted_changes_nothing);
    tcase_add_loop_test(tcase, what_becomes_later_or_is_taken_back_is_told, 0, 2);
    tcase_add_test(tcase, after_a_crash_it_goes_on_where_it_was);
    tcase_add_loop_test(tcase, it_waits_while_the_rules_are_not_those_that_were_adopted, 0, 2);
    tcase_add_test(tcase, a_case_that_cannot_be_computed_keeps_what_it_had_and_is_tried_again);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
