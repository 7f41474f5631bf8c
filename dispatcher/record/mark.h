/*
 * dispatcher/record/mark - a note beside the store of how far its log had come, to notice an older
 * store.
 *
 * A restored backup does not know what was sent after it, and would send it again. The note does
 * not go into the backup: when the store is behind it, `run` asks a person first.
 */
#ifndef TOCSIN_DISPATCHER_MARK_H
#define TOCSIN_DISPATCHER_MARK_H

#include "dispatcher/app.h"

/* ERR_REFUSED: the store is older than what was here, or another one. No note: OK. */
MUST_USE enum status mark_check(struct app *app, struct err *err);
/* Bring the note up to where the log is now; writes only when it moved. ERR_IO. */
MUST_USE enum status mark_write(struct app *app, struct err *err);

/* With the writer's lock: remove what a killed writer of the note left half-written. */
void mark_tidy(const struct app *app);

#endif
