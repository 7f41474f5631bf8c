/* policy/span - lengths of time as public texts say them. */
#ifndef TOCSIN_POLICY_SPAN_H
#define TOCSIN_POLICY_SPAN_H

#include "base/str.h"

/* "72 hours", "14 days", "1 hour", "90 minutes". */
void policy_add_span(struct str *out, int64_t ms);

#endif
