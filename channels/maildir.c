/*
 * The mails of a Maildir, a file or standard input, one after the other.
 *
 * A Maildir file is moved only after its reader has it safely, by rename and never over another
 * file: a crash in between reads a mail twice and loses nothing. New mails come first, each folder
 * in the order of its names, which begin with the time.
 */
#include "channels/inbound.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_MAX ((size_t)32 * 1024 * 1024)
#define NAMES_MAX ((size_t)100000) /* of one folder in one call */

struct reader {
    const char *path;
    enum status (*one)(void *context, const char *name, struct bytes raw, struct err *err);
    void *context;
    size_t done;      /* one() said OK */
    size_t left;      /* files that stay where they are */
    bool stop;        /* one() cannot keep anything now */
    struct err first; /* why the first of them does */
    struct str mail;  /* the one in hand */
};

struct names {
    char **items;
    size_t count;
};

static void names_dispose(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct names){0};
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Was a mail of cur/ read before? Its flags stand behind ":2,". */
static bool is_seen(const char *name)
{
    const char *flags = strstr(name, ":2,");
    return flags != NULL && strchr(flags + 3, 'S') != NULL;
}

static enum status names_read(struct names *out, const char *folder, bool in_cur, struct err *err)
{
    size_t capacity = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return err_set(err, ERR_IO, "%s: cannot be read: %s: give this user the right to it",
                       folder, strerror(errno));
    for (struct dirent *entry; out->count < NAMES_MAX && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.' || (in_cur && is_seen(entry->d_name)))
            continue;
        if (out->count == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            out->items = xrealloc(out->items, capacity, sizeof *out->items);
        }
        out->items[out->count++] = xstrdup(entry->d_name);
    }
    (void)closedir(dir);
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, compare_names);
    return OK;
}

/* "cur/NAME:2,FLAGS" with the flag S, flags in their order as Maildir wants them. Heap. */
static char *seen_path(const char *maildir, const char *name)
{
    const char *info = strstr(name, ":2,");
    size_t stem = info == NULL ? strlen(name) : (size_t)(info - name);
    struct str path;
    str_init(&path, STR_LIMIT_LINE);
    str_addf(&path, "%s/cur/%.*s:2,", maildir, (int)stem, name);
    const char *flag = info == NULL ? "" : info + 3;
    while (*flag != '\0' && *flag < 'S')
        str_add_c(&path, *flag++);
    str_add_c(&path, 'S');
    str_add(&path, flag);
    return str_take(&path);
}

/* Like rename, but not over a file that is there. */
static int move_file(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    /* A file system that cannot: a second name, then the first one goes. */
    return link(from, to) == 0 ? unlink(from) : -1;
}

static enum status mark_seen(const char *maildir, const char *name, const char *path,
                             struct err *err)
{
    enum status status = OK;
    char *to = seen_path(maildir, name);
    if (move_file(path, to) != 0 && errno != ENOENT) /* ENOENT: a mail program was faster */
        status = err_set(err, ERR_IO,
                         "%s: was read and cannot be moved to cur: %s: it will be read again", path,
                         strerror(errno));
    free(to);
    return status;
}

/* Read one file into r->mail. ERR_NOT_FOUND: somebody took it away. */
static enum status read_file(struct reader *r, const char *path, struct err *err)
{
    struct stat st;
    str_reset(&r->mail);
    if (lstat(path, &st) != 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: cannot be read: %s",
                       path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_INVALID, "%s: is not a file: take it out of the Maildir", path);
    return file_read(&r->mail, path, RAW_MAX, err);
}

static enum status read_one(struct reader *r, const char *folder, const char *name, struct err *err)
{
    char *shown = path_join(folder, name);
    char *path = path_join(r->path, shown);
    enum status status = read_file(r, path, err);
    if (status == ERR_NOT_FOUND) {
        status = OK;
        goto done;
    }
    if (status != OK)
        goto done;
    status = r->one(r->context, shown, str_bytes(&r->mail), err);
    r->stop = status == ERR_IO || status == ERR_CORRUPT;
    if (status != OK)
        goto done;
    r->done++;
    status = mark_seen(r->path, name, path, err);
done:
    free(path);
    free(shown);
    return status;
}

