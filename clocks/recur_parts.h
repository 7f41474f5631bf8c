/*
 * clocks/recur_parts - what a schedule is made of. Internal to clocks/: recur_days.c asks libical
 * for its days, recur.c makes runs of them, recur_words.c describes it.
 */
#ifndef TOCSIN_CLOCKS_RECUR_PARTS_H
#define TOCSIN_CLOCKS_RECUR_PARTS_H

#include "clocks/recur.h"
#include "clocks/rrule.h"

struct recur_days; /* opaque */

struct recur {
    struct rrule rule;
    struct date anchor;
    int64_t anchor_ms;
    const struct zone *zone;
    const struct calendar *calendar; /* NULL: holidays are days like others */
    enum recur_shift shift;
    int64_t times[RRULE_TIMES_MOST]; /* of a day, ascending */
    size_t time_count;
    int64_t early; /* times of the anchor's day that lie before the anchor, when it is one of the
                      days */
    struct recur_days *days;
};

/* Returns ERR_IO: libical is needed for this rule and cannot be loaded. */
MUST_USE enum status recur_days_open(struct recur_days **out, const struct rrule *rule,
                                     struct date anchor, struct err *err);
void recur_days_free(struct recur_days *days); /* NULL is fine */
/*
 * The first day of the rule from `from` on. *index is its place among all its days, from 0, when
 * the rule has a COUNT; else 0. false when none comes within RECUR_YEARS_MOST years. Days that were
 * found are kept: who goes on from day to day pays for an iteration now and then only.
 */
bool recur_days_next(struct date *out, int64_t *index, struct recur_days *days, struct date from);

#endif
