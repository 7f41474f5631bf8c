/* What a case is linked to: advisories, and numbers of other systems. */
#include "store/case.h"

#include "store/query.h"

static const char link_add_sql[] = "INSERT INTO case_link (case_id, kind, ref, person, at_ms) "
                                   "VALUES ($1, $2, $3, $4, $5) RETURNING id";

enum status case_link_add(struct case_link *link, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, link_add_sql);
    query_put_int(&q, link->case_id);
    query_put_text(&q, link_kind_word(link->kind));
    query_put_text(&q, link->ref);
    query_put_text(&q, link->person);
    query_put_int(&q, link->at_ms);
    return query_insert(&q, &link->id, err);
}

static enum status read_all(struct case_link **out, size_t *count, struct query *q,
                            struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct case_link row = {.id = query_int(q)};
        row.case_id = query_int(q);
        query_known(q, link_kind_of(&row.kind, query_text(q, arena)));
        row.ref = query_text(q, arena);
        row.person = query_text(q, arena);
        row.at_ms = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char link_list_sql[] =
    "SELECT id, case_id, kind, ref, person, at_ms FROM case_link WHERE case_id = $1 ORDER BY id";

enum status case_link_list(struct case_link **out, size_t *count, struct arena *arena,
                           struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    query_init(&q, store, link_list_sql);
    query_put_int(&q, case_id);
    return read_all(out, count, &q, arena, err);
}

static const char link_find_sql[] = "SELECT id, case_id, kind, ref, person, at_ms FROM case_link "
                                    "WHERE kind = $1 AND ref = $2 ORDER BY id";

enum status case_link_find(struct case_link **out, size_t *count, struct arena *arena,
                           struct store *store, enum link_kind kind, const char *ref,
                           struct err *err)
{
    struct query q;
    query_init(&q, store, link_find_sql);
    query_put_text(&q, link_kind_word(kind));
    query_put_text(&q, ref);
    return read_all(out, count, &q, arena, err);
}
