/* What others ask of checkpoints: commands that wait for one, plans, notices. */
#include "dispatcher/checkpoint_inner.h"
#include "dispatcher/job.h"
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
    size_t count = 0;
    *holds = false;
    enum status status =
        advisory_in_state(&rows, &count, arena, c->app->store, ADVISORY_PLANNING, err);
    if (status == OK && count > 0)
        status = plan_get(&plan, arena, c->app->store, rows[0].id, err);
    if (status == OK && count > 0 && plan.done == 0 && plan.after_party == NULL &&
        c->cause.code == OK && may_wait(c, rows[0].id)) {
        struct str note;
        str_init(&note, STR_LIMIT_LINE);
        status = checkpoint_for(&note, c->app, rows[0].uid, err);
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

/* Until the signer has answered. */
static enum status wait_for(struct checkpoint *c, struct err *err)
{
    enum status status = OK;
    checkpoint_demand(c);
    do {
        struct pollfd pfd = {.fd = checkpoint_fd(c), .events = POLLIN};
        if (pfd.fd >= 0)
            (void)poll(&pfd, 1, 100);
        status = checkpoint_step(c, err);
    } while (status == OK && (c->child.pid != 0 || (c->demanded && c->cause.code == OK)));
    if (status == OK && c->cause.code != OK) {
        *err = c->cause;
        status = err->code;
    }
    return status;
}

enum status checkpoint_now(struct app *app, struct err *err)
{
    struct checkpoint *c = checkpoint_open(app);
    enum status status = wait_for(c, err);
    checkpoint_close(c);
    return status;
}

/* Anything but a checkpoint. */
static enum status wish_for(struct checkpoint *c, int wish, struct err *err)
{
    c->wish = wish;
    enum status status = wait_for(c, err);
    if (status == OK && !c->answered)
        status = err_set(err, ERR_IO, "the signer gave no answer: try again");
    return status;
}

enum status checkpoint_sign_sums(unsigned char out[64], struct app *app, struct bytes sums,
                                 struct err *err)
{
    struct checkpoint *c = checkpoint_open(app);
    c->sums = sums;
    enum status status = wish_for(c, JOB_SIGN, err);
    if (status == OK)
        memcpy(out, c->signature, sizeof c->signature);
    checkpoint_close(c);
    return status;
}

enum status checkpoint_next_key(char line[CHECKPOINT_KEY], struct app *app, struct err *err)
{
    struct checkpoint *c = checkpoint_open(app);
    enum status status = wish_for(c, JOB_NEW_KEY, err);
    if (status == OK)
        memcpy(line, c->key, sizeof c->key);
    checkpoint_close(c);
    return status;
}

enum status checkpoint_recall(struct checkpoint_memory *out, struct app *app, struct err *err)
{
    struct checkpoint *c = checkpoint_open(app);
    enum status status = wish_for(c, JOB_MEMORY, err);
    if (status == OK)
        *out = c->memory;
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
    if (status == OK)
        status = checkpoint_last(&row, arena, app->store, err);
    if (status == OK && row.size <= plan)
        status = err_set(err, ERR_NOT_FOUND, "no checkpoint covers the plan yet");
    if (status == OK)
        str_add_n(out, row.note.data, row.note.size);
    arena_free(arena);
    return status;
}
