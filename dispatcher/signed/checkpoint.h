/*
 * dispatcher/signed/checkpoint - signed checkpoints of the log: when one is due, who signs, where
 * it goes.
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
 * And as soon as so many are not: the signer reads what came since, and who waits for its next
 * checkpoint (the authorities of an advisory) must not wait for a minute of another one's planning.
 */
#define CHECKPOINT_WITHIN_ENTRIES 8192
/*
 * A plan waits so long for a signer that lives and is at work; then its notices go without a
 * checkpoint. Reading a log of millions of entries after a start takes seconds, more under load;
 * a signer that failed is not waited for at all.
 */
#define CHECKPOINT_WAIT_MS (30 * MS_SECOND)
#define CHECKPOINT_WAIT_FIRST_MS (5 * MS_SECOND) /* authorities of a long list */

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
 * the signer did not sign the last time. So do the authorities of a long list, for what names them
 * (plan.first), not longer than CHECKPOINT_WAIT_FIRST_MS. *holds: it waits; one is demanded.
 */
MUST_USE enum status checkpoint_holds_plan(bool *holds, struct checkpoint *c, struct err *err);

#define CHECKPOINT_KEY 256 /* a verifier key with its NUL */
/* A verifier key without its newline; false when there is none, or it is too long. */
bool checkpoint_line(char out[CHECKPOINT_KEY], const char *line);

/* What the signer remembers, whether it signs or not. */
struct checkpoint_memory {
    int64_t size;  /* entries that were signed last; -1: it remembers none */
    char root[65]; /* "": none */
    int64_t at_ms;
    char key[CHECKPOINT_KEY]; /* it has; "": none */
};

/*
 * What an operation asks of the signer. The signer may be busy for seconds, so nobody waits in an
 * operation: it wishes (checkpoint_wish), returns OK, and is run again with the answer, step by
 * step (dispatcher/op.h). One more entry may stand in the log by then than when it asked.
 */
enum checkpoint_wish {
    WISH_NONE,
    WISH_CHECKPOINT, /* over every entry that is in the store now; makes the key of the log when
                        there is none yet. ERR_REFUSED: an alarm is recorded */
    WISH_SIGN, /* Ed25519 over a list of sums, as sha256sum prints it; nothing else is signed */
    WISH_KEY,  /* the signer makes the key that comes after the one in force (and keeps it), or
                  tells of the one that it made and nobody named. It signs nothing until the log
                  names it. ERR_STALE: the last change is not finished */
    WISH_MEMORY
};
struct checkpoint_ask {
    int step; /* wishes so far: which part of the operation comes next */
    enum checkpoint_wish wish;
    struct bytes sums; /* of WISH_SIGN; borrowed until it is answered */
    struct err cause;  /* of the last wish; code OK: it was granted. ERR_IO: try again */
    unsigned char signature[64];
    char key[CHECKPOINT_KEY];
    struct checkpoint_memory memory;
    struct checkpoint_ask *next; /* checkpoint.c's */
};
/* For an operation: its step ends here. OK. */
MUST_USE enum status checkpoint_wish(struct app *app, enum checkpoint_wish wish);
/* What became of the last wish: OK, or its cause in err. */
MUST_USE enum status checkpoint_granted(const struct app *app, struct err *err);

/* For the loop: answered by a later checkpoint_step, which sets its wish to WISH_NONE. */
void checkpoint_take(struct checkpoint *c, struct checkpoint_ask *ask);
/* Whoever asked went away; also of one that was never taken. */
void checkpoint_forget(struct checkpoint *c, const struct checkpoint_ask *ask);
/*
 * For a command that has the store for itself: waits until the ask is answered (some milliseconds;
 * longer when the signer reads the whole log). Returns ERR_IO and ERR_CORRUPT of the store.
 */
MUST_USE enum status checkpoint_serve(struct app *app, struct checkpoint_ask *ask, struct err *err);

/*
 * For notices: the newest checkpoint, when it covers what this one was planned by: the plan of its
 * advisory, or plan.first for an authority that is told before that. Appended to out; *whole: it
 * covers the plan, and serves every notice of the advisory. ERR_NOT_FOUND: none does.
 */
MUST_USE enum status checkpoint_for(struct str *out, bool *whole, struct app *app,
                                    const char *advisory_uid, const char *notice_uid,
                                    struct err *err);

#endif
