/*
 * tests/lies/peer - TLS peers, right and wrong, with keys and certificates made when they are
 * needed: a description in, the relay's side of TLS and the file of the authority that we trust
 * out.
 */
#ifndef TOCSIN_TESTS_LIES_PEER_H
#define TOCSIN_TESTS_LIES_PEER_H

#include "base/str.h"

#include <openssl/ssl.h>

enum peer_key {
    KEY_P256,
    KEY_P384,
    KEY_P192,
    KEY_ED25519,
    KEY_RSA_512,
    KEY_RSA_1024,
    KEY_RSA_2048,
    KEY_RSA_3072,
    KEY_RSA_4096
};

/* Who has signed the relay's certificate, and what the relay sends along. */
enum peer_chain {
    CHAIN_ROOT,         /* the authority that we trust */
    CHAIN_GOOD,         /* an intermediate of it, sent along */
    CHAIN_MISSING,      /* the same, not sent along */
    CHAIN_NOT_CA,       /* the intermediate says CA:FALSE */
    CHAIN_EXPIRED,      /* it has expired */
    CHAIN_SHA1,         /* it is signed with SHA-1 */
    CHAIN_WEAK,         /* it has an RSA key of 1,024 bits */
    CHAIN_TOO_LONG,     /* two intermediates where the first allows none below it */
    CHAIN_NAMES,        /* it may sign for other.test only */
    CHAIN_NO_SIGNING,   /* its key usage lacks keyCertSign */
    CHAIN_STRANGER,     /* an authority that we do not trust, of another name */
    CHAIN_TWIN,         /* one of the same name as ours, with another key */
    CHAIN_SELF,         /* signed by itself */
    CHAIN_ROOT_EXPIRED, /* our own authority has expired */
    CHAIN_SEVERAL       /* our file holds five authorities, it is the fourth */
};

struct peer {
    const char *alt;       /* subjectAltName; NULL: "DNS:relay.test", "": none */
    const char *cn;        /* NULL: "relay" */
    const char *usage;     /* extendedKeyUsage; NULL: "serverAuth", "": none */
    const char *key_usage; /* NULL: none */
    const char *digest;    /* of the signature on the relay's certificate; NULL: SHA256 */
    const char *from, *to; /* "YYYYMMDDHHMMSSZ"; NULL: around now */
    enum peer_key key;
    enum peer_chain chain;
    bool critical;        /* an extension that nobody knows is critical */
    bool nul_name;        /* the name goes on behind a NUL byte */
    bool damaged;         /* a bit of its signature is wrong */
    int tls_from, tls_to; /* 0: as OpenSSL likes */
    const char *ciphers;  /* of TLS 1.2 and older; NULL: as OpenSSL likes */
    const char *groups;
    int dh_bits; /* 0: none */
};

/* Writes the authorities that we trust to ca_path. */
SSL_CTX *peer_make(const struct peer *peer, const char *ca_path);

#endif
