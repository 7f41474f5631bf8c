#include "dispatcher/release/supersede.h"

#include "advisory/csaf.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/routine/drill.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"

#include <stdio.h>

/* Not out yet: these need not leave any more when a newer version does. */
#define SUPERSEDABLE                                                                               \
    (STATE_BIT(STATE_PLANNED) | STATE_BIT(STATE_SEALING) | STATE_BIT(STATE_READY) |                \
     STATE_BIT(STATE_TASKED))

static enum status supersede_notices(struct app *app, const struct advisory *old,
                                     const struct advisory *row, struct err *err)
{
    enum status status = OK;
    struct notice_filter filter = {.advisory_id = old->id, .states = SUPERSEDABLE, .limit = 500};
    for (bool more = true; status == OK && more;) {
        struct arena *arena = arena_new();
        struct notice *list = NULL;
        size_t count = 0;
        status = notice_list(&list, &count, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = list[i].id;
            struct entry *entry = entry_new("notice.superseded", app->actor, list[i].uid);
            entry_text(entry, "by", row->uid);
            status = move_notice(app, &list[i], EVENT_SUPERSEDE, entry, err);
        }
        more = count == filter.limit;
        arena_free(arena);
    }
    return status;
}

bool supersede_tells(enum task_kind kind)
{
    return kind == TASK_PORTAL || kind == TASK_LETTER || kind == TASK_PHONE ||
           kind == TASK_BOUNCED || kind == TASK_POISON;
}

static enum status close_tasks(struct app *app, const struct advisory *old,
                               const struct advisory *row, struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, old->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (supersede_tells(list[i].kind))
            status = task_close(
                app, &list[i],
                arena_printf(arena, "superseded by %s %s", row->tracking, row->version), err);
    arena_free(arena);
    return status;
}

static enum status supersede_one(struct app *app, struct advisory *old, const struct advisory *row,
                                 struct err *err)
{
    enum advisory_state from = old->state;
    enum status status = supersede_notices(app, old, row, err);
    if (status == OK)
        status = close_tasks(app, old, row, err);
    if (status == OK)
        status = drill_end_of(app, old, err);
    old->state = ADVISORY_SUPERSEDED;
    if (status == OK)
        status = advisory_update(app->store, old, from, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("advisory.superseded", app->actor, old->uid);
    entry_text(entry, "by", row->uid);
    return app_record(app, entry, err);
}

enum status supersede_older(struct app *app, const struct advisory *row, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *versions = NULL;
    size_t count = 0;
    enum status status = advisory_list(&versions, &count, arena, app->store, row->tracking, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (versions[i].id != row->id && versions[i].state != ADVISORY_SUPERSEDED &&
            csaf_version_compare(versions[i].version, row->version) < 0)
            status = supersede_one(app, &versions[i], row, err);
    arena_free(arena);
    return status;
}

/* It came back, or nobody took it: from here it would go by another route. */
static bool is_on_a_route(enum notice_state state)
{
    return state == STATE_SENDING || state_is_out(state);
}

static enum status leave_route(struct app *app, struct notice *notice, const char *why,
                               struct err *err)
{
    notice->attempt_id = 0;
    notice->parcel_id = 0;
    notice->next_at_ms = app_now(app);
    notice->why = why;
    enum status status = move_notice(app, notice, EVENT_REROUTE, NULL, err);
    notice->why = NULL;
    return status;
}

/* Nobody is asked again who answered meanwhile, and of a drill nothing leaves behind its end. */
static enum status is_over(struct remind_end *out, struct app *app, const struct advisory *row,
                           const struct notice *notice, struct err *err)
{
    *out = (struct remind_end){0};
    return row->exercise ? drill_is_over_for(&out->why, app, row->id, err)
                         : remind_is_over(out, app, notice, err);
}

/*
 * What closed cases stop is not cancelled, as a person would: when one is opened again, what comes
 * next does.
 */
static enum status stop_what_is_over(bool *gone, struct app *app, const struct advisory *row,
                                     struct notice *notice, struct err *err)
{
    struct remind_end end;
    enum status status = is_over(&end, app, row, notice, err);
    *gone = status == OK && end.why != NULL;
    if (*gone && is_on_a_route(notice->state))
        status = leave_route(app, notice, end.why, err);
    if (status != OK || !*gone)
        return status;
    const bool closed = end.by[0] != '\0';
    struct entry *entry =
        entry_new(closed ? "notice.superseded" : "notice.cancelled", app->actor, notice->uid);
    if (closed)
        entry_text(entry, "by", end.by);
    else {
        entry_personal(entry, "by", NULL);
        entry_personal(entry, "reason", end.why);
    }
    return move_notice(app, notice, closed ? EVENT_SUPERSEDE : EVENT_CANCEL, entry, err);
}

enum status supersede_notice(bool *gone, struct app *app, struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row;
    struct advisory *versions = NULL;
    size_t count = 0;
    size_t by = 0;
    enum status status = advisory_get(&row, arena, app->store, notice->advisory_id, err);
    *gone = status == OK && row.state == ADVISORY_SUPERSEDED;
    if (*gone)
        status = advisory_list(&versions, &count, arena, app->store, row.tracking, err);
    while (by < count &&
           (versions[by].state == ADVISORY_SUBMITTED || versions[by].state == ADVISORY_SUPERSEDED))
        by++;
    const bool newer = *gone;
    if (status == OK && !newer)
        status = stop_what_is_over(gone, app, &row, notice, err);
    if (status == OK && newer && is_on_a_route(notice->state))
        status = leave_route(app, notice, "a newer version goes in its place", err);
    if (status == OK && newer) {
        struct entry *entry = entry_new("notice.superseded", app->actor, notice->uid);
        entry_text(entry, "by", by < count ? versions[by].uid : NULL);
        status = move_notice(app, notice, EVENT_SUPERSEDE, entry, err);
    }
    arena_free(arena);
    return status;
}

enum status supersede_forbids(struct app *app, const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row;
    enum status status = advisory_get(&row, arena, app->store, notice->advisory_id, err);
    if (status == OK && row.state == ADVISORY_SUPERSEDED)
        status =
            err_set(err, ERR_STALE, "notice %s: a newer version goes in its place", notice->uid);
    struct remind_end end = {0};
    if (status == OK)
        status = is_over(&end, app, &row, notice, err);
    arena_free(arena);
    if (status == OK && end.why != NULL)
        status = err_set(err, ERR_STALE, "notice %s: %s", notice->uid, end.why);
    return status;
}
