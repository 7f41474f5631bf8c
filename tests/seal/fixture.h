/* A maker with a sealer's home, recipients, and a plain mail: what tests of mails begin with. */
#ifndef TOCSIN_TESTS_SEAL_FIXTURE_H
#define TOCSIN_TESTS_SEAL_FIXTURE_H

#include "seal/cert.h"
#include "seal/mail.h"
#include "tests/seal/keys.h"

struct fixture {
    struct keys keys;
    int64_t now_ms;
    char maker[65]; /* fingerprint; keys.home knows its public half */
    char *sealer_home;
    char *maker_path; /* file with the maker's public key */
};
void fixture_begin(struct fixture *f);
void fixture_end(struct fixture *f);

struct sealer *fixture_sealer(const struct fixture *f);
/* A recipient with a subkey of this kind, as the store keeps it; fpr of the primary key out. */
void fixture_recipient(const struct fixture *f, struct cert *cert, char fpr[65], const char *name,
                       const char *algo, const char *sub_algo);
/* Seal with a sealer of its own; nothing may be left of it. */
void fixture_seal(const struct fixture *f, struct sealed_mail *out, const struct mail *mail,
                  const struct cert *cert);

struct mail fixture_mail(void);

#endif
