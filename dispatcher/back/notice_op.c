/*
 * dispatcher/back/notice_op - a person changes the course of notices by hand: retry, resend,
 * cancel.
 *
 * Each needs a named person and a reason, and is an entry (admin.action, contact.corrected,
 * notice.cancelled).
 */
#include "dispatcher/back/correct.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"
#include "store/advisory.h"

#include <string.h>

#define REASON_MOST 1000

enum { ARG_ACTION = OP_ARG, ARG_WHICH, ARG_BY, ARG_REASON, ARG_TO };

struct by_hand {
    const char *action, *by, *reason;
    const char *to;  /* a corrected address, or NULL */
    const char *was; /* that before it, once it is corrected; in the arena of the call */
    int64_t done, left;
};

static enum status record_action(struct app *app, const struct notice *notice,
                                 const struct by_hand *h, struct err *err)
{
    struct entry *entry = entry_new("admin.action", app->actor, notice->uid);
    entry_text(entry, "action", h->action);
    entry_personal(entry, "by", h->by);
    entry_personal(entry, "detail", h->reason);
    return app_record(app, entry, err);
}

/* Due now, whatever it waited for; with a person: its routes from the first one again. */
static enum status retry(struct app *app, struct notice *notice, struct by_hand *h, struct err *err)
{
    bool waits = notice->state == STATE_PLANNED || notice->state == STATE_READY ||
                 notice->state == STATE_UNCERTAIN;
    if (!waits && notice->state != STATE_TASKED) {
        h->left++;
        return OK;
    }
    h->done++;
    enum status status = record_action(app, notice, h, err);
    if (status != OK)
        return status;
    if (notice->state == STATE_TASKED) {
        const int64_t task_id = notice->task_id;
        notice->contact_id = 0; /* the register may have changed: begin with the first contact */
        status = move_to_route(app, notice, false, h->reason, NULL, err);
        return status == OK && task_id != 0 ? task_settle(app, task_id, err) : status;
    }
    notice->next_at_ms = app_now(app);
    struct entry *entry = entry_new("notice.held", app->actor, notice->uid);
    entry_instant(entry, "until", notice->next_at_ms);
    entry_text(entry, "why", "a person asked for it now");
    return move_save(app, notice, entry, err);
}

static enum status cancel(struct app *app, struct notice *notice, struct by_hand *h,
                          struct err *err)
{
    enum notice_state to = notice->state;
    if (!state_next(&to, notice->state, EVENT_CANCEL)) {
        h->left++;
        return OK;
    }
    h->done++;
    struct entry *entry = entry_new("notice.cancelled", app->actor, notice->uid);
    entry_personal(entry, "by", h->by);
    entry_personal(entry, "reason", h->reason);
    return move_notice(app, notice, EVENT_CANCEL, entry, err);
}

/* To another address, whatever came of the one before: unless it is over, or a worker has it. */
static enum status correct(struct app *app, struct arena *arena, struct notice *notice,
                           struct by_hand *h, struct err *err)
{
    const unsigned may = STATE_BIT(STATE_PLANNED) | STATE_BIT(STATE_READY) |
                         STATE_BIT(STATE_UNCERTAIN) | STATE_BIT(STATE_ACCEPTED) |
                         STATE_BIT(STATE_PASSED) | STATE_BIT(STATE_TASKED);
    if ((STATE_BIT(notice->state) & may) == 0) {
        h->left++;
        return OK;
    }
    struct correct c = {.to = h->to, .by = h->by, .reason = h->reason};
    enum status status = planner_allows_import(app, err);
    if (status == OK)
        status = correct_address(&c, arena, app, notice, err);
    h->to = c.to;
    h->was = c.was;
    h->done = c.done;
    return status;
}

/* One notice by its code or uid. */
static enum status find_one(struct notice *out, struct arena *arena, struct app *app,
                            const char *which, struct err *err)
{
    enum status status = notice_by_code(out, arena, app->store, which, err);
    if (status == ERR_NOT_FOUND)
        status = notice_by_uid(out, arena, app->store, which, err);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND,
                       "%s: no notice has this code or uid: see `tocsin notice list`", which);
    return status;
}

