/*
 * seal/split - one ciphertext for many, taken apart into key packets and the data they open.
 *
 * Nothing is believed of the order in which GnuPG wrote the key packets: they are found by key id.
 * Knows: base. Linear time in the bytes.
 */
#ifndef TOCSIN_SEAL_SPLIT_H
#define TOCSIN_SEAL_SPLIT_H

#include "base/arena.h"
#include "base/str.h"

struct split_key {
    char keyid[17];
    struct bytes packet;
};

struct split {
    struct split_key *keys; /* in the arena */
    size_t count;
    struct bytes data; /* the packet of protected data, whole */
};

/*
 * packets is a binary message; what *out holds is borrowed from it.
 * Returns ERR_CORRUPT: key packets, then one packet of protected data, then nothing, it is not.
 */
MUST_USE enum status split_read(struct split *out, struct arena *arena, struct bytes packets,
                                struct err *err);

/* The one key packet for this subkey. Returns ERR_CORRUPT when there is none, or more than one. */
MUST_USE enum status split_find(struct bytes *packet, const struct split *split,
                                const char *sub_fpr, struct err *err);

#endif
