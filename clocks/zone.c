#include "clocks/zone.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/str.h"

#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MOST 64
#define NAMES_MOST 2000
#define LIST_LIMIT ((size_t)1024 * 1024)
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

static const char *zone_folder(void)
{
    const char *folder = getenv("TZDIR");
    return text_is_empty(folder) ? "/usr/share/zoneinfo" : folder;
}

/*
 * GLib would take "../x", "+01:00" and "CET-1CEST,M3.5.0,M10.5.0" too, and the machine has copies
 * that count leap seconds.
 */
static bool is_name(const char *text)
{
    static const char *const others[] = {"posix/", "right/", "posixrules", "localtime", "Factory"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (text_starts(text, others[i]))
            return false;
    if (strlen(text) > NAME_MOST || !g_ascii_isalpha(text[0]) || text_ends(text, "/"))
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && strchr("_+-/", *p) == NULL)
            return false;
    return true;
}

static bool has_rules(const char *name)
{
    char magic[4] = "";
    char *path = path_join(zone_folder(), name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    free(path);
    if (fd < 0)
        return false;
    bool good = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic &&
                memcmp(magic, "TZif", sizeof magic) == 0;
    (void)close(fd);
    return good;
}

/* Names in tzdata.zi: "Z NAME …" and "L TARGET NAME". The line is cut into words. */
static const char *name_of_line(char *line)
{
    char *rest = line;
    const char *kind = strsep(&rest, " ");
    const char *word = strsep(&rest, " ");
    if (text_equal(kind, "Z"))
        return word;
    return text_equal(kind, "L") && word != NULL ? strsep(&rest, " ") : NULL;
}

static enum status refuse(const char *name, struct err *err)
{
    const char *names[NAMES_MOST];
    size_t count = 0;
    struct str text;
    char *path = path_join(zone_folder(), "tzdata.zi");
    str_init(&text, LIST_LIMIT);
    enum status status = file_read(&text, path, LIST_LIMIT, NULL);
    if (status != OK) {
        status = err_set(err, ERR_IO, "%s cannot be read: install the package tzdata", path);
    } else {
        char *rest = text.data;
        for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
            const char *known = name_of_line(line);
            if (known != NULL && count < NAMES_MOST)
                names[count++] = known;
        }
        int near = count > 0 ? nearest_name(name, names, count) : -1;
        status = err_set(err, ERR_NOT_FOUND,
                         near >= 0 ? "there is no time zone \"%.80s\": did you mean %s?"
                                   : "there is no time zone \"%.80s\": write its name of the IANA "
                                     "database, as %s",
                         name, near >= 0 ? names[near] : "Europe/Berlin");
    }
    str_dispose(&text);
    free(path);
    return status;
}

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
    if (iana == NULL)
        iana = "";
    if (!is_name(iana) || !has_rules(iana))
        return refuse(iana, err);
    GTimeZone *rules = g_time_zone_new_identifier(iana);
    if (rules == NULL)
        return err_set(err, ERR_IO, "%s/%s cannot be read as a time zone: install tzdata anew",
                       zone_folder(), iana);
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
