/* Worker processes: what they said counts, whenever they end. This program is its own worker. */
#include "base/file.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/pool.h"
#include "tests/dispatcher/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
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

#define STARTED "TEST_STARTED" /* where a worker writes whom it started */

/* The process that a worker started, and left to us. */
static pid_t started(const char *path)
{
    struct str text;
    struct err err = {0};
    str_init(&text, 100);
    for (int i = 0; file_read(&text, path, 100, &err) != OK; i++) {
        ck_assert_int_lt(i, 3000);
        usleep(20000);
    }
    const pid_t pid = (pid_t)strtol(str_text(&text), NULL, 10);
    str_dispose(&text);
    ck_assert_int_gt(pid, 1);
    return pid;
}

static bool was_killed(pid_t pid)
{
    int status = 0;
    /* It is ours when its own parent is gone, which is killed at the same time. */
    for (int i = 0; waitpid(pid, &status, 0) != pid; i++) {
        ck_assert_int_lt(i, 3000);
        usleep(20000);
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int64_t later(int64_t ms)
{
    return clock_up_ms(&w.app.clock) + ms;
}

START_TEST(a_worker_that_never_begins_is_ended_with_what_it_started)
{
    struct core_event event;
    char *path = path_join(w.dir, "started");
    ck_assert_int_eq(setenv(STARTED, path, 1), 0);
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    open_pool();
    const pid_t pid = started(path);
    pool_tend(pool, core, later(50 * MS_SECOND));
    ck_assert(!pool_next_event(&event, pool));
    ck_assert_int_eq(kill(pid, 0), 0);
    pool_tend(pool, core, later(70 * MS_SECOND));
    ck_assert(pool_next_event(&event, pool));
    ck_assert_int_eq(event.type, CORE_LOST);
    ck_assert(was_killed(pid));
    free(path);
}
END_TEST

START_TEST(what_a_worker_started_ends_with_the_pool)
{
    char *path = path_join(w.dir, "started");
    ck_assert_int_eq(setenv(STARTED, path, 1), 0);
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    open_pool();
    const pid_t pid = started(path);
    pool_close(pool, 0);
    pool = NULL;
    ck_assert(was_killed(pid));
    free(path);
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

/* Starts somebody, and says nothing for ever. Its parent is gone before, as GPGME does it. */
static int be_stuck(const char *path)
{
    struct err err = {0};
    char number[20];
    if (fork() == 0) {
        const pid_t pid = fork();
        if (pid != 0) {
            (void)snprintf(number, sizeof number, "%d", (int)pid);
            _exit(file_write(path, bytes_of(number), 0600, &err) == OK ? 0 : 1);
        }
    }
    (void)alarm(100); /* when nobody ends it, the test is red and we are gone */
    for (;;)
        (void)pause();
}

/* Says all that it has to say at once, and ends. */
static int be_worker(void)
{
    if (getenv(STARTED) != NULL)
        return be_stuck(getenv(STARTED));
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
    tcase_add_test(tc, a_worker_that_never_begins_is_ended_with_what_it_started);
    tcase_add_test(tc, what_a_worker_started_ends_with_the_pool);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_pool_that_is_closed_leaves_no_home_behind);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
