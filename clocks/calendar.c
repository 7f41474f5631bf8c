#include "clocks/calendar.h"

#include "clocks/calendar_days.h"

#include <stdlib.h>

void calendar_close(struct calendar *calendar)
{
    if (calendar == NULL)
        return;
    arena_free(calendar->arena);
    free(calendar);
}

const char *calendar_country(const struct calendar *calendar)
{
    return calendar->country;
}

bool calendar_holiday(const char **name, const struct calendar *calendar, struct date date)
{
    int64_t days = date_days(date);
    size_t low = 0;
    size_t high = calendar->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct holiday *holiday = &calendar->holidays[middle];
        if (holiday->days == days) {
            if (name != NULL)
                *name = holiday->name;
            return true;
        }
        if (holiday->days < days)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool calendar_covers(const struct calendar *calendar, int year)
{
    return year >= calendar->first_year && year <= calendar->last_year;
}

bool calendar_working(const struct calendar *calendar, struct date date)
{
    return date_weekday(date) <= 5 && !calendar_holiday(NULL, calendar, date);
}

struct date calendar_roll(const struct calendar *calendar, struct date date)
{
    while (!calendar_working(calendar, date))
        date = date_add(date, 1);
    return date;
}

struct date calendar_roll_back(const struct calendar *calendar, struct date date)
{
    while (!calendar_working(calendar, date))
        date = date_add(date, -1);
    return date;
}
