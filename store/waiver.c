#include "store/waiver.h"

#include "store/query.h"

static const char waiver_add_sql[] =
    "INSERT INTO waiver (sha256, test, pointer, finding, person, role, reason, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";

enum status waiver_add(struct waiver *waiver, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, waiver_add_sql);
    query_put_text(&q, waiver->sha256);
    query_put_text(&q, waiver->test);
    query_put_text(&q, waiver->pointer);
    query_put_text(&q, waiver->finding);
    query_put_text(&q, waiver->person);
    query_put_text(&q, role_word(waiver->role));
    query_put_text(&q, waiver->reason);
    query_put_int(&q, waiver->at_ms);
    return query_insert(&q, &waiver->id, err);
}

static const char waiver_withdraw_sql[] =
    "UPDATE waiver SET withdrawn_by = $1, withdrawn_role = $2, withdrawn_reason = $3, "
    "withdrawn_ms = $4 WHERE id = $5 AND withdrawn_ms IS NULL";

enum status waiver_withdraw(struct store *store, const struct waiver *waiver, struct err *err)
{
    struct query q;
    query_init(&q, store, waiver_withdraw_sql);
    query_put_text(&q, waiver->withdrawn_by);
    query_put_text(&q, role_word(waiver->withdrawn_role));
    query_put_text(&q, waiver->withdrawn_reason);
    query_put_int(&q, waiver->withdrawn_ms);
    query_put_id(&q, waiver->id);
    return query_change(&q, "waiver", err);
}

static const char waiver_list_sql[] =
    "SELECT id, sha256, test, pointer, finding, person, role, reason, at_ms, withdrawn_by, "
    "withdrawn_role, withdrawn_reason, withdrawn_ms FROM waiver WHERE sha256 = $1 ORDER BY id";

enum status waiver_list(struct waiver **out, size_t *count, struct arena *arena,
                        struct store *store, const char *sha256, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, waiver_list_sql);
    query_put_text(&q, sha256);
    while (query_next(&q)) {
        struct waiver row = {.id = query_int(&q)};
        row.sha256 = query_text(&q, arena);
        row.test = query_text(&q, arena);
        row.pointer = query_text(&q, arena);
        row.finding = query_text(&q, arena);
        row.person = query_text(&q, arena);
        query_known(&q, role_of(&row.role, query_text(&q, arena)));
        row.reason = query_text(&q, arena);
        row.at_ms = query_int(&q);
        row.withdrawn_by = query_text(&q, arena);
        const char *role = query_text(&q, arena);
        if (role != NULL)
            query_known(&q, role_of(&row.withdrawn_role, role));
        row.withdrawn_reason = query_text(&q, arena);
        row.withdrawn_ms = query_id(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char held_put_sql[] =
    "INSERT INTO held (tracking, version, sha256, name, order_sha256, order_name, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tracking, version) DO UPDATE SET "
    "sha256 = excluded.sha256, name = excluded.name, order_sha256 = excluded.order_sha256, "
    "order_name = excluded.order_name, at_ms = CASE WHEN held.sha256 = excluded.sha256 "
    "THEN held.at_ms ELSE excluded.at_ms END";

enum status held_put(struct store *store, const struct held *held, struct err *err)
{
    struct query q;
    query_init(&q, store, held_put_sql);
    query_put_text(&q, held->tracking);
    query_put_text(&q, held->version);
    query_put_text(&q, held->sha256);
    query_put_text(&q, held->name);
    query_put_text(&q, held->order_sha256);
    query_put_text(&q, held->order_name);
    query_put_int(&q, held->at_ms);
    return query_run(&q, err);
}

static const char held_list_sql[] =
    "SELECT tracking, version, sha256, name, order_sha256, order_name, at_ms FROM held "
    "ORDER BY at_ms, tracking, version";

enum status held_list(struct held **out, size_t *count, struct arena *arena, struct store *store,
                      const char *tracking, const char *version, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, held_list_sql);
    while (query_next(&q)) {
        struct held row = {.tracking = query_text(&q, arena)};
        row.version = query_text(&q, arena);
        row.sha256 = query_text(&q, arena);
        row.name = query_text(&q, arena);
        row.order_sha256 = query_text(&q, arena);
        row.order_name = query_text(&q, arena);
        row.at_ms = query_int(&q);
        /* A few wait at a time: no index earns its keep here. */
        if ((tracking == NULL || text_equal(tracking, row.tracking)) &&
            (version == NULL || text_equal(version, row.version)))
            arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char held_remove_sql[] = "DELETE FROM held WHERE tracking = $1 AND version = $2";

enum status held_remove(struct store *store, const char *tracking, const char *version,
                        struct err *err)
{
    struct query q;
    query_init(&q, store, held_remove_sql);
    query_put_text(&q, tracking);
    query_put_text(&q, version);
    return query_run(&q, err);
}
