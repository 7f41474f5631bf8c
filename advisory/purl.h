/*
 * advisory/purl - package URLs as the purl specification has them: pkg:type/namespace/name@version
 * ?qualifiers#subpath, and what it asks of single types.
 */
#ifndef TOCSIN_ADVISORY_PURL_H
#define TOCSIN_ADVISORY_PURL_H

#include "base/str.h"

/* NULL when it is valid, else what is wrong: "it has no name". */
const char *purl_fault(struct bytes text);

#endif
