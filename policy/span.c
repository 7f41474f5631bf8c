#include "policy/span.h"

#include "base/clock.h"

#define HOURS_TILL (4 * MS_DAY) /* "72 hours" is how such promises are spoken of */

static void add_units(struct str *out, int64_t n, const char *const unit[2])
{
    str_addf(out, "%lld %s", (long long)n, unit[n == 1 ? 0 : 1]);
}

void policy_add_span_in(struct str *out, const struct span_words *words, int64_t ms)
{
    if (ms >= HOURS_TILL && ms % MS_DAY == 0)
        add_units(out, ms / MS_DAY, words->day);
    else if (ms % MS_HOUR == 0)
        add_units(out, ms / MS_HOUR, words->hour);
    else if (ms % MS_MINUTE == 0)
        add_units(out, ms / MS_MINUTE, words->minute);
    else
        add_units(out, ms / MS_SECOND, words->second);
}

void policy_add_span(struct str *out, int64_t ms)
{
    static const struct span_words english = {
        {"day", "days"}, {"hour", "hours"}, {"minute", "minutes"}, {"second", "seconds"}};
    policy_add_span_in(out, &english, ms);
}
