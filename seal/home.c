#include "seal/home.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sha256.h"
#include "seal/agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 107 signs for a socket's path, less "/S.gpg-agent.browser", the longest name in a home. */
#define LONGEST_PATH 87

/* Whatever home: ask nobody, fetch nothing, believe no old digest. */
static const char settings_common[] = "batch\n"
                                      "no-greeting\n"
                                      "no-auto-key-locate\n"
                                      "no-auto-key-retrieve\n"
                                      "disable-dirmngr\n"
                                      "no-auto-check-trustdb\n"
                                      "keyid-format long\n"
                                      "weak-digest SHA1\n"
                                      "weak-digest RIPEMD160\n"
                                      "weak-digest SHA224\n";

/*
 * One recipient with old preferences would drag a message down to 3DES and SHA-1: say what
 * is used. Trust is our own list of pinned fingerprints, GnuPG has no say in it.
 */
static const char settings_sealing[] = "trust-model always\n"
                                       "no-encrypt-to\n"
                                       "cipher-algo AES256\n"
                                       "digest-algo SHA512\n"
                                       "cert-digest-algo SHA512\n"
                                       "personal-cipher-preferences AES256 AES192 AES\n"
                                       "personal-digest-preferences SHA512 SHA384 SHA256\n"
                                       "no-emit-version\n"
                                       "no-comments\n";

/*
 * Only in the home of a sealer, which nothing else uses at the same time: no lock files, no file of
 * random bytes (the kernel has enough), and the quickest compression: text of a notice shrinks to
 * less than half all the same. Recipients stand in a keybox of their own (seal/keybox).
 */
static const char settings_alone[] = "lock-never\n"
                                     "no-random-seed-file\n"
                                     "compress-level 1\n"
                                     "keyring " HOME_RECIPIENTS "\n";

/* No smart card, nobody to ask for a passphrase. */
static const char settings_agent[] = "disable-scdaemon\n"
                                     "no-allow-external-cache\n"
                                     "no-allow-mark-trusted\n";

enum status home_put(const struct home *home, const char *name, struct bytes data, struct err *err)
{
    char *path = path_join(home->real, name);
    enum status status = OK;
    int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    size_t done = 0;
    while (fd >= 0 && done < data.size) {
        ssize_t now = write(fd, data.data + done, data.size - done);
        if (now < 0 && errno != EINTR)
            break;
        done += now > 0 ? (size_t)now : 0;
    }
    /* Cut behind, not before: a file that was empty in between is flushed to the disk at close. */
    if (fd < 0 || done < data.size || ftruncate(fd, (off_t)data.size) != 0)
        status = err_set(err, ERR_IO, "%s: cannot be written: %s: make room or give the right",
                         path, strerror(errno));
    if (fd >= 0 && close(fd) != 0 && status == OK)
        status = err_set(err, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    free(path);
    return status;
}

void home_drop(const struct home *home, const char *name)
{
    char *path = path_join(home->real, name);
    (void)unlink(path);
    free(path);
}

static bool is_private_dir(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == geteuid() &&
           (about.st_mode & 077) == 0;
}

static bool link_points_to(const char *link, const char *target)
{
    char there[PATH_MAX];
    ssize_t size = readlink(link, there, sizeof there - 1);
    if (size < 0)
        return false;
    there[size] = '\0';
    return text_equal(there, target);
}

/* A short name for home->real below /tmp, where nobody else can have put a trap. */
static enum status make_short(struct home *home, struct err *err)
{
    char digest[SHA256_HEX];
    sha256_hex_of(digest, bytes_of(home->real));
    home->link_dir = xprintf("/tmp/tocsin-%u-%.16s", (unsigned)geteuid(), digest);
    if (mkdir(home->link_dir, 0700) != 0 && !is_private_dir(home->link_dir)) {
        free(home->link_dir); /* somebody squats on the name: take one that none can guess */
        home->link_dir = xstrdup("/tmp/tocsin-XXXXXX");
        if (mkdtemp(home->link_dir) == NULL)
            return err_set(err, ERR_IO, "%s: cannot be made: %s: clear /tmp", home->link_dir,
                           strerror(errno));
    }
    home->path = path_join(home->link_dir, "h");
    if (!link_points_to(home->path, home->real) &&
        ((unlink(home->path) != 0 && errno != ENOENT) || symlink(home->real, home->path) != 0))
        return err_set(err, ERR_IO, "%s: cannot be made: %s: clear /tmp", home->path,
                       strerror(errno));
    return OK;
}

void home_close(struct home *home)
{
    if (home == NULL)
        return;
    if (home->link_dir != NULL) {
        if (home->path != NULL)
            (void)unlink(home->path);
        (void)rmdir(home->link_dir);
    }
    free(home->link_dir);
    free(home->path);
    free(home->real);
    *home = (struct home){0};
}

static bool is_empty_dir(const char *path)
{
    DIR *dir = opendir(path);
    bool empty = dir != NULL;
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        empty &= text_equal(entry->d_name, ".") || text_equal(entry->d_name, "..");
    if (dir != NULL)
        (void)closedir(dir);
    return empty;
}

/* The folder itself, under its own name however long: enough where no agent is asked. */
static enum status open_plain(struct home *out, const char *path, struct err *err)
{
    *out = (struct home){.real = realpath(path, NULL)};
    if (out->real == NULL)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                       "GnuPG home %s: %s: check the path", path, strerror(errno));
    out->path = xstrdup(out->real);
    return OK;
}

