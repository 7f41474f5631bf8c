#include "store/query.h"

#include "base/sha256.h"
#include "store/erase.h"

#include <string.h>

/* What was erased and comes again, as the key of somebody who is back, is kept again; and so is
 * what was damaged meanwhile. */
static const char blob_put_sql[] =
    "INSERT INTO blob (sha256, data) VALUES ($1, $2) ON CONFLICT (sha256) DO UPDATE "
    "SET data = excluded.data WHERE blob.data <> excluded.data";

enum status blob_put(char out_sha256[65], struct store *store, struct bytes data, struct err *err)
{
    char hex[SHA256_HEX];
    struct query q;
    sha256_hex_of(hex, data);
    query_init(&q, store, blob_put_sql);
    query_put_text(&q, hex);
    query_put_blob(&q, data);
    enum status status = query_run(&q, err);
    if (status == OK)
        memcpy(out_sha256, hex, sizeof hex);
    return status;
}

static const char blob_get_sql[] = "SELECT data FROM blob WHERE sha256 = $1";

/* Are these the bytes of that name? */
static enum status judge(struct bytes data, const char *sha256, struct err *err)
{
    int64_t idx = 0;
    char hex[SHA256_HEX];
    sha256_hex_of(hex, data);
    if (text_equal(hex, sha256))
        return OK;
    if (erase_mark_read(&idx, data))
        return err_set(err, ERR_REFUSED,
                       "store: blob %s was erased: entry %lld of the evidence log tells of it",
                       sha256, (long long)idx);
    return err_set(err, ERR_CORRUPT,
                   "store: blob %s holds other bytes than were put there: restore the store from "
                   "the backup",
                   sha256);
}

/* What a blob holds is an answer about this blob, as that there is none: the statement was good. */
enum status blob_get(struct str *out, struct store *store, const char *sha256, struct err *err)
{
    const size_t before = out->size;
    enum status verdict = OK;
    struct query q;
    query_init(&q, store, blob_get_sql);
    query_put_text(&q, sha256);
    if (query_next(&q)) {
        struct bytes data = query_blob(&q);
        if (q.status == OK)
            verdict = judge(data, sha256, err);
        if (q.status == OK && verdict == OK)
            str_add_n(out, data.data, data.size);
        if (q.status == OK && verdict == OK && !str_ok(out))
            verdict = err_set(err, ERR_LIMIT, "store: blob %s: %zu bytes are more than fit", sha256,
                              data.size);
    }
    enum status status = query_end_found(&q, "blob", err);
    if (status == OK)
        status = verdict;
    if (status != OK)
        str_truncate(out, before);
    return status;
}
