/*
 * dispatcher/plan/match_memo - what was found of a product in one advisory, remembered: thousands
 * of sites hold the same few hundred things, and comparing one costs more than asking the store.
 *
 * Bounded: what does not fit any more is compared each time, with the same answer. Pure.
 */
#ifndef TOCSIN_DISPATCHER_MATCH_MEMO_H
#define TOCSIN_DISPATCHER_MATCH_MEMO_H

#include "advisory/match.h"

#define MATCH_MEMO_MOST ((size_t)4096)

struct match_memo; /* of one advisory and one list of products */
struct match_memo *match_memo_new(void);
void match_memo_free(struct match_memo *memo); /* NULL is fine */

/* By vendor, product and version, which may be NULL; aliases follow from the product. NULL: not
 * known. Borrowed until the memo is freed. */
const struct match_result *match_memo_find(const struct match_memo *memo,
                                           const struct match_item *item);
/* A copy of it. Nothing when it is full. */
void match_memo_keep(struct match_memo *memo, const struct match_item *item,
                     const struct match_result *result);

#endif
