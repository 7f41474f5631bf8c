#include "store/party.h"

#include "store/query.h"

#define CONTACT_COLUMNS                                                                            \
    "id, party, seq, email, name, role, language, phone, zone, post_address, route, key, smime"

static enum status contact_all(struct contact **out, size_t *count, struct query *q,
                               struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct contact row = {.id = query_int(q)};
        row.party = query_text(q, arena);
        row.seq = query_int(q);
        row.email = query_text(q, arena);
        row.name = query_text(q, arena);
        row.role = query_text(q, arena);
        row.language = query_text(q, arena);
        row.phone = query_text(q, arena);
        row.zone = query_text(q, arena);
        row.post_address = query_text(q, arena);
        query_known(q, route_of(&row.route, query_text(q, arena)));
        row.key = query_text(q, arena);
        row.smime = query_text(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

/*
 * A row without a key does not unpin one: importing a register again must not turn sealed notices
 * into waiting ones. Only for another address the old key is none.
 */
#define CONTACT_KEY                                                                                \
    "coalesce(excluded.key, CASE WHEN contact.email IS NOT DISTINCT FROM excluded.email "          \
    "THEN contact.key END)"

static const char contact_put_sql[] =
    "INSERT INTO contact (party, seq, email, name, role, language, phone, zone, post_address, "
    "route, key, smime) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
    "ON CONFLICT (party, seq) DO UPDATE SET email = excluded.email, name = excluded.name, "
    "role = excluded.role, language = excluded.language, phone = excluded.phone, "
    "zone = excluded.zone, post_address = excluded.post_address, route = excluded.route, "
    "key = " CONTACT_KEY ", smime = excluded.smime "
    "WHERE contact.email IS DISTINCT FROM excluded.email "
    "OR contact.name IS DISTINCT FROM excluded.name "
    "OR contact.role IS DISTINCT FROM excluded.role "
    "OR contact.language IS DISTINCT FROM excluded.language "
    "OR contact.phone IS DISTINCT FROM excluded.phone "
    "OR contact.zone IS DISTINCT FROM excluded.zone "
    "OR contact.post_address IS DISTINCT FROM excluded.post_address "
    "OR contact.route <> excluded.route "
    "OR contact.key IS DISTINCT FROM " CONTACT_KEY " "
    "OR contact.smime IS DISTINCT FROM excluded.smime RETURNING id";

enum status contact_put(struct store *store, const struct contact *contact, bool *changed,
                        struct err *err)
{
    struct query q;
    query_init(&q, store, contact_put_sql);
    query_put_text(&q, contact->party);
    query_put_int(&q, contact->seq);
    query_put_text(&q, contact->email);
    query_put_text(&q, contact->name);
    query_put_text(&q, contact->role);
    query_put_text(&q, contact->language);
    query_put_text(&q, contact->phone);
    query_put_text(&q, contact->zone);
    query_put_text(&q, contact->post_address);
    query_put_text(&q, route_word(contact->route));
    query_put_text(&q, contact->key);
    query_put_text(&q, contact->smime);
    return query_did(&q, changed, err);
}

static const char contact_list_sql[] =
    "SELECT " CONTACT_COLUMNS " FROM contact WHERE party = $1 ORDER BY seq";

enum status contact_list(struct contact **out, size_t *count, struct arena *arena,
                         struct store *store, const char *party, struct err *err)
{
    struct query q;
    query_init(&q, store, contact_list_sql);
    query_put_text(&q, party);
    return contact_all(out, count, &q, arena, err);
}

static const char contact_get_sql[] = "SELECT " CONTACT_COLUMNS " FROM contact WHERE id = $1";

enum status contact_get(struct contact *out, struct arena *arena, struct store *store, int64_t id,
                        struct err *err)
{
    struct contact *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, store, contact_get_sql);
    query_put_int(&q, id);
    enum status status = contact_all(&rows, &count, &q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such contact");
    if (status == OK)
        *out = rows[0];
    return status;
}

static const char contact_pin_sql[] = "UPDATE contact SET key = $1 WHERE id = $2 RETURNING id";

enum status contact_pin(struct store *store, int64_t id, const char *fpr, struct err *err)
{
    struct query q;
    query_init(&q, store, contact_pin_sql);
    query_put_text(&q, fpr);
    query_put_int(&q, id);
    while (query_next(&q))
        continue;
    return query_end_found(&q, "contact", err);
}

static const char contact_trim_sql[] = "DELETE FROM contact WHERE party = $1 AND seq > $2";

enum status contact_trim(struct store *store, const char *party, int64_t keep, struct err *err)
{
    struct query q;
    query_init(&q, store, contact_trim_sql);
    query_put_text(&q, party);
    query_put_int(&q, keep);
    return query_run(&q, err);
}
