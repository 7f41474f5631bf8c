/*
 * clocks/explain - one rule and one fact, computed and told: state, both dates, why.
 *
 * Knows: base, and clocks. The JSON shape is tocsin.rules.explain/1 (docs/schemata.md).
 */
#ifndef TOCSIN_CLOCKS_EXPLAIN_H
#define TOCSIN_CLOCKS_EXPLAIN_H

#include "base/json_out.h"
#include "clocks/pack.h"

struct explanation {
    const struct rule *rule;
    const char *country; /* NULL: not said */
    enum rule_state state;
    struct due due;
    const char *due_safe, *due_legal; /* as text; NULL: none */
    const char **steps;
    size_t step_count;
};

/*
 * fact: a day or an instant; NULL: the trigger has not happened. Memory belongs to the arena.
 * Returns ERR_INVALID (fact, country), ERR_IO.
 */
MUST_USE enum status explain_rule(struct explanation *out, struct arena *arena,
                                  const struct pack *pack, const struct rule *rule,
                                  const char *fact, const char *country, struct err *err);

/* use: may the rule be used; note: what there is to say about that, one line. */
void explain_print(struct str *out, const struct explanation *e, enum rule_use use,
                   const char *note);
void explain_json(struct json_out *j, const struct explanation *e, enum rule_use use,
                  const char *note);

#endif
