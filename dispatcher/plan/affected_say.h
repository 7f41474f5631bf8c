/* dispatcher/plan/affected_say - an answer to "are we affected?" in words and as data. */
#ifndef TOCSIN_DISPATCHER_AFFECTED_SAY_H
#define TOCSIN_DISPATCHER_AFFECTED_SAY_H

#include "dispatcher/plan/affected.h"
#include "store/advisory.h"
#include "store/notice.h"
#include "store/party.h"

/* One thing against one advisory. */
struct concern {
    const struct affected_asked *asked;
    const struct installed *row;      /* party NULL: nobody in the register holds it */
    const struct advisory *advisory;  /* NULL: none in force touches it */
    const char *result;               /* a word of standing, "none", "unknown" */
    const char *comparison;           /* by the names, or NULL */
    const char *remedy;               /* what to do, or NULL */
    const char *pattern, *pattern_of; /* the number that names it, and whose it is, or NULL */
    const char *pattern_says;
    const struct notice *notices; /* what its holder was told */
    size_t notice_count;
    const struct affected_spellings *near; /* what may have been meant, or NULL */
};

void affected_say(struct str *out, const struct concern *concern);

#endif
