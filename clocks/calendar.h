/*
 * clocks/calendar - public holidays of a country, and its working days.
 *
 * A calendar is a file FOLDER/CC.ics (iCalendar, RFC 5545; config/calendars/README.md tells which
 * part of it): the maker may add to it or bring one of their own. The file says for which years it
 * is complete (X-TOCSIN-YEARS); outside of them it is asked in vain, and calendar_covers says so.
 * Knows: base, config/country. Threads: a calendar is constant.
 */
#ifndef TOCSIN_CLOCKS_CALENDAR_H
#define TOCSIN_CLOCKS_CALENDAR_H

#include "base/str.h"
#include "clocks/date.h"

/* No calendar may have more days without a working day between them. */
#define CALENDAR_REST_MOST 31

struct calendar; /* opaque */

/*
 * country: ISO 3166-1 alpha-2, with a part of it or not: "DE", "GB-SCT".
 * Returns ERR_NOT_FOUND (there is no such file), ERR_CORRUPT (FILE line N: what), ERR_LIMIT,
 * ERR_IO.
 */
MUST_USE enum status calendar_open(struct calendar **out, const char *folder, const char *country,
                                   struct err *err);
/* The same from its text; name is for errors. Returns ERR_CORRUPT. */
MUST_USE enum status calendar_parse(struct calendar **out, const char *name, const char *country,
                                    struct bytes text, struct err *err);
void calendar_close(struct calendar *calendar);                /* NULL is fine */
const char *calendar_country(const struct calendar *calendar); /* as it was opened; borrowed */

/* name (NULL is fine) is filled when it is one; borrowed. */
bool calendar_holiday(const char **name, const struct calendar *calendar, struct date date);
/* Is the calendar complete for this year? */
bool calendar_covers(const struct calendar *calendar, int year);

/* Monday to Friday and no holiday. */
bool calendar_working(const struct calendar *calendar, struct date date);
/* The next working day, itself if it is one; never more than CALENDAR_REST_MOST days on. */
struct date calendar_roll(const struct calendar *calendar, struct date date);
/* The same backwards. */
struct date calendar_roll_back(const struct calendar *calendar, struct date date);

#endif
