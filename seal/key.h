/*
 * seal/key - making and exporting OpenPGP keys in a home that is open already.
 */
#ifndef TOCSIN_SEAL_KEY_H
#define TOCSIN_SEAL_KEY_H

#include "base/err.h"
#include "base/str.h"

#include <gpgme.h>

/* The public half of fpr, armoured and minimal, appended to out. */
MUST_USE enum status key_export(struct str *out, gpgme_ctx_t ctx, const char *fpr, struct err *err);
/* ed25519 for signing, without passphrase or end. */
MUST_USE enum status key_create(char fpr[65], gpgme_ctx_t ctx, const char *user_id,
                                struct err *err);

#endif
