#include "store/notice_inner.h"

static const char receipt_add_sql[] =
    "INSERT INTO receipt (notice_id, grade, how, by_person, detail, units, sha256, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";

enum status receipt_add(struct receipt_row *receipt, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, receipt_add_sql);
    query_put_int(&q, receipt->notice_id);
    query_put_text(&q, grade_word(receipt->grade));
    query_put_text(&q, receipt->how);
    query_put_text(&q, receipt->by);
    query_put_text(&q, receipt->detail);
    query_put_int(&q, receipt->units);
    query_put_text(&q, receipt->sha256);
    query_put_int(&q, receipt->at_ms);
    return query_insert(&q, &receipt->id, err);
}

enum status receipt_all(struct receipt_row **out, size_t *count, struct query *q,
                        struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct receipt_row row = {.id = query_int(q)};
        row.notice_id = query_int(q);
        query_known(q, grade_of(&row.grade, query_text(q, arena)));
        row.how = query_text(q, arena);
        row.by = query_text(q, arena);
        row.detail = query_text(q, arena);
        row.units = query_int(q);
        row.sha256 = query_text(q, arena);
        row.at_ms = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char receipt_list_sql[] =
    "SELECT " RECEIPT_COLUMNS " FROM receipt WHERE notice_id = $1 ORDER BY id";

enum status receipt_list(struct receipt_row **out, size_t *count, struct arena *arena,
                         struct store *store, int64_t notice_id, struct err *err)
{
    struct query q;
    query_init(&q, store, receipt_list_sql);
    query_put_int(&q, notice_id);
    return receipt_all(out, count, &q, arena, err);
}
