#include "dispatcher/duties/duty_told.h"

#include "dispatcher/back/task_close.h"
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/run/move.h"
#include "store/advisory.h"
#include "store/notice.h"
#include "store/task.h"

#include <stdio.h>

/* One duty, and what was found for it. */
struct telling {
    struct app *app;
    struct arena *arena;
    const struct rule *rule;
    const struct jurisdiction *where;
    const struct duty_row *duty;
    bool watched; /* not before the watch for bounces is over */
    struct case_file row;
    struct str list; /* lines of the proof */
    size_t count;
    int64_t last_ms;
    bool untold;
};

static bool is_named(const struct telling *t, const struct lane *lane)
{
    if ((t->rule->recipients & (1u << lane->kind)) == 0)
        return false;
    if (t->duty->country != NULL)
        return text_equal(t->duty->country, lane->jurisdiction);
    for (size_t i = 0; i < t->where->place_count; i++)
        if (text_equal(t->where->places[i].country, lane->jurisdiction))
            return true;
    return false;
}

static enum status add_lane(struct telling *t, const struct lane *lane, struct err *err)
{
    struct arena *arena = arena_new();
    struct told *rows = NULL;
    size_t count = 0;
    enum status status = lane_told(&rows, &count, arena, t->app->store, lane->id, t->watched, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        char at[CLOCK_TEXT];
        str_addf(&t->list, "%s %s %s %s %s\n", rows[i].code, rows[i].uid,
                 notice_state_word(rows[i].state), grade_word(rows[i].grade),
                 clock_text_ms(at, rows[i].at_ms));
        if (rows[i].at_ms > t->last_ms)
            t->last_ms = rows[i].at_ms;
    }
    t->count += count;
    arena_free(arena);
    return status;
}

/* An advisory that is not here, or not out, has told nobody yet. */
static enum status look_at(struct telling *t, const char *tracking, struct err *err)
{
    struct advisory advisory;
    struct lane *lanes = NULL;
    size_t count = 0;
    enum status status = advisory_find(&advisory, t->arena, t->app->store, tracking, NULL, err);
    if (status == ERR_NOT_FOUND || (status == OK && advisory.state != ADVISORY_RELEASED)) {
        t->untold = true;
        return OK;
    }
    if (status == OK)
        status = lane_list(&lanes, &count, t->arena, t->app->store, advisory.id, err);
    if (status == OK)
        str_addf(&t->list, "advisory: %s %s %s\n", advisory.tracking, advisory.version,
                 advisory.sha256);
    for (size_t i = 0; status == OK && i < count && !t->untold; i++)
        if (is_named(t, &lanes[i])) {
            status = lane_untold(&t->untold, t->app->store, lanes[i].id, t->watched, err);
            if (status == OK && !t->untold)
                status = add_lane(t, &lanes[i], err);
        }
    return status;
}

/* What a rule names is asked of the version that the duty was computed by, and of no other. */
static enum status look(struct telling *t, const struct pack *pack, struct err *err)
{
    struct case_link *links = NULL;
    size_t count = 0;
    enum status status = pack_rule(&t->rule, pack, t->duty->rule, err);
    t->untold = status != OK || !text_equal(t->rule->sha256, t->duty->rule_sha256);
    if (t->untold)
        return OK;
    t->where = pack_jurisdiction(pack, t->rule->jurisdiction);
    status = case_link_list(&links, &count, t->arena, t->app->store, t->duty->case_id, err);
    for (size_t i = 0; status == OK && i < count && !t->untold; i++)
        if (links[i].kind == LINK_ADVISORY)
            status = look_at(t, links[i].ref, err);
    return status;
}

enum status duty_close_tasks(struct app *app, const struct duty_row *duty, struct err *err)
{
    static const char *const kinds[] = {"due", "late", "why"};
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        for (size_t k = 0; status == OK && k < sizeof kinds / sizeof kinds[0]; k++)
            if (text_equal(list[i].cause,
                           arena_printf(arena, "duty %lld %s", (long long)duty->id, kinds[k])))
                status = task_close(
                    app, &list[i],
                    arena_printf(arena, "the duty is %s", duty_state_word(duty->state)), err);
    arena_free(arena);
    return status;
}

