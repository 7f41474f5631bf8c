/*
 * seal/open - a message that somebody encrypted to us, opened.
 *
 * For a process that does nothing else: the plaintext is as foreign as the ciphertext was.
 * Signatures in it are not looked at: nothing here says who wrote it.
 */
#ifndef TOCSIN_SEAL_OPEN_H
#define TOCSIN_SEAL_OPEN_H

#include "base/str.h"

/*
 * Append the plaintext to *out, whose limit bounds what is unpacked. home: a GNUPGHOME with secret
 * keys for this alone, without passphrase; its settings are written anew, and its agent is ended.
 * Returns ERR_NOT_FOUND (no such home), ERR_REFUSED (for no key in it, damaged, without integrity
 * protection), ERR_LIMIT (larger than *out may be), ERR_IO. *out is as it was but on OK.
 */
MUST_USE enum status open_message(struct str *out, const char *home, struct bytes message,
                                  struct err *err);

#endif
