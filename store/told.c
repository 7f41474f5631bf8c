/*
 * Who of a lane was told: what a duty to inform is held against. What only asks again tells nobody
 * anything, and keeps no duty open. A waiting notice says nothing but whom to call: neither that
 * it went nor a mail that answers it tells the text. It counts once a person of ours has logged
 * their answer (they were called), or another notice carried the text to them.
 */
#include "store/notice.h"
#include "store/query.h"

#define BY_A_PERSON "FROM receipt r WHERE r.notice_id = n.id AND r.by_person IS NOT NULL"

/* By state, each with the index of the queue: what still waits is found without counting. */
static const char untold_sql[] =
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM notice WHERE lane_id = $1 AND state IN ('planned', "
    "'sealing', 'ready', 'sending', 'dotted', 'uncertain', 'tasked', 'cancelled', $2) "
    "AND kind <> 'reminder' AND kind <> 'escalation') "
    "OR EXISTS (SELECT 1 FROM notice n WHERE n.lane_id = $3 AND n.state IN ('accepted', 'passed', "
    "'answered') AND n.level = 'waiting' AND n.kind <> 'reminder' AND n.kind <> 'escalation' "
    "AND NOT (n.state = 'answered' AND EXISTS (SELECT 1 " BY_A_PERSON ")) "
    "AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.advisory_id = n.advisory_id "
    "AND o.party = n.party AND o.level <> 'waiting' AND o.kind <> 'reminder' "
    "AND o.kind <> 'escalation' AND o.state IN ('passed', 'answered', $4))) THEN 1 ELSE 0 END";

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
           kind != NOTICE_ALARM;
}

int64_t notice_told_ms(const struct tell_facts *t)
{
    if (t->level == LEVEL_WAITING)
        return t->state == STATE_ANSWERED ? t->called_ms : 0;
    return t->accepted_ms > t->bounced_ms ? t->accepted_ms : t->said_ms;
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
    "AND n.kind <> 'reminder' AND n.kind <> 'escalation' "
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
