/* Who gets which work, and what of it is written down. */
#include "dispatcher/run/core.h"
#include "dispatcher/run/work.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

#define RELAY "relay"

static struct world w;
static struct core *core;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,one@h1.example,+49 30 1\n"
                      "h1,hdo,DE,two@h1.example,\n"
                      "h2,hdo,DE,one@h2.example,\n");
}

static void teardown(void)
{
    core_close(core);
    core = NULL;
    world_close(&w);
}

static void start(void)
{
    struct err err = {0};
    ck_assert_msg(core_open(&core, &w.app, NULL, 1, 1, &err) == OK, "%s", err.text);
}

static void group(const struct core_event *events, size_t count)
{
    struct err err = {0};
    enum status status = core_group(core, events, count, &err);
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* Jobs that go out to this worker's slot now. */
static size_t handed_out(enum worker worker, size_t slot)
{
    size_t count = 0;
    for (struct core_intent intent; core_take_intent(&intent, core);) {
        count += intent.worker == worker && intent.slot == slot;
        frame_dispose(&intent.frame);
    }
    return count;
}

static struct notice ready_notice(const char *party, const char *endpoint)
{
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, party, 1, STATE_READY, endpoint);
    world_parcel(&w, &n, "first@example.com");
    return n;
}

/* A lane names the relay by a word, so the address of the day does not matter. */
START_TEST(mail_that_waits_goes_to_the_relay_of_today_and_to_no_file)
{
    struct notice n = ready_notice("h1", RELAY);
    start();
    const struct core_event file_ready = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = 1};
    group(&file_ready, 1);
    ck_assert_uint_eq(handed_out(WORKER_CARRIER, 1), 0);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_READY);
    const struct core_event relay_ready = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = 0};
    group(&relay_ready, 1);
    ck_assert_uint_eq(handed_out(WORKER_CARRIER, 0), 1);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_SENDING);
}
END_TEST

START_TEST(an_outcome_that_comes_after_the_answer_is_written_down_all_the_same)
{
    static const enum verdict verdicts[] = {VERDICT_ACCEPTED, VERDICT_DEFERRED, VERDICT_REFUSED,
                                            VERDICT_UNCERTAIN};
    struct err err = {0};
    struct receipt receipt;
    struct notice n = ready_notice("h1", RELAY);
    int64_t attempt_id = world_attempt(&w, &n);
    n.state = STATE_ANSWERED;
    n.grade = GRADE_ANSWERED;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_READY, &err), OK);
    receipt_init(&receipt);
    receipt.verdict = verdicts[_i];
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    enum status status = work_done(&w.app, attempt_id, &receipt, RELAY, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    receipt_dispose(&receipt);
    struct attempt attempt;
    ck_assert_int_eq(attempt_get(&attempt, w.arena, w.app.store, attempt_id, &err), OK);
    ck_assert_int_ne(attempt.end_ms, 0);
    ck_assert_str_eq(attempt.verdict, verdict_word(verdicts[_i]));
    ck_assert_uint_eq(world_entries(&w, "attempt.outcome", n.uid), 1);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_ANSWERED);
    ck_assert_int_eq(n.grade, GRADE_ANSWERED);
    ck_assert_int_eq(n.attempt_id, 0);
}
END_TEST

START_TEST(a_carrier_lost_after_the_answer_leaves_no_attempt_open)
{
    struct err err = {0};
    struct notice n = ready_notice("h1", RELAY);
    int64_t attempt_id = world_attempt(&w, &n);
    n.state = STATE_ANSWERED;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_READY, &err), OK);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    enum status status = work_carrier_lost(&w.app, attempt_id, true, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_ANSWERED);
    ck_assert_int_eq(n.attempt_id, 0);
    ck_assert_uint_eq(world_entries(&w, "attempt.outcome", n.uid), 1);
}
END_TEST

START_TEST(a_route_that_gets_a_waiting_notice_only_gets_a_call_too)
{
    struct err err = {0};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_AMBER, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_ACCEPTED, RELAY);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    enum status status = move_to_route(&w.app, &n, false, "bounced: 5.1.1", NULL, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    ck_assert_int_eq(world_read(&w, &n).level, LEVEL_WAITING);
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE), 1);
}
END_TEST

