#include "store/notice.h"

#include "store/query.h"

static const char inbound_add_sql[] =
    "INSERT INTO inbound (sha256, kind, notice_id, outcome, reason, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";

enum status inbound_add(struct inbound_row *row, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, inbound_add_sql);
    query_put_text(&q, row->sha256);
    query_put_text(&q, row->kind);
    query_put_id(&q, row->notice_id);
    query_put_text(&q, row->outcome);
    query_put_text(&q, row->reason);
    query_put_int(&q, row->at_ms);
    return query_insert(&q, &row->id, err);
}

#define INBOUND_COLUMNS "id, sha256, kind, notice_id, outcome, reason, at_ms"

static const char inbound_list_sql[] = "SELECT " INBOUND_COLUMNS " FROM inbound ORDER BY id";
static const char inbound_list_outcome_sql[] =
    "SELECT " INBOUND_COLUMNS " FROM inbound WHERE outcome = $1 ORDER BY id";

enum status inbound_list(struct inbound_row **out, size_t *count, struct arena *arena,
                         struct store *store, const char *outcome, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, outcome == NULL ? inbound_list_sql : inbound_list_outcome_sql);
    if (outcome != NULL)
        query_put_text(&q, outcome);
    while (query_next(&q)) {
        struct inbound_row row = {.id = query_int(&q)};
        row.sha256 = query_text(&q, arena);
        row.kind = query_text(&q, arena);
        row.notice_id = query_id(&q);
        row.outcome = query_text(&q, arena);
        row.reason = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
