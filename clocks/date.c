#include "clocks/date.h"

#include "base/civil.h"

#include <ctype.h>
#include <stdio.h>

#define YEAR_MOST 9999

int64_t date_days(struct date date)
{
    return civil_days(date.year, date.month, date.day);
}

struct date date_from_days(int64_t days)
{
    struct date date = {0};
    civil_from_days(&date.year, &date.month, &date.day, days);
    return date;
}

struct date date_add(struct date date, int64_t days)
{
    return date_from_days(date_days(date) + days);
}

int date_weekday(struct date date)
{
    int weekday = civil_weekday(date_days(date));
    return weekday == 0 ? 7 : weekday;
}

bool date_valid(struct date date)
{
    return date.year >= 1 && date.year <= YEAR_MOST && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= civil_month_days(date.year, date.month);
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

/* `pattern` has a 9 for each digit. */
static bool looks_like(const char *text, const char *pattern)
{
    for (; *pattern != '\0'; text++, pattern++)
        if (*pattern == '9' ? !isdigit((unsigned char)*text) : *text != *pattern)
            return false;
    return *text == '\0';
}

static int digits(const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

enum status date_parse(struct date *out, const char *text, struct err *err)
{
    if (text == NULL)
        text = "";
    struct date date = {0};
    if (looks_like(text, "9999-99-99"))
        date = (struct date){digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    if (!date_valid(date))
        return err_set(err, ERR_INVALID, "\"%.60s\" is not a date: write it as 2026-11-27", text);
    *out = date;
    return OK;
}

const char *date_text(char out[DATE_TEXT], struct date date)
{
    (void)snprintf(out, DATE_TEXT, "%04d-%02d-%02d", date.year, date.month, date.day);
    return out;
}
