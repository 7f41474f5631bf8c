#include "store/notice_inner.h"

#include <assert.h>
#include <string.h>

#define DUE_LIMIT ((size_t)10000)

/*
 * The lanes that have a row in state $1, found by skipping from one to the next through the index
 * notice_in_lane: as many steps as there are such lanes, however many rows wait in them.
 */
#define ACTIVE_LANES                                                                               \
    "WITH RECURSIVE active (id) AS ("                                                              \
    "SELECT min(lane_id) FROM notice WHERE state = $1 "                                            \
    "UNION ALL "                                                                                   \
    "SELECT (SELECT min(n.lane_id) FROM notice n WHERE n.state = $1 AND n.lane_id > active.id) "   \
    "FROM active WHERE active.id IS NOT NULL), "                                                   \
    "heads (id, next_at_ms) AS ("                                                                  \
    "SELECT active.id, (SELECT min(n.next_at_ms) FROM notice n "                                   \
    "WHERE n.state = $1 AND n.lane_id = active.id) "                                               \
    "FROM active WHERE active.id IS NOT NULL) "

static const char due_lanes_sql[] =
    ACTIVE_LANES "SELECT l.id, l.endpoint, l.priority FROM heads JOIN lane l ON l.id = heads.id "
                 "WHERE heads.next_at_ms <= $2 AND l.held = 0 AND l.open_at_ms <= $2 "
                 "ORDER BY l.priority, heads.next_at_ms, l.id";

struct due_lane {
    int64_t id;
    int priority;
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(word, words[i]))
            return true;
    return false;
}

