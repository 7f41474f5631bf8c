/*
 * dispatcher/plan/why_reach - what the market and the rules for copies say of one party, whether
 * that decided or not.
 */
#ifndef TOCSIN_DISPATCHER_WHY_REACH_H
#define TOCSIN_DISPATCHER_WHY_REACH_H

#include "dispatcher/plan/recipient_reach.h"

struct why_reach {
    bool asked;  /* an advisory; of a digest and a drill nobody asks */
    bool copies; /* a representative */
    struct market_said market;
    struct copy_said copy;
};
MUST_USE enum status why_reach_read(struct why_reach *out, struct arena *arena, struct app *app,
                                    const struct dossier *dossier, const struct party *party,
                                    struct err *err);
void why_reach_say(struct str *out, const struct why_reach *reach, const struct party *party);
/* The members "territory", "market" and "copy"; null: not asked. */
void why_reach_json(struct json_out *j, const struct why_reach *reach, const struct party *party);

#endif
