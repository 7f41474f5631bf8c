/*
 * base/zone_name - which names of time zones this machine knows.
 *
 * The rules are those of the machine's tzdata: /usr/share/zoneinfo, or the folder that TZDIR names.
 */
#ifndef TOCSIN_BASE_ZONE_NAME_H
#define TOCSIN_BASE_ZONE_NAME_H

#include "base/err.h"

/*
 * A name of the IANA database that has rules here: no path, no offset, no POSIX rule, no other
 * case. Returns ERR_NOT_FOUND (names the nearest), ERR_IO when the machine has no zones at all.
 */
MUST_USE enum status zone_name_check(const char *name, struct err *err);
const char *zone_name_folder(void); /* borrowed */

#endif
