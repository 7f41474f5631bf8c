/* The pass over all who do not answer: whose turn is now. */
#include "dispatcher/routine/remind.h"

#include "advisory/diff.h"
#include "base/log.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/run/move.h"

#include <stdlib.h>

#define SLICE 200
#define LOOK_AGAIN (15 * MS_MINUTE) /* what left meanwhile, settings that changed */
#define TELL_WITHIN MS_DAY

struct reminding {
    struct arena *arena; /* of one pass */
    struct advisory *list;
    size_t count, at;
    int64_t after_id;     /* the last notice that was looked at … */
    struct arena *about;  /* … of the advisory at `at`; NULL: it begins */
    struct called called; /* of that one */
    bool running;
    int64_t next_ms, soonest_ms;
};

static void next_advisory(struct reminding *p)
{
    arena_free(p->about);
    p->about = NULL;
    p->called = (struct called){0};
    p->after_id = 0;
    p->at++;
}

static void end_pass(struct reminding *p)
{
    next_advisory(p);
    arena_free(p->arena);
    p->arena = NULL;
    p->list = NULL;
    p->count = p->at = 0;
    p->running = false;
}

void remind_forget(struct app *app)
{
    if (app->reminding == NULL)
        return;
    end_pass(app->reminding);
    free(app->reminding);
    app->reminding = NULL;
}

int64_t remind_next(const struct app *app)
{
    if (app->settings->reminder.percent == 0)
        return INT64_MAX;
    return app->reminding == NULL || app->reminding->running ? 0 : app->reminding->next_ms;
}

/* One who did not answer, as an item of the slice. */
struct turn {
    const struct advisory *row;
    const struct unanswered *u;
    struct arena *arena;
    const struct dossier *dossier;
    enum reminder_step step;
};

/*
 * It asks for nothing, or every case of it is closed: nobody is asked again about that. Only what
 * is in force counts: what an older version said, or whether it still reads, changes nothing.
 */
static enum status open_once(struct dossier **out, bool *silent, struct app *app,
                             const struct advisory *row, const char *party, struct err *err)
{
    struct remind_end end;
    if (*out != NULL)
        return OK;
    const struct notice asked = {.advisory_id = row->id, .party = party, .kind = NOTICE_REMINDER};
    enum status status = dossier_open(out, app, row, err);
    if (status == OK)
        status = remind_is_over(&end, app, &asked, err);
    if (status == OK)
        *silent = end.why != NULL || ((*out)->csaf != NULL && diff_asks_nothing((*out)->csaf));
    return status;
}

static enum status call(struct app *app, const struct turn *t, struct err *err)
{
    char by[CLOCK_TEXT];
    const char *id = arena_printf(t->arena, "%s %s", t->row->tracking, t->row->version);
    struct task task = {
        .kind = TASK_PHONE,
        .cause = arena_printf(t->arena, TASK_UNANSWERED "%s", id),
        .title = arena_printf(t->arena, "Call who did not answer about %s", id),
        .todo = arena_printf(t->arena,
                             "tocsin chase %s lists who still has not answered, with number and "
                             "code. Call each, and log it: tocsin ack PARTY %s ANSWER --by PERSON "
                             "--how phone",
                             t->row->tracking, t->row->tracking),
        .advisory_id = t->row->id,
        .deadline_ms = app_now(app) + TELL_WITHIN};
    const struct task_item item = {
        .about = t->u->party,
        .notice_id = t->u->notice_id,
        .detail = arena_printf(t->arena, "no answer by %s", clock_text(by, t->u->answer_by_ms))};
    struct notice notice;
    enum status status = notice_get(&notice, t->arena, app->store, t->u->notice_id, err);
    return status == OK ? move_task(app, &task, &item, notice.uid, err) : status;
}

