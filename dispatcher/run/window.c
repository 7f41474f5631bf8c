#include "dispatcher/run/window.h"

#include <string.h>

#define GOOD_FOR_ONE_MORE                                                                          \
    8 /* messages per connection before there is one more, once it was cut                         \
       */

/* Relays say this in many ways and seldom with a code of its own (RFC 5321 §4.3.2 has 421 only). */
static bool says_less(const char *said)
{
    static const char *const words[] = {"too many",        "rate limit",   "ratelimit",
                                        "rate-limit",      "sending rate", "message rate",
                                        "throttl",         "concurren",    "connection limit",
                                        "connection rate", "slow down",    "exceeded the rate"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasestr(said, words[i]) != NULL)
            return true;
    return false;
}

enum window_answer window_read(const struct receipt *r)
{
    switch (r->verdict) {
    case VERDICT_ACCEPTED:
        return WINDOW_GOOD;
    case VERDICT_UNCERTAIN:
        return r->code == 0 ? WINDOW_TROUBLE : WINDOW_NOTHING;
    case VERDICT_REFUSED:
    case VERDICT_COUNT:
        return WINDOW_NOTHING;
    case VERDICT_DEFERRED:
        break;
    }
    if (r->config_fault)
        return WINDOW_NOTHING;
    if (r->code == 421 || (r->code / 100 == 4 && says_less(r->said)))
        return WINDOW_LESS;
    /* Greylisting speaks of one recipient. */
    if (r->code == 0 ||
        ((r->code == 451 || r->code == 452) && strcasestr(r->said, "grey") == NULL &&
         strcasestr(r->said, "gray") == NULL && strncmp(r->enhanced, "4.2.", 4) != 0))
        return WINDOW_TROUBLE;
    return WINDOW_NOTHING;
}

void window_init(struct window *w, int64_t most)
{
    *w = (struct window){.most = most > 1 ? most : 1};
    w->allowed = w->most < WINDOW_FIRST ? w->most : WINDOW_FIRST;
}

static bool is_just_cut(const struct window *w, int64_t now_ms)
{
    return w->steady && now_ms >= w->cut_ms && now_ms - w->cut_ms < WINDOW_CUT_MS;
}

void window_grow(struct window *w, int64_t now_ms)
{
    /* A clock that was set back must not keep the ceiling for years. */
    bool below = w->ceiling > 0 && now_ms < w->ceiling_until_ms &&
                 w->ceiling_until_ms - now_ms <= WINDOW_CEILING_MS;
    int64_t most = below && w->ceiling < w->most ? w->ceiling : w->most;
    if (is_just_cut(w, now_ms))
        return; /* else it would grow again while further refusals do not count */
    w->good++;
    if (w->allowed >= most || w->good < (w->steady ? GOOD_FOR_ONE_MORE * w->allowed : 1))
        return;
    w->allowed++;
    w->good = 0;
}

bool window_cut(struct window *w, int64_t now_ms)
{
    if (is_just_cut(w, now_ms))
        return false;
    bool least = w->allowed == 1;
    w->ceiling = least ? 1 : w->allowed - 1;
    w->ceiling_until_ms = now_ms + WINDOW_CEILING_MS;
    w->allowed = least ? 1 : w->allowed / 2;
    w->steady = true;
    w->good = 0;
    w->cut_ms = now_ms;
    return least;
}
