/*
 * reach/market - where the products of an advisory were placed on the market, and whom that
 * leaves out.
 *
 * Fails towards telling: a market is known only when every product that the advisory calls
 * affected is exactly one of the register's, and each line that may be meant says where it is
 * sold. Then those elsewhere are left out, and nobody of whom it is not known where he is.
 *
 * Knows: base, config, clocks, advisory. Pure.
 */
#ifndef TOCSIN_REACH_MARKET_H
#define TOCSIN_REACH_MARKET_H

#include "advisory/match.h"
#include "reach/territory.h"

/* A line of products.csv. */
struct market_line {
    struct match_item item;
    const char *markets; /* words of a territory, or NULL */
};

struct market {
    bool known;
    struct territory where; /* by the register */
    struct territory held;  /* where something that may be affected is held */
    const char *why;        /* not known: why; known: what the register says */
};
/* Texts in the arena. pack NULL: not known. */
void market_read(struct market *out, struct arena *arena, const struct csaf *csaf,
                 const struct pack *pack, const struct market_line *lines, size_t count);
/* Somebody there holds what may be affected, or it is reportable there, whatever the register says.
 */
void market_widen(struct market *market, const char *country);

enum market_verdict { MARKET_IN, MARKET_OUT, MARKET_DOUBT };
struct market_party {
    enum party_kind kind;
    const char *country;
    const char *territory; /* words, or NULL */
    bool is_seat;          /* of an authority: the maker or a representative of ours sits there */
};
struct market_said {
    enum market_verdict verdict;
    const char *why; /* in words, in the arena */
};
/*
 * Where a party is: by its territory, else an authority and a hospital by country, a
 * representative by every country of its jurisdictions; of the trade it is not known. OUT only when
 * the market is known, and none of it is there.
 */
void market_judge(struct market_said *out, struct arena *arena, const struct market *market,
                  const struct pack *pack, const struct market_party *party);

#endif
