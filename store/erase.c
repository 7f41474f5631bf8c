/* What is kept of single notices, of a party, of keys. */
#include "store/erase.h"

#include "store/query.h"

#define MARK(column) #column " = CASE WHEN " #column " IS NULL THEN NULL ELSE '" ERASED_MARK "' END"

static enum status count_rows(int64_t *total, struct query *q, struct err *err)
{
    int64_t rows = 0;
    while (query_next(q))
        rows++;
    enum status status = query_end(q, err);
    if (status == OK)
        *total += rows;
    return status;
}

static const char find_sql[] =
    "SELECT id FROM notice WHERE lower(address) = lower($1) "
    "UNION SELECT notice_id FROM parcel WHERE lower(address) = lower($1) ORDER BY 1";

enum status erase_find(struct erase *e, const char *address, struct err *err)
{
    struct query q;
    query_init(&q, e->store, find_sql);
    query_put_text(&q, address);
    while (query_next(&q)) {
        int64_t id = query_int(&q);
        arena_push(e->arena, &e->notices, &e->notice_count, sizeof id, &id);
    }
    return query_end(&q, err);
}

static const char addresses_sql[] =
    "SELECT address FROM notice WHERE id = $1 AND address IS NOT NULL "
    "UNION SELECT address FROM parcel WHERE notice_id = $1 AND address IS NOT NULL";

static bool has_text(const char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], text))
            return true;
    return false;
}

enum status erase_addresses(const char ***out, size_t *count, struct erase *e, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < e->notice_count; i++) {
        struct query q;
        query_init(&q, e->store, addresses_sql);
        query_put_int(&q, e->notices[i]);
        while (query_next(&q)) {
            const char *address = query_text(&q, e->arena);
            if (!text_equal(address, ERASED_MARK) && !has_text(*out, *count, address))
                arena_push(e->arena, out, count, sizeof address, &address);
        }
        status = query_end(&q, err);
    }
    return status;
}

static const char open_task_sql[] = "SELECT t.id FROM task t JOIN task_item i ON i.task_id = t.id "
                                    "WHERE t.open = 1 AND i.notice_id = $1 LIMIT 1";

enum status erase_open_task(int64_t *out, struct erase *e, struct err *err)
{
    enum status status = ERR_NOT_FOUND;
    for (size_t i = 0; status == ERR_NOT_FOUND && i < e->notice_count; i++) {
        struct query q;
        query_init(&q, e->store, open_task_sql);
        query_put_int(&q, e->notices[i]);
        if (query_next(&q))
            *out = query_int(&q);
        status = query_end_found(&q, "open task", err);
    }
    return status;
}

/*
 * Behind the entries of a notice everything is the recipient's but these: who it is as an
 * organisation, and persons and words of ours.
 */
static const char values_sql[] =
    "UPDATE evidence_value SET salt = NULL, value = NULL WHERE value IS NOT NULL "
    "AND idx IN (SELECT e.idx FROM evidence e JOIN notice n ON n.uid = e.subj WHERE n.id = $1) "
    "AND field NOT IN ('data.by', 'data.cause', 'data.owner', 'data.party', 'data.person', "
    "'data.reason', 'data.to', 'data.tracking') RETURNING idx";

static const char *const columns_sql[] = {
    "UPDATE notice SET " MARK(address) ", " MARK(key) ", " MARK(why) " WHERE id = $1 RETURNING id",
    "UPDATE parcel SET " MARK(address) ", " MARK(key) " WHERE notice_id = $1 RETURNING id",
    "UPDATE attempt SET " MARK(said) " WHERE notice_id = $1 RETURNING id",
    "UPDATE receipt SET " MARK(detail) " WHERE notice_id = $1 RETURNING id",
    "UPDATE inbound SET " MARK(reason) " WHERE notice_id = $1 RETURNING id",
    "UPDATE task_item SET " MARK(detail) " WHERE notice_id = $1 RETURNING id",
};

static const char blobs_sql[] =
    "SELECT sha256 FROM parcel WHERE notice_id = $1 "
    "UNION SELECT plain FROM parcel WHERE notice_id = $1 AND plain IS NOT NULL "
    "UNION SELECT transcript FROM attempt WHERE notice_id = $1 AND transcript IS NOT NULL "
    "UNION SELECT sha256 FROM receipt WHERE notice_id = $1 AND sha256 IS NOT NULL "
    "UNION SELECT sha256 FROM inbound WHERE notice_id = $1";

