#include "tests/seal/keys.h"

#include "base/file.h"
#include "seal/sign.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MOST 40

void keys_begin(struct keys *keys)
{
    (void)snprintf(keys->dir, sizeof keys->dir, "/tmp/tocsin-seal-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(keys->dir));
    (void)snprintf(keys->home, sizeof keys->home, "%s/home", keys->dir);
    (void)snprintf(keys->scratch, sizeof keys->scratch, "%s/scratch", keys->dir);
    ck_assert_int_eq(mkdir(keys->home, 0700), 0);
    ck_assert_int_eq(mkdir(keys->scratch, 0700), 0);
}

void keys_end(struct keys *keys)
{
    struct err err = {0};
    sign_home_close(keys->home);
    ck_assert_int_eq(file_remove_tree(keys->dir, &err), OK);
}

/* Both ends at once, so that neither side waits for ever. */
static void converse(struct str *out, struct bytes input, int to, int from)
{
    while (from >= 0) {
        struct pollfd ends[2] = {{.fd = from, .events = POLLIN}, {.fd = to, .events = POLLOUT}};
        char buffer[16 * 1024];
        if (input.size == 0 && to >= 0) {
            (void)close(to);
            to = -1;
            continue;
        }
        ck_assert_int_gt(poll(ends, 2, 60000), 0);
        if (to >= 0 && (ends[1].revents & (POLLOUT | POLLERR)) != 0) {
            ssize_t done = write(to, input.data, input.size);
            input.size = done < 0 ? 0 : input.size - (size_t)done;
            input.data += done < 0 ? 0 : done;
        }
        if ((ends[0].revents & (POLLIN | POLLHUP)) != 0) {
            ssize_t got = read(from, buffer, sizeof buffer);
            if (got <= 0)
                break;
            if (out != NULL)
                str_add_n(out, buffer, (size_t)got);
        }
    }
    if (to >= 0)
        (void)close(to);
}

int keys_run(const struct keys *keys, struct str *out, struct bytes input, const char *const argv[])
{
    char *list[ARGUMENTS_MOST] = {0};
    char *home = xprintf("GNUPGHOME=%s", keys->home);
    char path[] = "PATH=/usr/bin:/bin";
    char locale[] = "LC_ALL=C.UTF-8";
    char *environment[] = {path, locale, home, NULL};
    posix_spawn_file_actions_t actions;
    int to[2];
    int from[2];
    int status = 0;
    pid_t pid = 0;
    for (size_t i = 0; argv[i] != NULL; i++) {
        ck_assert_uint_lt(i, ARGUMENTS_MOST - 1);
        list[i] = xstrdup(argv[i]);
    }
    ck_assert_ptr_ne(signal(SIGPIPE, SIG_IGN), SIG_ERR);
    ck_assert_int_eq(pipe2(to, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(from, O_CLOEXEC), 0);
    ck_assert_int_eq(posix_spawn_file_actions_init(&actions), 0);
    ck_assert_int_eq(posix_spawn_file_actions_adddup2(&actions, to[0], 0), 0);
    ck_assert_int_eq(posix_spawn_file_actions_adddup2(&actions, from[1], 1), 0);
    if (getenv("TOCSIN_TEST_LOUD") == NULL)
        ck_assert_int_eq(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0),
                         0);
    ck_assert_int_eq(posix_spawnp(&pid, list[0], &actions, NULL, list, environment), 0);
    ck_assert_int_eq(posix_spawn_file_actions_destroy(&actions), 0);
    (void)close(to[0]);
    (void)close(from[1]);
    converse(out, input, to[1], from[0]);
    (void)close(from[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    for (size_t i = 0; list[i] != NULL; i++)
        free(list[i]);
    free(home);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int keys_gpg(const struct keys *keys, struct str *out, struct bytes input, ...)
{
    const char *list[ARGUMENTS_MOST] = {
        "gpg",          "--batch", "--yes",         "--pinentry-mode", "loopback",
        "--passphrase", "",        "--trust-model", "always",          NULL};
    size_t count = 9;
    va_list args;
    va_start(args, input);
    do {
        ck_assert_uint_lt(count, ARGUMENTS_MOST);
        list[count] = va_arg(args, const char *);
    } while (list[count++] != NULL);
    va_end(args);
    return keys_run(keys, out, input, list);
}

void keys_make(const struct keys *keys, char fpr[65], const char *uid, const char *algo,
               const char *usage, const char *expire)
{
    struct str list;
    str_init(&list, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(keys, NULL, (struct bytes){0}, "--quick-generate-key", uid, algo,
                              usage, expire, NULL),
                     0);
    char *exact = xprintf("=%s", uid);
    ck_assert_int_eq(
        keys_gpg(keys, &list, (struct bytes){0}, "--with-colons", "--list-keys", exact, NULL), 0);
    const char *line = strstr(str_text(&list), "\nfpr:::::::::");
    ck_assert_ptr_nonnull(line);
    (void)snprintf(fpr, 65, "%.40s", line + 13);
    free(exact);
    str_dispose(&list);
}

void keys_add_subkey(const struct keys *keys, const char *fpr, const char *algo, const char *usage,
                     const char *expire)
{
    ck_assert_int_eq(
        keys_gpg(keys, NULL, (struct bytes){0}, "--quick-add-key", fpr, algo, usage, expire, NULL),
        0);
}

void keys_export(const struct keys *keys, struct str *out, const char *fpr, bool armor)
{
    ck_assert_int_eq(keys_gpg(keys, out, (struct bytes){0}, armor ? "--armor" : "--no-armor",
                              "--export", fpr, NULL),
                     0);
    ck_assert_uint_gt(out->size, 0);
}

/*
 * One word of /proc/PID of every agent whose home lies below; NULL: only count. -1: one may not be
 * read, because an agent shows itself to root alone.
 */
static int walk_agents(struct str *out, const char *below, const char *word)
{
    int count = 0;
    bool hidden = false;
    DIR *proc = opendir("/proc");
    ck_assert_ptr_nonnull(proc);
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        struct str line;
        if (strtol(entry->d_name, NULL, 10) <= 0)
            continue;
        char *path = xprintf("/proc/%s/cmdline", entry->d_name);
        char *more = xprintf("/proc/%s/%s", entry->d_name, word == NULL ? "" : word);
        str_init(&line, STR_LIMIT_LINE);
        bool ours = false;
        if (file_read(&line, path, STR_LIMIT_LINE, NULL) == OK) {
            bool is_agent = strstr(str_text(&line), "gpg-agent") != NULL;
            for (size_t i = 0; is_agent && i < line.size; i += strlen(line.data + i) + 1)
                ours |= text_starts(line.data + i, below);
        }
        if (ours && word != NULL)
            hidden |= file_read(out, more, STR_LIMIT_TEXT, NULL) != OK;
        count += ours ? 1 : 0;
        str_dispose(&line);
        free(more);
        free(path);
    }
    (void)closedir(proc);
    return hidden ? -1 : count;
}

int keys_count_agents(const char *below)
{
    return walk_agents(NULL, below, NULL);
}

int keys_agent_environment(struct str *out, const char *below)
{
    return walk_agents(out, below, "environ");
}
