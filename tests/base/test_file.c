/*
 * The calls that durability hangs on are wrapped by the linker (--wrap): the tests see their order
 * and make single ones fail, come short or be interrupted. Everything else is the real disk.
 */
#include "base/file.h"

#include "tests/base/suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum call { CALL_WRITE, CALL_FSYNC, CALL_RENAME, CALL_CLOSE, CALL_COUNT };

static struct {
    char order[4096]; /* one word for each call */
    enum call fail;   /* this call … */
    int fail_at;      /* … the how manieth, from 1; 0: none */
    int error;
    int calls[CALL_COUNT];
    size_t most; /* bytes that one write takes; 0: all */
} trace;

static bool sweep_at_fsync; /* somebody else sweeps just then */
static int swept;

static bool fails(enum call call, const char *word)
{
    size_t size = strlen(trace.order);
    (void)snprintf(trace.order + size, sizeof trace.order - size, "%s%s", size > 0 ? " " : "",
                   word);
    trace.calls[call]++;
    if (trace.fail_at == 0 || trace.fail != call || trace.calls[call] != trace.fail_at)
        return false;
    errno = trace.error;
    return true;
}

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_close(int fd);
int __wrap_close(int fd);

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
    if (fails(CALL_WRITE, "write"))
        return -1;
    return __real_write(fd, data, trace.most > 0 && size > trace.most ? trace.most : size);
}

int __wrap_fsync(int fd)
{
    struct stat about;
    bool dir = fstat(fd, &about) == 0 && S_ISDIR(about.st_mode);
    if (sweep_at_fsync) {
        file_sweep(".");
        swept += fstat(fd, &about) == 0 && about.st_nlink == 0;
    }
    return fails(CALL_FSYNC, dir ? "fsync-folder" : "fsync") ? -1 : __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to)
{
    return fails(CALL_RENAME, "rename") ? -1 : __real_rename(from, to);
}

int __wrap_close(int fd)
{
    int result = __real_close(fd);
    return fails(CALL_CLOSE, "close") ? -1 : result;
}

static char top[] = "/tmp/tocsin-file-XXXXXX";
static struct err err;

/* Each test works in a folder of its own below top, which main removes even when a test fails. */
static void begin(void)
{
    char *folder = path_join(top, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    free(folder);
}

static bool holds(const char *path, const char *wanted)
{
    struct str s;
    str_init(&s, STR_LIMIT_TEXT);
    bool same = file_read(&s, path, STR_LIMIT_TEXT, &err) == OK && text_equal(str_text(&s), wanted);
    str_dispose(&s);
    return same;
}

static int names_in(const char *path)
{
    int count = 0;
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL)
        count++;
    (void)closedir(dir);
    return count - 2;
}

/* Proves: P3 */
START_TEST(a_file_is_written_in_the_order_that_survives_a_loss_of_power)
{
    ck_assert_int_eq(file_write("a.txt", bytes_of("one"), 0640, &err), OK);
    ck_assert_str_eq(trace.order, "write fsync close rename fsync-folder close");
    ck_assert(holds("a.txt", "one"));
    ck_assert_int_eq(file_write("a.txt", bytes_of("two"), 0640, &err), OK);
    ck_assert(holds("a.txt", "two"));
    ck_assert_int_eq(names_in("."), 1);
}
END_TEST

START_TEST(the_mode_is_the_one_asked_for)
{
    struct stat about;
    (void)umask(022);
    ck_assert_int_eq(file_write("secret", bytes_of("x"), 0600, &err), OK);
    ck_assert_int_eq(stat("secret", &about), 0);
    ck_assert_uint_eq(about.st_mode & 07777, 0600);
    ck_assert_int_eq(file_write("open", bytes_of("x"), 0666, &err), OK);
    ck_assert_int_eq(stat("open", &about), 0);
    ck_assert_uint_eq(about.st_mode & 07777, 0644);
}
END_TEST

