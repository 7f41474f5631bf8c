/* Worker processes: what they said counts, whenever they end. This program is its own worker. */
#include "base/file.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/pool.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct world w;
static struct core *core;
static struct pool *pool;

static void setup(void)
{
    struct err err = {0};
    world_open(&w);
    ck_assert_int_eq(core_open(&core, &w.app, NULL, 0, 0, &err), OK);
}

static void teardown(void)
{
    pool_close(pool, 0);
    core_close(core);
    pool = NULL;
    core = NULL;
    world_close(&w);
}

static void open_pool(void)
{
    struct err err = {0};
    enum status status = pool_open(&pool, &w.app, NULL, core, w.dir, &err);
    ck_assert_msg(status == OK, "%s", err.text);
}

static void work(int timeout_ms)
{
    struct pollfd fds[4];
    size_t count = pool_poll_set(fds, pool);
    ck_assert_uint_le(count, 4);
    if (poll(fds, count, timeout_ms) > 0)
        pool_work(pool, fds);
}

/* The next event, and what it says is still there after the worker's end was seen. */
static struct core_event next_event(int64_t *attempt)
{
    struct core_event event;
    for (int i = 0; !pool_next_event(&event, pool); i++) {
        ck_assert_int_lt(i, 500);
        work(20);
    }
    usleep(30000);
    work(0);
    *attempt = event.type == CORE_FRAME ? frame_get_int(event.frame, DONE_ATTEMPT) : 0;
    pool_release(pool);
    return event;
}

START_TEST(all_that_a_worker_said_counts_before_its_end_does)
{
    int64_t attempt = 0;
    open_pool();
    ck_assert_int_eq(next_event(&attempt).type, CORE_READY);
    for (int64_t i = 1; i <= 3; i++) {
        ck_assert_int_eq(next_event(&attempt).type, CORE_FRAME);
        ck_assert_int_eq(attempt, i);
    }
    ck_assert_int_eq(next_event(&attempt).type, CORE_LOST);
}
END_TEST

START_TEST(words_for_a_worker_that_ended_do_not_drown_what_it_said)
{
    int64_t attempt = 0;
    open_pool();
    ck_assert_int_eq(next_event(&attempt).type, CORE_READY);
    for (int64_t i = 1; i <= 3; i++) {
        struct core_intent intent = {.worker = WORKER_CARRIER, .slot = 0};
        frame_begin(&intent.frame, JOB_LEAVE);
        pool_send(pool, &intent);
        ck_assert_int_eq(next_event(&attempt).type, CORE_FRAME);
        ck_assert_int_eq(attempt, i);
    }
    ck_assert_int_eq(next_event(&attempt).type, CORE_LOST);
}
END_TEST

START_TEST(a_pool_that_is_closed_leaves_no_home_behind)
{
    char *home = path_join(w.dir, "c0");
    open_pool();
    ck_assert(file_exists(home));
    pool_close(pool, 0);
    pool = NULL;
    ck_assert(!file_exists(home));
    free(home);
}
END_TEST

static void say(uint32_t type, int64_t attempt)
{
    struct err err = {0};
    struct frame_out frame;
    frame_begin(&frame, type);
    if (attempt != 0)
        frame_int(&frame, attempt);
    if (frame_send(CHILD_FD, frame_end(&frame), &err) != OK)
        _exit(1);
    frame_dispose(&frame);
}

/* Says all that it has to say at once, and ends. */
static int be_worker(void)
{
    say(JOB_READY, 0);
    for (int64_t i = 1; i <= 3; i++)
        say(JOB_DONE, i);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], CHILD_WORD) == 0)
        return be_worker();
    Suite *suite = suite_create("dispatcher.pool");
    TCase *tc = tcase_create("pool");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, all_that_a_worker_said_counts_before_its_end_does);
    tcase_add_test(tc, words_for_a_worker_that_ended_do_not_drown_what_it_said);
    tcase_add_test(tc, a_pool_that_is_closed_leaves_no_home_behind);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
