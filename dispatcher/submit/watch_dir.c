#include "dispatcher/submit/watch_dir.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a name in the names that we make, so that they fit into NAME_MAX. */
#define STEM_KEPT 150
#define FOLDERS_MOST 100000 /* of one stem in one second */

static int open_dir(const char *dir)
{
    return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static enum status dir_fail(struct err *err, const char *dir, const char *what)
{
    int error = errno;
    const char *mend = error == ENOENT    ? "make it, or correct `watch` in the configuration"
                       : error == EACCES  ? "give the user that runs this program the right to it"
                       : error == ENOTDIR ? "name a folder as `watch` in the configuration"
                                          : "look at the system's log";
    return err_set(err, error == ENOENT ? ERR_NOT_FOUND : ERR_IO, "watched folder %s: %s: %s: %s",
                   dir, what, strerror(error), mend);
}

static int by_stem(const void *a, const void *b)
{
    const struct watch_file *x = a;
    const struct watch_file *y = b;
    size_t least = x->stem_size < y->stem_size ? x->stem_size : y->stem_size;
    int order = memcmp(x->name, y->name, least);
    if (order == 0 && x->stem_size != y->stem_size)
        return x->stem_size < y->stem_size ? -1 : 1;
    return order != 0 ? order : strcmp(x->name, y->name);
}

static void add_file(struct watch_scan *scan, struct arena *arena, int fd, const char *name)
{
    struct watch_file file = {0};
    file.part = watch_name_part(&file.stem_size, name);
    if (file.part == WATCH_IGNORED || fstatat(fd, name, &file.about, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (file.part == WATCH_OTHER) {
        /* refused/ and done/ are ours; other folders are nobody's business */
        if (S_ISDIR(file.about.st_mode))
            return;
        if (scan->others++ == 0)
            scan->other = arena_strdup(arena, name);
        return;
    }
    file.name = arena_strdup(arena, name);
    arena_push(arena, &scan->files, &scan->count, sizeof file, &file);
}

enum status watch_dir_scan(struct watch_scan *out, struct arena *arena, const char *dir,
                           struct err *err)
{
    *out = (struct watch_scan){0};
    int fd = open_dir(dir);
    if (fd < 0)
        return dir_fail(err, dir, "cannot be opened");
    DIR *d = fdopendir(fd);
    if (d == NULL) {
        (void)dir_fail(err, dir, "cannot be read");
        (void)close(fd);
        return ERR_IO;
    }
    errno = 0;
    for (const struct dirent *e; !out->more && (e = readdir(d)) != NULL; errno = 0) {
        add_file(out, arena, fd, e->d_name);
        out->more = out->count >= WATCH_FILES_MOST;
    }
    enum status status = errno == 0 ? OK : dir_fail(err, dir, "cannot be read");
    (void)closedir(d);
    if (out->count > 0)
        qsort(out->files, out->count, sizeof out->files[0], by_stem);
    return status;
}

static bool same_instant(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool watch_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mode == b->st_mode && same_instant(&a->st_mtim, &b->st_mtim);
}

/* One byte more than the limit is asked for: a file that grows is seen. */
static enum status read_bytes(struct str *out, int fd, const struct watch_file *file, size_t limit,
                              struct err *err)
{
    char buffer[64 * 1024];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) != 0;) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_IO, "%s: cannot be read: %s: look at the system's log",
                           file->name, strerror(errno));
        str_add_n(out, buffer, (size_t)got);
        if (out->size > limit || !str_ok(out))
            break;
    }
    return OK;
}

enum status watch_dir_read(struct str *out, const char *dir, const struct watch_file *file,
                           size_t limit, struct err *err)
{
    struct stat now;
    enum status status = OK;
    if (!S_ISREG(file->about.st_mode))
        return err_set(err, ERR_INVALID,
                       "%s: is a link, pipe, device or folder: put the file itself there",
                       file->name);
    if (file->about.st_size < 0 || (uint64_t)file->about.st_size > limit)
        return err_set(err, ERR_LIMIT, "%s: is larger than %zu bytes: give a smaller file",
                       file->name, limit);
    int dir_fd = open_dir(dir);
    /* What took its place meanwhile may be a pipe: nobody waits for its writer. */
    int fd = dir_fd < 0 ? -1
                        : openat(dir_fd, file->name,
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENXIO))
        status = err_set(err, ERR_STALE, "%s: went away while it was looked at", file->name);
    else if (fd < 0)
        status = err_set(err, ERR_IO,
                         "%s: cannot be read: %s: give the user that runs this program the right "
                         "to it",
                         file->name, strerror(errno));
    else if (fstat(fd, &now) != 0 || !watch_same(&now, &file->about))
        status = err_set(err, ERR_STALE, "%s: changed while it was looked at", file->name);
    else
        status = read_bytes(out, fd, file, limit, err);
    if (status == OK && (fstat(fd, &now) != 0 || !watch_same(&now, &file->about) ||
                         out->size != (size_t)file->about.st_size))
        status = err_set(err, ERR_STALE, "%s: changed while it was read", file->name);
    if (fd >= 0)
        (void)close(fd);
    if (dir_fd >= 0)
        (void)close(dir_fd);
    return status;
}

