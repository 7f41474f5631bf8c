#include "store/duty.h"

#include "store/query.h"

#define DUTY_COLUMNS                                                                               \
    "id, case_id, rule, version, rule_sha256, jurisdiction, country, state, deliverable, "         \
    "informs, owner, trigger_at, cascade, due_safe, due_legal, safe_ms, legal_ms, start_ms, "      \
    "derivation, rung, next_ms, met_ms, met_by, number, proof, reason, created_ms, changed_ms"

static const char duty_add_sql[] =
    "INSERT INTO duty (case_id, rule, country, created_ms, version, rule_sha256, jurisdiction, "
    "state, deliverable, informs, owner, trigger_at, cascade, due_safe, due_legal, safe_ms, "
    "legal_ms, start_ms, derivation, rung, next_ms, met_ms, met_by, number, proof, reason, "
    "changed_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27) RETURNING id";

static void put_rest(struct query *q, const struct duty_row *row)
{
    query_put_int(q, row->version);
    query_put_text(q, row->rule_sha256);
    query_put_text(q, row->jurisdiction);
    query_put_text(q, duty_state_word(row->state));
    query_put_text(q, row->deliverable);
    query_put_int(q, row->informs ? 1 : 0);
    query_put_text(q, row->owner);
    query_put_text(q, row->trigger);
    query_put_text(q, row->cascade);
    query_put_text(q, row->due_safe);
    query_put_text(q, row->due_legal);
    query_put_int(q, row->safe_ms);
    query_put_int(q, row->legal_ms);
    query_put_int(q, row->start_ms);
    query_put_text(q, row->derivation);
    query_put_int(q, row->rung);
    query_put_int(q, row->next_ms);
    query_put_int(q, row->met_ms);
    query_put_text(q, row->met_by);
    query_put_text(q, row->number);
    query_put_text(q, row->proof);
    query_put_text(q, row->reason);
    query_put_int(q, row->changed_ms);
}

enum status duty_add(struct duty_row *row, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, duty_add_sql);
    query_put_int(&q, row->case_id);
    query_put_text(&q, row->rule);
    query_put_text(&q, row->country);
    query_put_int(&q, row->created_ms);
    put_rest(&q, row);
    return query_insert(&q, &row->id, err);
}

static const char duty_save_sql[] =
    "UPDATE duty SET version = $1, rule_sha256 = $2, jurisdiction = $3, state = $4, "
    "deliverable = $5, informs = $6, owner = $7, trigger_at = $8, cascade = $9, due_safe = $10, "
    "due_legal = $11, safe_ms = $12, legal_ms = $13, start_ms = $14, derivation = $15, rung = $16, "
    "next_ms = $17, met_ms = $18, met_by = $19, number = $20, proof = $21, reason = $22, "
    "changed_ms = $23 WHERE id = $24 AND state = $25";

enum status duty_save(struct store *store, const struct duty_row *row, enum duty_state from,
                      struct err *err)
{
    struct query q;
    if (row->state == DUTY_MET && row->proof == NULL)
        return err_set(err, ERR_INVALID, "%s: a duty is met by proof, and by nothing else",
                       row->rule);
    query_init(&q, store, duty_save_sql);
    put_rest(&q, row);
    query_put_int(&q, row->id);
    query_put_text(&q, duty_state_word(from));
    return query_change(&q, "duty", err);
}

static enum status read_all(struct duty_row **out, size_t *count, struct query *q,
                            struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct duty_row row = {.id = query_int(q)};
        row.case_id = query_int(q);
        row.rule = query_text(q, arena);
        row.version = query_int(q);
        row.rule_sha256 = query_text(q, arena);
        row.jurisdiction = query_text(q, arena);
        row.country = query_text(q, arena);
        query_known(q, duty_state_of(&row.state, query_text(q, arena)));
        row.deliverable = query_text(q, arena);
        row.informs = query_bool(q);
        row.owner = query_text(q, arena);
        row.trigger = query_text(q, arena);
        row.cascade = query_text(q, arena);
        row.due_safe = query_text(q, arena);
        row.due_legal = query_text(q, arena);
        row.safe_ms = query_int(q);
        row.legal_ms = query_int(q);
        row.start_ms = query_int(q);
        row.derivation = query_text(q, arena);
        row.rung = query_int(q);
        row.next_ms = query_int(q);
        row.met_ms = query_int(q);
        row.met_by = query_text(q, arena);
        row.number = query_text(q, arena);
        row.proof = query_text(q, arena);
        row.reason = query_text(q, arena);
        row.created_ms = query_int(q);
        row.changed_ms = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char duty_list_sql[] =
    "SELECT " DUTY_COLUMNS " FROM duty WHERE case_id = $1 ORDER BY rule, country, id";

enum status duty_list(struct duty_row **out, size_t *count, struct arena *arena,
                      struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    query_init(&q, store, duty_list_sql);
    query_put_int(&q, case_id);
    return read_all(out, count, &q, arena, err);
}

/* The index of open ones holds what this asks for, if it is asked in its words. */
static const char duty_informing_sql[] =
    "SELECT " DUTY_COLUMNS " FROM duty WHERE state IN ('waiting', 'running') AND state = 'running' "
    "AND informs = 1 AND EXISTS (SELECT 1 FROM case_link l WHERE l.case_id = duty.case_id AND "
    "l.kind = 'advisory') ORDER BY legal_ms, id";

enum status duty_informing(struct duty_row **out, size_t *count, struct arena *arena,
                           struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, duty_informing_sql);
    return read_all(out, count, &q, arena, err);
}

static const char duty_due_sql[] =
    "SELECT " DUTY_COLUMNS " FROM duty WHERE next_ms > 0 AND next_ms <= $1 "
    "ORDER BY legal_ms, safe_ms, informs, rule, id LIMIT $2 OFFSET $3";

enum status duty_due(struct duty_row **out, size_t *count, struct arena *arena, struct store *store,
                     int64_t now_ms, size_t skip, size_t limit, struct err *err)
{
    struct query q;
    query_init(&q, store, duty_due_sql);
    query_put_int(&q, now_ms);
    query_put_size(&q, limit);
    query_put_size(&q, skip);
    return read_all(out, count, &q, arena, err);
}

static const char without_proof_sql[] =
    "SELECT count(*) FROM duty WHERE state = 'met' AND proof IS NULL";

enum status duty_without_proof(int64_t *out, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, without_proof_sql);
    if (query_next(&q))
        *out = query_int(&q);
    return query_end(&q, err);
}
