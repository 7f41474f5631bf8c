/* Holds, and the lanes that they stand on. */
#include "store/duty.h"

#include "store/query.h"

#define HOLD_COLUMNS                                                                               \
    "h.id, h.case_id, h.rule, h.version, h.jurisdiction, h.kind, h.why, h.state, h.since_ms, "     \
    "h.until_ms, h.ended_ms, h.how, h.person, h.reason, h.proof"

static const char hold_add_sql[] =
    "INSERT INTO hold (case_id, rule, version, jurisdiction, kind, why, state, since_ms, "
    "until_ms, ended_ms, how, person, reason, proof) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id";

static const char place_add_sql[] = "INSERT INTO hold_place (hold_id, country) VALUES ($1, $2)";

static void put_rest(struct query *q, const struct hold_row *row)
{
    query_put_int(q, row->version);
    query_put_text(q, row->jurisdiction);
    query_put_text(q, row->kind);
    query_put_text(q, row->why);
    query_put_text(q, hold_state_word(row->state));
    query_put_int(q, row->since_ms);
    query_put_int(q, row->until_ms);
    query_put_int(q, row->ended_ms);
    query_put_text(q, row->how);
    query_put_text(q, row->person);
    query_put_text(q, row->reason);
    query_put_text(q, row->proof);
}

static enum status add_row(struct hold_row *row, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, hold_add_sql);
    query_put_int(&q, row->case_id);
    query_put_text(&q, row->rule);
    put_rest(&q, row);
    return query_insert(&q, &row->id, err);
}

enum status hold_add(struct hold_row *row, const char *const *countries, size_t count,
                     struct store *store, struct err *err)
{
    struct scope scope;
    enum status status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    status = add_row(row, store, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct query q;
        query_init(&q, store, place_add_sql);
        query_put_int(&q, row->id);
        query_put_text(&q, countries[i]);
        status = query_run(&q, err);
    }
    return scope_end(&scope, status, err);
}

static const char hold_places_sql[] =
    "SELECT country FROM hold_place WHERE hold_id = $1 ORDER BY country";

enum status hold_places(const char **out, struct arena *arena, struct store *store, int64_t hold_id,
                        struct err *err)
{
    struct query q;
    *out = "";
    query_init(&q, store, hold_places_sql);
    query_put_int(&q, hold_id);
    while (query_next(&q)) {
        const char *country = query_text(&q, arena);
        *out = **out == '\0' ? country : arena_printf(arena, "%s %s", *out, country);
    }
    return query_end(&q, err);
}

static const char hold_save_sql[] =
    "UPDATE hold SET version = $1, jurisdiction = $2, kind = $3, why = $4, state = $5, "
    "since_ms = $6, until_ms = $7, ended_ms = $8, how = $9, person = $10, reason = $11, "
    "proof = $12 WHERE id = $13 AND state = $14";

enum status hold_save(struct store *store, const struct hold_row *row, enum hold_state from,
                      struct err *err)
{
    struct query q;
    query_init(&q, store, hold_save_sql);
    put_rest(&q, row);
    query_put_int(&q, row->id);
    query_put_text(&q, hold_state_word(from));
    return query_change(&q, "hold", err);
}

