/* Advisories that cannot be planned: they rest, a person is told, and those behind them go on. */
#include "base/log.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/run/move.h"

#include <stdlib.h>

#define RESTING_MOST 64 /* one more is tried again and again, after all others */

struct planner_rest {
    size_t count;
    struct {
        int64_t advisory_id;
        int64_t until_up_ms;
        struct err cause;
    } list[RESTING_MOST];
};

bool planner_rests(const struct app *app, int64_t advisory_id)
{
    const int64_t up_ms = clock_up_ms(&app->clock);
    for (size_t i = 0; app->resting != NULL && i < app->resting->count; i++)
        if (app->resting->list[i].advisory_id == advisory_id)
            return up_ms < app->resting->list[i].until_up_ms;
    return false;
}

const struct err *planner_trouble(const struct app *app)
{
    return app->resting != NULL && app->resting->count > 0 ? &app->resting->list[0].cause : NULL;
}

void planner_wake(struct app *app, int64_t advisory_id)
{
    struct planner_rest *r = app->resting;
    for (size_t i = 0; r != NULL && i < r->count; i++)
        if (r->list[i].advisory_id == advisory_id) {
            r->list[i] = r->list[--r->count];
            return;
        }
}

static void remember(struct app *app, int64_t advisory_id, const struct err *cause)
{
    if (app->resting == NULL)
        app->resting = xcalloc(1, sizeof *app->resting);
    struct planner_rest *r = app->resting;
    size_t i = 0;
    while (i < r->count && r->list[i].advisory_id != advisory_id)
        i++;
    if (i == RESTING_MOST)
        return;
    r->count += i == r->count;
    r->list[i].advisory_id = advisory_id;
    r->list[i].until_up_ms = clock_up_ms(&app->clock) + PLANNER_REST_MS;
    r->list[i].cause = *cause;
}

struct telling {
    struct task task;
    struct task_item item;
    const char *uid;
};

static enum status is_told(bool *out, struct arena *arena, struct app *app, const struct task *task,
                           struct err *err)
{
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, task->advisory_id, err);
    *out = false;
    for (size_t i = 0; status == OK && i < count; i++)
        *out = *out || text_equal(list[i].cause, task->cause);
    return status;
}

static enum status tell(struct app *app, void *context, struct err *err)
{
    struct telling *t = context;
    struct entry *entry = entry_new("fault.detected", app->actor, t->uid);
    entry_personal(entry, "detail", t->item.detail);
    entry_text(entry, "fault", "not-planned");
    entry_text(entry, "where", "planner");
    enum status status = app_record(app, entry, err);
    return status == OK ? move_task(app, &t->task, &t->item, NULL, err) : status;
}

enum status planner_rest(struct app *app, const struct advisory *row, const struct err *cause,
                         struct err *err)
{
    struct arena *arena = arena_new();
    const char *name = arena_printf(arena, "%s %s", row->tracking, row->version);
    bool told = false;
    struct telling t = {
        .task = {.kind = TASK_CONFIG,
                 .cause = arena_printf(arena, "planning %s", name),
                 .title = arena_printf(arena, "Nobody is told of %s: it cannot be planned", name),
                 .todo = "Look at the cause; `tocsin store check` says what of the store is "
                         "damaged. It is tried again each minute; those behind it go on.",
                 .advisory_id = row->id,
                 .deadline_ms = row->deadline_ms},
        .item = {.about = row->tracking, .detail = cause->text},
        .uid = row->uid};
    log_line(LOG_ERROR, "planning=failed advisory=%s status=%s said=%s", log_quote(name),
             status_word(cause->code), log_quote(cause->text));
    remember(app, row->id, cause);
    enum status status = is_told(&told, arena, app, &t.task, err);
    if (status == OK && !told)
        status = app_transact(app, tell, &t, err);
    arena_free(arena);
    return status;
}
