/*
 * dispatcher/duties/duty_told - duties to inform are met by notices: by those to everybody whom the
 * rule names in its place, of every advisory of the case, and not before it is sure of each of
 * them.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_TOLD_H
#define TOCSIN_DISPATCHER_DUTY_TOLD_H

#include "clocks/pack.h"
#include "dispatcher/app.h"
#include "store/duty.h"

/*
 * Looks at each running duty to inform, by legal weight; what is met gets its proof: the list of
 * the notices, with code, state, receipt and instant. Each in its own transaction; one that fails
 * becomes a task. *did: one was met.
 */
MUST_USE enum status duty_told(struct app *app, bool *did, struct err *err);

/*
 * It informs, and all that meets it was taken by our relay by then: in time, if no bounce comes.
 * pack NULL: the rules cannot be read, so nothing is known to be in time.
 */
MUST_USE enum status duty_out_by(bool *out, struct app *app, const struct pack *pack,
                                 const struct duty_row *duty, int64_t by_ms, struct err *err);

/* The duty is over: reminders that are open tasks are done. Inside a transaction. */
MUST_USE enum status duty_close_tasks(struct app *app, const struct duty_row *duty,
                                      struct err *err);

#endif
