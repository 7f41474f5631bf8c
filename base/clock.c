#include "base/clock.h"

#include "base/civil.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LAST_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

static int64_t read_clock(clockid_t id)
{
    struct timespec t = {0};
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * MS_SECOND + (int64_t)t.tv_nsec / 1000000;
}

void clock_init_system(struct clock *clock)
{
    *clock = (struct clock){0};
}

void clock_init_from(struct clock *clock, int64_t now_ms)
{
    *clock = (struct clock){
        .frozen_base = true, .base_ms = now_ms, .base_up_ms = read_clock(CLOCK_BOOTTIME)};
}

void clock_init_stopped(struct clock *clock, int64_t now_ms)
{
    *clock = (struct clock){.stopped = true, .base_ms = now_ms};
}

void clock_init_even(struct clock *clock, const struct even *anchor)
{
    *clock = (struct clock){.evenly = true, .even = *anchor};
}

/* Whoever is put to sleep between two readings would see a jump: read until they belong together.
 */
void clock_read_machine(int64_t *out_wall_ms, int64_t *out_up_ms)
{
    int64_t before = 0;
    int64_t after = 0;
    for (int i = 0; i == 0 || (after - before > 20 && i < 10); i++) {
        before = read_clock(CLOCK_BOOTTIME);
        *out_wall_ms = read_clock(CLOCK_REALTIME);
        after = read_clock(CLOCK_BOOTTIME);
    }
    *out_up_ms = after;
}

int64_t clock_instead_ms(const struct clock *clock)
{
    int64_t wall = 0;
    int64_t up = 0;
    if (!clock->evenly)
        return 0;
    /* Looked at now: a jump that nobody has noticed yet is one, too. */
    clock_read_machine(&wall, &up);
    int64_t now = even_now(&clock->even, up);
    return wall - now <= -MS_SECOND || wall - now >= MS_SECOND ? now : 0;
}

int64_t clock_up_ms(const struct clock *clock)
{
    return clock->stopped ? clock->base_ms : read_clock(CLOCK_BOOTTIME);
}

int64_t clock_now_ms(const struct clock *clock)
{
    if (clock->stopped)
        return clock->base_ms;
    if (clock->frozen_base)
        return clock->base_ms + read_clock(CLOCK_BOOTTIME) - clock->base_up_ms;
    if (clock->evenly)
        return even_now(&clock->even, read_clock(CLOCK_BOOTTIME));
    return read_clock(CLOCK_REALTIME);
}

const char *clock_boot_id(void)
{
    static char id[33];
    if (id[0] != '\0')
        return id;
    char text[64] = {0};
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!read(fd, text, sizeof text - 1);
        (void)close(fd);
    }
    size_t n = 0;
    for (const char *p = text; *p != '\0' && n < 32; p++)
        if (isxdigit((unsigned char)*p))
            id[n++] = *p;
    while (n < 32)
        id[n++] = '0';
    id[32] = '\0';
    return id;
}

struct civil {
    int year, month, day, hour, minute, second, ms, weekday;
};

static struct civil civil_from_ms(int64_t t)
{
    int64_t days = t / MS_DAY;
    int64_t rest = t % MS_DAY;
    if (rest < 0) {
        rest += MS_DAY;
        days--;
    }
    struct civil c = {
        .hour = (int)(rest / MS_HOUR),
        .minute = (int)(rest / MS_MINUTE % 60),
        .second = (int)(rest / MS_SECOND % 60),
        .ms = (int)(rest % MS_SECOND),
        .weekday = civil_weekday(days),
    };
    civil_from_days(&c.year, &c.month, &c.day, days);
    return c;
}

/* `width` digits of a number of at most so many, at out. */
static void put_digits(char *out, int width, int number)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
}

/*
 * An entry of the log holds five instants: printf would be a twentieth of its cost. Returns the
 * size; a year that no date of ours has (a damaged store) is printed as it is.
 */
static size_t put_date(char out[CLOCK_TEXT], const struct civil *c)
{
    if (c->year < 0 || c->year > 9999)
        return (size_t)snprintf(out, CLOCK_TEXT, "%04d-%02d-%02d", c->year, c->month, c->day);
    put_digits(out, 4, c->year);
    out[4] = out[7] = '-';
    put_digits(out + 5, 2, c->month);
    put_digits(out + 8, 2, c->day);
    out[10] = '\0';
    return 10;
}

static char *put_time(char out[CLOCK_TEXT], const struct civil *c)
{
    char *at = out + put_date(out, c);
    at[0] = 'T';
    put_digits(at + 1, 2, c->hour);
    at[3] = at[6] = ':';
    put_digits(at + 4, 2, c->minute);
    put_digits(at + 7, 2, c->second);
    return at + 9;
}

const char *clock_text(char out[CLOCK_TEXT], int64_t ms)
{
    const struct civil c = civil_from_ms(ms);
    memcpy(put_time(out, &c), "Z", 2);
    return out;
}

const char *clock_text_ms(char out[CLOCK_TEXT], int64_t ms)
{
    const struct civil c = civil_from_ms(ms);
    char *at = put_time(out, &c);
    at[0] = '.';
    put_digits(at + 1, 3, c.ms);
    memcpy(at + 4, "Z", 2);
    return out;
}

