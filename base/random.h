/*
 * base/random - unpredictable bytes from the kernel, and the short names made of them.
 */
#ifndef TOCSIN_BASE_RANDOM_H
#define TOCSIN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills out or stops the process: there is no work without randomness. */
void random_bytes(void *out, size_t size);
/* 0 ≤ result < below, without bias. */
uint32_t random_below(uint32_t below);

/*
 * For return addresses: 26 signs of base32 (a-z 2-7) and NUL. The first two are those of everybody
 * who is given one in these 32 ms, the other 24 are 120 bits of chance.
 */
#define RANDOM_TOKEN 27
const char *random_token(char out[RANDOM_TOKEN], int64_t now_ms);
/* Opaque ids in evidence and Message-IDs: 24 hex digits, 96 bits, and NUL. */
#define RANDOM_UID 25
const char *random_uid(char out[RANDOM_UID]);
/* The same, but later ones come behind earlier ones: 44 bits of time, 52 of chance. */
const char *random_uid_in_order(char out[RANDOM_UID], int64_t now_ms);
/*
 * What a person reads on the phone: 7 signs A-Z 2-9 without I and O, and NUL. The first two as
 * above, the other five are 25 bits of chance: it may come twice.
 */
#define RANDOM_CODE 8
const char *random_code(char out[RANDOM_CODE], int64_t now_ms);

#endif
