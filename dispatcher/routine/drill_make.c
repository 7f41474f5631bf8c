/* A drill begins: who takes part, its row, its notices. */
#include "base/random.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/routine/drill.h"
#include "drills/sample.h"
#include "seal/mail.h"
#include "store/party.h"

#include <stdlib.h>
#include <string.h>

#define VERSION "exercise" /* no version that a CSAF document can have */
#define SLICE 500

struct taking {
    struct arena *arena;
    struct party *list;
    size_t count;
};

static enum status take_part(struct taking *t, const struct party *party, struct err *err)
{
    if (party->kind == PARTY_REPORTER)
        return err_set(err, ERR_REFUSED, "%s: a reporter takes part in no drill", party->id);
    for (size_t i = 0; i < t->count; i++)
        if (text_equal(t->list[i].id, party->id))
            return OK;
    if (t->count == DRILL_PARTIES)
        return err_set(err, ERR_REFUSED, "a drill is for at most %zu parties", DRILL_PARTIES);
    arena_push(t->arena, &t->list, &t->count, sizeof *party, party);
    return OK;
}

static enum status take_internal(struct taking *t, struct app *app, struct err *err)
{
    const size_t before = t->count;
    struct party *rows = NULL;
    enum status status = OK;
    const char *after = NULL;
    int priority = -1;
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        status = party_list(&rows, &count, t->arena, app->store, priority, after, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            priority = party_kind_priority(rows[i].kind);
            if (rows[i].kind == PARTY_COMPLAINT)
                status = take_part(t, &rows[i], err);
        }
    }
    if (status == OK && t->count == before)
        status = err_set(err, ERR_REFUSED,
                         "internal: parties.csv has no party of kind complaint: add the desk that "
                         "takes part in drills");
    return status;
}

static enum status take_all(struct taking *t, struct app *app, const struct drill_wish *wish,
                            struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < wish->count; i++) {
        struct party party;
        if (strcmp(wish->parties[i], DRILL_INTERNAL) == 0) {
            status = take_internal(t, app, err);
            continue;
        }
        status = party_get(&party, t->arena, app->store, wish->parties[i], err);
        if (status == ERR_NOT_FOUND)
            status = err_set(err, ERR_NOT_FOUND, "%s: no such party: see `tocsin party list`",
                             wish->parties[i]);
        if (status == OK)
            status = take_part(t, &party, err);
    }
    if (status == OK && t->count == 0)
        status = err_set(err, ERR_REFUSED, "nobody takes part: say --to");
    return status;
}

/* Whoever the plan leaves out has no need to know its text, however it is marked. */
static enum status check_concerned(const struct taking *t, struct app *app,
                                   const struct advisory *of, struct err *err)
{
    struct dossier *dossier = NULL;
    enum status status = dossier_open(&dossier, app, of, err);
    for (size_t i = 0; status == OK && i < t->count; i++) {
        const char *why = NULL;
        bool concerned = false;
        status = recipient_concerned(&concerned, &why, t->arena, app, dossier, &t->list[i], err);
        if (status == OK && !concerned)
            status = err_set(err, ERR_REFUSED,
                             "%s: %s %s does not concern them (%s), and a drill shows its text: "
                             "take --sample for them",
                             t->list[i].id, of->tracking, of->version, why);
    }
    dossier_close(dossier);
    return status;
}

/* Only what is in force may be shown to anybody: an exercise tells its text as well. */
static enum status fill_of(struct advisory *row, struct arena *arena, const struct advisory *of,
                           struct err *err)
{
    if (of->state != ADVISORY_RELEASED)
        return err_set(err, ERR_REFUSED,
                       "%s %s is %s: a drill shows its text to those who take part: take one that "
                       "is released, or --sample",
                       of->tracking, of->version, advisory_state_word(of->state));
    row->sha256 = of->sha256;
    row->order_sha256 = of->order_sha256;
    row->order_name = of->order_name;
    row->tlp = of->tlp;
    row->embargo_ms = of->embargo_ms;
    row->title = arena_printf(arena, "[EXERCISE] %s", of->title);
    return OK;
}

