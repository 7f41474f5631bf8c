/* Who was asked and has not answered, with what a person needs to call them. */
#include "store/advisory.h"
#include "store/notice_inner.h"

/*
 * Along the index of an advisory's notices; the rest is looked up row by row, each by an index of
 * its own, so that a slice costs what it shows. Whom nobody has asked yet, since an embargo or a
 * hold keeps the lane shut, owes nothing.
 */
static const char unanswered_sql[] =
    "SELECT n.id, n.party, n.kind, n.state, n.level, n.route, n.address, n.code, n.answer_by_ms, "
    "n.grade, n.task_id, l.kind, coalesce(p.country, l.jurisdiction), p.group_id, c.language, "
    "coalesce(c.phone, (SELECT phone FROM contact WHERE party = n.party AND phone IS NOT NULL "
    "ORDER BY seq LIMIT 1)), x.route, x.email, x.phone, "
    "coalesce(a.begin_ms, 0), a.verdict, coalesce(a.code, 0), s.address, "
    "n.accepted_ms, n.contact_id, l.held, coalesce(r.id, 0), r.state, coalesce(r.accepted_ms, 0), "
    "coalesce(e.id, 0), e.state, coalesce(e.accepted_ms, 0) "
    "FROM notice n JOIN lane l ON l.id = n.lane_id "
    "LEFT JOIN party p ON p.id = n.party "
    "LEFT JOIN contact c ON c.id = n.contact_id AND c.party = n.party "
    "LEFT JOIN contact x ON x.party = n.party AND x.seq = "
    "(SELECT min(seq) FROM contact WHERE party = n.party AND seq > c.seq) "
    "LEFT JOIN notice r ON r.advisory_id = n.advisory_id AND r.party = n.party "
    "AND r.kind = 'reminder' "
    "LEFT JOIN notice e ON e.advisory_id = n.advisory_id AND e.party = n.party "
    "AND e.kind = 'escalation' "
    "LEFT JOIN attempt a ON a.id = (SELECT max(t.id) FROM attempt t JOIN notice m "
    "ON m.id = t.notice_id WHERE m.advisory_id = n.advisory_id AND m.party = n.party) "
    "LEFT JOIN parcel s ON s.id = a.parcel_id "
    "WHERE n.advisory_id = $1 AND n.id > $2 AND n.answer_by_ms > 0 "
    "AND " ADVISORY_ID_NO_EXERCISE(
        "n.advisory_id") " "
                         "AND n.state NOT IN ('answered', 'superseded', 'cancelled') "
                         "AND n.kind NOT IN ('reminder', 'escalation', 'release') "
                         "AND NOT (n.kind = 'waiting' AND EXISTS (SELECT 1 FROM notice o "
                         "WHERE o.party = n.party AND o.advisory_id = n.advisory_id "
                         "AND o.kind NOT IN ('waiting', 'reminder', 'escalation', 'release') "
                         "AND o.state IN ('accepted', 'passed'))) "
                         "AND (n.sendings > 0 OR n.state = 'passed' OR (l.held = 0 AND "
                         "l.open_at_ms <= $3)) "
                         "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.party = n.party "
                         "AND o.advisory_id = n.advisory_id AND o.state = 'answered') "
                         "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.party = p.group_id "
                         "AND o.advisory_id = n.advisory_id AND o.state = 'answered') "
                         "ORDER BY n.id LIMIT $4";

static void read_again(struct asked_again *out, struct query *q, struct arena *arena)
{
    out->id = query_int(q);
    const char *state = query_text(q, arena);
    query_known(q, state == NULL || notice_state_of(&out->state, state));
    out->left_ms = query_int(q);
}

static struct unanswered read_one(struct query *q, struct arena *arena)
{
    struct unanswered row = {.notice_id = query_int(q)};
    row.party = query_text(q, arena);
    query_known(q, notice_kind_of(&row.kind, query_text(q, arena)));
    query_known(q, notice_state_of(&row.state, query_text(q, arena)));
    query_known(q, level_of(&row.level, query_text(q, arena)));
    query_known(q, route_of(&row.route, query_text(q, arena)));
    row.address = query_text(q, arena);
    row.code = query_text(q, arena);
    row.answer_by_ms = query_int(q);
    query_known(q, grade_of(&row.grade, query_text(q, arena)));
    row.task_id = query_id(q);
    query_known(q, party_kind_of(&row.party_kind, query_text(q, arena)));
    row.country = query_text(q, arena);
    row.group = query_text(q, arena);
    row.language = query_text(q, arena);
    row.phone = query_text(q, arena);
    row.next_route = query_text(q, arena);
    row.next_email = query_text(q, arena);
    row.next_phone = query_text(q, arena);
    row.tried_ms = query_int(q);
    row.verdict = query_text(q, arena);
    row.reply = query_int(q);
    row.tried_address = query_text(q, arena);
    row.told_ms = query_int(q);
    row.contact_id = query_id(q);
    row.held = query_int(q) != 0;
    read_again(&row.reminder, q, arena);
    read_again(&row.escalation, q, arena);
    return row;
}

static const char is_answered_sql[] =
    "SELECT count(*) FROM notice o WHERE o.advisory_id = $1 AND o.state = 'answered' "
    "AND (o.party = $2 OR o.party = (SELECT group_id FROM party WHERE id = $3))";

enum status notice_is_answered(bool *out, struct store *store, int64_t advisory_id,
                               const char *party, struct err *err)
{
    struct query q;
    *out = false;
    query_init(&q, store, is_answered_sql);
    query_put_int(&q, advisory_id);
    query_put_text(&q, party);
    query_put_text(&q, party);
    if (query_next(&q))
        *out = query_int(&q) > 0;
    return query_end(&q, err);
}

/* It ends at the first one. */
static const char task_unanswered_sql[] =
    "SELECT 1 FROM task_item i JOIN notice n ON n.id = i.notice_id "
    "LEFT JOIN party p ON p.id = n.party WHERE i.task_id = $1 "
    "AND n.state NOT IN ('answered', 'superseded', 'cancelled') "
    "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.advisory_id = n.advisory_id "
    "AND o.party = n.party AND o.state = 'answered') "
    "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.advisory_id = n.advisory_id "
    "AND o.party = p.group_id AND o.state = 'answered') LIMIT 1";

enum status task_unanswered(bool *out, struct store *store, int64_t task_id, struct err *err)
{
    struct query q;
    *out = false;
    query_init(&q, store, task_unanswered_sql);
    query_put_int(&q, task_id);
    while (query_next(&q))
        *out = true;
    return query_end(&q, err);
}

enum status notice_unanswered(struct unanswered **out, size_t *count, struct arena *arena,
                              struct store *store, int64_t advisory_id, int64_t after_id,
                              int64_t now_ms, size_t limit, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, unanswered_sql);
    query_put_int(&q, advisory_id);
    query_put_int(&q, after_id);
    query_put_int(&q, now_ms);
    query_put_size(&q, limit);
    while (query_next(&q)) {
        struct unanswered row = read_one(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
