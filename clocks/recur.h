/*
 * clocks/recur - a schedule: a recurrence rule (RFC 5545 §3.3.10) on the wall of a place, moved off
 * public holidays or not, as a strictly ascending row of instants.
 *
 * The rule is iterated in local time, and each local time has one instant (zone_instant): in a gap
 * the first one after it, in a fold the earlier one. So a change of the clocks neither skips a run
 * nor doubles one. Runs that fall on the same instant (two local times of one gap; a run moved onto
 * another) are one run, and `count` tells how many.
 * Knows: base. Threads: one schedule per thread. The only home of libical is recur_days.c.
 */
#ifndef TOCSIN_CLOCKS_RECUR_H
#define TOCSIN_CLOCKS_RECUR_H

#include "base/str.h"
#include "clocks/calendar.h"
#include "clocks/zone.h"

/* A rule whose next day is further away than this does not come true any more. */
#define RECUR_YEARS_MOST 100

enum recur_shift {
    RECUR_STAY,  /* holidays are days like others */
    RECUR_AFTER, /* a run on a public holiday goes to the next working day, at its time */
    RECUR_BEFORE /* … to the last working day before */
};

/* All borrowed: zone and calendar must outlive the schedule, the texts only recur_open. */
struct recur_plan {
    const char *rule;   /* "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0", see clocks/rrule.h */
    struct date anchor; /* DTSTART: nothing is planned before it; INTERVAL and COUNT count from it,
                           and what the rule leaves open is taken from it. 1970 to 2200 */
    int64_t anchor_ms;  /* its time of day */
    const struct zone *zone;
    const struct calendar *calendar; /* NULL with RECUR_STAY only */
    enum recur_shift shift;
};

struct recur_run {
    int64_t at_ms;
    struct date date;    /* on the wall, as the rule and the calendar say */
    int64_t ms_of_day;   /* the same; in a gap the wall itself shows later */
    struct date planned; /* the day before it was moved; the same as date when it was not */
    const char *holiday; /* off which it was moved, else NULL; belongs to the calendar */
    bool uncovered;      /* the calendar does not know this year: tell people */
    int count;           /* how many runs of the rule are this one; 1 but for gaps and holidays */
};

struct recur; /* opaque */

/*
 * Returns ERR_INVALID (sign and cause; also a rule that never comes true, found in bounded time,
 * and an anchor out of bounds), ERR_LIMIT (a rule of more than 1000 bytes), ERR_IO (libical, which
 * rules by the month or year need, cannot be loaded).
 */
MUST_USE enum status recur_open(struct recur **out, const struct recur_plan *plan, struct err *err);
void recur_close(struct recur *recur); /* NULL is fine */

/*
 * The first run after an instant (not at it). Pure: the same answer whatever was asked before.
 * Returns ERR_NOT_FOUND when none follows (COUNT, UNTIL).
 */
MUST_USE enum status recur_next(struct recur_run *out, const struct recur *recur, int64_t after_ms,
                                struct err *err);

/* Up to most runs after an instant; *count may be fewer, then none follows. Returns ERR_INVALID. */
MUST_USE enum status recur_list(struct recur_run *out, size_t *count, const struct recur *recur,
                                int64_t after_ms, size_t most, struct err *err);

/* One line for people: "every Monday 08:00, Europe/Berlin, moved off public holidays of DE". */
void recur_describe(struct str *out, const struct recur *recur);

#endif
