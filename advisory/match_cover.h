/*
 * advisory/match_cover - which things of the maker's register are meant by a product that an
 * advisory calls affected: the other way round than advisory/match.
 *
 * Fails towards telling: "covered" is said only when one thing is exactly that product, and, when
 * the product is one version, exactly that version. Whatever else may be meant is named, too.
 */
#ifndef TOCSIN_ADVISORY_MATCH_COVER_H
#define TOCSIN_ADVISORY_MATCH_COVER_H

#include "advisory/match.h"

/* Products times things: more is not compared, and nothing is covered. */
#define MATCH_COVER_MOST ((size_t)400000)

/*
 * meant[i]: items[i] may be one of the products that the advisory calls affected or under
 * investigation. Returns SIZE_MAX when each of these is covered; else a product that is not;
 * product_count when the advisory calls none affected, or it was too much to compare.
 */
size_t match_cover(bool *meant, const struct csaf *csaf, const struct match_item *items,
                   size_t count);

#endif