enum status home_open(struct home *out, const char *path, struct err *err)
{
    enum status status = open_plain(out, path, err);
    if (status != OK || strlen(out->real) <= LONGEST_PATH)
        return status;
    free(out->path);
    out->path = NULL;
    status = make_short(out, err);
    if (status != OK)
        home_close(out);
    return status;
}

static enum status put_settings(const struct home *home, const char *more, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    str_add(&text, settings_common);
    str_add(&text, more);
    enum status status = home_put(home, "gpg.conf", str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

enum status home_configure_at(const struct home *home, int64_t now_ms, struct err *err)
{
    char *more = now_ms == 0 ? xprintf("%s%s", settings_sealing, settings_alone)
                             : xprintf("%s%sfaked-system-time %lld\n", settings_sealing,
                                       settings_alone, (long long)(now_ms / MS_SECOND));
    enum status status = put_settings(home, more, err);
    free(more);
    return status;
}

enum status home_configure(const struct home *home, bool alone, struct err *err)
{
    enum status status =
        alone ? home_configure_at(home, 0, err) : put_settings(home, settings_sealing, err);
    return status == OK ? home_put(home, "gpg-agent.conf", bytes_of(settings_agent), err) : status;
}

enum status home_make(struct home *out, const char *path, struct err *err)
{
    *out = (struct home){0};
    if (file_exists(path) && !is_empty_dir(path))
        return err_set(err, ERR_EXISTS, "%s: is there already: name a new folder", path);
    enum status status = file_make_dir(path, 0700, err);
    if (status == OK && chmod(path, 0700) != 0)
        status = err_set(err, ERR_IO, "%s: cannot be made private: %s", path, strerror(errno));
    if (status == OK)
        status = home_open(out, path, err);
    if (status == OK)
        status = home_configure(out, false, err);
    if (status != OK)
        home_close(out);
    return status;
}

static void remove_tree(const char *path)
{
    struct err err = {0};
    if (file_remove_tree(path, &err) != OK)
        log_line(LOG_WARNING, "home=%s left=%s", log_quote(path), log_quote(err.text));
}

enum status home_set_scratch(const struct home *home, int64_t now_ms, bool future_keys,
                             struct err *err)
{
    char *more =
        xprintf("no-autostart\nfaked-system-time %lld\n%s", (long long)(now_ms / MS_SECOND),
                future_keys ? "ignore-time-conflict\n" : "");
    enum status status = put_settings(home, more, err);
    free(more);
    return status;
}

enum status home_make_scratch(struct home *out, const char *dir, int64_t now_ms, struct err *err)
{
    char *path = path_join(dir, "gpg-XXXXXX");
    *out = (struct home){0};
    if (mkdtemp(path) == NULL) {
        (void)err_set(err, ERR_IO, "%s: no folder can be made below it: %s: check the path", dir,
                      strerror(errno));
        free(path);
        return ERR_IO;
    }
    enum status status = open_plain(out, path, err);
    if (status == OK)
        status = home_set_scratch(out, now_ms, false, err);
    if (status != OK) {
        remove_tree(path);
        home_close(out);
    }
    free(path);
    return status;
}

void home_remove_scratch(struct home *home)
{
    if (home->real == NULL)
        return;
    remove_tree(home->real);
    home_close(home);
}

void home_end_agent(const struct home *home)
{
    agent_end(home->path);
}

bool home_has_secret(const struct home *home, const char *keygrip)
{
    char *path = xprintf("%s/private-keys-v1.d/%s.key", home->real, keygrip);
    bool there = file_exists(path);
    free(path);
    return there;
}
