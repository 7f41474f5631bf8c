/* What belongs to the notices behind one id up to another: for whoever reads the whole store. */
#include "store/notice_inner.h"

#define SPAN " WHERE notice_id > $1 AND notice_id <= $2 ORDER BY notice_id, id"

static void begin(struct query *q, struct store *store, const char *sql, int64_t after, int64_t to)
{
    query_init(q, store, sql);
    query_put_int(q, after);
    query_put_int(q, to);
}

static const char parcels_sql[] = "SELECT " PARCEL_COLUMNS " FROM parcel" SPAN;

enum status parcel_range(struct parcel_row **out, size_t *count, struct arena *arena,
                         struct store *store, int64_t after, int64_t to, struct err *err)
{
    struct query q;
    begin(&q, store, parcels_sql, after, to);
    return parcel_all(out, count, &q, arena, err);
}

static const char attempts_sql[] = "SELECT " ATTEMPT_COLUMNS " FROM attempt" SPAN;

enum status attempt_range(struct attempt **out, size_t *count, struct arena *arena,
                          struct store *store, int64_t after, int64_t to, struct err *err)
{
    struct query q;
    begin(&q, store, attempts_sql, after, to);
    return attempt_all(out, count, &q, arena, err);
}

static const char receipts_sql[] = "SELECT " RECEIPT_COLUMNS " FROM receipt" SPAN;

enum status receipt_range(struct receipt_row **out, size_t *count, struct arena *arena,
                          struct store *store, int64_t after, int64_t to, struct err *err)
{
    struct query q;
    begin(&q, store, receipts_sql, after, to);
    return receipt_all(out, count, &q, arena, err);
}
