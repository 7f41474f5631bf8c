#include "dispatcher/endpoint.h"

#include <stdio.h>
#include <string.h>

/* Index of the name, or ENDPOINTS. */
static size_t find(const struct endpoints *e, const char *name)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->list[i].name, name) == 0)
            return i;
    return ENDPOINTS;
}

static struct endpoint *ensure(struct endpoints *e, const char *name)
{
    size_t at = find(e, name);
    if (at < ENDPOINTS)
        return &e->list[at];
    if (e->count == ENDPOINTS)
        return NULL;
    struct endpoint *endpoint = &e->list[e->count++];
    *endpoint = (struct endpoint){0};
    (void)snprintf(endpoint->name, sizeof endpoint->name, "%s", name);
    return endpoint;
}

bool endpoints_note(struct endpoints *e, const char *name, const struct receipt *receipt,
                    const struct backoff *backoff, int64_t now_ms)
{
    struct endpoint *endpoint = ensure(e, name);
    if (endpoint == NULL)
        return false;
    if (!receipt->endpoint_fault) {
        endpoint->failures = 0;
        endpoint->until_ms = 0;
        return false;
    }
    /* Parcels that were ahead on the same connection fail with it: that is one failure. */
    if (endpoint->until_ms > now_ms)
        return false;
    endpoint->failures++;
    endpoint->until_ms = now_ms + backoff_delay(backoff, endpoint->failures, 0);
    return receipt->config_fault ? endpoint->failures == 1 : endpoint->failures == 3;
}

bool endpoints_paused(const struct endpoints *e, const char *name, int64_t now_ms)
{
    size_t at = find(e, name);
    return at < ENDPOINTS && e->list[at].until_ms > now_ms;
}

int64_t endpoints_until(const struct endpoints *e)
{
    int64_t until = 0;
    for (size_t i = 0; i < e->count; i++)
        if (e->list[i].until_ms > until)
            until = e->list[i].until_ms;
    return until;
}
