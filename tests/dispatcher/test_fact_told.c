/* The first notice in a jurisdiction is a fact of its case, and clocks of others run from it. */
#include "dispatcher/duties/fact_told.h"

#include "dispatcher/cases/case_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static struct advisory advisory;
static int64_t case_id;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    world_parties(&w, "party,kind,country,email\nberlin,hdo,DE,a@example.com\n"
                      "wien,importer,AT,b@example.com\nboston,hdo,US,c@example.com\n"
                      "delhi,distributor,IN,d@example.com\nbfarm,regulator,DE,e@example.com\n"
                      "desk,complaint,DE,f@example.com\ntoronto,hdo,CA,g@example.com\n");
    world_adopt(&w);
    advisory = world_advisory(&w, "1.0.0", TLP_GREEN, ADVISORY_RELEASED);
    case_id = world_case(&w, "EXM-2026-0007");
}

static void teardown(void)
{
    world_close(&w);
}

static struct notice out(const char *party, enum notice_state state, enum level level, int64_t ms)
{
    struct notice n = world_notice(&w, &advisory, party, 1, state, "relay");
    n.level = level;
    n.accepted_ms = ms;
    must(app_begin(&w.app, &err));
    must(notice_update(w.app.store, &n, state, &err));
    must(app_commit(&w.app, &err));
    return n;
}

/* What the program entered by itself, after one look. */
static size_t look(struct case_fact **facts, bool is_new)
{
    struct case_fact *all = NULL;
    size_t count = 0;
    size_t own = 0;
    bool did = false;
    must(fact_told_act(&w.app, &did, &err));
    ck_assert_int_eq(did, is_new);
    must(case_fact_list(&all, &count, w.arena, w.app.store, case_id, &err));
    *facts = NULL;
    for (size_t i = 0; i < count; i++)
        if (text_equal(all[i].entered_by, FACT_TOLD_BY))
            arena_push(w.arena, facts, &own, sizeof all[i], &all[i]);
    ck_assert_uint_eq(world_entries(&w, "fact.recorded", "uid1"), count);
    return own;
}

static const struct case_fact *find(const struct case_fact *facts, size_t count, const char *place)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(facts[i].jurisdiction, place))
            return &facts[i];
    return NULL;
}

START_TEST(the_first_one_in_each_place_is_a_fact_once)
{
    struct case_fact *facts = NULL;
    (void)out("bfarm", STATE_PASSED, LEVEL_SEALED, WORLD_NOW + 1); /* no customer */
    (void)out("desk", STATE_PASSED, LEVEL_SEALED, WORLD_NOW + 2);
    (void)out("toronto", STATE_PASSED, LEVEL_WAITING, WORLD_NOW + 3); /* tells nothing */
    (void)out("boston", STATE_PLANNED, LEVEL_TLS, 0);
    ck_assert_uint_eq(look(&facts, false), 0);
    (void)out("berlin", STATE_ACCEPTED, LEVEL_TLS, WORLD_NOW + 9000);
    const struct notice wien = out("wien", STATE_ANSWERED, LEVEL_SEALED, WORLD_NOW + 7000);
    (void)out("delhi", STATE_PASSED, LEVEL_TLS, WORLD_NOW + 8000);
    const size_t count = look(&facts, true);
    ck_assert_uint_eq(count, 2);
    const struct case_fact *eu = find(facts, count, "EU");
    ck_assert_ptr_nonnull(eu);
    ck_assert_int_eq(eu->at_ms, WORLD_NOW + 7000); /* Vienna was before Berlin */
    ck_assert_str_eq(eu->kind, "customers_notified");
    ck_assert_str_eq(eu->source, arena_printf(w.arena,
                                              "notice %s of EXM-2026-0007 1.0.0, to AT: the first "
                                              "one there",
                                              wien.code));
    ck_assert_int_eq(find(facts, count, "IN")->at_ms, WORLD_NOW + 8000); /* of no rules */
    ck_assert_uint_eq(look(&facts, false), 2);
    world_sql(&w, "UPDATE notice SET state = 'accepted', accepted_ms = 1800000010000 WHERE "
                  "party = 'boston'");
    ck_assert_uint_eq(look(&facts, true), 3);
}
END_TEST

