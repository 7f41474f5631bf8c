/*
 * base/clock - the only source of time. Nobody else calls time() or
 * clock_gettime(); a struct clock is handed in, so that tests can turn it.
 *
 * Instants are int64_t milliseconds since 1970-01-01T00:00:00Z (UTC, no leap
 * seconds). Text form: RFC 3339, "2026-11-27T18:40:00Z" or with milliseconds.
 */
#ifndef TOCSIN_BASE_CLOCK_H
#define TOCSIN_BASE_CLOCK_H

#include "base/even.h"
#include "base/str.h"

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

struct clock {
    bool frozen_base; /* a test clock: starts at base_ms and runs on with the monotonic clock */
    int64_t base_ms;  /* the instant given with --now */
    int64_t base_up_ms;
    bool stopped; /* a unit-test clock: base_ms, moved by hand only */
    bool evenly;  /* goes by the anchor and the uptime, not by the machine's clock */
    struct even even;
};

void clock_init_system(struct clock *clock);
void clock_init_from(struct clock *clock, int64_t now_ms); /* --now: runs on from there */
void clock_init_stopped(struct clock *clock, int64_t now_ms);
void clock_init_even(struct clock *clock, const struct even *anchor);
/* The machine's own wall clock and uptime at one moment, whatever any struct clock says. */
void clock_read_machine(int64_t *out_wall_ms, int64_t *out_up_ms);
/* Our time where the machine's clock is off by a second, for those who would go by it; else 0. */
int64_t clock_instead_ms(const struct clock *clock);

int64_t clock_now_ms(const struct clock *clock);
int64_t clock_up_ms(const struct clock *clock); /* monotonic, since boot */
/* The kernel's boot id (32 hex digits, no dashes): with up_ms it shows a moved clock. Borrowed. */
const char *clock_boot_id(void);

/* "2026-11-27T18:40:00Z"; out holds at least CLOCK_TEXT bytes. Returns out. */
#define CLOCK_TEXT 40
const char *clock_text(char out[CLOCK_TEXT], int64_t ms);
const char *clock_text_ms(char out[CLOCK_TEXT], int64_t ms); /* with ".123" */
const char *clock_date(char out[CLOCK_TEXT], int64_t ms);    /* "2026-11-27" (UTC) */
/* RFC 5322 date-time in UTC: "Fri, 27 Nov 2026 18:40:00 +0000". */
const char *clock_mail_date(char out[CLOCK_TEXT], int64_t ms);

/*
 * RFC 3339 date-time with Z or an offset; fractions of a second are cut to
 * milliseconds; years 1970 to 9999.
 * Returns ERR_INVALID.
 */
MUST_USE enum status clock_parse(int64_t *out_ms, const char *text, struct err *err);

/* "90s", "15m", "24h", "14d" → milliseconds. Returns ERR_INVALID. */
MUST_USE enum status duration_parse(int64_t *out_ms, const char *text, struct err *err);
const char *duration_text(char out[CLOCK_TEXT], int64_t ms); /* "14 d", "23 h 10 min", "40 s" */

#endif
