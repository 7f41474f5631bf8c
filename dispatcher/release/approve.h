/*
 * dispatcher/release/approve - signatures of named persons over exact bytes (21 CFR 11.50, 11.70).
 *
 * Two forms: a clear-signed readable statement, or the detached signature of CSAF §7.1.19 over the
 * advisory's bytes. One advisory is released when the configured number of different persons with a
 * releasing role have signed.
 */
#ifndef TOCSIN_DISPATCHER_APPROVE_H
#define TOCSIN_DISPATCHER_APPROVE_H

#include "dispatcher/app.h"
#include "store/advisory.h"

/* The text that an approver signs: eight lines, each ended by LF. */
void approve_statement(struct str *out, const struct advisory *row, const struct person *person,
                       enum role role, int64_t at_ms);

/* The role a person signs in: `wanted` (NULL: the first releasing one). ERR_REFUSED. */
MUST_USE enum status approve_role(enum role *out, const struct settings *settings,
                                  const struct person *person, const char *wanted, struct err *err);

/*
 * Take one signature (either form, told from its bytes) for this advisory, on app's open store.
 * Releases the advisory when it suffices. Words about what happened go to *out.
 * ERR_REFUSED: bad, unknown key, other bytes, no releasing role. ERR_EXISTS: signed by them
 * already.
 */
MUST_USE enum status approve_signature(struct app *app, const char *tracking, const char *version,
                                       const char *name, struct bytes signature, struct str *out,
                                       struct err *err);

#endif
