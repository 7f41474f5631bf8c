/*
 * Locks of GnuPG whose owner was killed: the temporary file ".#lk0xADDRESS.HOST.PID" beside them
 * stays for ever, and the lock until the next that wants it looks who holds it.
 */
#include "base/file.h"
#include "base/log.h"
#include "seal/sign.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTENT_MOST 300

/* A process of this machine that is not there any more? */
static bool is_gone(const char *pid)
{
    long number = strtol(pid, NULL, 10);
    return number > 1 && number <= INT_MAX && kill((pid_t)number, 0) != 0 && errno == ESRCH;
}

static bool temporary_of_dead(const char *name, const char *host)
{
    if (!text_starts(name, ".#lk0x"))
        return false;
    const char *dot = strchr(name + 1, '.');
    size_t size = strlen(host);
    return dot != NULL && strncmp(dot + 1, host, size) == 0 && dot[1 + size] == '.' &&
           is_gone(dot + 2 + size);
}

/* A lock holds two lines: the owner's number and its machine. */
static bool lock_of_dead(const char *path, const char *host)
{
    struct str text;
    struct err err = {0};
    str_init(&text, CONTENT_MOST);
    bool dead = false;
    if (text_ends(path, ".lock") && file_read(&text, path, CONTENT_MOST - 1, &err) == OK) {
        const char *line = strchr(str_text(&text), '\n');
        size_t size = strlen(host);
        dead = line != NULL && strncmp(line + 1, host, size) == 0 && line[1 + size] == '\n' &&
               is_gone(str_text(&text));
    }
    str_dispose(&text);
    return dead;
}

void sign_home_sweep(const char *home)
{
    char host[HOST_NAME_MAX + 1] = {0};
    DIR *dir = gethostname(host, sizeof host - 1) == 0 ? opendir(home) : NULL;
    if (dir == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char *path = path_join(home, entry->d_name);
        if ((temporary_of_dead(entry->d_name, host) || lock_of_dead(path, host)) &&
            unlink(path) != 0 && errno != ENOENT)
            log_line(LOG_WARNING, "lock=left said=%s", log_quote(path));
        free(path);
    }
    (void)closedir(dir);
}
