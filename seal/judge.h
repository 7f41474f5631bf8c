/*
 * seal/judge - what GnuPG says of a certificate, weighed by our own minimum.
 */
#ifndef TOCSIN_SEAL_JUDGE_H
#define TOCSIN_SEAL_JUDGE_H

#include "seal/cert.h"
#include "seal/home.h"

#include <gpgme.h>

/* RSA, DSA and ElGamal below the first number are refused, below the second warned about. */
#define JUDGE_WEAK_BITS 2048U
#define JUDGE_WARN_BITS 3072U

/*
 * The one key that GnuPG finds in packets, checked in this scratch home and not kept.
 * Returns ERR_NOT_FOUND when it accepts none, ERR_INVALID when there are several, ERR_IO.
 */
MUST_USE enum status judge_list(gpgme_key_t *out, const struct home *home, struct bytes packets,
                                struct err *err);

/* One key or subkey. why (of size bytes) says in words what is wrong; "" when GOOD. */
enum cert_state judge_key(const struct _gpgme_subkey *key, int64_t now_ms, char *why, size_t size);

/*
 * The newest usable key for the purpose; subkeys come before the primary key. When none is
 * usable, the newest of them, so that its fault can be told. NULL when none has the purpose.
 */
gpgme_subkey_t judge_choose(gpgme_key_t key, bool for_signing, int64_t now_ms);

bool judge_has_purpose(const struct _gpgme_subkey *key, bool for_signing);

#endif
