#include "advisory/instant.h"

#include <string.h>

/* Exactly `digits` digits at *at, and then `behind` (0: anything). */
static bool take(int *out, struct bytes text, size_t *at, size_t digits, char behind)
{
    *out = 0;
    if (text.size - *at < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        unsigned char c = text.data[(*at)++];
        if (c < '0' || c > '9')
            return false;
        *out = *out * 10 + (c - '0');
    }
    return behind == '\0' || (*at < text.size && text.data[(*at)++] == (unsigned char)behind);
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Days since 1970-01-01; years begin with March, so that the leap day is the last one. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468 +
           (y < 0 ? -1 : 0);
}

static bool take_fraction(struct instant *out, struct bytes text, size_t *at)
{
    size_t begin = *at + 1;
    if (*at >= text.size || text.data[*at] != '.')
        return true;
    for ((*at)++; *at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9';)
        (*at)++;
    size_t size = *at - begin;
    if (size == 0)
        return false;
    while (size > 0 && text.data[begin + size - 1] == '0')
        size--;
    out->fraction = (struct bytes){text.data + begin, size};
    return true;
}

/* "Z" or "+01:00", up to the end */
static bool take_offset(int *minutes, struct bytes text, size_t at)
{
    int hour = 0;
    int minute = 0;
    *minutes = 0;
    if (at >= text.size)
        return false;
    unsigned char sign = text.data[at++];
    if (sign == 'Z' || sign == 'z')
        return at == text.size;
    if ((sign != '+' && sign != '-') || !take(&hour, text, &at, 2, ':') ||
        !take(&minute, text, &at, 2, '\0') || hour > 23 || minute > 59)
        return false;
    *minutes = (hour * 60 + minute) * (sign == '-' ? -1 : 1);
    return at == text.size;
}

bool instant_parse(struct instant *out, struct bytes text)
{
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int offset = 0;
    size_t at = 0;
    *out = (struct instant){.seconds = 0};
    if (!take(&year, text, &at, 4, '-') || !take(&month, text, &at, 2, '-') ||
        !take(&day, text, &at, 2, '\0') || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month))
        return false;
    if (at >= text.size || (text.data[at] != 'T' && text.data[at] != 't'))
        return false;
    at++;
    if (!take(&hour, text, &at, 2, ':') || !take(&minute, text, &at, 2, ':') ||
        !take(&second, text, &at, 2, '\0') || hour > 23 || minute > 59 || second > 60)
        return false;
    if (!take_fraction(out, text, &at) || !take_offset(&offset, text, at))
        return false;
    /* A leap second is the last one of a day in UTC. */
    int utc = (hour * 60 + minute - offset + 2 * 24 * 60) % (24 * 60);
    if (second == 60 && utc != 23 * 60 + 59)
        return false;
    out->leap = second == 60; /* behind 59.9 and before midnight */
    out->seconds = ((days_of(year, month, day) * 24 + hour) * 60 + minute - offset) * INT64_C(60) +
                   (out->leap ? 59 : second);
    return true;
}

int instant_compare(const struct instant *a, const struct instant *b)
{
    size_t common = a->fraction.size < b->fraction.size ? a->fraction.size : b->fraction.size;
    if (a->seconds != b->seconds)
        return a->seconds < b->seconds ? -1 : 1;
    if (a->leap != b->leap)
        return a->leap ? 1 : -1;
    int order = common == 0 ? 0 : memcmp(a->fraction.data, b->fraction.data, common);
    if (order != 0)
        return order;
    return (a->fraction.size > b->fraction.size) - (a->fraction.size < b->fraction.size);
}
