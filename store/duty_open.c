/* The board's reading of duties: thousands of them at once, so only what a line of it needs. */
#include "store/duty.h"
#include "store/query.h"

static const char open_sql[] =
    "SELECT d.id, d.case_id, c.number, d.rule, d.rule_sha256, coalesce(d.country, d.jurisdiction), "
    "d.state, d.informs, "
    "CASE WHEN d.informs = 1 AND EXISTS (SELECT 1 FROM case_link l WHERE l.case_id = d.case_id "
    "AND l.kind = 'advisory') THEN 1 ELSE 0 END, "
    "CASE WHEN d.informs = 1 THEN (SELECT min(h.rule) FROM hold h WHERE h.case_id = d.case_id AND "
    "h.jurisdiction = d.jurisdiction AND h.state = 'standing') END, "
    "d.owner, d.due_safe, d.due_legal, d.safe_ms, d.legal_ms, d.start_ms, d.changed_ms, "
    "d.derivation FROM duty d JOIN case_file c ON c.id = d.case_id "
    "WHERE d.state IN ('waiting', 'running')";

enum status duty_open_list(struct duty_open **out, size_t *count, struct arena *arena,
                           struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, open_sql);
    *out = NULL;
    *count = 0;
    while (query_next(&q)) {
        struct duty_open row = {.id = query_int(&q)};
        row.case_id = query_int(&q);
        row.number = query_text(&q, arena);
        row.rule = query_text(&q, arena);
        row.rule_sha256 = query_text(&q, arena);
        row.place = query_text(&q, arena);
        query_known(&q, duty_state_of(&row.state, query_text(&q, arena)));
        row.informs = query_bool(&q);
        row.told = query_bool(&q);
        row.hold = query_text(&q, arena);
        row.owner = query_text(&q, arena);
        row.due_safe = query_text(&q, arena);
        row.due_legal = query_text(&q, arena);
        row.safe_ms = query_int(&q);
        row.legal_ms = query_int(&q);
        row.start_ms = query_int(&q);
        row.changed_ms = query_int(&q);
        row.derivation = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
