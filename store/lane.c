#include "store/advisory.h"

#include "store/query.h"

static const char lane_add_sql[] =
    "INSERT INTO lane (advisory_id, jurisdiction, kind, endpoint, priority, open_at_ms, held) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";

static enum status lane_add(struct lane *lane, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, lane_add_sql);
    query_put_int(&q, lane->advisory_id);
    query_put_text(&q, lane->jurisdiction);
    query_put_text(&q, party_kind_word(lane->kind));
    query_put_text(&q, lane->endpoint);
    query_put_int(&q, lane->priority);
    query_put_int(&q, lane->open_at_ms);
    query_put_int(&q, lane->held ? 1 : 0);
    return query_insert(&q, &lane->id, err);
}

static const char lane_find_sql[] =
    "SELECT id FROM lane "
    "WHERE advisory_id = $1 AND jurisdiction = $2 AND kind = $3 AND endpoint = $4";

static enum status lane_find(struct lane *lane, struct store *store, struct err *err)
{
    struct query q;
    int64_t id = 0;
    query_init(&q, store, lane_find_sql);
    query_put_int(&q, lane->advisory_id);
    query_put_text(&q, lane->jurisdiction);
    query_put_text(&q, party_kind_word(lane->kind));
    query_put_text(&q, lane->endpoint);
    if (query_next(&q))
        id = query_int(&q);
    enum status status = query_end_found(&q, "lane", err);
    if (status == OK)
        lane->id = id;
    return status;
}

enum status lane_ensure(struct lane *lane, struct store *store, struct err *err)
{
    /* Asked first: a million notices share a few hundred lanes. */
    enum status status = lane_find(lane, store, err);
    if (status != ERR_NOT_FOUND)
        return status;
    struct scope scope;
    status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    status = lane_add(lane, store, err);
    if (status == OK && !lane->held)
        status = lane_settle(store, lane->id, err);
    return scope_end(&scope, status, err);
}

static const char lane_list_sql[] =
    "SELECT id, advisory_id, jurisdiction, kind, endpoint, priority, open_at_ms, held FROM lane "
    "WHERE advisory_id = $1 ORDER BY priority, id";

enum status lane_list(struct lane **out, size_t *count, struct arena *arena, struct store *store,
                      int64_t advisory_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, lane_list_sql);
    query_put_int(&q, advisory_id);
    while (query_next(&q)) {
        struct lane row = {.id = query_int(&q)};
        row.advisory_id = query_int(&q);
        row.jurisdiction = query_text(&q, arena);
        query_known(&q, party_kind_of(&row.kind, query_text(&q, arena)));
        row.endpoint = query_text(&q, arena);
        row.priority = (int)query_int(&q);
        row.open_at_ms = query_int(&q);
        row.held = query_bool(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char open_sql[] =
    "UPDATE lane SET open_at_ms = $2 WHERE advisory_id = $1 AND open_at_ms > $2";

enum status lane_open_all(struct store *store, int64_t advisory_id, int64_t at_ms, struct err *err)
{
    struct query q;
    query_init(&q, store, open_sql);
    query_put_int(&q, advisory_id);
    query_put_int(&q, at_ms);
    return query_run(&q, err);
}
