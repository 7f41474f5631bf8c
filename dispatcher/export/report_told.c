/* Who was told, when: one rule for every page, table and number of a report. */
#include "dispatcher/export/report_inner.h"

int64_t report_told_ms(const struct export_notice *n)
{
    struct tell_facts facts = {
        .state = n->row.state, .level = n->row.level, .accepted_ms = n->row.accepted_ms};
    if (n->row.state != STATE_ACCEPTED && n->row.state != STATE_PASSED &&
        n->row.state != STATE_ANSWERED)
        return 0;
    for (size_t i = 0; i < n->receipt_count; i++) {
        const struct receipt_row *r = &n->receipts[i];
        if (r->grade == GRADE_BOUNCED) {
            facts.bounced_ms = r->at_ms;
            facts.said_ms = facts.called_ms = 0;
            continue;
        }
        if (facts.called_ms == 0 && r->by != NULL)
            facts.called_ms = r->at_ms;
        if (facts.said_ms == 0 &&
            (r->by != NULL || r->grade == GRADE_ANSWERED || r->grade == GRADE_ACTION))
            facts.said_ms = r->at_ms;
    }
    return notice_told_ms(&facts);
}

bool report_was_stopped(const struct export_notice *n)
{
    return n->row.state == STATE_SUPERSEDED || n->row.state == STATE_CANCELLED;
}

bool report_counts(const struct export_notice *n)
{
    return notice_kind_tells(n->row.kind) && !(n->followed && report_told_ms(n) == 0);
}

int64_t report_round_from(const struct export_matter *m)
{
    const bool waits = m->row.embargo_ms > m->row.approved_ms;
    return waits ? m->row.embargo_ms : m->row.approved_ms;
}

struct report_round report_round_of(const struct report *r, const struct export_matter *m)
{
    struct report_round round = {0};
    for (size_t i = 0; i < m->notice_count; i++) {
        const struct export_notice *n = &m->notices[i];
        const int64_t told = report_told_ms(n);
        const bool stopped = report_was_stopped(n);
        const int64_t end = told > 0 ? told : stopped ? n->row.changed_ms : r->scope->now_ms;
        if (!report_counts(n))
            continue;
        round.count++;
        round.told += told > 0;
        round.untold += told == 0 && !stopped;
        round.cancelled += n->row.state == STATE_CANCELLED;
        round.replaced += n->row.state == STATE_SUPERSEDED;
        if (told > 0 && (round.first_ms == 0 || told < round.first_ms))
            round.first_ms = told;
        if (told > round.last_ms)
            round.last_ms = told;
        if (n->row.deadline_ms > 0 && end > n->row.deadline_ms) {
            round.late++;
            if (end - n->row.deadline_ms > round.late_ms)
                round.late_ms = end - n->row.deadline_ms;
        }
    }
    return round;
}

/* Nobody is told by what was stopped: that keeps no promise. */
enum report_standing report_round_standing(const struct report_round *round)
{
    if (round->late > 0)
        return ROUND_LATE;
    if (round->untold > 0)
        return ROUND_RUNS;
    if (round->cancelled > 0)
        return ROUND_NOT_KEPT;
    return round->told == 0 ? ROUND_FELL_AWAY : ROUND_KEPT;
}
