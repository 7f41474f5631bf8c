/*
 * dispatcher/run/loop - `tocsin run`: one thread, one event loop, the only writer of the store.
 */
#ifndef TOCSIN_DISPATCHER_LOOP_H
#define TOCSIN_DISPATCHER_LOOP_H

#include "dispatcher/app.h"

struct loop_options {
    bool until_idle; /* end when nothing is due now (cron); else until SIGTERM or SIGINT */
};

struct loop_report {
    int64_t accepted, tasks_open, waiting; /* for the last line of --until-idle */
};

/*
 * Takes the store's writer lock. Returns OK at an orderly end, ERR_STALE when another dispatcher
 * runs, and what keeps it from working otherwise.
 */
MUST_USE enum status loop_run(struct app *app, const struct loop_options *options,
                              struct loop_report *report, struct err *err);

#endif
