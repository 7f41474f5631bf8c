/*
 * dispatcher/plan/why_rules - which rules name a party: by its kind and the place where it is.
 *
 * A planner tells no fewer than its register names; what the law asks of each is said beside it.
 */
#ifndef TOCSIN_DISPATCHER_WHY_RULES_H
#define TOCSIN_DISPATCHER_WHY_RULES_H

#include "base/json_out.h"
#include "dispatcher/duties/rulebook.h"
#include "store/party.h"

/* A representative as the law of its place calls it. */
const char *why_representative(const char *country);

/* Never fails: what does not read is said in the place of rules. */
void why_rules_open(struct rulebook *out, struct app *app);
void why_rules_say(struct str *out, const struct rulebook *rules, const struct party *party);
/* The member "rules"; null: they do not read. */
void why_rules_json(struct json_out *j, const struct rulebook *rules, const struct party *party);

#endif
