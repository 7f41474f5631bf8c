#include "store/query.h"

#include "base/sha256.h"
#include "store/duty.h"
#include "store/erase.h"

#include <inttypes.h>
#include <string.h>

/* One at a time and no transaction around: a long read would hold up every commit. */
static const char next_blob_sql[] =
    "SELECT sha256, data FROM blob WHERE sha256 > $1 ORDER BY sha256 LIMIT 1";

/* The list of the blobs that an entry tells of; read once for all that name the same entry. */
struct marks {
    int64_t idx; /* -1: none is read */
    struct str list;
};

static const char erased_sql[] =
    "SELECT b.sha256, b.data FROM evidence e JOIN evidence_value v ON v.idx = e.idx "
    "AND v.field = 'data." ERASED_NAMES "' JOIN blob b ON b.sha256 = v.value "
    "WHERE e.idx = $1 AND e.kind = 'personal.erased'";

static enum status read_marks(struct marks *marks, int64_t idx, struct store *store,
                              struct err *err)
{
    char hex[SHA256_HEX];
    struct arena *arena = NULL;
    struct query q;
    if (marks->idx == idx)
        return OK;
    arena = arena_new();
    marks->idx = idx;
    str_reset(&marks->list);
    query_init(&q, store, erased_sql);
    query_put_int(&q, idx);
    if (query_next(&q)) {
        const char *name = query_text(&q, arena);
        struct bytes data = query_blob(&q);
        sha256_hex_of(hex, data);
        if (text_equal(hex, name))
            str_add_n(&marks->list, data.data, data.size);
    }
    arena_free(arena);
    return query_end(&q, err);
}

/* Lines of one length, ascending. */
static bool is_listed(const struct str *list, const char *name)
{
    const char *text = str_text(list);
    size_t low = 0, high = list->size / SHA256_HEX;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(name, text + middle * SHA256_HEX, SHA256_HEX - 1);
        if (order == 0)
            return true;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Other bytes than were put there: legal when the entry that they name tells so of this blob. */
static enum status check_mark(const char *name, int64_t idx, struct marks *marks,
                              struct store *store, struct err *err)
{
    enum status status = read_marks(marks, idx, store, err);
    if (status == OK && !is_listed(&marks->list, name))
        status = err_set(err, ERR_CORRUPT,
                         "store: blob %.64s says that it was erased, and entry %" PRId64
                         " of the evidence log does not: restore the store from the backup",
                         name, idx);
    return status;
}

static enum status check_blob(char sha256[SHA256_HEX], bool *found, struct marks *marks,
                              struct store *store, struct err *err)
{
    char hex[SHA256_HEX];
    struct arena *arena = arena_new();
    int64_t erased = -1;
    const char *name = NULL;
    struct query q;
    query_init(&q, store, next_blob_sql);
    query_put_text(&q, sha256);
    *found = query_next(&q);
    if (*found) {
        name = query_text(&q, arena);
        struct bytes data = query_blob(&q);
        sha256_hex_of(hex, data);
        if (q.status == OK && !text_equal(hex, name) && !erase_mark_read(&erased, data))
            q.status = err_set(&q.err, ERR_CORRUPT,
                               "store: blob %.64s holds other bytes than were put there: restore "
                               "the store from the backup",
                               name);
        if (name != NULL && strlen(name) == SHA256_HEX - 1)
            memcpy(sha256, name, SHA256_HEX);
        else
            query_known(&q, false);
    }
    enum status status = query_end(&q, err);
    if (status == OK && erased >= 0)
        status = check_mark(name, erased, marks, store, err);
    arena_free(arena);
    return status;
}

static enum status check_blobs(struct store *store, struct err *err)
{
    char last[SHA256_HEX] = "";
    struct marks marks = {.idx = -1};
    str_init(&marks.list, STR_LIMIT_MAIL);
    bool found = true;
    enum status status = OK;
    while (status == OK && found)
        status = check_blob(last, &found, &marks, store, err);
    str_dispose(&marks.list);
    return status;
}

static const char evidence_gap_sql[] =
    "SELECT h.idx, count(e.idx), coalesce(min(e.idx), 0), coalesce(max(e.idx), -1) "
    "FROM evidence_head h LEFT JOIN evidence e ON e.idx IS NOT NULL GROUP BY h.idx";

static enum status check_evidence(struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, evidence_gap_sql);
    if (query_next(&q)) {
        int64_t head = query_int(&q), count = query_int(&q);
        int64_t first = query_int(&q), last = query_int(&q);
        if (q.status == OK && (count != head || first != 0 || last != head - 1))
            q.status = err_set(&q.err, ERR_CORRUPT,
                               "store: the evidence log should hold entries 0 to %" PRId64
                               ", it holds %" PRId64 " of them, %" PRId64 " to %" PRId64
                               ": somebody took some out",
                               head - 1, count, first, last);
    } else if (q.status == OK) {
        q.status = err_set(&q.err, ERR_CORRUPT, "store: the evidence log has lost its head row");
    }
    return query_end(&q, err);
}

