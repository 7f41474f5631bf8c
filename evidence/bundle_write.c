#include "evidence/bundle_write.h"

#include "base/clock.h"
#include "base/file.h"
#include "evidence/files_inner.h"
#include "evidence/ustar.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct written {
    char *name;
    char hex[SHA256_HEX];
};

struct bundle_writer {
    char *path, *temp;
    char *folder; /* of a tar: what it unpacks into */
    int64_t at_ms;
    bool is_tar;
    int lock; /* the tar, or the folder: held while we write */
    int fd;   /* of the open file; of a tar the same as lock; -1: none */
    struct sha256_ctx *digest;
    int64_t header_at; /* of the open file in the tar */
    int64_t size;      /* of the open file so far */
    int64_t end;       /* of the tar so far */
    struct written *done;
    size_t count, capacity;
};

static enum status fail(struct err *err, const char *path)
{
    return err_set(err, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
}

static void forget(struct bundle_writer *w)
{
    if (w->digest != NULL) {
        struct sha256 ignored;
        sha256_end(w->digest, &ignored);
    }
    if (w->fd >= 0 && w->fd != w->lock)
        (void)close(w->fd);
    if (w->lock >= 0)
        (void)close(w->lock);
    for (size_t i = 0; i < w->count; i++)
        free(w->done[i].name);
    free(w->done);
    free(w->path);
    free(w->temp);
    free(w->folder);
    free(w);
}

/* ".part" of a killed one goes; of one that still works it stays: it holds the lock. */
static enum status remove_old(const struct bundle_writer *w, struct err *err)
{
    int fd = open(w->temp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? OK : fail(err, w->temp);
    enum status status = OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        status =
            err_set(err, ERR_STALE, "%s: another export is writing it: wait for its end", w->path);
    else
        status = file_remove_tree(w->temp, err);
    (void)close(fd);
    return status;
}

static enum status make_temp(struct bundle_writer *w, struct err *err)
{
    if (!w->is_tar && mkdir(w->temp, 0700) != 0)
        return fail(err, w->temp);
    w->lock = w->is_tar ? open(w->temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
                        : open(w->temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (w->lock < 0)
        return fail(err, w->temp);
    return flock(w->lock, LOCK_EX | LOCK_NB) == 0 ? OK : fail(err, w->temp);
}

enum status bundle_begin(struct bundle_writer **out, const char *path, int64_t at_ms,
                         struct err *err)
{
    struct bundle_writer *w = xcalloc(1, sizeof *w);
    w->path = xstrdup(path);
    while (strlen(w->path) > 1 && text_ends(w->path, "/"))
        w->path[strlen(w->path) - 1] = '\0';
    const char *base = path_base(w->path);
    char *dir = path_dir(w->path);
    char *name = xprintf(".%s.part", base);
    w->temp = path_join(dir, name);
    w->is_tar = text_ends(w->path, ".tar");
    w->folder = xstrndup(base, strlen(base) - (w->is_tar ? strlen(".tar") : 0));
    w->at_ms = at_ms;
    w->lock = w->fd = -1;
    /* The folder in a tar is a name for everybody's shell. */
    if (strchr(w->folder, '/') != NULL || !files_name_good(w->folder)) {
        free(w->folder);
        w->folder = xstrdup("bundle");
    }
    free(name);
    free(dir);
    enum status status = OK;
    if (file_exists(w->path))
        status =
            err_set(err, ERR_EXISTS,
                    "%s: is there already and is not overwritten: choose another name", w->path);
    if (status == OK)
        status = remove_old(w, err);
    if (status == OK)
        status = make_temp(w, err);
    if (status == OK)
        *out = w;
    else
        forget(w);
    return status;
}

static enum status write_at_end(struct bundle_writer *w, struct bytes data, struct err *err)
{
    for (size_t done = 0; done < data.size;) {
        ssize_t n = write(w->fd, data.data + done, data.size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(err, w->path);
        done += (size_t)n;
    }
    return OK;
}

static enum status pad(struct bundle_writer *w, size_t size, struct err *err)
{
    static const unsigned char zeros[2 * USTAR_BLOCK];
    assert(size <= sizeof zeros);
    w->end += (int64_t)size;
    return write_at_end(w, (struct bytes){zeros, size}, err);
}

static enum status open_file(struct bundle_writer *w, const char *name, struct err *err)
{
    const char *slash = strchr(name, '/');
    if (slash != NULL) {
        char *folder = xprintf("%s/%.*s", w->temp, (int)(slash - name), name);
        int made = mkdir(folder, 0700);
        free(folder);
        if (made != 0 && errno != EEXIST)
            return fail(err, w->path);
    }
    w->fd = openat(w->lock, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   text_ends(name, ".sh") ? 0700 : 0600);
    return w->fd >= 0 ? OK : fail(err, w->path);
}

enum status bundle_file_begin(struct bundle_writer *w, const char *name, struct err *err)
{
    assert(w->digest == NULL && files_name_good(name));
    if (w->count == FILES_MOST)
        return err_set(err, ERR_LIMIT,
                       "%s: more than %d files: export less at a time, or for a reader who sees "
                       "less (--reader)",
                       w->path, FILES_MOST);
    if (w->count == w->capacity) {
        w->capacity = w->capacity * 2 + 64;
        w->done = xrealloc(w->done, w->capacity, sizeof w->done[0]);
    }
    enum status status = OK;
    if (w->is_tar) {
        w->fd = w->lock;
        w->header_at = w->end;
        status = pad(w, USTAR_BLOCK, err); /* filled when the size is known */
    } else {
        status = open_file(w, name, err);
    }
    if (status != OK)
        return status;
    w->digest = sha256_new();
    w->size = 0;
    w->done[w->count++].name = xstrdup(name);
    return OK;
}

enum status bundle_file_add(struct bundle_writer *w, struct bytes data, struct err *err)
{
    assert(w->digest != NULL);
    sha256_add(w->digest, data);
    w->size += (int64_t)data.size;
    w->end += (int64_t)data.size;
    return write_at_end(w, data, err);
}

static enum status end_in_tar(struct bundle_writer *w, const char *name, struct err *err)
{
    unsigned char header[USTAR_BLOCK];
    if (!ustar_header(header, w->folder, name, w->size, w->at_ms / MS_SECOND))
        return err_set(err, ERR_LIMIT, "%s: %s is larger than a tar can hold: export to a folder",
                       w->path, name);
    size_t rest = (size_t)(w->size % USTAR_BLOCK);
    enum status status = rest == 0 ? OK : pad(w, USTAR_BLOCK - rest, err);
    if (status == OK &&
        pwrite(w->fd, header, sizeof header, w->header_at) != (ssize_t)sizeof header)
        status = fail(err, w->path);
    return status;
}

enum status bundle_file_end(struct bundle_writer *w, struct err *err)
{
    struct written *file = &w->done[w->count - 1];
    struct sha256 digest;
    enum status status = OK;
    assert(w->digest != NULL);
    sha256_end(w->digest, &digest);
    w->digest = NULL;
    (void)sha256_hex(file->hex, &digest);
    if (w->is_tar)
        status = end_in_tar(w, file->name, err);
    else if (close(w->fd) != 0)
        status = fail(err, w->path);
    w->fd = -1;
    return status;
}

enum status bundle_put(struct bundle_writer *w, const char *name, struct bytes data,
                       struct err *err)
{
    enum status status = bundle_file_begin(w, name, err);
    if (status == OK)
        status = bundle_file_add(w, data, err);
    return status == OK ? bundle_file_end(w, err) : status;
}

enum status bundle_put_start(struct bundle_writer *w, const struct tree *left_out,
                             const struct sha256 *prev, struct err *err)
{
    struct str text;
    char hex[SHA256_HEX];
    str_init(&text, STR_LIMIT_LINE);
    str_addf(&text, "tocsin.bundle/1\n%lld\n%s\n", (long long)left_out->size,
             sha256_hex(hex, prev));
    for (size_t i = 0; i < left_out->depth; i++)
        str_addf(&text, "%s\n", sha256_hex(hex, &left_out->whole[i]));
    enum status status = bundle_put(w, "start", str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct written *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static enum status put_sums(struct bundle_writer *w, bundle_sign sign, void *context,
                            struct err *err)
{
    struct str sums;
    unsigned char signature[64];
    str_init(&sums, (size_t)FILES_MOST * (SHA256_HEX + FILES_NAME + 2));
    if (w->count > 1)
        qsort(w->done, w->count, sizeof w->done[0], by_name);
    for (size_t i = 0; i < w->count; i++)
        str_addf(&sums, "%s  %s\n", w->done[i].hex, w->done[i].name);
    enum status status = sign(signature, context, str_bytes(&sums), err);
    if (status == OK)
        status = bundle_put(w, "SHA256SUMS", str_bytes(&sums), err);
    if (status == OK)
        status = bundle_put(w, "SHA256SUMS.sig", (struct bytes){signature, sizeof signature}, err);
    str_dispose(&sums);
    return status;
}

enum status bundle_end(struct bundle_writer *w, bundle_sign sign, void *context, struct err *err)
{
    enum status status = put_sums(w, sign, context, err);
    if (status == OK && w->is_tar) {
        w->fd = w->lock;
        status = pad(w, 2 * USTAR_BLOCK, err);
    }
    if (status == OK)
        status = w->is_tar ? file_place(w->temp, w->path, err)
                           : file_place_folder(w->temp, w->path, err);
    if (status == OK)
        forget(w);
    else
        bundle_abort(w);
    return status;
}

void bundle_abort(struct bundle_writer *w)
{
    if (w == NULL)
        return;
    enum status removed = file_remove_tree(w->temp, NULL); /* the next one tries again */
    (void)removed;
    forget(w);
}
