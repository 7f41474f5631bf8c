/*
 * cases/stand - where a case stands, and what each act makes of it. Pure.
 *
 * The dispatcher computes what it writes into the store by these functions, and a replay computes
 * from the entries by the same ones what must stand there.
 */
#ifndef TOCSIN_CASES_STAND_H
#define TOCSIN_CASES_STAND_H

#include "base/err.h"
#include "cases/state.h"

#include <stdint.h>

/* Instants in UTC milliseconds; 0: never. */
struct case_stand {
    enum case_state state;
    bool sided;           /* it waits for somebody outside, ... */
    enum case_state back; /* ... and was there before */
    bool owned;
    bool has_reporter;       /* somebody who could be told */
    bool decided;            /* whether it is disclosed: */
    bool disclosed;          /* decided: yes, or known and not disclosed */
    int64_t opened_ms;       /* since when it is tracked */
    int64_t state_ms;        /* since when it stands there */
    int64_t acknowledged_ms; /* the reporter learned that we have it */
    int64_t triaged_ms;      /* triaged, or screened out */
    int64_t told_ms;         /* the last time that the reporter was told something */
    int64_t reopened_ms, closed_ms;
    int64_t disclosure_ms; /* of the last decision about that */
};

/*
 * Returns ERR_REFUSED: with the words that it may go to. Closing has conditions of its own
 * (cases/closing), which are not asked here.
 */
MUST_USE enum status stand_move(struct case_stand *stand, enum case_state to, int64_t at_ms,
                                struct err *err);
/* The reporter was told something: that acknowledges, too. */
void stand_told(struct case_stand *stand, int64_t at_ms);

#endif
