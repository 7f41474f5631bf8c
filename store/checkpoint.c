#include "store/checkpoint.h"

#include "store/query.h"

static struct bytes copy(struct arena *arena, struct bytes data)
{
    return (struct bytes){
        (const unsigned char *)arena_strndup(arena, (const char *)data.data, data.size), data.size};
}

static enum status one(struct checkpoint_row *out, struct query *q, struct arena *arena,
                       struct err *err)
{
    struct checkpoint_row row = {0};
    if (query_next(q)) {
        row.size = query_int(q);
        row.note = copy(arena, query_blob(q));
        row.at_ms = query_int(q);
    }
    enum status status = query_end_found(q, "checkpoint", err);
    if (status == OK)
        *out = row;
    return status;
}

static const char checkpoint_add_sql[] =
    "INSERT INTO checkpoint (size, note, at_ms) VALUES ($1, $2, $3) "
    "ON CONFLICT (size) DO UPDATE SET at_ms = checkpoint.at_ms WHERE checkpoint.note = "
    "excluded.note "
    "RETURNING size";

enum status checkpoint_add(struct store *store, const struct checkpoint_row *row, struct err *err)
{
    struct query q;
    bool did = false;
    query_init(&q, store, checkpoint_add_sql);
    query_put_int(&q, row->size);
    query_put_blob(&q, row->note);
    query_put_int(&q, row->at_ms);
    enum status status = query_did(&q, &did, err);
    if (status == OK && !did)
        status = err_set(err, ERR_EXISTS, "store: there is another checkpoint over %lld entries",
                         (long long)row->size);
    return status;
}

static const char checkpoint_last_sql[] =
    "SELECT size, note, at_ms FROM checkpoint ORDER BY size DESC LIMIT 1";

enum status checkpoint_last(struct checkpoint_row *out, struct arena *arena, struct store *store,
                            struct err *err)
{
    struct query q;
    query_init(&q, store, checkpoint_last_sql);
    return one(out, &q, arena, err);
}

static const char checkpoint_from_sql[] =
    "SELECT size, note, at_ms FROM checkpoint WHERE size >= $1 ORDER BY size LIMIT 1";

enum status checkpoint_from(struct checkpoint_row *out, struct arena *arena, struct store *store,
                            int64_t size, struct err *err)
{
    struct query q;
    query_init(&q, store, checkpoint_from_sql);
    query_put_int(&q, size);
    return one(out, &q, arena, err);
}

static const char stamp_add_sql[] =
    "INSERT INTO stamp (size, authority, token, at_ms, cert_end_ms, roots) "
    "VALUES ($1, $2, $3, $4, $5, $6)";

enum status stamp_add(struct store *store, const struct stamp_row *row, struct err *err)
{
    struct query q;
    query_init(&q, store, stamp_add_sql);
    query_put_int(&q, row->size);
    query_put_text(&q, row->authority);
    query_put_blob(&q, row->token);
    query_put_int(&q, row->at_ms);
    query_put_int(&q, row->cert_end_ms);
    query_put_text(&q, row->roots);
    return query_run(&q, err);
}

static const char stamp_list_sql[] =
    "SELECT size, authority, token, at_ms, cert_end_ms, roots FROM stamp "
    "ORDER BY size, authority, at_ms";

enum status stamp_list(struct stamp_row **out, size_t *count, struct arena *arena,
                       struct store *store, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, stamp_list_sql);
    while (query_next(&q)) {
        struct stamp_row row = {.size = query_int(&q)};
        row.authority = query_text(&q, arena);
        row.token = copy(arena, query_blob(&q));
        row.at_ms = query_int(&q);
        row.cert_end_ms = query_int(&q);
        row.roots = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char stamp_newest_sql[] =
    "SELECT size, authority, at_ms, cert_end_ms, roots FROM stamp WHERE authority = $1 "
    "ORDER BY size DESC, at_ms DESC LIMIT 1";

enum status stamp_newest(struct stamp_row *out, struct arena *arena, struct store *store,
                         const char *authority, struct err *err)
{
    struct query q;
    struct stamp_row row = {0};
    query_init(&q, store, stamp_newest_sql);
    query_put_text(&q, authority);
    if (query_next(&q)) {
        row.size = query_int(&q);
        row.authority = query_text(&q, arena);
        row.at_ms = query_int(&q);
        row.cert_end_ms = query_int(&q);
        row.roots = query_text(&q, arena);
    }
    enum status status = query_end_found(&q, "time-stamp", err);
    if (status == OK)
        *out = row;
    return status;
}
