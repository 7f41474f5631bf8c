/* Drills by their schedule, what may not begin, and what ends one. */
#include "dispatcher/back/answer.h"
#include "dispatcher/op.h"
#include "dispatcher/release/supersede.h"
#include "dispatcher/routine/drill.h"
#include "dispatcher/run/move.h"
#include "dispatcher/submit/import.h"
#include "seal/mail.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static char rule[] = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0";
static char utc[] = "UTC";

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void look_at(int64_t at_ms)
{
    bool did = false;
    clock_init_stopped(&w.app.clock, at_ms);
    must(drill_act(&w.app, &did, &err));
    must(drill_schedule_act(&w.app, &did, &err));
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nh1,hdo,DE,a@h1.example\n"
                      "desk,complaint,DE,desk@example.com\nann,reporter,DE,ann@example.org\n");
    w.app.settings->drill.schedule = rule;
    w.app.settings->drill.zone = utc;
    look_at(WORLD_NOW); /* in force from here on */
}

static void teardown(void)
{
    w.app.settings->drill = (struct settings_drill){0};
    world_close(&w);
}

static struct drill *drills(size_t *count)
{
    struct drill *list = NULL;
    must(drill_list(&list, count, w.arena, w.app.store, false, 0, 99, &err));
    return list;
}

static size_t drill_count(void)
{
    size_t count = 0;
    (void)drills(&count);
    return count;
}

/* Open tasks of this cause. */
static size_t tasks_of(const char *cause)
{
    struct task *list = NULL;
    size_t count = 0;
    size_t found = 0;
    must(task_list(&list, &count, w.arena, w.app.store, false, 0, &err));
    for (size_t i = 0; i < count; i++)
        found += strcmp(list[i].cause, cause) == 0;
    return found;
}

START_TEST(a_drill_begins_when_its_time_has_come_and_once)
{
    size_t count = 0;
    ck_assert_uint_eq(drill_count(), 0);
    for (int i = 0; i < 3; i++)
        look_at(WORLD_NOW + MS_DAY);
    const struct drill *list = drills(&count);
    ck_assert_uint_eq(count, 1);
    ck_assert(list[0].scheduled && list[0].by == NULL && list[0].of_id == 0);
    ck_assert_int_eq(list[0].missed, 0);
    ck_assert_uint_eq(tasks_of("drills missed"), 0);
    look_at(WORLD_NOW + 2 * MS_DAY);
    ck_assert_uint_eq(drill_count(), 2);
}
END_TEST

START_TEST(a_schedule_that_comes_back_is_in_force_from_its_return_on)
{
    w.app.settings->drill.schedule = NULL;
    look_at(WORLD_NOW + MS_HOUR);
    look_at(WORLD_NOW + 2 * MS_DAY);
    w.app.settings->drill.schedule = rule;
    look_at(WORLD_NOW + 3 * MS_DAY);
    ck_assert_uint_eq(drill_count(), 0);
    look_at(WORLD_NOW + 4 * MS_DAY);
    ck_assert_uint_eq(drill_count(), 1);
    ck_assert_uint_eq(tasks_of("drills missed"), 0);
}
END_TEST

START_TEST(after_an_outage_one_begins_and_a_person_is_told)
{
    size_t count = 0;
    look_at(WORLD_NOW + 7 * MS_DAY);
    look_at(WORLD_NOW + 7 * MS_DAY + MS_HOUR);
    const struct drill *list = drills(&count);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].missed, 6);
    ck_assert_uint_eq(tasks_of("drills missed"), 1);
}
END_TEST