static enum status check_duties(struct store *store, struct err *err)
{
    int64_t bare = 0;
    enum status status = duty_without_proof(&bare, store, err);
    if (status == OK && bare > 0)
        status = err_set(err, ERR_CORRUPT,
                         "store: %" PRId64 " duties stand as met without proof: this program "
                         "closes none without: somebody changed them",
                         bare);
    return status;
}

enum status store_check(struct store *store, struct err *err)
{
    enum status status = store_usable(store, err);
    if (status == OK)
        status = store->driver->ops->check(store->driver, err);
    if (status == OK)
        status = check_evidence(store, err);
    if (status == OK)
        status = check_duties(store, err);
    if (status == OK)
        status = check_blobs(store, err);
    return status;
}

/* A table's name cannot be bound; the list is closed, so nothing is built from outside. */
#define COUNT_OF(table)                                                                            \
    {                                                                                              \
#table, "SELECT count(*) FROM " #table                                                     \
    }
static const struct {
    const char *table, *sql;
} counts[] = {
    COUNT_OF(meta),
    COUNT_OF(blob),
    COUNT_OF(party),
    COUNT_OF(contact),
    COUNT_OF(installed),
    COUNT_OF(product),
    COUNT_OF(key),
    COUNT_OF(advisory),
    COUNT_OF(correction),
    COUNT_OF(approval),
    COUNT_OF(plan),
    COUNT_OF(left_out),
    COUNT_OF(lane),
    COUNT_OF(notice),
    COUNT_OF(parcel),
    COUNT_OF(attempt),
    COUNT_OF(receipt),
    COUNT_OF(inbound),
    COUNT_OF(task),
    COUNT_OF(task_item),
    COUNT_OF(job),
    COUNT_OF(evidence),
    COUNT_OF(evidence_head),
    COUNT_OF(evidence_value),
    COUNT_OF(checkpoint),
    COUNT_OF(stamp),
    COUNT_OF(waiver),
    COUNT_OF(held),
    COUNT_OF(case_file),
    COUNT_OF(case_event),
    COUNT_OF(case_fact),
    COUNT_OF(case_decision),
    COUNT_OF(case_link),
    COUNT_OF(case_message),
    COUNT_OF(source_review),
    COUNT_OF(report),
    COUNT_OF(report_part),
    COUNT_OF(duty),
    COUNT_OF(hold),
    COUNT_OF(hold_place),
    COUNT_OF(digest_schedule),
    COUNT_OF(digest_turn),
    COUNT_OF(drill),
    COUNT_OF(drill_schedule),
    COUNT_OF(canary),
};

enum status store_count(int64_t *out, struct store *store, const char *table, struct err *err)
{
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (!text_equal(counts[i].table, table))
            continue;
        struct query q;
        int64_t n = 0;
        query_init(&q, store, counts[i].sql);
        if (query_next(&q))
            n = query_int(&q);
        enum status status = query_end(&q, err);
        if (status == OK)
            *out = n;
        return status;
    }
    return err_set(err, ERR_INVALID, "store: there is no table \"%.40s\"", table);
}
