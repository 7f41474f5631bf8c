/*
 * dispatcher/run/backoff - when to try again. Pure but for the jitter's random bytes.
 */
#ifndef TOCSIN_DISPATCHER_BACKOFF_H
#define TOCSIN_DISPATCHER_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t first_ms, most_ms;
};

/*
 * Delay before try number `tries` + 1 (tries ≥ 1): doubling from first_ms, at most most_ms, within
 * a quarter of the time left to the deadline, ±20 % jitter, never below a tenth of first_ms.
 * left_ms ≤ 0: the deadline is past and does not shorten anything any more.
 */
int64_t backoff_delay(const struct backoff *b, int64_t tries, int64_t left_ms);

/* How long an uncertain outcome waits for a DSN: min(most, a tenth of the time left), at least 1 s.
 */
int64_t backoff_uncertain(int64_t most_ms, int64_t left_ms);

#endif