START_TEST(a_whole_file_gets_a_free_name_only_and_durably)
{
    ck_assert_int_eq(file_write("temp", bytes_of("one"), 0600, &err), OK);
    trace.order[0] = '\0';
    ck_assert_int_eq(file_place("temp", "placed", &err), OK);
    ck_assert_str_eq(trace.order, "fsync close fsync-folder close");
    ck_assert(holds("placed", "one"));
    ck_assert(!file_exists("temp"));
    ck_assert_int_eq(file_write("temp", bytes_of("two"), 0600, &err), OK);
    ck_assert_int_eq(file_place("temp", "placed", &err), ERR_EXISTS);
    ck_assert(holds("placed", "one"));
    ck_assert_int_eq(file_place("nothing", "other", &err), ERR_IO);
    trace.calls[CALL_FSYNC] = 0;
    trace.fail = CALL_FSYNC;
    trace.fail_at = 1;
    trace.error = EIO;
    ck_assert_int_eq(file_place("temp", "other", &err), ERR_IO);
    ck_assert(!file_exists("other"));
}
END_TEST

START_TEST(short_and_interrupted_writes_go_on)
{
    trace.most = 3;
    trace.fail = CALL_WRITE;
    trace.fail_at = 2;
    trace.error = EINTR;
    ck_assert_int_eq(file_write("a", bytes_of("0123456789"), 0600, &err), OK);
    ck_assert_int_eq(trace.calls[CALL_WRITE], 5);
    trace.fail_at = 0;
    ck_assert(holds("a", "0123456789"));
}
END_TEST

static const struct {
    enum call fail;
    int fail_at;
    int error;
    const char *said;
    bool replaced; /* only the folder's fsync comes after the new file is in place */
} failures[] = {
    {CALL_WRITE, 1, ENOSPC, "make room", false},      {CALL_WRITE, 2, EIO, "try again", false},
    {CALL_FSYNC, 1, EIO, "cannot be written", false}, {CALL_CLOSE, 1, EDQUOT, "make room", false},
    {CALL_RENAME, 1, EACCES, "the right", false},     {CALL_FSYNC, 2, EIO, "durable", true},
};

/* P4: fail closed, leave nothing behind, never try an fsync again. */
START_TEST(a_failed_call_is_told_and_the_old_file_stays)
{
    int syncs = failures[_i].fail == CALL_FSYNC ? failures[_i].fail_at : -1;
    ck_assert_int_eq(file_write("a", bytes_of("old"), 0600, &err), OK);
    memset(&trace, 0, sizeof trace);
    trace.most = 2;
    trace.fail = failures[_i].fail;
    trace.fail_at = failures[_i].fail_at;
    trace.error = failures[_i].error;
    ck_assert_int_eq(file_write("a", bytes_of("new!"), 0600, &err), ERR_IO);
    ck_assert_int_eq(err.code, ERR_IO);
    ck_assert_msg(strstr(err.text, failures[_i].said) != NULL, "%s", err.text);
    if (syncs > 0)
        ck_assert_int_eq(trace.calls[CALL_FSYNC], syncs);
    trace.fail_at = 0;
    ck_assert(holds("a", failures[_i].replaced ? "new!" : "old"));
    ck_assert_int_eq(names_in("."), 1);
}
END_TEST

START_TEST(what_cannot_be_written_is_told)
{
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[255] = '\0';
    ck_assert_int_eq(file_write(name, bytes_of("x"), 0600, &err), OK); /* NAME_MAX signs */
    name[255] = 'n';
    name[sizeof name - 1] = '\0';
    ck_assert_int_eq(file_write(name, bytes_of("x"), 0600, &err), ERR_IO);
    ck_assert_int_eq(file_write("no/such/a", bytes_of("x"), 0600, &err), ERR_IO);
    ck_assert_int_eq(err.code, ERR_IO);
    ck_assert_int_eq(mkdir("dir", 0700), 0);
    ck_assert_int_eq(file_write("dir", bytes_of("x"), 0600, &err), ERR_IO);
    ck_assert_int_eq(names_in("."), 2);
}
END_TEST

