#include "store/task.h"

#include "store/query.h"

static const char task_add_sql[] =
    "INSERT INTO task (kind, cause, title, todo, advisory_id, owner, deadline_ms, open, opened_ms, "
    "done_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, 0) "
    "ON CONFLICT (cause) WHERE open = 1 DO NOTHING RETURNING id";

/* *id stays 0 when there is an open one with this cause. */
static enum status task_add(int64_t *id, const struct task *task, struct store *store,
                            struct err *err)
{
    struct query q;
    query_init(&q, store, task_add_sql);
    query_put_text(&q, task_kind_word(task->kind));
    query_put_text(&q, task->cause);
    query_put_text(&q, task->title);
    query_put_text(&q, task->todo);
    query_put_id(&q, task->advisory_id);
    query_put_text(&q, task->owner);
    query_put_int(&q, task->deadline_ms);
    query_put_int(&q, task->opened_ms);
    return query_insert(&q, id, err);
}

static const char task_join_sql[] =
    "UPDATE task SET deadline_ms = CASE WHEN $1 > 0 AND (deadline_ms = 0 OR $1 < deadline_ms) "
    "THEN $1 ELSE deadline_ms END WHERE cause = $2 AND open = 1 RETURNING id";

static enum status task_join(int64_t *id, const struct task *task, struct store *store,
                             struct err *err)
{
    struct query q;
    query_init(&q, store, task_join_sql);
    query_put_int(&q, task->deadline_ms);
    query_put_text(&q, task->cause);
    return query_insert(&q, id, err);
}

enum status task_open(struct task *task, bool *opened, struct store *store, struct err *err)
{
    struct scope scope;
    int64_t id = 0;
    bool added = false;
    enum status status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    status = task_add(&id, task, store, err);
    added = id != 0;
    if (status == OK && !added)
        status = task_join(&id, task, store, err);
    status = scope_end(&scope, status, err);
    if (status == OK) {
        task->id = id;
        if (opened != NULL)
            *opened = added;
    }
    return status;
}

#define TASK_COLUMNS                                                                               \
    "id, kind, cause, title, todo, advisory_id, owner, deadline_ms, open, opened_ms, done_ms, "    \
    "done_by, done_ref, proof, (SELECT count(DISTINCT about) FROM task_item i WHERE i.task_id = "  \
    "task.id)"

static enum status task_all(struct task **out, size_t *count, struct query *q, struct arena *arena,
                            struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct task row = {.id = query_int(q)};
        query_known(q, task_kind_of(&row.kind, query_text(q, arena)));
        row.cause = query_text(q, arena);
        row.title = query_text(q, arena);
        row.todo = query_text(q, arena);
        row.advisory_id = query_id(q);
        row.owner = query_text(q, arena);
        row.deadline_ms = query_int(q);
        row.open = query_bool(q);
        row.opened_ms = query_int(q);
        row.done_ms = query_int(q);
        row.done_by = query_text(q, arena);
        row.done_ref = query_text(q, arena);
        row.proof = query_text(q, arena);
        row.items = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char task_get_sql[] = "SELECT " TASK_COLUMNS " FROM task WHERE id = $1";

enum status task_get(struct task *out, struct arena *arena, struct store *store, int64_t id,
                     struct err *err)
{
    struct task *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, store, task_get_sql);
    query_put_int(&q, id);
    enum status status = task_all(&rows, &count, &q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such task");
    if (status == OK)
        *out = rows[0];
    return status;
}

/* Tasks are few, one per cause: no index for the order. No deadline comes after every deadline. */
static const char task_list_sql[] =
    "SELECT " TASK_COLUMNS " FROM task WHERE ($1 = 0 OR advisory_id = $1) AND (open = 1 OR $2 = 1) "
    "ORDER BY open DESC, CASE WHEN deadline_ms = 0 THEN 1 ELSE 0 END, deadline_ms, id";

enum status task_list(struct task **out, size_t *count, struct arena *arena, struct store *store,
                      bool all, int64_t advisory_id, struct err *err)
{
    struct query q;
    query_init(&q, store, task_list_sql);
    query_put_int(&q, advisory_id);
    query_put_int(&q, all ? 1 : 0);
    return task_all(out, count, &q, arena, err);
}

static const char task_reword_sql[] = "UPDATE task SET cause = $1, title = $2, todo = $3, "
                                      "deadline_ms = $4 WHERE id = $5 AND open = 1";

enum status task_reword(struct store *store, const struct task *task, struct err *err)
{
    struct query q;
    query_init(&q, store, task_reword_sql);
    query_put_text(&q, task->cause);
    query_put_text(&q, task->title);
    query_put_text(&q, task->todo);
    query_put_int(&q, task->deadline_ms);
    query_put_int(&q, task->id);
    return query_change(&q, "the task", err);
}

static const char task_done_sql[] = "UPDATE task SET open = 0, done_ms = $1, done_by = $2, "
                                    "done_ref = $3, proof = $4 WHERE id = $5 AND open = 1";

enum status task_done(struct store *store, const struct task *task, struct err *err)
{
    struct query q;
    query_init(&q, store, task_done_sql);
    query_put_int(&q, task->done_ms);
    query_put_text(&q, task->done_by);
    query_put_text(&q, task->done_ref);
    query_put_text(&q, task->proof);
    query_put_int(&q, task->id);
    return query_change(&q, "the task", err);
}

static const char task_item_add_sql[] =
    "INSERT INTO task_item (task_id, about, notice_id, detail) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (task_id, about, (coalesce(notice_id, 0))) DO NOTHING";

enum status task_item_add(struct store *store, int64_t task_id, const struct task_item *item,
                          struct err *err)
{
    struct query q;
    query_init(&q, store, task_item_add_sql);
    query_put_int(&q, task_id);
    query_put_text(&q, item->about);
    query_put_id(&q, item->notice_id);
    query_put_text(&q, item->detail);
    return query_run(&q, err);
}

static const char task_item_list_sql[] =
    "SELECT about, notice_id, detail FROM task_item WHERE task_id = $1 ORDER BY id";

enum status task_item_list(struct task_item **out, size_t *count, struct arena *arena,
                           struct store *store, int64_t task_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, task_item_list_sql);
    query_put_int(&q, task_id);
    while (query_next(&q)) {
        struct task_item row = {.about = query_text(&q, arena)};
        row.notice_id = query_id(&q);
        row.detail = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
