/*
 * dispatcher/plan/why - all that is weighed when one party is told, or left out: what it holds
 * against what the advisory says, who it is, each of its contacts with its key, and what keeps it
 * waiting.
 *
 * Read-only, and decides nothing: it shows what dispatcher/plan/recipient answers and from what.
 */
#ifndef TOCSIN_DISPATCHER_WHY_H
#define TOCSIN_DISPATCHER_WHY_H

#include "dispatcher/plan/recipient.h"

/* ERR_NOT_FOUND: no such party. */
MUST_USE enum status why_print(struct str *out, struct app *app, const struct dossier *dossier,
                               const char *party, bool json, struct err *err);

/* "affected", "perhaps", "not_affected" */
const char *why_match_word(enum match verdict);

#endif
