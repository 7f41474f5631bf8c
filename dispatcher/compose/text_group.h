/*
 * dispatcher/compose/text_group - which notices read the same text, by name and not by guess.
 *
 * Two broadcast notices of one lane (one advisory, jurisdiction, kind of party and endpoint) whose
 * groups are equal are rendered from equal facts. What a broadcast text says besides what stands in
 * the lane, the name says.
 */
#ifndef TOCSIN_DISPATCHER_TEXT_GROUP_H
#define TOCSIN_DISPATCHER_TEXT_GROUP_H

#include "dispatcher/plan/recipient.h"
#include "store/notice.h"

/*
 * Kind, audience, language, answer wanted by, and the version that an update replaces:
 * "update hdo de 1801209600000 1.0.0", and " no-longer" when it concerned them and does not any
 * more. In the arena; NULL when the notice is no broadcast.
 */
MUST_USE enum status text_group_make(const char **out, struct arena *arena, struct app *app,
                                     const struct dossier *dossier, const struct notice *notice,
                                     const struct party *party, const char *contact_language,
                                     struct err *err);

/* The order's languages come first; among them the contact's own, where it is one of them. */
const char *text_group_language(const struct order *order, const char *contact_language);
/* What the party of an update or a waiting notice knows; the older version is the dossier's. */
struct text_revision {
    const struct advisory *older; /* the one that this replaces for it; NULL: none */
    bool no_longer;               /* that one concerned it, this one does not */
};
MUST_USE enum status text_group_revision(struct text_revision *out, struct arena *arena,
                                         struct app *app, const struct dossier *dossier,
                                         const struct notice *notice, const struct party *party,
                                         struct err *err);

#endif
