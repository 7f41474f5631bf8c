/*
 * clocks/date - a day of the Gregorian calendar, without a zone and without a time.
 *
 * Knows: base. Years 1 to 9999 (ISO 8601, RFC 3339 full-date). Pure.
 */
#ifndef TOCSIN_CLOCKS_DATE_H
#define TOCSIN_CLOCKS_DATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct date {
    int year, month, day;
};

int64_t date_days(struct date date); /* since 1970-01-01; the date must exist */
struct date date_from_days(int64_t days);
struct date date_add(struct date date, int64_t days);
int date_weekday(struct date date); /* 1 Monday … 7 Sunday, ISO 8601 */
bool date_valid(struct date date);
int date_compare(struct date a, struct date b); /* below, equal to or above 0 */

/* Strictly YYYY-MM-DD, a day that exists. Returns ERR_INVALID. */
MUST_USE enum status date_parse(struct date *out, const char *text, struct err *err);
/* "2026-11-27"; out holds at least DATE_TEXT bytes. Returns out. */
#define DATE_TEXT 16
const char *date_text(char out[DATE_TEXT], struct date date);

#endif
