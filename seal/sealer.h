/*
 * seal/sealer - the inside of a sealer: what its two forms, seal/mail and seal/broadcast, share.
 */
#ifndef TOCSIN_SEAL_SEALER_H
#define TOCSIN_SEAL_SEALER_H

#include "seal/home.h"
#include "seal/plan.h"

#include <gpgme.h>

struct sealer {
    struct home home;
    gpgme_ctx_t ctx;
    bool other_clock; /* gpg.conf names an instant */
};

/*
 * Append the blob of a recipient's certificate (seal/keybox), which must hold the pinned subkey and
 * no other: there must be no choice. Returns ERR_REFUSED.
 */
MUST_USE enum status sealer_add_cert(struct str *blobs, struct bytes cert, const char *sub_fpr,
                                     struct err *err);

/* The payload, whole and read back. ERR_INVALID (larger than any mail may be), ERR_CORRUPT. */
MUST_USE enum status sealer_write_payload(struct str *out, const struct plan *plan, bool sealed,
                                          struct err *err);

/*
 * Sign and encrypt in one go (RFC 3156 §6.2) for recipients, a line for each: the subkey's
 * fingerprint and "!", so that it is this one and no other. Their certificates are in blobs
 * (sealer_add_cert). What comes is appended to *out.
 * Returns ERR_REFUSED (a key is unusable; *bad is its line when GnuPG named it, borrowed until the
 * next operation), ERR_IO. Whatever was made is not in *out then: text may be encrypted already
 * for the others.
 */
MUST_USE enum status sealer_run(struct str *out, const char **bad, struct sealer *sealer,
                                const char *recipients, struct bytes blobs, bool armor,
                                struct bytes plain, struct err *err);

#endif
