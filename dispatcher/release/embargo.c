#include "dispatcher/release/embargo.h"

#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/release/approve.h"
#include "dispatcher/run/move.h"
#include "store/log.h"
#include "store/notice.h"
#include "store/task.h"

#define REASON_MOST 2000
#define SEEN "embargo.seen" /* job: embargoes that ended until then were looked after */

enum { ARG_ID = OP_ARG, ARG_VERSION, ARG_PERSON, ARG_REASON };

bool embargo_is_early(const struct dossier *d, enum party_kind kind, int64_t now_ms)
{
    return d->row.embargo_ms > now_ms && order_is_prenotified(&d->order, kind);
}

enum tlp embargo_label(const struct dossier *d, enum party_kind kind, int64_t now_ms)
{
    const bool raise = d->row.tlp < TLP_AMBER_STRICT && embargo_is_early(d, kind, now_ms);
    return raise ? TLP_AMBER_STRICT : d->row.tlp;
}

int64_t embargo_shown(const struct dossier *d, enum party_kind kind, int64_t now_ms)
{
    return embargo_is_early(d, kind, now_ms) ? d->row.embargo_ms : 0;
}

int64_t embargo_opens(const struct dossier *d, const struct recipient *r)
{
    return r->early ? 0 : d->row.embargo_ms;
}

/* Nobody's time runs before they may be told; that of a pre-notice begins with the approval. */
int64_t embargo_told_by(const struct dossier *d, const struct recipient *r)
{
    if (!r->early || d->row.embargo_ms <= d->row.approved_ms)
        return d->row.deadline_ms;
    return d->row.approved_ms + (d->row.deadline_ms - d->row.embargo_ms);
}

/* *by_hand: a person ended it. */
static enum status was_released(bool *by_hand, struct app *app, const char *uid, struct err *err)
{
    int64_t idx = 0;
    enum status status = log_find(&idx, app->store, uid, "embargo.released", err);
    *by_hand = status == OK;
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status embargo_print(struct str *out, struct app *app, const struct dossier *d,
                          struct err *err)
{
    char end[CLOCK_TEXT];
    bool by_hand = false;
    bool any = false;
    if (d->row.embargo_ms == 0)
        return OK;
    (void)clock_text(end, d->row.embargo_ms);
    enum status status = was_released(&by_hand, app, d->row.uid, err);
    if (status != OK)
        return status;
    if (d->row.embargo_ms <= app_now(app)) {
        str_addf(out, "embargo: ended at %s%s\n", end, by_hand ? ", released by a person" : "");
        return OK;
    }
    str_addf(out, "embargo: nothing leaves before %s", end);
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++) {
        if (!order_is_prenotified(&d->order, (enum party_kind)kind))
            continue;
        str_addf(out, "%s%s",
                 any ? ", " : "; but a pre-notice to: ", party_kind_word((enum party_kind)kind));
        any = true;
    }
    str_add(out, any ? ", with at least TLP:AMBER+STRICT\n" : "; nobody is told before\n");
    return OK;
}

void embargo_warn(struct str *out, const struct dossier *d, int64_t now_ms)
{
    struct err err = {0};
    int64_t date_ms = 0;
    char date[CLOCK_TEXT];
    if (d->csaf == NULL || d->csaf->current_release == NULL || d->row.embargo_ms > now_ms ||
        clock_parse(&date_ms, d->csaf->current_release, &err) != OK || date_ms <= now_ms)
        return;
    str_addf(out,
             "warning: the advisory's own date is %s, and nothing keeps its notices back until "
             "then: approve it on that day, or give its order an embargo\n",
             clock_text(date, date_ms));
}

/* One release on its way. */
struct releasing {
    struct arena *arena;
    const char *id, *version; /* NULL: the newest */
    const struct person *by;
    const char *reason;
    struct advisory row;
    bool done; /* somebody did it before */
};

static enum status check_release(struct releasing *r, struct app *app, struct err *err)
{
    const struct advisory *row = &r->row;
    char end[CLOCK_TEXT];
    const char *why = NULL;
    enum status status = was_released(&r->done, app, row->uid, err);
    if (status != OK || r->done)
        return status;
    if (row->embargo_ms == 0)
        why = "has no embargo: there is nothing to release";
    else if (row->embargo_ms <= app_now(app))
        return err_set(err, ERR_REFUSED,
                       "%s %s: its embargo ended by itself at %s: there is nothing to release",
                       row->tracking, row->version, clock_text(end, row->embargo_ms));
    else if (row->state == ADVISORY_SUBMITTED)
        why = "is not approved, so nothing waits for its embargo: approve it first, then release "
              "it, or submit it with another order";
    else if (row->state == ADVISORY_SUPERSEDED)
        why = "has given way to a newer version: release that one";
    return why == NULL ? OK
                       : err_set(err, ERR_REFUSED, "%s %s: %s", row->tracking, row->version, why);
}

