/*
 * dispatcher/duties/duty_act - clocks of cases that act by themselves: windows for comment that
 * end, reminders, deadlines that were missed.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_ACT_H
#define TOCSIN_DISPATCHER_DUTY_ACT_H

#include "dispatcher/app.h"

/*
 * Rules were adopted: every open case is to be computed anew. Belongs into the transaction of the
 * adoption; what is still to do is kept in the store, so that no crash leaves a case out.
 */
MUST_USE enum status duty_anew(struct app *app, struct err *err);
/*
 * Some of them now, each in its own transaction; one that fails becomes a task, once, keeps what
 * it had, and is tried again an hour later. Nothing, and a task, while the rules here cannot be
 * read or are not those that were adopted: it begins when they are. *left: there may be more.
 */
MUST_USE enum status duty_anew_step(struct app *app, bool *left, struct err *err);

/*
 * One bounded step: cases are computed anew after an adoption, holds whose window is over end, then
 * what is reached is told by legal weight, so that after an outage the most pressing comes first;
 * each case and duty in a transaction of its own. A clock that fails becomes a task, once, and is
 * tried again at the next step, while the others go on. *did: something was. Only ERR_IO, and what
 * fails outside of them, is returned.
 */
MUST_USE enum status duty_act(struct app *app, bool *did, struct err *err);

#endif
