#include "store/advisory.h"

#include "store/query.h"

static const char plan_add_sql[] =
    "INSERT INTO plan (advisory_id, recipients, left_out, root, done, after_priority, after_party, "
    "created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

enum status plan_add(struct store *store, const struct plan *plan, struct err *err)
{
    struct query q;
    query_init(&q, store, plan_add_sql);
    query_put_int(&q, plan->advisory_id);
    query_put_int(&q, plan->count);
    query_put_int(&q, plan->left_out);
    query_put_text(&q, plan->root);
    query_put_int(&q, plan->done);
    query_put_int(&q, plan->after_priority);
    query_put_text(&q, plan->after_party);
    query_put_int(&q, plan->created_ms);
    return query_run(&q, err);
}

static const char plan_get_sql[] =
    "SELECT advisory_id, recipients, left_out, root, done, after_priority, after_party, created_ms "
    "FROM plan WHERE advisory_id = $1";

enum status plan_get(struct plan *out, struct arena *arena, struct store *store,
                     int64_t advisory_id, struct err *err)
{
    struct plan row = {0};
    struct query q;
    query_init(&q, store, plan_get_sql);
    query_put_int(&q, advisory_id);
    if (query_next(&q)) {
        row.advisory_id = query_int(&q);
        row.count = query_int(&q);
        row.left_out = query_int(&q);
        row.root = query_text(&q, arena);
        row.done = query_int(&q);
        row.after_priority = (int)query_int(&q);
        row.after_party = query_text(&q, arena);
        row.created_ms = query_int(&q);
    }
    enum status status = query_end_found(&q, "plan", err);
    if (status == OK)
        *out = row;
    return status;
}

/* Only forwards: a slice that was written before is not written again. */
static const char plan_advance_sql[] =
    "UPDATE plan SET done = $1, after_priority = $2, after_party = $3 "
    "WHERE advisory_id = $4 AND done <= $1";

enum status plan_advance(struct store *store, const struct plan *plan, struct err *err)
{
    struct query q;
    query_init(&q, store, plan_advance_sql);
    query_put_int(&q, plan->done);
    query_put_int(&q, plan->after_priority);
    query_put_text(&q, plan->after_party);
    query_put_int(&q, plan->advisory_id);
    return query_change(&q, "the plan", err);
}

static const char left_out_add_sql[] =
    "INSERT INTO left_out (advisory_id, party, comparison) VALUES ($1, $2, $3)";

enum status left_out_add(struct store *store, int64_t advisory_id, const char *party,
                         const char *comparison, struct err *err)
{
    struct query q;
    query_init(&q, store, left_out_add_sql);
    query_put_int(&q, advisory_id);
    query_put_text(&q, party);
    query_put_text(&q, comparison);
    return query_run(&q, err);
}

static const char left_out_list_sql[] =
    "SELECT party, comparison FROM left_out WHERE advisory_id = $1 ORDER BY party";

enum status left_out_list(struct left_out **out, size_t *count, struct arena *arena,
                          struct store *store, int64_t advisory_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, left_out_list_sql);
    query_put_int(&q, advisory_id);
    while (query_next(&q)) {
        struct left_out row = {.party = query_text(&q, arena)};
        row.comparison = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
