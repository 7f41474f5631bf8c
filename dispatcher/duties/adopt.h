/*
 * dispatcher/duties/adopt - the maker's regulatory person takes the responsibility for the rules.
 *
 * What is signed is the SHA-256 of the pack's manifest (clocks/pack). What was adopted last is kept
 * as one blob, named by meta "rules.adopted": the manifest, so that a rule that changed since is
 * told from those that did not, and who signed, when, with which bytes.
 */
#ifndef TOCSIN_DISPATCHER_ADOPT_H
#define TOCSIN_DISPATCHER_ADOPT_H

#include "clocks/pack.h"
#include "dispatcher/app.h"

struct adoption {
    const char *pack_sha256;
    const char *manifest;
    const char *person, *fpr;
    const char *form;             /* text or detached */
    const char *signature_sha256; /* blob */
    int64_t at_ms;                /* as the signer stated */
};

/* Who may: a person with the role regulatory. ERR_REFUSED. */
MUST_USE enum status adopt_person(const struct person **out, const struct settings *settings,
                                  const char *id, struct err *err);

/* The text that the person signs: seven lines, each ended by LF. */
void adopt_statement(struct str *out, const struct pack *pack, const struct person *person,
                     int64_t at_ms);

/* Memory belongs to the arena. Returns ERR_NOT_FOUND (nobody has), ERR_CORRUPT, ERR_IO. */
MUST_USE enum status adopt_current(struct adoption *out, struct arena *arena, struct store *store,
                                   struct err *err);

#endif
