/*
 * dispatcher/run/work - what claiming, sealing, carrying and their failures do to one notice.
 *
 * Each function is one item of a group: inside an open transaction it reads the row, moves it and
 * records it. ERR_STALE: the answer came too late (superseded, cancelled) and changes nothing.
 * No processes, no sockets: dispatcher/run/core decides when, the loop does the talking.
 */
#ifndef TOCSIN_DISPATCHER_WORK_H
#define TOCSIN_DISPATCHER_WORK_H

#include "channels/channel.h"
#include "dispatcher/compose/compose.h"
#include "dispatcher/run/move.h"

/*
 * Crash points: a worker lost over a notice weighs ten, a claim that was never answered (our own
 * process died) one. At retry.crashes × 10 the notice is set aside as a task. Success clears them.
 */
#define WORK_CRASH_WORKER 10
#define WORK_CRASH_CLAIM 1

/*
 * PLANNED and due: a task when no mail can carry it, else claimed and *job is a JOB_SEAL frame.
 * *claimed tells which.
 */
MUST_USE enum status work_claim(struct frame_out *job, bool *claimed, struct app *app,
                                struct composer *composer, struct notice *notice, struct err *err);

/*
 * Many who read one text. Begin: *job is a JOB_MANY frame of nobody yet, with the text as `first`
 * reads it by the register of now; its row says so. *begun is false when it moved elsewhere
 * instead. Join: PLANNED and due; claimed and added to *job when it reads the text `wanted` (the
 * group of the first), else left for another time.
 */
MUST_USE enum status work_many_begin(struct frame_out *job, bool *begun, struct app *app,
                                     struct composer *composer, struct notice *first,
                                     struct err *err);
MUST_USE enum status work_many_join(struct frame_out *job, bool *claimed, struct app *app,
                                    struct composer *composer, struct notice *notice,
                                    const char *wanted, struct err *err);

/* What comes before each claim, alone or with others; *may is false when it moved elsewhere. */
MUST_USE enum status work_may_claim(bool *may, struct app *app, struct notice *notice,
                                    struct err *err);
/* A task, once, when an update is composed without what changed. */
MUST_USE enum status work_tell_doubt(struct app *app, const struct composer *composer,
                                     struct err *err);
/* Composing failed so: another route, or the failure itself. */
MUST_USE enum status work_not_composed(struct app *app, struct notice *notice, enum status status,
                                       const struct err *cause, struct err *err);

struct work_sealed {
    int64_t notice_id;
    const char *message_id;
    struct bytes message, plain;
    const char *plain_sha256; /* of a plain text that is in the store already, or NULL */
};
MUST_USE enum status work_sealed(struct app *app, const struct work_sealed *sealed,
                                 struct err *err);
/* status and text are the sealer's: REFUSED means the key cannot be used. */
MUST_USE enum status work_unsealed(struct app *app, int64_t notice_id, enum status status,
                                   const char *text, struct err *err);

/* READY and due: begin an attempt; *job is a JOB_PARCEL frame, *attempt_id its id. */
MUST_USE enum status work_begin(struct frame_out *job, int64_t *attempt_id, struct app *app,
                                struct notice *notice, const char *endpoint, struct err *err);
/* OK: attempt.dot is in the transaction; leave may be given once it is durable. */
MUST_USE enum status work_dot(struct app *app, int64_t attempt_id, struct err *err);
MUST_USE enum status work_done(struct app *app, int64_t attempt_id, const struct receipt *receipt,
                               const char *endpoint, struct err *err);

/*
 * The sealer of this notice is gone. Guilty: it was the one being worked on. Suspect: it was one of
 * many that were worked on at once; its claim stays on it, so that it goes alone next time.
 */
enum work_blame { WORK_INNOCENT, WORK_SUSPECT, WORK_GUILTY };
MUST_USE enum status work_sealer_lost(struct app *app, int64_t notice_id, enum work_blame blame,
                                      struct err *err);
MUST_USE enum status work_carrier_lost(struct app *app, int64_t attempt_id, bool guilty,
                                       struct err *err);

/* UNCERTAIN whose hold is over: again the same bytes, or after three a task. */
MUST_USE enum status work_hold_over(struct app *app, struct notice *notice, struct err *err);
/* ACCEPTED whose bounce watch is over. */
MUST_USE enum status work_watch_over(struct app *app, struct notice *notice, struct err *err);

/*
 * After a start: whatever a dead process held is due again or uncertain. One bounded step in its
 * own transaction; *more: call again.
 */
MUST_USE enum status work_recover(struct app *app, bool *more, struct err *err);

#endif
