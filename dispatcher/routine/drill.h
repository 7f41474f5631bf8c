/*
 * dispatcher/routine/drill - exercises of the whole path: who takes part, what came of it, when it
 * is over.
 *
 * A drill is a row of advisory with a mark (store/drill.h) and notices about it, whose names begin
 * with MAIL_EXERCISE: sealing, carrying, receipts and answers are those of every notice, and
 * nothing that counts what is real finds one.
 */
#ifndef TOCSIN_DISPATCHER_DRILL_H
#define TOCSIN_DISPATCHER_DRILL_H

#include "dispatcher/app.h"
#include "drills/report.h"
#include "store/drill.h"

#define DRILL_INTERNAL "internal"   /* our own complaint desk */
#define DRILL_PARTIES ((size_t)500) /* at most */

struct drill_wish {
    const struct advisory *of;  /* NULL: the sample that ships */
    const char *const *parties; /* ids, or DRILL_INTERNAL */
    size_t count;
    const char *by; /* a person of ours; NULL: its time had come */
    bool scheduled;
    int64_t wall, run_ms, missed;
};
/*
 * Inside a transaction: its row, its notices, its entry. Returns ERR_REFUSED (the advisory is not
 * released, nobody takes part, a party takes part in none or is not concerned), ERR_NOT_FOUND (no
 * such party).
 */
MUST_USE enum status drill_begin(struct drill *out, struct arena *arena, struct app *app,
                                 const struct drill_wish *wish, struct err *err);

/* What came of it so far; of one that ended, up to its end. All in the arena. */
MUST_USE enum status drill_measure(struct drill_report *out, struct arena *arena, struct app *app,
                                   const struct drill *drill, struct err *err);

/* Ends what is over, with its report. A periodic of the loop. */
MUST_USE enum status drill_act(struct app *app, bool *did, struct err *err);

/* Inside a transaction: a newer version took the place of what they show; they end at once. */
MUST_USE enum status drill_end_of(struct app *app, const struct advisory *old, struct err *err);

/* *why: this exercise has ended, nothing about it leaves any more. NULL: it goes on. */
MUST_USE enum status drill_is_over_for(const char **why, struct app *app, int64_t advisory_id,
                                       struct err *err);

/* Begins one whose time has come, once, however many were missed. The same. */
MUST_USE enum status drill_schedule_act(struct app *app, bool *did, struct err *err);

#endif
