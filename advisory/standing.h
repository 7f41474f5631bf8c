/*
 * advisory/standing - what an advisory says of each product, in one word, and what to do there;
 * which product a serial or model number belongs to.
 *
 * Pure. Whether an installed product is one of these: match.h. Of several things said, the worst
 * counts; of what nothing is said, "perhaps".
 */
#ifndef TOCSIN_ADVISORY_STANDING_H
#define TOCSIN_ADVISORY_STANDING_H

#include "advisory/csaf.h"
#include "advisory/serial.h"
#include "base/str.h"

/* The worst first. */
enum standing {
    STANDING_AFFECTED,
    STANDING_PERHAPS,
    STANDING_UNDER_INVESTIGATION,
    STANDING_FIXED,
    STANDING_NOT_AFFECTED,
    STANDING_COUNT
};
/* "affected", "perhaps", "under_investigation", "fixed", "not_affected" */
const char *standing_word(enum standing standing);

struct standings; /* of all products of one advisory, which must outlive it */
struct standings *standings_new(const struct csaf *csaf);
void standings_free(struct standings *standings); /* NULL is fine */

/*
 * Over all vulnerabilities. What is said of a product as a part of another, or with one, is said of
 * it, too.
 */
enum standing standing_of(const struct standings *standings, size_t product);

/*
 * What to do, in one line of at most STANDING_REMEDY signs or so: a fix before what only helps
 * meanwhile. Appends nothing where the advisory names nothing for this product.
 */
#define STANDING_REMEDY 200
void standing_add_remedy(struct str *out, const struct csaf *csaf, size_t product);

enum standing_number { STANDING_SERIAL, STANDING_MODEL };
struct standing_named {
    enum standing standing; /* of the product; at best PERHAPS unless `how` is SERIAL_NAMED */
    enum serial_named how;
    size_t product;
    const char *pattern;
};
/* The worst that a pattern of the advisory says of this number, of equals the surest; false: no
 * pattern names it. */
bool standing_by_number(struct standing_named *out, const struct standings *standings,
                        enum standing_number kind, const char *number);

#endif
