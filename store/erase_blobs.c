/* Bytes of a person among the blobs. */
#include "store/erase.h"

#include "base/number.h"
#include "base/sha256.h"
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

#define MARK_END " of the evidence log\n"

bool erase_mark_read(int64_t *out_idx, struct bytes data)
{
    const size_t begin = strlen(ERASED_BLOB), end = strlen(MARK_END);
    if (data.size <= begin + end || memcmp(data.data, ERASED_BLOB, begin) != 0 ||
        memcmp(data.data + data.size - end, MARK_END, end) != 0)
        return false;
    const struct bytes digits = {data.data + begin, data.size - begin - end};
    return number_parse_n(out_idx, digits) && *out_idx >= 0;
}

static const char drop_sql[] = "UPDATE blob SET data = $2 WHERE sha256 = $1";

static enum status drop(struct erase *e, const char *sha256, struct err *err)
{
    struct query q;
    struct str mark;
    str_init(&mark, STR_LIMIT_LINE);
    str_addf(&mark, ERASED_BLOB "%lld" MARK_END, (long long)e->idx);
    query_init(&q, e->store, drop_sql);
    query_put_text(&q, sha256);
    query_put_blob(&q, str_bytes(&mark));
    enum status status = query_change(&q, "blob to be erased", err);
    const char *name = arena_strdup(e->arena, sha256);
    arena_push(e->arena, &e->erased, &e->erased_count, sizeof name, &name);
    str_dispose(&mark);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum status erase_names(char out_sha256[65], struct erase *e, struct err *err)
{
    struct str list;
    out_sha256[0] = '\0';
    if (e->erased_count == 0)
        return OK;
    qsort(e->erased, e->erased_count, sizeof *e->erased, by_name);
    str_init(&list, STR_LIMIT_MAIL);
    for (size_t i = 0; i < e->erased_count; i++)
        str_addf(&list, "%s\n", e->erased[i]);
    enum status status = str_ok(&list) ? blob_put(out_sha256, e->store, str_bytes(&list), err)
                                       : err_set(err, ERR_LIMIT, "it stands in too many mails");
    str_dispose(&list);
    return status;
}

/* What we decided, signed or are about to send is no recipient's to have erased. */
static const char record_sql[] =
    "SELECT 1 FROM advisory WHERE sha256 = $1 OR order_sha256 = $1 "
    "UNION ALL SELECT 1 FROM approval WHERE sha256 = $1 "
    "UNION ALL SELECT 1 FROM held WHERE sha256 = $1 OR order_sha256 = $1 "
    "UNION ALL SELECT 1 FROM key WHERE cert = $1 "
    "UNION ALL SELECT 1 FROM stamp WHERE roots = $1 "
    "UNION ALL SELECT 1 FROM drill WHERE report = $1 OR facts = $1 OR signed = $1 "
    /* The adoption of the rules, and among other words what the first of two signed (epoch.first).
     */
    "UNION ALL SELECT 1 FROM meta WHERE value LIKE '%' || $1 || '%' "
    "UNION ALL SELECT 1 FROM parcel p JOIN notice n ON n.parcel_id = p.id WHERE p.sha256 = $1 "
    "AND n.state IN ('ready', 'sending', 'dotted', 'uncertain') "
    /* What persons of ours signed about the rules and the log itself. */
    "UNION ALL SELECT 1 FROM evidence e JOIN evidence_value v ON v.idx = e.idx "
    "WHERE e.subj = '-' AND e.kind IN ('rules.adopted', 'epoch.end') AND v.field IN "
    "('data.signature_sha256', 'data.first_sha256', 'data.second_sha256') AND v.value = $1 LIMIT 1";

static enum status is_record(bool *out, struct erase *e, const char *sha256, struct err *err)
{
    struct query q;
    query_init(&q, e->store, record_sql);
    query_put_text(&q, sha256);
    *out = query_next(&q);
    return query_end(&q, err);
}

static const char users_sql[] =
    "SELECT notice_id FROM parcel WHERE sha256 = $1 OR plain = $1 "
    "UNION SELECT notice_id FROM attempt WHERE transcript = $1 "
    "UNION SELECT notice_id FROM receipt WHERE sha256 = $1 "
    "UNION SELECT notice_id FROM inbound WHERE sha256 = $1 AND notice_id IS NOT NULL";

static int by_id(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* One text that went to many stays theirs. */
static enum status is_shared(bool *out, struct erase *e, const char *sha256, struct err *err)
{
    struct query q;
    *out = false;
    query_init(&q, e->store, users_sql);
    query_put_text(&q, sha256);
    while (query_next(&q)) {
        int64_t id = query_int(&q);
        *out = *out || e->notice_count == 0 ||
               bsearch(&id, e->notices, e->notice_count, sizeof id, by_id) == NULL;
    }
    return query_end(&q, err);
}

static const char data_sql[] = "SELECT data FROM blob WHERE sha256 = $1";

static enum status is_gone(bool *out, struct erase *e, const char *sha256, struct err *err)
{
    struct query q;
    int64_t idx = 0;
    query_init(&q, e->store, data_sql);
    query_put_text(&q, sha256);
    *out = query_next(&q) && erase_mark_read(&idx, query_blob(&q));
    return query_end(&q, err);
}

static enum status drop_theirs(struct erase *e, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < e->blob_count; i++) {
        bool record = false, shared = false, gone = false;
        status = is_record(&record, e, e->blobs[i], err);
        if (status == OK)
            status = is_shared(&shared, e, e->blobs[i], err);
        if (status == OK)
            status = is_gone(&gone, e, e->blobs[i], err);
        if (status == OK && !record && !shared && !gone)
            status = drop(e, e->blobs[i], err);
    }
    return status;
}

static const char next_sql[] =
    "SELECT sha256, data FROM blob WHERE sha256 > $1 ORDER BY sha256 LIMIT 1";

/* The blob behind *sha256; *has: one of the texts is in it. */
static enum status look(char sha256[SHA256_HEX], bool *found, bool *has, struct erase *e,
                        const char *const *texts, size_t count, struct err *err)
{
    struct query q;
    struct arena *arena = arena_new();
    int64_t idx = 0;
    *has = false;
    query_init(&q, e->store, next_sql);
    query_put_text(&q, sha256);
    *found = query_next(&q);
    if (*found) {
        const char *name = query_text(&q, arena);
        struct bytes data = query_blob(&q);
        if (name != NULL && strlen(name) == SHA256_HEX - 1)
            memcpy(sha256, name, SHA256_HEX);
        else
            query_known(&q, false);
        for (size_t i = 0; i < count && !*has && !erase_mark_read(&idx, data); i++)
            *has = erase_has(data, texts[i]);
    }
    arena_free(arena);
    return query_end(&q, err);
}

enum status erase_blobs(struct erase *e, const char *const *texts, size_t count, struct err *err)
{
    char sha256[SHA256_HEX] = "";
    bool found = count > 0;
    enum status status = drop_theirs(e, err);
    while (status == OK && found) {
        bool has = false, record = false;
        status = look(sha256, &found, &has, e, texts, count, err);
        if (status != OK || !has)
            continue;
        status = is_record(&record, e, sha256, err);
        if (record)
            e->kept++;
        else if (status == OK)
            status = drop(e, sha256, err);
    }
    return status;
}
