/* Mailboxes that must get each run: what they wait for, and what came. */
#include "store/drill.h"

#include "store/query.h"

static const char add_sql[] =
    "INSERT INTO canary (name, advisory_id, notice_id, due_ms, state, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";

enum status canary_add(struct canary_row *row, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, add_sql);
    query_put_text(&q, row->name);
    query_put_int(&q, row->advisory_id);
    query_put_id(&q, row->notice_id);
    query_put_int(&q, row->due_ms);
    query_put_text(&q, row->state);
    query_put_int(&q, row->at_ms);
    return query_insert(&q, &row->id, err);
}

static const char list_sql[] = "SELECT id, name, advisory_id, notice_id, due_ms, state, at_ms "
                               "FROM canary WHERE id > $1 ORDER BY id LIMIT $2";
static const char list_waiting_sql[] =
    "SELECT id, name, advisory_id, notice_id, due_ms, state, at_ms FROM canary "
    "WHERE id > $1 AND state = 'waiting' ORDER BY id LIMIT $2";

enum status canary_list(struct canary_row **out, size_t *count, struct arena *arena,
                        struct store *store, bool waiting, int64_t after_id, size_t limit,
                        struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, waiting ? list_waiting_sql : list_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    while (query_next(&q)) {
        struct canary_row row = {.id = query_int(&q)};
        row.name = query_text(&q, arena);
        row.advisory_id = query_int(&q);
        row.notice_id = query_id(&q);
        row.due_ms = query_int(&q);
        row.state = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char turn_sql[] =
    "UPDATE canary SET state = $1, at_ms = $2 WHERE id = $3 AND state = 'waiting'";

enum status canary_turn(struct store *store, int64_t id, const char *state, int64_t at_ms,
                        struct err *err)
{
    struct query q;
    query_init(&q, store, turn_sql);
    query_put_text(&q, state);
    query_put_int(&q, at_ms);
    query_put_int(&q, id);
    return query_change(&q, "the canary", err);
}

/*
 * Planned to its end: an advisory with its whole list, a digest with its document. The digests are
 * asked for by the party's own notices, behind the last that was watched for: they come in order.
 */
static const char runs_sql[] =
    "SELECT a.id, (SELECT max(n.id) FROM notice n WHERE n.advisory_id = a.id AND n.party = $2), "
    "coalesce(p.created_ms, a.approved_ms) FROM advisory a "
    "LEFT JOIN plan p ON p.advisory_id = a.id WHERE a.state = 'released' AND " ADVISORY_CAME
    " AND coalesce(p.created_ms, a.approved_ms) >= $3 "
    "AND NOT EXISTS (SELECT 1 FROM canary c WHERE c.name = $1 AND c.advisory_id = a.id) "
    "UNION ALL SELECT a.id, max(n.id), a.approved_ms FROM notice n "
    "JOIN advisory a ON a.id = n.advisory_id WHERE n.party = $2 AND n.id > coalesce((SELECT "
    "c.notice_id FROM canary c JOIN advisory x ON x.id = c.advisory_id WHERE c.name = $1 "
    "AND x.digest = 1 ORDER BY c.advisory_id DESC LIMIT 1), 0) AND a.digest = 1 "
    "AND a.state = 'released' AND " ADVISORY_NO_EXERCISE " AND a.approved_ms >= $3 "
    "AND NOT EXISTS (SELECT 1 FROM canary c WHERE c.name = $1 AND c.advisory_id = a.id) "
    "GROUP BY a.id, a.approved_ms ORDER BY 1 LIMIT $4";

enum status canary_runs(struct canary_run **out, size_t *count, struct arena *arena,
                        struct store *store, const char *name, const char *party, int64_t since_ms,
                        size_t limit, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, runs_sql);
    query_put_text(&q, name);
    query_put_text(&q, party);
    query_put_int(&q, since_ms);
    query_put_size(&q, limit);
    while (query_next(&q)) {
        struct canary_run row = {.advisory_id = query_int(&q)};
        row.notice_id = query_id(&q);
        row.planned_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
