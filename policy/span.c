#include "policy/span.h"

#include "base/clock.h"

#define HOURS_TILL (4 * MS_DAY) /* "72 hours" is how such promises are spoken of */

static void add_units(struct str *out, int64_t n, const char *unit)
{
    str_addf(out, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
}

void policy_add_span(struct str *out, int64_t ms)
{
    if (ms >= HOURS_TILL && ms % MS_DAY == 0)
        add_units(out, ms / MS_DAY, "day");
    else if (ms % MS_HOUR == 0)
        add_units(out, ms / MS_HOUR, "hour");
    else if (ms % MS_MINUTE == 0)
        add_units(out, ms / MS_MINUTE, "minute");
    else
        add_units(out, ms / MS_SECOND, "second");
}
