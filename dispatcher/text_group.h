/*
 * dispatcher/text_group - which notices read the same text, by name and not by guess.
 *
 * Two broadcast notices of one lane (one advisory, jurisdiction, kind of party and endpoint) whose
 * groups are equal are rendered from equal facts. What a broadcast text says besides what stands in
 * the lane, the name says.
 */
#ifndef TOCSIN_DISPATCHER_TEXT_GROUP_H
#define TOCSIN_DISPATCHER_TEXT_GROUP_H

#include "dispatcher/recipient.h"
#include "store/notice.h"

/*
 * Kind, audience, language, answer wanted by, and the version that an update replaces:
 * "update hdo de 1801209600000 1.0.0". In the arena; NULL when the notice is no broadcast.
 */
MUST_USE enum status text_group_make(const char **out, struct arena *arena, struct app *app,
                                     const struct dossier *dossier, const struct notice *notice,
                                     enum party_kind audience, const char *contact_language,
                                     struct err *err);

/* The order's languages come first; among them the contact's own, where it is one of them. */
const char *text_group_language(const struct order *order, const char *contact_language);
/* The version that the party of an update was told of last; NULL: none, or no update. */
MUST_USE enum status text_group_previous(const char **out, struct arena *arena, struct app *app,
                                         const struct dossier *dossier, const struct notice *notice,
                                         struct err *err);

#endif
