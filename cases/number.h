/*
 * cases/number - the number of a case, made to be said on the phone: digits only, and the last of
 * them is computed from the others, so that one that was misheard, or two that changed places, are
 * noticed at once. "C-26-0017-8": year, count within it, check digit.
 */
#ifndef TOCSIN_CASES_NUMBER_H
#define TOCSIN_CASES_NUMBER_H

#include "base/err.h"

#include <stdint.h>

#define CASE_NUMBER 40
/* year 2000 to 2099, seq from 1 on. Returns out. */
const char *case_number(char out[CASE_NUMBER], int64_t year, int64_t seq);

/*
 * As people write it: with or without C, hyphens and spaces. *out is the one way in which it is
 * kept. Returns ERR_INVALID: no such number, and why.
 */
MUST_USE enum status case_number_read(char out[CASE_NUMBER], const char *text, struct err *err);

#endif
