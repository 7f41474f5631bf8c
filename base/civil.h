/*
 * base/civil - the days of the proleptic Gregorian calendar, as numbers. The one place that counts
 * them; base/clock and clocks/date build on it.
 */
#ifndef TOCSIN_BASE_CIVIL_H
#define TOCSIN_BASE_CIVIL_H

#include <stdint.h>

/* Days from 1970-01-01 to this date, negative before it. The date must exist. */
int64_t civil_days(int64_t year, int64_t month, int64_t day);
/* The date that many days after 1970-01-01. */
void civil_from_days(int *year_out, int *month_out, int *day_out, int64_t days);

/* 28 to 31; month is 1 to 12. */
int civil_month_days(int year, int month);
/* 0 is Sunday. */
int civil_weekday(int64_t days);

#endif
