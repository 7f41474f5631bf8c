#include "dispatcher/routine/canary_mail.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct listing {
    struct arena *arena;
    const char **names;
    size_t count;
};

/* Names of a Maildir begin with the time of delivery: the newest come last. */
static int newest_first(const void *a, const void *b)
{
    return strcmp(*(const char *const *)b, *(const char *const *)a);
}

static enum status list_folder(struct listing *l, int *folder, const char *maildir,
                               const char *name, struct err *err)
{
    char *path = path_join(maildir, name);
    *folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = *folder >= 0 ? fdopendir(fcntl(*folder, F_DUPFD_CLOEXEC, 0)) : NULL;
    enum status status = OK;
    if (dir == NULL)
        status = err_set(err, ERR_IO, "%s: %s: check the canary's maildir", path, strerror(errno));
    for (struct dirent *entry = NULL;
         dir != NULL && l->count <= CANARY_NAMES && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        const char *copy = arena_strdup(l->arena, entry->d_name);
        arena_push(l->arena, &l->names, &l->count, sizeof copy, &copy);
    }
    if (l->count > CANARY_NAMES)
        status = err_set(err, ERR_LIMIT, "%s: more than %zu mails: empty the canary's mailbox",
                         path, CANARY_NAMES);
    if (dir != NULL)
        (void)closedir(dir);
    if (l->count > 1)
        qsort(l->names, l->count, sizeof *l->names, newest_first);
    free(path);
    return status;
}

/* The beginning of a plain file; what is none, a pipe for instance, must not stop us. */
static size_t read_head(char *out, size_t size, int folder, const char *name)
{
    struct stat st;
    size_t got = 0;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return 0;
    for (ssize_t n = 1; n > 0 && got < size && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);) {
        n = read(fd, out + got, size - got);
        got += n > 0 ? (size_t)n : 0;
    }
    (void)close(fd);
    return got;
}

/* One logical line: a field goes on in lines that begin with a blank. */
static const char *end_of_field(const char *at, const char *end)
{
    for (;;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL)
            return end;
        at = stop + 1;
        if (at == end || (*at != ' ' && *at != '\t'))
            return at;
    }
}

/* The value of the first Message-ID of the header, without blanks and <>. */
static struct bytes message_id(struct bytes head)
{
    static const char field[] = "message-id:";
    const char *at = (const char *)head.data;
    const char *end = at + head.size;
    while (at < end && *at != '\n' && *at != '\r') { /* else the body */
        const char *next = end_of_field(at, end);
        const size_t size = (size_t)(next - at);
        if (size >= sizeof field - 1 && strncasecmp(at, field, sizeof field - 1) == 0) {
            const char *open = memchr(at, '<', size);
            const char *close = open != NULL ? memchr(open, '>', (size_t)(next - open)) : NULL;
            if (close != NULL)
                return (struct bytes){(const unsigned char *)open + 1, (size_t)(close - open - 1)};
            break;
        }
        at = next;
    }
    return (struct bytes){0};
}

static size_t count_unseen(const struct canary_mail *mails, size_t count)
{
    size_t unseen = 0;
    for (size_t i = 0; i < count; i++)
        unseen += !mails[i].seen;
    return unseen;
}

static enum status look_into(struct canary_mail *mails, size_t count, const char *maildir,
                             const char *name, struct err *err)
{
    struct listing l = {.arena = arena_new()};
    char *head = xcalloc(1, CANARY_HEAD);
    size_t unseen = count_unseen(mails, count);
    int folder = -1;
    enum status status = list_folder(&l, &folder, maildir, name, err);
    for (size_t i = 0; status == OK && i < l.count && i < CANARY_FILES && unseen > 0; i++) {
        const size_t size = read_head(head, CANARY_HEAD, folder, l.names[i]);
        const struct bytes id = message_id((struct bytes){(unsigned char *)head, size});
        for (size_t k = 0; k < count && id.size > 0; k++)
            if (!mails[k].seen && bytes_equal(id, bytes_of(mails[k].message_id))) {
                mails[k].seen = true;
                unseen--;
            }
    }
    if (folder >= 0)
        (void)close(folder);
    free(head);
    arena_free(l.arena);
    return status;
}

enum status canary_find(struct canary_mail *mails, size_t count, const char *maildir,
                        struct err *err)
{
    if (count_unseen(mails, count) == 0)
        return OK;
    enum status status = look_into(mails, count, maildir, "new", err);
    return status == OK && count_unseen(mails, count) > 0
               ? look_into(mails, count, maildir, "cur", err)
               : status;
}
