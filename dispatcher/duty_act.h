/*
 * dispatcher/duty_act - clocks of cases that act by themselves: windows for comment that end,
 * reminders, deadlines that were missed.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_ACT_H
#define TOCSIN_DISPATCHER_DUTY_ACT_H

#include "dispatcher/app.h"

/*
 * One bounded step: holds whose window is over end, then what is reached is told by legal weight,
 * so that after an outage the most pressing comes first; each case and duty in a transaction of its
 * own. One that fails becomes a task, once, and is tried again at the next step, while the others
 * go on. *did: something was. Only ERR_IO, and what fails outside of them, is returned.
 */
MUST_USE enum status duty_act(struct app *app, bool *did, struct err *err);

#endif
