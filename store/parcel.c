#include "store/notice_inner.h"

static const char parcel_add_sql[] =
    "INSERT INTO parcel (notice_id, message_id, address, key, level, sha256, plain, created_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";

enum status parcel_add(struct parcel_row *parcel, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, parcel_add_sql);
    query_put_int(&q, parcel->notice_id);
    query_put_text(&q, parcel->message_id);
    query_put_text(&q, parcel->address);
    query_put_text(&q, parcel->key);
    query_put_text(&q, level_word(parcel->level));
    query_put_text(&q, parcel->sha256);
    query_put_text(&q, parcel->plain);
    query_put_int(&q, parcel->created_ms);
    return query_insert(&q, &parcel->id, err);
}

static struct parcel_row parcel_read(struct query *q, struct arena *arena)
{
    struct parcel_row row = {.id = query_int(q)};
    row.notice_id = query_int(q);
    row.message_id = query_text(q, arena);
    row.address = query_text(q, arena);
    row.key = query_text(q, arena);
    query_known(q, level_of(&row.level, query_text(q, arena)));
    row.sha256 = query_text(q, arena);
    row.plain = query_text(q, arena);
    row.created_ms = query_int(q);
    return row;
}

enum status parcel_all(struct parcel_row **out, size_t *count, struct query *q, struct arena *arena,
                       struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct parcel_row row = parcel_read(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static enum status parcel_one(struct parcel_row *out, struct query *q, struct arena *arena,
                              struct err *err)
{
    struct parcel_row row = {0};
    if (query_next(q))
        row = parcel_read(q, arena);
    enum status status = query_end_found(q, "parcel", err);
    if (status == OK)
        *out = row;
    return status;
}

static const char parcel_get_sql[] = "SELECT " PARCEL_COLUMNS " FROM parcel WHERE id = $1";

enum status parcel_get(struct parcel_row *out, struct arena *arena, struct store *store, int64_t id,
                       struct err *err)
{
    struct query q;
    query_init(&q, store, parcel_get_sql);
    query_put_int(&q, id);
    return parcel_one(out, &q, arena, err);
}

static const char parcel_by_message_id_sql[] =
    "SELECT " PARCEL_COLUMNS " FROM parcel WHERE message_id = $1";

enum status parcel_by_message_id(struct parcel_row *out, struct arena *arena, struct store *store,
                                 const char *message_id, struct err *err)
{
    struct query q;
    query_init(&q, store, parcel_by_message_id_sql);
    query_put_text(&q, message_id);
    return parcel_one(out, &q, arena, err);
}

static const char parcel_count_sql[] = "SELECT count(*) FROM parcel WHERE notice_id = $1";

enum status parcel_count(int64_t *out, struct store *store, int64_t notice_id, struct err *err)
{
    struct query q;
    int64_t n = 0;
    query_init(&q, store, parcel_count_sql);
    query_put_int(&q, notice_id);
    if (query_next(&q))
        n = query_int(&q);
    enum status status = query_end(&q, err);
    if (status == OK)
        *out = n;
    return status;
}

static const char parcel_list_sql[] =
    "SELECT " PARCEL_COLUMNS " FROM parcel WHERE notice_id = $1 ORDER BY id";

enum status parcel_list(struct parcel_row **out, size_t *count, struct arena *arena,
                        struct store *store, int64_t notice_id, struct err *err)
{
    struct query q;
    query_init(&q, store, parcel_list_sql);
    query_put_int(&q, notice_id);
    return parcel_all(out, count, &q, arena, err);
}
