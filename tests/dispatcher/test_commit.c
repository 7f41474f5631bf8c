/*
 * The disk fails at each call of a group in turn. A group that is not told as committed hands out
 * nothing, neither a parcel nor the leave for an end of data; what is told as committed is there
 * for who opens the store next.
 */
#include "dispatcher/run/core.h"
#include "dispatcher/run/job.h"
#include "tests/dispatcher/world.h"
#include "tests/store/fault_vfs.h"

#include <stdio.h>
#include <stdlib.h>

#define RELAY "relay"
#define CALLS_MOST 500

static struct world w;
static struct core *core;
static struct notice notice;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* One notice that waits for a carrier; with `begun`, the carrier has its parcel already. */
static void setup(bool begun)
{
    world_open_on(&w, "tocsin.db");
    world_parties(&w, "party,kind,country,email,phone\nh1,hdo,DE,one@h1.example,+49 30 1\n");
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    notice = world_notice(&w, &a, "h1", 1, STATE_READY, RELAY);
    world_parcel(&w, &notice, "first@example.com");
    must(core_open(&core, &w.app, NULL, 1, 1, &err));
    if (begun) {
        const struct core_event ready = {.type = CORE_READY, .worker = WORKER_CARRIER};
        must(core_group(core, &ready, 1, &err));
        for (struct core_intent intent; core_take_intent(&intent, core);)
            frame_dispose(&intent.frame);
        notice = world_read(&w, &notice);
        ck_assert_int_eq(notice.state, STATE_SENDING);
    }
}

static void teardown(void)
{
    core_close(core);
    core = NULL;
    world_close(&w);
}

/* The word of the carrier upon which something goes out: that it is there, or that it would end. */
static enum status hear(bool begun)
{
    struct core_event event = {.type = CORE_READY, .worker = WORKER_CARRIER};
    struct world_frame f;
    if (begun) {
        struct frame_out dot;
        frame_begin(&dot, JOB_DOT);
        frame_int(&dot, notice.attempt_id);
        world_receive(&f, &dot);
        event.type = CORE_FRAME;
        event.frame = &f.frame;
    }
    enum status status = core_group(core, &event, 1, &err);
    if (begun)
        world_forget(&f);
    return status;
}

static size_t handed_out(void)
{
    size_t count = 0;
    for (struct core_intent intent; core_take_intent(&intent, core); count++)
        frame_dispose(&intent.frame);
    return count;
}

START_TEST(frames_go_out_behind_a_commit_only)
{
    const bool begun = _i == 1;
    size_t failed = 0, borne = 0;
    long at = 1;
    fault_register();
    for (bool struck = true; struck; at++) {
        ck_assert_int_lt(at, CALLS_MOST);
        setup(begun);
        fault_arm(FAULT_EIO, at, 1);
        enum status status = hear(begun);
        struck = fault_struck();
        fault_arm(FAULT_NONE, 0, 1);
        size_t out = handed_out();
        if (status != OK) {
            ck_assert(struck);
            ck_assert_msg(out == 0, "call %ld: %zu frames though: %s", at, out, err.text);
            failed++;
        } else {
            ck_assert_uint_eq(out, 1);
            store_close(w.app.store);
            w.app.store = NULL;
            must(store_open(&w.app.store, w.app.settings->store, STORE_WRITE, &err));
            enum notice_state state = world_read(&w, &notice).state;
            ck_assert_msg(state == (begun ? STATE_DOTTED : STATE_SENDING), "call %ld: %s", at,
                          notice_state_word(state));
            borne += struck;
        }
        teardown();
    }
    (void)printf("%s: %zu groups failed and handed out nothing, %zu bore the fault\n",
                 begun ? "leave" : "parcel", failed, borne);
    ck_assert_uint_ge(failed, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.commit");
    TCase *tc = tcase_create("commit");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, frames_go_out_behind_a_commit_only, 0, 2);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
