/*
 * dispatcher/commands/board - what is late or will be, what waits for a person, who is reached how.
 */
#ifndef TOCSIN_DISPATCHER_BOARD_H
#define TOCSIN_DISPATCHER_BOARD_H

#include "dispatcher/app.h"

/* For people, or one object of tocsin.status/1. tracking NULL: all advisories. Read-only. */
MUST_USE enum status board_print(struct str *out, struct app *app, const char *tracking, bool json,
                                 struct err *err);
/* Every deadline as an iCalendar file: duties, cases, notices, tasks. */
MUST_USE enum status board_calendar(struct str *out, struct app *app, struct err *err);

#endif
