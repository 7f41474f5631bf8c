#include "dispatcher/planner.h"

#include "base/random.h"
#include "dispatcher/move.h"
#include "dispatcher/text_group.h"
#include "evidence/tree.h"
#include "store/notice.h"

#include <stdlib.h>

void planner_line(struct str *out, const struct recipient *r)
{
    struct json_out j;
    json_out_init(&j, out, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "address", r->contact.email);
    json_out_int(&j, "contact", r->contact.seq);
    json_out_text(&j, "form", r->level == LEVEL_TASK ? NULL : form_word(r->form));
    json_out_text(&j, "key", r->key.fpr);
    json_out_text(&j, "kind", notice_kind_word(r->kind));
    json_out_text(&j, "level", level_word(r->level));
    json_out_text(&j, "party", r->party.id);
    json_out_text(&j, "route", route_word(recipient_route(r)));
    json_out_end(&j);
}

/* All parties from a cursor on, page by page; the callback may stop early with ERR_LIMIT. */
static enum status each_from(struct app *app, const struct dossier *dossier, int64_t now_ms,
                             int after_priority, const char *after_party,
                             enum status (*one)(void *context, const struct recipient *recipient,
                                                struct err *err),
                             void *context, struct err *err)
{
    int priority = after_priority;
    char *cursor = xstrdup(after_party);
    enum status status = OK;
    for (bool more = true; status == OK && more;) {
        struct arena *arena = arena_new();
        struct party *parties = NULL;
        size_t count = 0;
        status =
            party_list(&parties, &count, arena, app->store, priority, cursor, PLANNER_SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct recipient recipient;
            status = recipient_choose(&recipient, arena, app, dossier, &parties[i], 0, now_ms, err);
            if (status == OK)
                status = one(context, &recipient, err);
        }
        more = count == PLANNER_SLICE;
        if (count > 0) {
            free(cursor);
            cursor = xstrdup(parties[count - 1].id);
            priority = party_kind_priority(parties[count - 1].kind);
        }
        arena_free(arena);
    }
    free(cursor);
    return status;
}

enum status planner_each(struct app *app, const struct dossier *dossier, int64_t now_ms,
                         enum status (*one)(void *context, const struct recipient *recipient,
                                            struct err *err),
                         void *context, struct err *err)
{
    return each_from(app, dossier, now_ms, -1, NULL, one, context, err);
}

struct listing {
    struct app *app;
    const struct dossier *dossier;
    struct tree tree;
    int64_t left_out;
};

static enum status list_one(void *context, const struct recipient *r, struct err *err)
{
    struct listing *listing = context;
    if (!r->told) {
        listing->left_out++;
        return left_out_add(listing->app->store, listing->dossier->row.id, r->party.id, r->why,
                            err);
    }
    struct str line;
    struct sha256 leaf;
    str_init(&line, STR_LIMIT_LINE);
    planner_line(&line, r);
    str_add_c(&line, '\n');
    tree_leaf(&leaf, str_bytes(&line));
    tree_add(&listing->tree, &leaf);
    str_dispose(&line);
    return OK;
}

/* First pass: count and root of the whole list, in one transaction with the state. */
static enum status plan_root(struct app *app, const struct dossier *d, struct err *err)
{
    struct listing listing = {.app = app, .dossier = d};
    int64_t now = app_now(app);
    enum status status = planner_each(app, d, now, list_one, &listing, err);
    if (status == OK) {
        struct sha256 root;
        char hex[SHA256_HEX];
        tree_root(&root, &listing.tree);
        struct plan plan = {.advisory_id = d->row.id,
                            .count = listing.tree.size,
                            .left_out = listing.left_out,
                            .root = sha256_hex(hex, &root),
                            .after_priority = -1,
                            .created_ms = now};
        status = plan_add(app->store, &plan, err);
        if (status == OK) {
            struct entry *entry = entry_new("plan.created", app->actor, d->row.uid);
            entry_instant(entry, "answer_by", d->row.answer_by_ms);
            entry_int(entry, "count", plan.count);
            entry_instant(entry, "deadline", d->row.deadline_ms);
            entry_int(entry, "left_out", plan.left_out);
            entry_text(entry, "root", plan.root);
            status = app_record(app, entry, err);
        }
    }
    if (status == OK) {
        struct advisory row = d->row;
        row.state = ADVISORY_PLANNING;
        status = advisory_update(app->store, &row, ADVISORY_APPROVED, err);
    }
    return status;
}

struct slice {
    struct app *app;
    const struct dossier *dossier;
    struct plan *plan;
    char *cursor;
    int priority;
    size_t added, seen;
};

static enum status record_planned(struct app *app, const struct dossier *d, const struct notice *n,
                                  const struct recipient *r, struct err *err)
{
    struct entry *entry = entry_new("notice.planned", app->actor, n->uid);
    entry_text(entry, "advisory", d->row.uid);
    entry_instant(entry, "answer_by", n->answer_by_ms);
    entry_text(entry, "country", r->party.country);
    entry_instant(entry, "deadline", n->deadline_ms);
    entry_text(entry, "form", form_word(n->form));
    entry_text(entry, "kind", notice_kind_word(n->kind));
    entry_text(entry, "level", level_word(n->level));
    entry_personal(entry, "party", n->party);
    entry_text(entry, "party_kind", party_kind_word(r->party.kind));
    entry_int(entry, "priority", party_kind_priority(r->party.kind));
    entry_text(entry, "route", route_word(n->route));
    return app_record(app, entry, err);
}

