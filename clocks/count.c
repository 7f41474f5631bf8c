#include "clocks/count.h"

#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAST_YEAR 9000 /* so that no period leads out of the years that have a text */
/* No calendar has as many days off in a row: against a broken one only. */
#define ROLL_MOST 60
#define TEXT_MOST 64
#define STEP_MOST 1024

void steps_add(struct steps *steps, const char *format, ...)
{
    if (steps == NULL)
        return;
    va_list args;
    char line[STEP_MOST];
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    const char *kept = arena_strdup(steps->arena, line);
    arena_push(steps->arena, &steps->text, &steps->count, sizeof kept, &kept);
}

/* "2026-11-27T16:30Z" is what people write: the seconds are put in. */
static const char *with_seconds(char out[TEXT_MOST], const char *text)
{
    const size_t minutes = strlen("2026-11-27T16:30");
    size_t size = strlen(text);
    if (size <= minutes || size + 4 > TEXT_MOST || text[minutes] == ':')
        return text;
    (void)snprintf(out, TEXT_MOST, "%.*s:00%s", (int)minutes, text, text + minutes);
    return out;
}

enum status fact_parse(struct fact *out, const char *text, struct err *err)
{
    char whole[TEXT_MOST];
    *out = (struct fact){.dated = strlen(text) == strlen("2026-11-27")};
    enum status status = out->dated ? date_parse(&out->date, text, err)
                                    : clock_parse(&out->at_ms, with_seconds(whole, text), err);
    if (status != OK)
        return err_set(err, ERR_INVALID,
                       "\"%.60s\" is neither a day nor an instant: write 2026-11-27, or "
                       "2026-11-27T18:40:00Z, or with an offset such as +01:00",
                       text);
    const struct date last = {LAST_YEAR, 12, 31};
    if (out->dated ? out->date.year < 1970 || out->date.year > LAST_YEAR
                   : out->at_ms > date_days(last) * MS_DAY)
        return err_set(err, ERR_INVALID, "%.60s: years 1970 to %d can be counted", text, LAST_YEAR);
    return OK;
}

