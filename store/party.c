#include "store/party.h"

#include "store/query.h"

#define PARTY_COLUMNS "id, kind, country, group_id, territory"

static enum status party_all(struct party **out, size_t *count, struct query *q,
                             struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct party row = {.id = query_text(q, arena)};
        query_known(q, party_kind_of(&row.kind, query_text(q, arena)));
        row.country = query_text(q, arena);
        row.group = query_text(q, arena);
        row.territory = query_text(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

/* priority stands in the row so that party_list can go by an index. */
static const char party_put_sql[] =
    "INSERT INTO party (id, kind, priority, country, group_id, territory) "
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, priority = excluded.priority, "
    "country = excluded.country, group_id = excluded.group_id, territory = excluded.territory "
    "WHERE party.kind <> excluded.kind OR party.priority <> excluded.priority "
    "OR party.country <> excluded.country OR party.group_id IS DISTINCT FROM excluded.group_id "
    "OR party.territory IS DISTINCT FROM excluded.territory "
    "RETURNING id";

enum status party_put(struct store *store, const struct party *party, bool *changed,
                      struct err *err)
{
    struct query q;
    query_init(&q, store, party_put_sql);
    query_put_text(&q, party->id);
    query_put_text(&q, party_kind_word(party->kind));
    query_put_int(&q, party_kind_priority(party->kind));
    query_put_text(&q, party->country);
    query_put_text(&q, party->group);
    query_put_text(&q, party->territory);
    return query_did(&q, changed, err);
}

static const char party_get_sql[] = "SELECT " PARTY_COLUMNS " FROM party WHERE id = $1";

enum status party_get(struct party *out, struct arena *arena, struct store *store, const char *id,
                      struct err *err)
{
    struct party *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, store, party_get_sql);
    query_put_text(&q, id);
    enum status status = party_all(&rows, &count, &q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such party");
    if (status == OK)
        *out = rows[0];
    return status;
}

/* Contacts, what is installed and keys go with it (ON DELETE CASCADE); notices stay. */
static const char party_remove_sql[] = "DELETE FROM party WHERE id = $1 RETURNING id";

enum status party_remove(struct store *store, const char *id, struct err *err)
{
    struct query q;
    query_init(&q, store, party_remove_sql);
    query_put_text(&q, id);
    while (query_next(&q))
        continue;
    return query_end_found(&q, "party", err);
}

static const char party_list_sql[] =
    "SELECT " PARTY_COLUMNS " FROM party ORDER BY priority, id LIMIT $1";
static const char party_list_after_sql[] =
    "SELECT " PARTY_COLUMNS " FROM party WHERE (priority, id) > ($2, $3) "
    "ORDER BY priority, id LIMIT $1";

enum status party_list(struct party **out, size_t *count, struct arena *arena, struct store *store,
                       int after_priority, const char *after_id, size_t limit, struct err *err)
{
    struct query q;
    query_init(&q, store, after_id == NULL ? party_list_sql : party_list_after_sql);
    query_put_size(&q, limit);
    if (after_id != NULL) {
        query_put_int(&q, after_priority);
        query_put_text(&q, after_id);
    }
    return party_all(out, count, &q, arena, err);
}

static const char party_members_sql[] =
    "SELECT " PARTY_COLUMNS " FROM party WHERE id = $1 OR group_id = $1 "
    "ORDER BY priority, id";

enum status party_members(struct party **out, size_t *count, struct arena *arena,
                          struct store *store, const char *party_or_group, struct err *err)
{
    struct query q;
    query_init(&q, store, party_members_sql);
    query_put_text(&q, party_or_group);
    return party_all(out, count, &q, arena, err);
}
