#include "dispatcher/routine/canary.h"

#include "dispatcher/routine/canary_mail.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/move.h"
#include "store/drill.h"
#include "store/duty.h"
#include "store/party.h"

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

/* What one row waits for: its own part of all the Message-IDs. */
struct watched {
    const struct canary_row *row;
    struct notice notice; /* id 0: none was planned */
    size_t from, count;
};

/* All rows of one canary: its mailbox is read once for them. */
struct watching {
    struct arena *arena;
    int64_t within_ms;
    struct watched *rows;
    struct canary_mail *mails;
    size_t row_count, mail_count;
};

/* What never left is in nobody's mailbox. */
static enum status add_watched(struct watching *all, struct app *app, const struct canary_row *row,
                               struct err *err)
{
    struct watched one = {.row = row, .from = all->mail_count};
    struct parcel_row *parcels = NULL;
    enum status status = row->notice_id != 0
                             ? notice_get(&one.notice, all->arena, app->store, row->notice_id, err)
                             : OK;
    if (status == OK && one.notice.sendings > 0)
        status = parcel_list(&parcels, &one.count, all->arena, app->store, row->notice_id, err);
    for (size_t i = 0; status == OK && i < one.count; i++) {
        const struct canary_mail mail = {.message_id = parcels[i].message_id};
        arena_push(all->arena, &all->mails, &all->mail_count, sizeof mail, &mail);
    }
    if (status == OK)
        arena_push(all->arena, &all->rows, &all->row_count, sizeof one, &one);
    return status;
}

/* A newer version, or a person, took its place before it left. */
static bool is_needless(const struct notice *n)
{
    return n->id != 0 && n->sendings == 0 &&
           (n->state == STATE_SUPERSEDED || n->state == STATE_CANCELLED);
}

/* A hold keeps it from leaving; behind its end it has the whole time again. */
static enum status is_late(bool *out, struct arena *arena, struct app *app,
                           const struct canary_row *row, const struct notice *n, int64_t within_ms,
                           struct err *err)
{
    struct advisory advisory;
    struct party party;
    struct hold_row *holds = NULL;
    size_t count = 0;
    bool held = false;
    *out = row->notice_id == 0 || app_now(app) > row->due_ms;
    if (!*out || row->notice_id == 0)
        return OK;
    enum status status = lane_is_held(&held, app->store, n->lane_id, err);
    if (status == OK && !held)
        status = digest_is_held(&held, app, n, err);
    if (status == OK)
        status = advisory_get(&advisory, arena, app->store, row->advisory_id, err);
    if (status == OK)
        status = party_get(&party, arena, app->store, n->party, err);
    if (status == ERR_NOT_FOUND) { /* it left the register: no hold can be asked for */
        *out = !held;
        return OK;
    }
    if (status == OK)
        status = hold_for(&holds, &count, arena, app->store, advisory.tracking, party.country, err);
    *out = !held;
    for (size_t i = 0; status == OK && i < count; i++)
        *out = *out && app_now(app) > holds[i].ended_ms + within_ms;
    return status;
}

static enum status judge(struct app *app, const struct watching *all, const struct watched *one,
                         const char *fault, bool *did, struct err *err)
{
    const struct canary_row *row = one->row;
    struct found v = {.row = row,
                      .detail = fault != NULL ? fault : "not seen in its mailbox in time"};
    for (size_t i = one->from; i < one->from + one->count && v.message_id == NULL; i++)
        if (all->mails[i].seen)
            v.message_id = all->mails[i].message_id;
    if (is_needless(&one->notice))
        v.state = "needless";
    else if (v.message_id != NULL)
        v.state = "seen";
    bool late = false;
    enum status status =
        v.state == NULL ? is_late(&late, all->arena, app, row, &one->notice, all->within_ms, err)
                        : OK;
    if (late)
        v.state = "missed";
    if (status != OK || v.state == NULL)
        return status;
    if (row->notice_id == 0)
        v.detail = "no notice was planned for it: is its party in parties.csv?";
    *did = true;
    return app_transact(app, decide, &v, err);
}

static enum status look_for(struct app *app, const struct settings_canary *canary,
                            const struct canary_row *rows, size_t count, bool *did, struct err *err)
{
    struct watching all = {.arena = arena_new(), .within_ms = canary->within_ms};
    struct err fault = {0};
    enum status status = OK;
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(rows[i].name, canary->name))
            status = add_watched(&all, app, &rows[i], err);
    /* not to be read is not to be seen */
    const bool failed =
        status == OK && canary_find(all.mails, all.mail_count, canary->maildir, &fault) != OK;
    for (size_t i = 0; status == OK && i < all.row_count; i++)
        status = judge(app, &all, &all.rows[i], failed ? fault.text : NULL, did, err);
    arena_free(all.arena);
    return status;
}

/* One that was taken out of the settings waits for its return. */
static enum status look(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct canary_row *rows = NULL;
    size_t count = 0;
    enum status status = canary_list(&rows, &count, arena, app->store, true, 0, SLICE, err);
    for (size_t i = 0; status == OK && i < app->settings->canary_count; i++)
        status = look_for(app, &app->settings->canaries[i], rows, count, did, err);
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
