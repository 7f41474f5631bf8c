/* Folders and files of living processes stay, those of killed ones go. */
#include "base/scratch.h"

#include "base/file.h"
#include "tests/base/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[] = "/tmp/tocsin-scratch-XXXXXX";
static struct err err;

START_TEST(a_scratch_folder_is_private_and_goes_away)
{
    struct scratch scratch;
    struct stat about;
    ck_assert_int_eq(scratch_make(&scratch, top, &err), OK);
    ck_assert_int_eq(stat(scratch.path, &about), 0);
    ck_assert_uint_eq(about.st_mode & 07777, 0700);
    char *path = path_join(scratch.path, "file");
    ck_assert_int_eq(file_write(path, bytes_of("x"), 0600, &err), OK);
    ck_assert_int_eq(scratch_remove(&scratch, &err), OK);
    ck_assert(!file_exists(path));
    ck_assert_int_eq(scratch_remove(&scratch, &err), OK);
    free(path);
}
END_TEST

START_TEST(nothing_is_made_where_there_is_no_folder)
{
    struct scratch scratch;
    ck_assert_int_eq(scratch_make(&scratch, "/nonexistent", &err), ERR_IO);
    ck_assert_ptr_null(scratch.path);
    ck_assert_int_eq(scratch_remove(&scratch, &err), OK);
}
END_TEST

/* A child makes one, says so and waits to be killed. */
static pid_t owner_start(char path[256])
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct scratch scratch;
        if (scratch_make(&scratch, top, &err) == OK &&
            write(ends[1], scratch.path, strlen(scratch.path) + 1) > 0)
            (void)pause();
        _exit(1);
    }
    ck_assert_int_gt((int)read(ends[0], path, 256), 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return pid;
}

START_TEST(the_folder_of_a_killed_process_is_swept_that_of_a_living_one_stays)
{
    char dead[256];
    char alive[256];
    pid_t first = owner_start(dead);
    pid_t second = owner_start(alive);
    scratch_sweep(top);
    ck_assert(file_exists(dead) && file_exists(alive));
    ck_assert_int_eq(kill(first, SIGKILL), 0);
    ck_assert_int_eq(waitpid(first, NULL, 0), first);
    scratch_sweep(top);
    ck_assert(!file_exists(dead) && file_exists(alive));
    ck_assert_int_eq(kill(second, SIGKILL), 0);
    ck_assert_int_eq(waitpid(second, NULL, 0), second);
    scratch_sweep(top);
    ck_assert(!file_exists(alive));
}
END_TEST

START_TEST(what_is_not_ours_or_no_folder_stays)
{
    static const char *const names[] = {"tocsin-cmd-open", "tocsin-cmd-file", "tocsin-cmd-link",
                                        "other-private"};
    char *paths[4];
    for (size_t i = 0; i < 4; i++)
        paths[i] = path_join(top, names[i]);
    ck_assert_int_eq(mkdir(paths[0], 0755), 0);
    ck_assert_int_eq(file_write(paths[1], bytes_of("x"), 0600, &err), OK);
    ck_assert_int_eq(mkdir(paths[3], 0700), 0);
    ck_assert_int_eq(symlink(paths[3], paths[2]), 0);
    scratch_sweep(top);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_msg(file_exists(paths[i]), "%s", names[i]);
        free(paths[i]);
    }
}
END_TEST

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

static void put(const char *path)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(what_dead_writers_left_is_swept_and_nothing_else)
{
    static const char *const stay[] = {".a.tmp-0123456789abcdef01234567.x", "a.tmp-x", ".a.tmp-x",
                                       "b.tmp-0123456789abcdef01234567", ".profile"};
    char *folder = path_join(top, "written");
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    ck_assert_int_eq(chdir(folder), 0);
    for (size_t i = 0; i < 5; i++)
        put(stay[i]);
    put(".a.eml.tmp-0123456789abcdef01234567");
    put(".b.tmp-0123456789abcdef01234567");
    int alive = open(".b.tmp-0123456789abcdef01234567", O_RDWR | O_CLOEXEC);
    ck_assert_int_eq(flock(alive, LOCK_EX), 0);
    ck_assert_int_eq(symlink("a.tmp-x", ".c.tmp-0123456789abcdef01234567"), 0);
    file_sweep(".");
    ck_assert(!file_exists(".a.eml.tmp-0123456789abcdef01234567"));
    ck_assert_int_eq(names_in("."), 7);
    ck_assert_int_eq(close(alive), 0);
    file_sweep(".");
    ck_assert_int_eq(names_in("."), 6);
    file_sweep("no such folder");
    free(folder);
}
END_TEST

int main(void)
{
    if (mkdtemp(top) == NULL)
        return EXIT_FAILURE;
    Suite *suite = suite_create("scratch");
    TCase *tcase = tcase_create("scratch");
    tcase_add_test(tcase, a_scratch_folder_is_private_and_goes_away);
    tcase_add_test(tcase, nothing_is_made_where_there_is_no_folder);
    tcase_add_test(tcase, the_folder_of_a_killed_process_is_swept_that_of_a_living_one_stays);
    tcase_add_test(tcase, what_is_not_ours_or_no_folder_stays);
    tcase_add_test(tcase, what_dead_writers_left_is_swept_and_nothing_else);
    suite_add_tcase(suite, tcase);
    int failed = suite_run(suite);
    return file_remove_tree(top, &err) == OK ? failed : EXIT_FAILURE;
}
