#include "dispatcher/canary.h"

#include "dispatcher/canary_mail.h"
#include "dispatcher/move.h"
#include "store/drill.h"

#include <stdint.h>

#define SLICE 200
#define CAUSE "canary "

static enum status record(struct app *app, const char *kind, const char *name, const char *uid,
                          const char *message_id, struct err *err)
{
    struct entry *entry = entry_new(kind, app->actor, "canary");
    entry_text(entry, "advisory", uid);
    entry_text(entry, "message_id", message_id);
    entry_personal(entry, "name", name);
    return app_record(app, entry, err);
}

static enum status watch_for(struct app *app, struct arena *arena,
                             const struct settings_canary *canary, const struct canary_run *run,
                             struct err *err)
{
    struct advisory advisory;
    struct notice notice = {0};
    enum status status = advisory_get(&advisory, arena, app->store, run->advisory_id, err);
    if (status == OK && run->notice_id != 0)
        status = notice_get(&notice, arena, app->store, run->notice_id, err);
    if (status != OK)
        return status;
    int64_t from = run->notice_id != 0 ? notice.created_ms : run->planned_ms;
    if (advisory.embargo_ms > from)
        from = advisory.embargo_ms;
    struct canary_row row = {.name = canary->name,
                             .advisory_id = run->advisory_id,
                             .notice_id = run->notice_id,
                             .due_ms = from + canary->within_ms,
                             .state = "waiting",
                             .at_ms = app_now(app)};
    status = canary_add(&row, app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("canary.due", app->actor, "canary");
    entry_text(entry, "advisory", advisory.uid);
    entry_instant(entry, "due", row.due_ms);
    entry_personal(entry, "name", canary->name);
    entry_text(entry, "notice", notice.uid);
    return app_record(app, entry, err);
}

struct pass {
    struct arena *arena;
    const struct settings_canary *canary;
    struct canary_run *runs;
    size_t count;
};

static enum status begin_watch(struct app *app, void *context, struct err *err)
{
    return job_set(app->store, context, app_now(app), err);
}

static enum status add_runs(struct app *app, void *context, struct err *err)
{
    const struct pass *p = context;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < p->count; i++)
        status = watch_for(app, p->arena, p->canary, &p->runs[i], err);
    return status;
}

/* Its runs count since the first time that it was seen in the settings. */
static enum status find_runs(struct app *app, const struct settings_canary *canary, bool *did,
                             struct err *err)
{
    struct pass p = {.arena = arena_new(), .canary = canary};
    char *job = arena_printf(p.arena, CAUSE "%s", canary->name);
    int64_t since = 0;
    enum status status = job_get(&since, app->store, job, err);
    if (status == ERR_NOT_FOUND)
        status = app_transact(app, begin_watch, job, err);
    else if (status == OK)
        status = canary_runs(&p.runs, &p.count, p.arena, app->store, canary->name, canary->party,
                             since, SLICE, err);
    if (status == OK && p.count > 0) {
        *did = true;
        status = app_transact(app, add_runs, &p, err);
    }
    arena_free(p.arena);
    return status;
}

/* One row and what became of it. */
struct found {
    const struct canary_row *row;
    const char *state, *message_id, *detail;
};

static enum status decide(struct app *app, void *context, struct err *err)
{
    const struct found *v = context;
    struct arena *arena = arena_new();
    struct advisory advisory;
    const bool missed = text_equal(v->state, "missed");
    enum status status = advisory_get(&advisory, arena, app->store, v->row->advisory_id, err);
    if (status == OK)
        status = canary_turn(app->store, v->row->id, v->state, app_now(app), err);
    if (status == OK)
        status = record(app, arena_printf(arena, "canary.%s", v->state), v->row->name, advisory.uid,
                        v->message_id, err);
    if (status == OK && missed) {
        struct task task = {
            .kind = TASK_CONFIG,
            .cause = arena_printf(arena, CAUSE "%s", v->row->name),
            .title = arena_printf(arena, "Canary %s missed a run: is mail arriving?", v->row->name),
            .todo = "Look at relay, provider and the canary's mailbox; find out who else got "
                    "nothing (tocsin notice list); then close the task."};
        struct task_item item = {
            .about = arena_printf(arena, "%s %s", advisory.tracking, advisory.version),
            .notice_id = v->row->notice_id,
            .detail = v->detail};
        status = move_task(app, &task, &item, NULL, err);
    }
    arena_free(arena);
    return status;
}