static int stem_kept(const struct watch_file *file)
{
    return (int)(file->stem_size < STEM_KEPT ? file->stem_size : STEM_KEPT);
}

/* "20261127T184000Z-STEM", with a number behind it when there is one already. */
static enum status make_place(char **out, const char *dir, const char *sub,
                              const struct watch_file *file, int64_t now_ms, struct err *err)
{
    char at[CLOCK_TEXT];
    size_t n = 0;
    for (const char *c = clock_text(at, now_ms); *c != '\0'; c++)
        if (*c != '-' && *c != ':')
            at[n++] = *c;
    at[n] = '\0';
    char *parent = path_join(dir, sub);
    enum status status = file_make_dir(parent, 0700, err);
    *out = NULL;
    for (int i = 0; status == OK && *out == NULL; i++) {
        char number[16] = "";
        if (i > 0)
            (void)snprintf(number, sizeof number, "-%d", i + 1);
        char *place = xprintf("%s/%s-%.*s%s", parent, at, stem_kept(file), file->name, number);
        if (mkdir(place, 0700) == 0)
            *out = place;
        else {
            if (errno != EEXIST || i == FOLDERS_MOST)
                status = dir_fail(err, parent, "no folder can be made in it");
            free(place);
        }
    }
    free(parent);
    return status == ERR_NOT_FOUND ? ERR_IO : status;
}

/*
 * rename cannot be asked to take only the file that was read. So it is looked at again behind it,
 * and what came in its place meanwhile goes back, unless something newer stands there.
 */
static enum status move_file(bool *there, int from, int to, const struct watch_file *file,
                             struct err *err)
{
    struct stat now;
    if (fstatat(from, file->name, &now, AT_SYMLINK_NOFOLLOW) != 0 ||
        !watch_same(&now, &file->about))
        return err_set(err, ERR_STALE, "%s: changed while its set was taken", file->name);
    if (renameat(from, file->name, to, file->name) != 0)
        return err_set(err, errno == ENOENT ? ERR_STALE : ERR_IO,
                       "%s: cannot be moved out of the watched folder: %s: give the user that runs "
                       "this program the right to write there",
                       file->name, strerror(errno));
    *there = true;
    if (fstatat(to, file->name, &now, AT_SYMLINK_NOFOLLOW) == 0 && watch_same(&now, &file->about))
        return OK;
    if (renameat2(to, file->name, from, file->name, RENAME_NOREPLACE) == 0)
        *there = false;
    return err_set(err, ERR_STALE, "%s: was replaced while its set was taken", file->name);
}

static enum status write_words(const char *place, const struct watch_file *file, const char *words,
                               struct err *err)
{
    char *path = xprintf("%s/%.*s.findings.txt", place, stem_kept(file), file->name);
    enum status status = words == NULL ? OK : file_write(path, bytes_of(words), 0600, err);
    free(path);
    return status;
}

enum status watch_dir_aside(const char *dir, const char *sub, const struct watch_file *const *files,
                            size_t count, const char *words, int64_t now_ms, struct err *err)
{
    char *place = NULL;
    bool any = false;
    struct err second = {0};
    enum status status = make_place(&place, dir, sub, files[0], now_ms, err);
    if (status != OK)
        return status;
    status = write_words(place, files[0], words, err);
    int from = open_dir(dir);
    int to = open_dir(place);
    if (status == OK && (from < 0 || to < 0))
        status = dir_fail(err, dir, "cannot be opened");
    for (size_t i = 0; status == OK && i < count; i++) {
        bool there = false;
        struct stat newer;
        /* An order never goes from under an advisory that came meanwhile. */
        if (i > 0 && files[i]->part == WATCH_ORDER && files[0]->part == WATCH_ADVISORY &&
            fstatat(from, files[0]->name, &newer, AT_SYMLINK_NOFOLLOW) == 0)
            status =
                err_set(err, ERR_STALE, "%s: came again while its set was taken", files[0]->name);
        else
            status = move_file(&there, from, to, files[i], err);
        any = any || there;
    }
    if (from >= 0)
        (void)close(from);
    if (to >= 0)
        (void)close(to);
    /* Nothing but our own words came there. */
    if (!any && file_remove_tree(place, &second) != OK)
        log_line(LOG_WARNING, "watch=left said=%s", log_quote(second.text));
    free(place);
    return status == ERR_NOT_FOUND ? ERR_IO : status;
}