const char *clock_date(char out[CLOCK_TEXT], int64_t ms)
{
    const struct civil c = civil_from_ms(ms);
    (void)put_date(out, &c);
    return out;
}

const char *clock_mail_date(char out[CLOCK_TEXT], int64_t ms)
{
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_from_ms(ms);
    (void)snprintf(out, CLOCK_TEXT, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[c.weekday], c.day,
                   months[c.month - 1], c.year, c.hour, c.minute, c.second);
    return out;
}

/* Exactly `count` digits at *p, or false. */
static bool take_digits(const char **p, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*p)++) {
        if (!isdigit((unsigned char)**p))
            return false;
        value = value * 10 + (**p - '0');
    }
    *out = value;
    return true;
}

static bool take_char(const char **p, const char *any)
{
    if (**p == '\0' || strchr(any, **p) == NULL)
        return false;
    (*p)++;
    return true;
}

static bool take_fraction(const char **p, int *out_ms)
{
    int scale = 100;
    *out_ms = 0;
    if (**p != '.')
        return true;
    (*p)++;
    if (!isdigit((unsigned char)**p))
        return false;
    for (; isdigit((unsigned char)**p); (*p)++) {
        *out_ms += (**p - '0') * scale;
        scale /= 10;
    }
    return true;
}

static bool take_offset(const char **p, int64_t *out_ms)
{
    int hour = 0;
    int minute = 0;
    *out_ms = 0;
    if (**p == 'Z' || **p == 'z') {
        (*p)++;
        return true;
    }
    int64_t sign = **p == '-' ? -1 : 1;
    if (!take_char(p, "+-") || !take_digits(p, 2, &hour) || !take_char(p, ":") ||
        !take_digits(p, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *out_ms = sign * (hour * MS_HOUR + minute * MS_MINUTE);
    return true;
}

enum status clock_parse(int64_t *out_ms, const char *text, struct err *err)
{
    struct civil c = {0};
    int64_t offset = 0;
    int64_t ms = -1;
    if (text == NULL)
        text = "";
    const char *p = text;
    bool good = take_digits(&p, 4, &c.year) && take_char(&p, "-") && take_digits(&p, 2, &c.month) &&
                take_char(&p, "-") && take_digits(&p, 2, &c.day) && take_char(&p, "Tt ") &&
                take_digits(&p, 2, &c.hour) && take_char(&p, ":") &&
                take_digits(&p, 2, &c.minute) && take_char(&p, ":") &&
                take_digits(&p, 2, &c.second) && take_fraction(&p, &c.ms) &&
                take_offset(&p, &offset) && *p == '\0';
    good = good && c.year >= 1970 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
           c.day <= civil_month_days(c.year, c.month) && c.hour <= 23 && c.minute <= 59 &&
           c.second <= 60;
    if (good)
        ms = civil_days(c.year, c.month, c.day) * MS_DAY + c.hour * MS_HOUR + c.minute * MS_MINUTE +
             c.second * MS_SECOND + c.ms - offset;
    /* An offset or a leap second can lead out of the years that have a text again. */
    if (ms < 0 || ms > LAST_MS)
        return err_set(err, ERR_INVALID,
                       "\"%.60s\" is not an instant: write it as 2026-11-27T18:40:00Z or with an "
                       "offset such as +01:00",
                       text);
    *out_ms = ms;
    return OK;
}

static int64_t unit_ms(char sign)
{
    switch (sign) {
    case 's':
        return MS_SECOND;
    case 'm':
        return MS_MINUTE;
    case 'h':
        return MS_HOUR;
    case 'd':
        return MS_DAY;
    default:
        return 0;
    }
}

enum status duration_parse(int64_t *out_ms, const char *text, struct err *err)
{
    if (text == NULL)
        text = "";
    const char *p = text;
    int64_t n = 0;
    while (isdigit((unsigned char)*p) && n < INT64_C(1000000000))
        n = n * 10 + (*p++ - '0');
    int64_t unit = p > text ? unit_ms(p[0]) : 0;
    if (unit == 0 || p[1] != '\0')
        return err_set(err, ERR_INVALID,
                       "\"%.60s\" is not a length of time: write it as 90s, 15m, 24h or 14d", text);
    *out_ms = n * unit;
    return OK;
}

const char *duration_text(char out[CLOCK_TEXT], int64_t ms)
{
    const char *sign = ms < 0 ? "-" : "";
    long long s = llabs((long long)(ms / MS_SECOND));
    if (s >= 2LL * 86400)
        (void)snprintf(out, CLOCK_TEXT, "%s%lld d", sign, s / 86400);
    else if (s >= 3600)
        (void)snprintf(out, CLOCK_TEXT, "%s%lld h %lld min", sign, s / 3600, s / 60 % 60);
    else if (s >= 60)
        (void)snprintf(out, CLOCK_TEXT, "%s%lld min", sign, s / 60);
    else
        (void)snprintf(out, CLOCK_TEXT, "%s%lld s", sign, s);
    return out;
}
