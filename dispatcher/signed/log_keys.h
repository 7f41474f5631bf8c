/*
 * dispatcher/signed/log_keys - which keys sign the log, by what the log itself says (log.key,
 * epoch.end).
 *
 * The name of the log is DOMAIN/tocsin/ID in its first epoch, and the same with "/N" behind it in
 * epoch N.
 */
#ifndef TOCSIN_DISPATCHER_LOG_KEYS_H
#define TOCSIN_DISPATCHER_LOG_KEYS_H

#include "base/arena.h"
#include "evidence/note.h"
#include "store/store.h"

struct log_key {
    char line[256]; /* verifier key, as in log.vkey, without its newline */
    int64_t idx;    /* of the entry that names it */
};

/* History that was signed is lost: two persons said so, and the log goes on under another name. */
struct log_epoch {
    int64_t idx;           /* of the entry epoch.end */
    const char *at;        /* its instant */
    int64_t head;          /* entries that were there when the first of them signed */
    int64_t last_size;     /* entries that were signed last; -1: nobody remembers */
    const char *last_root; /* NULL: nobody remembers */
    const char *origin, *next;
};

struct log_keys {
    struct log_key *key; /* the oldest first */
    size_t count;
    struct log_epoch *epoch; /* that ended, the oldest first */
    size_t epochs;
};
MUST_USE enum status log_keys_read(struct log_keys *out, struct arena *arena, struct store *store,
                                   struct err *err);
/* The key in force for what comes next; NULL: none was named yet. */
const struct log_key *log_keys_last(const struct log_keys *keys);

/*
 * Is there a checkpoint, signed by this key, over the entry idx? By that a key vouches for the next
 * one, and has signed its last.
 */
MUST_USE enum status log_keys_vouched(bool *out, struct store *store,
                                      const struct note_verifier *key, int64_t idx,
                                      struct err *err);

#endif
