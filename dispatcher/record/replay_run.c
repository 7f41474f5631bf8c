/* The log and the rows of a store, read in slices and handed to the replay. */
#include "dispatcher/app.h"
#include "dispatcher/record/replay.h"
#include "evidence/entry.h"

#include <stdlib.h>
#include <string.h>

#define SLICE 500

static enum status read_slice(struct replay *r, struct entry_check *check, size_t *count,
                              struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_line *lines = NULL;
    struct log_value *values = NULL;
    size_t value_count = 0;
    size_t at = 0;
    const int64_t from = check->head.idx;
    enum status status = log_list(&lines, count, arena, app->store, from, NULL, SLICE, err);
    if (status == OK && *count > 0)
        status = log_value_range(&values, &value_count, arena, app->store, from,
                                 lines[*count - 1].idx + 1, err);
    for (size_t i = 0; status == OK && i < *count; i++) {
        size_t end = at;
        if (!entry_check_line(check, lines[i].line))
            status = err_set(err, ERR_REFUSED, "bad: entry %lld: %s", (long long)check->bad_idx,
                             check->reason);
        while (end < value_count && values[end].idx == lines[i].idx)
            end++;
        if (status == OK)
            replay_entry(r, lines[i].line, values + at, end - at);
        at = end;
    }
    arena_free(arena);
    return status;
}

static enum status read_log(struct replay *r, struct entry_check *check, struct app *app,
                            struct err *err)
{
    enum status status = OK;
    for (size_t count = SLICE; status == OK && count == SLICE;)
        status = read_slice(r, check, &count, app, err);
    return status;
}

static enum status check_head(const struct entry_check *check, struct app *app, struct err *err)
{
    struct log_head head;
    char prev[SHA256_HEX];
    enum status status = log_head_get(&head, app->store, err);
    if (status == OK && (check->head.idx != head.idx ||
                         strcmp(sha256_hex(prev, &check->head.prev), head.prev) != 0))
        status = err_set(err, ERR_REFUSED,
                         "bad: entry %lld: the log's head does not fit its last entry: entries are "
                         "missing at the end",
                         (long long)check->head.idx);
    return status;
}

/* Opaque ids of advisories, and of digests, by the numbers of their rows: ascending. */
struct names {
    struct advisory *rows;
    size_t count;
};

static int by_id(const void *a, const void *b)
{
    const struct advisory *one = a;
    const struct advisory *two = b;
    return (one->id > two->id) - (one->id < two->id);
}

static const char *name_of(const struct names *names, int64_t id)
{
    const struct advisory wanted = {.id = id};
    const struct advisory *row =
        names->count == 0 ? NULL
                          : bsearch(&wanted, names->rows, names->count, sizeof wanted, by_id);
    return row != NULL ? row->uid : NULL;
}

static enum status read_names(struct names *names, struct arena *arena, struct app *app,
                              struct err *err)
{
    int64_t after = 0;
    enum status status = advisory_list(&names->rows, &names->count, arena, app->store, NULL, err);
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct advisory *rows = NULL;
        status = advisory_ours_list(&rows, &count, arena, app->store, after, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            arena_push(arena, &names->rows, &names->count, sizeof rows[i], &rows[i]);
        }
    }
    if (names->count > 1)
        qsort(names->rows, names->count, sizeof *names->rows, by_id);
    return status;
}

static enum status read_turns(struct replay *r, struct app *app, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *arena = arena_new();
        struct digest_turn *rows = NULL;
        status = digest_turn_list(&rows, &count, arena, app->store, after, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            replay_turn(&r->store_turns, &rows[i], true);
        }
        arena_free(arena);
    }
    return status;
}

static enum status read_advisory(struct replay *r, const struct advisory *row, struct app *app,
                                 struct err *err)
{
    struct arena *arena = arena_new();
    struct approval *approvals = NULL;
    struct left_out *left_out = NULL;
    struct plan plan;
    size_t count = 0;
    size_t left_out_count = 0;
    bool planned = false;
    enum status status = approval_list(&approvals, &count, arena, app->store, row->id, err);
    if (status == OK) {
        status = plan_get(&plan, arena, app->store, row->id, err);
        planned = status == OK;
        if (status == ERR_NOT_FOUND)
            status = OK;
    }
    if (status == OK && row->state == ADVISORY_RELEASED)
        status = left_out_list(&left_out, &left_out_count, arena, app->store, row->id, err);
    if (status == OK) {
        replay_advisory(r, row, planned ? &plan : NULL, approvals, count);
        if (planned && row->state == ADVISORY_RELEASED && (int64_t)left_out_count != plan.left_out)
            replay_differs(r, "advisory %s: left_out: its plan says %lld, the store has %zu",
                           row->uid, (long long)plan.left_out, left_out_count);
    }
    arena_free(arena);
    return status;
}

