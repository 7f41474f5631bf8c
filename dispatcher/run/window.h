/*
 * dispatcher/run/window - how many connections an endpoint gets at once: as many as it bears. Pure.
 *
 * Starts small, grows with what is taken, halves when the endpoint asks for less or is in trouble,
 * and does not try the size that was too large again for a while.
 */
#ifndef TOCSIN_DISPATCHER_WINDOW_H
#define TOCSIN_DISPATCHER_WINDOW_H

#include "channels/channel.h"

#define WINDOW_FIRST 2                     /* connections to begin with */
#define WINDOW_CUT_MS MS_SECOND            /* answers of one crowd are one reason to halve */
#define WINDOW_CEILING_MS (60 * MS_SECOND) /* before the size that was too large is tried again */
#define WINDOW_REST_MS (5 * MS_SECOND)     /* what was turned away so comes back after this */

struct window {
    int64_t allowed, most; /* 1 ≤ allowed ≤ most */
    int64_t good;          /* taken since the last change */
    bool steady;           /* it was cut once: grows slowly from then on */
    int64_t cut_ms, ceiling, ceiling_until_ms;
};

/* What one outcome says about the endpoint, not about the notice. */
enum window_answer {
    WINDOW_GOOD,
    WINDOW_NOTHING,
    WINDOW_TROUBLE, /* no answer, local trouble (451, 452) */
    WINDOW_LESS     /* too many connections, too many messages: 421, or 4yz that says so */
};
enum window_answer window_read(const struct receipt *receipt);

void window_init(struct window *w, int64_t most);
void window_grow(struct window *w, int64_t now_ms);
/* true: it was 1 already, nothing is left to halve. */
bool window_cut(struct window *w, int64_t now_ms);

#endif
