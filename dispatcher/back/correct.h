/*
 * dispatcher/back/correct - an address that bounced is corrected, and what waited for it leaves.
 */
#ifndef TOCSIN_DISPATCHER_CORRECT_H
#define TOCSIN_DISPATCHER_CORRECT_H

#include "dispatcher/app.h"
#include "store/notice.h"

struct correct {
    const char *to, *by, *reason; /* of a person */
    const char *was;              /* filled: the address that it was until now; in the arena */
    int64_t done;                 /* filled: notices that go to the new one */
};
/*
 * The address that this notice bounced from is another one from now on, in the register, too; the
 * notice goes there, and with it each one of that party that a person has, or the queue, under the
 * old address. Inside a transaction. ERR_INVALID: `to` is no address; ERR_REFUSED: it is the same,
 * the notice has none, or the register does not have it any more.
 */
MUST_USE enum status correct_address(struct correct *c, struct arena *arena, struct app *app,
                                     struct notice *notice, struct err *err);

#endif