static enum status due_lanes(struct due_lane **out, size_t *count, struct arena *arena,
                             struct store *store, enum notice_state state, int64_t now_ms,
                             const char *const *not_endpoints, size_t not_count, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, due_lanes_sql);
    query_put_text(&q, notice_state_word(state));
    query_put_int(&q, now_ms);
    while (query_next(&q)) {
        struct due_lane row = {.id = query_int(&q)};
        const char *endpoint = query_text(&q, arena);
        row.priority = (int)query_int(&q);
        if (!is_one_of(endpoint, not_endpoints, not_count))
            arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

/* What decides the order inside one priority. */
struct due_row {
    int64_t next_at_ms;
    int64_t id;
};

static bool due_before(const struct due_row *a, const struct due_row *b)
{
    return a->next_at_ms != b->next_at_ms ? a->next_at_ms < b->next_at_ms : a->id < b->id;
}

/* The best rows so far, in order; never more than room. */
struct due_best {
    struct due_row *rows;
    size_t from, count, room; /* from: where the present priority begins */
};

/* false: it and everything behind it in its lane is too late. */
static bool due_offer(struct due_best *best, const struct due_row *row)
{
    if (best->count == best->room) {
        if (best->count == best->from || !due_before(row, &best->rows[best->count - 1]))
            return false;
        best->count--;
    }
    size_t at = best->count;
    for (; at > best->from && due_before(row, &best->rows[at - 1]); at--)
        best->rows[at] = best->rows[at - 1];
    best->rows[at] = *row;
    best->count++;
    return true;
}

static const char due_in_lane_sql[] =
    "SELECT next_at_ms, id FROM notice WHERE state = $1 AND lane_id = $2 AND next_at_ms <= $3 "
    "ORDER BY next_at_ms, id LIMIT $4";

static enum status due_in_lane(struct due_best *best, struct store *store, enum notice_state state,
                               int64_t now_ms, int64_t lane_id, struct err *err)
{
    struct query q;
    query_init(&q, store, due_in_lane_sql);
    query_put_text(&q, notice_state_word(state));
    query_put_int(&q, lane_id);
    query_put_int(&q, now_ms);
    query_put_size(&q, best->room - best->from);
    while (query_next(&q)) {
        struct due_row row = {.next_at_ms = query_int(&q)};
        row.id = query_int(&q);
        if (q.status == OK && !due_offer(best, &row))
            break;
    }
    return query_end(&q, err);
}

enum status notice_due(struct notice **out, size_t *count, struct arena *arena, struct store *store,
                       enum notice_state state, int64_t now_ms, const char *const *not_endpoints,
                       size_t not_count, size_t limit, struct err *err)
{
    struct due_lane *lanes = NULL;
    size_t lane_count = 0;
    *out = NULL;
    *count = 0;
    enum status status =
        due_lanes(&lanes, &lane_count, arena, store, state, now_ms, not_endpoints, not_count, err);
    if (status != OK || lane_count == 0 || limit == 0)
        return status;
    if (limit > DUE_LIMIT)
        limit = DUE_LIMIT;
    /* Numbers first, from the index alone; whole rows only of those that are taken. */
    struct due_best best = {.room = limit};
    best.rows = arena_alloc(arena, limit * sizeof best.rows[0]);
    for (size_t i = 0; i < lane_count && status == OK; i++) {
        if (i > 0 && lanes[i].priority != lanes[i - 1].priority) {
            if (best.count == best.room)
                break;
            best.from = best.count;
        }
        status = due_in_lane(&best, store, state, now_ms, lanes[i].id, err);
    }
    struct notice *rows = arena_alloc(arena, best.count * sizeof rows[0]);
    for (size_t i = 0; i < best.count && status == OK; i++)
        status = notice_get(&rows[i], arena, store, best.rows[i].id, err);
    if (status == OK) {
        *out = rows;
        *count = best.count;
    }
    return status;
}

static const char like_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE lane_id = $1 AND text_group = $2 AND state = $3 "
    "AND next_at_ms <= $4 AND crashes = 0 AND form = $5 AND id <> $6 "
    "ORDER BY next_at_ms, id LIMIT $7";

enum status notice_like(struct notice **out, size_t *count, struct arena *arena,
                        struct store *store, const struct notice *notice, int64_t now_ms,
                        size_t limit, struct err *err)
{
    struct query q;
    query_init(&q, store, like_sql);
    query_put_int(&q, notice->lane_id);
    query_put_text(&q, notice->text_group);
    query_put_text(&q, notice_state_word(STATE_PLANNED));
    query_put_int(&q, now_ms);
    query_put_text(&q, form_word(FORM_BROADCAST));
    query_put_int(&q, notice->id);
    query_put_size(&q, limit);
    return notice_all(out, count, &q, arena, err);
}

static const char next_due_sql[] =
    ACTIVE_LANES "SELECT min(CASE WHEN l.open_at_ms > heads.next_at_ms THEN l.open_at_ms "
                 "ELSE heads.next_at_ms END) "
                 "FROM heads JOIN lane l ON l.id = heads.id WHERE l.held = 0";

/* *any: whether this state has a row that falls due at all. */
static enum status next_due(int64_t *out_ms, bool *any, struct store *store,
                            enum notice_state state, struct err *err)
{
    struct query q;
    query_init(&q, store, next_due_sql);
    query_put_text(&q, notice_state_word(state));
    *any = query_next(&q) && query_maybe_int(&q, out_ms);
    return query_end(&q, err);
}

enum status notice_next_due(int64_t *out_ms, struct store *store, unsigned states, struct err *err)
{
    int64_t best = 0;
    bool found = false;
    assert(states < 1u << STATE_COUNT);
    for (int i = 0; i < (int)STATE_COUNT; i++) {
        int64_t ms = 0;
        bool any = false;
        if ((states & 1u << i) == 0)
            continue;
        enum status status = next_due(&ms, &any, store, (enum notice_state)i, err);
        if (status != OK)
            return status;
        if (any && (!found || ms < best))
            best = ms;
        found = found || any;
    }
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "store: nothing falls due");
    *out_ms = best;
    return OK;
}

static const char shift_sql[] =
    "UPDATE notice SET next_at_ms = next_at_ms + $2 WHERE state = $1 AND next_at_ms <> 0";

enum status notice_shift(struct store *store, enum notice_state state, int64_t by_ms,
                         struct err *err)
{
    struct query q;
    query_init(&q, store, shift_sql);
    query_put_text(&q, notice_state_word(state));
    query_put_int(&q, by_ms);
    return query_run(&q, err);
}

static const char release_sql[] =
    "UPDATE notice SET next_at_ms = $2, "
    "deadline_ms = CASE WHEN deadline_ms > $3 THEN $3 ELSE deadline_ms END, "
    "answer_by_ms = CASE WHEN answer_by_ms > $4 THEN $4 ELSE answer_by_ms END "
    "WHERE advisory_id = $1 AND state = 'planned' AND next_at_ms > $2";

enum status notice_release_all(struct store *store, int64_t advisory_id, int64_t at_ms,
                               int64_t deadline_ms, int64_t answer_by_ms, struct err *err)
{
    struct query q;
    query_init(&q, store, release_sql);
    query_put_int(&q, advisory_id);
    query_put_int(&q, at_ms);
    query_put_int(&q, deadline_ms);
    query_put_int(&q, answer_by_ms);
    return query_run(&q, err);
}
