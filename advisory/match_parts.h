/*
 * advisory/match_parts - the two questions behind a match: is it that product, and is that
 * version among them? Only match*.c include it.
 */
#ifndef TOCSIN_ADVISORY_MATCH_PARTS_H
#define TOCSIN_ADVISORY_MATCH_PARTS_H

#include "advisory/match.h"
#include "advisory/name.h"
#include "advisory/version.h"

/* The ways in which a register names one thing; made once for an item. */
struct item_names {
    struct name *name; /* product, vendor and product, product and model, aliases */
    size_t count;
    struct name vendor, model;
    bool has_vendor;
};
void item_names_init(struct item_names *out, const struct match_item *item);
void item_names_dispose(struct item_names *names);

/* The ways in which an advisory names one product: its own, with its vendor, its family, in full.
 */
#define LEAF_NAMES 4
struct product_names {
    struct name leaf[LEAF_NAMES];
    size_t count;
    struct name vendor, model;
    bool has_model;
};
void product_names_read(struct product_names *out, const struct csaf_product *product);

/*
 * How near an item is to a product that is no relationship. NAME_EQUAL is "the same product".
 * A known other vendor makes at most NAME_CONTAINS of it.
 */
enum name_relation match_product(const struct item_names *names,
                                 const struct product_names *product);
/* Relationships of relationships; also what stops a circle of them. */
#define RELATION_DEPTH 6

/* match_product() == NAME_EQUAL, for less. */
bool match_product_is(const struct item_names *names, const struct product_names *product);

/* Why; the verdict follows from it. */
enum match_reason {
    REASON_INSIDE,        /* same product, version inside */
    REASON_NAME,          /* perhaps the same product */
    REASON_NO_VERSION,    /* same product, no version held */
    REASON_VERSION,       /* same product, versions do not compare plainly */
    REASON_NOTHING_NAMED, /* the advisory calls no product affected */
    REASON_NOT_STATED,    /* same product, and nothing said about the version held */
    REASON_OUTSIDE,       /* proof: same product, every affected version is another */
    REASON_STATED,        /* proof: said to be not affected or fixed */
    REASON_OTHER,         /* proof: another product */
    REASON_COUNT
};
enum match match_verdict(enum match_reason reason);

#define MATCH_SHOWN 3
struct match_list {
    size_t shown[MATCH_SHOWN];
    size_t count;
};
/* The comparison in words, from the arena. */
const char *match_say(struct arena *arena, const struct csaf *csaf, const struct match_item *item,
                      enum match_reason reason, size_t product, const struct match_list *named);

/* Versions: text that is not understood is VERSION_ANSWER_UNCLEAR. */
enum version_answer match_held(const char *held, const char *expression, bool is_range);
/*
 * The same for a product of the advisory. Its full name is read as well: when it speaks of
 * other versions than the branch, being outside of the branch proves nothing.
 */
enum version_answer match_product_version(const char *held, const struct csaf_product *product);
/* Every number in the full name of a relationship's product is one of its parts'. */
bool match_relation_agrees(const struct csaf *csaf, size_t index);

#endif
