/*
 * dispatcher/submit/withdraw - a named person takes a waiver back.
 *
 * Arguments of op_withdraw, from OP_ARG on: those of op_waive (waive.h). What waits goes on
 * waiting; what was taken in cannot be approved until the finding is waived anew; what is approved
 * is not stopped, and the answer says so: a newer version stops it.
 */
#ifndef TOCSIN_DISPATCHER_WITHDRAW_H
#define TOCSIN_DISPATCHER_WITHDRAW_H

#include "dispatcher/app.h"
#include "store/advisory.h"

/* ERR_REFUSED while the gate still finds what a waiver of these bytes was taken back for. */
MUST_USE enum status withdraw_check(struct app *app, const struct advisory *row, struct err *err);

#endif
