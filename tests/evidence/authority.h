/*
 * tests/evidence/authority - a time-stamp authority inside the test, by OpenSSL's own code, that
 * can lie. Its keys lie in a folder, so that another process of the test is the same authority.
 */
#ifndef TOCSIN_TESTS_EVIDENCE_AUTHORITY_H
#define TOCSIN_TESTS_EVIDENCE_AUTHORITY_H

#include "base/str.h"

enum lie {
    LIE_NONE,
    LIE_NONCE,     /* another one */
    LIE_NO_NONCE,  /* none at all */
    LIE_IMPRINT,   /* of something else */
    LIE_STRANGER,  /* another authority's root */
    LIE_EXPIRED,   /* its certificate has ended when it stamps */
    LIE_POLICY,    /* another policy than the one that was asked for */
    LIE_REFUSED,   /* a rejection */
    LIE_SIGNATURE, /* a bit of it is another */
    LIE_LONGER,    /* a byte behind the end */
    LIE_COUNT
};

#define AUTHORITY_AT INT64_C(1800000000) /* seconds: what its clock shows */
#define AUTHORITY_POLICY "1.2.3.4.1"     /* its own; it also has 1.2.3.4.7 */

/* root.pem (trusted), and keys and certificates of all that authority_answer plays. */
void authority_make(const char *folder);
/* Appends the response (DER). at_s: what its clock shows. */
void authority_answer(struct str *out, const char *folder, struct bytes request, enum lie lie,
                      int64_t at_s);

#endif
