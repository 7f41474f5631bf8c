/*
 * dispatcher/submit/keys - recipients' keys come in, are judged, pinned, and warned of before they
 * end.
 */
#ifndef TOCSIN_DISPATCHER_KEYS_H
#define TOCSIN_DISPATCHER_KEYS_H

#include "dispatcher/app.h"
#include "store/party.h"

/* So begins the name of what was no key; a part of the file's SHA-256 follows. */
#define KEYS_UNREADABLE "unreadable-"

/* May text be sealed to a key of this state (struct key)? */
bool keys_usable(const char *state);

/*
 * Judge the certificate and keep it for the party, inside an open transaction; records key.pinned,
 * key.changed or key.refused. A key that cannot be used is kept with its state, so that plan and
 * doctor can say what is wrong; a task asks for a better one. Fills *out (texts in arena).
 * A line of words goes to *words. Returns ERR_REFUSED (a secret key), ERR_IO.
 */
MUST_USE enum status keys_pin(struct key *out, struct arena *arena, struct app *app,
                              const char *party, const char *email, const char *name,
                              struct bytes file, struct str *words, struct err *err);

/* 60, 30, 14, 7 and 1 days before a pinned key ends: a task, once each. Own transaction. */
MUST_USE enum status keys_warn(struct app *app, struct err *err);

#endif
