/* Facts of a case. */
#include "store/case.h"

#include "store/query.h"

static const char supersede_sql[] =
    "UPDATE case_fact SET in_force = 0, chosen = 0 WHERE id = $1 AND case_id = $2 AND kind = $3 "
    "AND coalesce(jurisdiction, '') = coalesce($4, '') AND in_force = 1";

static enum status supersede(struct store *store, const struct case_fact *fact, struct err *err)
{
    struct query q;
    query_init(&q, store, supersede_sql);
    query_put_int(&q, fact->supersedes);
    query_put_int(&q, fact->case_id);
    query_put_text(&q, fact->kind);
    query_put_text(&q, fact->jurisdiction);
    return query_change(&q, "the fact that is to be superseded", err);
}

static const char fact_add_sql[] =
    "INSERT INTO case_fact (case_id, kind, jurisdiction, at_ms, said, zone, person, class, source, "
    "entered_by, entered_ms, supersedes, from_fact, in_force, chosen, chosen_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, 0, 0) RETURNING id";

enum status case_fact_add(struct case_fact *fact, struct store *store, struct err *err)
{
    struct scope scope;
    struct query q;
    int64_t id = 0;
    enum status status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    if (fact->supersedes != 0)
        status = supersede(store, fact, err);
    if (status == OK) {
        query_init(&q, store, fact_add_sql);
        query_put_int(&q, fact->case_id);
        query_put_text(&q, fact->kind);
        query_put_text(&q, fact->jurisdiction);
        query_put_int(&q, fact->at_ms);
        query_put_text(&q, fact->said);
        query_put_text(&q, fact->zone);
        query_put_text(&q, fact->person);
        query_put_text(&q, fact_class_word(fact->class));
        query_put_text(&q, fact->source);
        query_put_text(&q, fact->entered_by);
        query_put_int(&q, fact->entered_ms);
        query_put_id(&q, fact->supersedes);
        query_put_id(&q, fact->from_fact);
        status = query_insert(&q, &id, err);
    }
    status = scope_end(&scope, status, err);
    if (status == OK) {
        fact->id = id;
        fact->in_force = true;
        fact->chosen = false;
    }
    return status;
}

static const char unchoose_sql[] =
    "UPDATE case_fact SET chosen = 0 WHERE case_id = $1 AND kind = $2 "
    "AND coalesce(jurisdiction, '') = coalesce($3, '') AND chosen = 1 AND id <> $4";
static const char choose_sql[] =
    "UPDATE case_fact SET chosen = 1, chosen_by = $1, "
    "chosen_reason = $2, chosen_ms = $3 WHERE id = $4 AND in_force = 1";

enum status case_fact_choose(struct store *store, const struct case_fact *fact, struct err *err)
{
    struct scope scope;
    struct query q;
    enum status status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    query_init(&q, store, unchoose_sql);
    query_put_int(&q, fact->case_id);
    query_put_text(&q, fact->kind);
    query_put_text(&q, fact->jurisdiction);
    query_put_int(&q, fact->id);
    status = query_run(&q, err);
    if (status == OK) {
        query_init(&q, store, choose_sql);
        query_put_text(&q, fact->chosen_by);
        query_put_text(&q, fact->chosen_reason);
        query_put_int(&q, fact->chosen_ms);
        query_put_int(&q, fact->id);
        status = query_change(&q, "the fact that is to count", err);
    }
    return scope_end(&scope, status, err);
}

#define FACT_COLUMNS                                                                               \
    "id, case_id, kind, jurisdiction, at_ms, said, zone, person, class, source, entered_by, "      \
    "entered_ms, supersedes, from_fact, in_force, chosen, chosen_by, chosen_reason, chosen_ms"

static enum status read_all(struct case_fact **out, size_t *count, struct query *q,
                            struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct case_fact row = {.id = query_int(q)};
        row.case_id = query_int(q);
        row.kind = query_text(q, arena);
        row.jurisdiction = query_text(q, arena);
        row.at_ms = query_int(q);
        row.said = query_text(q, arena);
        row.zone = query_text(q, arena);
        row.person = query_text(q, arena);
        query_known(q, fact_class_of(&row.class, query_text(q, arena)));
        row.source = query_text(q, arena);
        row.entered_by = query_text(q, arena);
        row.entered_ms = query_int(q);
        row.supersedes = query_id(q);
        row.from_fact = query_id(q);
        row.in_force = query_bool(q);
        row.chosen = query_bool(q);
        row.chosen_by = query_text(q, arena);
        row.chosen_reason = query_text(q, arena);
        row.chosen_ms = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char fact_get_sql[] = "SELECT " FACT_COLUMNS " FROM case_fact WHERE id = $1";

enum status case_fact_get(struct case_fact *out, struct arena *arena, struct store *store,
                          int64_t id, struct err *err)
{
    struct case_fact *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, store, fact_get_sql);
    query_put_int(&q, id);
    enum status status = read_all(&rows, &count, &q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such fact");
    if (status == OK)
        *out = rows[0];
    return status;
}

static const char fact_list_sql[] =
    "SELECT " FACT_COLUMNS " FROM case_fact WHERE case_id = $1 ORDER BY id";

enum status case_fact_list(struct case_fact **out, size_t *count, struct arena *arena,
                           struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    query_init(&q, store, fact_list_sql);
    query_put_int(&q, case_id);
    return read_all(out, count, &q, arena, err);
}
