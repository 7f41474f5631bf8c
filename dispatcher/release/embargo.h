/*
 * dispatcher/embargo - who is told before an embargo ends, how, and its end.
 *
 * An embargo keeps back notices, never a legal clock. It ends at its instant, or by hand when the
 * text has leaked: `tocsin order release`.
 */
#ifndef TOCSIN_DISPATCHER_EMBARGO_H
#define TOCSIN_DISPATCHER_EMBARGO_H

#include "base/json_out.h"
#include "dispatcher/plan/recipient.h"

/* It runs, and the order names parties of this kind to be told before it ends. */
bool embargo_is_early(const struct dossier *dossier, enum party_kind kind, int64_t now_ms);
/*
 * The label in force for parties of this kind: before the end at least AMBER+STRICT, so that what
 * anyone may read tomorrow goes sealed today, or not at all.
 */
enum tlp embargo_label(const struct dossier *dossier, enum party_kind kind, int64_t now_ms);
/* A pre-notice says when it ends; 0: it is none. */
int64_t embargo_shown(const struct dossier *dossier, enum party_kind kind, int64_t now_ms);
/* When the notice may leave, and until when it is to be told. */
int64_t embargo_opens(const struct dossier *dossier, const struct recipient *recipient);
int64_t embargo_told_by(const struct dossier *dossier, const struct recipient *recipient);

/* A line of it for people; nothing when there is, and was, none. */
MUST_USE enum status embargo_print(struct str *out, struct app *app, const struct dossier *dossier,
                                   struct err *err);

/*
 * It ended by hand: a notice to each who had a pre-notice, whose words name a later end, and one
 * task for those whom no mail reaches. Inside the transaction of the release; row: with the end of
 * now.
 */
MUST_USE enum status embargo_tell(struct app *app, const struct advisory *row, struct err *err);

/* A warning when notices would leave before the advisory's own date; nothing otherwise. */
void embargo_warn(struct str *out, const struct dossier *dossier, int64_t now_ms);

/*
 * Periodic: whoever had to be content with a waiting notice while an embargo ran, and may have the
 * text now that it is over, gets it.
 */
MUST_USE enum status embargo_act(struct app *app, bool *did, struct err *err);

#endif
