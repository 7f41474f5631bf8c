/*
 * dispatcher/run/endpoint - how the places that we connect to are doing. In memory only: after a
 * start everybody gets a fresh try. Times are uptimes: no clock can be set under a pause.
 */
#ifndef TOCSIN_DISPATCHER_ENDPOINT_H
#define TOCSIN_DISPATCHER_ENDPOINT_H

#include "channels/channel.h"
#include "dispatcher/run/backoff.h"
#include "dispatcher/run/window.h"

#define ENDPOINTS 2 /* the relay and the outbox */

struct endpoint {
    char name[300];
    int64_t failures; /* in a row */
    int64_t until_ms; /* rests until this uptime */
    struct window window;
    char said[160]; /* why it rests or has less than it could have */
};

struct endpoints {
    struct endpoint list[ENDPOINTS];
    size_t count;
    bool changed; /* since this was cleared by who shows it */
    int64_t shown_up_ms;
};

/* Before anything else of it: so many connections at most. */
void endpoints_add(struct endpoints *e, const char *name, int64_t connections);
/* How many connections may be used now. */
int64_t endpoints_allowed(const struct endpoints *e, const char *name);

/*
 * Learn from one outcome. Returns true when a person has to be told: at once for a fault of
 * configuration, at the third failure in a row for one of reachability, at the tenth when it
 * takes nothing at all because we ask too often.
 */
bool endpoints_note(struct endpoints *e, const char *name, const struct receipt *receipt,
                    const struct backoff *backoff, int64_t up_ms);
bool endpoints_paused(const struct endpoints *e, const char *name, int64_t up_ms);
/* The latest end of a pause; 0: nothing is paused. */
int64_t endpoints_until(const struct endpoints *e);

#endif
