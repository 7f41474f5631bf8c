#include "clocks/calendar_days.h"

#include "base/file.h"
#include "base/number.h"
#include "base/utf8.h"
#include "clocks/ics.h"
#include "config/country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)1024 * 1024)
#define HOLIDAYS_MOST 20000
#define YEARS_MOST 200

/* What is known while a file is read. */
struct reading {
    struct calendar *calendar;
    struct ics ics;
    bool in_calendar, in_event, ended;
    struct date start; /* of the event; year 0: none yet */
    size_t first;      /* index of the event's first holiday */
    const char *summary;
};

static bool is_country(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t size = text != NULL ? strlen(text) : 0;
    if (size < 2 || strspn(text, letters) < 2)
        return false;
    return size == 2 || (text[2] == '-' && size >= 4 && size <= 6 &&
                         strspn(text + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == size - 3);
}

static enum status add_date(struct reading *r, const char *text, struct err *err)
{
    struct date date = {0};
    enum status status = ics_date(&date, text, err);
    if (status != OK)
        return status;
    if (r->calendar->count == HOLIDAYS_MOST)
        return err_set(err, ERR_CORRUPT, "more than %d holidays", HOLIDAYS_MOST);
    if (r->start.year == 0)
        r->start = date;
    struct holiday holiday = {.days = date_days(date), .order = r->calendar->count};
    arena_push(r->calendar->arena, &r->calendar->holidays, &r->calendar->count, sizeof holiday,
               &holiday);
    return OK;
}

static enum status read_start(struct reading *r, struct err *err)
{
    if (r->start.year != 0)
        return err_set(err, ERR_CORRUPT, "DTSTART stands twice in one event");
    return add_date(r, r->ics.value, err);
}

static enum status read_end(struct reading *r, struct err *err)
{
    struct date end = {0};
    enum status status = ics_date(&end, r->ics.value, err);
    if (status == OK && (r->start.year == 0 || date_days(end) != date_days(r->start) + 1))
        return err_set(err, ERR_CORRUPT,
                       "DTEND is not the day after DTSTART: write an event for each day");
    return status;
}

static enum status read_more(struct reading *r, struct err *err)
{
    enum status status = OK;
    if (r->start.year == 0)
        return err_set(err, ERR_CORRUPT, "RDATE stands before DTSTART: put it behind");
    char *rest = r->ics.value;
    for (char *word = strsep(&rest, ","); word != NULL && status == OK; word = strsep(&rest, ","))
        status = add_date(r, word, err);
    return status;
}

static enum status read_summary(struct reading *r)
{
    struct str name;
    str_init(&name, 200);
    ics_unescape(r->ics.value);
    utf8_add_line(&name, bytes_of(r->ics.value));
    r->summary = arena_strdup(r->calendar->arena, str_text(&name));
    str_dispose(&name);
    return OK;
}

/* What would make other days of these than the ones that stand there. */
static enum status read_property(struct reading *r, struct err *err)
{
    static const char *const changing[] = {"RRULE", "EXDATE", "EXRULE", "DURATION",
                                           "RECURRENCE-ID"};
    static const struct {
        const char *name;
        enum status (*read)(struct reading *r, struct err *err);
    } dates[] = {{"DTSTART", read_start}, {"DTEND", read_end}, {"RDATE", read_more}};
    const char *name = r->ics.name;
    for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++)
        if (text_equal(name, changing[i]))
            return err_set(err, ERR_CORRUPT,
                           "%s is not read here: write each day as DTSTART or RDATE", name);
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        if (!text_equal(name, dates[i].name))
            continue;
        if (!text_equal(r->ics.parameters, "VALUE=DATE"))
            return err_set(err, ERR_CORRUPT, "%s is not a whole day: write %s;VALUE=DATE:…", name,
                           name);
        return dates[i].read(r, err);
    }
    return text_equal(name, "SUMMARY") ? read_summary(r) : OK;
}

static enum status end_event(struct reading *r, struct err *err)
{
    if (r->start.year == 0 || text_is_empty(r->summary))
        return err_set(err, ERR_CORRUPT, "the event that ends here has no %s",
                       r->start.year == 0 ? "DTSTART" : "SUMMARY");
    for (size_t i = r->first; i < r->calendar->count; i++)
        r->calendar->holidays[i].name = r->summary;
    r->in_event = false;
    return OK;
}

static enum status read_frame(struct reading *r, bool begin, struct err *err)
{
    const char *what = r->ics.value;
    if (begin && text_equal(what, "VCALENDAR") && !r->in_calendar && !r->ended) {
        r->in_calendar = true;
    } else if (begin && text_equal(what, "VEVENT") && r->in_calendar && !r->in_event) {
        r->in_event = true;
        r->start = (struct date){0};
        r->summary = NULL;
        r->first = r->calendar->count;
    } else if (!begin && text_equal(what, "VEVENT") && r->in_event) {
        return end_event(r, err);
    } else if (!begin && text_equal(what, "VCALENDAR") && r->in_calendar && !r->in_event) {
        r->in_calendar = false;
        r->ended = true;
    } else {
        return err_set(err, ERR_CORRUPT,
                       "%s:%.40s has no place here: a calendar is one VCALENDAR with VEVENTs in it",
                       r->ics.name, what);
    }
    return OK;
}

static enum status read_years(struct reading *r, struct err *err)
{
    struct calendar *calendar = r->calendar;
    int64_t first = 0;
    int64_t last = 0;
    char *rest = r->ics.value;
    const char *from = strsep(&rest, "-");
    if (!number_parse_within(&first, from, 1900, 9999) ||
        !number_parse_within(&last, rest, first, first + YEARS_MOST) || calendar->first_year != 0)
        return err_set(err, ERR_CORRUPT, "X-TOCSIN-YEARS is not read: write it once, as 2024-2045");
    calendar->first_year = (int)first;
    calendar->last_year = (int)last;
    return OK;
}

