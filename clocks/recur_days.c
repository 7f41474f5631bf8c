/*
 * The days of a rule. Months and years are libical's, in floating time from midnight on (its
 * iteration in a zone drifts after a gap); days and weeks are counted here, for libical 3.0 loses
 * the week of "WEEKLY;INTERVAL=3;BYDAY=SU". Times of day, COUNT and UNTIL are not known here.
 */
#include "clocks/libical.h"
#include "clocks/recur_parts.h"

#include <stdlib.h>

#define WINDOW                                                                                     \
    128 /* days kept of a rule without COUNT; opening an iterator costs as much as 100             \
         */

struct recur_days {
    const struct rrule *rule;
    char *text; /* of the rule, for libical */
    struct date anchor;
    size_t most;        /* days that are kept; with COUNT all of them, from the anchor on */
    struct date *found; /* ascending */
    size_t count;
    struct date from; /* found is complete from here on; year 0: nothing was asked yet */
    bool ended;       /* and has no further days */
};

static bool is_counted(const struct rrule *rule)
{
    return rule->freq == RRULE_DAILY || rule->freq == RRULE_WEEKLY;
}

enum status recur_days_open(struct recur_days **out, const struct rrule *rule, struct date anchor,
                            struct err *err)
{
    struct str text;
    enum status status = is_counted(rule) ? OK : libical_load(err);
    *out = NULL;
    if (status != OK)
        return status;
    struct recur_days *days = xcalloc(1, sizeof *days);
    str_init(&text, 4096);
    rrule_add_days(&text, rule);
    days->text = str_take(&text);
    days->rule = rule;
    days->anchor = anchor;
    /* One more: times of the first day may lie before the anchor. */
    days->most = rule->count > 0 ? (size_t)rule->count + 1 : WINDOW;
    days->found = xcalloc(days->most, sizeof days->found[0]);
    *out = days;
    return OK;
}

void recur_days_free(struct recur_days *days)
{
    if (days == NULL)
        return;
    free(days->text);
    free(days->found);
    free(days);
}

static bool has_value(const struct rrule_list *list, int value)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->values[i] == value)
            return true;
    return list->count == 0;
}

/* Of a day or week that is in step: what limits the days of a DAILY or WEEKLY rule. */
static bool is_meant(const struct rrule *rule, struct date date)
{
    return has_value(&rule->by[BY_MONTH], date.month) &&
           has_value(&rule->by[BY_MONTHDAY], date.day) &&
           has_value(&rule->by[BY_DAY], date_weekday(date));
}

static void fill_by_counting(struct recur_days *days, struct date from, struct date end)
{
    const struct rrule *rule = days->rule;
    bool weekly = rule->freq == RRULE_WEEKLY;
    int64_t step = weekly ? INT64_C(7) * rule->interval : rule->interval;
    int64_t first = date_days(days->anchor); /* of the anchor's step */
    if (weekly)
        first -= (date_weekday(days->anchor) - rule->week_start + 7) % 7;
    int64_t last = date_days(end);
    int64_t day = date_days(from);
    while (day <= last && days->count < days->most) {
        int64_t into = (day - first) % step;
        if (into >= (weekly ? 7 : 1)) {
            day += step - into;
            continue;
        }
        struct date date = date_from_days(day++);
        if (is_meant(rule, date))
            days->found[days->count++] = date;
    }
    days->ended = days->count < days->most;
}

static icaltimetype midnight(struct date date)
{
    icaltimetype time = icaltime_null_time();
    time.year = date.year;
    time.month = date.month;
    time.day = date.day;
    return time;
}

/*
 * The last day not after `from` from which the rule can be iterated as from the anchor: whole
 * intervals on. Which days of a month or year are meant stands in the rule.
 */
static struct date start_near(const struct recur_days *days, struct date from)
{
    struct date anchor = days->anchor;
    int interval = days->rule->interval;
    int years = (from.year - anchor.year) / interval * interval;
    int months = ((from.year - anchor.year) * 12 + from.month - anchor.month) / interval * interval;
    if (days->rule->freq == RRULE_YEARLY)
        return years == 0 ? anchor : (struct date){anchor.year + years, 1, 1};
    if (months == 0)
        return anchor;
    months += anchor.month - 1;
    return (struct date){anchor.year + months / 12, months % 12 + 1, 1};
}

/* The bound is given as UNTIL, or libical would search for a day that never comes until 2582. */
static void fill_by_libical(struct recur_days *days, struct date from, struct date end)
{
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(days->text);
    rule.until = midnight(end);
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, midnight(start_near(days, from)));
    days->ended = iterator == NULL; /* it says in that way that no day comes */
    while (!days->ended && days->count < days->most) {
        icaltimetype time = icalrecur_iterator_next(iterator);
        struct date date = {time.year, time.month, time.day};
        days->ended = icaltime_is_null_time(time);
        if (!days->ended && date_compare(date, from) >= 0)
            days->found[days->count++] = date;
    }
    if (iterator != NULL)
        icalrecur_iterator_free(iterator);
    icalerror_clear_errno();
}

static void fill(struct recur_days *days, struct date from)
{
    struct date end = {from.year + RECUR_YEARS_MOST, from.month, from.month == 2 ? 28 : from.day};
    days->from = from;
    days->count = 0;
    if (is_counted(days->rule))
        fill_by_counting(days, from, end);
    else
        fill_by_libical(days, from, end);
}

static bool is_kept(const struct recur_days *days, struct date from)
{
    if (days->from.year == 0 || date_compare(from, days->from) < 0)
        return false;
    return days->ended || days->rule->count > 0 ||
           date_compare(days->found[days->count - 1], from) >= 0;
}

bool recur_days_next(struct date *out, int64_t *index, struct recur_days *days, struct date from)
{
    bool counted = days->rule->count > 0;
    if (date_compare(from, days->anchor) < 0)
        from = days->anchor;
    if (!is_kept(days, from))
        fill(days, counted ? days->anchor : from);
    size_t low = 0;
    size_t high = days->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (date_compare(days->found[middle], from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == days->count)
        return false;
    *out = days->found[low];
    *index = counted ? (int64_t)low : 0;
    return true;
}
