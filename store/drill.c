#include "store/drill.h"

#include "store/query.h"

static const char add_sql[] =
    "INSERT INTO drill (advisory_id, of_id, by_person, wall, run_ms, missed, started_ms, ended_ms, "
    "passed, report, facts, signed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
    "RETURNING id";
/* By hand: no wall. */
static const char add_by_hand_sql[] =
    "INSERT INTO drill (advisory_id, of_id, by_person, run_ms, missed, started_ms, ended_ms, "
    "passed, report, facts, signed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "RETURNING id";

enum status drill_add(struct drill *drill, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, drill->scheduled ? add_sql : add_by_hand_sql);
    query_put_int(&q, drill->advisory_id);
    query_put_id(&q, drill->of_id);
    query_put_text(&q, drill->by);
    if (drill->scheduled)
        query_put_int(&q, drill->wall);
    query_put_int(&q, drill->run_ms);
    query_put_int(&q, drill->missed);
    query_put_int(&q, drill->started_ms);
    query_put_int(&q, drill->ended_ms);
    query_put_int(&q, drill->passed ? 1 : 0);
    query_put_text(&q, drill->report);
    query_put_text(&q, drill->facts);
    query_put_text(&q, drill->signed_report);
    return query_insert(&q, &drill->id, err);
}

#define DRILL_COLUMNS                                                                              \
    "id, advisory_id, of_id, by_person, CASE WHEN wall IS NULL THEN 0 ELSE 1 END, "                \
    "coalesce(wall, 0), run_ms, missed, started_ms, ended_ms, passed, report, facts, signed"

static struct drill drill_read(struct query *q, struct arena *arena)
{
    struct drill row = {.id = query_int(q)};
    row.advisory_id = query_int(q);
    row.of_id = query_id(q);
    row.by = query_text(q, arena);
    row.scheduled = query_bool(q);
    row.wall = query_int(q);
    row.run_ms = query_int(q);
    row.missed = query_int(q);
    row.started_ms = query_int(q);
    row.ended_ms = query_int(q);
    row.passed = query_bool(q);
    row.report = query_text(q, arena);
    row.facts = query_text(q, arena);
    row.signed_report = query_text(q, arena);
    return row;
}

static enum status drill_one(struct drill *out, struct query *q, struct arena *arena,
                             struct err *err)
{
    struct drill row = {0};
    if (query_next(q))
        row = drill_read(q, arena);
    enum status status = query_end_found(q, "drill", err);
    if (status == OK)
        *out = row;
    return status;
}

static const char get_sql[] = "SELECT " DRILL_COLUMNS " FROM drill WHERE id = $1";

enum status drill_get(struct drill *out, struct arena *arena, struct store *store, int64_t id,
                      struct err *err)
{
    struct query q;
    query_init(&q, store, get_sql);
    query_put_int(&q, id);
    return drill_one(out, &q, arena, err);
}

static const char of_sql[] = "SELECT " DRILL_COLUMNS " FROM drill WHERE advisory_id = $1";

enum status drill_of(struct drill *out, struct arena *arena, struct store *store,
                     int64_t advisory_id, struct err *err)
{
    struct query q;
    query_init(&q, store, of_sql);
    query_put_int(&q, advisory_id);
    return drill_one(out, &q, arena, err);
}

static const char last_sql[] = "SELECT " DRILL_COLUMNS " FROM drill WHERE wall IS NOT NULL "
                               "AND run_ms <= $1 ORDER BY wall DESC LIMIT 1";

enum status drill_last(struct drill *out, struct arena *arena, struct store *store, int64_t now_ms,
                       struct err *err)
{
    struct query q;
    query_init(&q, store, last_sql);
    query_put_int(&q, now_ms);
    return drill_one(out, &q, arena, err);
}

static const char list_sql[] =
    "SELECT " DRILL_COLUMNS " FROM drill WHERE id > $1 ORDER BY id LIMIT $2";
static const char list_open_sql[] =
    "SELECT " DRILL_COLUMNS " FROM drill WHERE id > $1 AND ended_ms = 0 ORDER BY id LIMIT $2";

enum status drill_list(struct drill **out, size_t *count, struct arena *arena, struct store *store,
                       bool open, int64_t after_id, size_t limit, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, open ? list_open_sql : list_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    while (query_next(&q)) {
        struct drill row = drill_read(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char end_sql[] =
    "UPDATE drill SET ended_ms = $1, passed = $2, report = $3, facts = $4 WHERE id = $5 "
    "AND ended_ms = 0";

enum status drill_end(struct store *store, const struct drill *drill, struct err *err)
{
    struct query q;
    query_init(&q, store, end_sql);
    query_put_int(&q, drill->ended_ms);
    query_put_int(&q, drill->passed ? 1 : 0);
    query_put_text(&q, drill->report);
    query_put_text(&q, drill->facts);
    query_put_int(&q, drill->id);
    return query_change(&q, "the drill", err);
}

static const char sign_sql[] =
    "UPDATE drill SET signed = $1 WHERE id = $2 AND ended_ms <> 0 AND signed IS NULL";

enum status drill_sign(struct store *store, int64_t id, const char *sha256, struct err *err)
{
    struct query q;
    query_init(&q, store, sign_sql);
    query_put_text(&q, sha256);
    query_put_int(&q, id);
    return query_change(&q, "the drill's report", err);
}

static const char schedule_get_sql[] =
    "SELECT rule, anchor_ms, since_ms, looked_ms FROM drill_schedule WHERE one = 1";

enum status drill_schedule_get(struct drill_schedule *out, struct arena *arena, struct store *store,
                               struct err *err)
{
    struct query q;
    struct drill_schedule row = {0};
    query_init(&q, store, schedule_get_sql);
    if (query_next(&q)) {
        row.rule = query_text(&q, arena);
        row.anchor_ms = query_int(&q);
        row.since_ms = query_int(&q);
        row.looked_ms = query_int(&q);
    }
    enum status status = query_end_found(&q, "schedule of drills", err);
    if (status == OK)
        *out = row;
    return status;
}

static const char schedule_put_sql[] =
    "INSERT INTO drill_schedule (one, rule, anchor_ms, since_ms, looked_ms) "
    "VALUES (1, $1, $2, $3, $4) ON CONFLICT (one) DO UPDATE SET rule = excluded.rule, "
    "anchor_ms = excluded.anchor_ms, since_ms = excluded.since_ms, looked_ms = excluded.looked_ms";

enum status drill_schedule_put(struct store *store, const struct drill_schedule *row,
                               struct err *err)
{
    struct query q;
    query_init(&q, store, schedule_put_sql);
    query_put_text(&q, row->rule);
    query_put_int(&q, row->anchor_ms);
    query_put_int(&q, row->since_ms);
    query_put_int(&q, row->looked_ms);
    return query_run(&q, err);
}

static const char schedule_drop_sql[] = "DELETE FROM drill_schedule WHERE one = 1";

enum status drill_schedule_drop(struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, schedule_drop_sql);
    return query_run(&q, err);
}
