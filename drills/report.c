#include "drills/report.h"

#include <assert.h>

const char *drill_fault_words(enum drill_fault fault)
{
    static const char *const words[DRILL_FAULT_COUNT] = {
        [DRILL_NONE] = "as it should",
        [DRILL_NOT_SEALED] = "was not sealed",
        [DRILL_NOT_TAKEN] = "was not taken by our relay",
        [DRILL_TAKEN_LATE] = "was taken too late",
        [DRILL_BOUNCED] = "came back",
        [DRILL_BY_PERSON] = "a person was to tell them, and has not",
        [DRILL_STOPPED] = "was stopped by a person",
        [DRILL_NO_ANSWER] = "has not answered",
        [DRILL_ANSWER_LATE] = "answered too late",
    };
    assert((unsigned)fault < DRILL_FAULT_COUNT);
    return words[fault];
}

static bool is_past(int64_t limit_ms, int64_t at_ms)
{
    return limit_ms > 0 && at_ms > limit_ms;
}

/* The first step that went wrong: what follows from it is not told again. */
enum drill_fault drill_judge(const struct drill_recipient *r, const struct drill_report *report,
                             int64_t now_ms)
{
    const bool over = report->ended_ms > 0;
    const bool late = over || is_past(report->told_by_ms, now_ms);
    if (r->answered_ms > 0)
        return is_past(report->answer_by_ms, r->answered_ms) ? DRILL_ANSWER_LATE
               : is_past(report->told_by_ms, r->taken_ms)    ? DRILL_TAKEN_LATE
                                                             : DRILL_NONE;
    if (r->grade == GRADE_BOUNCED)
        return DRILL_BOUNCED;
    if (r->state == STATE_CANCELLED && !over)
        return DRILL_STOPPED;
    if (r->taken_ms == 0 && (r->level == LEVEL_TASK || r->state == STATE_TASKED))
        return late ? DRILL_BY_PERSON : DRILL_NONE;
    if (r->taken_ms == 0)
        return !late ? DRILL_NONE : r->sealed_ms == 0 ? DRILL_NOT_SEALED : DRILL_NOT_TAKEN;
    if (is_past(report->told_by_ms, r->taken_ms))
        return DRILL_TAKEN_LATE;
    return over || is_past(report->answer_by_ms, now_ms) ? DRILL_NO_ANSWER : DRILL_NONE;
}

bool drill_is_over(const struct drill_report *report, int64_t now_ms)
{
    size_t answered = 0;
    for (size_t i = 0; i < report->count; i++)
        answered += report->recipients[i].answered_ms > 0;
    return answered == report->count || is_past(report->answer_by_ms, now_ms);
}

bool drill_passed(const struct drill_report *report, int64_t now_ms)
{
    size_t faults = 0;
    for (size_t i = 0; i < report->count; i++)
        faults += drill_judge(&report->recipients[i], report, now_ms) != DRILL_NONE;
    return report->count > 0 && faults == 0;
}
