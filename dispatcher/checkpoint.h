/*
 * dispatcher/checkpoint - signed checkpoints of the log: when one is due, who signs, where it goes.
 *
 * The signer is a child of its own (worker "signer"): it reads the store, holds the log's key, and
 * signs only what extends the last tree that it signed. It lives for one checkpoint. What it
 * refuses is an alarm (fault.detected, a task); notices go on.
 */
#ifndef TOCSIN_DISPATCHER_CHECKPOINT_H
#define TOCSIN_DISPATCHER_CHECKPOINT_H

#include "dispatcher/app.h"

/* At most so long after an entry it is covered by a checkpoint. */
#define CHECKPOINT_WITHIN_MS MS_MINUTE
/*
 * A plan waits so long for a signer that lives and is at work; then its notices go without a
 * checkpoint. Reading a log of millions of entries after a start takes seconds, more under load;
 * a signer that failed is not waited for at all.
 */
#define CHECKPOINT_WAIT_MS (30 * MS_SECOND)

/* For the loop: never blocks. */
struct checkpoint; /* opaque */

struct checkpoint *checkpoint_open(struct app *app);
void checkpoint_close(struct checkpoint *c); /* NULL is fine */
/* What to poll for reading; -1: nothing now. */
int checkpoint_fd(const struct checkpoint *c);
/* As soon as possible, over what is in the store when the signer reads it. */
void checkpoint_demand(struct checkpoint *c);
/*
 * Start the signer when a checkpoint is due, read what it says, keep what it signed. Opens and
 * commits its own transactions. Returns ERR_IO and ERR_CORRUPT of the store; what the signer
 * refuses is recorded and OK.
 */
MUST_USE enum status checkpoint_step(struct checkpoint *c, struct err *err);
/* Uptime at which there is something to do; INT64_MAX: not by itself. */
int64_t checkpoint_next(const struct checkpoint *c);
/* How many entries the newest checkpoint covers; 0 or less: there is none, or nobody looked yet. */
int64_t checkpoint_covered(const struct checkpoint *c);
/* Every entry is covered, or the signer does not sign now. */
bool checkpoint_idle(const struct checkpoint *c);

/*
 * A plan whose list is fixed and of which nothing is in the queue yet waits for a checkpoint that
 * covers it, so that its notices can carry that; not longer than CHECKPOINT_WAIT_MS, and not when
 * the signer did not sign the last time. *holds: it waits; one is demanded.
 */
MUST_USE enum status checkpoint_holds_plan(bool *holds, struct checkpoint *c, struct err *err);

/*
 * A checkpoint over every entry that is in the store now, for commands: waits for it (some
 * milliseconds; longer when the signer reads the whole log). Makes the key of the log when there is
 * none yet. The store is open for writing, no transaction is open.
 * Returns ERR_REFUSED (the signer does not sign; an alarm is recorded), ERR_IO.
 */
MUST_USE enum status checkpoint_now(struct app *app, struct err *err);
/*
 * The signer's signature (Ed25519, 64 bytes) over a list of sums, as sha256sum prints it, for
 * SHA256SUMS.sig; nothing else is signed. As checkpoint_now.
 */
MUST_USE enum status checkpoint_sign_sums(unsigned char out[64], struct app *app, struct bytes sums,
                                          struct err *err);

#define CHECKPOINT_KEY 256 /* a verifier key with its NUL */
/*
 * The signer makes the key that comes after the one in force (and keeps it to itself), or tells of
 * the one that it made and nobody named. It signs nothing until the log names it. Returns ERR_STALE
 * (the last change is not finished), else as checkpoint_now.
 */
MUST_USE enum status checkpoint_next_key(char line[CHECKPOINT_KEY], struct app *app,
                                         struct err *err);

/* What the signer remembers, whether it signs or not. */
struct checkpoint_memory {
    int64_t size;  /* entries that were signed last; -1: it remembers none */
    char root[65]; /* "": none */
    int64_t at_ms;
    char key[CHECKPOINT_KEY]; /* it has; "": none */
};
/* Returns ERR_REFUSED, ERR_IO. */
MUST_USE enum status checkpoint_recall(struct checkpoint_memory *out, struct app *app,
                                       struct err *err);

/*
 * For notices: the newest checkpoint, when it covers the plan of this advisory. Appended to out.
 * ERR_NOT_FOUND: none does, or the plan is not fixed yet.
 */
MUST_USE enum status checkpoint_for(struct str *out, struct app *app, const char *advisory_uid,
                                    struct err *err);

#endif
