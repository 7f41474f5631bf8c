/*
 * What a killed sealer leaves: a gpg in the middle of its work, which may start an agent a moment
 * after everything was cleaned up. Whoever names the home on its command line is ended.
 */
#include "base/file.h"
#include "seal/limit.h"
#include "seal/sign.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MOST 50
#define PAUSE_NS 5000000

/* Does its command line have the word "--homedir" and then home, or a folder in it? */
static bool names_home(const struct str *words, const char *home)
{
    bool option = false;
    size_t size = strlen(home);
    for (size_t at = 0; at < words->size; at += strlen(words->data + at) + 1) {
        const char *word = words->data + at;
        if (option && text_starts(word, home) && (word[size] == '\0' || word[size] == '/'))
            return true;
        option = strcmp(word, "--homedir") == 0;
    }
    return false;
}

/* group 0: whatever its process group. */
static bool is_stray(const char *pid, const char *home, pid_t group)
{
    char path[64];
    struct stat st;
    struct str words;
    struct err err = {0};
    str_init(&words, 64 * 1024);
    (void)snprintf(path, sizeof path, "/proc/%.20s/cmdline", pid);
    bool found = stat(path, &st) == 0 && st.st_uid == getuid() &&
                 (group == 0 || getpgid((pid_t)strtol(pid, NULL, 10)) == group) &&
                 file_read(&words, path, 64 * 1024, &err) == OK && names_home(&words, home);
    str_dispose(&words);
    return found;
}

/* The handle is taken before the second look, so that no other process can be hit. */
static bool end_stray(const char *pid, const char *home, pid_t group)
{
    int handle = pidfd_open((pid_t)strtol(pid, NULL, 10), 0);
    bool ended = handle >= 0 && is_stray(pid, home, group) &&
                 pidfd_send_signal(handle, SIGKILL, NULL, 0) == 0;
    if (handle >= 0)
        (void)close(handle);
    return ended;
}

static bool end_round(const char *home, pid_t group)
{
    bool found = false;
    DIR *d = opendir("/proc");
    if (d == NULL)
        return false;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            is_stray(entry->d_name, home, group))
            found = end_stray(entry->d_name, home, group) || found;
    (void)closedir(d);
    return found;
}

void sign_home_kill(const char *home)
{
    /* What is killed may have started another one just before: until a look finds nobody. */
    for (int i = 0; i < ROUNDS_MOST && end_round(home, 0); i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
}

void strays_end_group(const char *home)
{
    (void)end_round(home, getpgrp());
}
