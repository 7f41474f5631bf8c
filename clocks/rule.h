/*
 * clocks/rule - one duty with a clock, as dated data: who is to be told what, within which time
 * after what, by which law, and how much of that was read where.
 *
 * A file (config/rules/NAME.cfg, or a site's own rules/local.cfg) is a table of config/sheet.h:
 * unknown names, wrong types and values out of range are refused with file, line and the nearest
 * known name. What must fit together inside one rule is checked here, what must fit together in the
 * pack by clocks/pack.
 *
 * Owns:  nothing: all memory belongs to the arena given.
 * Knows: base, config. Not: the store, keys, what a case is.
 */
#ifndef TOCSIN_CLOCKS_RULE_H
#define TOCSIN_CLOCKS_RULE_H

#include "base/arena.h"
#include "base/str.h"
#include "base/word.h"

/* The words in the files stand beside; their order is that of the enums. */
enum rule_status {
    RULE_LAW,    /* L: read in the law itself; in use once adopted */
    RULE_QUOTED, /* Q: known from quotations; in use once a person confirmed it, and adopted */
    RULE_UNSURE  /* M: not sure; never in use */
};

enum rule_trigger {
    TRIGGER_AWARE_ANY_EMPLOYEE,
    TRIGGER_AWARE_MANAGER,
    TRIGGER_AWARE_REPRESENTATIVE,
    TRIGGER_LEARNED_OF_VULNERABILITY,
    TRIGGER_EXPLOITATION_EVIDENCE,
    TRIGGER_DECISION_TO_RECALL,
    TRIGGER_INITIATED_ACTION,
    TRIGGER_BEFORE_ACTION,
    TRIGGER_CUSTOMERS_NOTIFIED,
    TRIGGER_MEASURE_AVAILABLE,
    TRIGGER_PREVIOUS_REPORT_SUBMITTED,
    TRIGGER_NEW_INFORMATION,
    TRIGGER_AUTHORITY_REQUEST,
    TRIGGER_FOREIGN_AUTHORITY_ACTION,
    TRIGGER_ACTION_COMPLETED,
    TRIGGER_FIXED_DATE,
    TRIGGER_COUNT
};
const char *rule_trigger_word(enum rule_trigger trigger);

enum rule_unit {
    UNIT_NONE,         /* none: the law sets no time */
    UNIT_AT_ONCE,      /* at_once: with the fact itself */
    UNIT_HOURS,        /* h: elapsed */
    UNIT_DAYS,         /* cd: calendar days */
    UNIT_WORKING_DAYS, /* wd: Monday to Friday */
    UNIT_MONTHS        /* month */
};
const char *rule_unit_word(enum rule_unit unit);

enum rule_day0 { DAY0_FACT_DAY, DAY0_DAY_BEFORE };
enum rule_roll { ROLL_NONE, ROLL_NEXT_WORKING_DAY };
enum rule_holidays { HOLIDAYS_NONE, HOLIDAYS_NATIONAL };

/* How a period is counted, and what relief the law gives. */
struct counting {
    enum rule_unit unit;
    int64_t n;
    enum rule_day0 day0;
    enum rule_roll roll;      /* when the last day is no working day */
    int64_t min_working_days; /* that the period holds at least */
    enum rule_holidays holidays;
};

enum rule_hold { HOLD_NONE, HOLD_BEFORE_ACTION, HOLD_AWAIT_COMMENT, HOLD_AWAIT_AGREEMENT };
const char *rule_hold_word(enum rule_hold hold);

enum rule_deliverable {
    DELIVER_ADVISORY,
    DELIVER_FORM,
    DELIVER_DRAFT_NOTICE,
    DELIVER_CALL,
    DELIVER_RECORD /* our own file */
};
const char *rule_deliverable_word(enum rule_deliverable deliverable);

enum rule_scope { SCOPE_MDR, SCOPE_IVDR, SCOPE_CRA, SCOPE_ANY };

enum rule_state { RULE_RUNNING, RULE_WAITING, RULE_NOT_IN_FORCE };
const char *rule_state_word(enum rule_state state);

