/* What others ask of checkpoints: operations, plans, notices. */
#include "dispatcher/plan/planner.h"
#include "dispatcher/signed/checkpoint_inner.h"
#include "store/advisory.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <poll.h>
#include <string.h>

/* By uptime: an instant of the plan that lies ahead of a set-back clock holds nothing up. */
static bool may_wait(struct checkpoint *c, int64_t advisory_id, int64_t most_ms)
{
    int64_t up_ms = clock_up_ms(&c->app->clock);
    if (c->plan_id != advisory_id || c->plan_wait_ms != most_ms) {
        c->plan_id = advisory_id;
        c->plan_wait_ms = most_ms;
        c->plan_up_ms = up_ms;
    }
    return up_ms - c->plan_up_ms < most_ms;
}

/* *out: the entry of this kind about the advisory is there, and signed or not. */
static enum status is_uncovered(bool *out, struct app *app, const char *uid, const char *kind,
                                struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row = {0};
    int64_t idx = 0;
    enum status status = log_find(&idx, app->store, uid, kind, err);
    bool there = status == OK;
    if (there)
        status = checkpoint_last(&row, arena, app->store, err);
    *out = there && row.size <= idx;
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

/* The plan that waits, by what entry, and how long; uid NULL: none. */
static enum status find_waiting(const char **uid, const char **kind, int64_t *id, int64_t *most_ms,
                                struct arena *arena, struct app *app, struct err *err)
{
    struct advisory *rows = NULL;
    struct plan plan = {0};
    size_t count = 0, at = 0;
    *kind = "plan.first";
    *most_ms = CHECKPOINT_WAIT_FIRST_MS;
    *uid = planner_first(id, app);
    if (*uid != NULL)
        return OK;
    *kind = "plan.created";
    *most_ms = CHECKPOINT_WAIT_MS;
    enum status status =
        advisory_in_state(&rows, &count, arena, app->store, ADVISORY_PLANNING, err);
    while (status == OK && at < count && planner_rests(app, rows[at].id))
        at++;
    if (status != OK || at == count)
        return status;
    status = plan_get(&plan, arena, app->store, rows[at].id, err);
    if (status == OK && plan.done == 0 && plan.after_party == NULL) {
        *uid = rows[at].uid;
        *id = rows[at].id;
    }
    return status;
}

enum status checkpoint_holds_plan(bool *holds, struct checkpoint *c, struct err *err)
{
    struct arena *arena = arena_new();
    const char *uid = NULL, *kind = NULL;
    int64_t id = 0, most_ms = 0;
    *holds = false;
    enum status status = find_waiting(&uid, &kind, &id, &most_ms, arena, c->app, err);
    if (status == OK && uid != NULL && c->cause.code == OK && may_wait(c, id, most_ms)) {
        status = is_uncovered(holds, c->app, uid, kind, err);
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

/* Planned behind plan.first and before the whole plan, and *size entries are signed. */
static enum status is_first(bool *out, struct app *app, const char *advisory_uid,
                            const char *notice_uid, int64_t plan, int64_t size, struct err *err)
{
    int64_t first = 0, planned = 0;
    enum status status = log_find(&first, app->store, advisory_uid, "plan.first", err);
    if (status == OK)
        status = log_find(&planned, app->store, notice_uid, "notice.planned", err);
    *out = status == OK && planned > first && planned < plan && size > first;
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status checkpoint_for(struct str *out, bool *whole, struct app *app, const char *advisory_uid,
                           const char *notice_uid, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row = {0};
    int64_t plan = INT64_MAX;
    bool good = false;
    *whole = false;
    enum status status = log_find(&plan, app->store, advisory_uid, "plan.created", err);
    if (status == ERR_NOT_FOUND)
        status = log_find(&plan, app->store, advisory_uid, "digest.issued", err);
    if (status == ERR_NOT_FOUND)
        status = log_find(&plan, app->store, advisory_uid, "drill.run", err);
    if (status == OK || status == ERR_NOT_FOUND)
        status = checkpoint_last(&row, arena, app->store, err);
    if (status == OK) {
        good = *whole = row.size > plan;
        if (!good)
            status = is_first(&good, app, advisory_uid, notice_uid, plan, row.size, err);
    }
    if (status == OK && !good)
        status = err_set(err, ERR_NOT_FOUND, "no checkpoint covers the plan yet");
    if (status == OK)
        str_add_n(out, row.note.data, row.note.size);
    arena_free(arena);
    return status;
}
