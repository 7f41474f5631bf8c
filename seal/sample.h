/*
 * seal/sample - messages of one ciphertext that differ from a proven one only where they must.
 *
 * The first message of a split ciphertext is made and proven whole. In the others the header
 * fields, the lines of armour in which the key packet stands and the checksum are their own; all
 * the rest is the sample's, byte for byte. So it is enough to parse and prove what is their own,
 * and to compare the rest: where the same bytes stand in the same place, the same is true of them.
 * Knows: base, seal/plan. Linear time.
 */
#ifndef TOCSIN_SEAL_SAMPLE_H
#define TOCSIN_SEAL_SAMPLE_H

#include "seal/plan.h"

struct sample {
    struct str message;     /* proven whole */
    size_t frame;           /* where its own header fields end */
    size_t lines, behind;   /* the lines of armour that hold its key packet, and where they end */
    size_t sum;             /* the four signs of its checksum */
    size_t key_size;        /* of its key packet */
    size_t kept;            /* bytes of the data that stand in those lines, too */
    struct bytes data;      /* the packet of protected data; borrowed */
    uint32_t data_sum, far; /* CRC-24 of the data by itself, and what it moves a sum before it by */
};

void sample_init(struct sample *sample);
void sample_dispose(struct sample *sample);

/*
 * Keep a message that was proven whole: its own fields take `frame` bytes, and it holds key, then
 * data. false, and it is no sample: it is too short to share anything, or laid out in another way.
 */
bool sample_take(struct sample *sample, struct bytes message, size_t frame, struct bytes key,
                 struct bytes data);
/* Is there a sample, and does it fit a key packet of this size? */
bool sample_fits(const struct sample *sample, size_t key_size);

/* The message of another key packet of the same size; *frame: where its own fields end. */
void sample_write(struct str *out, size_t *frame, const struct sample *sample,
                  const struct plan *outside, struct bytes key);

/*
 * The whole proof of seal_prove and check_encrypted, over finished bytes, by what was proven of the
 * sample. Returns ERR_CORRUPT with what is not as it must be.
 */
MUST_USE enum status sample_prove(const struct sample *sample, struct bytes message, size_t frame,
                                  const struct plan *outside, const char *sub_fpr,
                                  struct bytes plain, struct err *err);

#endif
