#include "dispatcher/canary_mail.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
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
    for (struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        const char *copy = arena_strdup(l->arena, entry->d_name);
        if (entry->d_name[0] != '.')
            arena_push(l->arena, &l->names, &l->count, sizeof copy, &copy);
    }
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

/* The value of the first Message-ID of the header, without blanks and <>. */
static struct bytes message_id(struct bytes head)
{
    static const char field[] = "message-id:";
    const char *at = (const char *)head.data;
    const char *end = at + head.size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = stop != NULL ? stop : end;
        size_t size = (size_t)(line_end - at);
        if (size == 0 || (size == 1 && at[0] == '\r'))
            break; /* the body */
        if (size >= sizeof field - 1 && strncasecmp(at, field, sizeof field - 1) == 0) {
            const char *open = memchr(at, '<', size);
            const char *close = open != NULL ? memchr(open, '>', (size_t)(line_end - open)) : NULL;
            if (close != NULL)
                return (struct bytes){(const unsigned char *)open + 1, (size_t)(close - open - 1)};
            break;
        }
        at = stop != NULL ? stop + 1 : end;
    }
    return (struct bytes){0};
}

static enum status look_into(size_t *out, const char *maildir, const char *name,
                             const char *const *ids, size_t count, struct err *err)
{
    struct listing l = {.arena = arena_new()};
    char *head = xcalloc(1, CANARY_HEAD);
    int folder = -1;
    enum status status = list_folder(&l, &folder, maildir, name, err);
    for (size_t i = 0; status == OK && i < l.count && i < CANARY_FILES && *out == SIZE_MAX; i++) {
        const size_t size = read_head(head, CANARY_HEAD, folder, l.names[i]);
        const struct bytes id = message_id((struct bytes){(unsigned char *)head, size});
        for (size_t k = 0; k < count && *out == SIZE_MAX; k++)
            if (id.size > 0 && bytes_equal(id, bytes_of(ids[k])))
                *out = k;
    }
    if (folder >= 0)
        (void)close(folder);
    free(head);
    arena_free(l.arena);
    return status;
}

enum status canary_find(size_t *out, const char *maildir, const char *const *ids, size_t count,
                        struct err *err)
{
    *out = SIZE_MAX;
    if (count == 0)
        return OK;
    enum status status = look_into(out, maildir, "new", ids, count, err);
    return status == OK && *out == SIZE_MAX ? look_into(out, maildir, "cur", ids, count, err)
                                            : status;
}
