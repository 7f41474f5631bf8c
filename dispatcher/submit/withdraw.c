#include "dispatcher/submit/withdraw.h"

#include "dispatcher/op.h"
#include "dispatcher/submit/judge.h"
#include "dispatcher/submit/waive.h"
#include "store/waiver.h"

#include <string.h>

enum { ARG_TRACKING = OP_ARG, ARG_VERSION, ARG_TEST, ARG_POINTER, ARG_PERSON, ARG_REASON };

/* A set whose waivers are asked for: one that waits, or one of the register. */
struct target {
    const char *tracking, *version, *sha256;
    const char *state; /* word of the register, or held */
};

struct withdrawal {
    struct app *app;
    struct arena *arena;
    const struct person *person;
    enum role role;
    const char *test, *pointer, *reason;
    struct target target;
    struct waiver *waivers; /* of the target: what is taken back */
    size_t count;
};

static bool is_at(const struct waiver *waiver, const char *test, const char *pointer)
{
    return text_equal(waiver->test, test) && text_equal(waiver->pointer, pointer);
}

/* Takes the target when a waiver that is meant is in force for its bytes. */
static enum status consider(struct withdrawal *w, const struct target *target, struct err *err)
{
    struct waiver *list = NULL;
    struct waiver *found = NULL;
    size_t count = 0;
    size_t found_count = 0;
    enum status status = waiver_list(&list, &count, w->arena, w->app->store, target->sha256, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (list[i].withdrawn_by == NULL && is_at(&list[i], w->test, w->pointer))
            arena_push(w->arena, &found, &found_count, sizeof list[i], &list[i]);
    }
    if (status != OK || found_count == 0)
        return status;
    if (w->count > 0)
        return err_set(err, ERR_INVALID, "%s: %s and %s have such a waiver: add --version",
                       target->tracking, w->target.version, target->version);
    w->target = *target;
    w->waivers = found;
    w->count = found_count;
    return OK;
}

static enum status find_target(struct withdrawal *w, const char *tracking, const char *version,
                               struct err *err)
{
    struct held *held = NULL;
    struct advisory *rows = NULL;
    size_t held_count = 0;
    size_t row_count = 0;
    enum status status =
        held_list(&held, &held_count, w->arena, w->app->store, tracking, version, err);
    for (size_t i = 0; status == OK && i < held_count; i++) {
        const struct target target = {held[i].tracking, held[i].version, held[i].sha256, "held"};
        status = consider(w, &target, err);
    }
    if (status == OK)
        status = advisory_list(&rows, &row_count, w->arena, w->app->store, tracking, err);
    for (size_t i = 0; status == OK && i < row_count; i++) {
        const struct target target = {rows[i].tracking, rows[i].version, rows[i].sha256,
                                      advisory_state_word(rows[i].state)};
        if (version == NULL || text_equal(version, target.version))
            status = consider(w, &target, err);
    }
    if (status == OK && w->count == 0)
        status = err_set(err, ERR_NOT_FOUND,
                         "%s: no waiver of %s at \"%s\" is in force: `tocsin status %s` lists them",
                         tracking, w->test, w->pointer, tracking);
    return status;
}

static enum status take_back(struct withdrawal *w, struct waiver *waiver, struct err *err)
{
    waiver->withdrawn_by = w->person->id;
    waiver->withdrawn_role = w->role;
    waiver->withdrawn_reason = w->reason;
    waiver->withdrawn_ms = app_now(w->app);
    enum status status = waiver_withdraw(w->app->store, waiver, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("waiver.withdrawn", w->app->actor, waiver->sha256);
    entry_personal(entry, "finding", waiver->finding);
    entry_personal(entry, "person", w->person->id);
    entry_text(entry, "pointer", waiver->pointer);
    entry_personal(entry, "reason", w->reason);
    entry_text(entry, "role", role_word(w->role));
    entry_text(entry, "sha256", waiver->sha256);
    entry_text(entry, "test", waiver->test);
    return app_record(w->app, entry, err);
}

static const char *what_follows(const char *state)
{
    if (text_equal(state, "held"))
        return "it goes on waiting";
    if (text_equal(state, advisory_state_word(ADVISORY_SUBMITTED)))
        return "nobody can approve it until the finding is waived anew; or mend it and submit a "
               "newer version";
    return "it is approved already, and nothing of it is stopped: submit a newer version, which "
           "takes its place";
}

static enum status take_all_back(struct app *app, void *context, struct err *err)
{
    (void)app;
    struct withdrawal *w = context;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < w->count; i++)
        status = take_back(w, &w->waivers[i], err);
    return status;
}

