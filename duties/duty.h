/*
 * duties/duty - from what is known of a case to the duties that follow: which rule, by when, why.
 *
 * People decide whether something is reportable and whether a rule's condition holds; here only
 * follows what that means. What is not known never makes a duty fewer or later: of several facts
 * the earliest governs, a fact of no place happened everywhere, an unknown scope is every scope.
 *
 * Knows: base, config, clocks. Not: the store, what a case looks like there, what time it is now.
 * Pure: the same matter gives the same duties, in whatever zone the machine stands.
 */
#ifndef TOCSIN_DUTIES_DUTY_H
#define TOCSIN_DUTIES_DUTY_H

#include "clocks/explain.h"

/* What a person decided for a jurisdiction. */
enum finding { FINDING_REPORTABLE, FINDING_NOT_REPORTABLE, FINDING_NOT_APPLICABLE };

struct matter_finding {
    const char *jurisdiction; /* of the pack: "EU" */
    const char *country;      /* in it; NULL: not said */
    enum finding finding;
};

/* A fact that holds: chosen, and not superseded. */
struct matter_fact {
    int64_t id;
    enum rule_trigger kind;
    const char *at;           /* as clocks/count reads it: a day, or an instant */
    const char *jurisdiction; /* where it happened; NULL: not said, so everywhere */
};

/* What was handed to an authority, with proof. */
struct matter_report {
    const char *rule;
    const char *country; /* NULL: not said */
    int64_t at_ms;
};

/* A named person denied that a rule's condition holds. */
struct matter_waived {
    const char *rule;
    const char *country;
};

struct matter {
    unsigned scope; /* bits of enum rule_scope of its products; 0: not known */
    const struct matter_fact *facts;
    size_t fact_count;
    const struct matter_finding *findings;
    size_t finding_count;
    const struct matter_report *reports;
    size_t report_count;
    const struct matter_waived *waived;
    size_t waived_count;
};

/* The rules, and what of them may be used (clocks/pack pack_use). */
struct duty_rules {
    const struct pack *pack;
    enum rule_use (*use)(const void *context, const struct rule *rule);
    const void *context;
};

struct duty {
    const struct rule *rule;
    const char *country;            /* NULL: not said */
    const char *cascade;            /* id of the rule elsewhere that brought it, or NULL; of a duty
                                       that waits: whose clock runs there */
    const struct matter_fact *fact; /* that governs; NULL: a report did, or none happened */
    const char *trigger;            /* instant or day that the clock runs from; NULL: it waits */
    struct explanation why;         /* state, both dates, the steps */
};

/* A rule that would be a duty here, and may not be used as it stands. */
struct duty_unused {
    const struct rule *rule;
    enum rule_use use;
};

struct duty_list {
    struct duty *duties; /* by rule and country */
    size_t count;
    struct duty_unused *unused;
    size_t unused_count;
};

/*
 * Every rule of a jurisdiction with the finding "reportable" is a duty, unless it was waived; it
 * waits until its trigger happened. A rule elsewhere that lists it in cascades brings it, too, when
 * nothing was decided there yet: it waits while that rule's clock runs, and its own clock begins
 * with what is done there (an action, or that customers were told), never with what is only known
 * there. What was done in a place without such a rule, or where nothing was decided, starts it,
 * too, unless it was decided there that it is nothing to report. Of several facts the earliest
 * due_safe governs. Returns ERR_INVALID (a fact that is no instant, a country that is not in its
 * jurisdiction), ERR_IO.
 */
MUST_USE enum status duty_compute(struct duty_list *out, struct arena *arena,
                                  const struct duty_rules *rules, const struct matter *matter,
                                  struct err *err);

/* What its clock runs from, or waits for elsewhere, in words: which fact. Nothing to say: nothing.
 */
void duty_say_start(struct str *out, const struct duty *duty);

/* Met by notices; every other one is met only by the proof that its rule names. */
bool duty_informs(const struct rule *rule);
/* Is a rule within these scopes? 0: not known, so yes. */
bool duty_in_scope(const struct rule *rule, unsigned scope);
bool duty_waived(const struct matter *matter, const char *rule, const char *country);
/* Is there such a rule, and may it be used? What stands by another one is nobody's to end here. */
bool duty_rule_in_use(const struct duty_rules *rules, const char *id);

/*
 * Legal weight: what is due by law first comes first; then by due_safe, then who tells an
 * authority, then by name. Below, equal to or above 0.
 */
struct duty_weight {
    int64_t legal_ms, safe_ms; /* INT64_MAX: none */
    bool informs;
    const char *rule;
};
int duty_weigh(const struct duty_weight *a, const struct duty_weight *b);

#endif
