/*
 * dispatcher/run/core - who works on what. Events and a clock in, frames for workers out.
 *
 * It has no I/O of its own but the store: no processes, sockets or signals, so that a simulator can
 * drive the real thing. The loop gathers events and calls core_group, which commits them and what
 * follows from them in one transaction; only after OK may the intents go out.
 */
#ifndef TOCSIN_DISPATCHER_CORE_H
#define TOCSIN_DISPATCHER_CORE_H

#include "base/frame.h"
#include "dispatcher/compose/compose.h"

enum worker { WORKER_SEALER, WORKER_CARRIER };

struct core_event {
    enum { CORE_FRAME, CORE_READY, CORE_LOST } type;
    enum worker worker;
    size_t slot;
    const struct frame *frame; /* CORE_FRAME: SEALED, UNSEALED, DOT or DONE; borrowed */
};

struct core_intent {
    enum worker worker;
    size_t slot;
    struct frame_out frame; /* goes to this worker; the receiver disposes */
};

struct core; /* opaque */

/* app and composer are borrowed. One carrier slot more than `connections`: the last is for files.
 */
MUST_USE enum status core_open(struct core **out, struct app *app, struct composer *composer,
                               size_t sealers, size_t connections, struct err *err);
void core_close(struct core *core); /* NULL is fine */

size_t core_sealers(const struct core *core);
size_t core_carriers(const struct core *core);
bool core_carrier_is_file(const struct core *core, size_t slot);

/*
 * Apply the events, then claim and begin what is due, in one durable transaction.
 * On an error nothing of it happened and the core is not to be used any more: end all workers,
 * open a new core (recovery makes everything due again).
 */
MUST_USE enum status core_group(struct core *core, const struct core_event *events, size_t count,
                                struct err *err);
/* The next intent of the last group; false: no more. */
bool core_take_intent(struct core_intent *out, struct core *core);

/* The last group moved something without a worker: there may be more of it, ask at once. */
bool core_moved(const struct core *core);
/* Jobs that are with workers now. */
size_t core_in_flight(const struct core *core);
/*
 * With these events, does every connection to the relay that may be open wait for our answer? Then
 * gathering more would only let them wait longer.
 */
bool core_all_wait(const struct core *core, const struct core_event *events, size_t count);
bool core_worker_busy(const struct core *core, enum worker worker, size_t slot);
/* Earliest instant at which something falls due by itself; INT64_MAX: never. */
MUST_USE enum status core_next_due(int64_t *out_ms, struct core *core, struct err *err);
/* For --until-idle: false when something is due now and could be done. */
MUST_USE enum status core_idle(bool *out, struct core *core, struct err *err);

#endif
