/*
 * clocks/calendar_days - what a calendar is made of. Internal to clocks/: calendar_read.c fills it,
 * calendar.c asks it.
 */
#ifndef TOCSIN_CLOCKS_CALENDAR_DAYS_H
#define TOCSIN_CLOCKS_CALENDAR_DAYS_H

#include "base/arena.h"
#include "clocks/calendar.h"

struct holiday {
    int64_t days;
    size_t order; /* in the file: the first name of a day is its name */
    const char *name;
};

struct calendar {
    struct arena *arena;
    const char *country;
    struct holiday *holidays; /* in order of days, one each */
    size_t count;
    int first_year, last_year; /* 0 until the file has said so */
};

#endif
