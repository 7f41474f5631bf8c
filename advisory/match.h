/*
 * advisory/match - does this installed product concern that advisory?
 *
 * Matching fails towards telling: unknown version held, an expression that is not
 * understood, products that cannot be compared → MATCH_UNKNOWN, and they are told. Only a
 * *proven* non-match is left out, and it carries the comparison in words.
 */
#ifndef TOCSIN_ADVISORY_MATCH_H
#define TOCSIN_ADVISORY_MATCH_H

#include "advisory/csaf.h"
#include "base/arena.h"

enum match { MATCH_AFFECTED, MATCH_UNKNOWN, MATCH_NOT_AFFECTED };

/* What the register says of one installed thing; anything may be NULL but product. */
struct match_item {
    const char *vendor, *product, *version, *model;
    const char *const *aliases; /* other spellings of vendor or product from products.csv */
    size_t alias_count;
};

struct match_result {
    enum match verdict;
    size_t product;         /* index of the product that decided, SIZE_MAX when none */
    const char *comparison; /* "2.3.7 held; affected: 2.3.6 and below → proven not affected" */
};

/*
 * Texts of *out belong to the arena. The same item has the same answer, and the work grows with
 * the advisory's products (2-4 µs each): ask once for each distinct item.
 */
void match_item(struct match_result *out, struct arena *arena, const struct csaf *csaf,
                const struct match_item *item);
/*
 * The product by which the advisory itself says "fixed" or "not affected" of exactly this item, or
 * SIZE_MAX. No verdict: the same item may be called affected elsewhere in it.
 */
size_t match_stated(const struct csaf *csaf, const struct match_item *item);

/*
 * What follows from the names alone, for whoever compares many items with many advisories: both
 * sides are read once, and an item's versions are asked for (match_item) only where they decide.
 * TOLD: MATCH_UNKNOWN of every version. OTHER: MATCH_NOT_AFFECTED of every version.
 */
enum match_by_name { MATCH_BY_NAME_TOLD, MATCH_BY_NAME_OTHER, MATCH_BY_VERSION };
struct match_names; /* of an advisory: up to 3 kB a product */
struct match_asked; /* of an item, whose version is not looked at */
struct match_names *match_names_new(const struct csaf *csaf);
void match_names_free(struct match_names *names); /* NULL is fine */
struct match_asked *match_asked_new(const struct match_item *item);
void match_asked_free(struct match_asked *asked); /* NULL is fine */
/* names NULL: read here, the same answer. */
enum match_by_name match_by_name(const struct csaf *csaf, const struct match_names *names,
                                 const struct match_asked *asked);

/*
 * Names equal but for case, spaces, punctuation, accents and legal forms ("GmbH", "Inc."): the
 * loose comparison used for vendor and product. "Perhaps" when one contains the other, when they
 * share a word, a part of one, a near spelling or initials, and when one says too little to be
 * told apart ("infusion pump", "CM Series", letters that are not Latin, nothing at all).
 */
enum name_match { NAME_SAME, NAME_PERHAPS, NAME_OTHER };
enum name_match match_name(const char *a, const char *b);

/*
 * Is `held` inside what `expression` (a version or a range in words) covers? OUTSIDE only when
 * every sensible reading says so. is_range: it stands in a branch product_version_range, where a
 * bare version is a slip.
 */
enum version_match { VERSION_INSIDE, VERSION_OUTSIDE, VERSION_UNKNOWN };
enum version_match match_version(const char *held, const char *expression, bool is_range);

#endif
