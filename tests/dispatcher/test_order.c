/* What must be written down before what, whatever a worker says. */
#include "dispatcher/run/core.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/work.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define RELAY "relay"

static struct world w;
static struct core *core;
static struct frame_reader reader;
static int ends[2];

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\nh1,hdo,DE,one@h1.example,+49 30 1\n");
    frame_reader_init(&reader);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static void teardown(void)
{
    core_close(core);
    core = NULL;
    frame_reader_dispose(&reader);
    (void)close(ends[0]);
    (void)close(ends[1]);
    world_close(&w);
}

/* Jobs that go out to the carrier with it. */
static size_t group(const struct core_event *event)
{
    struct err err = {0};
    size_t count = 0;
    enum status status = core_group(core, event, 1, &err);
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
    for (struct core_intent intent; core_take_intent(&intent, core);) {
        count += intent.worker == WORKER_CARRIER && intent.slot == 0;
        frame_dispose(&intent.frame);
    }
    return count;
}

/* The carrier says this; how many frames it gets for it. */
static size_t says(struct frame_out *out)
{
    struct err err = {0};
    struct frame frame;
    ck_assert_int_eq(frame_send(ends[1], frame_end(out), &err), OK);
    frame_dispose(out);
    ck_assert_int_eq(frame_receive(&reader, ends[0], &frame, &err), OK);
    const struct core_event event = {
        .type = CORE_FRAME, .worker = WORKER_CARRIER, .slot = 0, .frame = &frame};
    return group(&event);
}

static size_t says_dot(int64_t attempt)
{
    struct frame_out out;
    frame_begin(&out, JOB_DOT);
    frame_int(&out, attempt);
    return says(&out);
}

static void says_accepted(int64_t attempt, const char *words)
{
    struct frame_out out;
    frame_begin(&out, JOB_DONE);
    frame_int(&out, attempt);
    frame_int(&out, VERDICT_ACCEPTED);
    frame_int(&out, 250);
    frame_text(&out, "2.0.0");
    frame_text(&out, words);
    frame_int(&out, 0);
    frame_int(&out, 0);
    frame_bytes(&out, bytes_of("* 250"));
    frame_text(&out, "TLSv1.3");
    frame_text(&out, "");
    (void)says(&out);
}

static struct notice with_carrier(void)
{
    struct err err = {0};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_READY, RELAY);
    world_parcel(&w, &n, "first@example.com");
    ck_assert_int_eq(core_open(&core, &w.app, NULL, 1, 1, &err), OK);
    const struct core_event ready = {.type = CORE_READY, .worker = WORKER_CARRIER, .slot = 0};
    ck_assert_uint_eq(group(&ready), 1);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_SENDING);
    return n;
}

START_TEST(nothing_is_accepted_before_our_own_dot)
{
    struct notice n = with_carrier();
    says_accepted(n.attempt_id, "OK");
    ck_assert_uint_eq(world_entries(&w, "attempt.dot", n.uid), 0);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_READY); /* nothing was taken: it goes again */
    ck_assert_int_eq(n.grade, GRADE_NONE);
}
END_TEST

START_TEST(leave_is_given_when_the_dot_is_written_down)
{
    struct notice n = with_carrier();
    ck_assert_uint_eq(says_dot(n.attempt_id), 1);
    ck_assert_uint_eq(world_entries(&w, "attempt.dot", n.uid), 1);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_DOTTED);
    says_accepted(n.attempt_id, "OK");
    ck_assert_int_eq(world_read(&w, &n).state, STATE_ACCEPTED);
}
END_TEST

/* Words that no store takes must not keep the notice dotted for ever. */
START_TEST(an_answer_that_cannot_be_taken_makes_the_notice_uncertain)
{
    struct notice n = with_carrier();
    ck_assert_uint_eq(says_dot(n.attempt_id), 1);
    says_accepted(n.attempt_id, "\xff\xfe");
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_UNCERTAIN);
    ck_assert_int_gt(n.next_at_ms, 0);
}
END_TEST

START_TEST(a_second_sending_takes_the_same_bytes)
{
    struct err err = {0};
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_UNCERTAIN, RELAY);
    world_parcel(&w, &n, "first@example.com");
    const int64_t parcel = world_read(&w, &n).parcel_id;
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    enum status status = work_hold_over(&w.app, &n, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_READY);
    ck_assert_int_eq(n.parcel_id, parcel);
}
END_TEST

START_TEST(work_that_costs_its_workers_is_set_aside)
{
    struct err err = {0};
    struct frame_out job;
    bool claimed = true;
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_PLANNED, RELAY);
    n.crashes = w.app.settings->retry.crashes * WORK_CRASH_WORKER;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_PLANNED, &err), OK);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    enum status status = work_claim(&job, &claimed, &w.app, NULL, &n, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    ck_assert(!claimed);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_TASKED);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.order");
    TCase *tc = tcase_create("order");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, nothing_is_accepted_before_our_own_dot);
    tcase_add_test(tc, leave_is_given_when_the_dot_is_written_down);
    tcase_add_test(tc, an_answer_that_cannot_be_taken_makes_the_notice_uncertain);
    tcase_add_test(tc, a_second_sending_takes_the_same_bytes);
    tcase_add_test(tc, work_that_costs_its_workers_is_set_aside);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
