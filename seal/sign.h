/*
 * seal/sign - signatures of persons over texts, and the maker's own key.
 */
#ifndef TOCSIN_SEAL_SIGN_H
#define TOCSIN_SEAL_SIGN_H

#include "base/clock.h"

struct signature {
    char fpr[65];  /* primary fingerprint of the key that signed */
    int64_t at_ms; /* the signature's own time */
    /* The signed text (clear-signed form) as the signer saw it, but for space at the ends of lines,
       which no signature covers: each line ends with LF. Empty for detached ones and on failure. */
    struct str text;
};
void signature_dispose(struct signature *s);

/*
 * Verify a clear-signed text, or a detached signature over data, with exactly the certificate
 * given (armoured or binary), which is judged at now_ms as cert_read does. Returns ERR_REFUSED
 * (bad signature, other key, a key that is expired, revoked, weak or not yet valid, several
 * signatures, SHA-1/MD5), ERR_INVALID (no signature in it, or text around the signed text), ERR_IO.
 */
MUST_USE enum status sign_verify_clear(struct signature *out, struct bytes signed_text,
                                       struct bytes cert, const char *scratch_dir, int64_t now_ms,
                                       struct err *err);
MUST_USE enum status sign_verify_detached(struct signature *out, struct bytes data,
                                          struct bytes signature, struct bytes cert,
                                          const char *scratch_dir, int64_t now_ms, struct err *err);

/*
 * Clear-sign text with the secret half of fpr in the caller's own GnuPG home (NULL: the default
 * one), through gpg-agent, which may ask for the passphrase. Returns ERR_NOT_FOUND (no such secret
 * key), ERR_IO.
 */
MUST_USE enum status sign_clear(struct str *out, const char *text, const char *fpr,
                                const char *gnupghome, struct err *err);

/*
 * Make the maker's signing key (ed25519) without passphrase in a new home of mode 0700, and fill
 * fpr. Leaves no agent. Returns ERR_EXISTS (something is in home), ERR_INVALID (user_id), ERR_IO.
 */
MUST_USE enum status sign_make_key(char fpr[65], struct str *out_public_armoured, const char *home,
                                   const char *user_id, struct err *err);
/*
 * The fingerprint of the one secret key for signing in home; starts no agent.
 * Returns ERR_NOT_FOUND, ERR_INVALID (there are several), ERR_IO.
 */
MUST_USE enum status sign_find_key(char fpr[65], const char *home, struct err *err);
/* The same, and its public half. */
MUST_USE enum status sign_export_key(char fpr[65], struct str *out_public_armoured,
                                     const char *home, struct err *err);
/* End the gpg-agent that belongs to this home and wait until it is gone; none is fine. */
void sign_home_close(const char *home);
/*
 * For the home of a worker that was killed, which nobody else uses: end at once every process of
 * ours that was started with --homedir home, or a folder in it, gpg in mid-work and agents alike,
 * and those that have it in their environment: started by us for that home, or under
 * SIGN_RUNTIME=home. home as it was given to them. sign_home_close is still needed for sockets
 * elsewhere.
 */
void sign_home_kill(const char *home);
/* In the environment of a process that has workers, and of all they start: its private folder. */
#define SIGN_RUNTIME "TOCSIN_RUNTIME"

/*
 * How long one operation of GnuPG may last in this process, in ms, before its gpg is ended: ERR_IO
 * then. A minute unless said otherwise; 0: no limit. Not for
 * sign_clear, where a person may be asked for a passphrase, nor in the caller's own GnuPG home.
 */
void sign_set_limit(int ms);
/*
 * The same, but what is over the limit ends this process with all that it started: for a worker
 * that leads its process group. Its parent sees it go, and knows which notice is to blame.
 */
void sign_set_limit_of_worker(int ms);
/* Remove locks of GnuPG, and their temporary files, whose owner on this machine is gone. */
void sign_home_sweep(const char *home);

/*
 * The key of a person of ours in the caller's own GnuPG home: the first secret key of this address
 * that can sign; when there is none and create_user_id is not NULL, one is made (without
 * passphrase: for test installations). Returns ERR_NOT_FOUND, ERR_IO.
 */
MUST_USE enum status sign_person_key(char fpr[65], struct str *out_public_armoured,
                                     const char *mail, const char *create_user_id, struct err *err);

#endif
