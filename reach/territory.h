/*
 * reach/territory - a set of countries, as people write one: "DE|FR", "EU", "*".
 *
 * A word is the id of a jurisdiction of the rules and stands for every country in it, or a country
 * of ISO 3166-1; "*" is everywhere. Between them stand "|", ",", ";" or blanks.
 */
#ifndef TOCSIN_REACH_TERRITORY_H
#define TOCSIN_REACH_TERRITORY_H

#include "base/str.h"
#include "clocks/pack.h"

struct territory {
    uint64_t bits[11]; /* 26 × 26 codes */
    bool everywhere;
};

/* Two capital letters; anything else is ignored. */
void territory_add(struct territory *territory, const char *country);
bool territory_has(const struct territory *territory, const char *country);
bool territory_meets(const struct territory *a, const struct territory *b);
void territory_join(struct territory *into, const struct territory *other);
bool territory_is_empty(const struct territory *territory);

/*
 * Adds what the words name. Returns NULL, or the first word that names nothing, in the arena.
 * pack NULL: no jurisdiction is known, so no word of two letters is sure to be a country.
 */
const char *territory_read(struct territory *out, struct arena *arena, const struct pack *pack,
                           const char *words);
/* Every country of each jurisdiction that this country is in; false: it is in none. */
bool territory_around(struct territory *out, const struct pack *pack, const char *country);
/*
 * "EU CH US": jurisdictions that are in it whole, then other countries; "everywhere"; of more than
 * 12 words those, and how many more. pack NULL: countries alone.
 */
void territory_print(struct str *out, const struct territory *territory, const struct pack *pack);

#endif