/* What stands behind a slice of notices; each run of rows is eaten from its beginning. */
struct behind {
    struct parcel_row *parcels;
    struct attempt *attempts;
    struct receipt_row *receipts;
    size_t parcel_count, attempt_count, receipt_count;
};

static const char *parcel_sha256(const struct behind *b, int64_t id)
{
    for (size_t i = 0; i < b->parcel_count && b->parcels[i].notice_id == b->parcels[0].notice_id;
         i++)
        if (b->parcels[i].id == id)
            return b->parcels[i].sha256;
    return NULL;
}

static void take_behind(struct replay_row *out, struct behind *b, const struct notice *n)
{
    size_t i = 0;
    /* Rows of notices that are not there, which foreign keys forbid: not this one's. */
    while (b->parcel_count > 0 && b->parcels[0].notice_id < n->id)
        b->parcels++, b->parcel_count--;
    while (b->attempt_count > 0 && b->attempts[0].notice_id < n->id)
        b->attempts++, b->attempt_count--;
    while (b->receipt_count > 0 && b->receipts[0].notice_id < n->id)
        b->receipts++, b->receipt_count--;
    const bool sealed = b->parcel_count > 0 && b->parcels[0].notice_id == n->id;
    out->parcel = sealed && n->parcel_id != 0 ? parcel_sha256(b, n->parcel_id) : NULL;
    for (i = 0; i < b->parcel_count && b->parcels[i].notice_id == n->id; i++)
        book_parcel(&out->rows, &b->parcels[i], true);
    for (i = 0; i < b->attempt_count && b->attempts[i].notice_id == n->id; i++) {
        const struct attempt *a = &b->attempts[i];
        book_begin(&out->rows, a->id, sealed ? parcel_sha256(b, a->parcel_id) : NULL, a->begin_ms);
        if (a->dot_ms != 0)
            book_dot(&out->rows, a->id, a->dot_ms);
        if (a->end_ms != 0)
            book_end(&out->rows, a, true);
    }
    for (i = 0; i < b->receipt_count && b->receipts[i].notice_id == n->id; i++)
        book_receipt(&out->rows, &b->receipts[i], true);
}

static enum status read_notices(struct replay *r, size_t *count, int64_t *after,
                                const struct names *names, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    struct behind b = {0};
    const struct notice_filter filter = {.after_id = *after, .limit = SLICE};
    enum status status = notice_list(&list, count, arena, app->store, &filter, err);
    int64_t last = status == OK && *count > 0 ? list[*count - 1].id : *after;
    if (status == OK)
        status = parcel_range(&b.parcels, &b.parcel_count, arena, app->store, *after, last, err);
    if (status == OK)
        status = attempt_range(&b.attempts, &b.attempt_count, arena, app->store, *after, last, err);
    if (status == OK)
        status = receipt_range(&b.receipts, &b.receipt_count, arena, app->store, *after, last, err);
    for (size_t i = 0; status == OK && i < *count; i++) {
        struct replay_row row = {.notice = &list[i],
                                 .advisory = name_of(names, list[i].advisory_id)};
        take_behind(&row, &b, &list[i]);
        replay_notice(r, &row);
    }
    *after = last;
    arena_free(arena);
    return status;
}

static enum status read_rows(struct replay *r, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct names names = {0};
    struct task *tasks = NULL;
    size_t task_count = 0;
    int64_t after = 0;
    enum status status = read_names(&names, arena, app, err);
    if (status == OK)
        status = read_turns(r, app, err);
    if (status == OK)
        status = replay_drills(r, app, err);
    for (size_t i = 0; status == OK && i < names.count; i++)
        status = read_advisory(r, &names.rows[i], app, err);
    for (size_t count = SLICE; status == OK && count == SLICE;)
        status = read_notices(r, &count, &after, &names, app, err);
    if (status == OK)
        status = task_list(&tasks, &task_count, arena, app->store, true, 0, err);
    for (size_t i = 0; status == OK && i < task_count; i++)
        replay_task(r, &tasks[i]);
    if (status == OK)
        status = replay_cases(r, app, err);
    if (status == OK)
        replay_end(r);
    arena_free(arena);
    return status;
}

enum status replay_run(struct replay *replay, struct app *app, struct err *err)
{
    struct entry_check check;
    entry_check_init(&check);
    enum status status = read_log(replay, &check, app, err);
    if (status != OK)
        return status;
    status = store_begin(app->store, err);
    if (status != OK)
        return status;
    status = read_log(replay, &check, app, err);
    if (status == OK)
        status = check_head(&check, app, err);
    if (status == OK)
        status = read_rows(replay, app, err);
    store_rollback(app->store);
    return status;
}
