/* Addresses that a person corrected before the file of the register was. */
#include "store/party.h"

#include "store/query.h"

static const char put_sql[] =
    "INSERT INTO correction (party, was, now, at_ms) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (party, was) DO UPDATE SET now = excluded.now, at_ms = excluded.at_ms";
static const char follow_sql[] = "UPDATE correction SET now = $3 WHERE party = $1 AND now = $2";
/* Back to what the file has: nothing is corrected any more. */
static const char circle_sql[] = "DELETE FROM correction WHERE party = $1 AND was = now";

enum status correction_put(struct store *store, const struct correction *c, struct err *err)
{
    struct query q;
    query_init(&q, store, follow_sql);
    query_put_text(&q, c->party);
    query_put_text(&q, c->was);
    query_put_text(&q, c->now);
    enum status status = query_run(&q, err);
    if (status != OK)
        return status;
    query_init(&q, store, put_sql);
    query_put_text(&q, c->party);
    query_put_text(&q, c->was);
    query_put_text(&q, c->now);
    query_put_int(&q, c->at_ms);
    status = query_run(&q, err);
    if (status != OK)
        return status;
    query_init(&q, store, circle_sql);
    query_put_text(&q, c->party);
    return query_run(&q, err);
}

static const char list_sql[] = "SELECT party, was, now, at_ms FROM correction ORDER BY party, was";

enum status correction_list(struct correction **out, size_t *count, struct arena *arena,
                            struct store *store, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, list_sql);
    while (query_next(&q)) {
        struct correction row = {.party = query_text(&q, arena)};
        row.was = query_text(&q, arena);
        row.now = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char forget_sql[] = "DELETE FROM correction WHERE party = $1";

enum status correction_forget(struct store *store, const char *party, struct err *err)
{
    struct query q;
    query_init(&q, store, forget_sql);
    query_put_text(&q, party);
    return query_run(&q, err);
}
