#include "dispatcher/run/endpoint.h"

#include <stdio.h>
#include <string.h>

#define LESS_TOLD 10

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
    window_init(&endpoint->window, 1);
    (void)snprintf(endpoint->name, sizeof endpoint->name, "%s", name);
    return endpoint;
}

void endpoints_add(struct endpoints *e, const char *name, int64_t connections)
{
    struct endpoint *endpoint = ensure(e, name);
    if (endpoint != NULL)
        window_init(&endpoint->window, connections);
    e->changed = true;
}

int64_t endpoints_allowed(const struct endpoints *e, const char *name)
{
    size_t at = find(e, name);
    return at < ENDPOINTS ? e->list[at].window.allowed : 1;
}

/* It takes nothing even from one connection: a rest that doubles, up to the usual first one. */
static int64_t rest_of(const struct endpoint *endpoint, const struct backoff *backoff)
{
    int64_t rest = WINDOW_REST_MS < backoff->first_ms ? WINDOW_REST_MS : backoff->first_ms;
    for (int64_t i = 1; i < endpoint->failures && rest < backoff->first_ms; i++)
        rest *= 2;
    return rest < backoff->first_ms ? rest : backoff->first_ms;
}

bool endpoints_note(struct endpoints *e, const char *name, const struct receipt *receipt,
                    const struct backoff *backoff, int64_t up_ms)
{
    struct endpoint *endpoint = ensure(e, name);
    if (endpoint == NULL)
        return false;
    enum window_answer answer = window_read(receipt);
    int64_t allowed = endpoint->window.allowed;
    bool least = false;
    if (answer == WINDOW_GOOD)
        window_grow(&endpoint->window, up_ms);
    else if (answer != WINDOW_NOTHING)
        least = window_cut(&endpoint->window, up_ms);
    if (answer != WINDOW_GOOD && (answer != WINDOW_NOTHING || receipt->endpoint_fault))
        (void)snprintf(endpoint->said, sizeof endpoint->said, "%.*s",
                       (int)sizeof endpoint->said - 1, receipt->said);
    e->changed = e->changed || endpoint->window.allowed != allowed || receipt->endpoint_fault ||
                 endpoint->failures > 0;
    if (answer == WINDOW_LESS) {
        if (!least || endpoint->until_ms > up_ms)
            return false;
        endpoint->failures++;
        endpoint->until_ms = up_ms + rest_of(endpoint, backoff);
        e->changed = true;
        return endpoint->failures == LESS_TOLD;
    }
    if (!receipt->endpoint_fault) {
        endpoint->failures = 0;
        endpoint->until_ms = 0;
        return false;
    }
    /* Parcels that were ahead on the same connection fail with it: that is one failure. */
    if (endpoint->until_ms > up_ms)
        return false;
    endpoint->failures++;
    endpoint->until_ms = up_ms + backoff_delay(backoff, endpoint->failures, 0);
    return receipt->config_fault ? endpoint->failures == 1 : endpoint->failures == 3;
}

bool endpoints_paused(const struct endpoints *e, const char *name, int64_t up_ms)
{
    size_t at = find(e, name);
    return at < ENDPOINTS && e->list[at].until_ms > up_ms;
}

int64_t endpoints_until(const struct endpoints *e)
{
    int64_t until = 0;
    for (size_t i = 0; i < e->count; i++)
        if (e->list[i].until_ms > until)
            until = e->list[i].until_ms;
    return until;
}
