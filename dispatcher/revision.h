/*
 * dispatcher/revision - what older versions of an advisory mean for the next one: who had them, and
 * what differs. Read-only.
 */
#ifndef TOCSIN_DISPATCHER_REVISION_H
#define TOCSIN_DISPATCHER_REVISION_H

#include "advisory/diff.h"
#include "dispatcher/recipient.h"

/* What a party knows of older versions. */
struct revision {
    const char *version; /* the newest that it was told, else that it was to be told; NULL: none */
    bool told;           /* it has or may have that one's text */
};
/* In the arena. Versions that are submitted only, and notices that a person stopped, do not count.
 */
MUST_USE enum status revision_find(struct revision *out, struct arena *arena, struct app *app,
                                   const struct dossier *dossier, const char *party,
                                   struct err *err);

/* What differs, with what both orders say. Texts belong to the dossiers and the arena. ERR_LIMIT.
 */
MUST_USE enum status revision_diff(struct diff *out, struct arena *arena,
                                   const struct dossier *before, const struct dossier *after,
                                   struct err *err);

#endif
