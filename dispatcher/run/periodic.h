/*
 * dispatcher/run/periodic - what is done every so often besides notices: one table.
 */
#ifndef TOCSIN_DISPATCHER_PERIODIC_H
#define TOCSIN_DISPATCHER_PERIODIC_H

#include "dispatcher/app.h"

struct periodic {
    int64_t next_up_ms[15]; /* by row of the table; 0: at once */
    bool settled;           /* periodic_settled was asked */
};

/* Run what is due; *did: something changed that may be due now. Faults are logged, not fatal, but
 * ERR_IO of the store. */
MUST_USE enum status periodic_run(struct periodic *p, struct app *app, bool *did, struct err *err);
/* Before a loop ends by itself: what follows from the notices that it has sent is looked at once
 * more. False, and due at once, when it is asked first. */
bool periodic_settled(struct periodic *p);
/* Uptime at which the next one is due. */
int64_t periodic_next(const struct periodic *p);

#endif
