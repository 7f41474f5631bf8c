/*
 * clocks/count - from a fact to the last moment in time, twice: without any relief (due_safe, what
 * alarms go by) and with the relief that the law gives (due_legal), each with its derivation.
 *
 * Invariants: due_safe is never after due_legal and never before the fact; hours are elapsed time
 * on UTC; a day is a day of the authority's zone and ends with it; the machine's zone is nowhere.
 *
 * Knows: base. Pure, but that zones and calendars are read when they are opened.
 */
#ifndef TOCSIN_CLOCKS_COUNT_H
#define TOCSIN_CLOCKS_COUNT_H

#include "clocks/calendar.h"
#include "clocks/date.h"
#include "clocks/rule.h"
#include "clocks/zone.h"

/* When something happened: a whole day of the authority's zone, or an instant. */
struct fact {
    bool dated;
    struct date date; /* dated */
    int64_t at_ms;    /* not dated */
};
/*
 * "2026-11-27", or RFC 3339 (seconds may be left out); years 1970 to 9000.
 * Returns ERR_INVALID.
 */
MUST_USE enum status fact_parse(struct fact *out, const char *text, struct err *err);

/* Where it is counted. */
struct ground {
    const struct zone *zone;
    const struct calendar *calendar; /* NULL: none, so no holiday gives relief */
    const char *country;             /* NULL: not said */
};

enum due_kind {
    DUE_NONE, /* the law sets no time */
    DUE_DAY,  /* the whole day is in time */
    DUE_INSTANT
};
struct due {
    enum due_kind kind;
    struct date safe, legal;   /* DUE_DAY */
    int64_t safe_ms, legal_ms; /* the last millisecond in time; INT64_MAX for DUE_NONE */
};

/* The derivation: sentences in the arena. A NULL steps is fine: nobody wants to know. */
struct steps {
    struct arena *arena;
    const char **text;
    size_t count;
};
void steps_add(struct steps *steps, const char *format, ...) PRINTF_LIKE(2, 3);

void count_due(struct due *out, struct steps *steps, const struct counting *counting,
               const struct fact *fact, const struct ground *ground);

/*
 * Of several clocks the one that governs: the earliest due_safe, of equal ones the earliest
 * due_legal. NULL when count is 0.
 */
const struct due *count_governing(const struct due *dues, size_t count);

/* "Tue 2026-12-08" */
#define COUNT_DAY_TEXT 24
const char *count_day_text(char out[COUNT_DAY_TEXT], struct date date);
/* RFC 3339 in the zone's own time, "2026-11-28T10:00:00-05:00", Z where that is UTC. */
#define COUNT_INSTANT_TEXT 48
const char *count_instant_text(char out[COUNT_INSTANT_TEXT], const struct zone *zone,
                               int64_t at_ms);

#endif
