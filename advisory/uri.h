/*
 * advisory/uri - is a text a URI as RFC 3986 (appendix A) has it? Nothing is fetched.
 */
#ifndef TOCSIN_ADVISORY_URI_H
#define TOCSIN_ADVISORY_URI_H

#include "base/str.h"

bool uri_valid(struct bytes text);

#endif
