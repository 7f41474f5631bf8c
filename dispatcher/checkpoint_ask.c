/* What others ask of checkpoints: operations, plans, notices. */
#include "dispatcher/checkpoint_inner.h"
#include "dispatcher/planner.h"
#include "store/advisory.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <poll.h>
#include <string.h>

/* By uptime: an instant of the plan that lies ahead of a set-back clock holds nothing up. */
static bool may_wait(struct checkpoint *c, int64_t advisory_id)
{
    int64_t up_ms = clock_up_ms(&c->app->clock);
    if (c->plan_id != advisory_id) {
        c->plan_id = advisory_id;
        c->plan_up_ms = up_ms;
    }
    return up_ms - c->plan_up_ms < CHECKPOINT_WAIT_MS;
}

enum status checkpoint_holds_plan(bool *holds, struct checkpoint *c, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    struct plan plan = {0};
    size_t count = 0, at = 0;
    *holds = false;
    enum status status =
        advisory_in_state(&rows, &count, arena, c->app->store, ADVISORY_PLANNING, err);
    while (status == OK && at < count && planner_rests(c->app, rows[at].id))
        at++;
    if (status == OK && at < count)
        status = plan_get(&plan, arena, c->app->store, rows[at].id, err);
    if (status == OK && at < count && plan.done == 0 && plan.after_party == NULL &&
        c->cause.code == OK && may_wait(c, rows[at].id)) {
        struct str note;
        str_init(&note, STR_LIMIT_LINE);
        status = checkpoint_for(&note, c->app, rows[at].uid, err);
        *holds = status == ERR_NOT_FOUND;
        if (*holds)
            status = OK;
        str_dispose(&note);
        if (*holds && c->child.pid == 0)
            checkpoint_demand(c);
    }
    arena_free(arena);
    return status;
}

enum status checkpoint_wish(struct app *app, enum checkpoint_wish wish)
{
    app->ask->wish = wish;
    app->ask->step++;
    return OK;
}

enum status checkpoint_granted(const struct app *app, struct err *err)
{
    const struct checkpoint_ask *ask = app->ask;
    if (ask->cause.code != OK)
        *err = ask->cause;
    return ask->cause.code;
}

void checkpoint_take(struct checkpoint *c, struct checkpoint_ask *ask)
{
    struct checkpoint_ask **end = &c->asks;
    while (*end != NULL)
        end = &(*end)->next;
    ask->next = NULL;
    *end = ask;
}

void checkpoint_forget(struct checkpoint *c, const struct checkpoint_ask *ask)
{
    struct checkpoint_ask **at = &c->asks;
    while (*at != NULL && *at != ask)
        at = &(*at)->next;
    if (*at != NULL)
        *at = ask->next;
    if (c->served == ask)
        c->served = NULL;
}

enum status checkpoint_serve(struct app *app, struct checkpoint_ask *ask, struct err *err)
{
    struct checkpoint *c = checkpoint_open(app);
    enum status status = OK;
    checkpoint_take(c, ask);
    while (status == OK && ask->wish != WISH_NONE) {
        struct pollfd pfd = {.fd = checkpoint_fd(c), .events = POLLIN};
        if (pfd.fd >= 0)
            (void)poll(&pfd, 1, 100);
        status = checkpoint_step(c, err);
    }
    checkpoint_close(c);
    return status;
}

enum status checkpoint_for(struct str *out, struct app *app, const char *advisory_uid,
                           struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row;
    int64_t plan = 0;
    enum status status = log_find(&plan, app->store, advisory_uid, "plan.created", err);
    if (status == ERR_NOT_FOUND)
        status = log_find(&plan, app->store, advisory_uid, "digest.issued", err);
    if (status == OK)
        status = checkpoint_last(&row, arena, app->store, err);
    if (status == OK && row.size <= plan)
        status = err_set(err, ERR_NOT_FOUND, "no checkpoint covers the plan yet");
    if (status == OK)
        str_add_n(out, row.note.data, row.note.size);
    arena_free(arena);
    return status;
}
