/* What workers say that cannot be taken, and what waits behind a carrier that says nothing. */
#include "dispatcher/run/core.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/work.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

#define RELAY "relay"
#define NOTICES 3
#define PEER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NO_TEXT "\xff\xfe" /* no log entry can hold it */

static struct world w;
static struct core *core;
static struct notice notices[NOTICES];
static struct err err;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,one@h1.example,+49 30 1\n"
                      "h2,hdo,DE,one@h2.example,+49 30 2\n"
                      "h3,hdo,DE,one@h3.example,+49 30 3\n");
}

static void teardown(void)
{
    core_close(core);
    core = NULL;
    world_close(&w);
}

static void start(size_t count, enum notice_state state, size_t connections)
{
    static const char *const who[NOTICES] = {"h1", "h2", "h3"};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    for (size_t i = 0; i < count; i++) {
        notices[i] = world_notice(&w, &a, who[i], 1, state, RELAY);
        if (state == STATE_READY)
            world_parcel(&w, &notices[i], who[i]);
    }
    ck_assert_msg(core_open(&core, &w.app, NULL, 1, connections, &err) == OK, "%s", err.text);
}

static void group(const struct core_event *event)
{
    enum status status = core_group(core, event, event != NULL ? 1 : 0, &err);
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* A worker says what stands in the frame. */
static void say(enum worker worker, size_t slot, struct frame_out *out)
{
    struct world_frame f;
    world_receive(&f, out);
    const struct core_event event = {
        .type = CORE_FRAME, .worker = worker, .slot = slot, .frame = &f.frame};
    group(&event);
    world_forget(&f);
}

static void say_ready(size_t slot)
{
    const struct core_event event = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = slot};
    group(&event);
}

static void say_dot(size_t slot, int64_t attempt)
{
    struct frame_out out;
    frame_begin(&out, JOB_DOT);
    frame_int(&out, attempt);
    say(WORKER_CARRIER, slot, &out);
}

static void say_done(size_t slot, int64_t attempt, enum verdict verdict, const char *peer)
{
    struct frame_out out;
    frame_begin(&out, JOB_DONE);
    frame_int(&out, attempt);
    frame_int(&out, verdict);
    frame_int(&out, 250);
    frame_text(&out, "2.0.0");
    frame_text(&out, "250 2.0.0 ok");
    frame_int(&out, 0);
    frame_int(&out, 0);
    frame_bytes(&out, bytes_of(""));
    frame_text(&out, "TLSv1.3");
    frame_text(&out, peer);
    say(WORKER_CARRIER, slot, &out);
}

/* How many parcels and leaves this carrier is sent now, and the last LEAVE's word. */
struct sent {
    size_t parcels, leaves;
    bool given;
};

static struct sent sent_to(size_t slot)
{
    struct sent sent = {0};
    for (struct core_intent intent; core_take_intent(&intent, core);) {
        struct world_frame f;
        world_receive(&f, &intent.frame);
        if (intent.worker == WORKER_CARRIER && intent.slot == slot) {
            sent.parcels += f.frame.type == JOB_PARCEL;
            sent.leaves += f.frame.type == JOB_LEAVE;
            sent.given = f.frame.type == JOB_LEAVE && frame_get_int(&f.frame, LEAVE_GIVEN) == 1;
        }
        world_forget(&f);
    }
    return sent;
}

static struct notice now(size_t i)
{
    return world_read(&w, &notices[i]);
}

static void wait_ms(int64_t ms)
{
    w.app.clock.base_ms += ms;
}

/* ---- answers that cannot be taken ---- */

START_TEST(an_acceptance_that_cannot_be_written_down_makes_its_notice_uncertain)
{
    start(1, STATE_READY, 1);
    say_ready(0);
    int64_t attempt = now(0).attempt_id;
    say_dot(0, attempt);
    ck_assert_int_eq(now(0).state, STATE_DOTTED);
    say_done(0, attempt, VERDICT_ACCEPTED, NO_TEXT);
    struct notice n = now(0);
    ck_assert_int_eq(n.state, STATE_UNCERTAIN);
    ck_assert_int_eq(n.attempt_id, 0);
    ck_assert_int_gt(n.next_at_ms, WORLD_NOW);
    ck_assert_uint_eq(world_entries(&w, "attempt.outcome", n.uid), 1);
    ck_assert_uint_eq(core_in_flight(core), 0);
}
END_TEST

