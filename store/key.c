#include "store/party.h"

#include "store/query.h"

#define KEY_COLUMNS                                                                                \
    "fpr, party, email, sub_fpr, algo, uid, state, reason, expires_ms, pinned_ms, cert, "          \
    "warned_days, failed_ms"

static enum status key_all(struct key **out, size_t *count, struct query *q, struct arena *arena,
                           struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct key row = {.fpr = query_text(q, arena)};
        row.party = query_text(q, arena);
        row.email = query_text(q, arena);
        row.sub_fpr = query_text(q, arena);
        row.algo = query_text(q, arena);
        row.uid = query_text(q, arena);
        row.state = query_text(q, arena);
        row.reason = query_text(q, arena);
        row.expires_ms = query_int(q);
        row.pinned_ms = query_int(q);
        row.cert = query_text(q, arena);
        row.warned_days = query_int(q);
        row.failed_ms = query_int(q);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char key_put_sql[] =
    "INSERT INTO key (" KEY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
    "$13) "
    "ON CONFLICT (party, fpr) DO UPDATE SET email = excluded.email, sub_fpr = excluded.sub_fpr, "
    "algo = excluded.algo, uid = excluded.uid, state = excluded.state, reason = excluded.reason, "
    "expires_ms = excluded.expires_ms, pinned_ms = excluded.pinned_ms, cert = excluded.cert, "
    "warned_days = excluded.warned_days, failed_ms = excluded.failed_ms";

enum status key_put(struct store *store, const struct key *key, struct err *err)
{
    struct query q;
    query_init(&q, store, key_put_sql);
    query_put_text(&q, key->fpr);
    query_put_text(&q, key->party);
    query_put_text(&q, key->email);
    query_put_text(&q, key->sub_fpr);
    query_put_text(&q, key->algo);
    query_put_text(&q, key->uid);
    query_put_text(&q, key->state);
    query_put_text(&q, key->reason);
    query_put_int(&q, key->expires_ms);
    query_put_int(&q, key->pinned_ms);
    query_put_text(&q, key->cert);
    query_put_int(&q, key->warned_days);
    query_put_int(&q, key->failed_ms);
    return query_run(&q, err);
}

static const char key_get_sql[] = "SELECT " KEY_COLUMNS " FROM key WHERE party = $1 AND fpr = $2";

enum status key_get(struct key *out, struct arena *arena, struct store *store, const char *party,
                    const char *fpr, struct err *err)
{
    struct key *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, store, key_get_sql);
    query_put_text(&q, party);
    query_put_text(&q, fpr);
    enum status status = key_all(&rows, &count, &q, arena, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such key");
    if (status == OK)
        *out = rows[0];
    return status;
}

static const char key_list_sql[] = "SELECT " KEY_COLUMNS " FROM key ORDER BY party, fpr";
static const char key_list_party_sql[] =
    "SELECT " KEY_COLUMNS " FROM key WHERE party = $1 ORDER BY fpr";

enum status key_list(struct key **out, size_t *count, struct arena *arena, struct store *store,
                     const char *party, struct err *err)
{
    struct query q;
    query_init(&q, store, party == NULL ? key_list_sql : key_list_party_sql);
    if (party != NULL)
        query_put_text(&q, party);
    return key_all(out, count, &q, arena, err);
}

static const char key_set_warned_sql[] =
    "UPDATE key SET warned_days = $1 WHERE party = $2 AND fpr = $3 RETURNING fpr";

enum status key_set_warned(struct store *store, const char *party, const char *fpr, int64_t days,
                           struct err *err)
{
    struct query q;
    query_init(&q, store, key_set_warned_sql);
    query_put_int(&q, days);
    query_put_text(&q, party);
    query_put_text(&q, fpr);
    while (query_next(&q))
        continue;
    return query_end_found(&q, "key", err);
}