static enum status ids_of(const char *const **out, size_t *count, struct arena *arena,
                          struct app *app, int64_t notice_id, struct err *err)
{
    struct parcel_row *parcels = NULL;
    const char **ids = NULL;
    size_t parcel_count = 0;
    *count = 0;
    enum status status =
        notice_id != 0 ? parcel_list(&parcels, &parcel_count, arena, app->store, notice_id, err)
                       : OK;
    for (size_t i = 0; status == OK && i < parcel_count; i++)
        arena_push(arena, &ids, count, sizeof *ids, &parcels[i].message_id);
    *out = ids;
    return status;
}

/* A newer version, or a person, took its place before it left. */
static enum status is_needless(bool *out, struct arena *arena, struct app *app,
                               const struct canary_row *row, struct err *err)
{
    struct notice notice;
    *out = false;
    if (row->notice_id == 0)
        return OK;
    enum status status = notice_get(&notice, arena, app->store, row->notice_id, err);
    *out = status == OK && notice.sendings == 0 &&
           (notice.state == STATE_SUPERSEDED || notice.state == STATE_CANCELLED);
    return status;
}

static enum status look_for(struct app *app, const struct settings_canary *canary,
                            const struct canary_row *row, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    const char *const *ids = NULL;
    size_t count = 0;
    size_t at = SIZE_MAX;
    bool needless = false;
    struct err fault = {0};
    struct found v = {.row = row, .detail = "not seen in its mailbox in time"};
    enum status status = is_needless(&needless, arena, app, row, err);
    if (status == OK)
        status = ids_of(&ids, &count, arena, app, row->notice_id, err);
    if (status == OK && canary_find(&at, canary->maildir, ids, count, &fault) != OK)
        v.detail = fault.text; /* not to be read is not to be seen */
    if (status == OK && needless)
        v.state = "needless";
    else if (status == OK && at != SIZE_MAX) {
        v.state = "seen";
        v.message_id = ids[at];
    } else if (status == OK && (row->notice_id == 0 || app_now(app) > row->due_ms)) {
        v.state = "missed";
        if (row->notice_id == 0)
            v.detail = "no notice was planned for it: is its party in parties.csv?";
    }
    if (v.state != NULL) {
        status = app_transact(app, decide, &v, err);
        *did = true;
    }
    arena_free(arena);
    return status;
}

static const struct settings_canary *named(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->settings->canary_count; i++)
        if (text_equal(app->settings->canaries[i].name, name))
            return &app->settings->canaries[i];
    return NULL;
}

static enum status look(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct canary_row *rows = NULL;
    size_t count = 0;
    enum status status = canary_list(&rows, &count, arena, app->store, true, 0, SLICE, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const struct settings_canary *canary = named(app, rows[i].name);
        if (canary != NULL) /* one that was taken out of the settings waits for its return */
            status = look_for(app, canary, &rows[i], did, err);
    }
    arena_free(arena);
    return status;
}

enum status canary_act(struct app *app, bool *did, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < app->settings->canary_count; i++)
        status = find_runs(app, &app->settings->canaries[i], did, err);
    return status == OK ? look(app, did, err) : status;
}

enum status canary_alarm(bool *out, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    *out = false;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; i < count; i++)
        *out = *out || text_starts(list[i].cause, CAUSE);
    arena_free(arena);
    return status;
}
