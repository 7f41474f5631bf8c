/*
 * base/even - time that goes on evenly, whatever the machine's clock does.
 *
 * The wall clock of a machine can be set; its uptime cannot. Our time is the wall clock as it was
 * once (the anchor) and the uptime that has passed since. A wall clock that departs from it has
 * jumped. Jumps up to EVEN_DRIFT are followed slowly, one second in twenty, as one follows a clock
 * that is a little wrong; beyond it the wall clock is doubted and our time goes on without it,
 * until it comes back or a person says that it is right. No I/O, no state but the anchor.
 */
#ifndef TOCSIN_BASE_EVEN_H
#define TOCSIN_BASE_EVEN_H

#include <stdbool.h>
#include <stdint.h>

#define EVEN_DRIFT INT64_C(900000) /* 15 min: beyond it the wall clock is doubted */
#define EVEN_NOTICED INT64_C(500)  /* smaller steps are no jumps yet; they add up */

struct even {
    int64_t up_ms;   /* uptime at the anchor */
    int64_t wall_ms; /* what the wall clock showed then */
    int64_t off_ms;  /* by how much it was ahead of our time then */
    bool guess;      /* our time is only the last instant known: a later wall clock is right */
};

/* By how much the wall clock is ahead of our time, if it did not jump since. */
int64_t even_off(const struct even *e, int64_t up_ms);
int64_t even_now(const struct even *e, int64_t up_ms);
/* The wall clock is too far away to be followed. */
bool even_doubts(const struct even *e);

/* By how much the wall clock jumped since the anchor; 0 below EVEN_NOTICED. */
int64_t even_jump(const struct even *e, int64_t wall_ms, int64_t up_ms);
/* A new anchor here; our time goes on as it was, unless that was a guess and the wall clock is not.
 */
void even_follow(struct even *e, int64_t wall_ms, int64_t up_ms);

/*
 * The first anchor after the machine was started: nothing tells how long it was off. Of the wall
 * clock, and the wall clock less what it was wrong by before (old, NULL: not known), the earlier
 * one is taken that is not before last_ms, the last instant that we wrote down; when both are, the
 * wall clock is wrong and time goes on from last_ms. Returns by how much the wall clock is wrong
 * for certain; 0: it may be right.
 */
int64_t even_begin(struct even *out, const struct even *old, int64_t wall_ms, int64_t up_ms,
                   int64_t last_ms);

#endif
