#include "store/advisory.h"

#include "store/query.h"

#define ADVISORY_COLUMNS                                                                           \
    "id, uid, tracking, version, sha256, order_sha256, order_name, title, tlp, state, "            \
    "submitted_ms, approved_ms, embargo_ms, deadline_ms, answer_by_ms, digest, exercise"

static struct advisory advisory_read(struct query *q, struct arena *arena)
{
    struct advisory row = {.id = query_int(q)};
    row.uid = query_text(q, arena);
    row.tracking = query_text(q, arena);
    row.version = query_text(q, arena);
    row.sha256 = query_text(q, arena);
    row.order_sha256 = query_text(q, arena);
    row.order_name = query_text(q, arena);
    row.title = query_text(q, arena);
    query_known(q, tlp_of(&row.tlp, query_text(q, arena)));
    query_known(q, advisory_state_of(&row.state, query_text(q, arena)));
    row.submitted_ms = query_int(q);
    row.approved_ms = query_int(q);
    row.embargo_ms = query_int(q);
    row.deadline_ms = query_int(q);
    row.answer_by_ms = query_int(q);
    row.digest = query_bool(q);
    row.exercise = query_bool(q);
    return row;
}

static enum status advisory_one(struct advisory *out, struct query *q, struct arena *arena,
                                struct err *err)
{
    struct advisory row = {0};
    if (query_next(q))
        row = advisory_read(q, arena);
    enum status status = query_end_found(q, "advisory", err);
    if (status == OK)
        *out = row;
    return status;
}