/*
 * A mail that cannot be read or kept stays where it is and does not stop the others. When the
 * store itself fails (ERR_IO and ERR_CORRUPT of one()), each further mail would meet the same.
 */
static enum status read_folder(struct reader *r, const char *folder, bool in_cur, struct err *err)
{
    struct names names = {0};
    char *path = path_join(r->path, folder);
    enum status status = names_read(&names, path, in_cur, err);
    for (size_t i = 0; i < names.count && !r->stop; i++) {
        struct err why = {0};
        if (read_one(r, folder, names.items[i], &why) != OK && r->left++ == 0)
            r->first = why;
    }
    names_dispose(&names);
    free(path);
    return status;
}

static bool is_folder(const char *maildir, const char *name)
{
    struct stat st;
    char *path = path_join(maildir, name);
    bool yes = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    free(path);
    return yes;
}

static enum status read_maildir(struct reader *r, struct err *err)
{
    if (!is_folder(r->path, "new") || !is_folder(r->path, "cur"))
        return err_set(err, ERR_INVALID,
                       "%s: is no Maildir (new/ and cur/ are missing): give a Maildir or a file",
                       r->path);
    enum status status = read_folder(r, "new", false, err);
    if (status == OK)
        status = read_folder(r, "cur", true, err);
    if (status != OK || r->left == 0)
        return status;
    if (err != NULL)
        *err = r->first;
    if (r->left > 1 && err != NULL)
        return err_prefix(err, "%zu mails stay unread, the first", r->left);
    return r->first.code;
}

/* Several mails in one file, as "From " lines after an empty line separate them. */
static bool is_mbox(struct bytes raw)
{
    static const char next[] = "\n\nFrom ";
    if (raw.size < 5 || memcmp(raw.data, "From ", 5) != 0)
        return false;
    const unsigned char *at = raw.data;
    const unsigned char *end = raw.data + raw.size;
    while ((at = memmem(at, (size_t)(end - at), next, sizeof next - 1)) != NULL) {
        const unsigned char *line = at + 2;
        const unsigned char *lf = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((lf == NULL ? end : lf) - line);
        /* "From user@example.com Fri Nov 27 18:40:00 2026": a time makes it more than a sentence.
         */
        if (size > 20 && size < 400 && memchr(line, ':', size) != NULL && line[size - 1] >= '0' &&
            line[size - 1] <= '9')
            return true;
        at = line;
    }
    return false;
}

static enum status read_single(struct reader *r, struct err *err)
{
    enum status status = file_read(&r->mail, r->path, RAW_MAX, err);
    if (status != OK)
        return status;
    if (is_mbox(str_bytes(&r->mail)))
        return err_set(err, ERR_INVALID,
                       "%s: holds several mails (mbox): give a Maildir or one mail in a file",
                       r->path);
    status = r->one(r->context, r->path, str_bytes(&r->mail), err);
    r->done += status == OK;
    return status;
}

enum status inbound_each(const char *path,
                         enum status (*one)(void *context, const char *name, struct bytes raw,
                                            struct err *err),
                         void *context, size_t *out_count, struct err *err)
{
    struct reader r = {.path = path, .one = one, .context = context};
    struct stat st;
    enum status status = OK;
    str_init(&r.mail, STR_LIMIT_MAIL);
    if (strcmp(path, "-") != 0 && stat(path, &st) != 0)
        status = err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                         "%s: cannot be read: %s: check the path", path, strerror(errno));
    else if (strcmp(path, "-") != 0 && S_ISDIR(st.st_mode))
        status = read_maildir(&r, err);
    else
        status = read_single(&r, err);
    if (out_count != NULL)
        *out_count = r.done;
    str_dispose(&r.mail);
    return status;
}
