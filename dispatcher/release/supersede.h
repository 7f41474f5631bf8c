/*
 * dispatcher/release/supersede - a newer version is approved: what becomes of everything that the
 * older ones still had to do. All calls run inside the transaction that approves it.
 *
 * Whatever has not left does not leave any more; what is with a carrier gets no leave for its dot;
 * what has left stays what it is, but goes nowhere else when it comes back. Tasks of persons about
 * the older versions are closed: the newer one opens its own.
 */
#ifndef TOCSIN_DISPATCHER_SUPERSEDE_H
#define TOCSIN_DISPATCHER_SUPERSEDE_H

#include "dispatcher/app.h"
#include "store/advisory.h"
#include "store/notice.h"
#include "store/task.h"

/* Versions of row's advisory that are lower than it. */
MUST_USE enum status supersede_older(struct app *app, const struct advisory *row, struct err *err);

/* Does a task of this kind tell somebody of one version, or of one drill? A question, a key, or
 * mail that nobody read yet is for a person whatever becomes of that. */
bool supersede_tells(enum task_kind kind);

/*
 * A newer version was approved while this notice was at a place from which nobody could take it
 * (with a carrier, uncertain, bounced): it does not go out any more, by this route or another one.
 * *gone tells. So does a reminder to somebody who answered meanwhile, and whatever is about a drill
 * that has ended. To be asked where it would go out again, never of one that is fine where it is.
 */
MUST_USE enum status supersede_notice(bool *gone, struct app *app, struct notice *notice,
                                      struct err *err);
/* The last moment at which a notice can be kept from leaving behind a newer version: ERR_STALE. */
MUST_USE enum status supersede_forbids(struct app *app, const struct notice *notice,
                                       struct err *err);

#endif
