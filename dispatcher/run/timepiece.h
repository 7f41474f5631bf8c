/*
 * dispatcher/run/timepiece - our own even time (base/even) over processes and starts.
 *
 * The anchor is kept in the store, so a command, the dispatcher and its next start go by one time.
 * A jump of the machine's clock is an entry; one that is too large to be followed is doubted, and a
 * task of a named person: done by a person it says "the clock is right now", and it is closed when
 * the clock comes back. A clock that was given with --now, or stopped by a test, stays as it is.
 */
#ifndef TOCSIN_DISPATCHER_TIMEPIECE_H
#define TOCSIN_DISPATCHER_TIMEPIECE_H

#include "dispatcher/app.h"

/* Set app->clock by the open store; write: note what is new since. Own transactions. */
MUST_USE enum status timepiece_open(struct app *app, bool write, struct err *err);
/* Compare with the machine's clock. *by_ms: by how much it jumped since, 0: it did not. */
MUST_USE enum status timepiece_check(struct app *app, int64_t *by_ms, struct err *err);

/* Is this the task of a clock that is doubted? */
bool timepiece_is_task(const char *cause);
/*
 * A person says that the machine's clock is right: inside the open transaction our time moves to
 * it and so does everything that waits; deadlines stay. Call timepiece_open after the commit.
 */
MUST_USE enum status timepiece_believe(struct app *app, const char *person, struct err *err);

#endif
