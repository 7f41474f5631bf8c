/*
 * dispatcher/endpoint - how the places that we connect to are doing. In memory only: after a start
 * everybody gets a fresh try.
 */
#ifndef TOCSIN_DISPATCHER_ENDPOINT_H
#define TOCSIN_DISPATCHER_ENDPOINT_H

#include "channels/channel.h"
#include "dispatcher/backoff.h"

#define ENDPOINTS 2 /* the relay and the outbox */

struct endpoint {
    char name[300];
    int64_t failures; /* in a row */
    int64_t until_ms; /* rests until then */
};

struct endpoints {
    struct endpoint list[ENDPOINTS];
    size_t count;
};

/*
 * Learn from one outcome. Returns true when a person has to be told: at once for a fault of
 * configuration, at the third failure in a row for one of reachability.
 */
bool endpoints_note(struct endpoints *e, const char *name, const struct receipt *receipt,
                    const struct backoff *backoff, int64_t now_ms);
bool endpoints_paused(const struct endpoints *e, const char *name, int64_t now_ms);
/* The latest end of a pause; 0: nothing is paused. */
int64_t endpoints_until(const struct endpoints *e);

#endif
