#include "base/hash.h"

#include "base/random.h"

#include <stdatomic.h>
#include <threads.h>

/* The kernel is asked once, not for each of the tables that every advisory has. */
static struct hash_key seed;
static once_flag seed_once = ONCE_FLAG_INIT;
static _Atomic uint64_t tables;

static void seed_make(void)
{
    random_bytes(&seed, sizeof seed);
}

void hash_key_init(struct hash_key *key)
{
    call_once(&seed_once, seed_make);
    *key = seed;
    key->half[0] += atomic_fetch_add_explicit(&tables, 1, memory_order_relaxed);
}

static uint64_t turn(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void mix(uint64_t v[4], unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = turn(v[1], 13) ^ v[0];
        v[3] = turn(v[3], 16) ^ v[2];
        v[0] = turn(v[0], 32) + v[3];
        v[2] += v[1];
        v[1] = turn(v[1], 17) ^ v[2];
        v[3] = turn(v[3], 21) ^ v[0];
        v[2] = turn(v[2], 32);
    }
}

/* Up to eight bytes, the first one lowest. */
static uint64_t take_word(const unsigned char *p, size_t size)
{
    uint64_t word = 0;
    for (size_t i = 0; i < size; i++)
        word |= (uint64_t)p[i] << (8 * i);
    return word;
}

/* The same for eight, in one piece: compilers make one load of it. */
static uint64_t take_eight(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

static void absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    mix(v, 2);
    v[0] ^= word;
}

uint64_t hash_keyed(const struct hash_key *key, uint64_t tweak, struct bytes data)
{
    uint64_t k0 = key->half[0];
    uint64_t k1 = key->half[1] ^ tweak;
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t at = 0;
    for (; data.size - at >= 8; at += 8)
        absorb(v, take_eight(data.data + at));
    absorb(v, (uint64_t)data.size << 56 | take_word(data.data + at, data.size - at));
    v[2] ^= 0xff;
    mix(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
