/*
 * seal/sign - signatures of persons over texts, and the maker's own key.
 */
#ifndef TOCSIN_SEAL_SIGN_H
#define TOCSIN_SEAL_SIGN_H

#include "base/clock.h"

struct signature {
    char fpr[65];      /* primary fingerprint of the key that signed */
    int64_t at_ms;     /* the signature's own time */
    struct str text;   /* the signed text (clear-signed form), as the signer saw it, LF; else empty */
};
void signature_dispose(struct signature *s);

/*
 * Verify a clear-signed text, or a detached signature over data, with exactly the certificate
 * given (armoured or binary). Returns ERR_REFUSED (bad signature, other key, expired or revoked key,
 * several signatures, SHA-1/MD5), ERR_INVALID (no signature in it), ERR_IO.
 */
MUST_USE enum status sign_verify_clear(struct signature *out, struct bytes signed_text,
                                       struct bytes cert, const char *scratch_dir, int64_t now_ms,
                                       struct err *err);
MUST_USE enum status sign_verify_detached(struct signature *out, struct bytes data,
                                          struct bytes signature, struct bytes cert,
                                          const char *scratch_dir, int64_t now_ms, struct err *err);

/*
 * Clear-sign text with the secret half of fpr in the caller's own GnuPG home (NULL: the default
 * one), through gpg-agent, which may ask for the passphrase. Returns ERR_NOT_FOUND (no such secret key), ERR_IO.
 */
MUST_USE enum status sign_clear(struct str *out, const char *text, const char *fpr,
                                const char *gnupghome, struct err *err);

/* Make the maker's signing key (ed25519) without passphrase in a new home of mode 0700. Fills fpr. */
MUST_USE enum status sign_make_key(char fpr[65], struct str *out_public_armoured, const char *home,
                                   const char *user_id, struct err *err);
/* The fingerprint of the one secret key in home. */
MUST_USE enum status sign_find_key(char fpr[65], const char *home, struct err *err);
/* End every gpg-agent and helper that belongs to this home. */
void sign_home_close(const char *home);

#endif
