/*
 * dispatcher/plan/recipient_reach - the market of an advisory's products and the rules that ask for
 * copies (reach/), read once for an advisory, when the first party asks.
 */
#ifndef TOCSIN_DISPATCHER_RECIPIENT_REACH_H
#define TOCSIN_DISPATCHER_RECIPIENT_REACH_H

#include "dispatcher/duties/rulebook.h"
#include "dispatcher/plan/recipient.h"
#include "reach/copy.h"
#include "reach/market.h"

struct dossier_reach {
    bool has_rules, has_market;
    struct rulebook rules;
    const char *doubt; /* why the rules are not to be relied on; NULL: adopted as they stand */
    unsigned scope;    /* of the maker's products; 0: not known */
    struct market market;
    struct territory seats; /* where we and our representatives are */
    char today[CLOCK_TEXT];
};
struct dossier_reach *reach_new(void);
void reach_free(struct dossier_reach *reach); /* NULL is fine */

/* The market, with the countries where something that may be affected is held. Borrowed. */
MUST_USE enum status reach_market(const struct market **out, struct app *app,
                                  const struct dossier *dossier, struct err *err);

/* Is the party left out by the market? Texts in the arena. */
MUST_USE enum status reach_judge(struct market_said *out, struct arena *arena, struct app *app,
                                 const struct dossier *dossier, const struct party *party,
                                 struct err *err);
/* Does a rule ask for a copy to this representative? Texts in the arena. */
void reach_copy(struct copy_said *out, struct arena *arena, struct app *app,
                const struct dossier *dossier, const struct party *party);

#endif