/* A date that the order names stands; one that was counted from the old end is counted anew. */
static enum status answer_date(struct advisory *row, struct app *app, int64_t sooner_by,
                               struct err *err)
{
    struct dossier *dossier = NULL;
    enum status status = dossier_open(&dossier, app, row, err);
    if (status == OK && row->answer_by_ms > 0 && dossier->order.answer_by_ms == 0)
        row->answer_by_ms -= sooner_by;
    dossier_close(dossier);
    return status;
}

/* All of it in one transaction: rows, lanes, advisory, entry. */
static enum status release_now(struct app *app, void *context, struct err *err)
{
    struct releasing *r = context;
    struct advisory *row = &r->row;
    const int64_t now = app_now(app);
    enum status status = advisory_find(row, r->arena, app->store, r->id, r->version, err);
    if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_NOT_FOUND, "%s%s%s: not in the register: submit it first", r->id,
                         r->version != NULL ? " " : "", r->version != NULL ? r->version : "");
    if (status == OK)
        status = check_release(r, app, err);
    if (status != OK || r->done)
        return status;
    const int64_t was = row->embargo_ms;
    const int64_t sooner = row->deadline_ms - (was - now);
    status = answer_date(row, app, was - now, err);
    if (status != OK)
        return status;
    row->embargo_ms = now;
    if (row->deadline_ms > sooner)
        row->deadline_ms = sooner;
    status = advisory_update(app->store, row, row->state, err);
    if (status == OK)
        status = lane_open_all(app->store, row->id, now, err);
    if (status == OK)
        status =
            notice_release_all(app->store, row->id, now, row->deadline_ms, row->answer_by_ms, err);
    if (status == OK)
        status = move_free_tasks(app, row, err);
    if (status == OK)
        status = embargo_tell(app, row, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("embargo.released", app->actor, row->uid);
    entry_instant(entry, "answer_by", row->answer_by_ms);
    entry_instant(entry, "at", now);
    entry_personal(entry, "by", r->by->id);
    entry_instant(entry, "deadline", row->deadline_ms);
    entry_instant(entry, "embargo", was);
    entry_personal(entry, "reason", r->reason);
    return app_record(app, entry, err);
}

static enum status check_request(struct releasing *r, struct app *app, const char *by,
                                 struct err *err)
{
    enum role role;
    if (r->id == NULL || text_is_empty(r->reason))
        return err_set(err, ERR_INVALID, "order release: give the advisory's id, and a --reason");
    if (bytes_of(r->reason).size > REASON_MOST)
        return err_set(err, ERR_LIMIT, "--reason: longer than %d bytes", REASON_MOST);
    r->by = by != NULL ? settings_person(app->settings, by) : NULL;
    if (r->by == NULL)
        return err_set(err, ERR_INVALID, "--by %s: not a person of the configuration: see people",
                       by != NULL ? by : "");
    return approve_role(&role, app->settings, r->by, NULL, err);
}

enum status op_order_release(struct app *app, const struct frame *in, struct str *out,
                             struct err *err)
{
    struct releasing r = {.arena = arena_new(),
                          .id = frame_get_text(in, ARG_ID),
                          .version = frame_get_text(in, ARG_VERSION),
                          .reason = frame_get_text(in, ARG_REASON)};
    char text[CLOCK_TEXT];
    enum status status = check_request(&r, app, frame_get_text(in, ARG_PERSON), err);
    if (status == OK)
        status = app_transact(app, release_now, &r, err);
    if (status == OK) {
        planner_forget(app); /* what it remembers has the old end */
        str_addf(out, "%s %s: %s at %s; whoever waited for it is to be told by ", r.row.tracking,
                 r.row.version, r.done ? "was released before," : "released",
                 clock_text(text, r.row.embargo_ms));
        str_addf(out, "%s, whoever had a pre-notice by its own time\n",
                 clock_text(text, r.row.deadline_ms));
    }
    arena_free(r.arena);
    return status;
}

static enum status mark_seen(struct app *app, void *context, struct err *err)
{
    const int64_t *until = context;
    return job_set(app->store, SEEN, *until, err);
}

static enum status free_tasks(struct app *app, void *context, struct err *err)
{
    return move_free_tasks(app, context, err);
}

/* What is not planned to its end is looked after later, and so is the mark of what was seen. */
enum status embargo_act(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    size_t count = 0;
    int64_t seen = 0;
    bool whole = true;
    int64_t until = 0;
    enum status status = job_get(&seen, app->store, SEEN, err);
    if (status == ERR_NOT_FOUND)
        status = OK;
    if (status == OK)
        status = advisory_embargo_ended(&rows, &count, arena, app->store, seen, app_now(app), err);
    for (size_t i = 0; status == OK && i < count; i++) {
        int64_t told = 0;
        whole = whole && rows[i].state == ADVISORY_RELEASED;
        status = app_transact(app, free_tasks, &rows[i], err);
        if (status == OK && rows[i].state == ADVISORY_RELEASED)
            status = planner_catch_up_one(app, &rows[i], &told, err);
        *did = *did || told > 0;
        until = rows[i].embargo_ms;
    }
    if (status == OK && whole && count > 0)
        status = app_transact(app, mark_seen, &until, err);
    arena_free(arena);
    return status;
}
