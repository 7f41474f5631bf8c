/* Ciphertext opened by programs that share no code with us: fail the test when they cannot. */
#ifndef TOCSIN_TESTS_SEAL_OPENS_H
#define TOCSIN_TESTS_SEAL_OPENS_H

#include "tests/seal/fixture.h"

/* gpg opens it, knows the signer and what was used, and finds the plain bytes. */
void opens_gpg(const struct fixture *f, struct bytes ciphertext, const struct str *plain);
/* So does Sequoia with the secret key fpr, which shares no code with GnuPG. */
void opens_sq(const struct fixture *f, struct bytes ciphertext, const char *fpr,
              const struct str *plain);

#endif