START_TEST(an_outcome_before_the_dot_that_cannot_be_written_down_is_a_task_after_three)
{
    start(1, STATE_READY, 1);
    say_ready(0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(now(0).state, STATE_SENDING);
        say_done(0, now(0).attempt_id, VERDICT_DEFERRED, NO_TEXT);
    }
    ck_assert_int_eq(now(0).state, STATE_TASKED);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 1);
    ck_assert_uint_eq(core_in_flight(core), 0);
}
END_TEST

/* ---- what is ahead ---- */

/* Both carriers have one parcel; the first has another one ahead. */
static void hand_three(void)
{
    start(3, STATE_READY, 2);
    say_ready(0);
    ck_assert_uint_eq(sent_to(0).parcels, 2);
    say_ready(1);
    ck_assert_uint_eq(sent_to(1).parcels, 1);
}

START_TEST(what_is_ahead_of_a_silent_carrier_goes_over_a_free_connection)
{
    int64_t due = 0;
    hand_three();
    int64_t ahead = now(1).attempt_id;
    ck_assert_int_ne(ahead, 0);
    say_dot(1, now(2).attempt_id);
    say_done(1, now(2).attempt_id, VERDICT_ACCEPTED, PEER);
    ck_assert_int_eq(now(2).state, STATE_ACCEPTED);
    ck_assert_int_eq(core_next_due(&due, core, &err), OK);
    ck_assert_int_le(due - WORLD_NOW, 5 * MS_SECOND);
    wait_ms(4 * MS_SECOND);
    group(NULL);
    ck_assert_uint_eq(sent_to(1).parcels, 0);
    wait_ms(MS_SECOND);
    group(NULL);
    ck_assert_uint_eq(sent_to(1).parcels, 1);
    struct notice n = now(1);
    ck_assert_int_eq(n.state, STATE_SENDING);
    ck_assert_int_ne(n.attempt_id, ahead);
    ck_assert_int_eq(n.crashes, WORK_CRASH_CLAIM); /* nobody's fault */
    ck_assert_int_eq(now(0).state, STATE_SENDING);

    /* The first wakes up, and comes to the one that it does not have any more. */
    say_dot(0, now(0).attempt_id);
    say_done(0, now(0).attempt_id, VERDICT_ACCEPTED, PEER);
    ck_assert_int_eq(now(0).state, STATE_ACCEPTED);
    (void)sent_to(0);
    say_dot(0, ahead);
    struct sent sent = sent_to(0);
    ck_assert_uint_eq(sent.leaves, 1);
    ck_assert(!sent.given);
    ck_assert(core_worker_busy(core, WORKER_CARRIER, 0));
    say_done(0, ahead, VERDICT_ACCEPTED, PEER);
    ck_assert(!core_worker_busy(core, WORKER_CARRIER, 0));
    ck_assert_int_eq(now(1).state, STATE_SENDING);
    say_dot(1, now(1).attempt_id);
    ck_assert(sent_to(1).given);
    ck_assert_uint_eq(world_entries(&w, "attempt.dot", notices[1].uid), 1);
}
END_TEST

START_TEST(what_is_ahead_stays_while_no_connection_is_free)
{
    hand_three();
    int64_t ahead = now(1).attempt_id;
    wait_ms(MS_MINUTE);
    group(NULL);
    ck_assert_int_eq(now(1).attempt_id, ahead);
    ck_assert_uint_eq(core_in_flight(core), 3);
}
END_TEST

START_TEST(what_has_leave_for_the_end_of_data_is_never_taken_back)
{
    hand_three();
    int64_t ahead = now(1).attempt_id;
    say_dot(0, ahead);
    say_done(1, now(2).attempt_id, VERDICT_REFUSED, PEER);
    wait_ms(MS_MINUTE);
    group(NULL);
    ck_assert_int_eq(now(1).state, STATE_DOTTED);
    ck_assert_int_eq(now(1).attempt_id, ahead);
}
END_TEST