static enum status put_proof(char out[65], const struct telling *t, struct err *err)
{
    char at[CLOCK_TEXT];
    struct str text;
    str_init(&text, STR_LIMIT_MAIL);
    str_addf(&text,
             "Tocsin proof of notices 1\ncase: %s\nrule: %s %lld\nplace: %s\ntold: %zu, the last "
             "one at %s\n",
             t->row.number, t->rule->id, (long long)t->rule->version,
             t->duty->country != NULL ? t->duty->country : t->duty->jurisdiction, t->count,
             clock_text_ms(at, t->last_ms));
    str_add_n(&text, str_text(&t->list), t->list.size);
    enum status status = str_ok(&text) && str_ok(&t->list)
                             ? blob_put(out, t->app->store, str_bytes(&text), err)
                             : err_set(err, ERR_LIMIT,
                                       "%s: %s: too many notices for one proof: hand it in with "
                                       "tocsin case report",
                                       t->row.number, t->rule->id);
    str_dispose(&text);
    return status;
}

/* An inspector will ask: whoever answers for it does now. */
static enum status ask_why(struct app *app, const struct telling *t, const struct duty_row *duty,
                           struct err *err)
{
    struct task task = {
        .kind = TASK_QUESTION,
        .cause = arena_printf(t->arena, "duty %lld why", (long long)duty->id),
        .title = arena_printf(t->arena, "%s: %s was met by notices, after %s: why so late?",
                              t->row.number, duty->rule, duty->due_legal),
        .todo = arena_printf(t->arena, "tocsin case report %s %s%s%s --by PERSON --reason WHY",
                             t->row.number, duty->rule, duty->country != NULL ? " --country " : "",
                             duty->country != NULL ? duty->country : ""),
        .owner = duty->owner};
    const struct task_item item = {.about = t->row.number, .detail = duty->rule};
    return move_task(app, &task, &item, NULL, err);
}

static enum status meet(struct app *app, void *context, struct err *err)
{
    char proof[65];
    struct telling *t = context;
    struct duty_row duty = *t->duty;
    enum status status = case_get(&t->row, t->arena, app->store, duty.case_id, err);
    if (status == OK)
        status = put_proof(proof, t, err);
    if (status != OK)
        return status;
    duty.state = DUTY_MET;
    duty.met_ms = t->last_ms;
    duty.proof = proof;
    duty.next_ms = 0;
    duty.changed_ms = app_now(app);
    status = duty_save(app->store, &duty, t->duty->state, err);
    if (status == OK)
        status = duty_record_met(app, t->row.uid, &duty, err);
    if (status == OK)
        status = duty_close_tasks(app, &duty, err);
    const bool late = duty.legal_ms > 0 && duty.met_ms > duty.legal_ms;
    return status == OK && late ? ask_why(app, t, &duty, err) : status;
}

struct failure {
    const char *cause;
    const struct err *why;
};

static enum status tell_failure(struct app *app, void *context, struct err *err)
{
    const struct failure *failure = context;
    return duty_tell_failed(app, failure->cause, failure->why, err);
}

static enum status look_and_meet(struct telling *t, const struct pack *pack, bool *did,
                                 struct err *err)
{
    struct err why = {0};
    enum status status = look(t, pack, &why);
    if (status == OK && (t->untold || t->count == 0))
        return OK;
    if (status == OK)
        status = app_transact(t->app, meet, t, &why);
    *did = *did || status == OK;
    if (status == OK || status == ERR_IO) {
        *err = why;
        return status;
    }
    struct failure failure = {
        arena_printf(t->arena, "notices of duty %lld", (long long)t->duty->id), &why};
    return app_transact(t->app, tell_failure, &failure, err);
}

enum status duty_told(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct duty_row *duties = NULL;
    struct pack *pack = NULL;
    size_t count = 0;
    enum status status = duty_informing(&duties, &count, arena, app->store, err);
    if (status == OK && count > 0)
        status = pack_open(&pack, app->settings->dir, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct telling t = {.app = app, .arena = arena, .duty = &duties[i], .watched = true};
        str_init(&t.list, STR_LIMIT_MAIL);
        status = look_and_meet(&t, pack, did, err);
        str_dispose(&t.list);
    }
    pack_close(pack);
    arena_free(arena);
    return status;
}

/* What cannot be looked at is not known to be in time: rather an alarm too many than silence. */
enum status duty_out_by(bool *out, struct app *app, const struct pack *pack,
                        const struct duty_row *duty, int64_t by_ms, struct err *err)
{
    struct err why = {0};
    struct telling t = {.app = app, .duty = duty};
    *out = false;
    if (!duty->informs || pack == NULL)
        return OK;
    t.arena = arena_new();
    str_init(&t.list, STR_LIMIT_MAIL);
    const enum status status = look(&t, pack, &why);
    *out = status == OK && !t.untold && t.count > 0 && t.last_ms <= by_ms;
    str_dispose(&t.list);
    arena_free(t.arena);
    if (status != ERR_IO)
        return OK;
    *err = why;
    return status;
}
