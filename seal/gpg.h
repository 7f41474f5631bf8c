/*
 * seal/gpg - GPGME, opened and asked in the same way everywhere.
 *
 * GPGME starts one gpg per operation, and that gpg inherits our environment: GPGME has no
 * other way. So an operation stands between gpg_quiet_begin and gpg_quiet_end, which put a
 * minimal environment in its place. Not thread-safe for that reason. Between them it is
 * limited in time as well; a list is over when its end was asked for.
 */
#ifndef TOCSIN_SEAL_GPG_H
#define TOCSIN_SEAL_GPG_H

#include "base/str.h"
#include "seal/sign.h"

#include <gpgme.h>

/* What GnuPG, started for this home, has in its environment: by that it is told from others. */
#define SIGN_HOME "TOCSIN_GPG"

/*
 * PATH, LC_ALL, HOME, whose worker we are (SIGN_RUNTIME), and which home it is for (NULL: the
 * caller's own): for whatever we start ourselves. Borrowed until the next call.
 */
char **gpg_environment(const char *home);

struct gpg_quiet {
    char **environment;
    struct limit *limit;
};
void gpg_quiet_begin(struct gpg_quiet *quiet, gpgme_ctx_t ctx);
/* The operation's error; GPG_ERR_TIMEOUT when it was ended, whatever it said. */
MUST_USE gpgme_error_t gpg_quiet_end(const struct gpg_quiet *quiet, gpgme_error_t error);

/* A context for this home, NULL for the caller's own; offline, armoured. Returns ERR_IO. */
MUST_USE enum status gpg_open(gpgme_ctx_t *out, const char *home, struct err *err);

/* Borrow data for reading. Returns ERR_IO. */
MUST_USE enum status gpg_data_of(gpgme_data_t *out, struct bytes data, struct err *err);
MUST_USE enum status gpg_data_new(gpgme_data_t *out, struct err *err);
/* Append what was written to data. Returns ERR_LIMIT, ERR_IO. */
MUST_USE enum status gpg_data_read(struct str *out, gpgme_data_t data, struct err *err);

/* err from an error of GPGME: "GnuPG: WHAT: its words". code is what the caller decides by. */
enum status gpg_fail(struct err *err, enum status code, gpgme_error_t error, const char *what);

/* GnuPG's gpgconf, as GPGME found it. Borrowed; NULL when there is none. */
const char *gpg_gpgconf(void);

#endif
