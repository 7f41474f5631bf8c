#include "store/party.h"

#include "store/query.h"

/* The key is (party, vendor, product, version, serial), where "not said" is a value, too. */
static const char installed_put_sql[] =
    "INSERT INTO installed (party, vendor, product, version, serial, udi_di, quantity) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (party, product, (coalesce(vendor, '')), "
    "(coalesce(version, '')), (coalesce(serial, ''))) "
    "DO UPDATE SET udi_di = excluded.udi_di, quantity = excluded.quantity "
    "WHERE installed.udi_di IS DISTINCT FROM excluded.udi_di "
    "OR installed.quantity <> excluded.quantity RETURNING id";

enum status installed_put(struct store *store, const struct installed *row, bool *changed,
                          struct err *err)
{
    struct query q;
    query_init(&q, store, installed_put_sql);
    query_put_text(&q, row->party);
    query_put_text(&q, row->vendor);
    query_put_text(&q, row->product);
    query_put_text(&q, row->version);
    query_put_text(&q, row->serial);
    query_put_text(&q, row->udi_di);
    query_put_int(&q, row->quantity);
    return query_did(&q, changed, err);
}

#define INSTALLED_COLUMNS "id, party, vendor, product, version, serial, udi_di, quantity"

static enum status read_all(struct installed **out, size_t *count, struct query *q,
                            struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct installed row = {.id = query_int(q)};
        row.party = query_text(q, arena);
        row.vendor = query_text(q, arena);
        row.product = query_text(q, arena);
        row.version = query_text(q, arena);
        row.serial = query_text(q, arena);
        row.udi_di = query_text(q, arena);
        row.quantity = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char installed_list_sql[] =
    "SELECT " INSTALLED_COLUMNS " FROM installed WHERE party = $1 ORDER BY id";

enum status installed_list(struct installed **out, size_t *count, struct arena *arena,
                           struct store *store, const char *party, struct err *err)
{
    struct query q;
    query_init(&q, store, installed_list_sql);
    query_put_text(&q, party);
    return read_all(out, count, &q, arena, err);
}

/* Asked by a person now and then: it reads along the rows, and no index has to be kept for it. */
static const char installed_find_sql[] =
    "SELECT " INSTALLED_COLUMNS " FROM installed WHERE (serial = $1 OR udi_di = $1) AND id > $2 "
    "ORDER BY id LIMIT $3";

enum status installed_find(struct installed **out, size_t *count, struct arena *arena,
                           struct store *store, const char *device, int64_t after_id, size_t limit,
                           struct err *err)
{
    struct query q;
    query_init(&q, store, installed_find_sql);
    query_put_text(&q, device);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    return read_all(out, count, &q, arena, err);
}

static const char installed_page_sql[] =
    "SELECT " INSTALLED_COLUMNS " FROM installed WHERE id > $1 ORDER BY id LIMIT $2";

enum status installed_page(struct installed **out, size_t *count, struct arena *arena,
                           struct store *store, int64_t after_id, size_t limit, struct err *err)
{
    struct query q;
    query_init(&q, store, installed_page_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    return read_all(out, count, &q, arena, err);
}

static const char installed_any_sql[] = "SELECT id FROM installed LIMIT 1";

enum status installed_any(bool *out, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, installed_any_sql);
    return query_did(&q, out, err);
}

static const char installed_clear_sql[] = "DELETE FROM installed";

enum status installed_clear(struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, installed_clear_sql);
    return query_run(&q, err);
}