START_TEST(a_carrier_that_was_silent_gets_nothing_ahead_until_it_speaks)
{
    start(1, STATE_READY, 1);
    say_ready(0);
    ck_assert_uint_eq(sent_to(0).parcels, 1);
    wait_ms(3 * MS_SECOND);
    struct advisory a = {0};
    ck_assert_int_eq(advisory_get(&a, w.arena, w.app.store, notices[0].advisory_id, &err), OK);
    notices[1] = world_notice(&w, &a, "h2", 1, STATE_READY, RELAY);
    world_parcel(&w, &notices[1], "h2");
    group(NULL);
    ck_assert_uint_eq(sent_to(0).parcels, 0);
    ck_assert_int_eq(now(1).state, STATE_READY);
    say_dot(0, now(0).attempt_id);
    ck_assert_uint_eq(sent_to(0).parcels, 1);
    ck_assert_int_eq(now(1).state, STATE_SENDING);
}
END_TEST

START_TEST(a_lost_carrier_has_nothing_left_of_what_was_taken_back)
{
    hand_three();
    say_dot(1, now(2).attempt_id);
    say_done(1, now(2).attempt_id, VERDICT_ACCEPTED, PEER);
    wait_ms(6 * MS_SECOND);
    group(NULL);
    ck_assert(core_worker_busy(core, WORKER_CARRIER, 0));
    const struct core_event lost = {.type = CORE_LOST, .worker = WORKER_CARRIER, .slot = 0};
    group(&lost);
    ck_assert_int_eq(now(1).state, STATE_SENDING); /* at the other one */
    (void)sent_to(0);
    say_ready(0);
    ck_assert_uint_le(core_in_flight(core), 2);
    ck_assert_uint_eq(world_entries(&w, "attempt.outcome", notices[1].uid), 1);
}
END_TEST

/* ---- how long answers are gathered ---- */

START_TEST(nothing_more_is_gathered_once_every_connection_waits_for_us)
{
    const struct frame dot = {.type = JOB_DOT}, done = {.type = JOB_DONE};
    const struct core_event dots[] = {{CORE_FRAME, WORKER_CARRIER, 0, &dot},
                                      {CORE_FRAME, WORKER_SEALER, 0, &dot},
                                      {CORE_FRAME, WORKER_CARRIER, 1, &dot}};
    const struct core_event last[] = {{CORE_FRAME, WORKER_CARRIER, 0, &dot},
                                      {CORE_FRAME, WORKER_CARRIER, 1, &done}};
    const struct core_event ahead[] = {{CORE_FRAME, WORKER_CARRIER, 1, &dot},
                                       {CORE_FRAME, WORKER_CARRIER, 0, &done}};
    const struct core_event other[] = {{CORE_FRAME, WORKER_CARRIER, 0, &dot},
                                       {CORE_READY, WORKER_CARRIER, 1, NULL}};
    hand_three(); /* two of them to the first of two carriers */
    ck_assert(!core_all_wait(core, NULL, 0));
    ck_assert(!core_all_wait(core, dots, 2));
    ck_assert(core_all_wait(core, dots, 3));
    ck_assert(core_all_wait(core, last, 2));
    ck_assert(!core_all_wait(core, ahead, 2)); /* it goes on with what it has ahead */
    ck_assert(!core_all_wait(core, other, 2));
    say_dot(1, now(2).attempt_id);
    say_done(1, now(2).attempt_id, VERDICT_ACCEPTED, PEER);
    ck_assert(!core_all_wait(core, dots, 1)); /* the other connection may still get work */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.carrying");
    TCase *tc = tcase_create("answers that cannot be taken");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_acceptance_that_cannot_be_written_down_makes_its_notice_uncertain);
    tcase_add_test(tc, an_outcome_before_the_dot_that_cannot_be_written_down_is_a_task_after_three);
    suite_add_tcase(suite, tc);
    tc = tcase_create("what is ahead");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_is_ahead_of_a_silent_carrier_goes_over_a_free_connection);
    tcase_add_test(tc, what_is_ahead_stays_while_no_connection_is_free);
    tcase_add_test(tc, what_has_leave_for_the_end_of_data_is_never_taken_back);
    tcase_add_test(tc, a_carrier_that_was_silent_gets_nothing_ahead_until_it_speaks);
    tcase_add_test(tc, a_lost_carrier_has_nothing_left_of_what_was_taken_back);
    suite_add_tcase(suite, tc);
    tc = tcase_create("gathering");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, nothing_more_is_gathered_once_every_connection_waits_for_us);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
