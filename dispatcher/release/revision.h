/*
 * dispatcher/release/revision - what older versions of an advisory mean for the next one: who had
 * them, and what differs. Read-only.
 */
#ifndef TOCSIN_DISPATCHER_REVISION_H
#define TOCSIN_DISPATCHER_REVISION_H

#include "advisory/diff.h"
#include "dispatcher/plan/recipient.h"

/* What a party knows of older versions. */
struct revision {
    const struct advisory *older; /* the newest that it was told, else was to be told; or NULL */
    bool told;                    /* it has or may have that one's text */
    int64_t deadline_ms;          /* by which it was to be told what never left; 0: none */
};
/* Borrowed from the dossier. Notices that a person stopped before they left do not count. */
MUST_USE enum status revision_find(struct revision *out, struct app *app,
                                   const struct dossier *dossier, const char *party,
                                   struct err *err);

/* What differs, with what both orders say. Texts belong to the dossiers and the arena. ERR_LIMIT.
 */
MUST_USE enum status revision_diff(struct diff *out, struct arena *arena,
                                   const struct dossier *before, const struct dossier *after,
                                   struct err *err);

#endif
