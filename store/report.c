#include "store/report.h"

#include "store/query.h"

#define REPORT_COLUMNS                                                                             \
    "id, sha256, case_id, outcome, reason, sender, message_id, text_sha256, encrypted, "           \
    "notice_id, at_ms"

static const char add_sql[] =
    "INSERT INTO report (sha256, case_id, outcome, reason, sender, message_id, text_sha256, "
    "encrypted, notice_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";

enum status report_add(struct report_row *row, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, add_sql);
    query_put_text(&q, row->sha256);
    query_put_id(&q, row->case_id);
    query_put_text(&q, row->outcome);
    query_put_text(&q, row->reason);
    query_put_text(&q, row->sender);
    query_put_text(&q, row->message_id);
    query_put_text(&q, row->text);
    query_put_int(&q, row->encrypted ? 1 : 0);
    query_put_id(&q, row->notice_id);
    query_put_int(&q, row->at_ms);
    return query_insert(&q, &row->id, err);
}

static const char part_add_sql[] =
    "INSERT INTO report_part (report_id, name, type, size, sha256) VALUES ($1, $2, $3, $4, $5) "
    "RETURNING id";

enum status report_part_add(struct report_part *part, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, part_add_sql);
    query_put_int(&q, part->report_id);
    query_put_text(&q, part->name);
    query_put_text(&q, part->type);
    query_put_int(&q, part->size);
    query_put_text(&q, part->sha256);
    return query_insert(&q, &part->id, err);
}

void report_part_line(struct str *out, const struct report_part *part)
{
    str_addf(out, "%s %lld\n", part->sha256, (long long)part->size);
}

static struct report_row read_row(struct query *q, struct arena *arena)
{
    struct report_row row = {.id = query_int(q)};
    row.sha256 = query_text(q, arena);
    row.case_id = query_id(q);
    row.outcome = query_text(q, arena);
    row.reason = query_text(q, arena);
    row.sender = query_text(q, arena);
    row.message_id = query_text(q, arena);
    row.text = query_text(q, arena);
    row.encrypted = query_bool(q);
    row.notice_id = query_id(q);
    row.at_ms = query_int(q);
    return row;
}

static enum status read_rows(struct report_row **out, size_t *count, struct query *q,
                             struct arena *arena, struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct report_row row = read_row(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static const char list_sql[] =
    "SELECT " REPORT_COLUMNS " FROM report WHERE case_id = $1 ORDER BY id";

enum status report_list(struct report_row **out, size_t *count, struct arena *arena,
                        struct store *store, int64_t case_id, struct err *err)
{
    struct query q;
    query_init(&q, store, list_sql);
    query_put_int(&q, case_id);
    return read_rows(out, count, &q, arena, err);
}

static const char range_sql[] =
    "SELECT " REPORT_COLUMNS " FROM report WHERE id > $1 ORDER BY id LIMIT $2";

enum status report_range(struct report_row **out, size_t *count, struct arena *arena,
                         struct store *store, int64_t after_id, size_t limit, struct err *err)
{
    struct query q;
    query_init(&q, store, range_sql);
    query_put_int(&q, after_id);
    query_put_size(&q, limit);
    return read_rows(out, count, &q, arena, err);
}

static const char parts_sql[] =
    "SELECT id, report_id, name, type, size, sha256 FROM report_part WHERE report_id = $1 "
    "ORDER BY id";

enum status report_parts(struct report_part **out, size_t *count, struct arena *arena,
                         struct store *store, int64_t report_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, parts_sql);
    query_put_int(&q, report_id);
    while (query_next(&q)) {
        struct report_part part = {.id = query_int(&q)};
        part.report_id = query_int(&q);
        part.name = query_text(&q, arena);
        part.type = query_text(&q, arena);
        part.size = query_int(&q);
        part.sha256 = query_text(&q, arena);
        arena_push(arena, out, count, sizeof part, &part);
    }
    return query_end(&q, err);
}

static const char of_notice_sql[] = "SELECT " REPORT_COLUMNS " FROM report WHERE notice_id = $1";

enum status report_of_notice(struct report_row *out, struct arena *arena, struct store *store,
                             int64_t notice_id, struct err *err)
{
    struct query q;
    query_init(&q, store, of_notice_sql);
    query_put_int(&q, notice_id);
    if (query_next(&q))
        *out = read_row(&q, arena);
    return query_end_found(&q, "report that this notice answers", err);
}

static const char twin_sql[] =
    "SELECT " REPORT_COLUMNS " FROM report WHERE message_id = $1 AND text_sha256 = $2 "
    "AND outcome IN ('opened', 'joined', 'gathered') ORDER BY id LIMIT 1";

enum status report_twin(struct report_row *out, struct arena *arena, struct store *store,
                        const char *message_id, const char *text, struct err *err)
{
    struct query q;
    query_init(&q, store, twin_sql);
    query_put_text(&q, message_id);
    query_put_text(&q, text);
    if (query_next(&q))
        *out = read_row(&q, arena);
    return query_end_found(&q, "report like this", err);
}

static const char count_sql[] =
    "SELECT coalesce(sum(CASE WHEN outcome = 'opened' AND at_ms > $1 THEN 1 ELSE 0 END), 0), "
    "coalesce(sum(CASE WHEN notice_id IS NOT NULL AND at_ms > $1 THEN 1 ELSE 0 END), 0), "
    "coalesce(sum(CASE WHEN notice_id IS NOT NULL AND lower(sender) = lower($3) THEN 1 ELSE 0 "
    "END), 0) FROM report WHERE at_ms > $2";

enum status report_count(struct report_tally *out, struct store *store, const char *sender,
                         int64_t since_ms, int64_t sender_since_ms, struct err *err)
{
    struct query q;
    *out = (struct report_tally){0};
    query_init(&q, store, count_sql);
    query_put_int(&q, since_ms);
    query_put_int(&q, sender_since_ms < since_ms ? sender_since_ms : since_ms);
    query_put_text(&q, sender);
    if (query_next(&q)) {
        out->opened = query_int(&q);
        out->answered = query_int(&q);
        out->answered_sender = query_int(&q);
    }
    return query_end(&q, err);
}