static enum status advisory_all(struct advisory **out, size_t *count, struct query *q,
                                struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct advisory row = advisory_read(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char advisory_add_sql[] =
    "INSERT INTO advisory (uid, tracking, version, sha256, order_sha256, order_name, title, tlp, "
    "state, submitted_ms, approved_ms, embargo_ms, deadline_ms, answer_by_ms, digest, "
    "exercise) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
    "RETURNING id";

enum status advisory_add(struct advisory *advisory, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, advisory_add_sql);
    query_put_text(&q, advisory->uid);
    query_put_text(&q, advisory->tracking);
    query_put_text(&q, advisory->version);
    query_put_text(&q, advisory->sha256);
    query_put_text(&q, advisory->order_sha256);
    query_put_text(&q, advisory->order_name);
    query_put_text(&q, advisory->title);
    query_put_text(&q, tlp_word(advisory->tlp));
    query_put_text(&q, advisory_state_word(advisory->state));
    query_put_int(&q, advisory->submitted_ms);
    query_put_int(&q, advisory->approved_ms);
    query_put_int(&q, advisory->embargo_ms);
    query_put_int(&q, advisory->deadline_ms);
    query_put_int(&q, advisory->answer_by_ms);
    query_put_int(&q, advisory->digest ? 1 : 0);
    query_put_int(&q, advisory->exercise ? 1 : 0);
    return query_insert(&q, &advisory->id, err);
}

static const char advisory_get_sql[] = "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE id = $1";

enum status advisory_get(struct advisory *out, struct arena *arena, struct store *store, int64_t id,
                         struct err *err)
{
    struct query q;
    query_init(&q, store, advisory_get_sql);
    query_put_int(&q, id);
    return advisory_one(out, &q, arena, err);
}

static const char advisory_find_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE tracking = $1 AND version = $2 "
    "AND " ADVISORY_NO_EXERCISE;
static const char advisory_find_last_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE tracking = $1 "
    "AND " ADVISORY_NO_EXERCISE " ORDER BY submitted_ms DESC, id DESC LIMIT 1";

enum status advisory_find(struct advisory *out, struct arena *arena, struct store *store,
                          const char *tracking, const char *version, struct err *err)
{
    struct query q;
    query_init(&q, store, version == NULL ? advisory_find_last_sql : advisory_find_sql);
    query_put_text(&q, tracking);
    if (version != NULL)
        query_put_text(&q, version);
    return advisory_one(out, &q, arena, err);
}

static const char advisory_exercise_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE tracking = $1 AND exercise = 1 LIMIT 1";

enum status advisory_exercise(struct advisory *out, struct arena *arena, struct store *store,
                              const char *tracking, struct err *err)
{
    struct query q;
    query_init(&q, store, advisory_exercise_sql);
    query_put_text(&q, tracking);
    return advisory_one(out, &q, arena, err);
}

static const char advisory_list_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE " ADVISORY_CAME
    " ORDER BY submitted_ms DESC, id DESC";
static const char advisory_list_tracking_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE tracking = $1 "
    "AND " ADVISORY_NO_EXERCISE " ORDER BY submitted_ms DESC, id DESC";

enum status advisory_list(struct advisory **out, size_t *count, struct arena *arena,
                          struct store *store, const char *tracking, struct err *err)
{
    struct query q;
    query_init(&q, store, tracking == NULL ? advisory_list_sql : advisory_list_tracking_sql);
    if (tracking != NULL)
        query_put_text(&q, tracking);
    return advisory_all(out, count, &q, arena, err);
}

static const char advisory_in_state_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE state = $1 AND " ADVISORY_CAME
    " ORDER BY submitted_ms, id";

enum status advisory_in_state(struct advisory **out, size_t *count, struct arena *arena,
                              struct store *store, enum advisory_state state, struct err *err)
{
    struct query q;
    query_init(&q, store, advisory_in_state_sql);
    query_put_text(&q, advisory_state_word(state));
    return advisory_all(out, count, &q, arena, err);
}

static const char ours_list_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory WHERE (digest = 1 OR exercise = 1) AND id > $1 "
    "ORDER BY id LIMIT $2";

enum status advisory_ours_list(struct advisory **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t after_id, size_t limit, struct err *err)
{
    struct query q;
    query_init(&q, store, ours_list_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    return advisory_all(out, count, &q, arena, err);
}

static const char advisory_update_sql[] =
    "UPDATE advisory SET state = $1, submitted_ms = $2, approved_ms = $3, embargo_ms = $4, "
    "deadline_ms = $5, answer_by_ms = $6 WHERE id = $7 AND state = $8";

enum status advisory_update(struct store *store, const struct advisory *advisory,
                            enum advisory_state from, struct err *err)
{
    struct query q;
    query_init(&q, store, advisory_update_sql);
    query_put_text(&q, advisory_state_word(advisory->state));
    query_put_int(&q, advisory->submitted_ms);
    query_put_int(&q, advisory->approved_ms);
    query_put_int(&q, advisory->embargo_ms);
    query_put_int(&q, advisory->deadline_ms);
    query_put_int(&q, advisory->answer_by_ms);
    query_put_int(&q, advisory->id);
    query_put_text(&q, advisory_state_word(from));
    return query_change(&q, "the advisory", err);
}

/* Approvers sign the hash of the order: once one has signed, it stands. */
static const char advisory_set_order_sql[] =
    "UPDATE advisory SET order_sha256 = $1, order_name = $2, tlp = $3, embargo_ms = $4, "
    "deadline_ms = $5, answer_by_ms = $6 WHERE id = $7 AND state = 'submitted' "
    "AND NOT EXISTS (SELECT 1 FROM approval WHERE advisory_id = $7)";

enum status advisory_set_order(struct store *store, const struct advisory *advisory,
                               struct err *err)
{
    struct query q;
    query_init(&q, store, advisory_set_order_sql);
    query_put_text(&q, advisory->order_sha256);
    query_put_text(&q, advisory->order_name);
    query_put_text(&q, tlp_word(advisory->tlp));
    query_put_int(&q, advisory->embargo_ms);
    query_put_int(&q, advisory->deadline_ms);
    query_put_int(&q, advisory->answer_by_ms);
    query_put_int(&q, advisory->id);
    return query_change(&q, "the advisory", err);
}

static const char ended_sql[] =
    "SELECT " ADVISORY_COLUMNS " FROM advisory "
    "WHERE embargo_ms > $1 AND embargo_ms <= $2 AND state IN ('approved', 'planning', 'released') "
    "ORDER BY embargo_ms, id";

enum status advisory_embargo_ended(struct advisory **out, size_t *count, struct arena *arena,
                                   struct store *store, int64_t after_ms, int64_t to_ms,
                                   struct err *err)
{
    struct query q;
    query_init(&q, store, ended_sql);
    query_put_int(&q, after_ms);
    query_put_int(&q, to_ms);
    return advisory_all(out, count, &q, arena, err);
}
