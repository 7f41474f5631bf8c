/*
 * dispatcher/back/intake_box - reads the mailbox of reports while `run` works, and for one command.
 *
 * One mail after the other is taken apart by a child (worker "opener"); its file leaves new/ when
 * the store has it and what it became. A mail over which children are lost is kept as one that no
 * program can read, and a person is asked.
 */
#ifndef TOCSIN_DISPATCHER_INTAKE_BOX_H
#define TOCSIN_DISPATCHER_INTAKE_BOX_H

#include "dispatcher/app.h"

#include <poll.h>

struct intake_box; /* opaque */

struct intake_box *intake_box_open(struct app *app);
void intake_box_close(struct intake_box *box); /* NULL is fine */
/* What to wait for; fd -1: nothing. */
struct pollfd intake_box_poll(const struct intake_box *box);
/* Look, ask, hear. *did: something was written. ERR_IO and ERR_CORRUPT of the store alone. */
MUST_USE enum status intake_box_step(struct intake_box *box, bool *did, struct err *err);
int64_t intake_box_next(const struct intake_box *box); /* uptime; INT64_MAX: not by itself */
bool intake_box_idle(const struct intake_box *box);    /* looked, and nothing is being read */

#endif