START_TEST(a_file_is_read_up_to_its_limit)
{
    struct str s;
    ck_assert_int_eq(file_write("a", bytes_of("12345"), 0600, &err), OK);
    str_init(&s, 100);
    str_add(&s, "> ");
    ck_assert_int_eq(file_read(&s, "a", 5, &err), OK);
    ck_assert_str_eq(str_text(&s), "> 12345");
    ck_assert_int_eq(file_read(&s, "a", 4, &err), ERR_LIMIT);
    ck_assert_str_eq(str_text(&s), "> 12345"); /* nothing of it was appended */
    str_dispose(&s);
    str_init(&s, 4);
    ck_assert_int_eq(file_read(&s, "a", 100, &err), ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "larger than 4 bytes"));
    str_dispose(&s);
}
END_TEST

START_TEST(what_cannot_be_read_is_told)
{
    struct str s;
    str_init(&s, 100);
    ck_assert_int_eq(file_read(&s, "none", 10, &err), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.text, "none: cannot be opened"));
    ck_assert_int_eq(file_read(&s, ".", 10, &err), ERR_INVALID);
    ck_assert_int_eq(file_write("a", bytes_of("x"), 0600, &err), OK);
    ck_assert_int_eq(file_read(&s, "a/b", 10, &err), ERR_IO);
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    ck_assert_int_eq(file_read(&s, "loop", 10, &err), ERR_IO);
    ck_assert_uint_eq(s.size, 0);
    str_dispose(&s);
}
END_TEST

/* A pipe without a writer would hold whoever opens it. */
START_TEST(only_plain_files_are_read)
{
    struct str s;
    str_init(&s, 100);
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    static const char *const paths[] = {"pipe", "/dev/zero"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(file_read(&s, paths[i], 100, &err), ERR_INVALID);
        ck_assert_ptr_nonnull(strstr(err.text, "is no plain file"));
    }
    str_dispose(&s);
}
END_TEST

/* The lock is there before the first byte is. */
START_TEST(a_file_that_is_being_written_is_not_swept)
{
    trace.fail = CALL_RENAME;
    trace.fail_at = 1;
    trace.error = EIO;
    sweep_at_fsync = true;
    ck_assert_int_eq(file_write("a", bytes_of("x"), 0600, &err), ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "put in place"));
    ck_assert_int_eq(swept, 0);
}
END_TEST

START_TEST(a_dash_reads_standard_input)
{
    struct str s;
    int ends[2];
    str_init(&s, 100);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "piped", 5), 5);
    (void)close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(file_read(&s, "-", 10, &err), OK);
    ck_assert_str_eq(str_text(&s), "piped");
    str_dispose(&s);
}
END_TEST

START_TEST(folders_are_made_with_their_parents_and_made_durable)
{
    struct stat about;
    (void)umask(0);
    ck_assert_int_eq(file_make_dir("a/b//c/", 0750, &err), OK);
    ck_assert_int_eq(stat("a/b/c", &about), 0);
    ck_assert(S_ISDIR(about.st_mode));
    ck_assert_uint_eq(about.st_mode & 07777, 0750);
    ck_assert_int_eq(trace.calls[CALL_FSYNC], 3);
    ck_assert_int_eq(file_make_dir("a/b/c", 0750, &err), OK); /* there already */
    ck_assert_int_eq(file_make_dir("/", 0750, &err), OK);
    ck_assert_int_eq(trace.calls[CALL_FSYNC], 3);
    ck_assert_int_eq(file_write("file", bytes_of("x"), 0600, &err), OK);
    ck_assert_int_eq(file_make_dir("file", 0750, &err), ERR_IO);
    ck_assert_int_eq(file_make_dir("file/x", 0750, &err), ERR_IO);
    ck_assert_int_eq(file_make_dir("", 0750, &err), ERR_IO);
    trace.fail = CALL_FSYNC;
    trace.fail_at = trace.calls[CALL_FSYNC] + 1;
    trace.error = EIO;
    ck_assert_int_eq(file_make_dir("d", 0750, &err), ERR_IO);
}
END_TEST

