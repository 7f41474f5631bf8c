#include "dispatcher/run/runtime.h"

#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "seal/sign.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* gpg-agent's sockets must fit in 108 bytes: "/S.gpg-agent.browser" comes behind "/s15". */
#define RUNTIME_PATH_MOST 80

static char *choose_path(const struct settings *settings)
{
    static const char *const variables[] = {"RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"};
    char hex[SHA256_HEX];
    sha256_hex_of(hex, bytes_of(settings->store));
    for (size_t i = 0; i < 2; i++) {
        const char *base = getenv(variables[i]);
        if (base == NULL || base[0] != '/' || strlen(base) > 40 || access(base, W_OK) != 0)
            continue;
        return xprintf("%s/tocsin-%.12s", base, hex);
    }
    return xprintf("/tmp/tocsin-%u-%.12s", (unsigned)getuid(), hex);
}

/* Agents first: a removed home does not end them. */
static void end_homes(const char *dir)
{
    sign_home_kill(dir);
    DIR *d = opendir(dir);
    if (d == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        char *home = path_join(dir, entry->d_name);
        sign_home_close(home);
        free(home);
    }
    (void)closedir(d);
}

static enum status check_ours(const char *path, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode) || st.st_uid != getuid() || (st.st_mode & 077) != 0)
        return err_set(err, ERR_REFUSED,
                       "%s: is not a private folder of ours: remove it, or set XDG_RUNTIME_DIR",
                       path);
    return OK;
}

enum status runtime_open(char **out, const struct settings *settings, struct err *err)
{
    char *path = choose_path(settings);
    enum status status = OK;
    if (strlen(path) > RUNTIME_PATH_MOST)
        status = err_set(
            err, ERR_REFUSED,
            "%s: too long for the sockets of gpg-agent: set XDG_RUNTIME_DIR to a short folder",
            path);
    if (status == OK && mkdir(path, 0700) != 0 && errno != EEXIST)
        status = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (status == OK)
        status = check_ours(path, err);
    if (status == OK) {
        end_homes(path);
        status = file_remove_tree(path, err);
    }
    if (status == OK && mkdir(path, 0700) != 0)
        status = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    /* What we and our workers start is known by this, though it may name no home below it. */
    if (status == OK && setenv(SIGN_RUNTIME, path, 1) != 0)
        status = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (status == OK)
        *out = path;
    else
        free(path);
    return status;
}

void runtime_close(char *dir)
{
    struct err err = {0};
    if (dir == NULL)
        return;
    end_homes(dir);
    if (file_remove_tree(dir, &err) != OK)
        log_line(LOG_WARNING, "runtime=left said=%s", log_quote(err.text));
    free(dir);
}
