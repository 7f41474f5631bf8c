#include "dispatcher/run/timepiece.h"

#include "base/log.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/run/move.h"
#include "store/log.h"

#include <inttypes.h>
#include <stdio.h>

#define CAUSE "clock"
#define ANCHOR "clock" /* in meta: boot, uptime, wall clock, how far off, guessed */

bool timepiece_is_task(const char *cause)
{
    return text_equal(cause, CAUSE);
}

/* *known: there is an anchor; *here: it is of this start of the machine. */
static enum status read_anchor(struct even *out, bool *known, bool *here, struct app *app,
                               struct err *err)
{
    struct arena *arena = arena_new();
    const char *text = NULL;
    char boot[33] = "";
    int guess = 0;
    enum status status = meta_get(&text, arena, app->store, ANCHOR, err);
    *known = status == OK && sscanf(text, "%32s %" SCNd64 " %" SCNd64 " %" SCNd64 " %d", boot,
                                    &out->up_ms, &out->wall_ms, &out->off_ms, &guess) == 5;
    *here = *known && text_equal(boot, clock_boot_id());
    out->guess = guess != 0;
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status write_anchor(const struct app *app, const struct even *anchor, struct err *err)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s %" PRId64 " %" PRId64 " %" PRId64 " %d", clock_boot_id(),
                   anchor->up_ms, anchor->wall_ms, anchor->off_ms, anchor->guess ? 1 : 0);
    return meta_set(app->store, ANCHOR, text, err);
}

static enum status open_task(struct app *app, struct err *err)
{
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = CAUSE,
        .title = "The machine's clock jumped and is not believed",
        .todo =
            "Notices go on by the time as it was before. If the clock is wrong, set it right: "
            "this task then closes by itself. If it is right now, say so: tocsin task done ID "
            "--by PERSON. What waits keeps its length then; deadlines are met by the new time."};
    return move_task(app, &task, NULL, NULL, err);
}

static enum status close_task(struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (timepiece_is_task(list[i].cause))
            status = task_close(app, &list[i], "the clock came back", err);
    arena_free(arena);
    return status;
}

static enum status record_jump(struct app *app, const struct even *before, const struct even *after,
                               int64_t by_ms, struct err *err)
{
    struct entry *entry = entry_new("clock.jump", app->actor, app->settings->maker.id);
    entry_int(entry, "by_ms", by_ms);
    entry_instant(entry, "from", after->wall_ms - by_ms);
    entry_int(entry, "off_ms", after->off_ms);
    entry_instant(entry, "to", after->wall_ms);
    enum status status = app_record(app, entry, err);
    if (status == OK && even_doubts(after))
        status = open_task(app, err);
    else if (status == OK && before != NULL && even_doubts(before))
        status = close_task(app, err);
    return status;
}

/* The new anchor, and with it the jump if there was one; our clock changes when it is durable. */
static enum status keep(struct app *app, const struct even *before, const struct even *after,
                        int64_t by_ms, struct err *err)
{
    if (by_ms != 0)
        log_line(LOG_WARNING, "clock=jumped by_ms=%lld off_ms=%lld", (long long)by_ms,
                 (long long)after->off_ms);
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = write_anchor(app, after, err);
    if (status == OK && by_ms != 0)
        status = record_jump(app, before, after, by_ms, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == OK)
        clock_init_even(&app->clock, after);
    return status;
}

/* What was written down last is no later than now; a store for tests may have been given any time.
 */
static enum status last_instant(int64_t *out_ms, struct app *app, struct err *err)
{
    *out_ms = 0;
    enum status status = app->test ? ERR_NOT_FOUND : log_last_at(out_ms, app->store, err);
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status timepiece_open(struct app *app, bool write, struct err *err)
{
    struct even anchor = {0};
    struct even old = {0};
    bool known = false;
    bool here = false;
    int64_t wall = 0;
    int64_t up = 0;
    int64_t last = 0;
    if (app->now_given_ms >= 0)
        return OK;
    enum status status = read_anchor(&old, &known, &here, app, err);
    if (status != OK)
        return status;
    if (here) {
        clock_init_even(&app->clock, &old);
        return write ? timepiece_check(app, &last, err) : OK;
    }
    status = last_instant(&last, app, err);
    if (status != OK)
        return status;
    clock_read_machine(&wall, &up);
    int64_t wrong = even_begin(&anchor, known ? &old : NULL, wall, up, last);
    clock_init_even(&app->clock, &anchor);
    return write ? keep(app, known ? &old : NULL, &anchor, wrong, err) : OK;
}

enum status timepiece_check(struct app *app, int64_t *by_ms, struct err *err)
{
    int64_t wall = 0;
    int64_t up = 0;
    *by_ms = 0;
    if (!app->clock.evenly)
        return OK;
    const struct even before = app->clock.even;
    struct even after = before;
    clock_read_machine(&wall, &up);
    *by_ms = even_jump(&before, wall, up);
    if (*by_ms == 0)
        return OK;
    even_follow(&after, wall, up);
    return keep(app, &before, &after, *by_ms, err);
}

enum status timepiece_believe(struct app *app, const char *person, struct err *err)
{
    static const enum notice_state waiting[] = {STATE_PLANNED, STATE_READY, STATE_UNCERTAIN,
                                                STATE_ACCEPTED};
    struct even right = {0};
    enum status status = OK;
    if (!app->clock.evenly) /* a time that was given, or stopped */
        return OK;
    clock_read_machine(&right.wall_ms, &right.up_ms);
    int64_t by = right.wall_ms - app_now(app);
    for (size_t i = 0; status == OK && i < sizeof waiting / sizeof waiting[0]; i++)
        status = notice_shift(app->store, waiting[i], by, err);
    if (status == OK)
        status = write_anchor(app, &right, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("clock.set", app->actor, app->settings->maker.id);
    entry_personal(entry, "by", person);
    entry_int(entry, "by_ms", by);
    entry_instant(entry, "to", right.wall_ms);
    return app_record(app, entry, err);
}
