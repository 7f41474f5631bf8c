/*
 * base/number - the one way from digits to a number.
 */
#ifndef TOCSIN_BASE_NUMBER_H
#define TOCSIN_BASE_NUMBER_H

#include "base/str.h"

/*
 * The whole text is decimal digits, with a "-" before them or not, within int64: no sign "+",
 * no space, nothing behind. false otherwise (NULL and "" too), *out is untouched then.
 */
MUST_USE bool number_parse(int64_t *out, const char *text);
MUST_USE bool number_parse_n(int64_t *out, struct bytes text);
/* The same, and least ≤ number ≤ most. */
MUST_USE bool number_parse_within(int64_t *out, const char *text, int64_t least, int64_t most);

#endif