static enum status erase_notice(struct erase *e, int64_t id, struct err *err)
{
    struct query q;
    query_init(&q, e->store, values_sql);
    query_put_int(&q, id);
    enum status status = count_rows(&e->values, &q, err);
    for (size_t i = 0; status == OK && i < sizeof columns_sql / sizeof columns_sql[0]; i++) {
        query_init(&q, e->store, columns_sql[i]);
        query_put_int(&q, id);
        status = count_rows(&e->rows, &q, err);
    }
    if (status != OK)
        return status;
    query_init(&q, e->store, blobs_sql);
    query_put_int(&q, id);
    while (query_next(&q)) {
        const char *sha256 = query_text(&q, e->arena);
        arena_push(e->arena, &e->blobs, &e->blob_count, sizeof sha256, &sha256);
    }
    return query_end(&q, err);
}

enum status erase_notices(struct erase *e, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < e->notice_count; i++)
        status = erase_notice(e, e->notices[i], err);
    return status;
}

static const char *const party_sql[] = {
    "UPDATE notice SET party = $2 WHERE party = $1 RETURNING id",
    "UPDATE left_out SET party = $2 WHERE party = $1 RETURNING advisory_id",
    "UPDATE digest_turn SET party = $2 WHERE party = $1 RETURNING id",
    /* Where a slice of planning ended; of a whole plan nobody asks for it again. */
    "UPDATE plan SET after_party = $2 WHERE after_party = $1 AND done >= recipients "
    "RETURNING advisory_id",
};

enum status erase_party(struct erase *e, const char *party, const char *alias, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < sizeof party_sql / sizeof party_sql[0]; i++) {
        struct query q;
        query_init(&q, e->store, party_sql[i]);
        query_put_text(&q, party);
        query_put_text(&q, alias);
        status = count_rows(&e->rows, &q, err);
    }
    return status;
}

static const char keys_sql[] = "SELECT party, fpr, sub_fpr, email, uid, cert FROM key";
static const char key_used_sql[] = "SELECT party FROM contact WHERE key = $1";
static const char key_drop_sql[] = "DELETE FROM key WHERE party = $1 AND fpr = $2 RETURNING fpr";

struct key_row {
    const char *party, *fpr, *sub_fpr, *cert;
};

static enum status drop_key(struct erase *e, const struct key_row *key, struct err *err)
{
    struct query q;
    const char *party = NULL;
    query_init(&q, e->store, key_used_sql);
    query_put_text(&q, key->fpr);
    if (query_next(&q))
        party = query_text(&q, e->arena);
    enum status status = query_end(&q, err);
    if (status == OK && party != NULL)
        status =
            err_set(err, ERR_REFUSED,
                    "the key %s of party %s names it, and is still used: pin another one first",
                    key->fpr, party);
    if (status != OK)
        return status;
    query_init(&q, e->store, key_drop_sql);
    query_put_text(&q, key->party);
    query_put_text(&q, key->fpr);
    status = count_rows(&e->rows, &q, err);
    if (status == OK)
        status = erase_words(e, key->fpr, err);
    if (status == OK)
        status = erase_words(e, key->sub_fpr, err);
    if (key->cert != NULL)
        arena_push(e->arena, &e->blobs, &e->blob_count, sizeof key->cert, &key->cert);
    return status;
}

enum status erase_keys(struct erase *e, const char *text, struct err *err)
{
    struct key_row *rows = NULL;
    size_t count = 0;
    struct query q;
    query_init(&q, e->store, keys_sql);
    while (query_next(&q)) {
        struct key_row row = {.party = query_text(&q, e->arena), .fpr = query_text(&q, e->arena)};
        row.sub_fpr = query_text(&q, e->arena);
        const char *email = query_text(&q, e->arena);
        const char *uid = query_text(&q, e->arena);
        row.cert = query_text(&q, e->arena);
        if ((email != NULL && erase_has(bytes_of(email), text)) ||
            (uid != NULL && erase_has(bytes_of(uid), text)))
            arena_push(e->arena, &rows, &count, sizeof row, &row);
    }
    enum status status = query_end(&q, err);
    for (size_t i = 0; status == OK && i < count; i++)
        status = drop_key(e, &rows[i], err);
    return status;
}
