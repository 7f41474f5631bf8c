/*
 * seal/crc24 - the checksum of OpenPGP's armour (RFC 4880 §6.1).
 */
#ifndef TOCSIN_SEAL_CRC24_H
#define TOCSIN_SEAL_CRC24_H

#include "base/str.h"

#define CRC24_START 0xB704CEU

/* Go on with a checksum over these bytes. */
uint32_t crc24_add(uint32_t crc, const unsigned char *data, size_t size);

/*
 * A checksum is linear: what `size` bytes behind a sum do to it is a product with crc24_far(size)
 * and their own sum, begun at 0. So crc24_add(a, b, n) is
 * crc24_join(a, crc24_far(n), crc24_add(0, b, n)), and b has to be read once for many a.
 */
uint32_t crc24_far(size_t size);
uint32_t crc24_join(uint32_t before, uint32_t far, uint32_t behind);

#endif