START_TEST(what_a_person_corrected_is_not_entered_again)
{
    struct case_fact *facts = NULL;
    struct case_file row;
    (void)out("boston", STATE_PASSED, LEVEL_TLS, WORLD_NOW + 5000);
    ck_assert_uint_eq(look(&facts, true), 1);
    struct case_fact fact = {.kind = "customers_notified",
                             .jurisdiction = "US",
                             .said = "2027-01-15",
                             .person = "weber",
                             .source = "they were called before",
                             .entered_by = "weber",
                             .supersedes = facts[0].id};
    must(app_begin(&w.app, &err));
    must(case_get(&row, w.arena, w.app.store, case_id, &err));
    must(case_act_fact(&w.app, &row, &fact, &err));
    must(app_commit(&w.app, &err));
    ck_assert_uint_eq(look(&facts, false), 1);
    ck_assert(!facts[0].in_force);
}
END_TEST

START_TEST(a_closed_case_keeps_what_it_was_closed_with)
{
    struct case_fact *facts = NULL;
    (void)out("boston", STATE_PASSED, LEVEL_TLS, WORLD_NOW + 5000);
    world_sql(&w, "UPDATE case_file SET closed_ms = 1");
    ck_assert_uint_eq(look(&facts, false), 0);
}
END_TEST

static void decide(const char *jurisdiction)
{
    struct case_file row;
    struct duty_book book;
    struct case_fact fact = {.kind = "learned_of_vulnerability",
                             .said = "2027-01-02",
                             .person = "weber",
                             .source = "call",
                             .entered_by = "weber"};
    struct case_decision decision = {.jurisdiction = jurisdiction,
                                     .verdict = REPORTABLE,
                                     .reason = "r",
                                     .person = "weber",
                                     .entered_by = "weber"};
    duty_book_open(&book, &w.app);
    must(app_begin(&w.app, &err));
    must(case_get(&row, w.arena, w.app.store, case_id, &err));
    must(case_act_fact(&w.app, &row, &fact, &err));
    must(case_act_decide(&w.app, &row, &decision, &err));
    must(duty_refresh(&w.app, &row, &book, &err));
    must(app_commit(&w.app, &err));
    duty_book_close(&book);
}

static struct duty_row duty(const char *rule)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    must(duty_list(&list, &count, w.arena, w.app.store, case_id, &err));
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i].rule, rule))
            return list[i];
    ck_abort_msg("no duty by %s", rule);
}

/* clocks.md: a customer notice abroad starts CA-72; not that the flaw was known there. */
START_TEST(canada_counts_from_the_first_notice_in_the_states)
{
    struct case_fact *facts = NULL;
    decide("US");
    ck_assert_int_eq(duty("CA-72").state, DUTY_WAITING);
    ck_assert_str_eq(duty("CA-72").cascade, "US-CY-30");
    (void)out("boston", STATE_ACCEPTED, LEVEL_TLS, WORLD_NOW + 5000); /* 2027-01-15T08:00:05Z */
    ck_assert_uint_eq(look(&facts, true), 1);
    const struct duty_row row = duty("CA-72");
    ck_assert_int_eq(row.state, DUTY_RUNNING);
    ck_assert_str_eq(row.trigger, "2027-01-15T08:00:05.000Z");
    ck_assert_str_eq(row.due_safe, "2027-01-18T03:00:05-05:00");
    ck_assert_str_eq(row.due_legal, row.due_safe);
    ck_assert_msg(strstr(row.derivation, "customers_notified, 2027-01-15T08:00:05.000Z, in US, "
                                         "passed on by US-CY-30") != NULL,
                  "%s", row.derivation);
    ck_assert_uint_eq(world_entries(&w, "duty.recomputed", "uid1"), 1);
}
END_TEST

/* Nothing is half done: a rule that cannot be read leaves no fact, and says so once. */
START_TEST(rules_that_cannot_be_read_are_waited_for)
{
    struct case_fact *facts = NULL;
    (void)out("boston", STATE_ACCEPTED, LEVEL_TLS, WORLD_NOW + 5000);
    world_sql(&w, "UPDATE meta SET value = 'nonsense' WHERE name = 'rules.adopted'");
    ck_assert_uint_eq(look(&facts, false), 0);
    ck_assert_uint_eq(look(&facts, false), 0);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    world_adopt(&w);
    ck_assert_uint_eq(look(&facts, true), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.fact_told");
    TCase *tc = tcase_create("fact_told");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_first_one_in_each_place_is_a_fact_once);
    tcase_add_test(tc, what_a_person_corrected_is_not_entered_again);
    tcase_add_test(tc, a_closed_case_keeps_what_it_was_closed_with);
    tcase_add_test(tc, canada_counts_from_the_first_notice_in_the_states);
    tcase_add_test(tc, rules_that_cannot_be_read_are_waited_for);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
