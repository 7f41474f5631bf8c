/* Whoever had the text before an embargo ended by hand must hear that it has ended. */
#include "dispatcher/release/embargo.h"

#include "dispatcher/plan/planner.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"
#include "store/notice.h"
#include "store/task.h"

/* Its words are made: they say that the embargo runs. */
#define TOLD_STATES                                                                                \
    (STATE_BITS_OUT | STATE_BIT(STATE_SEALING) | STATE_BIT(STATE_READY) | STATE_BIT(STATE_SENDING))

/* A waiting notice tells nothing until it is answered: somebody spoke with them. */
static bool was_told(const struct notice *n)
{
    return n->state == STATE_ANSWERED || (n->kind != NOTICE_WAITING && n->level != LEVEL_WAITING);
}

static enum status add_party(struct app *app, struct arena *arena, struct task *task,
                             const struct notice *n, struct err *err)
{
    const struct task_item item = {.about = n->party,
                                   .detail = arena_printf(arena, "pre-notice %s, %s%s%s", n->code,
                                                          route_word(n->route),
                                                          n->address != NULL ? " to " : "",
                                                          n->address != NULL ? n->address : "")};
    if (task->id == 0)
        return move_task(app, task, &item, n->uid, err);
    return task_item_add(app->store, task->id, &item, err);
}

/* How it is said to them now: by the contact that was told, else as the register has them. */
static enum status choose(struct recipient *out, struct arena *arena, struct app *app,
                          const struct dossier *d, const struct notice *n, struct err *err)
{
    struct contact contact;
    struct party party;
    *out = (struct recipient){0};
    enum status status = party_get(&party, arena, app->store, n->party, err);
    if (status != OK) /* it left the register: a person finds them */
        return status == ERR_NOT_FOUND ? OK : status;
    *out = (struct recipient){.party = party, .told = true};
    status = n->contact_id != 0 ? contact_get(&contact, arena, app->store, n->contact_id, err)
                                : ERR_NOT_FOUND;
    if (status == OK)
        return recipient_try(out, arena, app, d, &contact, app_now(app), err);
    if (status == ERR_NOT_FOUND)
        status = recipient_choose(out, arena, app, d, &party, 0, app_now(app), err);
    return status;
}

/* Who had a waiting notice and then the text is told once. */
static enum status is_told(bool *out, struct arena *arena, struct app *app, const struct notice *n,
                           struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = n->advisory_id, .party = n->party};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    *out = false;
    for (size_t i = 0; status == OK && i < count; i++)
        *out = *out || list[i].kind == NOTICE_RELEASE;
    return status;
}

/* A notice of its own, once by the key of the queue; what no mail reaches is a person's. */
static enum status tell_one(struct app *app, struct arena *arena, const struct dossier *d,
                            struct task *task, const struct notice *n, struct err *err)
{
    struct recipient r;
    bool done = false;
    enum status status = is_told(&done, arena, app, n, err);
    if (status == OK && !done)
        status = choose(&r, arena, app, d, n, err);
    if (status != OK || done)
        return status;
    if (r.contact.id == 0 || r.level == LEVEL_TASK)
        return add_party(app, arena, task, n, err);
    if (n->kind == NOTICE_WAITING && (r.level == LEVEL_SEALED || r.level == LEVEL_TLS))
        return OK; /* they get the text itself now: planner_catch_up */
    r.kind = NOTICE_RELEASE;
    r.form = FORM_PERSONAL;
    r.deadline_ms = 0;
    r.needs_task = false; /* the pre-notice has brought its own tasks */
    r.key_problem = NULL;
    struct dossier ending = *d;
    ending.row.answer_by_ms = 0; /* it asks for nothing */
    return planner_add_notice(app, &ending, &r, err);
}

enum status embargo_tell(struct app *app, const struct advisory *row, struct err *err)
{
    struct arena *arena = arena_new();
    const char *id = arena_printf(arena, "%s %s", row->tracking, row->version);
    struct task task = {
        .kind = TASK_PHONE,
        .cause = arena_printf(arena, "embargo ended %s", id),
        .title =
            arena_printf(arena, "Tell whoever had the pre-notice: the embargo of %s ended", id),
        .todo = "They were told to publish nothing of it until a later day, and no mail reaches "
                "them: call or write to each of them that the embargo has ended. Then close this "
                "task.",
        .advisory_id = row->id,
        .deadline_ms = row->deadline_ms};
    struct notice_filter filter = {.advisory_id = row->id, .states = TOLD_STATES, .limit = 500};
    struct dossier *dossier = NULL;
    enum status status = dossier_open(&dossier, app, row, err);
    for (size_t found = filter.limit; status == OK && found == filter.limit;) {
        struct notice *list = NULL;
        status = notice_list(&list, &found, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < found; i++) {
            filter.after_id = list[i].id;
            if (was_told(&list[i]) && notice_kind_tells(list[i].kind))
                status = tell_one(app, arena, dossier, &task, &list[i], err);
        }
    }
    dossier_close(dossier);
    arena_free(arena);
    return status;
}
