/*
 * dispatcher/release/signing - a person of ours signs a text that they have read, in their own
 * GnuPG home.
 */
#ifndef TOCSIN_DISPATCHER_SIGNING_H
#define TOCSIN_DISPATCHER_SIGNING_H

#include "dispatcher/app.h"

/*
 * Show statement, ask (unless yes), clear-sign it with the secret half of the person's key. *code
 * is EXIT_DONE when *out holds the signed text, else what the command returns: nobody said yes, or
 * there is no terminal to ask on. Returns ERR_REFUSED (no usable key), ERR_NOT_FOUND, ERR_IO.
 */
MUST_USE enum status signing_clear(int *code, struct str *out, struct app *app,
                                   const struct person *person, const char *statement, bool yes,
                                   struct err *err);

/* Clear-sign text with the maker's key. Returns what sign_find_key and sign_clear return. */
MUST_USE enum status signing_maker(struct str *out, struct app *app, const char *text,
                                   struct err *err);

#endif
