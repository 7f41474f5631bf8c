/* A drill whose time has come begins: once, however many were missed. */
#include "dispatcher/routine/digest.h"
#include "dispatcher/routine/drill.h"
#include "dispatcher/run/move.h"

#include <stdlib.h>

static const char *const internal[] = {DRILL_INTERNAL};

static const char *rule_line(struct arena *arena, const struct app *app)
{
    const struct settings_drill *d = &app->settings->drill;
    return arena_printf(arena, "%s %s %u %s", d->schedule, d->zone, d->holidays,
                        app->settings->maker.country);
}

/* What stands in the settings is in force from the moment it is first seen. */
static enum status sync_row(struct drill_schedule *out, struct arena *arena, struct app *app,
                            struct err *err)
{
    const char *rule = rule_line(arena, app);
    const int64_t now = app_now(app);
    enum status status = drill_schedule_get(out, arena, app->store, err);
    if (status == OK && text_equal(out->rule, rule))
        return OK;
    if (status == ERR_NOT_FOUND)
        *out = (struct drill_schedule){.anchor_ms = now, .looked_ms = now};
    else if (status != OK)
        return status;
    out->rule = rule;
    out->since_ms = now;
    return drill_schedule_put(app->store, out, err);
}

/* What was taken out of the settings and comes back is in force from its return on. */
static enum status drop_row(struct arena *arena, struct app *app, struct err *err)
{
    struct drill_schedule row;
    struct err none = {0};
    enum status status = drill_schedule_get(&row, arena, app->store, &none);
    if (status == OK)
        return drill_schedule_drop(app->store, err);
    if (status != ERR_NOT_FOUND)
        *err = none;
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Runs that were decided, begun or told to have failed, are over. */
static enum status find_due(struct schedule_due *due, bool *is_due, struct arena *arena,
                            struct app *app, const struct drill_schedule *row, struct err *err)
{
    const struct settings_drill *d = &app->settings->drill;
    const struct settings_digest wanted = {.rrule = d->schedule,
                                           .zone = d->zone,
                                           .holidays = d->holidays,
                                           .country = app->settings->maker.country};
    const struct digest_schedule anchor = {.anchor_ms = row->anchor_ms};
    const int64_t now = app_now(app);
    const bool decided = row->looked_ms > row->since_ms && row->looked_ms <= now;
    struct places *places = places_new();
    const struct schedule *schedule = NULL;
    struct drill last = {0};
    enum status status =
        places_schedule(&schedule, NULL, places, app, &wanted, &anchor, NULL, NULL, err);
    if (status == OK)
        status = drill_last(&last, arena, app->store, now, err);
    const struct schedule_past past = {.since_ms = decided ? row->looked_ms : row->since_ms,
                                       .looked_ms = row->looked_ms,
                                       .ran = status == OK,
                                       .run_ms = last.run_ms,
                                       .run_wall = last.wall};
    if (status == OK || status == ERR_NOT_FOUND)
        status = schedule_due(due, is_due, schedule, &past, now, err);
    places_free(places);
    return status;
}

struct turn {
    struct arena *arena;
    struct drill_schedule row;
    struct schedule_due due;
    const char *why; /* it could not begin */
};

static enum status open_task(struct app *app, const char *cause, const char *title,
                             const char *detail, struct err *err)
{
    struct task task = {.kind = TASK_CONFIG,
                        .cause = cause,
                        .title = title,
                        .todo = "See tocsin drill list and the settings of drill; mend what keeps "
                                "drills from running, then order one: tocsin drill."};
    struct task_item item = {.about = "drill", .detail = detail};
    return move_task(app, &task, &item, NULL, err);
}

static enum status begin_due(struct app *app, void *context, struct err *err)
{
    struct turn *t = context;
    const struct settings_drill *d = &app->settings->drill;
    struct drill drill;
    char at[CLOCK_TEXT];
    const struct drill_wish wish = {.parties = d->to_count > 0 ? d->to : internal,
                                    .count = d->to_count > 0 ? d->to_count : 1,
                                    .scheduled = true,
                                    .wall = t->due.wall,
                                    .run_ms = t->due.run_ms,
                                    .missed = t->due.missed};
    enum status status = drill_begin(&drill, t->arena, app, &wish, err);
    if (status == OK && t->due.missed > 0)
        status = open_task(app, "drills missed", "Drills were missed: nothing ran at their time",
                           arena_printf(t->arena, "%lld before %s", (long long)t->due.missed,
                                        clock_text(at, t->due.run_ms)),
                           err);
    t->row.looked_ms = app_now(app);
    return status == OK ? drill_schedule_put(app->store, &t->row, err) : status;
}

/* Told once for each run: the next one is tried when its time comes. */
static enum status give_up(struct app *app, void *context, struct err *err)
{
    struct turn *t = context;
    struct entry *entry = entry_new("drill.failed", app->actor, "drill");
    entry_int(entry, "missed", t->due.missed);
    entry_instant(entry, "run", t->due.run_ms);
    entry_personal(entry, "why", t->why);
    enum status status = app_record(app, entry, err);
    if (status == OK)
        status = open_task(app, "drill not begun", "A drill whose time had come could not begin",
                           t->why, err);
    t->row.looked_ms = app_now(app);
    return status == OK ? drill_schedule_put(app->store, &t->row, err) : status;
}

enum status drill_schedule_act(struct app *app, bool *did, struct err *err)
{
    bool is_due = false;
    struct turn t = {.arena = arena_new()};
    struct err fault = {0};
    enum status status = OK;
    if (app->settings->drill.schedule == NULL) {
        status = drop_row(t.arena, app, err);
        goto done;
    }
    status = sync_row(&t.row, t.arena, app, err);
    if (status == OK)
        status = find_due(&t.due, &is_due, t.arena, app, &t.row, err);
    if (status != OK || !is_due)
        goto done;
    *did = true;
    status = app_transact(app, begin_due, &t, &fault);
    if (status == ERR_IO)
        *err = fault;
    else if (status != OK) {
        t.why = fault.text;
        status = app_transact(app, give_up, &t, err);
    }
done:
    arena_free(t.arena);
    return status;
}
