/* Writers that die, disks that fill, readers that stay: what the SQLite driver does then. */
#include "base/file.h"
#include "store/inner.h"
#include "store/sqlite_inner.h"
#include "tests/store/says.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char base[] = "/tmp/tocsin-crash-XXXXXX";
static char dir[64], path[80], journal[96];
static struct store *store;
static struct arena *arena;
static struct err err;

static void begin(void)
{
    (void)snprintf(dir, sizeof dir, "%s/%ld", base, (long)getpid());
    (void)snprintf(path, sizeof path, "%s/tocsin.db", dir);
    (void)snprintf(journal, sizeof journal, "%s-journal", path);
    ok(file_make_dir(dir, 0700, &err));
    arena = arena_new();
    ok(store_open(&store, path, STORE_CREATE, &err));
    ok(meta_set(store, "state", "old", &err));
}

static void end(void)
{
    store_close(store);
    store = NULL;
    arena_free(arena);
    ok(file_remove_tree(dir, &err));
}

static void reopen(enum store_mode mode)
{
    store_close(store);
    store = NULL;
    ok(store_open(&store, path, mode, &err));
}

static const char *state(void)
{
    const char *value = NULL;
    ok(meta_get(&value, arena, store, "state", &err));
    return value;
}

static off_t size_of(const char *name)
{
    struct stat st;
    return stat(name, &st) == 0 ? st.st_size : -1;
}

static void script(const char *sql)
{
    ok(store->driver->ops->script(store->driver, sql, &err));
}

/* Put so much that the cache cannot hold it: pages reach the file before the commit. */
static void put_much(void)
{
    static unsigned char data[200000];
    char name[65];
    script("PRAGMA cache_size = 10; PRAGMA cache_spill = 1");
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    for (unsigned char i = 0; i < 10; i++) {
        memset(data, i, sizeof data);
        ok(blob_put(name, store, (struct bytes){data, sizeof data}, &err));
    }
}

/* A writer that is killed in the middle, after it wrote to the file. */
static void killed_writer(void)
{
    store_close(store);
    store = NULL;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        ok(store_open(&store, path, STORE_WRITE, &err));
        put_much();
        (void)kill(getpid(), SIGKILL);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert_int_gt(size_of(journal), 0);
    ck_assert_int_gt(size_of(path), 1000000);
}

START_TEST(a_killed_writer_leaves_no_lock_and_no_half_transaction)
{
    killed_writer();
    ok(store_open(&store, path, STORE_WRITE, &err));
    ck_assert_str_eq(state(), "old");
    ok(store_check(store, &err));
    ok(meta_set(store, "state", "new", &err));
}
END_TEST

START_TEST(a_reader_mends_what_a_killed_writer_left)
{
    killed_writer();
    ok(store_open(&store, path, STORE_READ, &err));
    ck_assert_str_eq(state(), "old");
    ck_assert_int_le(size_of(journal), 0);
    ok(store_check(store, &err));
    says(ERR_REFUSED, meta_set(store, "state", "new", &err));
}
END_TEST