static enum status withdraw(struct withdrawal *w, struct str *out, struct err *err)
{
    enum status status = app_transact(w->app, take_all_back, w, err);
    if (status == OK)
        str_addf(out, "%s %s: the waiver of %s was taken back by %s (%s), sha256 %s: %s\n",
                 w->target.tracking, w->target.version, w->test, w->person->id, role_word(w->role),
                 w->target.sha256, what_follows(w->target.state));
    return status;
}

enum status op_withdraw(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct withdrawal w = {.app = app,
                           .arena = arena_new(),
                           .test = frame_get_text(in, ARG_TEST),
                           .pointer = frame_get_text(in, ARG_POINTER),
                           .reason = frame_get_text(in, ARG_REASON)};
    const char *tracking = frame_get_text(in, ARG_TRACKING);
    enum status status = OK;
    if (tracking == NULL || w.test == NULL || w.pointer == NULL || text_is_empty(w.reason))
        status = err_set(err, ERR_INVALID, "waive: id, test, pointer and a reason are needed");
    if (status == OK)
        status = waive_person(&w.person, &w.role, app, frame_get_text(in, ARG_PERSON), err);
    if (status == OK)
        status = find_target(&w, tracking, frame_get_text(in, ARG_VERSION), err);
    if (status == OK)
        status = withdraw(&w, out, err);
    arena_free(w.arena);
    return status;
}

/* The first that was taken back without another one at its place; NULL: none. */
static const struct waiver *find_open(const struct waiver *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool open = list[i].withdrawn_by != NULL;
        for (size_t k = 0; open && k < count; k++)
            open = list[k].withdrawn_by != NULL || !is_at(&list[k], list[i].test, list[i].pointer);
        if (open)
            return &list[i];
    }
    return NULL;
}

/* What was taken back and is found no more, since the register changed, holds nobody up. */
static enum status check_findings(const struct gate_result *gate, const struct waiver *list,
                                  size_t count, const struct advisory *row, struct err *err)
{
    for (size_t i = 0; i < gate->count; i++) {
        const struct finding *finding = &gate->findings[i];
        if (finding->severity != SEVERITY_WAIVABLE || finding->waived != NULL)
            continue;
        for (size_t k = 0; k < count; k++) {
            if (list[k].withdrawn_by != NULL && is_at(&list[k], finding->test, finding->pointer))
                return err_set(err, ERR_REFUSED,
                               "%s %s: the waiver of %s at \"%s\" was taken back by %s: waive it "
                               "anew, or mend it and submit a newer version",
                               row->tracking, row->version, finding->test, finding->pointer,
                               list[k].withdrawn_by);
        }
    }
    return OK;
}

static enum status judge_again(struct app *app, struct arena *arena, const struct waiver *list,
                               size_t count, const struct advisory *row, struct err *err)
{
    struct gate_result gate = {.arena = NULL};
    struct csaf *csaf = NULL;
    struct order order;
    struct str text;
    struct str order_text;
    str_init(&text, STR_LIMIT_MAIL);
    str_init(&order_text, STR_LIMIT_TEXT);
    order_default(&order);
    enum status status = blob_get(&text, app->store, row->sha256, err);
    if (status == OK && row->order_sha256 != NULL)
        status = blob_get(&order_text, app->store, row->order_sha256, err);
    if (status == OK && order_text.size > 0)
        status = order_parse(&order, arena, row->order_name, str_bytes(&order_text), err);
    if (status == OK)
        status = judge_set(&gate, &csaf, arena, app, str_bytes(&text), &order, err);
    if (status == OK)
        status = check_findings(&gate, list, count, row, err);
    gate_dispose(&gate);
    csaf_free(csaf);
    str_dispose(&text);
    str_dispose(&order_text);
    return status;
}

enum status withdraw_check(struct app *app, const struct advisory *row, struct err *err)
{
    struct arena *arena = arena_new();
    struct waiver *list = NULL;
    size_t count = 0;
    enum status status = waiver_list(&list, &count, arena, app->store, row->sha256, err);
    if (status == OK && find_open(list, count) != NULL)
        status = judge_again(app, arena, list, count, row, err);
    arena_free(arena);
    return status;
}
