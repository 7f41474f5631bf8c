/* What store and log hold of time-stamps and of outages. */
#include "dispatcher/back/task_close.h"
#include "dispatcher/run/move.h"
#include "dispatcher/signed/stamper_inner.h"
#include "evidence/view.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include "base/number.h"
#include "base/utf8.h"

#include <stdio.h>

#define SLICE 100

static const char *failures_name(struct arena *arena, const struct authority *a)
{
    return arena_printf(arena, "timestamp.failures %s", a->name);
}

static const char *cause_of(struct arena *arena, const struct authority *a)
{
    return arena_printf(arena, "time-stamps of %s", a->name);
}

/* By our clock. Theirs may be ahead; when it is far ahead, ours went back, and nothing is known. */
static int64_t arrival_of(int64_t told_ms, int64_t now_ms)
{
    if (told_ms <= now_ms)
        return told_ms;
    return told_ms - now_ms <= STAMPER_APART_MS ? now_ms : 0;
}

enum status stamper_recall(struct authority *a, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct stamp_row row = {0};
    const char *count = NULL;
    enum status status = stamp_newest(&row, arena, app->store, a->name, err);
    if (status == ERR_NOT_FOUND)
        status = OK;
    a->newest = row.size;
    a->newest_ms = arrival_of(row.at_ms, app_now(app));
    a->cert_end_ms = row.cert_end_ms;
    if (status == OK)
        status = meta_get(&count, arena, app->store, failures_name(arena, a), err);
    if (status == ERR_NOT_FOUND)
        status = OK;
    if (count != NULL && !number_parse_within(&a->failures, count, 0, INT32_MAX))
        a->failures = 0;
    arena_free(arena);
    return status;
}

/*
 * A time-stamp is an entry, and an entry makes a checkpoint: without this question two authorities
 * and we would go on for ever.
 */
enum status stamper_has_news(bool *news, struct app *app, int64_t from, int64_t size,
                             struct err *err)
{
    enum status status = OK;
    *news = false;
    while (status == OK && !*news && from < size) {
        struct arena *arena = arena_new();
        struct log_line *lines = NULL;
        size_t count = 0;
        status = log_list(&lines, &count, arena, app->store, from, NULL,
                          size - from < SLICE ? (size_t)(size - from) : SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct entry_view view;
            *news =
                *news || !entry_view(&view, lines[i].line) || !entry_view_is(&view, "anchor.tsa");
        }
        from = count > 0 ? from + (int64_t)count : size;
        arena_free(arena);
    }
    return status;
}

static enum status find_task(struct task *out, struct arena *arena, struct app *app,
                             const char *cause, struct err *err)
{
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(list[i].cause, cause)) {
            *out = list[i];
            return OK;
        }
    return status == OK ? ERR_NOT_FOUND : status;
}

/* It is well again. */
static enum status absolve(struct authority *a, struct arena *arena, struct app *app,
                           struct err *err)
{
    struct task task = {0};
    enum status status = meta_set(app->store, failures_name(arena, a), "0", err);
    if (status == OK)
        status = find_task(&task, arena, app, cause_of(arena, a), err);
    if (status == ERR_NOT_FOUND)
        return OK;
    return status == OK ? task_close(app, &task, "a good time-stamp came", err) : status;
}

static enum status record(struct app *app, const struct stamp_row *row, const struct stamp *stamp,
                          struct err *err)
{
    char sha256[SHA256_HEX];
    sha256_hex_of(sha256, row->token);
    struct entry *entry = entry_new("anchor.tsa", app->actor, NULL);
    entry_text(entry, "authority", stamp->authority);
    entry_instant(entry, "cert_end", stamp->cert_end_ms);
    entry_text(entry, "serial", stamp->serial);
    entry_text(entry, "sha256", sha256);
    entry_int(entry, "size", row->size);
    entry_instant(entry, "told_at", stamp->at_ms);
    entry_text(entry, "url", row->authority);
    return app_record(app, entry, err);
}

enum status stamper_keep(struct authority *a, struct app *app, const struct stamp *stamp,
                         struct bytes response, struct err *err)
{
    char roots[SHA256_HEX];
    struct arena *arena = arena_new();
    const struct stamp_row row = {.size = a->size,
                                  .authority = a->name,
                                  .token = response,
                                  .at_ms = stamp->at_ms,
                                  .cert_end_ms = stamp->cert_end_ms,
                                  .roots = roots};
    enum status status = app_begin(app, err);
    bool open = status == OK;
    if (status == OK)
        status = blob_put(roots, app->store, str_bytes(&a->roots), err);
    if (status == OK)
        status = stamp_add(app->store, &row, err);
    if (status == OK)
        status = record(app, &row, stamp, err);
    if (status == OK && a->failures > 0)
        status = absolve(a, arena, app, err);
    if (status == OK)
        status = app_commit(app, err);
    if (status != OK && open)
        app_rollback(app);
    arena_free(arena);
    if (status == OK) {
        a->newest = a->size;
        a->newest_ms = app_now(app);
        a->cert_end_ms = stamp->cert_end_ms;
        a->failures = 0;
    }
    return status;
}

static enum status tell(const struct authority *a, struct arena *arena, struct app *app,
                        const char *text, struct err *err)
{
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = cause_of(arena, a),
        .title = arena_printf(arena, "No time-stamps from %s", a->name),
        .todo =
            "Notices go on, and so does the log; but nobody outside says when it was written. Mend "
            "evidence.timestamps (see `tocsin doctor`), or ask the authority. This task closes by "
            "itself when a good time-stamp comes."};
    struct task_item item = {.about = a->name, .detail = text};
    struct task before = {0};
    enum status status = find_task(&before, arena, app, task.cause, err);
    if (status != ERR_NOT_FOUND)
        return status;
    struct entry *entry = entry_new("fault.detected", app->actor, NULL);
    entry_personal(entry, "detail", text);
    entry_text(entry, "fault", "no-time-stamp");
    entry_text(entry, "where", "authority");
    status = app_record(app, entry, err);
    return status == OK ? move_task(app, &task, &item, NULL, err) : status;
}

enum status stamper_blame(struct authority *a, struct app *app, const char *text, struct err *err)
{
    struct arena *arena = arena_new();
    struct str line; /* what a far server had a hand in */
    str_init(&line, STR_LIMIT_LINE);
    utf8_add_line(&line, bytes_of(text));
    int64_t over = a->failures - STAMPER_ALARM_AFTER;
    enum status status = app_begin(app, err);
    bool open = status == OK;
    if (status == OK)
        status = meta_set(app->store, failures_name(arena, a),
                          arena_printf(arena, "%lld", (long long)a->failures), err);
    if (status == OK && over >= 0 && over % STAMPER_AGAIN == 0)
        status = tell(a, arena, app, str_text(&line), err);
    if (status == OK)
        status = app_commit(app, err);
    if (status != OK && open)
        app_rollback(app);
    str_dispose(&line);
    arena_free(arena);
    return status;
}
