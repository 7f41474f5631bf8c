/* What a bundle is about: rows of the store, and who may see which. */
#include "dispatcher/export/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTY_PREFIX "party:"

enum status export_reader(struct export_wish *wish, const char *text, struct err *err)
{
    if (text == NULL || strcmp(text, "all") == 0) {
        wish->reader = READER_ALL;
    } else if (strcmp(text, "regulator") == 0) {
        wish->reader = READER_REGULATOR;
    } else if (text_starts(text, PARTY_PREFIX) && text[strlen(PARTY_PREFIX)] != '\0') {
        wish->reader = READER_PARTY;
        wish->party = text + strlen(PARTY_PREFIX);
    } else {
        return err_set(err, ERR_INVALID, "--reader: \"%s\": say all, regulator, or party:ID", text);
    }
    return OK;
}

bool export_shows_notice(const struct export_scope *scope, const struct notice *notice)
{
    return scope->wish->reader != READER_PARTY || strcmp(scope->wish->party, notice->party) == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

static bool is_behind(const struct export_scope *scope, const char *subj)
{
    for (size_t i = 0; i < scope->case_count && subj != NULL; i++)
        if (scope->cases[i].behind && strcmp(scope->cases[i].row.uid, subj) == 0)
            return true;
    return false;
}

bool export_shows_value(const struct export_scope *scope, const char *subj, const char *field)
{
    /* Closed lists: what a new kind of entry brings is not shown before somebody decides it. */
    static const char *const regulator[] = {
        "data.approval_sha256", "data.by",     "data.number",  "data.order_sha256",
        "data.outcome",         "data.owner",  "data.party",   "data.person",
        "data.proof_sha256",    "data.reason", "data.ref",     "data.source",
        "data.title",           "data.to",     "data.tracking"};
    static const char *const party[] = {"data.address", "data.key_fpr",      "data.party",
                                        "data.said",    "data.plain_sha256", "data.tracking"};
    /* Of the case behind an advisory: who decided and knew what; no title, no number elsewhere. */
    static const char *const behind[] = {"data.by",     "data.number",       "data.owner",
                                         "data.person", "data.proof_sha256", "data.reason",
                                         "data.source"};
    const enum reader reader = scope->wish->reader;
    if (is_behind(scope, subj) && !is_one_of(field, behind, sizeof behind / sizeof behind[0]))
        return false;
    if (reader == READER_REGULATOR &&
        !is_one_of(field, regulator, sizeof regulator / sizeof regulator[0]))
        return false;
    if (reader == READER_PARTY && !is_one_of(field, party, sizeof party / sizeof party[0]))
        return false;
    if (export_is_whole(scope->wish) && reader != READER_PARTY)
        return true;
    return scope->subject_count > 0 && subj != NULL &&
           bsearch(&subj, scope->subjects, scope->subject_count, sizeof *scope->subjects,
                   by_text) != NULL;
}

static const struct lane *find_lane(const struct export_matter *m, int64_t id)
{
    for (size_t i = 0; i < m->lane_count; i++)
        if (m->lanes[i].id == id)
            return &m->lanes[i];
    return NULL;
}

static void push_subject(struct export_scope *s, const char *subj)
{
    arena_push(s->arena, &s->subjects, &s->subject_count, sizeof *s->subjects, &subj);
}

static enum status read_notice(struct export_scope *s, struct export_matter *m, struct app *app,
                               const struct notice *row, struct err *err)
{
    struct export_notice n = {.row = *row, .lane = find_lane(m, row->lane_id)};
    enum status status =
        parcel_list(&n.parcels, &n.parcel_count, s->arena, app->store, row->id, err);
    if (status == OK)
        status = attempt_list(&n.attempts, &n.attempt_count, s->arena, app->store, row->id, err);
    if (status == OK)
        status = receipt_list(&n.receipts, &n.receipt_count, s->arena, app->store, row->id, err);
    if (status == OK) {
        push_subject(s, row->uid);
        arena_push(s->arena, &m->notices, &m->notice_count, sizeof n, &n);
    }
    return status;
}

static int by_party(const void *a, const void *b)
{
    const struct export_notice *const *x = a, *const *y = b;
    return strcmp((*x)->row.party, (*y)->row.party);
}

/* Whoever got a waiting notice and then the text is one to be told, not two. */
static void mark_followed(struct arena *arena, struct export_matter *m)
{
    if (m->notice_count == 0)
        return;
    const size_t size = m->notice_count * sizeof(struct export_notice *);
    struct export_notice **sorted = arena_alloc(arena, size);
    for (size_t i = 0; i < m->notice_count; i++)
        sorted[i] = &m->notices[i];
    qsort(sorted, m->notice_count, sizeof *sorted, by_party);
    for (size_t i = 0, end = 0; i < m->notice_count; i = end) {
        bool text = false;
        for (end = i; end < m->notice_count && by_party(&sorted[i], &sorted[end]) == 0; end++)
            text = text || (sorted[end]->row.level != LEVEL_WAITING &&
                            notice_kind_tells(sorted[end]->row.kind) &&
                            sorted[end]->row.state != STATE_CANCELLED &&
                            sorted[end]->row.state != STATE_SUPERSEDED);
        for (size_t k = i; k < end; k++)
            sorted[k]->followed = text && sorted[k]->row.level == LEVEL_WAITING;
    }
}

static enum status read_notices(struct export_scope *s, struct export_matter *m, struct app *app,
                                struct err *err)
{
    struct notice_filter filter = {.advisory_id = m->row.id,
                                   .party = s->wish->reader == READER_PARTY ? s->wish->party : NULL,
                                   .limit = 500};
    size_t count = filter.limit;
    enum status status = OK;
    while (status == OK && count == filter.limit) {
        struct notice *rows = NULL;
        status = notice_list(&rows, &count, s->arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = rows[i].id;
            status = read_notice(s, m, app, &rows[i], err);
        }
    }
    return status;
}

enum status export_matter_read(struct export_scope *s, struct export_matter *out, struct app *app,
                               const struct advisory *row, struct err *err)
{
    struct export_matter m = {.row = *row};
    struct arena *arena = s->arena;
    enum status status = plan_get(&m.plan, arena, app->store, row->id, err);
    m.planned = status == OK;
    if (status == OK || status == ERR_NOT_FOUND)
        status = approval_list(&m.approvals, &m.approval_count, arena, app->store, row->id, err);
    if (status == OK)
        status = left_out_list(&m.left_out, &m.left_count, arena, app->store, row->id, err);
    if (status == OK)
        status = lane_list(&m.lanes, &m.lane_count, arena, app->store, row->id, err);
    if (status == OK)
        status = task_list(&m.tasks, &m.task_count, arena, app->store, true, row->id, err);
    if (status == OK)
        status = export_release_read(&m.release, arena, app, row->uid, err);
    if (status == OK)
        status = read_notices(s, &m, app, err);
    mark_followed(arena, &m);
    *out = m;
    if (status != OK || (s->wish->reader == READER_PARTY && m.notice_count == 0))
        return status; /* they were told nothing of it, and are not told now */
    push_subject(s, row->uid);
    push_subject(s, row->sha256); /* what happened before it was taken: findings, waivers */
    for (size_t i = 0; i < m.task_count && s->wish->reader != READER_PARTY; i++)
        push_subject(s, arena_printf(arena, "task-%lld", (long long)m.tasks[i].id));
    return OK;
}

static enum status read_matter(struct export_scope *s, struct app *app, const struct advisory *row,
                               struct err *err)
{
    struct export_matter m;
    enum status status = export_matter_read(s, &m, app, row, err);
    if (status == OK && (s->wish->reader != READER_PARTY || m.notice_count > 0))
        arena_push(s->arena, &s->matters, &s->count, sizeof m, &m);
    return status;
}

static enum status read_matters(struct export_scope *s, struct app *app, const char *tracking,
                                struct err *err)
{
    struct advisory *rows = NULL;
    size_t count = 0;
    enum status status = advisory_list(&rows, &count, s->arena, app->store, tracking, err);
    if (status == OK && count == 0 && s->wish->tracking != NULL)
        status = err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
    for (size_t i = 0; status == OK && i < count; i++)
        status = read_matter(s, app, &rows[i], err);
    return status;
}

/* The advisories that came of a case; one that is not in the register yet is none. */
static enum status read_linked(struct export_scope *s, struct app *app, struct err *err)
{
    const struct export_case *c = &s->cases[0];
    enum status status = OK;
    for (size_t i = 0; status == OK && i < c->link_count; i++)
        if (c->links[i].kind == LINK_ADVISORY)
            status = read_matters(s, app, c->links[i].ref, err);
    return status;
}

enum status export_scope_open(struct export_scope *out, struct app *app,
                              const struct export_wish *wish, struct err *err)
{
    *out = (struct export_scope){.wish = wish, .arena = arena_new(), .now_ms = app_now(app)};
    enum status status = export_cases_read(out, app, err);
    if (status == OK)
        status = wish->of_case != NULL ? read_linked(out, app, err)
                                       : read_matters(out, app, wish->tracking, err);
    if (status == OK)
        status = export_digests_read(out, app, err);
    if (status == OK)
        status = export_drills_read(out, app, err);
    for (size_t i = 0; i < out->case_count; i++)
        push_subject(out, out->cases[i].row.uid);
    if (status == OK && out->count == 0 && wish->reader == READER_PARTY)
        status = err_set(err, ERR_NOT_FOUND, "%s: no notice went to that party", wish->party);
    if (out->subject_count > 1)
        qsort(out->subjects, out->subject_count, sizeof *out->subjects, by_text);
    return status;
}

void export_scope_close(struct export_scope *scope)
{
    arena_free(scope->arena);
    *scope = (struct export_scope){0};
}