START_TEST(a_tree_is_removed_without_following_links)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "tree/sub/socket"};
    ck_assert_int_eq(file_make_dir("tree/sub/deeper", 0700, &err), OK);
    ck_assert_int_eq(file_make_dir("outside", 0700, &err), OK);
    ck_assert_int_eq(file_write("outside/kept", bytes_of("x"), 0600, &err), OK);
    ck_assert_int_eq(file_write("tree/sub/deeper/f", bytes_of("x"), 0400, &err), OK);
    ck_assert_int_eq(symlink("../../outside", "tree/sub/link"), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd);
    ck_assert_int_eq(file_remove_tree("tree", &err), OK);
    ck_assert(!file_exists("tree"));
    ck_assert(holds("outside/kept", "x"));
    ck_assert_int_eq(file_remove_tree("tree", &err), OK); /* missing is fine */
    ck_assert_int_eq(file_remove_tree("outside/kept", &err), OK);
    ck_assert(!file_exists("outside/kept"));
    ck_assert_int_eq(file_remove_tree("/proc/self/status", &err), ERR_IO);
}
END_TEST

START_TEST(paths_are_joined_and_taken_apart)
{
    static const struct {
        const char *path;
        const char *dir;
        const char *base;
    } rows[] = {{"a", ".", "a"},         {"/a", "/", "a"}, {"a/b", "a", "b"},
                {"/a/b/c", "/a/b", "c"}, {"a/", "a", ""},  {"/", "/", ""}};
    static const struct {
        const char *dir;
        const char *name;
        const char *joined;
    } joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"},
                 {"a", "/b", "/b"}, {"", "b", "b"},     {NULL, "b", "b"}};
    for (int i = 0; i < COUNT(rows); i++) {
        char *dir = path_dir(rows[i].path);
        ck_assert_str_eq(dir, rows[i].dir);
        ck_assert_str_eq(path_base(rows[i].path), rows[i].base);
        free(dir);
    }
    for (int i = 0; i < COUNT(joins); i++) {
        char *joined = path_join(joins[i].dir, joins[i].name);
        ck_assert_str_eq(joined, joins[i].joined);
        free(joined);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.file");
    TCase *tcase = tcase_create("file");
    tcase_add_checked_fixture(tcase, begin, NULL);
    tcase_add_test(tcase, a_file_is_written_in_the_order_that_survives_a_loss_of_power);
    tcase_add_test(tcase, the_mode_is_the_one_asked_for);
    tcase_add_test(tcase, a_whole_file_gets_a_free_name_only_and_durably);
    tcase_add_test(tcase, short_and_interrupted_writes_go_on);
    tcase_add_loop_test(tcase, a_failed_call_is_told_and_the_old_file_stays, 0, COUNT(failures));
    tcase_add_test(tcase, what_cannot_be_written_is_told);
    tcase_add_test(tcase, a_file_is_read_up_to_its_limit);
    tcase_add_test(tcase, what_cannot_be_read_is_told);
    tcase_add_test(tcase, only_plain_files_are_read);
    tcase_add_test(tcase, a_file_that_is_being_written_is_not_swept);
    tcase_add_test(tcase, a_dash_reads_standard_input);
    tcase_add_test(tcase, folders_are_made_with_their_parents_and_made_durable);
    tcase_add_test(tcase, a_tree_is_removed_without_following_links);
    tcase_add_test(tcase, paths_are_joined_and_taken_apart);
    suite_add_tcase(suite, tcase);
    if (mkdtemp(top) == NULL)
        return EXIT_FAILURE;
    int result = suite_run(suite);
    return file_remove_tree(top, NULL) == OK && !file_exists(top) ? result : EXIT_FAILURE;
}
