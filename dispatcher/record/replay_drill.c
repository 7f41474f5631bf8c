/* Drills and canaries: what the log says of them, and what the store does. */
#include "dispatcher/app.h"
#include "dispatcher/record/replay_inner.h"
#include "store/drill.h"

#include <stdio.h>

#define SLICE 500

/* One thing that happened, whatever its place in the order. */
static void add_to(struct replay_turns *sum, const char *const *texts, size_t count, bool known)
{
    struct digest one = {0};
    digest_add(&one, texts, count);
    sum->count++;
    sum->erased = sum->erased || !known;
    for (size_t i = 0; i < DIGEST_SIZE; i++)
        sum->sum.byte[i] ^= one.byte[i];
}

/* Whether, and what: an instant is compared as the log shows it, a wall as a number. */
static void add_run(struct replay_turns *sum, const char *uid, const struct drill *row,
                    const char *of, bool known)
{
    char id[24];
    char wall[24];
    char missed[24];
    char run[CLOCK_TEXT];
    (void)snprintf(id, sizeof id, "%lld", (long long)row->id);
    (void)snprintf(wall, sizeof wall, "%lld", (long long)row->wall);
    (void)snprintf(missed, sizeof missed, "%lld", (long long)row->missed);
    const char *const texts[] = {
        "run", uid, id, of, row->by, clock_text(run, row->run_ms), row->scheduled ? wall : NULL,
        missed};
    add_to(sum, texts, sizeof texts / sizeof texts[0], known);
}

static void add_end(struct replay_turns *sum, const char *uid, bool passed, const char *report,
                    const char *facts)
{
    const char *const texts[] = {"end", uid, passed ? "passed" : "failed", report, facts};
    add_to(sum, texts, sizeof texts / sizeof texts[0], true);
}

static void add_signed(struct replay_turns *sum, const char *uid, const char *sha256)
{
    const char *const texts[] = {"signed", uid, sha256};
    add_to(sum, texts, sizeof texts / sizeof texts[0], true);
}

static void add_canary(struct replay_turns *sum, const char *what, const char *name,
                       const char *uid, const char *notice, int64_t due_ms, bool known)
{
    char due[CLOCK_TEXT];
    const char *const texts[] = {what, name, uid, notice,
                                 due_ms != 0 ? clock_text(due, due_ms) : NULL};
    add_to(sum, texts, sizeof texts / sizeof texts[0], known);
}

/* A drill is ours from its first moment: nobody submits or approves it. */
void turn_drill_run(struct turn *t)
{
    bool known = true;
    const struct drill row = {.id = entry_view_int(&t->view, "drill", 0),
                              .by = turn_personal(&known, t, "by"),
                              .scheduled = entry_view_int(&t->view, "wall", INT64_MIN) > INT64_MIN,
                              .wall = entry_view_int(&t->view, "wall", 0),
                              .missed = entry_view_int(&t->view, "missed", 0),
                              .run_ms = entry_view_instant(&t->view, "run")};
    turn_issued(t);
    add_run(&t->replay->log_drills, t->subj, &row, turn_text(t, "of"), known);
}

void turn_drill_finished(struct turn *t)
{
    add_end(&t->replay->log_drills, t->subj, entry_view_bool(&t->view, "passed"),
            turn_text(t, "report_sha256"), turn_text(t, "facts_sha256"));
}

void turn_drill_signed(struct turn *t)
{
    add_signed(&t->replay->log_drills, t->subj, turn_text(t, "signed_sha256"));
}

void turn_canary_due(struct turn *t)
{
    bool known = true;
    const char *name = turn_personal(&known, t, "name");
    add_canary(&t->replay->log_canaries, "due", name, turn_text(t, "advisory"),
               turn_text(t, "notice"), entry_view_instant(&t->view, "due"), known);
}

void turn_canary_over(struct turn *t)
{
    bool known = true;
    const char *name = turn_personal(&known, t, "name");
    const char *state = entry_view_is(&t->view, "canary.seen")     ? "seen"
                        : entry_view_is(&t->view, "canary.missed") ? "missed"
                                                                   : "needless";
    add_canary(&t->replay->log_canaries, state, name, turn_text(t, "advisory"), NULL, 0, known);
}

static enum status uid_of(const char **out, struct arena *arena, struct app *app, int64_t id,
                          struct err *err)
{
    struct advisory row = {0};
    enum status status = id != 0 ? advisory_get(&row, arena, app->store, id, err) : OK;
    *out = row.uid;
    return status;
}

static enum status read_drill(struct replay *r, struct arena *arena, struct app *app,
                              const struct drill *row, struct err *err)
{
    const char *uid = NULL;
    const char *of = NULL;
    enum status status = uid_of(&uid, arena, app, row->advisory_id, err);
    if (status == OK)
        status = uid_of(&of, arena, app, row->of_id, err);
    if (status != OK)
        return status;
    add_run(&r->store_drills, uid, row, of, true);
    if (row->ended_ms > 0)
        add_end(&r->store_drills, uid, row->passed, row->report, row->facts);
    if (row->signed_report != NULL)
        add_signed(&r->store_drills, uid, row->signed_report);
    return OK;
}

static enum status read_canary(struct replay *r, struct arena *arena, struct app *app,
                               const struct canary_row *row, struct err *err)
{
    const char *uid = NULL;
    struct notice notice = {0};
    enum status status = uid_of(&uid, arena, app, row->advisory_id, err);
    if (status == OK && row->notice_id != 0)
        status = notice_get(&notice, arena, app->store, row->notice_id, err);
    if (status != OK)
        return status;
    add_canary(&r->store_canaries, "due", row->name, uid, notice.uid, row->due_ms, true);
    if (!text_equal(row->state, "waiting"))
        add_canary(&r->store_canaries, row->state, row->name, uid, NULL, 0, true);
    return OK;
}

enum status replay_drills(struct replay *r, struct app *app, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *arena = arena_new();
        struct drill *rows = NULL;
        status = drill_list(&rows, &count, arena, app->store, false, after, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            status = read_drill(r, arena, app, &rows[i], err);
        }
        arena_free(arena);
    }
    after = 0;
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *arena = arena_new();
        struct canary_row *rows = NULL;
        status = canary_list(&rows, &count, arena, app->store, false, after, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            status = read_canary(r, arena, app, &rows[i], err);
        }
        arena_free(arena);
    }
    return status;
}

static void compare(struct replay *r, const char *what, const struct replay_turns *log,
                    const struct replay_turns *store)
{
    if (log->count != store->count)
        replay_differs(r, "%s: the log tells of %lld things, the store of %lld", what,
                       (long long)log->count, (long long)store->count);
    else if (!log->erased && !digest_equal(&log->sum, &store->sum))
        replay_differs(r, "%s: the log and the store do not say the same", what);
}

void replay_drills_end(struct replay *r)
{
    compare(r, "drills", &r->log_drills, &r->store_drills);
    compare(r, "canaries", &r->log_canaries, &r->store_canaries);
}
