/*
 * dispatcher/workers/signer_inner - what the signer keeps between its messages. Internal to
 * signer*.c.
 */
#ifndef TOCSIN_DISPATCHER_SIGNER_INNER_H
#define TOCSIN_DISPATCHER_SIGNER_INNER_H

#include "dispatcher/signed/log_keys.h"
#include "evidence/signed.h"

struct signer {
    struct store *store;
    char *secret; /* the folder */
    char *lock_path, *key_path, *next_path;
    char *state_path[2];
    char *origin; /* name of the log, as the parent says */
    int lock;
    struct note_signer *key;
    struct signed_state state;
    bool known;         /* state is what was signed last */
    struct err refusal; /* why nothing is signed, though questions are answered; code OK: none */
};

/* What it remembers (signer_memory.c). Returns ERR_IO. */
MUST_USE enum status signer_recall(struct signer *s, struct err *err);
/*
 * Does the log end the epoch of what is remembered, exactly that, and is nothing signed yet in the
 * one that has the name of now? Then what was signed before binds no more.
 */
MUST_USE enum status signer_begins_epoch(bool *out, const struct signer *s, struct err *err);
MUST_USE enum status signer_remember(struct signer *s, const struct signed_state *state,
                                     struct err *err);

/*
 * The key to sign with (signer_key.c): makes the first one; takes the next one when the log names
 * it and the one until now has vouched for it. Returns ERR_NOT_FOUND, ERR_INVALID, ERR_IO.
 */
MUST_USE enum status signer_take_key(struct signer *s, struct err *err);
/*
 * The next key, which signs nothing until then: a new one, or the one that was made before and
 * never named. Its verifier line goes to out. Returns ERR_STALE (the last change is not finished),
 * ERR_IO.
 */
MUST_USE enum status signer_next_key(struct str *out, struct signer *s, struct err *err);

#endif
