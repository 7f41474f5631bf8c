/*
 * dispatcher/signed/heartbeat - an entry when nothing was written for a day, so that silence is
 * visible.
 *
 * A log without an entry of the last 24 hours, and its checkpoint, is a log that nobody kept. Goes
 * by the machine's uptime within one of its starts, else by our even time: a clock that jumps
 * neither skips a beat nor brings one early.
 */
#ifndef TOCSIN_DISPATCHER_HEARTBEAT_H
#define TOCSIN_DISPATCHER_HEARTBEAT_H

#include "dispatcher/app.h"

/* Silence that is too long. An hour less than a day: `run --until-idle` at the same time each day,
 * some seconds earlier today, must not skip one. */
#define HEARTBEAT_AFTER_MS (23 * MS_HOUR)

/*
 * Is one due? silent_up_ms: since the last entry by uptime, -1 when that is of another start of the
 * machine; silent_ms: by our time, below 0 when the entry lies ahead; given: our time is --now.
 */
bool heartbeat_due(int64_t silent_up_ms, int64_t silent_ms, bool given);
/* Write the entry when one is due. *did: it was. An own transaction. */
MUST_USE enum status heartbeat_beat(struct app *app, bool *did, struct err *err);

#endif
