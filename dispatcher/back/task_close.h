/*
 * dispatcher/back/task_close - a task ends by itself: what it asked for came about otherwise.
 */
#ifndef TOCSIN_DISPATCHER_TASK_CLOSE_H
#define TOCSIN_DISPATCHER_TASK_CLOSE_H

#include "dispatcher/app.h"
#include "store/task.h"

/* How the cause of a call to who does not answer begins. */
#define TASK_UNANSWERED "unanswered "
/* Stands in the cause of telling the text to whom a waiting notice went, behind what keeps it. */
#define TASK_TEXT "waiting "

/* Done by us, now, without proof, because of `why`; recorded (task.done). Inside a transaction. */
MUST_USE enum status task_close(struct app *app, struct task *task, const char *why,
                                struct err *err);

/*
 * A call, letter or address for which no notice waits any more: those it had were answered, or
 * leave by mail again. What needs proof for itself (a portal) and what is a fault of ours stays.
 */
MUST_USE enum status task_settle(struct app *app, int64_t task_id, struct err *err);
/* The calls to who does not answer about this advisory, when all of them have. */
MUST_USE enum status task_settle_calls(struct app *app, int64_t advisory_id, struct err *err);
/* For periodic: what a waiting notice did not tell, when all of them have it by a mail, or by what
 * a person of ours logged. */
MUST_USE enum status task_settle_texts(struct app *app, bool *did, struct err *err);

#endif