static enum status read_all(struct hold_row **out, size_t *count, struct query *q,
                            struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct hold_row row = {.id = query_int(q)};
        row.case_id = query_int(q);
        row.rule = query_text(q, arena);
        row.version = query_int(q);
        row.jurisdiction = query_text(q, arena);
        row.kind = query_text(q, arena);
        row.why = query_text(q, arena);
        query_known(q, hold_state_of(&row.state, query_text(q, arena)));
        row.since_ms = query_int(q);
        row.until_ms = query_int(q);
        row.ended_ms = query_int(q);
        row.how = query_text(q, arena);
        row.person = query_text(q, arena);
        row.reason = query_text(q, arena);
        row.proof = query_text(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char hold_list_sql[] =
    "SELECT " HOLD_COLUMNS " FROM hold h WHERE h.case_id = $1 ORDER BY h.jurisdiction, h.rule";

enum status hold_list(struct hold_row **out, size_t *count, struct arena *arena,
                      struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    query_init(&q, store, hold_list_sql);
    query_put_int(&q, case_id);
    return read_all(out, count, &q, arena, err);
}

static const char hold_over_sql[] =
    "SELECT " HOLD_COLUMNS " FROM hold h JOIN case_link l ON l.case_id = h.case_id "
    "WHERE l.kind = 'advisory' AND l.ref = $1 ORDER BY h.jurisdiction, h.rule, h.id";

enum status hold_over(struct hold_row **out, size_t *count, struct arena *arena,
                      struct store *store, const char *tracking, struct err *err)
{
    struct query q;
    query_init(&q, store, hold_over_sql);
    query_put_text(&q, tracking);
    return read_all(out, count, &q, arena, err);
}

static const char hold_for_sql[] =
    "SELECT " HOLD_COLUMNS " FROM hold h JOIN case_link l ON l.case_id = h.case_id "
    "JOIN hold_place p ON p.hold_id = h.id AND p.country = $1 "
    "WHERE l.kind = 'advisory' AND l.ref = $2 ORDER BY h.jurisdiction, h.rule, h.id";

enum status hold_for(struct hold_row **out, size_t *count, struct arena *arena, struct store *store,
                     const char *tracking, const char *country, struct err *err)
{
    struct query q;
    query_init(&q, store, hold_for_sql);
    query_put_text(&q, country);
    query_put_text(&q, tracking);
    return read_all(out, count, &q, arena, err);
}

static const char hold_trackings_sql[] =
    "SELECT DISTINCT l.ref FROM hold h JOIN case_link l ON l.case_id = h.case_id "
    "JOIN hold_place p ON p.hold_id = h.id AND p.country = $1 "
    "WHERE l.kind = 'advisory' AND h.state = 'standing' ORDER BY l.ref";

enum status hold_trackings(const char ***out, size_t *count, struct arena *arena,
                           struct store *store, const char *country, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, hold_trackings_sql);
    query_put_text(&q, country);
    while (query_next(&q)) {
        const char *tracking = query_text(&q, arena);
        arena_push(arena, out, count, sizeof tracking, &tracking);
    }
    return query_end(&q, err);
}

static const char hold_ripe_sql[] =
    "SELECT " HOLD_COLUMNS " FROM hold h WHERE h.state = 'standing' AND h.until_ms > 0 "
    "AND h.until_ms < $1 ORDER BY h.until_ms, h.id";

enum status hold_ripe(struct hold_row **out, size_t *count, struct arena *arena,
                      struct store *store, int64_t now_ms, struct err *err)
{
    struct query q;
    query_init(&q, store, hold_ripe_sql);
    query_put_int(&q, now_ms);
    return read_all(out, count, &q, arena, err);
}

/* Does a standing hold of a case that is linked to the lane's advisory, or to the one that a drill
 * is about, cover the lane's country? A
 * test proves that the kinds are those of duties/hold. */
#define HELD                                                                                       \
    "CASE WHEN lane.kind IN ('hdo', 'distributor', 'importer', 'coordinator', 'reporter') AND "    \
    "EXISTS (SELECT 1 FROM advisory a JOIN case_link l ON l.kind = 'advisory' AND "                \
    "l.ref = a.tracking JOIN hold h ON h.case_id = l.case_id AND h.state = 'standing' "            \
    "JOIN hold_place p ON p.hold_id = h.id WHERE a.id = coalesce("                                 \
    "(SELECT d.of_id FROM drill d WHERE d.advisory_id = lane.advisory_id), lane.advisory_id) "     \
    "AND p.country = lane.jurisdiction) THEN 1 ELSE 0 END"

static const char settle_sql[] =
    "UPDATE lane SET held = " HELD " WHERE advisory_id IN (SELECT a.id FROM advisory a "
    "JOIN case_link l ON l.kind = 'advisory' AND l.ref = a.tracking WHERE l.case_id = $1 "
    "UNION SELECT d.advisory_id FROM drill d JOIN advisory a ON a.id = d.of_id "
    "JOIN case_link l ON l.kind = 'advisory' AND l.ref = a.tracking WHERE l.case_id = $1)";

enum status hold_settle(struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    query_init(&q, store, settle_sql);
    query_put_int(&q, case_id);
    return query_run(&q, err);
}

static const char settle_lane_sql[] = "UPDATE lane SET held = " HELD " WHERE id = $1";

enum status lane_settle(struct store *store, int64_t lane_id, struct err *err)
{
    struct query q;
    query_init(&q, store, settle_lane_sql);
    query_put_int(&q, lane_id);
    return query_run(&q, err);
}

static const char is_held_sql[] = "SELECT held FROM lane WHERE id = $1";

enum status lane_is_held(bool *out, struct store *store, int64_t lane_id, struct err *err)
{
    struct query q;
    *out = true; /* when nobody can tell */
    query_init(&q, store, is_held_sql);
    query_put_int(&q, lane_id);
    if (query_next(&q))
        *out = query_bool(&q);
    return query_end_found(&q, "lane", err);
}

static const char left_before_sql[] =
    "SELECT count(*) FROM notice n JOIN lane ON lane.id = n.lane_id "
    "JOIN hold_place p ON p.hold_id = $1 AND p.country = lane.jurisdiction "
    "JOIN hold h ON h.id = p.hold_id JOIN advisory a ON a.id = lane.advisory_id "
    "JOIN case_link l ON l.kind = 'advisory' AND l.ref = a.tracking AND l.case_id = h.case_id "
    "WHERE n.sendings > 0 AND lane.kind IN ('hdo', 'distributor', 'importer', 'coordinator', "
    "'reporter')";

enum status hold_left_before(int64_t *out, struct store *store, int64_t hold_id, struct err *err)
{
    struct query q;
    query_init(&q, store, left_before_sql);
    query_put_int(&q, hold_id);
    if (query_next(&q))
        *out = query_int(&q);
    return query_end(&q, err);
}
