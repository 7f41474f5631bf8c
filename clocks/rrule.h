/*
 * clocks/rrule - the text of a recurrence rule (RFC 5545 §3.3.10), read strictly. Internal to
 * clocks/: recur.c iterates it, recur_words.c says it in words.
 */
#ifndef TOCSIN_CLOCKS_RRULE_H
#define TOCSIN_CLOCKS_RRULE_H

#include "base/str.h"
#include "clocks/date.h"

#define RRULE_LIMIT 1000     /* bytes of a rule */
#define RRULE_VALUES_MOST 62 /* values of one part: 31 days of a month from both ends */
#define RRULE_COUNT_MOST 9999
#define RRULE_INTERVAL_MOST 366
#define RRULE_TIMES_MOST 96 /* runs a day: every 15 minutes */

enum rrule_freq { RRULE_DAILY, RRULE_WEEKLY, RRULE_MONTHLY, RRULE_YEARLY };

/* In the order of RFC 5545's evaluation; BYDAY holds weekdays, its ordinals stand beside. */
enum rrule_by {
    BY_MONTH,
    BY_WEEK,
    BY_YEARDAY,
    BY_MONTHDAY,
    BY_DAY, /* 1 Monday … 7 Sunday */
    BY_HOUR,
    BY_MINUTE,
    BY_SECOND,
    BY_SETPOS,
    BY_COUNT
};

struct rrule_list {
    size_t count;
    int values[RRULE_VALUES_MOST];   /* ascending, each once */
    int ordinals[RRULE_VALUES_MOST]; /* BY_DAY only: 2 is the second, -1 the last, 0 every one */
};

enum rrule_until { UNTIL_NEVER, UNTIL_DATE, UNTIL_LOCAL, UNTIL_UTC };

struct rrule {
    enum rrule_freq freq;
    int interval;
    int64_t count;  /* 0: without end */
    int week_start; /* 1 Monday … 7 Sunday */
    struct rrule_list by[BY_COUNT];
    enum rrule_until until;
    struct date until_date;
    int64_t until_ms; /* of the day */
};

/*
 * Parts in any order and case; what a rule leaves open is taken from the anchor, as from DTSTART.
 * The finest step is a day: SECONDLY, MINUTELY and HOURLY are refused, with what to write instead.
 * Refused, too: what RFC 5545 forbids, RFC 7529, a value twice, and the few combinations that no
 * two programs read alike. Errors: `schedule "FREQ=…", sign 12: what: what to do`. Returns
 * ERR_INVALID, ERR_LIMIT.
 */
MUST_USE enum status rrule_parse(struct rrule *out, const char *text, struct date anchor,
                                 int64_t anchor_ms, struct err *err);

/* What is wrong with the parts of a rule together, as a static text, or NULL. */
const char *rrule_clash(const struct rrule *rule);

/* The days of the rule as RFC 5545 text: no times, no COUNT, no UNTIL. */
void rrule_add_days(struct str *out, const struct rrule *rule);

extern const char *const rrule_freq_words[4];
extern const char rrule_day_words[7][3]; /* "MO" … "SU" */

#endif