START_TEST(what_is_sealed_of_a_version_that_was_replaced_does_not_leave)
{
    struct notice n = ready_notice("h1", RELAY);
    struct err err = {0};
    struct advisory old;
    ck_assert_int_eq(advisory_get(&old, w.arena, w.app.store, n.advisory_id, &err), OK);
    struct advisory newer = world_advisory(&w, "2.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    old.state = ADVISORY_SUPERSEDED;
    ck_assert_int_eq(advisory_update(w.app.store, &old, ADVISORY_RELEASED, &err), OK);
    start();
    const struct core_event ready = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = 0};
    group(&ready, 1);
    ck_assert_uint_eq(handed_out(WORKER_CARRIER, 0), 0);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_SUPERSEDED);
    ck_assert_uint_eq(world_entries(&w, "notice.superseded", n.uid), 1);
    ck_assert_int_gt(newer.id, old.id);
}
END_TEST

START_TEST(one_damaged_parcel_goes_to_a_person_and_stops_nobody_else)
{
    struct err err = {0};
    struct notice bad = ready_notice("h1", RELAY);
    struct advisory a;
    ck_assert_int_eq(advisory_get(&a, w.arena, w.app.store, bad.advisory_id, &err), OK);
    struct notice good = world_notice(&w, &a, "h2", 1, STATE_READY, RELAY);
    world_parcel(&w, &good, "second@example.com");
    bad.level = LEVEL_SEALED; /* its bytes are readable */
    ck_assert_int_eq(notice_update(w.app.store, &bad, STATE_READY, &err), OK);
    start();
    const struct core_event ready = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = 0};
    group(&ready, 1);
    ck_assert_uint_eq(handed_out(WORKER_CARRIER, 0), 1);
    ck_assert_int_eq(world_read(&w, &good).state, STATE_SENDING);
    ck_assert_int_eq(world_read(&w, &bad).state, STATE_TASKED);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 1);
}
END_TEST

START_TEST(a_carrier_refuses_what_goes_by_another_route)
{
    struct notice n = ready_notice("h1", "a lane that nobody knows");
    start();
    const struct core_event file_ready = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = 1};
    group(&file_ready, 1);
    ck_assert_uint_eq(handed_out(WORKER_CARRIER, 1), 0);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_READY);
}
END_TEST

START_TEST(what_moves_without_a_worker_is_asked_for_again_at_once)
{
    struct err err = {0};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_PLANNED, "task");
    n.level = LEVEL_TASK;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_PLANNED, &err), OK);
    start();
    const struct core_event ready = {.type = CORE_READY, .worker = WORKER_SEALER, .slot = 0};
    group(&ready, 1);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_TASKED);
    ck_assert(core_moved(core));
    group(NULL, 0);
    ck_assert(!core_moved(core));
}
END_TEST

START_TEST(a_machine_that_cannot_seal_is_mended_and_its_notices_wait)
{
    struct err err = {0};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_SEALING, RECIPIENT_RELAY);
    for (int i = 1; i <= 8; i++) {
        ck_assert_int_eq(app_begin(&w.app, &err), OK);
        enum status status = work_unsealed(&w.app, n.id, ERR_IO, "no space is left", &err);
        ck_assert_msg(status == OK, "%s", err.text);
        ck_assert_int_eq(app_commit(&w.app, &err), OK);
        n = world_read(&w, &n);
        ck_assert_int_eq(n.state, STATE_PLANNED);
        ck_assert_int_ge(n.next_at_ms,
                         WORLD_NOW + (i < 3 ? MS_SECOND : w.app.settings->retry.first_ms / 2));
        n.state = STATE_SEALING;
        n.crashes += WORK_CRASH_CLAIM;
        ck_assert_int_eq(notice_update(w.app.store, &n, STATE_PLANNED, &err), OK);
    }
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 0);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    ck_assert_int_lt(n.crashes, WORK_CRASH_WORKER);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.core");
    TCase *tc = tcase_create("core");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, mail_that_waits_goes_to_the_relay_of_today_and_to_no_file);
    tcase_add_test(tc, a_carrier_refuses_what_goes_by_another_route);
    tcase_add_loop_test(tc, an_outcome_that_comes_after_the_answer_is_written_down_all_the_same, 0,
                        4);
    tcase_add_test(tc, a_carrier_lost_after_the_answer_leaves_no_attempt_open);
    tcase_add_test(tc, a_route_that_gets_a_waiting_notice_only_gets_a_call_too);
    tcase_add_test(tc, what_is_sealed_of_a_version_that_was_replaced_does_not_leave);
    tcase_add_test(tc, one_damaged_parcel_goes_to_a_person_and_stops_nobody_else);
    tcase_add_test(tc, what_moves_without_a_worker_is_asked_for_again_at_once);
    tcase_add_test(tc, a_machine_that_cannot_seal_is_mended_and_its_notices_wait);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
