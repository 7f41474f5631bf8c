#include "store/digest.h"

#include "store/query.h"

static const char schedule_put_sql[] =
    "INSERT INTO digest_schedule (name, rule, anchor_ms, since_ms, looked_ms) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET rule = excluded.rule, "
    "anchor_ms = excluded.anchor_ms, since_ms = excluded.since_ms, looked_ms = excluded.looked_ms";

enum status digest_schedule_put(struct store *store, const struct digest_schedule *row,
                                struct err *err)
{
    struct query q;
    query_init(&q, store, schedule_put_sql);
    query_put_text(&q, row->name);
    query_put_text(&q, row->rule);
    query_put_int(&q, row->anchor_ms);
    query_put_int(&q, row->since_ms);
    query_put_int(&q, row->looked_ms);
    return query_run(&q, err);
}

static const char schedule_drop_sql[] = "DELETE FROM digest_schedule WHERE name = $1";

enum status digest_schedule_drop(struct store *store, const char *name, struct err *err)
{
    struct query q;
    query_init(&q, store, schedule_drop_sql);
    query_put_text(&q, name);
    return query_change(&q, "the schedule", err);
}

static const char schedule_list_sql[] =
    "SELECT name, rule, anchor_ms, since_ms, looked_ms FROM digest_schedule ORDER BY name";

enum status digest_schedule_list(struct digest_schedule **out, size_t *count, struct arena *arena,
                                 struct store *store, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, schedule_list_sql);
    while (query_next(&q)) {
        struct digest_schedule row = {.name = query_text(&q, arena)};
        row.rule = query_text(&q, arena);
        row.anchor_ms = query_int(&q);
        row.since_ms = query_int(&q);
        row.looked_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char turn_add_sql[] =
    "INSERT INTO digest_turn (schedule, party, wall, run_ms, outcome, missed, notice_id, base_id, "
    "at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";

enum status digest_turn_add(struct digest_turn *turn, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, turn_add_sql);
    query_put_text(&q, turn->schedule);
    query_put_text(&q, turn->party);
    query_put_int(&q, turn->wall);
    query_put_int(&q, turn->run_ms);
    query_put_text(&q, turn->outcome);
    query_put_int(&q, turn->missed);
    query_put_id(&q, turn->notice_id);
    query_put_id(&q, turn->base_id);
    query_put_int(&q, turn->at_ms);
    return query_insert(&q, &turn->id, err);
}

#define TURN_COLUMNS "id, schedule, party, wall, run_ms, outcome, missed, notice_id, base_id, at_ms"

static struct digest_turn turn_read(struct query *q, struct arena *arena)
{
    struct digest_turn row = {.id = query_int(q)};
    row.schedule = query_text(q, arena);
    row.party = query_text(q, arena);
    row.wall = query_int(q);
    row.run_ms = query_int(q);
    row.outcome = query_text(q, arena);
    row.missed = query_int(q);
    row.notice_id = query_id(q);
    row.base_id = query_id(q);
    row.at_ms = query_int(q);
    return row;
}

static const char turn_last_sql[] =
    "SELECT " TURN_COLUMNS " FROM digest_turn WHERE schedule = $1 AND party = $2 AND run_ms <= $3 "
    "ORDER BY wall DESC LIMIT 1";

enum status digest_turn_last(struct digest_turn *out, struct arena *arena, struct store *store,
                             const char *schedule, const char *party, int64_t now_ms,
                             struct err *err)
{
    struct query q;
    struct digest_turn row = {0};
    query_init(&q, store, turn_last_sql);
    query_put_text(&q, schedule);
    query_put_text(&q, party);
    query_put_int(&q, now_ms);
    if (query_next(&q))
        row = turn_read(&q, arena);
    enum status status = query_end_found(&q, "digest", err);
    if (status == OK)
        *out = row;
    return status;
}

static const char turn_list_sql[] =
    "SELECT " TURN_COLUMNS " FROM digest_turn WHERE id > $1 ORDER BY id LIMIT $2";

enum status digest_turn_list(struct digest_turn **out, size_t *count, struct arena *arena,
                             struct store *store, int64_t after_id, size_t limit, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, turn_list_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    while (query_next(&q)) {
        struct digest_turn row = turn_read(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char sent_list_sql[] =
    "SELECT n.id, t.base_id, n.advisory_id, t.run_ms, n.state FROM digest_turn t "
    "JOIN notice n ON n.id = t.notice_id WHERE t.party = $1 ORDER BY t.notice_id DESC LIMIT $2";

enum status digest_sent_list(struct digest_sent **out, size_t *count, struct arena *arena,
                             struct store *store, const char *party, size_t limit, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, sent_list_sql);
    query_put_text(&q, party);
    query_put_size(&q, limit);
    while (query_next(&q)) {
        struct digest_sent row = {.notice_id = query_int(&q)};
        row.base_id = query_id(&q);
        row.advisory_id = query_int(&q);
        row.run_ms = query_int(&q);
        query_known(&q, notice_state_of(&row.state, query_text(&q, arena)));
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char told_list_sql[] =
    "SELECT n.advisory_id, n.state, n.grade, n.code, n.answer_by_ms FROM notice n "
    "JOIN advisory a ON a.id = n.advisory_id WHERE n.party = $1 AND " ADVISORY_CAME
    " AND a.state = 'released' AND n.kind IN ('immediate', 'update', 'waiting') "
    "ORDER BY n.advisory_id, n.id";

enum status digest_told_list(struct digest_told **out, size_t *count, struct arena *arena,
                             struct store *store, const char *party, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, told_list_sql);
    query_put_text(&q, party);
    while (query_next(&q)) {
        struct digest_told row = {.advisory_id = query_int(&q)};
        query_known(&q, notice_state_of(&row.state, query_text(&q, arena)));
        query_known(&q, grade_of(&row.grade, query_text(&q, arena)));
        row.code = query_text(&q, arena);
        row.answer_by_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
