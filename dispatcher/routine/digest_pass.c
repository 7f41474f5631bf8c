/* The pass over all parties: who is due a digest now. */
#include "dispatcher/routine/digest.h"

#include <stdlib.h>
#include <string.h>

#define SLICE 200
#define LOOK_AGAIN (15 * MS_MINUTE) /* a register that changed, zones that moved */

struct digesting {
    struct arena *arena; /* of one pass */
    struct digest_schedule *rows;
    size_t row_count;
    bool *held; /* of each row: somebody of it was left out, so it is not looked at in full */
    struct places *places;
    struct shelf *shelf; /* NULL until somebody is due */
    bool running;
    int64_t began_ms, next_ms;
    int priority;
    char *cursor;
    int64_t planned, empty, no_mail, missed;
};

static void end_pass(struct digesting *p)
{
    shelf_close(p->shelf);
    places_free(p->places);
    arena_free(p->arena);
    free(p->cursor);
    p->shelf = NULL;
    p->places = NULL;
    p->arena = NULL;
    p->cursor = NULL;
    p->running = false;
}

void digest_forget(struct app *app)
{
    if (app->digesting == NULL)
        return;
    end_pass(app->digesting);
    free(app->digesting);
    app->digesting = NULL;
}

int64_t digest_next(const struct app *app)
{
    if (app->settings->digest_count == 0)
        return INT64_MAX;
    return app->digesting == NULL || app->digesting->running ? 0 : app->digesting->next_ms;
}

/* All that decides when it runs: another line is another schedule from now on. */
static const char *rule_line(struct arena *arena, const struct settings_digest *d)
{
    return arena_printf(arena, "%s %s %u %s", d->rrule, d->zone, d->holidays,
                        d->country != NULL ? d->country : "-");
}

static struct digest_schedule *find_row(struct digesting *p, const char *name)
{
    for (size_t i = 0; i < p->row_count; i++)
        if (text_equal(p->rows[i].name, name))
            return &p->rows[i];
    return NULL;
}

static enum status record_schedule(struct app *app, const struct digest_schedule *row,
                                   struct err *err)
{
    struct entry *entry = entry_new("digest.schedule", app->actor, "digest");
    entry_instant(entry, "anchor", row->anchor_ms);
    entry_text(entry, "rule", row->rule);
    entry_personal(entry, "schedule", row->name);
    entry_instant(entry, "since", row->since_ms);
    return app_record(app, entry, err);
}

/* What stands in the settings is in force from the moment it is first seen. */
static enum status sync_schedules(struct digesting *p, struct app *app, struct err *err)
{
    enum status status = digest_schedule_list(&p->rows, &p->row_count, p->arena, app->store, err);
    for (size_t i = 0; status == OK && i < app->settings->digest_count; i++) {
        const struct settings_digest *d = &app->settings->digests[i];
        const char *name = digest_name(p->arena, d);
        const char *rule = rule_line(p->arena, d);
        struct digest_schedule *row = find_row(p, name);
        if (row != NULL && text_equal(row->rule, rule))
            continue;
        struct digest_schedule now = {.name = name,
                                      .rule = rule,
                                      .anchor_ms = row != NULL ? row->anchor_ms : p->began_ms,
                                      .since_ms = p->began_ms,
                                      .looked_ms = row != NULL ? row->looked_ms : p->began_ms};
        status = digest_schedule_put(app->store, &now, err);
        if (status == OK)
            status = record_schedule(app, &now, err);
        if (row != NULL)
            *row = now;
        else
            arena_push(p->arena, &p->rows, &p->row_count, sizeof now, &now);
    }
    p->held = arena_alloc(p->arena, p->row_count + 1);
    return status;
}

static enum status fresh_shelf(struct digesting *p, struct app *app, struct err *err)
{
    bool fresh = false;
    enum status status = p->shelf != NULL ? shelf_fresh(&fresh, p->shelf, app, err) : OK;
    if (status != OK || fresh)
        return status;
    shelf_close(p->shelf);
    p->shelf = NULL;
    return shelf_open(&p->shelf, app, err);
}

static void note_next(struct digesting *p, const struct schedule *schedule, int64_t now_ms)
{
    struct recur_run run;
    struct err none = {0};
    if (schedule_next(&run, schedule, now_ms, &none) == OK && run.at_ms < p->next_ms)
        p->next_ms = run.at_ms;
}

struct look {
    struct digesting *pass;
    struct arena *arena;
    const struct party *party;
    bool shelf_failed; /* that is no fault of this party's */
};

