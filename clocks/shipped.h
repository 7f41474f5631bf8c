/*
 * clocks/shipped - the rules and calendars that are compiled into the program, and a site's own
 * calendars before them. Internal to clocks/.
 */
#ifndef TOCSIN_CLOCKS_SHIPPED_H
#define TOCSIN_CLOCKS_SHIPPED_H

#include "base/embedded.h"
#include "base/str.h"

extern const struct embedded shipped_rules[]; /* config/rules/NAME.cfg */
extern const size_t shipped_rules_count;

/* own: folder of the site's calendars, or NULL. Returns ERR_NOT_FOUND, ERR_LIMIT, ERR_IO. */
MUST_USE enum status shipped_calendar_text(struct str *out, const char *own, const char *country);

#endif
