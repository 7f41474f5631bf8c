#include "clocks/recur.h"

#include "base/clock.h"
#include "clocks/recur_parts.h"

#include <stdlib.h>

static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const units[] = {"day", "week", "month", "year"};

/* "first", "22nd", "last", "third last". */
static void add_ordinal(struct str *out, int n)
{
    static const char *const words[] = {"first", "second", "third", "fourth", "fifth"};
    int from_end = n < 0;
    int size = abs(n);
    int ten = size % 100 / 10;
    const char *end = ten == 1         ? "th"
                      : size % 10 == 1 ? "st"
                      : size % 10 == 2 ? "nd"
                      : size % 10 == 3 ? "rd"
                                       : "th";
    if (size <= 5 && !(from_end && size == 1))
        str_add(out, words[size - 1]);
    else if (size > 5)
        str_addf(out, "%d%s", size, end);
    if (from_end)
        str_add(out, size == 1 ? "last" : " last");
}

/* "a", "a and b", "a, b and c" */
static void add_between(struct str *out, size_t i, size_t count)
{
    if (i > 0)
        str_add(out, i + 1 == count ? " and " : ", ");
}

static void add_weekdays(struct str *out, const struct rrule_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        add_between(out, i, list->count);
        if (list->ordinals[i] != 0) {
            str_add(out, "the ");
            add_ordinal(out, list->ordinals[i]);
            str_add_c(out, ' ');
        }
        str_add(out, weekdays[list->values[i] - 1]);
    }
}

/* `before` once, then ordinals and `behind`: "on the first and last day". */
static void add_ordinals(struct str *out, const struct rrule_list *list, const char *before,
                         const char *behind)
{
    if (list->count == 0)
        return;
    str_add(out, before);
    for (size_t i = 0; i < list->count; i++) {
        add_between(out, i, list->count);
        add_ordinal(out, list->values[i]);
    }
    str_add(out, behind);
}

static bool every_weekday(const struct rrule_list *list)
{
    bool workdays = list->count == 5;
    for (size_t i = 0; i < list->count; i++)
        workdays = workdays && list->values[i] == (int)i + 1 && list->ordinals[i] == 0;
    return workdays;
}

static void add_days(struct str *out, const struct rrule *rule)
{
    const struct rrule_list *days = &rule->by[BY_DAY];
    bool weekly = rule->freq == RRULE_WEEKLY && rule->interval == 1;
    str_add(out, "every ");
    if (rule->interval > 1)
        str_addf(out, "%d %ss", rule->interval, units[rule->freq]);
    else if (!weekly)
        str_add(out, units[rule->freq]);
    add_ordinals(out, &rule->by[BY_YEARDAY], " on the ", " day");
    add_ordinals(out, &rule->by[BY_MONTHDAY], " on the ", " day");
    if (days->count > 0) {
        if (!weekly)
            str_add(out, rule->by[BY_MONTHDAY].count + rule->by[BY_YEARDAY].count > 0 ? " if it is "
                                                                                      : " on ");
        if (every_weekday(days))
            str_add(out, weekly ? "day from Monday to Friday" : "Monday to Friday");
        else
            add_weekdays(out, days);
    }
    for (size_t i = 0; i < rule->by[BY_MONTH].count; i++) {
        str_add(out, i == 0 ? (rule->freq == RRULE_YEARLY ? " of " : " in ") : "");
        add_between(out, i, rule->by[BY_MONTH].count);
        str_add(out, months[rule->by[BY_MONTH].values[i] - 1]);
    }
    add_ordinals(out, &rule->by[BY_SETPOS], ", only the ", " of these days");
}

static void add_time(struct str *out, int64_t ms)
{
    str_addf(out, "%02d:%02d", (int)(ms / MS_HOUR), (int)(ms / MS_MINUTE % 60));
    if (ms % MS_MINUTE != 0)
        str_addf(out, ":%02d", (int)(ms / MS_SECOND % 60));
}

static void add_end(struct str *out, const struct recur *recur)
{
    const struct rrule *rule = &recur->rule;
    char day[DATE_TEXT];
    if (rule->count > 0)
        str_addf(out, ", %lld time%s", (long long)rule->count, rule->count == 1 ? "" : "s");
    if (rule->until == UNTIL_NEVER)
        return;
    str_addf(out, ", until %s", date_text(day, rule->until_date));
    if (rule->until != UNTIL_DATE) {
        str_add_c(out, ' ');
        add_time(out, rule->until_ms);
        str_add(out, rule->until == UNTIL_UTC ? " UTC" : "");
    }
}

void recur_describe(struct str *out, const struct recur *recur)
{
    add_days(out, &recur->rule);
    str_add_c(out, ' ');
    for (size_t i = 0; i < recur->time_count; i++) {
        add_between(out, i, recur->time_count);
        add_time(out, recur->times[i]);
    }
    str_addf(out, ", %s", zone_name(recur->zone));
    add_end(out, recur);
    if (recur->shift != RECUR_STAY)
        str_addf(out, ", moved off public holidays of %s to the %s",
                 calendar_country(recur->calendar),
                 recur->shift == RECUR_AFTER ? "next working day" : "working day before");
}