static enum status read_line(struct reading *r, struct err *err)
{
    const char *name = r->ics.name;
    if (text_equal(name, "BEGIN") || text_equal(name, "END"))
        return read_frame(r, text_equal(name, "BEGIN"), err);
    if (!r->in_calendar)
        return err_set(err, ERR_CORRUPT, "%s stands outside of BEGIN:VCALENDAR", name);
    if (r->in_event)
        return read_property(r, err);
    if (text_equal(name, "X-TOCSIN-YEARS"))
        return read_years(r, err);
    if (text_equal(name, "X-TOCSIN-COUNTRY") && !text_equal(r->ics.value, r->calendar->country))
        return err_set(err, ERR_CORRUPT, "this is the calendar of %.20s, not of %s", r->ics.value,
                       r->calendar->country);
    return OK;
}

static int by_day(const void *a, const void *b)
{
    const struct holiday *x = a;
    const struct holiday *y = b;
    if (x->days != y->days)
        return x->days < y->days ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void sort_days(struct calendar *calendar)
{
    size_t kept = 0;
    if (calendar->count == 0)
        return;
    qsort(calendar->holidays, calendar->count, sizeof calendar->holidays[0], by_day);
    for (size_t i = 0; i < calendar->count; i++)
        if (kept == 0 || calendar->holidays[kept - 1].days != calendar->holidays[i].days)
            calendar->holidays[kept++] = calendar->holidays[i];
    calendar->count = kept;
}

/* A year without any holiday was forgotten; without working days nothing would ever be due. */
static enum status check_years(const struct calendar *calendar, struct err *err)
{
    size_t at = 0;
    for (int year = calendar->first_year; year <= calendar->last_year; year++) {
        size_t before = at;
        while (at < calendar->count && date_from_days(calendar->holidays[at].days).year == year)
            at++;
        if (at == before)
            return err_set(err, ERR_CORRUPT,
                           "no holiday in %d, or one outside of %d to %d: mend X-TOCSIN-YEARS or "
                           "the dates",
                           year, calendar->first_year, calendar->last_year);
    }
    if (at < calendar->count)
        return err_set(err, ERR_CORRUPT, "a holiday after %d: mend X-TOCSIN-YEARS or the dates",
                       calendar->last_year);
    /* With the weekend before the first day and the one behind the last: who rolls passes them. */
    int64_t rest = 0;
    int64_t end = date_days((struct date){calendar->last_year, 12, 31}) + 2;
    int64_t day = date_days((struct date){calendar->first_year, 1, 1}) - 2;
    for (; day <= end; day++) {
        rest = calendar_working(calendar, date_from_days(day)) ? 0 : rest + 1;
        if (rest > CALENDAR_REST_MOST)
            return err_set(err, ERR_CORRUPT, "more than %d days without a working day in %d",
                           CALENDAR_REST_MOST, date_from_days(day).year);
    }
    return OK;
}

static enum status read_all(struct reading *r, const char *path, struct err *err)
{
    enum status status = OK;
    while (status == OK && (status = ics_next(&r->ics, err)) == OK)
        status = read_line(r, err);
    if (status != ERR_NOT_FOUND) {
        (void)err_prefix(err, "%s line %zu", path, r->ics.line);
        return status;
    }
    if (!r->ended)
        return err_set(err, ERR_CORRUPT, "%s: is cut off: there is no END:VCALENDAR", path);
    if (r->calendar->first_year == 0)
        return err_set(err, ERR_CORRUPT,
                       "%s: does not say for which years it is complete: write a line "
                       "X-TOCSIN-YEARS:2024-2045 behind BEGIN:VCALENDAR",
                       path);
    sort_days(r->calendar);
    status = check_years(r->calendar, err);
    if (status != OK)
        (void)err_prefix(err, "%s", path);
    return status;
}

static enum status refuse_country(const char *country, const char *folder, struct err *err)
{
    const char *meant = country_meant(country);
    return err_set(err, ERR_NOT_FOUND,
                   "there is no calendar of public holidays for \"%.40s\" in %s%s%s",
                   country != NULL ? country : "", folder,
                   meant != NULL && !text_equal(meant, country) ? ": did you mean " : "",
                   meant != NULL && !text_equal(meant, country) ? meant : "");
}

enum status calendar_parse(struct calendar **out, const char *name, const char *country,
                           struct bytes text, struct err *err)
{
    struct calendar *calendar = xcalloc(1, sizeof *calendar);
    struct reading r = {.calendar = calendar};
    *out = NULL;
    calendar->arena = arena_new();
    calendar->country = arena_strdup(calendar->arena, country);
    ics_init(&r.ics, text);
    enum status status = read_all(&r, name, err);
    ics_dispose(&r.ics);
    if (status == OK)
        *out = calendar;
    else
        calendar_close(calendar);
    return status;
}

enum status calendar_open(struct calendar **out, const char *folder, const char *country,
                          struct err *err)
{
    struct str text;
    char file[16];
    *out = NULL;
    if (!is_country(country))
        return refuse_country(country, folder, err);
    (void)snprintf(file, sizeof file, "%s.ics", country);
    char *path = path_join(folder, file);
    str_init(&text, FILE_LIMIT);
    enum status status = file_read(&text, path, FILE_LIMIT, err);
    if (status == ERR_NOT_FOUND)
        status = refuse_country(country, folder, err);
    else if (status == OK)
        status = calendar_parse(out, path, country, str_bytes(&text), err);
    str_dispose(&text);
    free(path);
    return status;
}
