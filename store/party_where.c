/* Where parties are, and where what they hold is: each thing once, however many have it. */
#include "store/party.h"

#include "store/query.h"

static const char countries_sql[] =
    "SELECT DISTINCT country, territory FROM party WHERE kind = $1 ORDER BY country, territory";

enum status party_places(struct party **out, size_t *count, struct arena *arena,
                         struct store *store, enum party_kind kind, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, countries_sql);
    query_put_text(&q, party_kind_word(kind));
    while (query_next(&q)) {
        struct party row = {.kind = kind, .country = query_text(&q, arena)};
        row.territory = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

static const char held_sql[] =
    "SELECT DISTINCT party.country, installed.vendor, installed.product, installed.version "
    "FROM installed JOIN party ON party.id = installed.party";

enum status installed_places(struct held_in **out, size_t *count, struct arena *arena,
                             struct store *store, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, held_sql);
    while (query_next(&q)) {
        struct held_in row = {.country = query_text(&q, arena)};
        row.vendor = query_text(&q, arena);
        row.product = query_text(&q, arena);
        row.version = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