/* Every notice of an advisory that a person has and that could go by mail again. */
static enum status resend(struct app *app, const char *tracking, struct by_hand *h, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row;
    enum status status = advisory_find(&row, arena, app->store, tracking, NULL, err);
    struct notice_filter filter = {.states = STATE_BIT(STATE_TASKED), .limit = 500};
    if (status == OK)
        filter.advisory_id = row.id;
    else if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
    for (size_t count = filter.limit; status == OK && count == filter.limit;) {
        struct arena *page = arena_new();
        struct notice *list = NULL;
        status = notice_list(&list, &count, page, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = list[i].id;
            status = retry(app, &list[i], h, err);
        }
        arena_free(page);
    }
    arena_free(arena);
    return status;
}

/* What a person can do instead. */
static const char *why_not(enum notice_state state, bool cancel)
{
    switch (state) {
    case STATE_SEALING:
    case STATE_SENDING:
    case STATE_DOTTED:
        return "a worker has it at this moment: look again in a minute";
    case STATE_ACCEPTED:
    case STATE_PASSED:
        return cancel ? "it has left: supersede the advisory by a new version to correct it"
                      : "it was taken: when they did not get it, tell them and log it with tocsin "
                        "ack, or send it to another address: tocsin notice resend CODE --to "
                        "ADDRESS";
    case STATE_ANSWERED:
        return "they answered: nothing is open";
    case STATE_SUPERSEDED:
        return "a newer version of the advisory took its place";
    case STATE_CANCELLED:
        return cancel ? "that was done before" : "a person stopped it; it does not come back";
    case STATE_PLANNED:
    case STATE_READY:
    case STATE_UNCERTAIN:
    case STATE_TASKED:
    case STATE_COUNT:
        break;
    }
    return "nothing can be done with it";
}

static enum status act(struct app *app, struct arena *arena, const struct frame *in,
                       struct by_hand *h, struct err *err)
{
    struct notice notice;
    const char *which = frame_get_text(in, ARG_WHICH);
    enum status status;
    if (text_equal(h->action, "resend") && h->to == NULL)
        status = resend(app, which, h, err);
    else {
        status = find_one(&notice, arena, app, which, err);
        if (status == OK && h->to != NULL)
            status = correct(app, arena, &notice, h, err);
        else if (status == OK)
            status = text_equal(h->action, "cancel") ? cancel(app, &notice, h, err)
                                                     : retry(app, &notice, h, err);
        if (status == OK && h->left > 0)
            status =
                err_set(err, ERR_REFUSED, "%s: is %s: %s", which, notice_state_word(notice.state),
                        why_not(notice.state, text_equal(h->action, "cancel")));
    }
    return status;
}

enum status op_notice(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct by_hand h = {.action = frame_get_text(in, ARG_ACTION),
                        .by = frame_get_text(in, ARG_BY),
                        .reason = frame_get_text(in, ARG_REASON),
                        .to = frame_get_text(in, ARG_TO)};
    if (h.by == NULL || settings_person(app->settings, h.by) == NULL)
        return err_set(err, ERR_INVALID,
                       "--by %s: not a person of the configuration: see people in it",
                       h.by != NULL ? h.by : "");
    if (text_is_empty(h.reason))
        return err_set(err, ERR_INVALID, "--reason: is needed: it stands in the record");
    if (strlen(h.reason) > REASON_MOST)
        return err_set(err, ERR_INVALID, "--reason: is longer than %d bytes: say it shorter",
                       REASON_MOST);
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    struct arena *arena = arena_new();
    status = act(app, arena, in, &h, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == OK)
        str_addf(out, "%s: %lld notice%s\n", h.action, (long long)h.done, h.done == 1 ? "" : "s");
    if (status == OK && h.was != NULL)
        str_addf(out,
                 "%s is corrected to %s; write it into parties.csv, too (until then an import "
                 "keeps the new one)\n",
                 h.was, h.to);
    arena_free(arena);
    return status;
}