/* Everything for one party, as an item of the slice. */
static enum status look_at(struct app *app, void *context, struct err *err)
{
    struct look *look = context;
    struct digesting *p = look->pass;
    struct arena *arena = look->arena;
    const struct party *party = look->party;
    const struct settings_digest *setting = digest_for(app, party);
    struct contact *contacts = NULL;
    size_t count = 0;
    const struct schedule *schedule = NULL;
    struct digest_turn last = {0};
    struct schedule_due due;
    bool is_due = false;
    if (setting == NULL)
        return OK;
    const char *name = digest_name(arena, setting);
    const struct digest_schedule *row = find_row(p, name);
    enum status status = contact_list(&contacts, &count, arena, app->store, party->id, err);
    if (status == OK)
        status = places_schedule(&schedule, NULL, p->places, app, setting, row, party,
                                 count > 0 ? &contacts[0] : NULL, err);
    if (status != OK)
        return status;
    note_next(p, schedule, p->began_ms);
    status = digest_turn_last(&last, arena, app->store, name, party->id, p->began_ms, err);
    if (status != OK && status != ERR_NOT_FOUND)
        return status;
    const struct schedule_past past = {.since_ms = row->since_ms,
                                       .looked_ms = row->looked_ms,
                                       .ran = status == OK,
                                       .run_ms = last.run_ms,
                                       .run_wall = last.wall};
    status = schedule_due(&due, &is_due, schedule, &past, p->began_ms, err);
    if (status != OK || !is_due)
        return status;
    const struct digest_make make = {.schedule = name, .setting = setting, .due = due};
    const char *outcome = NULL;
    if (p->shelf == NULL)
        status = fresh_shelf(p, app, err);
    look->shelf_failed = status != OK;
    if (status == OK)
        status = digest_make_one(&outcome, arena, app, p->shelf, party, &make, err);
    if (status == OK) {
        p->planned += text_equal(outcome, "planned");
        p->empty += text_equal(outcome, "empty");
        p->no_mail += text_equal(outcome, "no-mail");
        p->missed += due.missed;
    }
    return status;
}

/* One who fails is left out, and everybody else gets theirs; what the store fails at stops all. */
static enum status look_or_leave(struct digesting *p, struct arena *arena, struct app *app,
                                 const struct party *party, struct err *err)
{
    struct look look = {.pass = p, .arena = arena, .party = party};
    struct err fault = {0};
    enum status status = app_item(app, look_at, &look, &fault);
    if (status == ERR_IO || (status != OK && look.shelf_failed))
        *err = fault;
    if (status == OK || status == ERR_IO || look.shelf_failed)
        return status;
    const char *name = digest_name(arena, digest_for(app, party));
    for (size_t i = 0; i < p->row_count; i++)
        p->held[i] = p->held[i] || text_equal(p->rows[i].name, name);
    return digest_blame(app, party->id, fault.text, err);
}

static enum status look_at_some(bool *full, struct digesting *p, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct party *parties = NULL;
    size_t count = 0;
    enum status status = OK;
    if (p->shelf != NULL)
        status = fresh_shelf(p, app, err);
    if (status == OK)
        status =
            party_list(&parties, &count, arena, app->store, p->priority, p->cursor, SLICE, err);
    for (size_t i = 0; status == OK && i < count; i++)
        status = look_or_leave(p, arena, app, &parties[i], err);
    if (status == OK && p->shelf != NULL)
        status = shelf_blame(p->shelf, app, err);
    *full = count == SLICE;
    if (count > 0) {
        free(p->cursor);
        p->cursor = xstrdup(parties[count - 1].id);
        p->priority = party_kind_priority(parties[count - 1].kind);
    }
    arena_free(arena);
    return status;
}

static enum status finish(struct digesting *p, struct app *app, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < p->row_count; i++) {
        if (p->held[i])
            continue;
        p->rows[i].looked_ms = p->began_ms;
        status = digest_schedule_put(app->store, &p->rows[i], err);
    }
    if (status != OK || p->planned + p->empty + p->no_mail == 0)
        return status;
    struct entry *entry = entry_new("digest.run", app->actor, "digest");
    entry_int(entry, "empty", p->empty);
    entry_int(entry, "missed", p->missed);
    entry_int(entry, "no_mail", p->no_mail);
    entry_int(entry, "planned", p->planned);
    return app_record(app, entry, err);
}

static void begin_pass(struct digesting *p, struct app *app)
{
    p->arena = arena_new();
    p->places = places_new();
    p->running = true;
    p->began_ms = app_now(app);
    p->next_ms = p->began_ms + LOOK_AGAIN;
    p->priority = -1;
    p->planned = p->empty = p->no_mail = p->missed = 0;
}

enum status digest_step(struct app *app, bool *more, struct err *err)
{
    bool full = false;
    *more = false;
    if (app->settings->digest_count == 0)
        return OK;
    if (app->digesting == NULL)
        app->digesting = xcalloc(1, sizeof *app->digesting);
    struct digesting *p = app->digesting;
    if (!p->running && app_now(app) < p->next_ms && app_now(app) + LOOK_AGAIN >= p->next_ms)
        return OK;
    const bool first = !p->running;
    if (first)
        begin_pass(p, app);
    enum status status = app_begin(app, err);
    if (status == OK && first)
        status = sync_schedules(p, app, err);
    if (status == OK)
        status = look_at_some(&full, p, app, err);
    if (status == OK && !full)
        status = finish(p, app, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    *more = status == OK && full;
    if (!*more)
        end_pass(p); /* after a failure it begins anew, and finds what was made */
    if (status != OK)
        p->next_ms = app_now(app) + MS_MINUTE;
    return status;
}
