/*
 * Who of a lane was told: what a duty to inform is held against. What only asks again tells nobody
 * anything, and keeps no duty open.
 */
#include "store/notice.h"
#include "store/query.h"

/* By state, each with the index of the queue: what still waits is found without counting. */
static const char untold_sql[] =
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM notice WHERE lane_id = $1 AND state IN ('planned', "
    "'sealing', 'ready', 'sending', 'dotted', 'uncertain', 'tasked', 'cancelled', $2) "
    "AND kind <> 'reminder' AND kind <> 'escalation') "
    "OR EXISTS (SELECT 1 FROM notice WHERE lane_id = $3 AND state IN ('accepted', 'passed') AND "
    "level = 'waiting' AND kind <> 'reminder' AND kind <> 'escalation') THEN 1 ELSE 0 END";

enum status lane_untold(bool *out, struct store *store, int64_t lane_id, bool watched,
                        struct err *err)
{
    struct query q;
    query_init(&q, store, untold_sql);
    query_put_int(&q, lane_id);
    query_put_text(&q, notice_state_word(watched ? STATE_ACCEPTED : STATE_PLANNED));
    query_put_int(&q, lane_id);
    if (query_next(&q))
        *out = query_bool(&q);
    return query_end(&q, err);
}

static const char told_sql[] =
    "SELECT id, uid, code, state, grade, accepted_ms, changed_ms "
    "FROM notice WHERE lane_id = $1 AND state IN ('passed', 'answered', $2) "
    "AND kind <> 'reminder' AND kind <> 'escalation' "
    "ORDER BY id";

enum status lane_told(struct told **out, size_t *count, struct arena *arena, struct store *store,
                      int64_t lane_id, bool watched, struct err *err)
{
    struct query q;
    query_init(&q, store, told_sql);
    query_put_int(&q, lane_id);
    query_put_text(&q, notice_state_word(watched ? STATE_PASSED : STATE_ACCEPTED));
    *out = NULL;
    *count = 0;
    while (query_next(&q)) {
        struct told row = {.notice_id = query_int(&q)};
        row.uid = query_text(&q, arena);
        row.code = query_text(&q, arena);
        query_known(&q, notice_state_of(&row.state, query_text(&q, arena)));
        query_known(&q, grade_of(&row.grade, query_text(&q, arena)));
        const int64_t accepted_ms = query_int(&q);
        const int64_t changed_ms = query_int(&q);
        row.at_ms = accepted_ms > 0 ? accepted_ms : changed_ms;
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