/* With a million notices a code of 35 bits comes twice: draw again. */
static enum status draw_code(char code[RANDOM_CODE], struct app *app, struct err *err)
{
    enum status status = OK;
    while (status == OK) {
        struct arena *arena = arena_new();
        struct notice other;
        status = notice_by_code(&other, arena, app->store, random_code(code), err);
        arena_free(arena);
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status planner_add_notice(struct app *app, const struct dossier *d, const struct recipient *r,
                               struct err *err)
{
    char uid[RANDOM_UID];
    char code[RANDOM_CODE];
    char token[RANDOM_TOKEN];
    enum status status = draw_code(code, app, err);
    if (status != OK)
        return status;
    struct notice n = {.uid = random_uid(uid),
                       .advisory_id = d->row.id,
                       .party = r->party.id,
                       .contact_id = r->contact.id,
                       .kind = r->kind,
                       .state = STATE_PLANNED,
                       .level = r->level,
                       .form = r->form,
                       .route = recipient_route(r),
                       .address = r->contact.email,
                       .key = r->key.fpr,
                       .code = code,
                       .token = random_token(token),
                       .next_at_ms = d->row.embargo_ms,
                       .deadline_ms = d->row.deadline_ms,
                       .answer_by_ms = d->row.answer_by_ms,
                       .why = r->level_why,
                       .created_ms = app_now(app),
                       .changed_ms = app_now(app)};
    struct arena *arena = arena_new();
    status = recipient_lane(&n.lane_id, app, &d->row, r, err);
    if (status == OK)
        status = text_group_make(&n.text_group, arena, app, d, &n, r->party.kind,
                                 r->contact.language, err);
    if (status == OK)
        status = notice_add(&n, app->store, err);
    if (status == OK)
        status = record_planned(app, d, &n, r, err);
    n.text_group = NULL;
    arena_free(arena);
    return status == OK ? move_side_tasks(app, &d->row, &n, r, err) : status;
}

static enum status slice_one(void *context, const struct recipient *r, struct err *err)
{
    struct slice *s = context;
    const struct dossier *d = s->dossier;
    struct app *app = s->app;
    if (s->seen == PLANNER_SLICE)
        return ERR_LIMIT;
    s->seen++;
    free(s->cursor);
    s->cursor = xstrdup(r->party.id);
    s->priority = party_kind_priority(r->party.kind);
    if (!r->told)
        return OK;
    enum status status = planner_add_notice(app, d, r, err);
    if (status == OK)
        s->plan->done++;
    return status;
}

/* Second pass: the next rows behind the plan's cursor. */
static enum status plan_slice(struct app *app, const struct dossier *d, struct err *err)
{
    struct plan plan;
    struct arena *arena = arena_new();
    struct slice s = {.app = app, .dossier = d, .plan = &plan};
    enum status status = plan_get(&plan, arena, app->store, d->row.id, err);
    if (status == OK) {
        status = each_from(app, d, plan.created_ms, plan.after_priority, plan.after_party,
                           slice_one, &s, err);
        bool full = status == ERR_LIMIT && s.seen == PLANNER_SLICE;
        if (full)
            status = OK;
        if (status == OK && s.seen > 0) {
            plan.after_priority = s.priority;
            plan.after_party = s.cursor;
            status = plan_advance(app->store, &plan, err);
        }
        if (status == OK && !full) {
            struct advisory row = d->row;
            row.state = ADVISORY_RELEASED;
            status = advisory_update(app->store, &row, ADVISORY_PLANNING, err);
            struct entry *entry = entry_new("plan.finished", app->actor, d->row.uid);
            entry_int(entry, "count", plan.done);
            if (status == OK)
                status = app_record(app, entry, err);
            else
                entry_free(entry);
        }
    }
    free(s.cursor);
    arena_free(arena);
    return status;
}

static enum status plan_one(struct app *app, const struct advisory *row, struct err *err)
{
    struct dossier *dossier = NULL;
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = dossier_open(&dossier, app, row, err);
    if (status == OK)
        status = row->state == ADVISORY_APPROVED ? plan_root(app, dossier, err)
                                                 : plan_slice(app, dossier, err);
    dossier_close(dossier);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status planner_allows_import(struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    size_t count = 0;
    enum status status =
        advisory_in_state(&rows, &count, arena, app->store, ADVISORY_PLANNING, err);
    if (status == OK && count > 0)
        status = err_set(err, ERR_STALE,
                         "the register is in use: %s %s is being planned from it: let `tocsin run` "
                         "finish that, then try again",
                         rows[0].tracking, rows[0].version);
    arena_free(arena);
    return status;
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
        if (status == OK && count > 0) {
            *more = true;
            status = plan_one(app, &rows[0], err);
        }
    }
    arena_free(arena);
    return status;
}
