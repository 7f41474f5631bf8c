#include "store/advisory.h"

#include "store/query.h"

static const char approval_add_sql[] =
    "INSERT INTO approval (advisory_id, person, role, fpr, form, sha256, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";

enum status approval_add(struct approval *approval, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, approval_add_sql);
    query_put_int(&q, approval->advisory_id);
    query_put_text(&q, approval->person);
    query_put_text(&q, role_word(approval->role));
    query_put_text(&q, approval->fpr);
    query_put_text(&q, approval->form);
    query_put_text(&q, approval->sha256);
    query_put_int(&q, approval->at_ms);
    return query_insert(&q, &approval->id, err);
}

static const char approval_list_sql[] =
    "SELECT id, advisory_id, person, role, fpr, form, sha256, at_ms FROM approval "
    "WHERE advisory_id = $1 ORDER BY id";

enum status approval_list(struct approval **out, size_t *count, struct arena *arena,
                          struct store *store, int64_t advisory_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, approval_list_sql);
    query_put_int(&q, advisory_id);
    while (query_next(&q)) {
        struct approval row = {.id = query_int(&q)};
        row.advisory_id = query_int(&q);
        row.person = query_text(&q, arena);
        query_known(&q, role_of(&row.role, query_text(&q, arena)));
        row.fpr = query_text(&q, arena);
        row.form = query_text(&q, arena);
        row.sha256 = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
