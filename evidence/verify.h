/*
 * evidence/verify - an evidence bundle, judged as docs/bundle.md says.
 *
 * Streams: memory grows with the number of files and notes, never with the length of the log. Needs
 * base, OpenSSL and the bundle, nothing of an installation. The same verdict as verify.sh.
 */
#ifndef TOCSIN_EVIDENCE_VERIFY_H
#define TOCSIN_EVIDENCE_VERIFY_H

#include "base/sha256.h"

struct bundle_verdict {
    const char *reason; /* of the closed list; NULL: the bundle is good */
    char where[160];    /* "entry 12", "blobs/…", "anchor" */
    int64_t start;      /* entries left out at the front */
    int64_t entries;    /* in the bundle */
    struct sha256 root; /* of the whole log */
    size_t notes, stamps, values, blobs, files;
    bool anchored;    /* an anchor was given, and the log only grew since */
    char signer[160]; /* NAME+KEYID of the first key: compare it with one that you trust */
    size_t keys;      /* how many signed one after the other */
    int64_t
        epoch_at;  /* the last entry that ends an epoch, if there is one: signed history is lost */
    size_t epochs; /* how many such entries, also in a bundle that is bad behind them */
};

/*
 * path: a folder or a tar. anchor: a signed note that the auditor kept, or size 0.
 * OK: *out tells. Else there is no verdict: ERR_NOT_FOUND, ERR_IO, ERR_LIMIT, ERR_INVALID (no
 * bundle), with words.
 */
MUST_USE enum status bundle_verify(struct bundle_verdict *out, const char *path,
                                   struct bytes anchor, struct err *err);
/* The same, and the values of a disclosure that came apart from the bundle. disclosed: NULL: none.
 */
MUST_USE enum status bundle_verify_with(struct bundle_verdict *out, const char *path,
                                        struct bytes anchor, const char *disclosed,
                                        struct err *err);

/*
 * Where the entries of a bundle begin and what its checkpoint says, as they stand there: not
 * judged. Errors as bundle_verify; ERR_INVALID also when one of the two files is missing or no such
 * file.
 */
MUST_USE enum status bundle_extent(int64_t *start, struct str *checkpoint, const char *path,
                                   struct err *err);

#endif
