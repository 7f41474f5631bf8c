/*
 * dispatcher/back/reply - the automatic answer to a report: that we have it, and its number.
 *
 * It is a notice like any other, about a document of ours, to one address: planned in the
 * transaction that opens the case, sealed, carried and proven as all are. It says nothing of the
 * report. When the relay has it the reporter was told, and not before.
 */
#ifndef TOCSIN_DISPATCHER_REPLY_H
#define TOCSIN_DISPATCHER_REPLY_H

#include "dispatcher/compose/compose.h"
#include "store/case.h"
#include "store/task.h"

/* Inside an open transaction. Fills *out_id. */
MUST_USE enum status reply_plan(int64_t *out_id, struct app *app, const struct case_file *row,
                                const char *address, struct err *err);
/* compose_notice and compose_text of such a notice. */
MUST_USE enum status reply_compose(struct frame_out *job, struct composer *composer,
                                   const struct notice *notice, struct err *err);
MUST_USE enum status reply_text(struct notice_text *out, struct composer *composer,
                                const struct notice *notice, struct err *err);
/* The relay has it: the reporter was told, and the thread has it. */
MUST_USE enum status reply_taken(struct app *app, const struct notice *notice, struct err *err);

/* What a person does when it does not arrive: a task, texts in the arena. */
void reply_describe(struct task *task, struct arena *arena, const struct notice *notice,
                    const char *reason);

#endif
