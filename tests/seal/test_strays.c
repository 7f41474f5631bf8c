/* What a killed sealer leaves behind: nobody who names its home lives on. */
#include "base/file.h"
#include "seal/sign.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char dir[64];
static char home[80];

static void setup(void)
{
    struct err err = {0};
    (void)snprintf(dir, sizeof dir, "/tmp/tocsin-strays-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(home, sizeof home, "%s/s0", dir);
    ck_assert_int_eq(file_make_dir(home, 0700, &err), OK);
}

static void teardown(void)
{
    struct err err = {0};
    ck_assert_int_eq(file_remove_tree(dir, &err), OK);
}

/* How many processes have the word on their command line? */
static int count_named(const char *word)
{
    int count = 0;
    DIR *d = opendir("/proc");
    ck_assert_ptr_nonnull(d);
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;) {
        char path[300];
        struct str words;
        struct err err = {0};
        str_init(&words, 64 * 1024);
        (void)snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            file_read(&words, path, 64 * 1024, &err) == OK)
            count += memmem(str_text(&words), words.size, word, strlen(word) + 1) != NULL;
        str_dispose(&words);
    }
    (void)closedir(d);
    return count;
}

static void start_agent(const char *where)
{
    char *const argv[] = {(char[]){"gpg-agent"}, (char[]){"--homedir"}, xstrdup(where),
                          (char[]){"--daemon"}, NULL};
    char *const none[] = {NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid = 0;
    int status = 0;
    ck_assert_int_eq(posix_spawn_file_actions_init(&quiet), 0);
    ck_assert_int_eq(posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0), 0);
    ck_assert_int_eq(posix_spawn(&pid, "/usr/bin/gpg-agent", &quiet, NULL, argv, none), 0);
    (void)posix_spawn_file_actions_destroy(&quiet);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    free(argv[2]);
}

static void wait_for_nobody(const char *word)
{
    for (int i = 0; i < 200 && count_named(word) > 0; i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    ck_assert_int_eq(count_named(word), 0);
}

START_TEST(an_agent_that_nobody_can_reach_is_ended)
{
    start_agent(home);
    ck_assert_int_eq(count_named(home), 1);
    sign_home_kill(home);
    wait_for_nobody(home);
}
END_TEST

START_TEST(a_folder_of_homes_is_cleared_at_once)
{
    start_agent(home);
    sign_home_kill(dir);
    wait_for_nobody(home);
}
END_TEST

START_TEST(another_home_with_a_longer_name_is_left_alone)
{
    struct err err = {0};
    char other[96];
    (void)snprintf(other, sizeof other, "%s1", home);
    ck_assert_int_eq(file_make_dir(other, 0700, &err), OK);
    start_agent(other);
    sign_home_kill(home);
    ck_assert_int_eq(count_named(other), 1);
    sign_home_close(other);
    wait_for_nobody(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.strays");
    TCase *tc = tcase_create("strays");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_agent_that_nobody_can_reach_is_ended);
    tcase_add_test(tc, a_folder_of_homes_is_cleared_at_once);
    tcase_add_test(tc, another_home_with_a_longer_name_is_left_alone);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