/* One worked example; texts as a person writes them: a day or an instant. NULL: not said. */
struct rule_test {
    const char *fact;
    const char *country;
    unsigned state; /* enum rule_state */
    const char *due_safe, *due_legal;
    const char **never; /* wrong values that are found in the wild */
    size_t never_count;
    const char *why;
    unsigned line;
};

/* Who gets a copy of what goes out, without the duty being owed to them. */
enum rule_copy { COPY_TO_REPRESENTATIVE };

#define RULE_FILE_BIT (1u << PARTY_KIND_COUNT) /* in recipients: our own file */

/* Words are stored as unsigned by config/sheet; the comment names the enum. */
struct rule {
    const char *id;
    int64_t version;
    const char *title;
    unsigned status; /* enum rule_status */
    const char *jurisdiction;
    const char *authority;
    unsigned scope;   /* bits of enum rule_scope */
    unsigned trigger; /* bits of enum rule_trigger: any of them starts the clock */
    const char *condition;
    unsigned recipients; /* bits of enum party_kind, RULE_FILE_BIT */
    unsigned copies;     /* bits of enum rule_copy */
    const char *copies_by;
    int64_t period_n;
    unsigned period_unit; /* enum rule_unit */
    unsigned day0, roll;
    int64_t min_working_days;
    unsigned holidays;
    unsigned hold; /* enum rule_hold */
    int64_t hold_n;
    unsigned hold_unit;
    const char **follow_ups; /* ids of rules that come after it */
    size_t follow_up_count;
    const char **cascades; /* ids of rules that its trigger starts elsewhere */
    size_t cascade_count;
    const char *instrument, *article;
    const char *read_in;
    unsigned deliverable; /* enum rule_deliverable */
    const char *closes_on;
    const char *effective_from, *effective_to; /* days, both in force; NULL: open */
    const char *verified_by, *verified_on;     /* NULL: nobody has */
    struct rule_test *tests;
    size_t test_count;
    unsigned line;

    /* Filled by clocks/pack. */
    const char *file;
    bool local;                         /* of the site */
    const struct confirmed *signed_off; /* NULL: not confirmed */
    char sha256[65];                    /* of all that its dates depend on */
};

void rule_counting(struct counting *out, const struct rule *rule);

struct place {
    const char *country;
    const char *zone;
    const char *calendar; /* NULL: that of the country */
};
const char *place_calendar(const struct place *place);

/* Where a rule is law. */
struct jurisdiction {
    const char *id;
    const char *name;
    const char *zone;     /* when no country is said */
    struct place *places; /* countries in it */
    size_t place_count;
    unsigned line;
    const char *file; /* filled by clocks/pack */
};

/* A person of the maker has read the law behind a rule that shipped as Q. */
struct confirmed {
    const char *rule;
    int64_t version;
    const char *by, *on, *read_in;
    unsigned line;
};

struct rule_file {
    struct jurisdiction *jurisdictions;
    size_t jurisdiction_count;
    struct rule *rules;
    size_t rule_count;
    struct confirmed *confirmed;
    size_t confirmed_count;
};

/*
 * name is for errors: "eu.cfg line 12: rules.period.n: 400 is out of range: ...".
 * Returns ERR_INVALID, ERR_LIMIT.
 */
MUST_USE enum status rule_file_parse(struct rule_file *out, struct arena *arena, const char *name,
                                     struct bytes text, struct err *err);

/* The whole rule in the syntax of its file, in one order: what is hashed, and what people read. */
void rule_print(struct str *out, const struct rule *rule);
/* "10 working days", "24 hours", "at once", "on the day itself". */
void rule_period_words(struct str *out, enum rule_unit unit, int64_t n);
/* The words of a set, between commas: "aware_manager, authority_request". */
void rule_trigger_words(struct str *out, const struct rule *rule);
void rule_recipient_words(struct str *out, const struct rule *rule);
/* Does it tell a representative, as a recipient or by a copy? */
bool rule_tells_representative(const struct rule *rule);
void rule_scope_words(struct str *out, const struct rule *rule);
/* "L", "Q", "M". */
const char *rule_status_word(const struct rule *rule);

/* man(7) text of every member, for tocsin-rules(5). */
void rule_print_manual(struct str *out);

#endif
