#include "store/query.h"

static const char meta_get_sql[] = "SELECT value FROM meta WHERE name = $1";

enum status meta_get(const char **out, struct arena *arena, struct store *store, const char *name,
                     struct err *err)
{
    struct query q;
    const char *value = NULL;
    query_init(&q, store, meta_get_sql);
    query_put_text(&q, name);
    if (query_next(&q))
        value = query_text(&q, arena);
    enum status status = query_end_found(&q, "fact in the store", err);
    if (status == OK)
        *out = value;
    return status;
}

static const char meta_set_sql[] = "INSERT INTO meta (name, value) VALUES ($1, $2) "
                                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value";

enum status meta_set(struct store *store, const char *name, const char *value, struct err *err)
{
    struct query q;
    query_init(&q, store, meta_set_sql);
    query_put_text(&q, name);
    query_put_text(&q, value);
    return query_run(&q, err);
}
