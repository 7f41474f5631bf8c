/* A copy of a store in use: whole, consistent, and it ends however busy the writer is. */
#include "base/clock.h"
#include "base/file.h"
#include "store/store.h"
#include "tests/store/says.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOBS 24
#define BLOB_SIZE ((size_t)256 * 1024)

static char base[] = "/tmp/tocsin-copy-XXXXXX";
static char dir[64], path[80], copy[80];
static struct store *store;
static struct err err;

static void begin(void)
{
    (void)snprintf(dir, sizeof dir, "%s/%ld", base, (long)getpid());
    (void)snprintf(path, sizeof path, "%s/tocsin.db", dir);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", dir);
    ok(file_make_dir(dir, 0700, &err));
    ok(store_open(&store, path, STORE_CREATE, &err));
    unsigned char *data = xcalloc(1, BLOB_SIZE);
    for (int i = 0; i < BLOBS; i++) {
        char hex[65];
        memset(data, i + 1, BLOB_SIZE);
        ok(store_begin(store, &err));
        ok(blob_put(hex, store, (struct bytes){data, BLOB_SIZE}, &err));
        ok(store_commit(store, &err));
    }
    free(data);
    int fd = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
}

static void end(void)
{
    store_close(store);
    store = NULL;
    ok(file_remove_tree(dir, &err));
}

/* Two facts that are always changed together. */
static void write_pair(struct store *to, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    ok(store_begin(to, &err));
    ok(meta_set(to, "one", text, &err));
    ok(meta_set(to, "two", text, &err));
    ok(store_commit(to, &err));
}

static void check_copy(void)
{
    struct arena *arena = arena_new();
    struct store *made = NULL;
    const char *one = NULL;
    const char *two = NULL;
    ok(store_open(&made, copy, STORE_READ, &err));
    ok(store_check(made, &err));
    ok(meta_get(&one, arena, made, "one", &err));
    ok(meta_get(&two, arena, made, "two", &err));
    ck_assert_str_eq(one, two);
    int64_t blobs = 0;
    ok(store_count(&blobs, made, "blob", &err));
    ck_assert_int_eq(blobs, BLOBS);
    store_close(made);
    arena_free(arena);
}

START_TEST(a_quiet_store_is_copied_whole)
{
    struct store *reader = NULL;
    write_pair(store, 1);
    ok(store_open(&reader, path, STORE_READ, &err));
    ok(store_copy(reader, copy, &err));
    store_close(reader);
    check_copy();
}
END_TEST

/* The child copies beside a writer that never pauses: each of its commits begins the copy anew. */
START_TEST(a_busy_writer_neither_starves_the_copy_nor_waits_for_all_of_it)
{
    struct clock clock;
    clock_init_system(&clock);
    write_pair(store, 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct store *reader = NULL;
        enum status status = store_open(&reader, path, STORE_READ, &err);
        if (status == OK)
            status = store_copy(reader, copy, &err);
        _exit(status == OK ? 0 : 1);
    }
    int64_t commits = 0;
    int64_t longest = 0;
    int code = -1;
    while (waitpid(child, &code, WNOHANG) == 0) {
        int64_t from = clock_up_ms(&clock);
        write_pair(store, ++commits);
        int64_t took = clock_up_ms(&clock) - from;
        longest = took > longest ? took : longest;
    }
    ck_assert_int_eq(code, 0);
    ck_assert_int_gt(commits, 0);
    (void)printf("commits beside the copy %lld, longest %lld ms\n", (long long)commits,
                 (long long)longest);
    check_copy();
}
END_TEST

START_TEST(a_copy_that_cannot_be_written_is_told)
{
    struct store *reader = NULL;
    char nowhere[120];
    (void)snprintf(nowhere, sizeof nowhere, "%s/nowhere/copy.db", dir);
    ok(store_open(&reader, path, STORE_READ, &err));
    ck_assert_int_ne(store_copy(reader, nowhere, &err), OK);
    ck_assert_ptr_nonnull(strstr(err.text, "copy.db"));
    store_close(reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store.sqlite_copy");
    TCase *tcase = tcase_create("copy");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, a_quiet_store_is_copied_whole);
    tcase_add_test(tcase, a_busy_writer_neither_starves_the_copy_nor_waits_for_all_of_it);
    tcase_add_test(tcase, a_copy_that_cannot_be_written_is_told);
    suite_add_tcase(suite, tcase);
    if (mkdtemp(base) == NULL)
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return file_remove_tree(base, NULL) == OK && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
