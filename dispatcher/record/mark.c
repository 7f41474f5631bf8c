#include "dispatcher/record/mark.h"

#include "base/file.h"
#include "base/number.h"
#include "dispatcher/op.h"
#include "store/log.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK_LIMIT 200

/* "tocsin.db.mark" beside "tocsin.db.sock". */
static char *mark_path(const struct app *app)
{
    char *socket = op_socket_path(app->settings);
    char *path = xprintf("%.*s.mark", (int)(strlen(socket) - strlen(".sock")), socket);
    free(socket);
    return path;
}

/* "IDX LEAF\n". ERR_NOT_FOUND: there is none, or it cannot be understood. */
static enum status read_mark(struct log_head *out, struct app *app, struct err *err)
{
    struct str text;
    struct sha256 leaf;
    char *path = mark_path(app);
    str_init(&text, MARK_LIMIT + 1);
    enum status status = file_read(&text, path, MARK_LIMIT, err);
    char *space = status == OK && text.size > 0 ? strchr(text.data, ' ') : NULL;
    if (status == OK && (space == NULL || strlen(space + 1) != 65 || space[65] != '\n'))
        status = ERR_NOT_FOUND;
    if (status == OK) {
        *space = '\0';
        space[65] = '\0';
        memcpy(out->prev, space + 1, 65);
        if (!number_parse_within(&out->idx, text.data, 0, INT64_MAX) ||
            sha256_parse(&leaf, out->prev, err) != OK)
            status = ERR_NOT_FOUND;
    }
    str_dispose(&text);
    free(path);
    return status;
}

/* The entry behind the mark carries the leaf of the one before: is it the same log? */
static enum status same_log(bool *out, struct app *app, const struct log_head *mark,
                            const struct log_head *head, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_line *lines = NULL;
    size_t count = 0;
    enum status status = OK;
    *out = mark->idx == head->idx && text_equal(mark->prev, head->prev);
    if (mark->idx < head->idx) {
        status = log_list(&lines, &count, arena, app->store, mark->idx, NULL, 1, err);
        *out = status == OK && count == 1 &&
               memmem(lines[0].line.data, lines[0].line.size, mark->prev, 64) != NULL;
    }
    arena_free(arena);
    return status;
}

enum status mark_check(struct app *app, struct err *err)
{
    struct log_head mark;
    struct log_head head;
    bool same = false;
    enum status status = read_mark(&mark, app, err);
    if (status == ERR_NOT_FOUND)
        return OK;
    if (status == OK)
        status = log_head_get(&head, app->store, err);
    if (status == OK)
        status = same_log(&same, app, &mark, &head, err);
    if (status == OK && !same)
        status = err_set(err, ERR_REFUSED,
                         "store: its log has %lld entries and does not continue the one of %lld "
                         "that was here: a backup was restored, and what was sent after it would "
                         "be sent again: see RESTORING in tocsin(1), then tocsin store restored "
                         "--by PERSON --reason TEXT",
                         (long long)head.idx, (long long)mark.idx);
    return status;
}

void mark_tidy(const struct app *app)
{
    char *path = mark_path(app);
    char *dir = path_dir(path);
    char *left = xprintf(".%s.tmp-", path_base(path)); /* as file_write names it */
    DIR *d = opendir(dir);
    for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        if (text_starts(e->d_name, left))
            (void)unlinkat(dirfd(d), e->d_name, 0);
    if (d != NULL)
        (void)closedir(d);
    free(left);
    free(dir);
    free(path);
}

enum status mark_write(struct app *app, struct err *err)
{
    struct log_head mark = {0};
    struct log_head head;
    struct err none = {0};
    enum status status = log_head_get(&head, app->store, err);
    if (status != OK || (read_mark(&mark, app, &none) == OK && mark.idx == head.idx &&
                         text_equal(mark.prev, head.prev)))
        return status;
    char *path = mark_path(app);
    char *text = xprintf("%lld %s\n", (long long)head.idx, head.prev);
    status = file_write(path, bytes_of(text), 0600, err);
    free(text);
    free(path);
    return status;
}
