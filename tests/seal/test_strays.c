/* What a killed sealer leaves behind: nobody who names its home lives on. */
#include "base/file.h"
#include "seal/sign.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Its settings never come: gpg waits for them before it does anything. */
START_TEST(a_gpg_that_never_ends_is_ended_and_the_agent_beside_it_stays)
{
    struct err err = {0};
    char fpr[65];
    char *conf = path_join(home, "gpg.conf");
    start_agent(home);
    ck_assert_int_eq(mkfifo(conf, 0600), 0);
    sign_set_limit(500);
    enum status status = sign_find_key(fpr, home, &err);
    ck_assert_msg(status == ERR_IO, "%s: %s", status_word(status), err.text);
    ck_assert_int_eq(count_named(home), 1);
    ck_assert_int_eq(unlink(conf), 0);
    status = sign_find_key(fpr, home, &err);
    ck_assert_msg(status == ERR_NOT_FOUND, "%s: %s", status_word(status), err.text);
    sign_home_close(home);
    wait_for_nobody(home);
    free(conf);
}
END_TEST

/* Has it its words? A process that just began has none. */
static bool has_word(pid_t pid, const char *word)
{
    char path[64];
    struct str words;
    struct err err = {0};
    str_init(&words, 64 * 1024);
    (void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    const bool has = file_read(&words, path, 64 * 1024, &err) == OK &&
                     memmem(str_text(&words), words.size, word, strlen(word) + 1) != NULL;
    str_dispose(&words);
    return has;
}

/* A gpg that names no home on its command line, as GPGME starts it first, and waits for ever. */
static pid_t start_version(const char *mark)
{
    char *const argv[] = {(char[]){"gpg"}, (char[]){"--version"}, NULL};
    char *const words[] = {xprintf("GNUPGHOME=%s", home), xstrdup(mark), NULL};
    pid_t pid = 0;
    ck_assert_int_eq(posix_spawn(&pid, "/usr/bin/gpg", NULL, NULL, argv, words), 0);
    while (!has_word(pid, mark)) /* or the test's own end */
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    free(words[0]);
    free(words[1]);
    return pid;
}

static bool was_killed(pid_t pid)
{
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

START_TEST(who_names_no_home_is_known_by_its_environment)
{
    static const struct {
        const char *name, *behind;
    } ours[] = {{"TOCSIN_GPG", ""}, {"TOCSIN_GPG", "/s0"}, {"TOCSIN_RUNTIME", ""}},
      others[] = {{"TOCSIN_GPG", "1"},
                  {"TOCSIN_RUNTIME", "1"},
                  {"TOCSIN_RUNTIME", "/s0"},
                  {"GNUPGHOME", ""}};
    char *conf = path_join(home, "gpg.conf");
    pid_t stays[4];
    char mark[120];
    ck_assert_int_eq(mkfifo(conf, 0600), 0);
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(mark, sizeof mark, "%s=%s%s", others[i].name, dir, others[i].behind);
        stays[i] = start_version(mark);
    }
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(mark, sizeof mark, "%s=%s%s", ours[i].name, dir, ours[i].behind);
        const pid_t pid = start_version(mark);
        sign_home_kill(dir);
        ck_assert_msg(was_killed(pid), "%s", mark);
    }
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(waitpid(stays[i], NULL, WNOHANG), 0);
        (void)kill(stays[i], SIGKILL);
        ck_assert(was_killed(stays[i]));
    }
    free(conf);
}
END_TEST

/* GPGME asks gpg for its version before all else, and that one reads the user's own settings. */
START_TEST(a_gpg_that_does_not_say_its_version_is_ended)
{
    struct err err = {0};
    char fpr[65];
    char *folder = path_join(dir, ".gnupg");
    char *conf = path_join(folder, "gpg.conf");
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    ck_assert_int_eq(mkfifo(conf, 0600), 0);
    ck_assert_int_eq(setenv("HOME", dir, 1), 0);
    ck_assert_int_eq(unsetenv("GNUPGHOME"), 0);
    sign_set_limit(500);
    const enum status status = sign_find_key(fpr, home, &err);
    ck_assert_msg(status == ERR_IO, "%s: %s", status_word(status), err.text);
    free(conf);
    free(folder);
}
END_TEST

START_TEST(a_worker_whose_gpg_never_ends_goes_with_it)
{
    char *conf = path_join(home, "gpg.conf");
    ck_assert_int_eq(mkfifo(conf, 0600), 0);
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        struct err err = {0};
        char fpr[65];
        (void)setsid();
        sign_set_limit_of_worker(500);
        _exit(sign_find_key(fpr, home, &err) == OK ? 1 : 2);
    }
    ck_assert(was_killed(pid));
    wait_for_nobody(home);
    free(conf);
}
END_TEST

static void put(const char *name, const char *content)
{
    struct err err = {0};
    char *path = path_join(home, name);
    ck_assert_int_eq(file_write(path, bytes_of(content), 0600, &err), OK);
    free(path);
}

static bool there(const char *name)
{
    char *path = path_join(home, name);
    bool found = file_exists(path);
    free(path);
    return found;
}

START_TEST(locks_of_the_dead_go_and_those_of_the_living_stay)
{
    char host[256] = {0};
    ck_assert_int_eq(gethostname(host, sizeof host - 1), 0);
    pid_t dead = fork();
    if (dead == 0)
        _exit(0);
    ck_assert_int_eq(waitpid(dead, NULL, 0), dead);
    char gone[2][300];
    char stays[3][300];
    (void)snprintf(gone[0], sizeof gone[0], ".#lk0x00005582616d0550.%s.%d", host, (int)dead);
    (void)snprintf(gone[1], sizeof gone[1], ".#lk0x00005582616d0550.%s.%dx", host, (int)dead);
    (void)snprintf(stays[0], sizeof stays[0], ".#lk0x00005582616d0550.%s.%d", host, (int)getpid());
    (void)snprintf(stays[1], sizeof stays[1], ".#lk0x00005582616d0550.x%s.%d", host, (int)dead);
    (void)snprintf(stays[2], sizeof stays[2], ".#lk0x1");
    for (size_t i = 0; i < 2; i++)
        put(gone[i], "");
    for (size_t i = 0; i < 3; i++)
        put(stays[i], "");
    char content[300];
    (void)snprintf(content, sizeof content, "%10d\n%s\n", (int)dead, host);
    put("pubring.kbx.lock", content);
    (void)snprintf(content, sizeof content, "%10d\n%s\n", (int)getpid(), host);
    put("trustdb.gpg.lock", content);
    put("other.lock", "nothing of GnuPG");
    sign_home_sweep(home);
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(!there(gone[i]), "%s", gone[i]);
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(there(stays[i]), "%s", stays[i]);
    ck_assert(!there("pubring.kbx.lock"));
    ck_assert(there("trustdb.gpg.lock") && there("other.lock"));
    sign_home_sweep("/nonexistent");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.strays");
    TCase *tc = tcase_create("strays");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_agent_that_nobody_can_reach_is_ended);
    tcase_add_test(tc, a_folder_of_homes_is_cleared_at_once);
    tcase_add_test(tc, locks_of_the_dead_go_and_those_of_the_living_stay);
    tcase_add_test(tc, another_home_with_a_longer_name_is_left_alone);
    tcase_add_test(tc, a_gpg_that_never_ends_is_ended_and_the_agent_beside_it_stays);
    tcase_add_test(tc, who_names_no_home_is_known_by_its_environment);
    tcase_add_test(tc, a_gpg_that_does_not_say_its_version_is_ended);
    tcase_add_test(tc, a_worker_whose_gpg_never_ends_goes_with_it);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
