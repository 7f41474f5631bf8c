/*
 * base/sha256 - the only home of SHA-256 (FIPS 180-4), through OpenSSL.
 */
#ifndef TOCSIN_BASE_SHA256_H
#define TOCSIN_BASE_SHA256_H

#include "base/str.h"

#define SHA256_SIZE 32
#define SHA256_HEX 65 /* 64 digits and NUL */

struct sha256 {
    unsigned char byte[SHA256_SIZE];
};

struct sha256_ctx; /* opaque */

void sha256(struct sha256 *out, struct bytes data);
/* The digest of the parts one after the other. */
void sha256_parts(struct sha256 *out, const struct bytes *parts, size_t count);
const char *sha256_hex(char out[SHA256_HEX], const struct sha256 *digest);
void sha256_hex_of(char out[SHA256_HEX], struct bytes data);
bool sha256_equal(const struct sha256 *a, const struct sha256 *b);
/* Lower-case hex of exactly 64 digits. Returns ERR_INVALID. */
MUST_USE enum status sha256_parse(struct sha256 *out, const char *hex, struct err *err);

/* Incremental: new → add* → end (which frees). */
struct sha256_ctx *sha256_new(void);
void sha256_add(struct sha256_ctx *ctx, struct bytes data);
void sha256_end(struct sha256_ctx *ctx, struct sha256 *out);

#endif
