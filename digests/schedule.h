/*
 * digests/schedule - when one recipient's digest runs: a recurrence on the wall of their place,
 * and which run, if any, is to be made now.
 *
 * A run is named by what the wall shows then, not by its instant: so a recipient who is moved to
 * another zone gets no run twice, and none is left out. After an outage only the last of the runs
 * that were missed is made: a digest tells all since the one before it.
 * Pure: an instant comes in, an instant goes out. Threads: one schedule per thread.
 */
#ifndef TOCSIN_DIGESTS_SCHEDULE_H
#define TOCSIN_DIGESTS_SCHEDULE_H

#include "clocks/recur.h"

enum schedule_holidays {
    SCHEDULE_STAY,   /* a public holiday is a day like others */
    SCHEDULE_MOVE,   /* to the next working day, at its time */
    SCHEDULE_BEFORE, /* to the last working day before */
    SCHEDULE_SKIP    /* no digest on that day */
};

/* Borrowed: zone and calendar must outlive the schedule. */
struct schedule_plan {
    const char *rule;
    int64_t anchor_ms; /* weeks and counts of the rule begin on this day, on the wall */
    const struct zone *zone;
    const struct calendar *calendar; /* NULL with SCHEDULE_STAY only */
    enum schedule_holidays holidays;
};

struct schedule; /* opaque */

/* Returns ERR_INVALID, ERR_LIMIT, ERR_IO as recur_open. */
MUST_USE enum status schedule_open(struct schedule **out, const struct schedule_plan *plan,
                                   struct err *err);
void schedule_close(struct schedule *schedule); /* NULL is fine */

/* The wall's time as one number that only grows: days since 1970 and the time of day. */
int64_t schedule_wall(const struct recur_run *run);

/* The first run after an instant, holidays taken into account. ERR_NOT_FOUND when none follows. */
MUST_USE enum status schedule_next(struct recur_run *out, const struct schedule *schedule,
                                   int64_t after_ms, struct err *err);

/* What is known of one recipient under one schedule. */
struct schedule_past {
    int64_t since_ms;  /* the schedule is in force as it stands since this instant */
    int64_t looked_ms; /* all who were known then were looked at; 0: never */
    bool ran;
    int64_t run_ms;   /* when ran: the last run at or before now … */
    int64_t run_wall; /* … and what their wall showed */
};

struct schedule_due {
    int64_t run_ms; /* the one to be made */
    int64_t wall;
    int64_t missed; /* runs before it that were not made */
};

/* *out is filled when *due. The work grows with the runs that were missed, at most 4,000. */
MUST_USE enum status schedule_due(struct schedule_due *out, bool *due,
                                  const struct schedule *schedule, const struct schedule_past *past,
                                  int64_t now_ms, struct err *err);

void schedule_describe(struct str *out, const struct schedule *schedule);

#endif
