#include "clocks/zone.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/zone_name.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S INT64_C(86400)

/*
 * GLib 2.74 misreads the rule for the years after its table where summer is the standard time
 * (Dublin): those years are looked up in a year of the table that has the same weekdays.
 */
#define TABLE_LAST 2037

struct zone {
    char *name;
    GTimeZone *rules;
    bool wraps; /* years after TABLE_LAST are looked up in the table */
};

static int glib_offset(const struct zone *zone, int64_t at_s)
{
    return g_time_zone_get_offset(
        zone->rules, g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, at_s));
}

/* Does an offset turn up after the table that the zone does not have in the table's last year? */
static bool misreads(const struct zone *zone)
{
    int known[12];
    for (int month = 1; month <= 12; month++)
        known[month - 1] = glib_offset(zone, civil_days(TABLE_LAST, month, 15) * DAY_S);
    for (int month = 1; month <= 12; month++) {
        int offset = glib_offset(zone, civil_days(TABLE_LAST + 3, month, 15) * DAY_S);
        bool found = false;
        for (int i = 0; i < 12; i++)
            found = found || known[i] == offset;
        if (!found)
            return true;
    }
    return false;
}

enum status zone_open(struct zone **out, const char *iana, struct err *err)
{
    *out = NULL;
    enum status status = zone_name_check(iana, err);
    if (status != OK)
        return status;
    GTimeZone *rules = g_time_zone_new_identifier(iana);
    if (rules == NULL)
        return err_set(err, ERR_IO, "%s/%s cannot be read as a time zone: install tzdata anew",
                       zone_name_folder(), iana);
    struct zone *zone = xcalloc(1, sizeof *zone);
    zone->name = xstrdup(iana);
    zone->rules = rules;
    zone->wraps = misreads(zone);
    *out = zone;
    return OK;
}

void zone_close(struct zone *zone)
{
    if (zone == NULL)
        return;
    g_time_zone_unref(zone->rules);
    free(zone->name);
    free(zone);
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

/*
 * How many days before `days` the same day stands in the table; 0 when it is in the table itself.
 * Months from March on follow the weekday of 1 March, the others that of 1 January. 29 February is
 * looked up as the 28th: no clock changes then.
 */
static int64_t days_back(const struct zone *zone, int64_t days)
{
    int year = 0;
    int month = 0;
    int day = 0;
    civil_from_days(&year, &month, &day, days);
    if (!zone->wraps || year <= TABLE_LAST)
        return 0;
    int first = month <= 2 ? 1 : 3;
    int like = TABLE_LAST; /* the table's eleven years begin with every weekday, either way */
    while ((civil_days(year, first, 1) - civil_days(like, first, 1)) % 7 != 0)
        like--;
    return civil_days(year, first, 1) - civil_days(like, first, 1);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

void zone_local(struct date *date_out, int64_t *ms_of_day_out, int *offset_s_out,
                const struct zone *zone, int64_t at_ms)
{
    int64_t at_s = floor_div(at_ms, MS_SECOND);
    int64_t back_s = days_back(zone, floor_div(at_s, DAY_S)) * DAY_S;
    int offset_s = glib_offset(zone, at_s - back_s);
    int64_t local_ms = at_ms + offset_s * MS_SECOND;
    int64_t days = floor_div(local_ms, MS_DAY);
    if (date_out != NULL)
        *date_out = date_from_days(days);
    if (ms_of_day_out != NULL)
        *ms_of_day_out = local_ms - days * MS_DAY;
    if (offset_s_out != NULL)
        *offset_s_out = offset_s;
}

static int interval_at(const struct zone *zone, int64_t at_s)
{
    return g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, at_s);
}

/* The first second of an interval that begins in (before_s, in_s]. */
static int64_t interval_start(const struct zone *zone, int interval, int64_t before_s, int64_t in_s)
{
    while (in_s - before_s > 1) {
        int64_t middle = before_s + (in_s - before_s) / 2;
        if (interval_at(zone, middle) >= interval)
            in_s = middle;
        else
            before_s = middle;
    }
    return in_s;
}

/*
 * Every offset is below a day, so the instant lies within a day of the local time read as UTC. The
 * intervals of constant offset are tried from the earliest on: the first one at whose end the wall
 * shows more than the local time is the one. If it begins with more already, there was a gap.
 */
int64_t zone_instant(const struct zone *zone, struct date date, int64_t ms_of_day)
{
    int64_t days = date_days(date);
    int64_t back_s = days_back(zone, days) * DAY_S;
    int64_t local_s = days * DAY_S + ms_of_day / MS_SECOND - back_s;
    int64_t low_s = local_s - DAY_S;
    int64_t high_s = local_s + DAY_S;
    int interval = interval_at(zone, low_s);
    int last = interval_at(zone, high_s);
    int64_t at_s = local_s - g_time_zone_get_offset(zone->rules, interval);
    while (interval < last && interval_at(zone, at_s) > interval) {
        interval++;
        at_s = local_s - g_time_zone_get_offset(zone->rules, interval);
    }
    if (interval_at(zone, at_s) < interval)
        return (interval_start(zone, interval, low_s, high_s) + back_s) * MS_SECOND;
    return (at_s + back_s) * MS_SECOND + ms_of_day % MS_SECOND;
}
