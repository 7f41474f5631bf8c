/*
 * clocks/ics - the lines of an iCalendar file (RFC 5545 §3.1): unfolded, cut into name, parameters
 * and value. Foreign bytes: bounded, linear. Internal to clocks/.
 */
#ifndef TOCSIN_CLOCKS_ICS_H
#define TOCSIN_CLOCKS_ICS_H

#include "base/str.h"
#include "clocks/date.h"

#include <stddef.h>

struct ics {
    struct bytes text;
    size_t at;
    size_t next_line; /* number of the line at `at`, the first is 1 */
    struct str content;

    /* The content line that ics_next read last; borrowed until the next call. */
    size_t line;
    const char *name;       /* in upper case */
    const char *parameters; /* without the first ";"; "" when there are none */
    char *value;
};

void ics_init(struct ics *ics, struct bytes text);
void ics_dispose(struct ics *ics);

/* Returns ERR_NOT_FOUND at the end, ERR_CORRUPT (says what, not where: ics->line tells). */
MUST_USE enum status ics_next(struct ics *ics, struct err *err);

/* "20261224" and no more. Returns ERR_CORRUPT. */
MUST_USE enum status ics_date(struct date *out, const char *text, struct err *err);
/* Undo the escapes of a TEXT (§3.3.11) in place. */
void ics_unescape(char *text);

#endif
