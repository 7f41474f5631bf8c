/*
 * dispatcher/back/answer - what comes back changes notices: bounces, reports, answers, calls, done
 * tasks.
 *
 * A message that does not fit a notice of ours in every respect that it states (token, Message-ID,
 * recipient, code) changes nothing and is kept for a person.
 */
#ifndef TOCSIN_DISPATCHER_ANSWER_H
#define TOCSIN_DISPATCHER_ANSWER_H

#include "dispatcher/run/move.h"

/* Read a Maildir, a file or "-" on app's open store; one line per message to *out. */
MUST_USE enum status answer_read(struct app *app, const char *path, struct str *out, size_t *count,
                                 struct err *err);
/* One raw message, in its own transaction. The same bytes twice change nothing. */
MUST_USE enum status answer_message(struct app *app, const char *name, struct bytes raw,
                                    struct str *out, struct err *err);

/* Has customers of its own: the units of its answers are those whom it told in turn. */
bool answer_of_supplier(enum party_kind kind);

/* Note a receipt and move the notice to ANSWERED; inside an open transaction. */
struct answer_note {
    enum answer answer;
    const char *how;    /* "mail", "phone", "letter", "portal" */
    const char *by;     /* person of ours, or NULL when it came by mail */
    const char *detail; /* harmless, or NULL */
    const char *sha256; /* blob, or NULL */
    int64_t units;      /* devices; of a supplier: how many it told in turn. -1: not said */
};
MUST_USE enum status answer_note(struct app *app, struct notice *notice,
                                 const struct answer_note *note, struct err *err);

#endif