START_TEST(the_lock_goes_with_its_holder_only)
{
    char lock[96];
    struct store *second = NULL;
    (void)snprintf(lock, sizeof lock, "%s.lock", path);
    /* Whoever reads and closes the lock file, as any backup does, takes nothing away. */
    for (int i = 0; i < 2; i++) {
        int fd = open(lock, O_RDWR | O_CLOEXEC);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(close(fd), 0);
        says(ERR_STALE, store_open(&second, path, STORE_WRITE, &err));
    }
    /* Nor does a program that the holder starts keep it. */
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)execl("/bin/sleep", "sleep", "30", (char *)NULL);
        _exit(1);
    }
    char comm[64], name[32] = "";
    (void)snprintf(comm, sizeof comm, "/proc/%ld/comm", (long)child);
    while (strncmp(name, "sleep", 5) != 0) {
        int fd = open(comm, O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_gt(read(fd, name, sizeof name - 1), 0);
        ck_assert_int_eq(close(fd), 0);
        (void)usleep(1000);
    }
    reopen(STORE_WRITE);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

/* It has forked a child that has not executed anything yet, and dies: the child keeps the lock. */
START_TEST(a_killed_writer_holds_nobody_up_through_its_children)
{
    int ready[2], end[2];
    char byte = 0;
    store_close(store);
    store = NULL;
    ck_assert_int_eq(pipe(ready), 0);
    ck_assert_int_eq(pipe(end), 0);
    pid_t writer = fork();
    ck_assert_int_ge(writer, 0);
    if (writer == 0) {
        ok(store_open(&store, path, STORE_WRITE, &err));
        if (fork() == 0) { /* ends when the test says so, and at the latest with the test */
            (void)close(end[1]);
            _exit(write(ready[1], "r", 1) == 1 && read(end[0], &byte, 1) == 1 ? 0 : 1);
        }
        (void)pause();
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    struct store *second = NULL;
    says(ERR_STALE, store_open(&second, path, STORE_WRITE, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "(process "));
    siginfo_t info;
    ck_assert_int_eq(kill(writer, SIGKILL), 0); /* and nobody has asked how it ended */
    ck_assert_int_eq(waitid(P_PID, (id_t)writer, &info, WEXITED | WNOWAIT), 0);
    pid_t ender = fork();
    ck_assert_int_ge(ender, 0);
    if (ender == 0) {
        (void)usleep(300000);
        _exit(write(end[1], "e", 1) == 1 ? 0 : 1);
    }
    ok(store_open(&store, path, STORE_WRITE, &err));
    ck_assert_str_eq(state(), "old");
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    ck_assert_int_eq(waitpid(ender, NULL, 0), ender);
}
END_TEST

START_TEST(a_full_disk_stores_nothing_and_goes_on_when_there_is_room)
{
    char name[65];
    static unsigned char data[400000];
    script("PRAGMA max_page_count = 150");
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    says(ERR_IO, blob_put(name, store, (struct bytes){data, sizeof data}, &err));
    ck_assert_msg(strstr(err.text, "full") != NULL, "%s", err.text);
    says(ERR_IO, meta_set(store, "more", "x", &err));
    says(ERR_IO, store_commit(store, &err));
    ck_assert_str_eq(state(), "old");
    /* SQLite gives up the whole transaction; nothing of the group may seem to be kept. */
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    ok(store_item_begin(store, &err));
    says(ERR_IO, blob_put(name, store, (struct bytes){data, sizeof data}, &err));
    says(ERR_IO, store_item_drop(store, &err));
    ck_assert_msg(strstr(err.text, "full") != NULL, "%s", err.text);
    says(ERR_IO, store_item_begin(store, &err));
    says(ERR_IO, store_commit(store, &err));
    ck_assert_str_eq(state(), "old");
    script("PRAGMA max_page_count = 100000");
    ok(blob_put(name, store, (struct bytes){data, sizeof data}, &err));
    ok(store_check(store, &err));
}
END_TEST

START_TEST(a_failing_disk_makes_the_commit_unknown_until_it_is_opened_again)
{
    char name[65];
    static unsigned char data[400000];
    struct rlimit limit = {.rlim_cur = 200000, .rlim_max = RLIM_INFINITY};
    (void)signal(SIGXFSZ, SIG_IGN);
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    ok(blob_put(name, store, (struct bytes){data, sizeof data}, &err));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    says(ERR_IO, store_commit(store, &err));
    ck_assert_msg(strstr(err.text, "unknown whether the commit succeeded") != NULL, "%s", err.text);
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const char *value = NULL;
    says(ERR_IO, meta_get(&value, arena, store, "state", &err));
    says(ERR_IO, store_begin(store, &err));
    ck_assert_msg(strstr(err.text, "open the store again") != NULL, "%s", err.text);
    reopen(STORE_WRITE);
    ck_assert_str_eq(state(), "old"); /* the write failed before the point of no return */
    ok(store_check(store, &err));
}
END_TEST

START_TEST(a_reader_that_stays_makes_the_writer_busy_and_no_more)
{
    struct store *reader = NULL;
    const char *value = NULL;
    (void)sqlite3_busy_timeout(((struct sqlite *)store->driver)->db, 50);
    ok(store_open(&reader, path, STORE_READ, &err));
    ok(store_begin(reader, &err));
    ok(meta_get(&value, arena, reader, "state", &err));
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    says(ERR_IO, store_commit(store, &err));
    ck_assert_msg(strstr(err.text, "busy") != NULL, "%s", err.text);
    says(ERR_IO, meta_set(store, "state", "new", &err)); /* a commit of its own */
    store_rollback(reader);
    ck_assert_str_eq(state(), "old");
    ok(meta_set(store, "state", "new", &err));
    ck_assert_str_eq(state(), "new");
    store_close(reader);
}
END_TEST

START_TEST(a_damaged_page_is_corrupt)
{
    store_close(store);
    store = NULL;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    static const unsigned char noise[4096] = {0x99, 0x11, 0x22};
    ck_assert_int_ge(fd, 0);
    for (off_t page = 1; page * 4096 < size_of(path); page++)
        ck_assert_int_eq(pwrite(fd, noise, sizeof noise, page * 4096), sizeof noise);
    ck_assert_int_eq(close(fd), 0);
    enum status status = store_open(&store, path, STORE_WRITE, &err);
    if (status == OK)
        status = store_check(store, &err);
    ck_assert_msg(status == ERR_CORRUPT, "%s: %s", status_word(status), err.text);
    ck_assert_msg(strstr(err.text, "backup") != NULL, "%s", err.text);
}
END_TEST

int main(void)
{
    struct err why;
    if (mkdtemp(base) == NULL)
        return EXIT_FAILURE;
    Suite *suite = suite_create("a store on SQLite that goes through bad times");
    TCase *tc = tcase_create("crash");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_killed_writer_leaves_no_lock_and_no_half_transaction);
    tcase_add_test(tc, a_reader_mends_what_a_killed_writer_left);
    tcase_add_test(tc, the_lock_goes_with_its_holder_only);
    tcase_add_test(tc, a_killed_writer_holds_nobody_up_through_its_children);
    tcase_add_test(tc, a_full_disk_stores_nothing_and_goes_on_when_there_is_room);
    tcase_add_test(tc, a_failing_disk_makes_the_commit_unknown_until_it_is_opened_again);
    tcase_add_test(tc, a_reader_that_stays_makes_the_writer_busy_and_no_more);
    tcase_add_test(tc, a_damaged_page_is_corrupt);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int result = srunner_ntests_failed(runner) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    srunner_free(runner);
    if (file_remove_tree(base, &why) != OK)
        result = EXIT_FAILURE;
    return result;
}
