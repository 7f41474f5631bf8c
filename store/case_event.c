/* The history of a case, and when somebody looked through the register of a source. */
#include "store/case.h"

#include "store/query.h"

static const char event_add_sql[] =
    "INSERT INTO case_event (case_id, what, said, person, reason, sha256, at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";

enum status case_event_add(struct case_event *event, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, event_add_sql);
    query_put_int(&q, event->case_id);
    query_put_text(&q, event->what);
    query_put_text(&q, event->said);
    query_put_text(&q, event->person);
    query_put_text(&q, event->reason);
    query_put_text(&q, event->sha256);
    query_put_int(&q, event->at_ms);
    return query_insert(&q, &event->id, err);
}

static const char event_list_sql[] =
    "SELECT id, case_id, what, said, person, reason, sha256, at_ms FROM case_event "
    "WHERE case_id = $1 ORDER BY id";

enum status case_event_list(struct case_event **out, size_t *count, struct arena *arena,
                            struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, event_list_sql);
    query_put_int(&q, case_id);
    while (query_next(&q)) {
        struct case_event row = {.id = query_int(&q)};
        row.case_id = query_int(&q);
        row.what = query_text(&q, arena);
        row.said = query_text(&q, arena);
        row.person = query_text(&q, arena);
        row.reason = query_text(&q, arena);
        row.sha256 = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char review_add_sql[] =
    "INSERT INTO source_review (source, person, note, at_ms) VALUES ($1, $2, $3, $4) RETURNING id";

enum status source_review_add(struct source_review *review, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, review_add_sql);
    query_put_text(&q, case_source_word(review->source));
    query_put_text(&q, review->person);
    query_put_text(&q, review->note);
    query_put_int(&q, review->at_ms);
    return query_insert(&q, &review->id, err);
}

static const char review_last_sql[] = "SELECT id, person, note, at_ms FROM source_review "
                                      "WHERE source = $1 ORDER BY id DESC LIMIT 1";

enum status source_review_last(struct source_review *out, struct arena *arena, struct store *store,
                               enum case_source source, struct err *err)
{
    struct query q;
    query_init(&q, store, review_last_sql);
    query_put_text(&q, case_source_word(source));
    if (query_next(&q)) {
        *out = (struct source_review){.id = query_int(&q), .source = source};
        out->person = query_text(&q, arena);
        out->note = query_text(&q, arena);
        out->at_ms = query_int(&q);
    }
    return query_end_found(&q, "review of this source", err);
}

static const char review_list_sql[] =
    "SELECT id, source, person, note, at_ms FROM source_review ORDER BY id";

enum status source_review_list(struct source_review **out, size_t *count, struct arena *arena,
                               struct store *store, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, review_list_sql);
    while (query_next(&q)) {
        struct source_review row = {.id = query_int(&q)};
        query_known(&q, case_source_of(&row.source, query_text(&q, arena)));
        row.person = query_text(&q, arena);
        row.note = query_text(&q, arena);
        row.at_ms = query_int(&q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
