/*
 * advisory/language - language tags as BCP 47 (RFC 5646) has them.
 */
#ifndef TOCSIN_ADVISORY_LANGUAGE_H
#define TOCSIN_ADVISORY_LANGUAGE_H

#include "base/str.h"

/* The shape that the JSON schema of CSAF 2.0 asks for (lang_t): letters and lengths only. */
bool language_has_shape(struct bytes tag);
/* NULL when the tag is valid (RFC 5646, 2.2.9), else what is wrong: "no such language". */
const char *language_fault(struct bytes tag);
/* Has it a subtag that is reserved for private use: qaa to qtz, Qaaa to Qabx, XA, x-...? */
bool language_is_private(struct bytes tag);

#endif
