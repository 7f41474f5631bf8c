/*
 * seal/crc24 - the checksum of OpenPGP's armour (RFC 4880 §6.1).
 */
#ifndef TOCSIN_SEAL_CRC24_H
#define TOCSIN_SEAL_CRC24_H

#include "base/str.h"

#define CRC24_START 0xB704CEU

/* Go on with a checksum over these bytes. */
uint32_t crc24_add(uint32_t crc, const unsigned char *data, size_t size);

#endif