static enum status fill_sample(struct advisory *row, struct arena *arena, struct app *app,
                               struct err *err)
{
    char hex[65];
    struct csaf *csaf = NULL;
    struct json_fault fault;
    const struct bytes text = drill_sample();
    enum status status = csaf_parse(&csaf, text, &fault, err);
    if (status == OK)
        status = blob_put(hex, app->store, text, err);
    if (status == OK) {
        row->sha256 = arena_strdup(arena, hex);
        row->tlp = csaf->tlp;
        row->title = arena_printf(arena, "[EXERCISE] %s", csaf->title);
    }
    csaf_free(csaf);
    return status;
}

static enum status make_row(struct advisory *row, struct arena *arena, struct app *app,
                            const struct drill_wish *wish, struct err *err)
{
    char uid[RANDOM_UID];
    char code[RANDOM_CODE];
    const struct settings_release *release = &app->settings->release;
    const int64_t now = app_now(app);
    *row = (struct advisory){
        .uid = arena_printf(arena, MAIL_EXERCISE "%s", random_uid_in_order(uid, now)),
        .tracking = arena_printf(arena, "exercise:%s", random_code(code, now)),
        .version = VERSION,
        .state = ADVISORY_RELEASED,
        .submitted_ms = now,
        .approved_ms = now,
        .exercise = true};
    enum status status =
        wish->of != NULL ? fill_of(row, arena, wish->of, err) : fill_sample(row, arena, app, err);
    if (status != OK)
        return status;
    const int64_t start = row->embargo_ms > now ? row->embargo_ms : now;
    row->deadline_ms = start + release->notify_within_ms;
    row->answer_by_ms = start + release->answer_within_ms;
    return advisory_add(row, app->store, err);
}

static enum status record(struct app *app, const struct drill *drill, const struct advisory *row,
                          const struct drill_wish *wish, size_t count, struct err *err)
{
    struct entry *entry = entry_new("drill.run", app->actor, row->uid);
    entry_instant(entry, "answer_by", row->answer_by_ms);
    entry_personal(entry, "by", drill->by);
    entry_int(entry, "count", (int64_t)count);
    entry_instant(entry, "deadline", row->deadline_ms);
    entry_int(entry, "drill", drill->id);
    entry_int(entry, "missed", drill->missed);
    entry_text(entry, "of", wish->of != NULL ? wish->of->uid : NULL);
    entry_text(entry, "order_sha256", row->order_sha256);
    entry_instant(entry, "run", drill->run_ms);
    entry_text(entry, "sha256", row->sha256);
    entry_text(entry, "tlp", tlp_word(row->tlp));
    entry_personal(entry, "tracking", row->tracking);
    entry_text(entry, "version", row->version);
    if (drill->scheduled)
        entry_int(entry, "wall", drill->wall);
    else
        entry_null(entry, "wall");
    return app_record(app, entry, err);
}

static enum status plan(struct app *app, const struct advisory *row, const struct taking *t,
                        struct err *err)
{
    struct dossier *dossier = NULL;
    enum status status = dossier_open(&dossier, app, row, err);
    for (size_t i = 0; status == OK && i < t->count; i++) {
        struct recipient r;
        status = recipient_choose(&r, t->arena, app, dossier, &t->list[i], 0, app_now(app), err);
        if (status == OK)
            status = planner_add_notice(app, dossier, &r, err);
    }
    dossier_close(dossier);
    return status;
}

enum status drill_begin(struct drill *out, struct arena *arena, struct app *app,
                        const struct drill_wish *wish, struct err *err)
{
    struct taking taking = {.arena = arena};
    struct advisory row;
    *out = (struct drill){.of_id = wish->of != NULL ? wish->of->id : 0,
                          .by = wish->by,
                          .scheduled = wish->scheduled,
                          .wall = wish->wall,
                          .run_ms = wish->run_ms,
                          .missed = wish->missed,
                          .started_ms = app_now(app)};
    enum status status = take_all(&taking, app, wish, err);
    if (status == OK && wish->of != NULL && wish->of->state == ADVISORY_RELEASED)
        status = check_concerned(&taking, app, wish->of, err);
    if (status == OK)
        status = make_row(&row, arena, app, wish, err);
    if (status != OK)
        return status;
    out->advisory_id = row.id;
    status = drill_add(out, app->store, err); /* before its lanes: they ask what it is about */
    if (status == OK)
        status = record(app, out, &row, wish, taking.count, err);
    return status == OK ? plan(app, &row, &taking, err) : status;
}
