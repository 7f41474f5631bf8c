/* The thread of a case. */
#include "store/case.h"

#include "store/query.h"

static const char message_add_sql[] =
    "INSERT INTO case_message (case_id, way, sha256, message_id, address, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";

enum status case_message_add(struct case_message *message, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, message_add_sql);
    query_put_int(&q, message->case_id);
    query_put_text(&q, message_way_word(message->way));
    query_put_text(&q, message->sha256);
    query_put_text(&q, message->message_id);
    query_put_text(&q, message->address);
    query_put_int(&q, message->at_ms);
    return query_insert(&q, &message->id, err);
}

static const char message_list_sql[] =
    "SELECT id, case_id, way, sha256, message_id, address, at_ms FROM case_message "
    "WHERE case_id = $1 ORDER BY id";

enum status case_message_list(struct case_message **out, size_t *count, struct arena *arena,
                              struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, message_list_sql);
    query_put_int(&q, case_id);
    while (query_next(&q)) {
        struct case_message row = {.id = query_int(&q)};
        row.case_id = query_int(&q);
        query_known(&q, message_way_of(&row.way, query_text(&q, arena)));
        row.sha256 = query_text(&q, arena);
        row.message_id = query_text(&q, arena);
        row.address = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char message_find_sql[] =
    "SELECT case_id FROM case_message WHERE message_id = $1 ORDER BY id LIMIT 1";

enum status case_message_find(int64_t *out_case_id, struct store *store, const char *message_id,
                              struct err *err)
{
    struct query q;
    query_init(&q, store, message_find_sql);
    query_put_text(&q, message_id);
    if (query_next(&q))
        *out_case_id = query_int(&q);
    return query_end_found(&q, "case with this message", err);
}