START_TEST(one_that_cannot_begin_is_told_once_and_the_next_is_tried)
{
    static const char *const nobody[] = {"nobody"};
    const char *to[] = {nobody[0]};
    w.app.settings->drill.to = to;
    w.app.settings->drill.to_count = 1;
    int64_t before = 0, after = 0;
    for (int i = 0; i < 3; i++) {
        look_at(WORLD_NOW + MS_DAY + i * MS_HOUR);
        must(store_count(i == 0 ? &before : &after, w.app.store, "evidence", &err));
    }
    ck_assert_int_eq(before, after);
    ck_assert_uint_eq(drill_count(), 0);
    ck_assert_uint_eq(tasks_of("drill not begun"), 1);
    w.app.settings->drill.to_count = 0;
    look_at(WORLD_NOW + MS_DAY + 4 * MS_HOUR);
    ck_assert_uint_eq(drill_count(), 0);
    look_at(WORLD_NOW + 2 * MS_DAY);
    ck_assert_uint_eq(drill_count(), 1);
}
END_TEST

static enum status try_begin(const struct advisory *of, const char *const *parties, size_t count)
{
    struct drill drill;
    const struct drill_wish wish = {
        .of = of, .parties = parties, .count = count, .by = "weber", .run_ms = app_now(&w.app)};
    must(app_begin(&w.app, &err));
    enum status status = drill_begin(&drill, w.arena, &w.app, &wish, &err);
    if (status != OK) {
        app_rollback(&w.app);
        return status;
    }
    must(app_commit(&w.app, &err));
    return OK;
}

START_TEST(only_what_is_released_is_shown_and_only_to_whom_a_drill_may_go)
{
    static const enum advisory_state states[] = {ADVISORY_SUBMITTED, ADVISORY_APPROVED,
                                                 ADVISORY_PLANNING, ADVISORY_SUPERSEDED};
    static const char *const h1[] = {"h1"};
    static const char *const ann[] = {"h1", "ann"};
    static const char *const nobody[] = {"nobody"};
    struct advisory row = world_advisory(&w, "1.0.0", TLP_GREEN, ADVISORY_RELEASED);
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        row.state = states[i];
        ck_assert_int_eq(try_begin(&row, h1, 1), ERR_REFUSED);
    }
    row.state = ADVISORY_RELEASED;
    ck_assert_int_eq(try_begin(&row, ann, 2), ERR_REFUSED);
    ck_assert_int_eq(try_begin(&row, nobody, 1), ERR_NOT_FOUND);
    ck_assert_int_eq(try_begin(&row, NULL, 0), ERR_REFUSED);
    ck_assert_uint_eq(drill_count(), 0);
    ck_assert_int_eq(try_begin(&row, h1, 1), OK);
}
END_TEST

START_TEST(whom_an_advisory_does_not_concern_sees_no_drill_of_it)
{
    static const char *const h1[] = {"h1"};
    const struct advisory row = world_advisory(&w, "1.0.0", TLP_AMBER, ADVISORY_RELEASED);
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    must(import_file(&w.app, IMPORT_INSTALLED, "installed.csv",
                     bytes_of("party,product,version\nh1,ExampleInfuse P100,2.9.0\n"), w.dir,
                     IMPORT_ADD, &words, &err));
    str_dispose(&words);
    ck_assert_int_eq(try_begin(&row, h1, 1), ERR_REFUSED);
    ck_assert_uint_eq(drill_count(), 0);
    ck_assert_int_eq(try_begin(NULL, h1, 1), OK);
}
END_TEST

static struct notice the_notice(const struct drill *drill)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = drill->advisory_id};
    must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    ck_assert_uint_eq(count, 1);
    return list[0];
}