/* The next one says all that the one before would have said. */
static enum status drop_waiting(struct app *app, const struct turn *t, struct err *err)
{
    struct notice old, first;
    const enum notice_state state = t->u->reminder.state;
    if (t->u->reminder.id == 0 ||
        (state != STATE_PLANNED && state != STATE_SEALING && state != STATE_READY))
        return OK;
    enum status status = notice_get(&old, t->arena, app->store, t->u->reminder.id, err);
    if (status == OK)
        status = notice_get(&first, t->arena, app->store, t->u->notice_id, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("notice.superseded", app->actor, old.uid);
    entry_text(entry, "by", first.uid);
    return move_notice(app, &old, EVENT_SUPERSEDE, entry, err);
}

/* By which contact: that of the notice, or the next one behind it. id 0: none is left. */
static enum status choose(struct recipient *out, struct app *app, const struct turn *t,
                          const struct party *party, struct err *err)
{
    struct contact contact = {0};
    *out = (struct recipient){.party = *party, .told = true};
    enum status status = ERR_NOT_FOUND;
    if (t->u->contact_id != 0)
        status = contact_get(&contact, t->arena, app->store, t->u->contact_id, err);
    if (status == ERR_NOT_FOUND && t->step == REMINDER_SAME) /* taken out of the register */
        return recipient_choose(out, t->arena, app, t->dossier, party, 0, app_now(app), err);
    if (status != OK && status != ERR_NOT_FOUND)
        return status;
    if (t->step == REMINDER_SAME)
        return recipient_try(out, t->arena, app, t->dossier, &contact, app_now(app), err);
    return recipient_choose(out, t->arena, app, t->dossier, party, contact.seq, app_now(app), err);
}

static enum status ask_again(struct app *app, const struct turn *t, struct err *err)
{
    struct party party;
    struct recipient r;
    enum status status = party_get(&party, t->arena, app->store, t->u->party, err);
    if (status == ERR_NOT_FOUND) /* it left the register, not our duty to hear from it */
        return call(app, t, err);
    if (status == OK)
        status = choose(&r, app, t, &party, err);
    if (status != OK)
        return status;
    if (r.contact.id == 0 || r.level == LEVEL_TASK) /* nothing readable may or can go there */
        return call(app, t, err);
    r.kind = t->step == REMINDER_SAME ? NOTICE_REMINDER : NOTICE_ESCALATION;
    r.form = FORM_PERSONAL;
    r.deadline_ms = 0;
    r.needs_task = false; /* the first notice has brought its own tasks */
    r.key_problem = NULL;
    struct dossier asking = *t->dossier;
    asking.row.deadline_ms = app_now(app) + TELL_WITHIN;
    if (t->step == REMINDER_NEXT)
        status = drop_waiting(app, t, err);
    return status == OK ? planner_add_notice(app, &asking, &r, err) : status;
}

static enum status take_turn(struct app *app, void *context, struct err *err)
{
    const struct turn *t = context;
    return t->step == REMINDER_CALL ? call(app, t, err) : ask_again(app, t, err);
}

/* A person hears of it once; it is tried again at each look. */
static enum status tell_left_out(struct app *app, const struct advisory *row, const char *about,
                                 const struct err *why, struct err *err)
{
    struct arena *arena = arena_new();
    const char *id = arena_printf(arena, "%s %s", row->tracking, row->version);
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = arena_printf(arena, "not asked again %s", id),
        .title = arena_printf(arena, "Not everybody is asked again about %s", id),
        .todo = arena_printf(arena,
                             "Mend what is named; it is tried again at each look. Until then call "
                             "who does not answer: tocsin chase %s",
                             row->tracking),
        .advisory_id = row->id};
    const struct task_item item = {.about = about, .detail = why->text};
    log_line(LOG_ERROR, "remind=left-out about=%s said=%s", log_quote(about), log_quote(why->text));
    const enum status status = move_task_once(app, &task, &item, err);
    arena_free(arena);
    return status;
}

/* Not of one row or advisory: nothing else would go better. */
static bool is_of_the_store(const struct app *app, enum status status)
{
    return status == ERR_IO || store_usable(app->store, NULL) != OK;
}

