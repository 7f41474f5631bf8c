#include "cases/due.h"

#include <assert.h>

const char *case_clock_word(enum case_clock clock)
{
    static const char *const words[CASE_CLOCK_COUNT] = {"acknowledge", "unassigned", "triage",
                                                        "news"};
    assert((int)clock >= 0 && clock < CASE_CLOCK_COUNT);
    return words[clock];
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t after_working_days(int64_t from_ms, int64_t days, const struct ground *ground)
{
    const struct counting counting = {
        .unit = UNIT_WORKING_DAYS, .n = days, .holidays = HOLIDAYS_NATIONAL};
    const struct fact fact = {.at_ms = from_ms};
    struct due due;
    count_due(&due, NULL, &counting, &fact, ground);
    return zone_instant(ground->zone, date_add(due.legal, 1), 0) - 1;
}

/* Whether a clock runs, since when, and when its time is over. */
static bool runs(struct case_due *due, const struct case_stand *s, const struct case_limits *limits,
                 const struct ground *ground)
{
    switch (due->clock) {
    case CASE_CLOCK_ACKNOWLEDGE:
        if (!s->has_reporter || s->acknowledged_ms != 0)
            return false;
        due->start_ms = s->opened_ms;
        due->due_ms = after_working_days(s->opened_ms, limits->acknowledge_days, ground);
        return true;
    case CASE_CLOCK_UNASSIGNED:
        due->start_ms = s->opened_ms;
        due->due_ms = due->start_ms + limits->unassigned_ms;
        return !s->owned;
    case CASE_CLOCK_TRIAGE:
        due->start_ms = later(s->opened_ms, s->reopened_ms);
        due->due_ms = due->start_ms + limits->triage_ms;
        return s->triaged_ms == 0;
    case CASE_CLOCK_NEWS:
        /* Whom we wait for knows that we do; who knows nothing yet has the clock above. */
        due->start_ms = later(later(s->acknowledged_ms, s->told_ms), s->reopened_ms);
        due->due_ms = due->start_ms + limits->news_ms;
        return s->has_reporter && s->acknowledged_ms != 0 && s->state != CASE_WAITING_REPORTER;
    case CASE_CLOCK_COUNT:
        break;
    }
    return false;
}

size_t case_dues(struct case_due out[CASE_CLOCK_COUNT], const struct case_stand *stand,
                 const struct case_limits *limits, const struct ground *ground)
{
    size_t count = 0;
    for (int i = 0; stand->closed_ms == 0 && i < (int)CASE_CLOCK_COUNT; i++) {
        struct case_due due = {.clock = (enum case_clock)i};
        if (!runs(&due, stand, limits, ground))
            continue;
        size_t at = count++;
        for (; at > 0 && out[at - 1].due_ms > due.due_ms; at--)
            out[at] = out[at - 1];
        out[at] = due;
    }
    return count;
}
