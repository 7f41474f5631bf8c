/*
 * dispatcher/signed/stamper - who outside says when a checkpoint of the log was there (RFC 3161).
 *
 * Each authority of evidence.timestamps is asked over the newest checkpoint, by a child of its own
 * (worker "fetcher") that has the network and nothing else. It takes apart and judges what comes
 * back (stamped.h); here what it tells is held to bounds and to our clock before it counts, and a
 * token is bytes that are kept. An authority that fails is asked again later and later, becomes an
 * alarm (fault.detected, a task) at the third failure in a row, and is told to be well when it
 * answers again; nothing waits for it.
 */
#ifndef TOCSIN_DISPATCHER_STAMPER_H
#define TOCSIN_DISPATCHER_STAMPER_H

#include "dispatcher/signed/checkpoint.h"

#include <poll.h>

#define STAMPER_FDS 2 /* authorities, at most */

struct stamper; /* opaque */

/* c tells what is signed; it outlives the stamper. */
struct stamper *stamper_open(struct app *app, const struct checkpoint *c);
void stamper_close(struct stamper *s); /* NULL is fine */
/* Fills STAMPER_FDS places; -1 in those that have nothing to wait for. */
void stamper_poll_set(struct pollfd *fds, const struct stamper *s);
/*
 * Ask who is due, hear who has answered. Opens and commits its own transactions. Returns ERR_IO and
 * ERR_CORRUPT of the store; what an authority does wrong is recorded and OK.
 */
MUST_USE enum status stamper_step(struct stamper *s, struct err *err);
/* Uptime at which there is something to do; INT64_MAX: not by itself. */
int64_t stamper_next(const struct stamper *s);
/* Nobody is asked now, and nobody is to be asked now. */
bool stamper_idle(const struct stamper *s);

#endif
