/*
 * store/checkpoint - signed checkpoints of the evidence log, and the time-stamps over them.
 *
 * Owns: tables checkpoint, stamp. Notes and tokens are opaque bytes here; what they mean is
 * evidence/note.h and evidence/stamp.h.
 */
#ifndef TOCSIN_STORE_CHECKPOINT_H
#define TOCSIN_STORE_CHECKPOINT_H

#include "store/store.h"

struct checkpoint_row {
    int64_t size;      /* entries that it covers */
    struct bytes note; /* the signed note, in the arena */
    int64_t at_ms;     /* when its signer began to read: every entry before is covered */
};
/* The same size again with the same bytes is fine; ERR_EXISTS with others. */
MUST_USE enum status checkpoint_add(struct store *store, const struct checkpoint_row *row,
                                    struct err *err);
/* The largest. ERR_NOT_FOUND: none was signed yet. */
MUST_USE enum status checkpoint_last(struct checkpoint_row *out, struct arena *arena,
                                     struct store *store, struct err *err);
/* The smallest of at least size entries. ERR_NOT_FOUND. */
MUST_USE enum status checkpoint_from(struct checkpoint_row *out, struct arena *arena,
                                     struct store *store, int64_t size, struct err *err);

struct stamp_row {
    int64_t size;
    const char *authority;
    struct bytes token;
    int64_t at_ms;       /* what the authority says */
    int64_t cert_end_ms; /* when its certificate ends; 0: not known */
    const char *roots;   /* blob: the certificates (PEM) that it was judged with; NULL: not kept */
};
MUST_USE enum status stamp_add(struct store *store, const struct stamp_row *row, struct err *err);
/* All, ascending by size, authority, instant. */
MUST_USE enum status stamp_list(struct stamp_row **out, size_t *count, struct arena *arena,
                                struct store *store, struct err *err);
/* The newest of this authority, without its token. ERR_NOT_FOUND. */
MUST_USE enum status stamp_newest(struct stamp_row *out, struct arena *arena, struct store *store,
                                  const char *authority, struct err *err);

#endif
