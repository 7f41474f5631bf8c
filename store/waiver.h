/*
 * store/waiver - findings of the gate that a named person lets pass, and the sets that wait for it.
 *
 * Owns: tables waiver, held. A waiver is for one finding, in its words, of exactly these bytes; it
 * stays when they are an advisory of the register. One that was taken back stays on record, and the
 * finding may be waived anew. A held set is no advisory yet.
 */
#ifndef TOCSIN_STORE_WAIVER_H
#define TOCSIN_STORE_WAIVER_H

#include "store/store.h"

struct waiver {
    int64_t id;         /* 0 when new */
    const char *sha256; /* of the CSAF document */
    const char *test, *pointer;
    const char *finding; /* the sentence that the person has read */
    const char *person;
    enum role role;
    const char *reason;
    int64_t at_ms;
    const char *withdrawn_by, *withdrawn_reason; /* NULL: it is in force */
    enum role withdrawn_role;
    int64_t withdrawn_ms; /* 0: it is in force */
};
/* Fills id. Returns ERR_EXISTS when a waiver of this finding is in force. */
MUST_USE enum status waiver_add(struct waiver *waiver, struct store *store, struct err *err);
/* Takes it back: by its id and the members withdrawn_*. ERR_STALE when it is not in force. */
MUST_USE enum status waiver_withdraw(struct store *store, const struct waiver *waiver,
                                     struct err *err);
/* Of these bytes, which are an advisory's sha256 or a held set's, in force or not; the oldest
 * first. */
MUST_USE enum status waiver_list(struct waiver **out, size_t *count, struct arena *arena,
                                 struct store *store, const char *sha256, struct err *err);

struct held {
    const char *tracking, *version;
    const char *sha256; /* blob */
    const char *name;
    const char *order_sha256, *order_name; /* blob, or NULL */
    int64_t at_ms;                         /* since when */
};
/* In the place of another one of the same id and version: the document was mended. */
MUST_USE enum status held_put(struct store *store, const struct held *held, struct err *err);
/* The oldest first; tracking NULL: all; version NULL: any. */
MUST_USE enum status held_list(struct held **out, size_t *count, struct arena *arena,
                               struct store *store, const char *tracking, const char *version,
                               struct err *err);
/* Fine when there is none. */
MUST_USE enum status held_remove(struct store *store, const char *tracking, const char *version,
                                 struct err *err);

#endif
