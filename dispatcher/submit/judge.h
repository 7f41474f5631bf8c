/*
 * dispatcher/submit/judge - the gate with all that this installation knows: the order, the register
 * of products, and the waivers of exactly these bytes.
 */
#ifndef TOCSIN_DISPATCHER_JUDGE_H
#define TOCSIN_DISPATCHER_JUDGE_H

#include "advisory/gate.h"
#include "config/order.h"
#include "dispatcher/app.h"

/*
 * As gate_check; order NULL: it cannot be read. *out is to be disposed of whatever is returned,
 * *out_csaf is the caller's. Fails only as the store does.
 */
MUST_USE enum status judge_set(struct gate_result *out, struct csaf **out_csaf, struct arena *arena,
                               struct app *app, struct bytes text, const struct order *order,
                               struct err *err);
/*
 * The parts of it, for `check`: what the order says (facts must live as long as the context), the
 * products of the register, the waivers of these bytes.
 */
void judge_order(struct gate_context *context, struct gate_order *facts, struct arena *arena,
                 const struct order *order);
MUST_USE enum status judge_register(struct gate_context *context, struct arena *arena,
                                    struct app *app, struct err *err);
MUST_USE enum status judge_waivers(struct gate_context *context, struct arena *arena,
                                   struct app *app, struct bytes text, struct err *err);
/* How many findings refuse it, and nobody has waived them. */
size_t judge_wanting(const struct gate_result *gate);

#endif
