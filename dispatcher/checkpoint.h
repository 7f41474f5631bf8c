/*
 * dispatcher/checkpoint - signed checkpoints of the log: when one is due, who signs, where it goes.
 *
 * The signer is a child of its own (worker "signer"): it reads the store, holds the log's key, and
 * signs only what extends the last tree that it signed. It lives for one checkpoint.
 */
#ifndef TOCSIN_DISPATCHER_CHECKPOINT_H
#define TOCSIN_DISPATCHER_CHECKPOINT_H

#include "dispatcher/app.h"

/*
 * A checkpoint over every entry that is in the store now, for commands: waits for it (some
 * milliseconds; longer after a start, when the signer reads the whole log). Makes the key of the
 * log when there is none yet. The store is open for writing, no transaction is.
 * Returns ERR_REFUSED (the signer does not sign: the log does not extend what it signed before;
 * an alarm is recorded), ERR_IO.
 */
MUST_USE enum status checkpoint_now(struct app *app, struct err *err);

#endif
