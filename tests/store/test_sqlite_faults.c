/*
 * A fault at every single call to the disk, one after the other: what was acknowledged is there,
 * what was refused is not, and nothing is there in half.
 */
#include "base/file.h"
#include "store/inner.h"
#include "store/log.h"
#include "tests/store/fault_vfs.h"

#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUPS 2
#define ITEMS 4 /* of a group */
#define MOST_CALLS 2000

static char dir[] = "/tmp/tocsin-fault-XXXXXX";
static char path[64];

/* Exit codes of the child beside FAULT_EXIT. */
enum { CHILD_DONE = 0, CHILD_CALM = 1, CHILD_WRONG = 2 };

struct child {
    struct store *store;
    int64_t group; /* the last one that is certainly there */
    int ack;       /* pipe: one byte per acknowledged group */
};

static int64_t group_in(struct store *store)
{
    const char *value = NULL;
    struct arena *arena = arena_new();
    enum status status = meta_get(&value, arena, store, "group", NULL);
    int64_t group = status == OK ? strtoll(value, NULL, 10) : status == ERR_NOT_FOUND ? 0 : -1;
    arena_free(arena);
    return group;
}

/* A group as the dispatcher writes it: items behind savepoints, each with its entry in the log. */
static enum status write_group(struct store *store, int64_t group, struct err *err)
{
    char text[32];
    enum status status = store_begin(store, err);
    if (status != OK)
        return status;
    for (int i = 0; i < ITEMS && status == OK; i++) {
        struct log_head head, next;
        status = store_item_begin(store, err);
        if (status == OK)
            status = log_head_get(&head, store, err);
        if (status == OK) {
            next = head;
            next.idx++;
            status = log_append(store, &head, &next, bytes_of("{}\n"), "k", "s", group, err);
        }
        if (status == OK)
            status = store_item_keep(store, err);
    }
    (void)snprintf(text, sizeof text, "%" PRId64, group);
    if (status == OK)
        status = meta_set(store, "group", text, err);
    if (status != OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}

/* After an error: what is there must be what the error said. */
static bool look_again(struct child *child, const struct err *why)
{
    struct err err;
    int64_t there = group_in(child->store);
    const bool unknown = strstr(why->text, "unknown whether") != NULL;
    if (there < 0) { /* it wants to be opened again */
        store_close(child->store);
        child->store = NULL;
        if (store_open(&child->store, path, STORE_WRITE, &err) != OK)
            return false;
        there = group_in(child->store);
    }
    if (there != child->group && !(unknown && there == child->group + 1)) {
        fprintf(stderr, "group %" PRId64 " is there, %" PRId64 " was, after: %s\n", there,
                child->group, why->text);
        _exit(CHILD_WRONG);
    }
    child->group = there;
    return true;
}

static void run_child(enum fault fault, long at, unsigned seed, const char *pragma, int ack)
{
    struct child child = {.ack = ack};
    struct err err;
    fault_register();
    fault_arm(FAULT_NONE, 0, 0);
    if (store_open(&child.store, path, STORE_WRITE, &err) != OK ||
        (pragma != NULL &&
         child.store->driver->ops->script(child.store->driver, pragma, &err) != OK))
        _exit(CHILD_WRONG);
    fault_arm(fault, at, seed);
    for (int tries = 0; child.group < GROUPS && tries < GROUPS + 3; tries++) {
        if (write_group(child.store, child.group + 1, &err) == OK) {
            child.group++;
            if (write(ack, "+", 1) != 1)
                _exit(CHILD_WRONG);
        } else if (err.code != ERR_IO) {
            fprintf(stderr, "%s: %s\n", status_word(err.code), err.text);
            _exit(CHILD_WRONG);
        } else if (!look_again(&child, &err)) {
            break; /* the disk is gone for good: the parent looks */
        }
    }
    const bool calm = !fault_struck();
    fault_arm(FAULT_NONE, 0, 0);
    store_close(child.store);
    _exit(calm ? CHILD_CALM : CHILD_DONE);
}

/* An empty store, made once and copied: making one takes longer than all the rest. */
static struct str empty;

static void make_empty(void)
{
    struct store *store = NULL;
    struct err err;
    (void)unlink(path);
    str_init(&empty, STR_LIMIT_TEXT);
    ck_assert_msg(store_open(&store, path, STORE_CREATE, &err) == OK, "%s", err.text);
    store_close(store);
    ck_assert_msg(file_read(&empty, path, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
}

static void drop_empty(void)
{
    str_dispose(&empty);
}

static void fresh(void)
{
    char journal[80];
    (void)snprintf(journal, sizeof journal, "%s-journal", path);
    (void)unlink(journal);
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert(write(fd, empty.data, empty.size) == (ssize_t)empty.size);
    ck_assert_int_eq(close(fd), 0);
}

/* Is the store sound, with at least the acknowledged groups and at most one more, all of each? */
static bool sound(int64_t acknowledged, char words[256])
{
    struct store *store = NULL;
    struct err err;
    struct log_head head = {0};
    enum status status = store_open(&store, path, STORE_WRITE, &err);
    if (status == OK)
        status = store_check(store, &err);
    if (status == OK)
        status = log_head_get(&head, store, &err);
    int64_t group = status == OK ? group_in(store) : -1;
    store_close(store);
    (void)snprintf(
        words, 256, "%" PRId64 " acknowledged, %" PRId64 " there, %" PRId64 " entries%s%.100s",
        acknowledged, group, head.idx, status == OK ? "" : ": ", status == OK ? "" : err.text);
    return status == OK && group >= acknowledged && group <= acknowledged + 1 &&
           head.idx == group * ITEMS;
}

struct outcome {
    int code; /* of the child */
    bool sound;
    char words[256];
};

static struct outcome one_run(enum fault fault, long at, unsigned seed, const char *pragma)
{
    struct outcome out = {0};
    int pipe_of[2], status = 0;
    char acks[GROUPS + 1];
    fresh();
    ck_assert_int_eq(pipe(pipe_of), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        run_child(fault, at, seed, pragma, pipe_of[1]);
    (void)close(pipe_of[1]);
    ssize_t got = 0, more = 0;
    while ((more = read(pipe_of[0], acks + got, sizeof acks - (size_t)got)) > 0)
        got += more;
    (void)close(pipe_of[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status), "call %ld: the child was killed", at);
    out.code = WEXITSTATUS(status);
    out.sound = sound(got, out.words);
    return out;
}

/* One run per call until a run ends before its fault; how many there were. */
static long every_call(enum fault fault, unsigned seeds)
{
    for (long at = 1; at < MOST_CALLS; at++) {
        for (unsigned seed = 0; seed < seeds; seed++) {
            struct outcome out = one_run(fault, at, seed * 7919u + (unsigned)at, NULL);
            ck_assert_msg(out.code != CHILD_WRONG && out.sound, "call %ld, seed %u: %s", at, seed,
                          out.words);
            if (out.code == CHILD_CALM)
                return at - 1;
        }
    }
    ck_abort_msg("no end");
}

/* Proves: P4 */
START_TEST(an_error_at_any_call_is_told_truly)
{
    long calls = every_call(FAULT_EIO, 1);
    ck_assert_int_gt(calls, 40);
    printf("EIO at each of %ld calls: nothing lost, nothing claimed\n", calls);
}
END_TEST

START_TEST(a_disk_that_dies_at_any_call_loses_nothing_acknowledged)
{
    long calls = every_call(FAULT_EIO_EVER, 1);
    printf("EIO from each of %ld calls on: nothing lost, nothing claimed\n", calls);
}
END_TEST

/* Proves: P4 */
START_TEST(a_disk_that_fills_at_any_write_stores_nothing)
{
    long calls = every_call(FAULT_FULL, 1);
    printf("ENOSPC at each of %ld calls: nothing lost, nothing claimed\n", calls);
}
END_TEST

/* P3 */
/* Proves: P3 */
START_TEST(power_that_fails_at_any_call_loses_nothing_acknowledged)
{
    long calls = every_call(FAULT_POWER, 3);
    printf("power lost at each of %ld calls, three ways: nothing lost\n", calls);
}
END_TEST

/* SQLite falls back to reading whatever an open for writing failed of; only some of that stays so.
 */
START_TEST(a_file_that_could_not_be_opened_for_writing_just_now_is_asked_for_again)
{
    struct store *store = NULL;
    struct err err;
    fresh();
    fault_register();
    fault_arm(FAULT_READER, 1, 0);
    ck_assert_int_eq(store_open(&store, path, STORE_WRITE, &err), ERR_IO);
    ck_assert_msg(strstr(err.text, "just now: try again") != NULL, "%s", err.text);
    ck_assert(fault_struck());
    ck_assert_msg(store_open(&store, path, STORE_WRITE, &err) == OK, "%s", err.text);
    store_close(store);
}
END_TEST

/* What the settings are good for, and that this disk would notice. */
START_TEST(without_its_syncs_the_same_store_would_lose_or_break)
{
    for (long at = 1; at < MOST_CALLS; at++) {
        struct outcome out = one_run(FAULT_POWER, at, (unsigned)at, "PRAGMA synchronous = OFF");
        if (!out.sound)
            return;
        ck_assert_int_ne(out.code, CHILD_CALM);
    }
}
END_TEST

int main(void)
{
    struct err why;
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", dir);
    Suite *suite = suite_create("a store on SQLite over a failing disk");
    TCase *tc = tcase_create("faults");
    tcase_add_checked_fixture(tc, make_empty, drop_empty);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, an_error_at_any_call_is_told_truly);
    tcase_add_test(tc, a_disk_that_dies_at_any_call_loses_nothing_acknowledged);
    tcase_add_test(tc, a_disk_that_fills_at_any_write_stores_nothing);
    tcase_add_test(tc, power_that_fails_at_any_call_loses_nothing_acknowledged);
    tcase_add_test(tc, a_file_that_could_not_be_opened_for_writing_just_now_is_asked_for_again);
    tcase_add_test(tc, without_its_syncs_the_same_store_would_lose_or_break);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int result = srunner_ntests_failed(runner) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    srunner_free(runner);
    if (file_remove_tree(dir, &why) != OK)
        result = EXIT_FAILURE;
    return result;
}
