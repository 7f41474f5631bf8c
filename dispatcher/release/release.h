/*
 * dispatcher/release/release - signatures suffice: the advisory's clocks start, older versions give
 * way.
 */
#ifndef TOCSIN_DISPATCHER_RELEASE_H
#define TOCSIN_DISPATCHER_RELEASE_H

#include "dispatcher/app.h"
#include "store/advisory.h"

/*
 * Inside an open transaction: when enough different persons of releasing roles have signed, the row
 * becomes APPROVED with its times, and what is still in the queue of older versions is superseded.
 * Words about what is still missing, or that it is released, go to *out.
 */
MUST_USE enum status release_if_signed(struct app *app, struct advisory *row, struct str *out,
                                       struct err *err);

#endif
