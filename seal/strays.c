/*
 * What a killed sealer leaves: a gpg in the middle of its work, which may start an agent a moment
 * after everything was cleaned up. Whoever names the home on its command line is ended, and whoever
 * has it from us in its environment: `gpg --version`, with which GPGME begins, names none.
 */
#include "base/file.h"
#include "seal/gpg.h"
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

#define WORDS_MOST ((size_t)64 * 1024)

/* home, or a folder in it? */
static bool is_in(const char *word, const char *home)
{
    const size_t size = strlen(home);
    return text_starts(word, home) && (word[size] == '\0' || word[size] == '/');
}

/* Does its command line have the word "--homedir" and then home, or a folder in it? */
static bool names_home(const struct str *words, const char *home)
{
    bool option = false;
    for (size_t at = 0; at < words->size; at += strlen(words->data + at) + 1) {
        const char *word = words->data + at;
        if (option && is_in(word, home))
            return true;
        option = strcmp(word, "--homedir") == 0;
    }
    return false;
}

/* Was it started by us for home, or by the workers of this runtime folder? */
static bool lives_in_home(const struct str *words, const char *home)
{
    for (size_t at = 0; at < words->size; at += strlen(words->data + at) + 1) {
        const char *word = words->data + at;
        if ((text_starts(word, SIGN_HOME "=") && is_in(word + strlen(SIGN_HOME "="), home)) ||
            (text_starts(word, SIGN_RUNTIME "=") &&
             text_equal(word + strlen(SIGN_RUNTIME "="), home)))
            return true;
    }
    return false;
}

static bool says(const char *pid, const char *file, const char *home,
                 bool (*fits)(const struct str *words, const char *home))
{
    char path[64];
    struct str words;
    struct err err = {0};
    str_init(&words, WORDS_MOST);
    (void)snprintf(path, sizeof path, "/proc/%.20s/%s", pid, file);
    const bool found = file_read(&words, path, WORDS_MOST, &err) == OK && fits(&words, home);
    str_dispose(&words);
    return found;
}

/* group 0: whatever its process group. */
static bool is_stray(const char *pid, const char *home, pid_t group)
{
    char path[64];
    struct stat st;
    const pid_t number = (pid_t)strtol(pid, NULL, 10);
    (void)snprintf(path, sizeof path, "/proc/%.20s", pid);
    return number != getpid() && stat(path, &st) == 0 && st.st_uid == getuid() &&
           (group == 0 || getpgid(number) == group) &&
           (says(pid, "cmdline", home, names_home) || says(pid, "environ", home, lives_in_home));
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
    /*
     * What is killed may have started another one just before, and one that begins has no words for
     * a moment: until two looks find nobody.
     */
    for (int i = 0, quiet = 0; i < ROUNDS_MOST && quiet < 2; i++) {
        quiet = end_round(home, 0) ? 0 : quiet + 1;
        if (quiet < 2)
            (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
}

void strays_end_group(const char *home)
{
    (void)end_round(home, getpgrp());
}
