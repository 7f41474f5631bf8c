/*
 * dispatcher/duties/fact_told - the first notice in a jurisdiction is a fact of its case, without
 * anybody who enters it: customers_notified, with the instant and the code of that notice.
 *
 * Facts cascade: a notice to customers here is what another authority counts from. What was sent by
 * other means than ours is a fact that a person enters; of both the earlier governs.
 */
#ifndef TOCSIN_DISPATCHER_FACT_TOLD_H
#define TOCSIN_DISPATCHER_FACT_TOLD_H

#include "dispatcher/app.h"

/* Who entered such a fact: no person of ours. */
#define FACT_TOLD_BY "tocsin"

/*
 * Looks at each open case that is linked to an advisory, and adds what is wanting, once for each
 * case and jurisdiction, whatever a person made of it since; duties follow in the same transaction.
 * One that fails becomes a task. *did: one was added.
 */
MUST_USE enum status fact_told_act(struct app *app, bool *did, struct err *err);

#endif
