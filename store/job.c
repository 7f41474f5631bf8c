#include "store/task.h"

#include "store/query.h"

static const char job_get_sql[] = "SELECT next_ms FROM job WHERE name = $1";

enum status job_get(int64_t *out_next_ms, struct store *store, const char *name, struct err *err)
{
    struct query q;
    int64_t next_ms = 0;
    query_init(&q, store, job_get_sql);
    query_put_text(&q, name);
    if (query_next(&q))
        next_ms = query_int(&q);
    enum status status = query_end_found(&q, "job", err);
    if (status == OK)
        *out_next_ms = next_ms;
    return status;
}

static const char job_set_sql[] = "INSERT INTO job (name, next_ms) VALUES ($1, $2) "
                                  "ON CONFLICT (name) DO UPDATE SET next_ms = excluded.next_ms";

enum status job_set(struct store *store, const char *name, int64_t next_ms, struct err *err)
{
    struct query q;
    query_init(&q, store, job_set_sql);
    query_put_text(&q, name);
    query_put_int(&q, next_ms);
    return query_run(&q, err);
}
