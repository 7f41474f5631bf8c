#include "store/notice_inner.h"

static const char attempt_add_sql[] =
    "INSERT INTO attempt (notice_id, parcel_id, begin_ms, dot_ms, end_ms, verdict, code, enhanced, "
    "said, tls, peer, transcript) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id";

enum status attempt_add(struct attempt *attempt, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, attempt_add_sql);
    query_put_int(&q, attempt->notice_id);
    query_put_int(&q, attempt->parcel_id);
    query_put_int(&q, attempt->begin_ms);
    query_put_int(&q, attempt->dot_ms);
    query_put_int(&q, attempt->end_ms);
    query_put_text(&q, attempt->verdict);
    query_put_int(&q, attempt->code);
    query_put_text(&q, attempt->enhanced);
    query_put_text(&q, attempt->said);
    query_put_text(&q, attempt->tls);
    query_put_text(&q, attempt->peer);
    query_put_text(&q, attempt->transcript);
    return query_insert(&q, &attempt->id, err);
}

enum status attempt_all(struct attempt **out, size_t *count, struct query *q, struct arena *arena,
                        struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct attempt row = {.id = query_int(q)};
        row.notice_id = query_int(q);
        row.parcel_id = query_int(q);
        row.begin_ms = query_int(q);
        row.dot_ms = query_int(q);
        row.end_ms = query_int(q);
        row.verdict = query_text(q, arena);
        row.code = query_int(q);
        row.enhanced = query_text(q, arena);
        row.said = query_text(q, arena);
        row.tls = query_text(q, arena);
        row.peer = query_text(q, arena);
        row.transcript = query_text(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char attempt_get_sql[] = "SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE id = $1";

enum status attempt_get(struct attempt *out, struct arena *arena, struct store *store, int64_t id,
                        struct err *err)
{
    struct attempt *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, store, attempt_get_sql);
    query_put_int(&q, id);
    enum status status = attempt_all(&rows, &count, &q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such attempt");
    if (status == OK)
        *out = rows[0];
    return status;
}

/* The dot is given once, and never after the end. */
static const char attempt_dot_sql[] =
    "UPDATE attempt SET dot_ms = $1 WHERE id = $2 AND dot_ms = 0 AND end_ms = 0 "
    /* A hold may have been set while it was on its way. */
    "AND NOT EXISTS (SELECT 1 FROM notice n JOIN lane l ON l.id = n.lane_id "
    "WHERE n.id = attempt.notice_id AND l.held = 1)";

enum status attempt_dot(struct store *store, int64_t id, int64_t dot_ms, struct err *err)
{
    struct query q;
    query_init(&q, store, attempt_dot_sql);
    query_put_int(&q, dot_ms);
    query_put_int(&q, id);
    return query_change(&q, "the attempt", err);
}

static const char attempt_end_sql[] =
    "UPDATE attempt SET end_ms = $1, verdict = $2, code = $3, enhanced = $4, said = $5, tls = $6, "
    "peer = $7, transcript = $8 WHERE id = $9 AND end_ms = 0";

enum status attempt_end(struct store *store, const struct attempt *attempt, struct err *err)
{
    struct query q;
    query_init(&q, store, attempt_end_sql);
    query_put_int(&q, attempt->end_ms);
    query_put_text(&q, attempt->verdict);
    query_put_int(&q, attempt->code);
    query_put_text(&q, attempt->enhanced);
    query_put_text(&q, attempt->said);
    query_put_text(&q, attempt->tls);
    query_put_text(&q, attempt->peer);
    query_put_text(&q, attempt->transcript);
    query_put_int(&q, attempt->id);
    return query_change(&q, "the attempt", err);
}

static const char attempt_list_sql[] =
    "SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE notice_id = $1 ORDER BY id";

enum status attempt_list(struct attempt **out, size_t *count, struct arena *arena,
                         struct store *store, int64_t notice_id, struct err *err)
{
    struct query q;
    query_init(&q, store, attempt_list_sql);
    query_put_int(&q, notice_id);
    return attempt_all(out, count, &q, arena, err);
}
