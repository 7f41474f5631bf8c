/*
 * Who of a lane was told: what a duty to inform is held against. What only asks again, or says that
 * an embargo is over, tells nobody anything, and keeps no duty open. A waiting notice says nothing
 * but whom to call: neither that it went nor a mail that answers it tells the text. It counts once
 * a person of ours has logged their answer (they were called), or another notice carried the text
 * to them.
 */
#include "store/notice.h"
#include "store/query.h"

#define BY_A_PERSON "FROM receipt r WHERE r.notice_id = n.id AND r.by_person IS NOT NULL"

/* By state, each with the index of the queue: what still waits is found without counting. */
static const char untold_sql[] =
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM notice WHERE lane_id = $1 AND state IN ('planned', "
    "'sealing', 'ready', 'sending', 'dotted', 'uncertain', 'tasked', 'cancelled', $2) "
    "AND kind <> 'reminder' AND kind <> 'escalation' AND kind <> 'release') "
    "OR EXISTS (SELECT 1 FROM notice n WHERE n.lane_id = $3 AND n.state IN ('accepted', 'passed', "
    "'answered') AND n.level = 'waiting' AND n.kind <> 'reminder' AND n.kind <> 'escalation' AND "
    "n.kind <> 'release' "
    "AND NOT (n.state = 'answered' AND EXISTS (SELECT 1 " BY_A_PERSON ")) "
    "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.advisory_id = n.advisory_id "
    "AND o.party = n.party AND o.level <> 'waiting' AND o.kind <> 'reminder' "
    "AND o.kind <> 'escalation' AND o.kind <> 'release' AND o.state IN ('passed', 'answered', "
    "$4))) THEN 1 ELSE 0 END";

enum status lane_untold(bool *out, struct store *store, int64_t lane_id, bool watched,
                        struct err *err)
{
    struct query q;
    query_init(&q, store, untold_sql);
    query_put_int(&q, lane_id);
    query_put_text(&q, notice_state_word(watched ? STATE_ACCEPTED : STATE_PLANNED));
    query_put_int(&q, lane_id);
    query_put_text(&q, notice_state_word(watched ? STATE_PASSED : STATE_ACCEPTED));
    if (query_next(&q))
        *out = query_bool(&q);
    return query_end(&q, err);
}

bool notice_kind_tells(enum notice_kind kind)
{
    return kind != NOTICE_REMINDER && kind != NOTICE_ESCALATION && kind != NOTICE_ACKNOWLEDGEMENT &&
           kind != NOTICE_ALARM && kind != NOTICE_RELEASE;
}

int64_t notice_told_ms(const struct tell_facts *t)
{
    if (t->level == LEVEL_WAITING)
        return t->state == STATE_ANSWERED ? t->called_ms : 0;
    return t->accepted_ms > t->bounced_ms ? t->accepted_ms : t->said_ms;
}

/* Superseded ones have their text from another version. It ends at the first one. */
static const char task_untold_sql[] =
    "SELECT 1 FROM task_item i LEFT JOIN notice n ON n.id = i.notice_id WHERE i.task_id = $1 "
    "AND (n.id IS NULL OR (n.state NOT IN ('superseded', 'cancelled') "
    "AND NOT (n.level <> 'waiting' AND n.state IN ('accepted', 'passed', 'answered')) "
    "AND NOT (n.state = 'answered' AND EXISTS (SELECT 1 " BY_A_PERSON ")) "
    "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.advisory_id = n.advisory_id "
    "AND o.party = n.party AND o.level <> 'waiting' AND o.kind <> 'reminder' "
    "AND o.kind <> 'escalation' AND o.kind <> 'release' "
    "AND o.state IN ('accepted', 'passed', 'answered')))) LIMIT 1";

enum status task_untold(bool *out, struct store *store, int64_t task_id, struct err *err)
{
    struct query q;
    *out = false;
    query_init(&q, store, task_untold_sql);
    query_put_int(&q, task_id);
    while (query_next(&q))
        *out = true;
    return query_end(&q, err);
}

/* The first of these receipts behind the last bounce. */
#define FIRST_BEHIND_BOUNCE(which)                                                                 \
    "coalesce((SELECT min(r.at_ms) FROM receipt r WHERE r.notice_id = n.id AND r.grade <> "        \
    "'bounced' AND (" which ") AND r.id > coalesce((SELECT max(b.id) FROM receipt b WHERE "        \
    "b.notice_id = n.id AND b.grade = 'bounced'), 0)), 0)"

#define SAID_MS FIRST_BEHIND_BOUNCE("r.by_person IS NOT NULL OR r.grade IN ('answered', 'action')")
#define CALLED_MS FIRST_BEHIND_BOUNCE("r.by_person IS NOT NULL")

static const char told_sql[] =
    "SELECT n.id, n.uid, n.code, n.state, n.grade, n.level, n.accepted_ms, "
    "coalesce((SELECT max(r.at_ms) FROM receipt r WHERE r.notice_id = n.id "
    "AND r.grade = 'bounced'), 0), " SAID_MS ", " CALLED_MS ", n.changed_ms "
    "FROM notice n WHERE n.lane_id = $1 AND n.state IN ('passed', 'answered', $2) "
    "AND n.kind <> 'reminder' AND n.kind <> 'escalation' AND n.kind <> 'release' "
    "AND (n.level <> 'waiting' OR (n.state = 'answered' AND EXISTS (SELECT 1 " BY_A_PERSON "))) "
    "ORDER BY n.id";

enum status lane_told(struct told **out, size_t *count, struct arena *arena, struct store *store,
                      int64_t lane_id, bool watched, struct err *err)
{
    struct query q;
    query_init(&q, store, told_sql);
    query_put_int(&q, lane_id);
    query_put_text(&q, notice_state_word(watched ? STATE_PASSED : STATE_ACCEPTED));
    *out = NULL;
    *count = 0;
    while (query_next(&q)) {
        struct told row = {.notice_id = query_int(&q)};
        row.uid = query_text(&q, arena);
        row.code = query_text(&q, arena);
        query_known(&q, notice_state_of(&row.state, query_text(&q, arena)));
        query_known(&q, grade_of(&row.grade, query_text(&q, arena)));
        struct tell_facts t = {.state = row.state};
        query_known(&q, level_of(&t.level, query_text(&q, arena)));
        t.accepted_ms = query_int(&q);
        t.bounced_ms = query_int(&q);
        t.said_ms = query_int(&q);
        t.called_ms = query_int(&q);
        const int64_t changed_ms = query_int(&q);
        row.at_ms = notice_told_ms(&t);
        if (row.at_ms == 0) /* nothing says when: rather too late than too early */
            row.at_ms = changed_ms;
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}

/* As notice_told_ms counts it; of one that came back and was not answered, nothing. */
static const char first_sql[] =
    "SELECT n.uid, n.code, CASE WHEN n.level <> 'waiting' AND n.accepted_ms > 0 "
    "THEN n.accepted_ms ELSE coalesce((SELECT min(r.at_ms) " BY_A_PERSON "), n.changed_ms) END "
    "AS told_ms FROM notice n WHERE n.lane_id = $1 AND n.state IN ('accepted', 'passed', "
    "'answered') AND n.kind <> 'reminder' AND n.kind <> 'escalation' AND n.kind <> 'release' "
    "AND (n.level <> 'waiting' OR (n.state = 'answered' AND EXISTS (SELECT 1 " BY_A_PERSON "))) "
    "ORDER BY told_ms, n.id LIMIT 1";

enum status lane_first_told(struct told *out, struct arena *arena, struct store *store,
                            int64_t lane_id, struct err *err)
{
    struct query q;
    query_init(&q, store, first_sql);
    query_put_int(&q, lane_id);
    *out = (struct told){0};
    if (query_next(&q)) {
        out->uid = query_text(&q, arena);
        out->code = query_text(&q, arena);
        out->at_ms = query_int(&q);
    }
    return query_end(&q, err);
}

/* Users, and who passes it on to them: neither authorities nor our own. */
static const char customers_sql[] =
    "SELECT k.case_id, l.id, l.jurisdiction, a.tracking, a.version FROM case_link k "
    "JOIN case_file c ON c.id = k.case_id JOIN advisory a ON a.tracking = k.ref "
    "JOIN lane l ON l.advisory_id = a.id "
    "WHERE k.kind = 'advisory' AND c.closed_ms = 0 AND a.digest = 0 AND a.exercise = 0 "
    "AND l.kind IN ('hdo', 'distributor', 'importer') ORDER BY k.case_id, l.id";

enum status lane_of_cases(struct case_lane **out, size_t *count, struct arena *arena,
                          struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, customers_sql);
    *out = NULL;
    *count = 0;
    while (query_next(&q)) {
        struct case_lane row = {.case_id = query_int(&q)};
        row.lane_id = query_int(&q);
        row.country = query_text(&q, arena);
        row.tracking = query_text(&q, arena);
        row.version = query_text(&q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(&q, err);
}
