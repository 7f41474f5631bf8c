/*
 * base/hash - a keyed hash (SipHash-2-4) for tables whose keys outsiders choose: without the
 * key nobody can aim many names at one slot. Not for evidence: that is base/sha256.
 */
#ifndef TOCSIN_BASE_HASH_H
#define TOCSIN_BASE_HASH_H

#include "base/str.h"

struct hash_key {
    uint64_t half[2];
};

/* Another one each time, from a seed that is random and of this process alone. In any thread. */
void hash_key_init(struct hash_key *key);
/* tweak keeps tables of one key apart; with 0 it is SipHash-2-4 itself. */
uint64_t hash_keyed(const struct hash_key *key, uint64_t tweak, struct bytes data);

#endif
