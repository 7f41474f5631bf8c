/*
 * advisory/diff_parts - what the files of advisory/diff share.
 */
#ifndef TOCSIN_ADVISORY_DIFF_PARTS_H
#define TOCSIN_ADVISORY_DIFF_PARTS_H

#include "advisory/diff.h"
#include "base/arena.h"

/* What a vulnerability says of a product, the worst first: what contradicts itself is affected. */
enum diff_class {
    CLASS_AFFECTED,
    CLASS_INVESTIGATED,
    CLASS_NOT_AFFECTED,
    CLASS_FIXED,
    CLASS_NONE,
    CLASS_COUNT
};
/* "affected", "under investigation", ...; NULL for CLASS_NONE. */
const char *diff_class_word(enum diff_class said);

struct diff_side {
    const struct csaf *csaf;
    size_t *twin; /* by product: its index in the other document, SIZE_MAX: none there */
    /* Of the pair of vulnerabilities that is compared now, by product. */
    unsigned char *said;
    size_t *score; /* index of its score, SIZE_MAX: none */
};

struct diff_work {
    struct arena *arena;
    struct diff_side old, now;
    struct diff_item *items;
    size_t count;
    bool wrong; /* something that was said of a product was wrong */
};

/* The item that was added last is returned, to be filled further. */
struct diff_item *diff_add(struct diff_work *w, enum diff_kind kind, enum diff_weight weight,
                           const char *vulnerability);
/* Names of products of one document. */
void diff_products(struct diff_work *w, struct diff_item *item, const struct csaf *csaf,
                   const size_t *index, size_t count);

/* Fills both sides' twin. */
void diff_match_products(struct diff_work *w);
/* One vulnerability that both documents have; and one that only one of them has. */
void diff_vulnerability(struct diff_work *w, const struct csaf_vulnerability *old,
                        const struct csaf_vulnerability *now);
void diff_vulnerability_alone(struct diff_work *w, const struct csaf_vulnerability *v, bool added);
/* Scores, remedies, threats and notes of one that both have; `said` of both sides is filled. */
void diff_scores(struct diff_work *w, const struct csaf_vulnerability *old,
                 const struct csaf_vulnerability *now);
void diff_remedies(struct diff_work *w, const struct csaf_vulnerability *old,
                   const struct csaf_vulnerability *now);
void diff_threats(struct diff_work *w, const struct csaf_vulnerability *old,
                  const struct csaf_vulnerability *now);
/* Notes of a vulnerability or, with vulnerability NULL, of the document. */
void diff_notes(struct diff_work *w, const char *vulnerability, const struct csaf_note *old,
                size_t old_count, const struct csaf_note *now, size_t now_count);
/* A text that changed: from and to are the parts that differ, with "…" for what they share. */
void diff_text(struct diff_work *w, struct diff_item *item, const char *from, const char *to);

#endif
