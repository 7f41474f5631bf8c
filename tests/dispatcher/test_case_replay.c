/* Cases: whatever is done with them, the log alone tells what the store says. */
#include "dispatcher/cases/case_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/record/replay.h"
#include "tests/dispatcher/world.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 4 /* each with a seed of its own */
#define ACTS 400
#define CASES 6

static struct world w;
static struct err err;
static uint64_t seed;

static uint64_t draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % below;
}

static const char *words(void)
{
    return arena_printf(w.arena, "words %u", (unsigned)draw(1000));
}

static const char *maybe(void)
{
    return draw(3) == 0 ? NULL : words();
}

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

static struct case_file any_case(void)
{
    struct case_file row;
    int64_t count = 0;
    must(store_count(&count, w.app.store, "case_file", &err));
    must(case_get(&row, w.arena, w.app.store, 1 + (int64_t)draw((uint64_t)count), &err));
    return row;
}

static enum status open_one(void)
{
    struct case_file row;
    const struct case_opening opening = {.source = (enum case_source)draw(CASE_SOURCE_COUNT),
                                         .how = draw(2) == 0 ? "mail" : "command",
                                         .by = maybe(),
                                         .title = maybe(),
                                         .reporter = maybe(),
                                         .reporter_mail = maybe()};
    return case_act_open(&row, w.arena, &w.app, &opening, &err);
}

static enum status fact(struct case_file *row)
{
    static const char *const kinds[] = {"aware_manager", "exploitation_evidence"};
    int64_t count = 0;
    struct case_fact f = {.kind = kinds[draw(2)],
                          .jurisdiction = draw(2) == 0 ? NULL : "CA",
                          .at_ms = (int64_t)draw(1000000),
                          .said = "2026-11-27",
                          .zone = draw(2) == 0 ? NULL : "Europe/Berlin",
                          .person = words(),
                          .class = (enum fact_class)draw(FACT_CLASS_COUNT),
                          .source = words(),
                          .entered_by = words()};
    must(store_count(&count, w.app.store, "case_fact", &err));
    if (draw(2) == 0 && count > 0)
        f.supersedes = 1 + (int64_t)draw((uint64_t)count);
    return case_act_fact(&w.app, row, &f, &err);
}

static enum status choose(struct case_file *row)
{
    int64_t count = 0;
    must(store_count(&count, w.app.store, "case_fact", &err));
    return case_act_choose(&w.app, row, 1 + (int64_t)draw((uint64_t)count + 1), words(), words(),
                           &err);
}

static enum status decide(struct case_file *row)
{
    static const char *const places[] = {"EU", "CA", "AU"};
    const char *entered = draw(2) == 0 ? "meyer" : "weber";
    struct case_decision d = {.jurisdiction = places[draw(3)],
                              .verdict = (enum reportability)draw(REPORTABILITY_COUNT),
                              .reason = words(),
                              .person = "meyer",
                              .entered_by = entered};
    return case_act_decide(&w.app, row, &d, &err);
}

static enum status text(struct case_file *row)
{
    const struct case_text t = {.way = (enum message_way)draw(MESSAGE_WAY_COUNT),
                                .text = bytes_of(words()),
                                .message_id = maybe(),
                                .address = maybe()};
    return case_act_text(NULL, &w.app, row, &t, &err);
}

