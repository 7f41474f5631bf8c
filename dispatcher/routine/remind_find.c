/* What asks again, about what, until when, and what comes next. Read-only. */
#include "dispatcher/back/task_close.h"
#include "dispatcher/plan/recipient.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/run/state.h"
#include "store/case.h"
#include "store/task.h"

#include <stdio.h>
#include <stdlib.h>

bool remind_asks_again(enum notice_kind kind)
{
    return kind == NOTICE_REMINDER || kind == NOTICE_ESCALATION;
}

bool remind_refers_back(enum notice_kind kind)
{
    return remind_asks_again(kind) || kind == NOTICE_RELEASE;
}

enum status remind_first(struct notice *out, struct arena *arena, struct app *app,
                         const struct notice *notice, struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice *first = NULL;
    const struct notice_filter filter = {.advisory_id = notice->advisory_id,
                                         .party = notice->party};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const bool better = first == NULL || first->kind == NOTICE_WAITING;
        if (!remind_refers_back(list[i].kind) && better)
            first = &list[i];
    }
    if (status != OK)
        return status;
    if (first == NULL)
        return err_set(err, ERR_NOT_FOUND, "notice %s: what it asks about is not in the store",
                       notice->uid);
    *out = *first;
    return OK;
}

enum status remind_to_first(struct notice *notice, struct arena *arena, struct app *app,
                            const char *code, struct err *err)
{
    struct notice first;
    if (!remind_refers_back(notice->kind) ||
        (!state_is_out(notice->state) && notice->sendings == 0))
        return OK;
    enum status status = remind_first(&first, arena, app, notice, err);
    if (status == OK && text_equal(code, first.code))
        *notice = first;
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Is the advisory linked to cases, and all of them closed? by: uid of the one closed last. */
static enum status all_closed(char by[RANDOM_UID], struct arena *arena, struct app *app,
                              const char *tracking, struct err *err)
{
    struct case_link *links = NULL;
    size_t count = 0;
    int64_t last_ms = 0;
    bool open = false;
    by[0] = '\0';
    enum status status =
        case_link_find(&links, &count, arena, app->store, LINK_ADVISORY, tracking, err);
    for (size_t i = 0; status == OK && !open && i < count; i++) {
        struct case_file file;
        status = case_get(&file, arena, app->store, links[i].case_id, err);
        open = status == OK && file.closed_ms == 0;
        if (status == OK && !open && file.closed_ms >= last_ms) {
            last_ms = file.closed_ms;
            (void)snprintf(by, RANDOM_UID, "%s", file.uid);
        }
    }
    if (status != OK || open)
        by[0] = '\0';
    return status;
}

enum status remind_is_over(struct remind_end *out, struct app *app, const struct notice *notice,
                           struct err *err)
{
    bool answered = false;
    struct advisory row;
    *out = (struct remind_end){0};
    if (!remind_asks_again(notice->kind))
        return OK;
    struct arena *arena = arena_new();
    enum status status =
        notice_is_answered(&answered, app->store, notice->advisory_id, notice->party, err);
    if (status == OK && !answered)
        status = advisory_get(&row, arena, app->store, notice->advisory_id, err);
    if (status == OK && !answered)
        status = all_closed(out->by, arena, app, row.tracking, err);
    if (status == OK)
        out->why = answered ? "they answered" : out->by[0] != '\0' ? "its cases are closed" : NULL;
    arena_free(arena);
    return status;
}

static int by_notice(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

enum status remind_called(struct called *out, struct arena *arena, struct app *app,
                          int64_t advisory_id, struct err *err)
{
    struct task *tasks = NULL;
    size_t count = 0;
    struct {
        int64_t notice, task;
    } *pairs = NULL, pair;
    *out = (struct called){0};
    enum status status = task_list(&tasks, &count, arena, app->store, true, advisory_id, err);
    for (size_t t = 0; status == OK && t < count; t++) {
        struct task_item *items = NULL;
        size_t item_count = 0;
        if (!text_starts(tasks[t].cause, TASK_UNANSWERED))
            continue;
        struct arena *words = arena_new(); /* ids alone are kept */
        status = task_item_list(&items, &item_count, words, app->store, tasks[t].id, err);
        for (size_t i = 0; status == OK && i < item_count; i++) {
            pair.notice = items[i].notice_id;
            pair.task = tasks[t].open ? tasks[t].id : 0;
            arena_push(arena, &pairs, &out->count, sizeof pair, &pair);
        }
        arena_free(words);
    }
    if (out->count > 1)
        qsort(pairs, out->count, sizeof pair, by_notice);
    out->notices = arena_alloc(arena, (out->count + 1) * sizeof *out->notices);
    out->tasks = arena_alloc(arena, (out->count + 1) * sizeof *out->tasks);
    for (size_t i = 0; i < out->count; i++) {
        out->notices[i] = pairs[i].notice;
        out->tasks[i] = pairs[i].task;
    }
    return status;
}

static struct reminder_made made_of(const struct asked_again *again)
{
    return (struct reminder_made){.made = again->id != 0,
                                  .left_ms = again->left_ms,
                                  .dropped = again->id != 0 && again->state == STATE_SUPERSEDED};
}

/* By a message that can be sent again, to somebody whom a program may ask again. */
static bool may_be_asked(const struct unanswered *u)
{
    return !u->held && (u->state == STATE_ACCEPTED || u->state == STATE_PASSED) &&
           u->party_kind != PARTY_REGULATOR && u->party_kind != PARTY_COMPLAINT &&
           u->party_kind != PARTY_REPORTER;
}

struct reminder_due remind_due(int64_t *task_id, const struct app *app, const struct unanswered *u,
                               const struct called *called)
{
    static const struct reminder_due never = {REMINDER_NONE, INT64_MAX};
    const struct reminder_rules rules = {.percent = app->settings->reminder.percent,
                                         .call_after_ms = app->settings->reminder.call_after_ms};
    const bool stopped = (u->reminder.id != 0 && u->reminder.state == STATE_CANCELLED) ||
                         (u->escalation.id != 0 && u->escalation.state == STATE_CANCELLED);
    const int64_t *at = called->count == 0 ? NULL
                                           : bsearch(&u->notice_id, called->notices, called->count,
                                                     sizeof *called->notices, by_notice);
    struct reminder_state state = {
        .told_ms = u->told_ms,
        .answer_by_ms = u->answer_by_ms,
        .by_mail = u->route == ROUTE_SMTP || u->route == ROUTE_FILE,
        .has_next = u->next_email != NULL && (text_equal(u->next_route, route_word(ROUTE_SMTP)) ||
                                              text_equal(u->next_route, route_word(ROUTE_FILE))),
        .same = made_of(&u->reminder),
        .next = made_of(&u->escalation),
        .called = at != NULL || (u->reminder.id != 0 && u->reminder.state == STATE_TASKED) ||
                  (u->escalation.id != 0 && u->escalation.state == STATE_TASKED)};
    *task_id = at != NULL ? called->tasks[at - called->notices] : 0;
    if (stopped || !may_be_asked(u))
        return never;
    return reminder_next(&rules, &state, app_now(app));
}
