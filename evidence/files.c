#include "evidence/files_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER ((size_t)256 * 1024)

enum status bundle_bad(struct bundle_fault *fault, const char *where, const char *reason)
{
    if (fault->reason == NULL) {
        (void)snprintf(fault->where, sizeof fault->where, "%s", where);
        fault->reason = reason;
    }
    return ERR_REFUSED;
}

/* One part of a name: no folder above, nothing hidden, nothing that a shell would understand. */
static bool is_part(const char *part, size_t size)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return size > 0 && part[0] != '.' && part[0] != '-' && strspn(part, signs) >= size;
}

bool files_name_good(const char *name)
{
    const char *slash = strchr(name, '/');
    if (strlen(name) >= FILES_NAME)
        return false;
    if (slash == NULL)
        return is_part(name, strlen(name));
    return is_part(name, (size_t)(slash - name)) && strchr(slash + 1, '/') == NULL &&
           is_part(slash + 1, strlen(slash + 1));
}

/* To be printed as it is, by verify.sh too. */
static bool is_harmless(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if (*c < ' ' || *c > '~' || *c == '\\')
            return false;
    return name[0] != '\0';
}

enum status files_add(struct bundle_files *files, const char *name, int64_t size, int64_t at,
                      struct bundle_fault *fault, struct err *err)
{
    if (!files_name_good(name))
        return bundle_bad(fault, is_harmless(name) ? name : "a file", "bad-name");
    if (files->count == FILES_MOST)
        return err_set(err, ERR_LIMIT, "%s: more than %d files: this is no bundle", files->path,
                       FILES_MOST);
    if (files->count == files->capacity) {
        files->capacity = files->capacity * 2 + 64;
        files->file = xrealloc(files->file, files->capacity, sizeof files->file[0]);
    }
    files->file[files->count++] = (struct bundle_file){xstrdup(name), size, at};
    return OK;
}

static int by_name(const void *a, const void *b)
{
    const struct bundle_file *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static enum status sort(struct bundle_files *files, struct bundle_fault *fault)
{
    if (files->count > 1)
        qsort(files->file, files->count, sizeof files->file[0], by_name);
    for (size_t i = 1; i < files->count; i++)
        if (strcmp(files->file[i - 1].name, files->file[i].name) == 0)
            return bundle_bad(fault, files->file[i].name, "bad-name");
    return OK;
}

enum status bundle_files_open(struct bundle_files *out, const char *path,
                              struct bundle_fault *fault, struct err *err)
{
    struct stat st;
    *out = (struct bundle_files){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK),
                                 .path = xstrdup(path)};
    enum status status = OK;
    if (out->fd < 0)
        status = err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                         "%s: cannot be opened: %s: name the folder or tar of a bundle", path,
                         strerror(errno));
    else if (fstat(out->fd, &st) != 0)
        status = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode))
        status = files_list_folder(out, fault, err);
    else if (S_ISREG(st.st_mode))
        status = files_list_tar(out, st.st_size, fault, err);
    else
        status = err_set(err, ERR_INVALID, "%s: a bundle is a folder or a tar file", path);
    if (status == OK)
        status = sort(out, fault);
    if (status != OK)
        bundle_files_close(out);
    return status;
}

void bundle_files_close(struct bundle_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->file[i].name);
    free(files->file);
    if (files->path != NULL && files->fd >= 0)
        (void)close(files->fd);
    free(files->path);
    *files = (struct bundle_files){.fd = -1};
}

