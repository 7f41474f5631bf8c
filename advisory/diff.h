/*
 * advisory/diff - what a reader of one version of an advisory must learn from another one.
 *
 * Facts in, a list of differences out, worst for the patient first: more that is affected, attacks,
 * a higher score; then what can be done; then what became better; then details. The same two
 * advisories give the same list. Words for people are made of it in templates/.
 *
 * Products are the same when they have the same name, else the same id; vulnerabilities by CVE,
 * else id. Knows base only. No network, no SQL. Texts belong to the two advisories or to the arena.
 */
#ifndef TOCSIN_ADVISORY_DIFF_H
#define TOCSIN_ADVISORY_DIFF_H

#include "advisory/csaf.h"
#include "base/arena.h"
#include "base/str.h"

/* In the order of telling, within one weight. */
enum diff_kind {
    DIFF_WITHDRAWN, /* the whole advisory is taken back */
    DIFF_VULNERABILITY_ADDED,
    DIFF_AFFECTED_ADDED,   /* from: what was said of these products before, or NULL */
    DIFF_AFFECTED_CHANGED, /* the range of an affected product: from, to are its names */
    DIFF_EXPLOITATION,     /* what is said of attacks */
    DIFF_SCORE,            /* from, to: "8.3"; what: the metrics that moved */
    DIFF_INVESTIGATED,
    DIFF_REMEDY_ADDED, /* what: the category */
    DIFF_REMEDY_CHANGED,
    DIFF_REMEDY_REMOVED,
    DIFF_FIXED_ADDED, /* versions that are said to be fixed now */
    DIFF_ACTION,      /* of the order; what: "hazard", "action", "action_by", "next_information" */
    DIFF_IMPACT,      /* other threats; what: the category */
    DIFF_AFFECTED_REMOVED, /* to: what is said of these products now, or NULL */
    DIFF_VULNERABILITY_REMOVED,
    DIFF_STATUS,   /* another move of products: from, to */
    DIFF_TRACKING, /* status of the document */
    DIFF_LABEL,    /* TLP */
    DIFF_TITLE,
    DIFF_NOTE, /* what: title or category; from or to NULL: added, removed */
    DIFF_REFERENCE,
    DIFF_OTHER, /* nothing of the above, but the bytes differ */
    DIFF_KIND_COUNT
};
const char *diff_kind_word(enum diff_kind kind); /* "affected-added" */

enum diff_weight { DIFF_WORSE, DIFF_HELP, DIFF_BETTER, DIFF_DETAIL, DIFF_WEIGHT_COUNT };
const char *diff_weight_word(enum diff_weight weight);

struct diff_item {
    enum diff_kind kind;
    enum diff_weight weight;
    const char *vulnerability; /* its name; NULL: of the whole document */
    const char *what, *from, *to;
    const char *url, *date;
    const char *const *products; /* names */
    size_t product_count;
};

enum diff_nature {
    DIFF_NEWS,       /* more is known, or done */
    DIFF_CORRECTION, /* something that was said of a product was wrong */
    DIFF_WITHDRAWAL, /* taken back */
    DIFF_NATURE_COUNT
};
const char *diff_nature_word(enum diff_nature nature); /* "update", "correction", "withdrawal" */

/* What the order says beside the document; NULL: nothing. */
struct diff_order {
    const char *hazard, *action, *action_by, *exploited, *next_information;
};

struct diff {
    enum diff_nature nature;
    const struct diff_item *items;
    size_t count;
};

/* Products in all lists of status, scores and remedies that are compared; more is ERR_LIMIT. */
#define DIFF_WORK_MAX ((size_t)4000000)

/* Orders may be NULL. Returns ERR_LIMIT. */
MUST_USE enum status diff_make(struct diff *out, struct arena *arena, const struct csaf *before,
                               const struct csaf *after, const struct diff_order *order_before,
                               const struct diff_order *order_after, struct err *err);

/*
 * A document that takes itself back. CSAF 2.0 has no member for that: a category "csaf_withdrawn"
 * or a note "Reasoning for Withdrawal" (both words of CSAF 2.1), or a final revision whose summary
 * begins with "Withdrawn".
 */
bool diff_says_withdrawn(const struct csaf *csaf);
/* It takes itself back, or says of products that they are not affected and of none that it is. */
bool diff_asks_nothing(const struct csaf *csaf);

/* One line of tocsin.advisory.diff/1 without its newline. */
void diff_print_json(struct str *out, const struct diff *diff, const struct csaf *before,
                     const struct csaf *after);

#endif
