/* The text for those who had to wait for it: planner_catch_up. */
#include "dispatcher/plan/planner.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"
#include "store/notice.h"

/* Waiting notices that are in force: anything but given up. */
#define WAITING_STATES                                                                             \
    (STATE_BITS_OUT | STATE_BIT(STATE_PLANNED) | STATE_BIT(STATE_SEALING) |                        \
     STATE_BIT(STATE_READY) | STATE_BIT(STATE_SENDING) | STATE_BIT(STATE_TASKED))

/* Has the party a notice of this advisory that carries the text, or carried it? */
static enum status has_text(bool *out, struct arena *arena, struct app *app, int64_t advisory_id,
                            const char *party, struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_filter filter = {.advisory_id = advisory_id, .party = party};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    *out = false;
    for (size_t i = 0; status == OK && i < count; i++)
        *out = *out || (list[i].kind != NOTICE_WAITING && !remind_refers_back(list[i].kind));
    return status;
}

/* A notice that lost its key on the way and went as a waiting one: it goes again, with the text. */
static enum status go_again(struct app *app, const struct dossier *d, struct notice *notice,
                            int64_t *count, struct err *err)
{
    struct arena *arena = arena_new();
    struct recipient r = {0};
    struct party party;
    enum status status = party_get(&party, arena, app->store, notice->party, err);
    if (status == OK)
        status = recipient_choose(&r, arena, app, d, &party, 0, app_now(app), err);
    if (status == OK && (r.level == LEVEL_SEALED || r.level == LEVEL_TLS)) {
        notice->contact_id = 0; /* by its contacts from the first one on */
        status = move_to_route(app, notice, false, "it may have the text now", NULL, err);
        (*count)++;
    }
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status catch_up_one(struct app *app, const struct dossier *d,
                                const struct notice *waiting, int64_t *count, struct err *err)
{
    struct arena *arena = arena_new();
    struct recipient r;
    struct party party;
    bool done = false;
    enum status status = has_text(&done, arena, app, d->row.id, waiting->party, err);
    if (status == OK && !done)
        status = party_get(&party, arena, app->store, waiting->party, err);
    if (status == OK && !done)
        status = recipient_choose(&r, arena, app, d, &party, 0, app_now(app), err);
    if (status == OK && !done && r.told && (r.level == LEVEL_SEALED || r.level == LEVEL_TLS)) {
        status = planner_add_notice(app, d, &r, err);
        (*count)++;
    }
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status; /* the party left the register */
}

enum status planner_catch_up_one(struct app *app, const struct advisory *row, int64_t *count,
                                 struct err *err)
{
    struct dossier *dossier = NULL;
    struct notice_filter filter = {
        .advisory_id = row->id, .states = WAITING_STATES, .limit = PLANNER_SLICE};
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = dossier_open(&dossier, app, row, err);
    for (size_t found = filter.limit; status == OK && found == filter.limit;) {
        struct arena *arena = arena_new();
        struct notice *list = NULL;
        status = notice_list(&list, &found, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < found; i++) {
            filter.after_id = list[i].id;
            bool taken = list[i].state == STATE_ACCEPTED || list[i].state == STATE_PASSED;
            if (list[i].kind == NOTICE_WAITING)
                status = catch_up_one(app, dossier, &list[i], count, err);
            else if (list[i].level == LEVEL_WAITING && taken && !remind_refers_back(list[i].kind))
                status = go_again(app, dossier, &list[i], count, err);
        }
        arena_free(arena);
    }
    dossier_close(dossier);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status planner_catch_up(struct app *app, int64_t *count, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    size_t row_count = 0;
    *count = 0;
    enum status status =
        advisory_in_state(&rows, &row_count, arena, app->store, ADVISORY_RELEASED, err);
    for (size_t i = 0; status == OK && i < row_count; i++)
        status = planner_catch_up_one(app, &rows[i], count, err);
    arena_free(arena);
    return status;
}
