#include "store/party.h"

#include "store/query.h"

static const char product_put_sql[] =
    "INSERT INTO product (vendor, product, version, aliases, state, item_class, scope, model, "
    "udi_di, markets) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (product, (coalesce(vendor, '')), (coalesce(version, ''))) DO UPDATE SET "
    "aliases = excluded.aliases, state = excluded.state, item_class = excluded.item_class, "
    "scope = excluded.scope, model = excluded.model, udi_di = excluded.udi_di, "
    "markets = excluded.markets "
    "WHERE product.aliases IS DISTINCT FROM excluded.aliases "
    "OR product.state IS DISTINCT FROM excluded.state "
    "OR product.item_class IS DISTINCT FROM excluded.item_class "
    "OR product.scope IS DISTINCT FROM excluded.scope "
    "OR product.model IS DISTINCT FROM excluded.model "
    "OR product.udi_di IS DISTINCT FROM excluded.udi_di "
    "OR product.markets IS DISTINCT FROM excluded.markets RETURNING id";

enum status product_put(struct store *store, const struct product *row, bool *changed,
                        struct err *err)
{
    struct query q;
    query_init(&q, store, product_put_sql);
    query_put_text(&q, row->vendor);
    query_put_text(&q, row->product);
    query_put_text(&q, row->version);
    query_put_text(&q, row->aliases);
    query_put_text(&q, row->state);
    query_put_text(&q, row->item_class);
    query_put_text(&q, row->scope);
    query_put_text(&q, row->model);
    query_put_text(&q, row->udi_di);
    query_put_text(&q, row->markets);
    return query_did(&q, changed, err);
}

static const char product_list_sql[] =
    "SELECT id, vendor, product, version, aliases, state, item_class, scope, model, udi_di, "
    "markets FROM product ORDER BY id";

enum status product_list(struct product **out, size_t *count, struct arena *arena,
                         struct store *store, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, product_list_sql);
    while (query_next(&q)) {
        struct product row = {.id = query_int(&q)};
        row.vendor = query_text(&q, arena);
        row.product = query_text(&q, arena);
        row.version = query_text(&q, arena);
        row.aliases = query_text(&q, arena);
        row.state = query_text(&q, arena);
        row.item_class = query_text(&q, arena);
        row.scope = query_text(&q, arena);
        row.model = query_text(&q, arena);
        row.udi_di = query_text(&q, arena);
        row.markets = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char product_clear_sql[] = "DELETE FROM product";

enum status product_clear(struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, product_clear_sql);
    return query_run(&q, err);
}
