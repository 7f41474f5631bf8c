/*
 * clocks/zone - what the clocks on the wall of a place show, and back.
 *
 * The rules are those of the machine's tzdata (package tzdata), read by GLib's GTimeZone; TZDIR
 * says where else they lie. The machine's own zone (TZ, /etc/localtime) is never asked.
 * Knows: base. Threads: a zone is constant; GLib's reader locks by itself.
 */
#ifndef TOCSIN_CLOCKS_ZONE_H
#define TOCSIN_CLOCKS_ZONE_H

#include "clocks/date.h"

struct zone; /* opaque */

/*
 * iana is a name of the IANA database as it is written there ("Europe/Berlin", "UTC"): no offset,
 * no POSIX rule, no other case. Rules change with the machine's tzdata; a zone that is open keeps
 * those it was opened with.
 * Returns ERR_NOT_FOUND (names the nearest), ERR_IO when the machine has no zones at all.
 */
MUST_USE enum status zone_open(struct zone **out, const char *iana, struct err *err);
void zone_close(struct zone *zone);             /* NULL is fine */
const char *zone_name(const struct zone *zone); /* as it was opened; borrowed */

/* What the wall shows at an instant. Each of the three may be NULL. */
void zone_local(struct date *date_out, int64_t *ms_of_day_out, int *offset_s_out,
                const struct zone *zone, int64_t at_ms);

/*
 * The instant at which the wall shows this; ms_of_day is 0 to 24 h less 1 ms. In a gap (clocks go
 * forward, a day is left out) the first instant after it; in a fold (clocks go back) the earlier.
 * A later local time never gives an earlier instant.
 */
int64_t zone_instant(const struct zone *zone, struct date date, int64_t ms_of_day);

#endif
