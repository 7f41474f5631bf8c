/*
 * dispatcher/control - the socket over which commands reach a running dispatcher.
 *
 * Only our own user (or root) is heard; requests are whole frames of dispatcher/op.
 */
#ifndef TOCSIN_DISPATCHER_CONTROL_H
#define TOCSIN_DISPATCHER_CONTROL_H

#include "dispatcher/signed/checkpoint.h"

#include <poll.h>

#define CONTROL_CLIENTS 16
#define CONTROL_WAITING 8 /* so many may wait for the signer; others are told to try again */
#define CONTROL_FDS (CONTROL_CLIENTS + 1)

struct control; /* opaque */

/* Listens, mode 0600; a socket left by a dead dispatcher is replaced (the store's lock is ours). */
MUST_USE enum status control_open(struct control **out, const char *path, struct err *err);
void control_close(struct control *control); /* NULL is fine */

size_t control_poll_set(struct pollfd *fds, const struct control *control);
/*
 * Accept, read, perform whole requests on app, answer. What an operation wishes of the signer goes
 * to c, and its caller waits: we do not. true: something was performed.
 */
bool control_work(struct control *control, const struct pollfd *fds, struct app *app,
                  struct checkpoint *c);
/* Did the signer answer somebody who waits? Then there is something to do. */
bool control_ready(const struct control *control);
/* Nobody waits for the signer. */
bool control_idle(const struct control *control);

#endif
