/*
 * dispatcher/release/who_signed - which person of the configuration made a signature.
 */
#ifndef TOCSIN_DISPATCHER_WHO_SIGNED_H
#define TOCSIN_DISPATCHER_WHO_SIGNED_H

#include "dispatcher/app.h"
#include "seal/sign.h"

/*
 * Every person's key is tried; the first that verifies is the signer. data NULL: the clear-signed
 * form, whose text is in *out; else a detached signature over data. name: where it came from, for
 * errors. Returns ERR_REFUSED (nobody's), ERR_IO (when one could not be tried it may be theirs:
 * that is no "no"). Dispose of *out in any case.
 */
MUST_USE enum status who_signed(const struct person **person, struct signature *out,
                                struct app *app, const struct str *data, struct bytes signature,
                                const char *name, struct err *err);

#endif