START_TEST(its_end_stops_what_has_not_left_and_closes_its_tasks)
{
    static const char *const h1[] = {"h1"};
    size_t count = 0;
    ck_assert_int_eq(try_begin(NULL, h1, 1), OK);
    const struct drill *drill = drills(&count);
    struct notice n = the_notice(drill);
    ck_assert(text_starts(n.uid, MAIL_EXERCISE));
    ck_assert_int_eq(n.form, FORM_PERSONAL);
    const int64_t end = WORLD_NOW + w.app.settings->release.answer_within_ms;
    w.app.settings->drill.schedule = NULL;
    look_at(end);
    drill = drills(&count);
    ck_assert_int_eq(drill[0].ended_ms, 0);
    look_at(end + 1);
    drill = drills(&count);
    ck_assert_int_eq(drill[0].ended_ms, end + 1);
    ck_assert(!drill[0].passed && drill[0].report != NULL && drill[0].facts != NULL);
    n = the_notice(drill);
    ck_assert_int_eq(n.state, STATE_CANCELLED);
    struct task *list = NULL;
    must(task_list(&list, &count, w.arena, w.app.store, false, drill[0].advisory_id, &err));
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(tasks_of("drill 1 failed"), 1);
}
END_TEST

/* What a drill and the advisory that it is about have sent to h1. */
struct two {
    struct advisory real;
    struct notice told, drilled;
    const char *name; /* of the drill */
};

static struct two make_two(void)
{
    static const char *const h1[] = {"h1"};
    struct two t = {.real = world_advisory(&w, "1.0.0", TLP_GREEN, ADVISORY_RELEASED)};
    struct advisory exercise;
    size_t count = 0;
    t.told = world_notice(&w, &t.real, "h1", 1, STATE_ACCEPTED, "relay");
    ck_assert_int_eq(try_begin(&t.real, h1, 1), OK);
    const struct drill *list = drills(&count);
    t.drilled = the_notice(&list[count - 1]);
    must(advisory_get(&exercise, w.arena, w.app.store, t.drilled.advisory_id, &err));
    t.name = exercise.tracking;
    return t;
}

static enum status log_answer(const char *tracking)
{
    struct frame_out sent;
    struct world_frame got;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    op_begin(&sent, &w.app, "ack");
    const char *const texts[] = {"h1", tracking, "received", "weber", "phone"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        frame_text(&sent, texts[i]);
    frame_int(&sent, -1);
    frame_text(&sent, NULL);
    world_receive(&got, &sent);
    enum status status = op_ack(&w.app, &got.frame, &out, &err);
    world_forget(&got);
    str_dispose(&out);
    return status;
}

START_TEST(an_answer_by_phone_is_to_the_drill_or_to_the_advisory_that_it_names)
{
    const struct two t = make_two();
    must(log_answer(t.name));
    ck_assert_int_eq(world_read(&w, &t.drilled).state, STATE_ANSWERED);
    ck_assert_int_eq(world_read(&w, &t.told).state, STATE_ACCEPTED);
    ck_assert_int_eq(log_answer("exercise:none"), ERR_NOT_FOUND);
    must(log_answer(t.real.tracking));
    ck_assert_int_eq(world_read(&w, &t.told).state, STATE_ANSWERED);
}
END_TEST

START_TEST(a_question_of_a_recipient_outlives_the_drill)
{
    const struct two t = make_two();
    struct notice n = t.drilled;
    size_t count = 0;
    const struct answer_note note = {.answer = ANSWER_QUESTION,
                                     .how = "phone",
                                     .by = "weber",
                                     .detail = "Is it one?",
                                     .units = -1};
    must(app_begin(&w.app, &err));
    must(answer_note(&w.app, &n, &note, &err));
    must(app_commit(&w.app, &err));
    look_at(WORLD_NOW + 1);
    ck_assert_int_gt(drills(&count)[0].ended_ms, 0);
    ck_assert_uint_eq(tasks_of("exercise: questions of recipients"), 1);
}
END_TEST

/* Nothing of ours tried to send it: a person told them, and logged the proof. */
START_TEST(whom_a_person_told_was_told)
{
    const struct two t = make_two();
    struct notice n = t.drilled;
    struct drill_report report;
    size_t count = 0;
    struct receipt_row row = {.notice_id = n.id,
                              .grade = GRADE_PASSED_ON,
                              .how = "task",
                              .by = "weber",
                              .units = -1,
                              .at_ms = WORLD_NOW + 5};
    must(app_begin(&w.app, &err));
    must(receipt_add(&row, w.app.store, &err));
    n.accepted_ms = WORLD_NOW + 5;
    must(notice_update(w.app.store, &n, n.state, &err));
    must(app_commit(&w.app, &err));
    must(drill_measure(&report, w.arena, &w.app, &drills(&count)[0], &err));
    ck_assert_uint_eq(report.count, 1);
    ck_assert_int_eq(report.recipients[0].taken_ms, WORLD_NOW + 5);
    ck_assert_int_eq(report.recipients[0].receipt_ms, 0);
}
END_TEST

static void move(struct notice *n, enum notice_event event)
{
    must(app_begin(&w.app, &err));
    must(move_notice(&w.app, n, event, NULL, &err));
    must(app_commit(&w.app, &err));
}

START_TEST(what_is_with_a_carrier_at_the_end_goes_nowhere_any_more)
{
    const struct two t = make_two();
    struct notice n = t.drilled;
    size_t count = 0;
    bool gone = false;
    move(&n, EVENT_CLAIM);
    move(&n, EVENT_SEALED);
    move(&n, EVENT_BEGIN);
    must(supersede_forbids(&w.app, &n, &err));
    look_at(WORLD_NOW + w.app.settings->release.answer_within_ms + 1);
    ck_assert_int_gt(drills(&count)[0].ended_ms, 0);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_SENDING);
    ck_assert_int_eq(supersede_forbids(&w.app, &n, &err), ERR_STALE);
    must(app_begin(&w.app, &err));
    must(supersede_notice(&gone, &w.app, &n, &err));
    must(app_commit(&w.app, &err));
    ck_assert(gone);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_CANCELLED);
}
END_TEST

