/* dispatcher/run/note - what the dispatcher writes down about itself. */
#ifndef TOCSIN_DISPATCHER_NOTE_H
#define TOCSIN_DISPATCHER_NOTE_H

#include "dispatcher/run/loop.h"

/* A configuration that differs from the last one is an entry: config.loaded. */
MUST_USE enum status note_settings(struct app *app, struct err *err);
/* The store failed, and is open again: fault.detected. On a full disk nothing can be written. */
MUST_USE enum status note_fault(struct app *app, const char *said, struct err *err);
/* Where all notices stand. */
MUST_USE enum status note_report(struct loop_report *report, struct app *app, struct err *err);

#endif
