/*
 * seal/parts - one certificate taken apart and put together smaller.
 *
 * Kept: the primary key, user ids and subkeys, each with its newest strong self-signatures and
 * its revocations. Dropped at once: what others signed, pictures, everything unknown, and
 * signatures by weak digests. So GnuPG never sees more than a bounded number of signatures.
 * Genuineness is GnuPG's matter, not ours. A revocation counts wherever it stands: none is dropped
 * without a word.
 */
#ifndef TOCSIN_SEAL_PARTS_H
#define TOCSIN_SEAL_PARTS_H

#include "seal/packet.h"

#define PARTS_MOST 128
#define PARTS_SIGNATURES 8 /* of each sort, at each part: the newest */

enum part_kind { PART_PRIMARY, PART_USER_ID, PART_SUBKEY };

struct part_signatures {
    struct bytes whole[PARTS_SIGNATURES];
    int64_t created_s[PARTS_SIGNATURES];
    size_t count;
};

struct part {
    enum part_kind kind;
    struct bytes whole;
    struct bytes body;
    struct packet_key key; /* not for user ids */
    struct part_signatures bindings;
    struct part_signatures revocations;
    bool weak_binding;  /* a self-signature was dropped for its digest */
    bool weak_encrypts; /* ... and it says that the key is for encryption */
    bool weak_signs;
    /* A revocation that GnuPG cannot check (weak digest, other issuer), or more than are kept. */
    bool doubtful_revoked;
};

struct parts {
    struct part part[PARTS_MOST];
    size_t count; /* part[0] is the primary key */
};

/*
 * Everything is borrowed from packets. Returns ERR_REFUSED when a secret key is among them,
 * ERR_INVALID when they are not exactly one certificate of version 4, or one too large.
 */
MUST_USE enum status parts_read(struct parts *out, struct bytes packets, struct err *err);

/* Append the parts for which keep says true, in their order. */
void parts_write(struct str *out, const struct parts *parts, const bool keep[PARTS_MOST]);

/* The subkey (or primary key) of this fingerprint; NULL when there is none. */
const struct part *parts_find(const struct parts *parts, const char *fpr);

#endif
