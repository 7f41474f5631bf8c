#include "dispatcher/plan/planner.h"

#include "evidence/tree.h"
#include "store/notice.h"

#include <stdlib.h>

/*
 * An advisory in the middle of being planned, between two steps. It may be lost at any time: what
 * is not in the store is found again.
 */
struct planning {
    struct dossier *dossier;
    enum advisory_state state;
    int64_t now_ms;                                    /* the instant that keys are judged by */
    enum { STAGE_NEW, STAGE_NAMED, STAGE_LIST } stage; /* before the list is fixed */
    struct tree first;                                 /* over the authorities of a long one */
    struct tree tree;
    int64_t left_out;
    int priority; /* of the root's last party */
    char *cursor; /* its id */
};

void planner_forget(struct app *app)
{
    if (app->planning == NULL)
        return;
    dossier_close(app->planning->dossier);
    free(app->planning->cursor);
    free(app->planning);
    app->planning = NULL;
}

/* A step over parties: one() is called for each from a cursor on; full: there may be more. */
struct slice {
    struct app *app;
    const struct dossier *dossier;
    struct planning *planning;
    struct plan *plan;
    const struct each *each;
    int priority;
    char *cursor;
    size_t seen;
    bool full;
};

typedef enum status slice_fn(struct slice *slice, const struct recipient *r, struct err *err);

static enum status run_slice(struct slice *s, int64_t now_ms, slice_fn *one, struct err *err)
{
    struct arena *arena = arena_new();
    struct party *parties = NULL;
    size_t count = 0;
    enum status status = party_list(&parties, &count, arena, s->app->store, s->priority, s->cursor,
                                    PLANNER_SLICE, err);
    s->full = count == PLANNER_SLICE;
    for (size_t i = 0; status == OK && i < count; i++) {
        struct recipient recipient;
        status =
            recipient_choose(&recipient, arena, s->app, s->dossier, &parties[i], 0, now_ms, err);
        if (status == OK)
            status = one(s, &recipient, err);
    }
    s->seen = count;
    if (count > 0) {
        free(s->cursor);
        s->cursor = xstrdup(parties[count - 1].id);
        s->priority = party_kind_priority(parties[count - 1].kind);
    }
    arena_free(arena);
    return status;
}

struct each {
    enum status (*one)(void *context, const struct recipient *recipient, struct err *err);
    void *context;
};

static enum status call_one(struct slice *s, const struct recipient *r, struct err *err)
{
    return s->each->one(s->each->context, r, err);
}

enum status planner_each(struct app *app, const struct dossier *dossier, int64_t now_ms,
                         enum status (*one)(void *context, const struct recipient *recipient,
                                            struct err *err),
                         void *context, struct err *err)
{
    const struct each each = {one, context};
    struct slice s = {.app = app, .dossier = dossier, .each = &each, .priority = -1, .full = true};
    enum status status = OK;
    while (status == OK && s.full)
        status = run_slice(&s, now_ms, call_one, err);
    free(s.cursor);
    return status;
}

/* Authorities stand in the queue before the list is fixed, and after a crash they are there. */
static enum status add_unless_there(struct slice *s, const struct recipient *r, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *there = NULL;
    size_t count = 0;
    const struct notice_filter filter = {
        .advisory_id = s->dossier->row.id, .party = r->party.id, .limit = 1};
    enum status status = notice_list(&there, &count, arena, s->app->store, &filter, err);
    if (status == OK && count == 0)
        status = planner_add_notice(s->app, s->dossier, r, err);
    arena_free(arena);
    return status;
}

static enum status first_one(struct slice *s, const struct recipient *r, struct err *err)
{
    return r->told && r->party.kind == PARTY_REGULATOR ? add_unless_there(s, r, err) : OK;
}

static void add_leaf(struct tree *tree, const struct recipient *r)
{
    struct str line;
    struct sha256 leaf;
    str_init(&line, STR_LIMIT_LINE);
    planner_line(&line, r);
    str_add_c(&line, '\n');
    tree_leaf(&leaf, str_bytes(&line));
    tree_add(tree, &leaf);
    str_dispose(&line);
}

static enum status name_one(struct slice *s, const struct recipient *r, struct err *err)
{
    if (r->told && r->party.kind == PARTY_REGULATOR)
        add_leaf(&s->planning->first, r);
    (void)err;
    return OK;
}

