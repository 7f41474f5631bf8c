/*
 * dispatcher/routine/routine - what goes out by itself when its time comes: digests, reminders.
 */
#ifndef TOCSIN_DISPATCHER_ROUTINE_H
#define TOCSIN_DISPATCHER_ROUTINE_H

#include "dispatcher/app.h"

/* One bounded step of whatever is due. *more: call again soon. Transactions of its own. */
MUST_USE enum status routine_step(struct app *app, bool *more, struct err *err);
void routine_forget(struct app *app); /* the store goes, or is opened anew */
/* Instant of the next look; INT64_MAX: never. */
int64_t routine_next(const struct app *app);

#endif
