/*
 * advisory/instant - date-time of RFC 3339 (5.6), compared to the last digit of its fraction.
 */
#ifndef TOCSIN_ADVISORY_INSTANT_H
#define TOCSIN_ADVISORY_INSTANT_H

#include "base/str.h"

struct instant {
    int64_t seconds;       /* since 1970-01-01T00:00:00Z; of a leap second that before it */
    bool leap;             /* the second 60 of a minute */
    struct bytes fraction; /* digits behind the point, borrowed, without zeros at the end */
};

/* false unless text is a date-time. */
bool instant_parse(struct instant *out, struct bytes text);
int instant_compare(const struct instant *a, const struct instant *b); /* <0, 0, >0 */

#endif
