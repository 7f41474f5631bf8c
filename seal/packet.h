/*
 * seal/packet - OpenPGP packets (RFC 4880), read for their shape only.
 *
 * What is cut, counted or refused here is never trusted as genuine: GnuPG checks signatures.
 * Knows: base. Bytes are hostile: bounded, linear time, no recursion.
 */
#ifndef TOCSIN_SEAL_PACKET_H
#define TOCSIN_SEAL_PACKET_H

#include "base/str.h"

enum packet_tag {
    PACKET_PKESK = 1, /* the session key, encrypted for one key */
    PACKET_SIGNATURE = 2,
    PACKET_SECRET_KEY = 5,
    PACKET_PUBLIC_KEY = 6,
    PACKET_SECRET_SUBKEY = 7,
    PACKET_USER_ID = 13,
    PACKET_PUBLIC_SUBKEY = 14,
    PACKET_SEIPD = 18 /* encrypted and integrity protected data */
};

/* Public key algorithms by their numbers. */
enum packet_algo { PACKET_RSA = 1, PACKET_RSA_ENCRYPT = 2, PACKET_ELGAMAL = 16, PACKET_ECDH = 18 };

struct packet {
    unsigned tag;
    struct bytes whole; /* head and body, as they stand */
    struct bytes body;  /* the first piece when the length is partial */
};

/*
 * Cut the next packet off *rest. Only encrypted data may come in pieces.
 * Returns ERR_NOT_FOUND at the end, ERR_INVALID when bytes and lengths do not add up.
 */
MUST_USE enum status packet_next(struct packet *out, struct bytes *rest, struct err *err);

/* Fingerprints and key ids are upper-case hex: 2 * size signs and NUL. */
void packet_hex(char *out, const unsigned char *data, size_t size);

struct packet_key {
    unsigned algo;
    int64_t created_s;
    unsigned char digest[20]; /* the fingerprint itself */
    char fpr[41];
    char keyid[17];
};
/* The body of a public key or subkey of version 4. Returns ERR_INVALID. */
MUST_USE enum status packet_read_key(struct packet_key *out, struct bytes body, struct err *err);

#define PACKET_FLAG_SIGN 0x02U
#define PACKET_FLAG_ENCRYPT 0x0CU

struct packet_signature {
    unsigned version; /* 3 or 4 */
    unsigned type; /* 0x00 binary, 0x01 text, 0x10-0x13 user id, 0x18 subkey, 0x20 revoked, ... */
    unsigned digest;
    int64_t created_s;
    bool has_flags;
    unsigned flags; /* what the key may be used for */
    char keyid[17]; /* of the issuer; "" when it does not say */
};
/* The body of a signature of version 3 or 4. Returns ERR_INVALID. */
MUST_USE enum status packet_read_signature(struct packet_signature *out, struct bytes body,
                                           struct err *err);
#define PACKET_SHA512 10U

/* MD5, SHA-1, RIPEMD-160 and whatever is not a SHA-2 of 256 bits or more. */
bool packet_digest_is_weak(unsigned digest);

#endif
