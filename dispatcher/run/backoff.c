#include "dispatcher/run/backoff.h"

#include "base/random.h"

int64_t backoff_delay(const struct backoff *b, int64_t tries, int64_t left_ms)
{
    int64_t delay = b->first_ms;
    for (int64_t i = 1; i < tries && delay < b->most_ms; i++)
        delay *= 2;
    if (delay > b->most_ms)
        delay = b->most_ms;
    if (left_ms > 0 && delay > left_ms / 4)
        delay = left_ms / 4;
    int64_t least = b->first_ms / 10;
    delay = delay * (80 + (int64_t)random_below(41)) / 100;
    return delay > least ? delay : least;
}

int64_t backoff_uncertain(int64_t most_ms, int64_t left_ms)
{
    int64_t hold = left_ms > 0 && left_ms / 10 < most_ms ? left_ms / 10 : most_ms;
    return hold > 1000 ? hold : 1000;
}
