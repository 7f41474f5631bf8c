#include "base/even.h"

#include <stddef.h>

#define FOLLOW 20 /* one second in so many */

static int64_t size_of(int64_t ms)
{
    return ms < 0 ? -ms : ms;
}

bool even_doubts(const struct even *e)
{
    return size_of(e->off_ms) > EVEN_DRIFT;
}

int64_t even_off(const struct even *e, int64_t up_ms)
{
    int64_t followed = (up_ms - e->up_ms) / FOLLOW;
    if (even_doubts(e))
        return e->off_ms;
    if (followed >= size_of(e->off_ms))
        return 0;
    return e->off_ms < 0 ? e->off_ms + followed : e->off_ms - followed;
}

int64_t even_now(const struct even *e, int64_t up_ms)
{
    return e->wall_ms + (up_ms - e->up_ms) - even_off(e, up_ms);
}

int64_t even_jump(const struct even *e, int64_t wall_ms, int64_t up_ms)
{
    int64_t by = wall_ms - (e->wall_ms + (up_ms - e->up_ms));
    return size_of(by) < EVEN_NOTICED ? 0 : by;
}

void even_follow(struct even *e, int64_t wall_ms, int64_t up_ms)
{
    int64_t now = even_now(e, up_ms);
    bool guess = e->guess && wall_ms < now;
    int64_t off = e->guess && !guess ? 0 : wall_ms - now;
    *e = (struct even){.up_ms = up_ms, .wall_ms = wall_ms, .off_ms = off, .guess = guess};
}

int64_t even_begin(struct even *out, const struct even *old, int64_t wall_ms, int64_t up_ms,
                   int64_t last_ms)
{
    int64_t less = old != NULL && even_doubts(old) ? wall_ms - old->off_ms : wall_ms;
    int64_t early = less < wall_ms ? less : wall_ms;
    int64_t late = less < wall_ms ? wall_ms : less;
    int64_t now = early >= last_ms ? early : late >= last_ms ? late : last_ms;
    *out = (struct even){
        .up_ms = up_ms, .wall_ms = wall_ms, .off_ms = wall_ms - now, .guess = late < last_ms};
    return wall_ms < last_ms ? wall_ms - last_ms : 0;
}
