/*
 * cases/due - the clocks of a case itself: the reporter hears that we have it, somebody owns it,
 * it is triaged, the reporter hears how it stands. The maker's own promises, none of them law.
 *
 * Knows: base, clocks. Pure.
 */
#ifndef TOCSIN_CASES_DUE_H
#define TOCSIN_CASES_DUE_H

#include "cases/stand.h"
#include "clocks/count.h"

#include <stddef.h>

enum case_clock {
    CASE_CLOCK_ACKNOWLEDGE, /* until the reporter knows that we have it */
    CASE_CLOCK_UNASSIGNED,  /* until it has an owner */
    CASE_CLOCK_TRIAGE,      /* until it is triaged or screened out */
    CASE_CLOCK_NEWS,        /* until the reporter hears of it again */
    CASE_CLOCK_COUNT
};
const char *case_clock_word(enum case_clock clock); /* "acknowledge", "unassigned", ... */

/* As configured. */
struct case_limits {
    int64_t
        acknowledge_days; /* working days of the maker's country; the whole last day is in time */
    int64_t unassigned_ms, triage_ms, news_ms;
};

struct case_due {
    enum case_clock clock;
    int64_t start_ms; /* it runs since */
    int64_t due_ms;   /* the last millisecond in time */
};
/* Those that run, the earliest first. ground: the maker's. A closed case has none. */
size_t case_dues(struct case_due out[CASE_CLOCK_COUNT], const struct case_stand *stand,
                 const struct case_limits *limits, const struct ground *ground);

#endif
