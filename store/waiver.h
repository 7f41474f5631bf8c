/*
 * store/waiver - findings of the gate that a named person lets pass, and the sets that wait for it.
 *
 * Owns: tables waiver, held. A waiver is for one finding, in its words, of exactly these bytes; it
 * stays when they are an advisory of the register. A held set is no advisory yet.
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
};
/* Fills id. Returns ERR_EXISTS when this finding is waived already. */
MUST_USE enum status waiver_add(struct waiver *waiver, struct store *store, struct err *err);
/* Of these bytes, which are an advisory's sha256 or a held set's; the oldest first. */
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
