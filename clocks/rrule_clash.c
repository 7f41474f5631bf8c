/*
 * What of a rule does not go together: what RFC 5545 forbids, what programs read differently, what
 * libical cannot, and what it would search for up to the year 20000 before it says that it never
 * comes.
 */
#include "clocks/rrule.h"

#include "base/civil.h"

#include <stdlib.h>

#define LEAP_YEAR 2024

static bool has(const struct rrule *rule, enum rrule_by by)
{
    return rule->by[by].count > 0;
}

static bool has_ordinal(const struct rrule *rule)
{
    for (size_t i = 0; i < rule->by[BY_DAY].count; i++)
        if (rule->by[BY_DAY].ordinals[i] != 0)
            return true;
    return false;
}

static bool counts_both_ways(const struct rrule_list *list)
{
    return list->count > 0 && list->values[0] < 0 && list->values[list->count - 1] > 0;
}

/* No month that is meant is as long as any day that is meant. */
static bool lacks_day(const struct rrule *rule)
{
    const struct rrule_list *months = &rule->by[BY_MONTH];
    const struct rrule_list *days = &rule->by[BY_MONTHDAY];
    for (size_t m = 0; m < months->count; m++)
        for (size_t d = 0; d < days->count; d++)
            if (abs(days->values[d]) <= civil_month_days(LEAP_YEAR, months->values[m]))
                return false;
    return months->count > 0 && days->count > 0;
}

/* No month has a sixth Monday. */
static bool lacks_weekday(const struct rrule *rule)
{
    const struct rrule_list *days = &rule->by[BY_DAY];
    if (rule->freq != RRULE_MONTHLY && !has(rule, BY_MONTH))
        return false;
    for (size_t i = 0; i < days->count; i++)
        if (abs(days->ordinals[i]) <= 5)
            return false;
    return days->count > 0;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* BYSETPOS asks for the tenth of what are never more than nine days. */
static bool lacks_position(const struct rrule *rule)
{
    bool monthly = rule->freq == RRULE_MONTHLY;
    size_t months = monthly ? 1 : has(rule, BY_MONTH) ? rule->by[BY_MONTH].count : 12;
    size_t weekdays = 0;
    size_t most = SIZE_MAX;
    for (size_t i = 0; i < rule->by[BY_DAY].count; i++)
        weekdays += rule->by[BY_DAY].ordinals[i] != 0 ? months : 5 * months;
    if (has(rule, BY_DAY))
        most = weekdays;
    if (has(rule, BY_MONTHDAY))
        most = least_of(most, rule->by[BY_MONTHDAY].count * months);
    if (has(rule, BY_YEARDAY))
        most = least_of(most, rule->by[BY_YEARDAY].count);
    for (size_t i = 0; i < rule->by[BY_SETPOS].count; i++)
        if ((size_t)abs(rule->by[BY_SETPOS].values[i]) <= most)
            return false;
    return has(rule, BY_SETPOS);
}

/* What RFC 5545 forbids, and what libical cannot or programs read differently; said of the whole.
 */
const char *rrule_clash(const struct rrule *rule)
{
    size_t times = rule->by[BY_HOUR].count * rule->by[BY_MINUTE].count * rule->by[BY_SECOND].count;
    bool positions = has(rule, BY_SETPOS);
    if (rule->count != 0 && rule->until != UNTIL_NEVER)
        return "COUNT and UNTIL do not go together: leave one out";
    if (has(rule, BY_WEEK))
        return "BYWEEKNO is read in different ways at the turn of the year: write FREQ=WEEKLY with "
               "INTERVAL, or BYMONTH and BYDAY";
    if (has(rule, BY_YEARDAY) && rule->freq != RRULE_YEARLY)
        return "BYYEARDAY needs FREQ=YEARLY";
    if (has(rule, BY_MONTHDAY) && rule->freq == RRULE_WEEKLY)
        return "BYMONTHDAY does not go with FREQ=WEEKLY: write FREQ=MONTHLY";
    if (has_ordinal(rule) && rule->freq != RRULE_MONTHLY && rule->freq != RRULE_YEARLY)
        return "a number before a weekday needs FREQ=MONTHLY or YEARLY";
    if (has_ordinal(rule) && (has(rule, BY_YEARDAY) || has(rule, BY_MONTHDAY)))
        return "a number before a weekday goes with BYMONTH only";
    if (has(rule, BY_YEARDAY) && (has(rule, BY_MONTH) || has(rule, BY_MONTHDAY)))
        return "BYYEARDAY goes with BYDAY only";
    if (rule->freq == RRULE_DAILY && has(rule, BY_MONTHDAY) && rule->by[BY_MONTHDAY].values[0] < 0)
        return "days counted from the end of a month need FREQ=MONTHLY";
    if (positions && rule->freq != RRULE_MONTHLY && rule->freq != RRULE_YEARLY)
        return "BYSETPOS needs FREQ=MONTHLY or YEARLY";
    if (positions && !has(rule, BY_DAY) && !has(rule, BY_MONTHDAY) && !has(rule, BY_YEARDAY))
        return "BYSETPOS chooses among days: write BYDAY or BYMONTHDAY beside it";
    if (positions && times > 1)
        return "BYSETPOS goes with one time a day: write one BYHOUR, BYMINUTE and BYSECOND";
    if (positions &&
        (counts_both_ways(&rule->by[BY_MONTHDAY]) || counts_both_ways(&rule->by[BY_YEARDAY])))
        return "BYSETPOS does not go with days counted from both ends: two may be the same day";
    if (lacks_day(rule) || lacks_weekday(rule) || lacks_position(rule))
        return "it never comes true: no month or year has such a day";
    return times > RRULE_TIMES_MOST ? "more than 96 runs a day: write fewer BYHOUR and BYMINUTE"
                                    : NULL;
}
