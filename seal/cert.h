/*
 * seal/cert - OpenPGP certificates of recipients and persons: read, judged, pinned.
 *
 * Pinned means: full fingerprints of the primary key and of one encryption subkey, and
 * the certificate stripped to just these, kept by the store. Nothing is ever looked up.
 */
#ifndef TOCSIN_SEAL_CERT_H
#define TOCSIN_SEAL_CERT_H

#include "base/clock.h"

enum cert_state {
    CERT_GOOD,
    CERT_WARN, /* RSA of 2048 to 3071 bits: taken with a warning */
    CERT_WEAK, /* RSA/DSA/ElGamal below 2048 bits, SHA-1 self-signature, unknown algorithm */
    CERT_EXPIRED,
    CERT_NOT_YET,
    CERT_REVOKED,
    CERT_SIGN_ONLY, /* no usable encryption subkey */
    CERT_INVALID    /* not one OpenPGP certificate */
};
const char *cert_state_word(enum cert_state state);
/* May text be sealed to it? (GOOD, WARN) */
bool cert_usable(enum cert_state state);

struct cert {
    enum cert_state state;
    char fpr[65];        /* primary, upper-case hex */
    char sub_fpr[65];    /* encryption subkey chosen: the newest usable; "" when none */
    char sub_keyid[17];  /* its key id, as the PKESK shows it */
    char algo[32];       /* "rsa3072", "cv25519", ... of the encryption subkey */
    int64_t expires_ms;  /* the earlier of primary and subkey; 0: never */
    char uid[256];       /* first user id, valid UTF-8, one line */
    char reason[200];    /* why it is not GOOD, in words */
    struct str stripped; /* binary certificate reduced to primary, uid and the pinned subkey */
    struct str names;    /* usable: every valid user id, each a line that ends */
};
void cert_dispose(struct cert *cert);

/*
 * data is an armoured or binary OpenPGP public key file with one certificate. A file with
 * a secret key in it is refused (ERR_REFUSED: "this file holds a secret key").
 * for_signing: judge the signing ability (persons' keys) instead of encryption; then sub_fpr is
 * the newest usable signing key, and stripped keeps every usable one.
 * scratch_dir: a private folder below which a throw-away GNUPGHOME is made.
 * OK also when state is not usable: state and reason tell; stripped and names are empty then.
 * Returns ERR_INVALID (unreadable), ERR_REFUSED, ERR_IO.
 */
MUST_USE enum status cert_read(struct cert *out, struct bytes data, bool for_signing,
                               const char *scratch_dir, int64_t now_ms, struct err *err);

#endif
