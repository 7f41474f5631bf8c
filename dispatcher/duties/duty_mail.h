/*
 * dispatcher/duties/duty_mail - a mail to a person of ours: a clock runs out, or has.
 *
 * One for each person, duty, rung and date, whatever happens between: its name in the queue is made
 * of them. It names case and rule, or our own promise, and neither product nor flaw.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_MAIL_H
#define TOCSIN_DISPATCHER_DUTY_MAIL_H

#include "dispatcher/compose/compose.h"
#include "duties/ladder.h"
#include "store/duty.h"
#include "store/task.h"

/* What runs out, and what it is called. */
struct duty_mail {
    const char *case_number;
    const char *clock;   /* id of a rule, or a word of case_clock_word: no rule has such an id */
    const char *country; /* NULL: none is said */
    int64_t deadline_ms;
    enum rung rung;
};
struct duty_mail duty_mail_of(const struct duty_row *duty, const char *case_number, enum rung rung);
/* Inside an open transaction. ERR_EXISTS when it was made before: nothing happens. */
MUST_USE enum status duty_mail_plan(struct app *app, const struct duty_mail *mail,
                                    const struct person *person, struct err *err);
/* compose_notice and compose_text of such a notice. */
MUST_USE enum status duty_mail_compose(struct frame_out *job, struct composer *composer,
                                       const struct notice *notice, struct err *err);
MUST_USE enum status duty_mail_text(struct notice_text *out, struct composer *composer,
                                    const struct notice *notice, struct err *err);
/* What is done when it does not arrive: texts in the arena. */
void duty_mail_describe(struct task *task, struct arena *arena, const struct notice *notice,
                        const char *reason);

#endif
