/*
 * dispatcher/submit/submit - one advisory and its order come in; op_submit (dispatcher/op.h) and
 * the watched folder (dispatcher/submit/watch.h) stand on it.
 *
 * Arguments of op_submit, from OP_ARG on: file name, its bytes, name of the order or absent, bytes
 * of the order, 1 for JSON, then pairs of (file name, bytes) of signatures found beside.
 */
#ifndef TOCSIN_DISPATCHER_SUBMIT_H
#define TOCSIN_DISPATCHER_SUBMIT_H

#include "config/order.h"
#include "dispatcher/app.h"
#include "store/advisory.h"

struct submission {
    const char *name, *order_name; /* for people; order_name NULL: no order */
    struct bytes text, order;
    bool json;
    bool may_grow; /* perhaps half a file: when no CSAF can be read from it, it is refused without
                      an entry in the log, and is submitted again */
};

struct submitted {
    const char *tracking, *version; /* of the row; in the arena */
    const char *order_sha256;       /* NULL: without an order */
    enum advisory_state state;
    bool waits;    /* on ERR_REFUSED: kept by the store, only waivers are wanting */
    bool readable; /* the bytes are CSAF, whatever the gate says of it (also on ERR_REFUSED) */
};

/*
 * Gate, order, register, in transactions of its own. The same bytes again are harmless. Findings
 * and what happened go to *words. ERR_REFUSED: the gate, the order or the register says no.
 */
MUST_USE enum status submit_take(struct submitted *out, struct arena *arena, struct app *app,
                                 const struct submission *in, struct str *words, struct err *err);

#endif
