#include "store/log.h"

#include "store/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char head_get_sql[] = "SELECT idx, prev FROM evidence_head WHERE one = 1";

enum status log_head_get(struct log_head *out, struct store *store, struct err *err)
{
    struct log_head head = {0};
    struct arena *arena = arena_new();
    struct query q;
    query_init(&q, store, head_get_sql);
    if (query_next(&q)) {
        head.idx = query_int(&q);
        const char *prev = query_text(&q, arena);
        if (prev != NULL && strlen(prev) == sizeof head.prev - 1)
            memcpy(head.prev, prev, sizeof head.prev);
        else
            query_known(&q, false);
    } else if (q.status == OK) {
        q.status = err_set(&q.err, ERR_CORRUPT, "store: the evidence log has lost its head row");
    }
    enum status status = query_end(&q, err);
    arena_free(arena);
    if (status == OK)
        *out = head;
    return status;
}

static const char head_move_sql[] = "UPDATE evidence_head SET idx = $1, prev = $2 "
                                    "WHERE one = 1 AND idx = $3 AND prev = $4";

static enum status head_move(struct store *store, const struct log_head *before,
                             const struct log_head *after, struct err *err)
{
    struct query q;
    query_init(&q, store, head_move_sql);
    query_put_int(&q, after->idx);
    query_put_text(&q, after->prev);
    query_put_int(&q, before->idx);
    query_put_text(&q, before->prev);
    return query_change(&q, "the head of the evidence log", err);
}

static const char line_add_sql[] =
    "INSERT INTO evidence (idx, at_ms, kind, subj, line) VALUES ($1, $2, $3, $4, $5)";

enum status log_append(struct store *store, const struct log_head *before,
                       const struct log_head *after, struct bytes line, const char *kind,
                       const char *subj, int64_t at_ms, struct err *err)
{
    struct scope scope;
    assert(after->idx == before->idx + 1);
    enum status status = scope_begin(&scope, store, err);
    if (status != OK)
        return status;
    status = head_move(store, before, after, err);
    if (status == OK) {
        struct query q;
        query_init(&q, store, line_add_sql);
        query_put_int(&q, before->idx);
        query_put_int(&q, at_ms);
        query_put_text(&q, kind);
        query_put_text(&q, subj);
        query_put_blob(&q, line);
        status = query_run(&q, err);
    }
    return scope_end(&scope, status, err);
}

static const char last_at_sql[] =
    "SELECT at_ms FROM evidence WHERE idx = (SELECT idx - 1 FROM evidence_head WHERE one = 1)";

enum status log_last_at(int64_t *out_ms, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, last_at_sql);
    if (query_next(&q))
        *out_ms = query_int(&q);
    return query_end_found(&q, "entry of the evidence log", err);
}

static const char find_sql[] = "SELECT idx FROM evidence WHERE subj = $1 AND kind = $2 "
                               "ORDER BY idx DESC LIMIT 1";

enum status log_find(int64_t *out_idx, struct store *store, const char *subj, const char *kind,
                     struct err *err)
{
    struct query q;
    query_init(&q, store, find_sql);
    query_put_text(&q, subj);
    query_put_text(&q, kind);
    if (query_next(&q))
        *out_idx = query_int(&q);
    return query_end_found(&q, kind, err);
}

static const char value_add_sql[] =
    "INSERT INTO evidence_value (idx, field, salt, value) VALUES ($1, $2, $3, $4)";

enum status log_value_add(struct store *store, int64_t idx, const char *field, const char *salt,
                          const char *value, struct err *err)
{
    struct query q;
    query_init(&q, store, value_add_sql);
    query_put_int(&q, idx);
    query_put_text(&q, field);
    query_put_text(&q, salt);
    query_put_text(&q, value);
    return query_run(&q, err);
}

static const char value_get_sql[] =
    "SELECT salt, value FROM evidence_value WHERE idx = $1 AND field = $2";

enum status log_value_get(const char **out_salt, const char **out_value, struct arena *arena,
                          struct store *store, int64_t idx, const char *field, struct err *err)
{
    const char *salt = NULL, *value = NULL;
    struct query q;
    query_init(&q, store, value_get_sql);
    query_put_int(&q, idx);
    query_put_text(&q, field);
    if (query_next(&q)) {
        salt = query_text(&q, arena);
        value = query_text(&q, arena);
    }
    enum status status = query_end_found(&q, "value behind the evidence", err);
    if (status == OK) {
        *out_salt = salt;
        *out_value = value;
    }
    return status;
}

static const char value_list_sql[] =
    "SELECT v.idx, e.subj, v.field, v.salt, v.value FROM evidence_value v "
    "JOIN evidence e ON e.idx = v.idx WHERE v.idx >= $1 AND v.idx < $2 "
    "AND v.salt IS NOT NULL AND v.value IS NOT NULL ORDER BY v.idx";

/* Not by the database: each has an order of its own for texts. */
static int by_idx_and_field(const void *a, const void *b)
{
    const struct log_value *left = a, *right = b;
    if (left->idx != right->idx)
        return left->idx < right->idx ? -1 : 1;
    return strcmp(left->field, right->field);
}

enum status log_value_list(struct log_value **out, size_t *count, struct arena *arena,
                           struct store *store, int64_t from_idx, int64_t till_idx, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, value_list_sql);
    query_put_int(&q, from_idx);
    query_put_int(&q, till_idx);
    while (query_next(&q)) {
        struct log_value row = {.idx = query_int(&q)};
        row.subj = query_text(&q, arena);
        row.field = query_text(&q, arena);
        row.salt = query_text(&q, arena);
        row.value = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    if (*count > 1)
        qsort(*out, *count, sizeof **out, by_idx_and_field);
    return query_end(&q, err);
}

static const char value_range_sql[] =
    "SELECT idx, field, salt, value FROM evidence_value WHERE idx >= $1 AND idx < $2 "
    "ORDER BY idx";

enum status log_value_range(struct log_value **out, size_t *count, struct arena *arena,
                            struct store *store, int64_t from_idx, int64_t till_idx,
                            struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, value_range_sql);
    query_put_int(&q, from_idx);
    query_put_int(&q, till_idx);
    while (query_next(&q)) {
        struct log_value row = {.idx = query_int(&q)};
        row.field = query_text(&q, arena);
        row.salt = query_text(&q, arena);
        row.value = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char list_sql[] =
    "SELECT idx, at_ms, kind, subj, line FROM evidence WHERE idx >= $1 ORDER BY idx LIMIT $2";
static const char list_of_subj_sql[] = "SELECT idx, at_ms, kind, subj, line FROM evidence WHERE "
                                       "idx >= $1 AND subj = $3 ORDER BY idx LIMIT $2";

enum status log_list(struct log_line **out, size_t *count, struct arena *arena, struct store *store,
                     int64_t from_idx, const char *subj, size_t limit, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, subj == NULL ? list_sql : list_of_subj_sql);
    query_put_int(&q, from_idx);
    query_put_size(&q, limit);
    if (subj != NULL)
        query_put_text(&q, subj);
    while (query_next(&q)) {
        struct log_line row = {.idx = query_int(&q)};
        row.at_ms = query_int(&q);
        row.kind = query_text(&q, arena);
        row.subj = query_text(&q, arena);
        struct bytes line = query_blob(&q);
        row.line.data =
            (const unsigned char *)arena_strndup(arena, (const char *)line.data, line.size);
        row.line.size = line.size;
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
