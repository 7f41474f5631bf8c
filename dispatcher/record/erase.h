/*
 * dispatcher/record/erase - tocsin evidence erase: what is kept of a person goes, the record stays.
 *
 * Arguments of op_erase, from OP_ARG on: the subject, the person of ours, the reason. A subject is
 * a mail address, "party:ID" of one that left the register, or "text:WORDS" (a name, a number).
 * Refused while the register, an open notice or an open task still needs it: nobody is left untold
 * by an erasure. docs/decisions/0024 says what goes and what stays.
 */
#ifndef TOCSIN_DISPATCHER_ERASE_H
#define TOCSIN_DISPATCHER_ERASE_H

#include "dispatcher/app.h"

/*
 * Write the store anew when an erasure was cut off before it did that. Returns OK when nothing is
 * left to do; ERR_IO: a reader holds the store, or no room; it stays due.
 */
MUST_USE enum status erase_finish(struct app *app, struct err *err);

#endif