static enum status review(void)
{
    struct source_review r = {.source = SOURCE_FEED, .person = "weber", .at_ms = app_now(&w.app)};
    enum status status = source_review_add(&r, w.app.store, &err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.reviewed", w.app.actor, NULL);
    entry_at(entry, r.at_ms);
    entry_personal(entry, "by", r.person);
    entry_null(entry, "note");
    entry_text(entry, "source", "g");
    return app_record(&w.app, entry, &err);
}

/* What is no move, no fact in force, linked already: refused, and undone whole. */
static enum status one_act(void)
{
    struct case_file row = any_case();
    switch (draw(12)) {
    case 0:
        return fact(&row);
    case 1:
        return choose(&row);
    case 2:
        return decide(&row);
    case 3:
        return case_act_countersign(&w.app, &row, "CA", "meyer", &err);
    case 4:
        return text(&row);
    case 5:
        return case_act_told(&w.app, &row, "phone", maybe(), maybe(), NULL, &err);
    case 6:
        return case_act_link(&w.app, &row, (enum link_kind)draw(LINK_KIND_COUNT), words(), maybe(),
                             &err);
    case 7:
        return case_act_assign(&w.app, &row, words(), maybe(), maybe(), &err);
    case 8:
        return review();
    case 9:
        return case_act_close(&w.app, &row, words(), "meyer", ROLE_QUALITY, &err);
    default:
        return case_act_move(&w.app, &row, (enum case_state)draw(CASE_STATE_COUNT), maybe(),
                             maybe(), &err);
    }
}

static void act(enum status (*run)(void))
{
    clock_init_stopped(&w.app.clock, app_now(&w.app) + (int64_t)draw(MS_HOUR));
    must(app_begin(&w.app, &err));
    enum status status = run();
    if (status == OK)
        must(app_commit(&w.app, &err));
    else
        app_rollback(&w.app);
    ck_assert_msg(status == OK || status == ERR_REFUSED || status == ERR_EXISTS, "%s: %s",
                  status_word(status), err.text);
}

static int64_t differences(bool shown)
{
    struct replay r;
    replay_init(&r);
    must(replay_run(&r, &w.app, &err));
    const int64_t count = r.differences;
    ck_assert_msg(!shown || count == 0, "%s", r.first);
    replay_dispose(&r);
    return count;
}

static void make_history(uint64_t start, unsigned acts)
{
    seed = start;
    for (unsigned i = 0; i < CASES; i++)
        act(open_one);
    for (unsigned i = 0; i < acts; i++)
        act(one_act);
}

START_TEST(random_acts_leave_log_and_store_the_same)
{
    make_history((uint64_t)_i * 7919 + 1, ACTS);
    ck_assert_int_eq(differences(true), 0);
}
END_TEST

/* Changes of rows without an entry, each in a column of its own. */
static enum status change_title(struct case_file *row)
{
    row->title = "another";
    return case_save(w.app.store, row, row->state, &err);
}
static enum status change_owner(struct case_file *row)
{
    row->owner = NULL;
    return case_save(w.app.store, row, row->state, &err);
}
static enum status change_state(struct case_file *row)
{
    const enum case_state from = row->state;
    row->state = CASE_VERIFIED;
    return case_save(w.app.store, row, from, &err);
}
static enum status change_told(struct case_file *row)
{
    row->told_ms++;
    return case_save(w.app.store, row, row->state, &err);
}
static enum status change_disclosure(struct case_file *row)
{
    row->decided = !row->decided;
    return case_save(w.app.store, row, row->state, &err);
}
static enum status add_fact(struct case_file *row)
{
    struct case_fact f = {.case_id = row->id,
                          .kind = "aware_manager",
                          .said = "2026-11-27",
                          .person = "p",
                          .source = "s",
                          .entered_by = "e"};
    return case_fact_add(&f, w.app.store, &err);
}
static enum status choose_fact(struct case_file *row)
{
    const struct case_fact f = {.id = 1,
                                .case_id = row->id,
                                .kind = "aware_manager",
                                .chosen_by = "x",
                                .chosen_reason = "y",
                                .chosen_ms = 7};
    return case_fact_choose(w.app.store, &f, &err);
}
static enum status countersign(struct case_file *row)
{
    (void)row;
    return case_decision_countersign(w.app.store, 1, 5, &err);
}
static enum status add_decision(struct case_file *row)
{
    struct case_decision d = {
        .case_id = row->id, .jurisdiction = "EU", .reason = "r", .person = "p", .entered_by = "p"};
    return case_decision_add(&d, w.app.store, &err);
}
static enum status add_link(struct case_file *row)
{
    struct case_link l = {.case_id = row->id, .kind = LINK_RISK, .ref = "R"};
    return case_link_add(&l, w.app.store, &err);
}
static enum status add_event(struct case_file *row)
{
    struct case_event e = {.case_id = row->id, .what = "state", .said = "closed"};
    return case_event_add(&e, w.app.store, &err);
}
static enum status add_review(struct case_file *row)
{
    struct source_review r = {.source = SOURCE_USER, .person = "p"};
    (void)row;
    return source_review_add(&r, w.app.store, &err);
}
static enum status add_case(struct case_file *row)
{
    struct case_file other = *row;
    other.uid = other.number = "another";
    other.seq += 100;
    return case_add(&other, w.app.store, &err);
}

static enum status (*const changes[])(struct case_file *row) = {
    change_title, change_owner, change_state, change_told, change_disclosure, add_fact, choose_fact,
    countersign,  add_decision, add_link,     add_event,   add_review,        add_case,
};

static enum status first_steps(void)
{
    struct case_file row;
    const struct case_opening opening = {.source = SOURCE_USER, .how = "command", .title = "one"};
    struct case_fact f = {.kind = "aware_manager",
                          .said = "2026-11-27",
                          .person = "p",
                          .source = "s",
                          .entered_by = "e"};
    struct case_decision d = {
        .jurisdiction = "EU", .reason = "r", .person = "meyer", .entered_by = "weber"};
    must(case_act_open(&row, w.arena, &w.app, &opening, &err));
    must(case_act_assign(&w.app, &row, "weber", NULL, NULL, &err));
    must(case_act_fact(&w.app, &row, &f, &err));
    return case_act_decide(&w.app, &row, &d, &err);
}

START_TEST(a_change_without_an_entry_is_seen)
{
    struct case_file row;
    act(first_steps);
    ck_assert_int_eq(differences(true), 0);
    must(case_get(&row, w.arena, w.app.store, 1, &err));
    must(changes[_i](&row));
    ck_assert_int_gt(differences(false), 0);
}
END_TEST

/* A duty that notices met a day late, and a person who says why. */
static enum status late_duty(void)
{
    struct case_file row;
    struct str out;
    char proof[65];
    const int64_t now = app_now(&w.app);
    const struct case_opening opening = {.source = SOURCE_USER, .how = "command", .title = "one"};
    const struct duty_word word = {.rule = "EU-89-FSN", .by = "weber", .reason = "no key"};
    must(case_act_open(&row, w.arena, &w.app, &opening, &err));
    must(blob_put(proof, w.app.store, bytes_of("a list of notices"), &err));
    struct duty_row duty = {.case_id = row.id,
                            .rule = "EU-89-FSN",
                            .version = 1,
                            .rule_sha256 = proof, /* any hash */
                            .jurisdiction = "EU",
                            .state = DUTY_RUNNING,
                            .deliverable = "advisory",
                            .informs = true,
                            .owner = "weber",
                            .derivation = "at once",
                            .legal_ms = now - 2 * MS_DAY,
                            .created_ms = now,
                            .changed_ms = now};
    must(duty_add(&duty, w.app.store, &err));
    must(duty_record(&w.app, row.uid, "duty.planned", &duty, NULL, &err));
    duty.state = DUTY_MET;
    duty.met_ms = now - MS_DAY;
    duty.proof = proof;
    must(duty_save(w.app.store, &duty, DUTY_RUNNING, &err));
    must(duty_record_met(&w.app, row.uid, &duty, &err));
    str_init(&out, STR_LIMIT_TEXT);
    must(duty_report(&w.app, &row, &word, &out, &err));
    str_dispose(&out);
    return OK;
}

START_TEST(who_said_why_it_was_late_is_in_the_log)
{
    static const char *const changed[] = {"UPDATE duty SET reason = 'the mail was slow'",
                                          "UPDATE duty SET met_by = 'meyer'",
                                          "UPDATE duty SET reason = NULL, met_by = NULL"};
    act(late_duty);
    ck_assert_int_eq(differences(true), 0);
    world_sql(&w, changed[_i]);
    ck_assert_int_eq(differences(false), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.case_replay");
    TCase *tc = tcase_create("replay");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, random_acts_leave_log_and_store_the_same, 0, ROUNDS);
    tcase_add_loop_test(tc, a_change_without_an_entry_is_seen, 0,
                        (int)(sizeof changes / sizeof changes[0]));
    tcase_add_loop_test(tc, who_said_why_it_was_late_is_in_the_log, 0, 3);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
