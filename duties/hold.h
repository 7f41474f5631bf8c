/*
 * duties/hold - whom the rules keep from being told before an authority was asked.
 *
 * A hold stands for one rule in one jurisdiction and fails closed: it stands while the finding is
 * "reportable", whatever has happened yet, and while nothing was decided for one of its countries.
 * It is over when what the rule asks for was handed in with proof for each country that it is
 * reportable in, or when the window for comment on the last of these drafts has passed.
 *
 * Knows: base, config, clocks. Pure.
 */
#ifndef TOCSIN_DUTIES_HOLD_H
#define TOCSIN_DUTIES_HOLD_H

#include "duties/duty.h"

enum hold_why {
    HOLD_BY_RULE,     /* decided reportable, and the rule asks for it */
    HOLD_NOT_DECIDED, /* nobody decided here yet */
    HOLD_WHY_COUNT
};
const char *hold_why_word(enum hold_why why); /* "rule", "undecided" */

struct hold {
    const struct rule *rule;
    enum hold_why why;
    bool over;        /* the proof is there */
    int64_t until_ms; /* the window ends; 0: by proof only, or the draft is not handed in yet */
};

/*
 * By rule. Rules that may not be used hold nothing; who shows holds says so (duty_compute,
 * unused). Returns ERR_INVALID, ERR_IO.
 */
MUST_USE enum status hold_compute(struct hold **out, size_t *count, struct arena *arena,
                                  const struct duty_rules *rules, const struct matter *matter,
                                  struct err *err);

/*
 * Whom a hold keeps from being told: everybody but those through whom the authority is asked, and
 * our own complaint desk.
 */
bool hold_stops(enum party_kind kind);

#endif
