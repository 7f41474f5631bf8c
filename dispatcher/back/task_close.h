/*
 * dispatcher/back/task_close - a task ends by itself: what it asked for came about otherwise.
 */
#ifndef TOCSIN_DISPATCHER_TASK_CLOSE_H
#define TOCSIN_DISPATCHER_TASK_CLOSE_H

#include "dispatcher/app.h"
#include "store/task.h"

/* Done by us, now, without proof, because of `why`; recorded (task.done). Inside a transaction. */
MUST_USE enum status task_close(struct app *app, struct task *task, const char *why,
                                struct err *err);

#endif
