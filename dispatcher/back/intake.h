/*
 * dispatcher/back/intake - a mail that reports a flaw becomes a case, joins one, or is kept.
 *
 * One mail, one transaction: bytes, words, what hangs on it, case, automatic answer and entries are
 * there together or not at all. What to do with it is decided in cases/intake.
 */
#ifndef TOCSIN_DISPATCHER_INTAKE_H
#define TOCSIN_DISPATCHER_INTAKE_H

#include "dispatcher/app.h"
#include "dispatcher/back/opened.h"

/*
 * Opens and commits its own transaction; a line per mail goes to *out. The same bytes twice, and
 * the same mail by another way, change nothing. What belongs to a notice of ours goes to
 * dispatcher/back/answer.
 */
MUST_USE enum status intake_message(struct app *app, const char *name, struct bytes raw,
                                    const struct opened_mail *opened, struct str *out,
                                    struct err *err);

/* tocsin case intake FILE|-|MAILDIR; an exit code. */
int intake_command(struct app *app, const char *path);

#endif