static enum status list_one(struct slice *s, const struct recipient *r, struct err *err)
{
    if (r->told)
        add_leaf(&s->planning->tree, r);
    else
        s->planning->left_out++;
    (void)err;
    return OK;
}

static enum status row_one(struct slice *s, const struct recipient *r, struct err *err)
{
    if (!r->told)
        return left_out_add(s->app->store, s->dossier->row.id, r->party.id, r->why, err);
    enum status status = r->party.kind == PARTY_REGULATOR
                             ? add_unless_there(s, r, err)
                             : planner_add_notice(s->app, s->dossier, r, err);
    if (status == OK)
        s->plan->done++;
    return status;
}

/* The list is whole: fixed in one transaction with the state. */
static enum status fix_list(struct app *app, const struct advisory *advisory, struct err *err)
{
    const struct planning *p = app->planning;
    struct advisory row = *advisory;
    struct sha256 root;
    char hex[SHA256_HEX];
    tree_root(&root, &p->tree);
    struct plan plan = {.advisory_id = row.id,
                        .count = p->tree.size,
                        .left_out = p->left_out,
                        .root = sha256_hex(hex, &root),
                        .after_priority = -1,
                        .created_ms = p->now_ms};
    enum status status = plan_add(app->store, &plan, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("plan.created", app->actor, row.uid);
    entry_instant(entry, "answer_by", row.answer_by_ms);
    entry_int(entry, "count", plan.count);
    entry_instant(entry, "deadline", row.deadline_ms);
    entry_int(entry, "left_out", plan.left_out);
    entry_text(entry, "root", plan.root);
    status = app_record(app, entry, err);
    row.state = app->planning->state = ADVISORY_PLANNING;
    return status == OK ? advisory_update(app->store, &row, ADVISORY_APPROVED, err) : status;
}

/* A list of one slice is fixed at once: its authorities' notices, too, carry a checkpoint over it.
 */
static enum status is_short(bool *out, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct party *parties = NULL;
    size_t count = 0;
    enum status status =
        party_list(&parties, &count, arena, app->store, -1, NULL, PLANNER_SLICE, err);
    *out = count < PLANNER_SLICE;
    arena_free(arena);
    return status;
}

/* The authorities of a long list, who are told first: their notices carry a checkpoint over this.
 */
static enum status name_first(struct app *app, const struct advisory *row, struct err *err)
{
    struct planning *p = app->planning;
    struct sha256 root;
    char hex[SHA256_HEX];
    bool named = false;
    struct slice s = {.app = app, .dossier = p->dossier, .planning = p, .priority = -1};
    enum status status = run_slice(&s, p->now_ms, name_one, err);
    free(s.cursor);
    p->stage = p->first.size > 0 ? STAGE_NAMED : STAGE_LIST;
    if (status != OK || p->stage == STAGE_LIST)
        return status;
    tree_root(&root, &p->first);
    status = planner_named(&named, app, row->uid, sha256_hex(hex, &root), err);
    if (status != OK || named)
        return status;
    struct entry *entry = entry_new("plan.first", app->actor, row->uid);
    entry_int(entry, "count", p->first.size);
    entry_text(entry, "root", hex);
    return app_record(app, entry, err);
}

const char *planner_first(int64_t *advisory_id, const struct app *app)
{
    if (app->planning == NULL || app->planning->stage != STAGE_NAMED ||
        app->planning->state != ADVISORY_APPROVED)
        return NULL;
    *advisory_id = app->planning->dossier->row.id;
    return app->planning->dossier->row.uid;
}

/* The next parties of the root; before those of a long list the authorities. */
static enum status list_some(struct app *app, const struct advisory *row, struct err *err)
{
    struct planning *p = app->planning;
    bool is_one = false;
    if (p->stage == STAGE_NEW) {
        enum status known = is_short(&is_one, app, err);
        if (known != OK || !is_one)
            return known != OK ? known : name_first(app, row, err);
        p->stage = STAGE_LIST;
    }
    struct slice s = {.app = app,
                      .dossier = p->dossier,
                      .planning = p,
                      .priority = p->priority,
                      .cursor = xstrdup(p->cursor)};
    enum status status =
        run_slice(&s, p->now_ms, p->stage == STAGE_LIST ? list_one : first_one, err);
    if (status == OK && p->stage == STAGE_LIST) {
        free(p->cursor);
        p->cursor = xstrdup(s.cursor);
        p->priority = s.priority;
        if (!s.full)
            status = fix_list(app, row, err);
    }
    p->stage = STAGE_LIST;
    free(s.cursor);
    return status;
}

static enum status finish(struct app *app, const struct advisory *advisory, const struct plan *plan,
                          struct err *err)
{
    struct advisory row = *advisory;
    row.state = ADVISORY_RELEASED;
    enum status status = advisory_update(app->store, &row, ADVISORY_PLANNING, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("plan.finished", app->actor, row.uid);
    entry_int(entry, "count", plan->done);
    return app_record(app, entry, err);
}

/* The next rows behind the plan's cursor. */
static enum status rows_some(struct app *app, const struct advisory *row, struct err *err)
{
    struct plan plan;
    struct arena *arena = arena_new();
    struct slice s = {.app = app, .dossier = app->planning->dossier, .plan = &plan};
    enum status status = plan_get(&plan, arena, app->store, row->id, err);
    if (status == OK) {
        s.priority = plan.after_priority;
        s.cursor = xstrdup(plan.after_party);
        status = run_slice(&s, plan.created_ms, row_one, err);
    }
    if (status == OK && s.seen > 0) {
        plan.after_priority = s.priority;
        plan.after_party = s.cursor;
        status = plan_advance(app->store, &plan, err);
    }
    if (status == OK && !s.full)
        status = finish(app, row, &plan, err);
    free(s.cursor);
    arena_free(arena);
    return status;
}

/* What is remembered belongs to one advisory; another one begins anew. */
static enum status remember(struct app *app, const struct advisory *row, struct err *err)
{
    if (app->planning != NULL && app->planning->dossier->row.id == row->id) {
        app->planning->state = row->state;
        return OK;
    }
    planner_forget(app);
    struct planning *p = xcalloc(1, sizeof *p);
    tree_init(&p->tree);
    tree_init(&p->first);
    p->state = row->state;
    p->now_ms = app_now(app);
    p->priority = -1;
    app->planning = p;
    return dossier_open(&p->dossier, app, row, err); /* on an error plan_one forgets it */
}

static enum status plan_one(struct app *app, const struct advisory *row, struct err *err)
{
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = remember(app, row, err);
    if (status == OK)
        status =
            row->state == ADVISORY_APPROVED ? list_some(app, row, err) : rows_some(app, row, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status != OK)
        planner_forget(app);
    return status;
}

enum status planner_allows_import(struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    size_t count = 0;
    const enum advisory_state state =
        app->planning != NULL ? app->planning->state : ADVISORY_PLANNING;
    enum status status = advisory_in_state(&rows, &count, arena, app->store, state, err);
    if (status == OK && count > 0)
        status = err_set(err, ERR_STALE,
                         "the register is in use: %s %s is being planned from it: let `tocsin run` "
                         "finish that, then try again",
                         rows[0].tracking, rows[0].version);
    arena_free(arena);
    return status;
}

/* The first that does not rest. */
static const struct advisory *pick(const struct app *app, const struct advisory *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!planner_rests(app, rows[i].id))
            return &rows[i];
    return NULL;
}

enum status planner_step(struct app *app, bool *more, struct err *err)
{
    static const enum advisory_state states[] = {ADVISORY_PLANNING, ADVISORY_APPROVED};
    struct arena *arena = arena_new();
    enum status status = OK;
    *more = false;
    for (size_t i = 0; status == OK && i < 2 && !*more; i++) {
        struct advisory *rows = NULL;
        size_t count = 0;
        status = advisory_in_state(&rows, &count, arena, app->store, states[i], err);
        const struct advisory *row = status == OK ? pick(app, rows, count) : NULL;
        if (row == NULL)
            continue;
        struct err cause = {0};
        *more = true;
        status = plan_one(app, row, &cause);
        if (status == OK)
            planner_wake(app, row->id);
        else if (status == ERR_IO)
            *err = cause;
        else
            status = planner_rest(app, row, &cause, err);
    }
    if (!*more)
        planner_forget(app);
    arena_free(arena);
    return status;
}
