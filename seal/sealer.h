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
    bool other_clock;       /* gpg.conf names an instant */
    size_t broadcast_files; /* certificates of seal/broadcast that stand in the home */
};

/*
 * The name of a broadcast's certificate number i. They stay until the sealer is closed and are
 * written over: looking for free inodes was a fifth of what a broadcast cost a sealer.
 */
#define SEALER_FILE 32
void sealer_name_file(char out[SEALER_FILE], size_t i);

/* --file takes the newest subkey of what it finds: there must be no choice. ERR_REFUSED. */
MUST_USE enum status sealer_check_cert(struct bytes cert, const char *sub_fpr, struct err *err);

/* The payload, whole and read back. ERR_INVALID (larger than any mail may be), ERR_CORRUPT. */
MUST_USE enum status sealer_write_payload(struct str *out, const struct plan *plan, bool sealed,
                                          struct err *err);

/*
 * Sign and encrypt in one go (RFC 3156 §6.2) for the certificates in files of the home: "--file",
 * line end, path, line end, path ... What comes is appended to *out.
 * Returns ERR_REFUSED (a key is unusable; *bad is the path of its file when GnuPG named it,
 * borrowed until the next operation), ERR_IO. Whatever was made is not in *out then: text may be
 * encrypted already for the others.
 */
MUST_USE enum status sealer_run(struct str *out, const char **bad, struct sealer *sealer,
                                const char *files, bool armor, struct bytes plain, struct err *err);

#endif
