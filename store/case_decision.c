/* Whether a case is reportable, in each jurisdiction. */
#include "store/case.h"

#include "store/query.h"

/* *id stays 0 when nobody decided before. */
static const char end_force_sql[] = "UPDATE case_decision SET in_force = 0 WHERE case_id = $1 AND "
                                    "jurisdiction = $2 AND in_force = 1 RETURNING id";

static enum status end_force(int64_t *id, struct store *store, const struct case_decision *row,
                             struct err *err)
{
    struct query q;
    query_init(&q, store, end_force_sql);
    query_put_int(&q, row->case_id);
    query_put_text(&q, row->jurisdiction);
    return query_insert(&q, id, err);
}

static const char decision_add_sql[] =
    "INSERT INTO case_decision (case_id, jurisdiction, verdict, reason, person, entered_by, proof, "
    "at_ms, supersedes, in_force, countersigned_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, "
    "0) RETURNING id";

enum status case_decision_add(struct case_decision *decision, struct store *store, struct err *err)
{
    struct scope scope;
    struct query q;
    int64_t id = 0;
    int64_t before = 0;
    enum status status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    status = end_force(&before, store, decision, err);
    if (status == OK) {
        query_init(&q, store, decision_add_sql);
        query_put_int(&q, decision->case_id);
        query_put_text(&q, decision->jurisdiction);
        query_put_text(&q, reportability_word(decision->verdict));
        query_put_text(&q, decision->reason);
        query_put_text(&q, decision->person);
        query_put_text(&q, decision->entered_by);
        query_put_text(&q, decision->proof);
        query_put_int(&q, decision->at_ms);
        query_put_id(&q, before);
        status = query_insert(&q, &id, err);
    }
    status = scope_end(&scope, status, err);
    if (status == OK) {
        decision->id = id;
        decision->supersedes = before;
        decision->in_force = true;
    }
    return status;
}

static const char countersign_sql[] =
    "UPDATE case_decision SET countersigned_ms = $1 WHERE id = $2 AND in_force = 1 AND "
    "person <> entered_by AND countersigned_ms = 0";

enum status case_decision_countersign(struct store *store, int64_t id, int64_t at_ms,
                                      struct err *err)
{
    struct query q;
    query_init(&q, store, countersign_sql);
    query_put_int(&q, at_ms);
    query_put_int(&q, id);
    return query_change(&q, "the decision that waits to be countersigned", err);
}

#define DECISION_COLUMNS                                                                           \
    "id, case_id, jurisdiction, verdict, reason, person, entered_by, proof, at_ms, supersedes, "   \
    "in_force, countersigned_ms"

static void read_row(struct case_decision *row, struct query *q, struct arena *arena)
{
    *row = (struct case_decision){.id = query_int(q)};
    row->case_id = query_int(q);
    row->jurisdiction = query_text(q, arena);
    query_known(q, reportability_of(&row->verdict, query_text(q, arena)));
    row->reason = query_text(q, arena);
    row->person = query_text(q, arena);
    row->entered_by = query_text(q, arena);
    row->proof = query_text(q, arena);
    row->at_ms = query_int(q);
    row->supersedes = query_id(q);
    row->in_force = query_bool(q);
    row->countersigned_ms = query_int(q);
}

static const char decision_list_sql[] =
    "SELECT " DECISION_COLUMNS " FROM case_decision WHERE case_id = $1 ORDER BY id";

enum status case_decision_list(struct case_decision **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, decision_list_sql);
    query_put_int(&q, case_id);
    while (query_next(&q)) {
        struct case_decision row;
        read_row(&row, &q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char decision_get_sql[] =
    "SELECT " DECISION_COLUMNS
    " FROM case_decision WHERE case_id = $1 AND jurisdiction = $2 AND in_force = 1";

enum status case_decision_get(struct case_decision *out, struct arena *arena, struct store *store,
                              int64_t case_id, const char *jurisdiction, struct err *err)
{
    struct query q;
    query_init(&q, store, decision_get_sql);
    query_put_int(&q, case_id);
    query_put_text(&q, jurisdiction);
    if (query_next(&q))
        read_row(out, &q, arena);
    return query_end_found(&q, "decision", err);
}
