#include "store/case.h"

#include "store/query.h"

#define CASE_COLUMNS                                                                               \
    "id, uid, number, year, seq, source, state, back, owner, title, reporter, reporter_mail, "     \
    "disclosure, disclosure_by, disclosure_reason, disclosure_ms, outcome, closed_by, opened_ms, " \
    "state_ms, acknowledged_ms, triaged_ms, told_ms, reopened_ms, closed_ms"

static const char *disclosure_word(const struct case_file *row)
{
    return !row->decided    ? NULL
           : row->disclosed ? case_state_word(CASE_DISCLOSE)
                            : case_state_word(CASE_WITHHOLD);
}

/* From state on: what a change writes, too. */
static void put_changing(struct query *q, const struct case_file *row)
{
    query_put_text(q, case_state_word(row->state));
    query_put_text(q, row->sided ? case_state_word(row->back) : NULL);
    query_put_text(q, row->owner);
    query_put_text(q, row->title);
    query_put_text(q, row->reporter);
    query_put_text(q, row->reporter_mail);
    query_put_text(q, disclosure_word(row));
    query_put_text(q, row->disclosure_by);
    query_put_text(q, row->disclosure_reason);
    query_put_int(q, row->disclosure_ms);
    query_put_text(q, row->outcome);
    query_put_text(q, row->closed_by);
    query_put_int(q, row->state_ms);
    query_put_int(q, row->acknowledged_ms);
    query_put_int(q, row->triaged_ms);
    query_put_int(q, row->told_ms);
    query_put_int(q, row->reopened_ms);
    query_put_int(q, row->closed_ms);
}

static const char case_add_sql[] =
    "INSERT INTO case_file (state, back, owner, title, reporter, reporter_mail, disclosure, "
    "disclosure_by, disclosure_reason, disclosure_ms, outcome, closed_by, state_ms, "
    "acknowledged_ms, triaged_ms, told_ms, reopened_ms, closed_ms, uid, number, year, seq, "
    "source, opened_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
    "$16, $17, $18, $19, $20, $21, $22, $23, $24) RETURNING id";

enum status case_add(struct case_file *row, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, case_add_sql);
    put_changing(&q, row);
    query_put_text(&q, row->uid);
    query_put_text(&q, row->number);
    query_put_int(&q, row->year);
    query_put_int(&q, row->seq);
    query_put_text(&q, case_source_word(row->source));
    query_put_int(&q, row->opened_ms);
    return query_insert(&q, &row->id, err);
}

static const char case_save_sql[] =
    "UPDATE case_file SET state = $1, back = $2, owner = $3, title = $4, reporter = $5, "
    "reporter_mail = $6, disclosure = $7, disclosure_by = $8, disclosure_reason = $9, "
    "disclosure_ms = $10, outcome = $11, closed_by = $12, state_ms = $13, acknowledged_ms = $14, "
    "triaged_ms = $15, told_ms = $16, reopened_ms = $17, closed_ms = $18 "
    "WHERE id = $19 AND state = $20";

enum status case_save(struct store *store, const struct case_file *row, enum case_state from,
                      struct err *err)
{
    struct query q;
    query_init(&q, store, case_save_sql);
    put_changing(&q, row);
    query_put_int(&q, row->id);
    query_put_text(&q, case_state_word(from));
    return query_change(&q, "the case", err);
}

static const char next_seq_sql[] =
    "SELECT coalesce(max(seq), 0) + 1 FROM case_file WHERE year = $1";

enum status case_next_seq(int64_t *out, struct store *store, int64_t year, struct err *err)
{
    struct query q;
    query_init(&q, store, next_seq_sql);
    query_put_int(&q, year);
    if (query_next(&q))
        *out = query_int(&q);
    return query_end(&q, err);
}

static enum status read_all(struct case_file **out, size_t *count, struct query *q,
                            struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct case_file row = {.id = query_int(q)};
        row.uid = query_text(q, arena);
        row.number = query_text(q, arena);
        row.year = query_int(q);
        row.seq = query_int(q);
        query_known(q, case_source_of(&row.source, query_text(q, arena)));
        query_known(q, case_state_of(&row.state, query_text(q, arena)));
        const char *back = query_text(q, arena);
        row.sided = back != NULL;
        query_known(q, back == NULL || case_state_of(&row.back, back));
        row.owner = query_text(q, arena);
        row.title = query_text(q, arena);
        row.reporter = query_text(q, arena);
        row.reporter_mail = query_text(q, arena);
        const char *disclosure = query_text(q, arena);
        row.decided = disclosure != NULL;
        row.disclosed = text_equal(disclosure, case_state_word(CASE_DISCLOSE));
        row.disclosure_by = query_text(q, arena);
        row.disclosure_reason = query_text(q, arena);
        row.disclosure_ms = query_int(q);
        row.outcome = query_text(q, arena);
        row.closed_by = query_text(q, arena);
        row.opened_ms = query_int(q);
        row.state_ms = query_int(q);
        row.acknowledged_ms = query_int(q);
        row.triaged_ms = query_int(q);
        row.told_ms = query_int(q);
        row.reopened_ms = query_int(q);
        row.closed_ms = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static enum status read_one(struct case_file *out, struct query *q, struct arena *arena,
                            struct err *err)
{
    struct case_file *rows = NULL;
    size_t count = 0;
    enum status status = read_all(&rows, &count, q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such case");
    if (status == OK)
        *out = rows[0];
    return status;
}

static const char case_get_sql[] = "SELECT " CASE_COLUMNS " FROM case_file WHERE id = $1";

enum status case_get(struct case_file *out, struct arena *arena, struct store *store, int64_t id,
                     struct err *err)
{
    struct query q;
    query_init(&q, store, case_get_sql);
    query_put_int(&q, id);
    return read_one(out, &q, arena, err);
}

static const char case_find_sql[] =
    "SELECT " CASE_COLUMNS " FROM case_file WHERE number = $1 OR uid = $1";

enum status case_find(struct case_file *out, struct arena *arena, struct store *store,
                      const char *number_or_uid, struct err *err)
{
    struct query q;
    query_init(&q, store, case_find_sql);
    query_put_text(&q, number_or_uid);
    return read_one(out, &q, arena, err);
}

/* Two texts, so that the open ones are read from their own index. */
static const char case_list_sql[] =
    "SELECT " CASE_COLUMNS " FROM case_file WHERE id > $1 ORDER BY id LIMIT $2";
static const char case_open_sql[] =
    "SELECT " CASE_COLUMNS " FROM case_file WHERE id > $1 AND closed_ms = 0 ORDER BY id LIMIT $2";

enum status case_list(struct case_file **out, size_t *count, struct arena *arena,
                      struct store *store, bool open_only, int64_t after_id, size_t limit,
                      struct err *err)
{
    struct query q;
    query_init(&q, store, open_only ? case_open_sql : case_list_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    return read_all(out, count, &q, arena, err);
}

static const char case_count_sql[] =
    "SELECT count(*), count(CASE WHEN closed_ms = 0 THEN 1 END), coalesce(max(opened_ms), 0) "
    "FROM case_file WHERE source = $1";

enum status case_count(struct case_count *out, struct store *store, enum case_source source,
                       struct err *err)
{
    struct query q;
    query_init(&q, store, case_count_sql);
    query_put_text(&q, case_source_word(source));
    if (query_next(&q)) {
        out->all = query_int(&q);
        out->open = query_int(&q);
        out->last_ms = query_int(&q);
    }
    return query_end(&q, err);
}
