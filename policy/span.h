/* policy/span - lengths of time as public texts say them. */
#ifndef TOCSIN_POLICY_SPAN_H
#define TOCSIN_POLICY_SPAN_H

#include "base/str.h"

/* One of them, and several. */
struct span_words {
    const char *day[2], *hour[2], *minute[2], *second[2];
};
void policy_add_span_in(struct str *out, const struct span_words *words, int64_t ms);
/* "72 hours", "14 days", "1 hour", "90 minutes". */
void policy_add_span(struct str *out, int64_t ms);

#endif