static enum status look_at(struct reminding *p, struct app *app, const struct advisory *row,
                           struct unanswered *list, size_t count, struct arena *arena,
                           struct err *err)
{
    struct dossier *dossier = NULL;
    bool silent = false;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < count; i++) {
        int64_t task_id = 0;
        const struct reminder_due due = remind_due(&task_id, app, &list[i], &p->called);
        p->after_id = list[i].notice_id;
        if (due.at_ms > app_now(app)) {
            if (due.at_ms < p->soonest_ms)
                p->soonest_ms = due.at_ms;
            continue;
        }
        status = open_once(&dossier, &silent, app, row, list[i].party, err);
        if (status != OK || silent)
            continue;
        struct turn turn = {
            .row = row, .u = &list[i], .arena = arena, .dossier = dossier, .step = due.step};
        struct err fault = {0};
        status = app_item(app, take_turn, &turn, &fault);
        if (status != OK && is_of_the_store(app, status))
            *err = fault;
        else if (status != OK) /* the others are asked all the same */
            status = tell_left_out(app, row, list[i].party, &fault, err);
    }
    dossier_close(dossier);
    return status;
}

/* Still what is in force? It may have been superseded since the pass began. */
static enum status look_at_some(struct reminding *p, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row;
    struct unanswered *list = NULL;
    size_t count = 0;
    enum status status = advisory_get(&row, arena, app->store, p->list[p->at].id, err);
    if (status == OK && row.state == ADVISORY_RELEASED)
        status = notice_unanswered(&list, &count, arena, app->store, row.id, p->after_id,
                                   app_now(app), SLICE, err);
    if (status == OK && count > 0 && p->about == NULL) {
        p->about = arena_new();
        status = remind_called(&p->called, p->about, app, row.id, err);
    }
    if (status == OK)
        status = look_at(p, app, &row, list, count, arena, err);
    if (status == OK && count < SLICE)
        next_advisory(p);
    arena_free(arena);
    return status;
}

/* What does not read in one advisory keeps no other from its turn. */
static enum status take_slice(struct reminding *p, struct app *app, struct err *err)
{
    const struct advisory *row = &p->list[p->at];
    struct err fault = {0};
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = look_at_some(p, app, &fault);
    if (status != OK) {
        app_rollback(app);
        if (is_of_the_store(app, status)) {
            *err = fault;
            return status;
        }
        next_advisory(p);
        status = app_begin(app, err);
        if (status != OK)
            return status;
        status = tell_left_out(app, row, row->tracking, &fault, err);
    }
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

/* Nobody was told before it was approved, so nobody is asked again before this. */
static int64_t earliest(const struct app *app, const struct advisory *row)
{
    if (row->answer_by_ms == 0)
        return INT64_MAX;
    if (row->answer_by_ms <= row->approved_ms)
        return 0;
    return row->approved_ms +
           (row->answer_by_ms - row->approved_ms) / 100 * app->settings->reminder.percent;
}

static enum status begin_pass(struct reminding *p, struct app *app, struct err *err)
{
    struct advisory *all = NULL;
    size_t count = 0;
    p->arena = arena_new();
    p->running = true;
    p->soonest_ms = app_now(app) + LOOK_AGAIN;
    enum status status =
        advisory_in_state(&all, &count, p->arena, app->store, ADVISORY_RELEASED, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const int64_t from_ms = earliest(app, &all[i]);
        if (from_ms <= app_now(app))
            arena_push(p->arena, &p->list, &p->count, sizeof all[i], &all[i]);
        else if (from_ms < p->soonest_ms)
            p->soonest_ms = from_ms;
    }
    return status;
}

enum status remind_step(struct app *app, bool *more, struct err *err)
{
    *more = false;
    if (app->settings->reminder.percent == 0)
        return OK;
    if (app->reminding == NULL)
        app->reminding = xcalloc(1, sizeof *app->reminding);
    struct reminding *p = app->reminding;
    const int64_t now_ms = app_now(app);
    if (!p->running && now_ms < p->next_ms && now_ms + LOOK_AGAIN >= p->next_ms)
        return OK;
    enum status status = p->running ? OK : begin_pass(p, app, err);
    if (status == OK && p->at < p->count)
        status = take_slice(p, app, err);
    *more = status == OK && p->at < p->count;
    if (*more)
        return OK;
    p->next_ms = status == OK ? p->soonest_ms : now_ms + MS_MINUTE;
    end_pass(p); /* after a failure it begins anew, and finds what was made */
    return status;
}
