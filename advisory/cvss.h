/*
 * advisory/cvss - base scores of CVSS v2, v3.0 and v3.1 exactly as FIRST specifies them.
 */
#ifndef TOCSIN_ADVISORY_CVSS_H
#define TOCSIN_ADVISORY_CVSS_H

#include "base/err.h"

struct cvss {
    const char *version; /* "2.0", "3.0", "3.1": static */
    int base_tenths;
    const char *severity; /* "NONE" ... "CRITICAL" (v2: LOW MEDIUM HIGH): static */
};

/*
 * vector in its official form; for v2 without or with "(...)". Temporal and environmental metrics
 * are checked and do not count. Returns ERR_INVALID with the metric at fault; NULL is invalid.
 */
MUST_USE enum status cvss_base(struct cvss *out, const char *vector, struct err *err);

#endif