const char *count_day_text(char out[COUNT_DAY_TEXT], struct date date)
{
    static const char names[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    char text[DATE_TEXT];
    (void)snprintf(out, COUNT_DAY_TEXT, "%s %s", names[date_weekday(date) - 1],
                   date_text(text, date));
    return out;
}

const char *count_instant_text(char out[COUNT_INSTANT_TEXT], const struct zone *zone, int64_t at_ms)
{
    struct date date;
    int64_t ms = 0;
    int offset = 0;
    char day[DATE_TEXT];
    char part[8] = "";
    char sign[16] = "Z";
    zone_local(&date, &ms, &offset, zone, at_ms);
    /* Offsets of long ago have seconds, which RFC 3339 cannot say: whole minutes, and the time by
     * them. */
    if (offset % 60 != 0) {
        offset -= offset % 60;
        const int64_t local = at_ms + offset * MS_SECOND;
        const int64_t days = local / MS_DAY - (local % MS_DAY < 0);
        date = date_from_days(days);
        ms = local - days * MS_DAY;
    }
    if (offset != 0)
        (void)snprintf(sign, sizeof sign, "%c%02d:%02d", offset < 0 ? '-' : '+', abs(offset) / 3600,
                       abs(offset) / 60 % 60);
    if (ms % MS_SECOND != 0)
        (void)snprintf(part, sizeof part, ".%03d", (int)(ms % MS_SECOND));
    (void)snprintf(out, COUNT_INSTANT_TEXT, "%sT%02d:%02d:%02d%s%s", date_text(day, date),
                   (int)(ms / MS_HOUR), (int)(ms / MS_MINUTE % 60), (int)(ms / MS_SECOND % 60),
                   part, sign);
    return out;
}

struct counter {
    const struct counting *counting;
    const struct ground *ground;
    struct steps *steps;
    int uncovered; /* a year that the calendar does not know; 0: none met */
};

static bool is_weekend(struct date date)
{
    return date_weekday(date) > 5;
}

/* *why (may be NULL) says what kind of day off it is. */
static bool is_working(struct counter *c, const char **why, struct date date)
{
    const char *name = NULL;
    bool off = is_weekend(date);
    if (off)
        name = date_weekday(date) == 6 ? "a Saturday" : "a Sunday";
    else if (c->counting->holidays == HOLIDAYS_NATIONAL && c->ground->calendar != NULL) {
        if (!calendar_covers(c->ground->calendar, date.year))
            c->uncovered = date.year;
        else
            off = calendar_holiday(&name, c->ground->calendar, date);
    }
    if (why != NULL)
        *why = name;
    return !off;
}

static struct date next_day(struct date date)
{
    return date_add(date, 1);
}

/* The last instant of a day in the zone: days may have 23 or 25 hours. */
static int64_t day_end(const struct zone *zone, struct date date)
{
    return zone_instant(zone, next_day(date), 0) - 1;
}

static struct date roll_on(struct counter *c, struct date date)
{
    const char *why = NULL;
    char from[COUNT_DAY_TEXT];
    char to[COUNT_DAY_TEXT];
    for (int i = 0; i < ROLL_MOST && !is_working(c, &why, date); i++) {
        struct date next = next_day(date);
        steps_add(c->steps, "relief: %s is no working day (%s): the period ends later, on %s",
                  count_day_text(from, date), why, count_day_text(to, next));
        date = next;
    }
    return date;
}

static int64_t working_between(struct counter *c, struct date day0, struct date last)
{
    int64_t count = 0;
    for (struct date d = next_day(day0); date_compare(d, last) <= 0; d = next_day(d))
        count += is_working(c, NULL, d);
    return count;
}

static struct date hold_working_days(struct counter *c, struct date day0, struct date last)
{
    char from[COUNT_DAY_TEXT];
    char to[COUNT_DAY_TEXT];
    const int64_t least = c->counting->min_working_days;
    int64_t has = working_between(c, day0, last);
    const struct date before = last;
    const int64_t had = has;
    for (int i = 0; i < ROLL_MOST && has < least; i++) {
        last = next_day(last);
        has += is_working(c, NULL, last);
    }
    if (had < least)
        steps_add(c->steps,
                  "relief: a period holds at least %lld working days; up to %s it holds %lld: it "
                  "ends on %s",
                  (long long)least, count_day_text(from, before), (long long)had,
                  count_day_text(to, last));
    return last;
}

static struct date add_months(struct date date, int64_t n)
{
    const int64_t months = (int64_t)date.year * 12 + date.month - 1 + n;
    struct date out = {(int)(months / 12), (int)(months % 12) + 1, date.day};
    while (!date_valid(out)) /* no 31st there: the last day of the month */
        out.day--;
    return out;
}

/* Calendar days and months: the last day, then the relief. */
static void count_days(struct due *out, struct counter *c, struct date day0, struct date fact_day)
{
    const struct counting *k = c->counting;
    struct str period;
    char text[COUNT_DAY_TEXT];
    str_init(&period, STR_LIMIT_LINE);
    rule_period_words(&period, k->unit, k->n);
    out->safe = k->unit == UNIT_MONTHS ? add_months(day0, k->n) : date_add(day0, k->n);
    if (date_compare(out->safe, fact_day) < 0)
        out->safe = fact_day;
    steps_add(c->steps, "%s: %s is due without relief", str_text(&period),
              count_day_text(text, out->safe));
    out->legal = out->safe;
    if (k->roll == ROLL_NEXT_WORKING_DAY)
        out->legal = roll_on(c, out->legal);
    if (k->min_working_days > 0)
        out->legal = hold_working_days(c, day0, out->legal);
    str_dispose(&period);
}

static void count_working_days(struct due *out, struct counter *c, struct date day0)
{
    const int64_t n = c->counting->n;
    char text[COUNT_DAY_TEXT];
    struct date d = day0;
    for (int64_t i = 0; i < n;) {
        d = next_day(d);
        i += !is_weekend(d);
    }
    out->safe = d;
    steps_add(c->steps,
              "%lld working days, Monday to Friday, as if there were no holidays, end with %s: due "
              "without relief",
              (long long)n, count_day_text(text, d));
    d = day0;
    for (int64_t i = 0, off = 0; i < n;) {
        const char *why = NULL;
        d = next_day(d);
        const bool working = is_working(c, &why, d) || off == ROLL_MOST;
        i += working;
        off = working ? 0 : off + 1;
        if (!working && !is_weekend(d))
            steps_add(c->steps, "relief: %s is a holiday (%s) and not counted",
                      count_day_text(text, d), why);
    }
    out->legal = d;
}

static void say_relief(struct counter *c, const struct due *due)
{
    char text[COUNT_DAY_TEXT];
    const struct counting *k = c->counting;
    const bool gives =
        k->roll != ROLL_NONE || k->min_working_days > 0 || k->holidays == HOLIDAYS_NATIONAL;
    if (!gives) {
        steps_add(c->steps, "no relief is known for this rule: the legal date is the same");
        return;
    }
    if (k->holidays == HOLIDAYS_NATIONAL && c->ground->calendar == NULL)
        steps_add(c->steps, c->ground->country == NULL
                                ? "no country was said: no public holiday gives relief"
                                : "there is no calendar of this country: no public holiday gives "
                                  "relief");
    if (c->uncovered != 0)
        steps_add(c->steps, "the calendar does not reach %d: no holiday of that year gives relief",
                  c->uncovered);
    if (date_compare(due->safe, due->legal) == 0)
        steps_add(c->steps, "no relief applies: the legal date is the same");
    else
        steps_add(c->steps, "%s is the last day by law", count_day_text(text, due->legal));
}

static void count_in_days(struct due *out, struct counter *c, const struct fact *fact)
{
    char text[COUNT_DAY_TEXT];
    char instant[COUNT_INSTANT_TEXT];
    struct date day = fact->date;
    const struct zone *zone = c->ground->zone;
    if (!fact->dated) {
        zone_local(&day, NULL, NULL, zone, fact->at_ms);
        steps_add(c->steps, "the fact is at %s in %s: its day there is %s",
                  count_instant_text(instant, zone, fact->at_ms), zone_name(zone),
                  count_day_text(text, day));
    } else
        steps_add(c->steps, "the fact is on %s in %s", count_day_text(text, day), zone_name(zone));
    struct date day0 = day;
    if (c->counting->day0 == DAY0_DAY_BEFORE) {
        day0 = date_add(day, -1);
        steps_add(c->steps, "the day of the fact is day 1");
    } else
        steps_add(c->steps, "%s is day 0 and not counted", count_day_text(text, day0));
    out->kind = DUE_DAY;
    if (c->counting->unit == UNIT_WORKING_DAYS)
        count_working_days(out, c, day0);
    else
        count_days(out, c, day0, day);
    say_relief(c, out);
    out->safe_ms = day_end(zone, out->safe);
    out->legal_ms = day_end(zone, out->legal);
}

/* Of a day alone nobody knows the hour: from its first moment, so that no clock runs too long. */
static void count_hours(struct due *out, struct counter *c, const struct fact *fact)
{
    char text[COUNT_INSTANT_TEXT];
    char day[COUNT_DAY_TEXT];
    const struct zone *zone = c->ground->zone;
    int64_t from = fact->at_ms;
    if (fact->dated) {
        from = zone_instant(zone, fact->date, 0);
        steps_add(c->steps, "only the day is known, %s: counted from its beginning in %s",
                  count_day_text(day, fact->date), zone_name(zone));
    }
    steps_add(c->steps, "the fact is at %s", count_instant_text(text, zone, from));
    out->kind = DUE_INSTANT;
    out->safe_ms = out->legal_ms = from + c->counting->n * MS_HOUR;
    steps_add(c->steps,
              "%lld elapsed hours, weekends and holidays included, counted on UTC, end at %s: no "
              "relief",
              (long long)c->counting->n, count_instant_text(text, zone, out->safe_ms));
}

static void count_at_once(struct due *out, struct counter *c, const struct fact *fact)
{
    char text[COUNT_INSTANT_TEXT];
    char day[COUNT_DAY_TEXT];
    const struct zone *zone = c->ground->zone;
    if (fact->dated) {
        out->kind = DUE_DAY;
        out->safe = out->legal = fact->date;
        out->safe_ms = out->legal_ms = day_end(zone, fact->date);
        steps_add(c->steps, "the fact is on %s in %s", count_day_text(day, fact->date),
                  zone_name(zone));
    } else {
        out->kind = DUE_INSTANT;
        out->safe_ms = out->legal_ms = fact->at_ms;
        steps_add(c->steps, "the fact is at %s", count_instant_text(text, zone, fact->at_ms));
    }
    steps_add(c->steps, "the law gives no number: it is due with the fact itself");
}

void count_due(struct due *out, struct steps *steps, const struct counting *counting,
               const struct fact *fact, const struct ground *ground)
{
    struct counter c = {.counting = counting, .ground = ground, .steps = steps};
    *out = (struct due){.safe_ms = INT64_MAX, .legal_ms = INT64_MAX};
    switch (counting->unit) {
    case UNIT_NONE:
        steps_add(steps, "the law sets no time: nothing is computed");
        break;
    case UNIT_AT_ONCE:
        count_at_once(out, &c, fact);
        break;
    case UNIT_HOURS:
        count_hours(out, &c, fact);
        break;
    case UNIT_DAYS:
    case UNIT_WORKING_DAYS:
    case UNIT_MONTHS:
        count_in_days(out, &c, fact);
        break;
    }
    assert(out->safe_ms <= out->legal_ms);
}

const struct due *count_governing(const struct due *dues, size_t count)
{
    const struct due *first = count > 0 ? &dues[0] : NULL;
    for (size_t i = 1; i < count; i++)
        if (dues[i].safe_ms < first->safe_ms ||
            (dues[i].safe_ms == first->safe_ms && dues[i].legal_ms < first->legal_ms))
            first = &dues[i];
    return first;
}
