/*
 * dispatcher/routine/digest_sums - which documents were written for what, within one pass of
 * digests.
 *
 * Bounded: of keys that meet in one place the last one is kept. What is forgotten is made again.
 */
#ifndef TOCSIN_DISPATCHER_DIGEST_SUMS_H
#define TOCSIN_DISPATCHER_DIGEST_SUMS_H

#include "dispatcher/routine/digest.h"

#define SUMS_MOST 4096
#define SUMS_BYTES (16u << 20) /* of all keys together */

struct sums { /* zero is empty */
    struct sums_place {
        char *key;
        struct shelf_sum sum;
    } * places;
    size_t bytes;
};
/* NULL: not known. Borrowed until the next change. */
const struct shelf_sum *sums_find(const struct sums *sums, const char *key);
void sums_put(struct sums *sums, const char *key, const struct shelf_sum *sum);
void sums_dispose(struct sums *sums);

#endif
