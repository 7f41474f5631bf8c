/*
 * dispatcher/routine/canary - mailboxes of ours that must get each run, and the alarm when one does
 * not.
 *
 * A canary is a party like any other; only that its mail is looked for in its Maildir, by the
 * Message-IDs of its notice. What is read there is foreign: so many files, so many bytes of each.
 */
#ifndef TOCSIN_DISPATCHER_CANARY_H
#define TOCSIN_DISPATCHER_CANARY_H

#include "dispatcher/app.h"

/* Watches for new runs, looks, decides. A periodic of the loop. */
MUST_USE enum status canary_act(struct app *app, bool *did, struct err *err);
/* Is there a run that a canary missed, and nobody has closed its task? */
MUST_USE enum status canary_alarm(bool *out, struct app *app, struct err *err);

#endif