START_TEST(a_newer_version_ends_the_drill_of_an_older_one)
{
    const struct two t = make_two();
    static const char *const h1[] = {"h1"};
    size_t count = 0;
    ck_assert_int_eq(try_begin(NULL, h1, 1), OK); /* of the sample */
    const struct advisory newer = world_advisory(&w, "2.0.0", TLP_GREEN, ADVISORY_APPROVED);
    must(app_begin(&w.app, &err));
    must(supersede_older(&w.app, &newer, &err));
    must(app_commit(&w.app, &err));
    const struct drill *list = drills(&count);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_gt(list[0].ended_ms, 0);
    ck_assert_int_eq(list[1].ended_ms, 0);
    ck_assert_int_eq(world_read(&w, &t.drilled).state, STATE_CANCELLED);
    ck_assert_int_eq(world_read(&w, &t.told).state, STATE_ACCEPTED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.drill");
    TCase *tc = tcase_create("drill");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_drill_begins_when_its_time_has_come_and_once);
    tcase_add_test(tc, a_schedule_that_comes_back_is_in_force_from_its_return_on);
    tcase_add_test(tc, after_an_outage_one_begins_and_a_person_is_told);
    tcase_add_test(tc, one_that_cannot_begin_is_told_once_and_the_next_is_tried);
    tcase_add_test(tc, only_what_is_released_is_shown_and_only_to_whom_a_drill_may_go);
    tcase_add_test(tc, whom_an_advisory_does_not_concern_sees_no_drill_of_it);
    tcase_add_test(tc, its_end_stops_what_has_not_left_and_closes_its_tasks);
    tcase_add_test(tc, an_answer_by_phone_is_to_the_drill_or_to_the_advisory_that_it_names);
    tcase_add_test(tc, a_question_of_a_recipient_outlives_the_drill);
    tcase_add_test(tc, whom_a_person_told_was_told);
    tcase_add_test(tc, what_is_with_a_carrier_at_the_end_goes_nowhere_any_more);
    tcase_add_test(tc, a_newer_version_ends_the_drill_of_an_older_one);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