const struct bundle_file *bundle_find(const struct bundle_files *files, const char *name)
{
    size_t low = 0, high = files->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(files->file[middle].name, name);
        if (order == 0)
            return &files->file[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void make_buffer(struct bundle_reader *r, size_t longest_line)
{
    r->capacity = longest_line + 1 > BUFFER ? longest_line + 1 : BUFFER;
    r->buffer = xcalloc(1, r->capacity);
}

enum status bundle_read_begin(struct bundle_reader *r, const struct bundle_files *files,
                              const struct bundle_file *file, size_t longest_line, struct err *err)
{
    *r = (struct bundle_reader){.fd = files->fd, .at = file->at, .left = file->size};
    if (!files->is_tar) {
        r->fd = openat(files->fd, file->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        r->own_fd = r->fd >= 0;
        if (r->fd < 0)
            return err_set(err, ERR_IO, "%s/%s: %s", files->path, file->name, strerror(errno));
    }
    make_buffer(r, longest_line);
    return OK;
}

enum status bundle_read_alone(struct bundle_reader *r, const char *path, size_t longest_line,
                              struct err *err)
{
    struct stat st;
    *r = (struct bundle_reader){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    r->own_fd = r->fd >= 0;
    if (r->fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    if (fstat(r->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_INVALID, "%s: is no file", path);
    r->left = st.st_size;
    make_buffer(r, longest_line);
    return OK;
}

void bundle_read_end(struct bundle_reader *r)
{
    if (r->own_fd)
        (void)close(r->fd);
    free(r->buffer);
    *r = (struct bundle_reader){.fd = -1};
}

/* More bytes behind those that wait. A file that became shorter meanwhile ends there. */
static enum status fill(struct bundle_reader *r, struct err *err)
{
    if (r->from > 0 && r->till == r->capacity) {
        memmove(r->buffer, r->buffer + r->from, r->till - r->from);
        r->till -= r->from;
        r->from = 0;
    }
    size_t room = r->capacity - r->till;
    if ((int64_t)room > r->left)
        room = (size_t)r->left;
    if (room == 0)
        return OK;
    ssize_t got = 0;
    do
        got = pread(r->fd, r->buffer + r->till, room, r->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, ERR_IO, "bundle: %s", strerror(errno));
    if (got == 0)
        r->left = 0;
    r->till += (size_t)got;
    r->at += got;
    r->left -= got;
    return OK;
}

enum status bundle_read_line(struct bytes *out, struct bundle_reader *r, struct err *err)
{
    size_t seen = r->from;
    for (;;) {
        const unsigned char *end =
            r->till > seen ? memchr(r->buffer + seen, '\n', r->till - seen) : NULL;
        size_t till = end != NULL ? (size_t)(end - r->buffer) + 1 : r->till;
        if (end != NULL || r->left == 0 || (r->from == 0 && r->till == r->capacity)) {
            *out = (struct bytes){r->buffer + r->from, till - r->from};
            r->from = till;
            return OK;
        }
        size_t ahead = r->till - r->from;
        enum status status = fill(r, err);
        if (status != OK)
            return status;
        seen = r->from + ahead;
    }
}

enum status bundle_read_piece(struct bytes *out, struct bundle_reader *r, struct err *err)
{
    enum status status = OK;
    if (r->from == r->till) {
        r->from = r->till = 0;
        status = fill(r, err);
    }
    *out = (struct bytes){r->buffer + r->from, r->till - r->from};
    r->from = r->till;
    return status;
}

enum status bundle_hash(struct sha256 *out, const struct bundle_files *files,
                        const struct bundle_file *file, struct err *err)
{
    struct bundle_reader r;
    struct bytes piece = {NULL, 1};
    struct sha256_ctx *ctx = sha256_new();
    enum status status = bundle_read_begin(&r, files, file, 0, err);
    while (status == OK && piece.size > 0) {
        status = bundle_read_piece(&piece, &r, err);
        if (status == OK)
            sha256_add(ctx, piece);
    }
    sha256_end(ctx, out);
    bundle_read_end(&r);
    return status;
}

enum status bundle_whole(struct str *out, const struct bundle_files *files,
                         const struct bundle_file *file, struct err *err)
{
    struct bundle_reader r;
    struct bytes piece = {NULL, 1};
    enum status status = bundle_read_begin(&r, files, file, 0, err);
    while (status == OK && piece.size > 0) {
        status = bundle_read_piece(&piece, &r, err);
        if (status == OK)
            str_add_n(out, piece.data, piece.size);
    }
    if (status == OK && !str_ok(out))
        status = err_set(err, ERR_LIMIT, "%s/%s: too long", files->path, file->name);
    bundle_read_end(&r);
    return status;
}
