/*
 * evidence/stamp - time-stamps of RFC 3161 over the exact bytes of a checkpoint note.
 *
 * Through OpenSSL. A response is judged with the certificates at the time that it states: it stays
 * good when the authority's certificate has expired since.
 */
#ifndef TOCSIN_EVIDENCE_STAMP_H
#define TOCSIN_EVIDENCE_STAMP_H

#include "base/clock.h"

#define STAMP_LIMIT ((size_t)64 * 1024)

/* A request with a random nonce that asks for the certificate: DER. policy: dotted OID or NULL. */
MUST_USE enum status stamp_request(struct str *out_der, const char *policy, struct bytes data,
                                   struct err *err);

struct stamp {
    int64_t at_ms;       /* what the authority says */
    int64_t cert_end_ms; /* when the authority's certificate ends; 0: not known */
    char authority[256]; /* subject of its certificate, one line */
    char serial[64];     /* of the token, hex */
};

/*
 * Does this response (DER) say that data was there at *out's instant? ca_pem: the roots that are
 * trusted. request: the DER that was sent, whose nonce and policy must come back; size 0: a
 * bundle is checked, where it is not there any more.
 * Returns ERR_REFUSED (not granted, another imprint, nonce, policy; a signature or certificate that
 * does not hold), ERR_INVALID (no response at all, no certificate in ca_pem).
 */
MUST_USE enum status stamp_check(struct stamp *out, struct bytes response, struct bytes request,
                                 struct bytes data, struct bytes ca_pem, struct err *err);

/*
 * The certificates of a PEM text as PEM again, and nothing else of it: no key that stands beside
 * them. *first_end_ms: when the first of them to end does. Returns ERR_INVALID (there is none).
 */
MUST_USE enum status stamp_roots(struct str *out_pem, int64_t *first_end_ms, struct bytes pem,
                                 struct err *err);

#endif
