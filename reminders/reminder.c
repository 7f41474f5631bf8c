#include "reminders/reminder.h"

const char *reminder_step_word(enum reminder_step step)
{
    static const char *const words[REMINDER_STEP_COUNT] = {
        [REMINDER_NONE] = "none",
        [REMINDER_SAME] = "reminder",
        [REMINDER_NEXT] = "next-route",
        [REMINDER_CALL] = "call",
    };
    return words[step];
}

static bool is_on_its_way(const struct reminder_made *one)
{
    return one->made && one->left_ms == 0 && !one->dropped;
}

static int64_t last_left(const struct reminder_state *s)
{
    return s->next.left_ms > s->same.left_ms ? s->next.left_ms : s->same.left_ms;
}

struct reminder_due reminder_next(const struct reminder_rules *rules,
                                  const struct reminder_state *s, int64_t now_ms)
{
    static const struct reminder_due never = {REMINDER_NONE, INT64_MAX};
    if (rules->percent == 0 || s->called || s->told_ms == 0 || s->answer_by_ms == 0)
        return never;
    const bool late = s->told_ms >= s->answer_by_ms;
    const int64_t end_ms = late ? s->told_ms + rules->call_after_ms : s->answer_by_ms;
    const int64_t half_ms = s->told_ms + (end_ms - s->told_ms) / 100 * rules->percent;
    const bool mailed = s->same.made || s->next.made;
    /* Behind the answer date the next route says all that this would have said. */
    if (s->by_mail && !mailed && (now_ms < end_ms || !s->has_next))
        return (struct reminder_due){REMINDER_SAME, half_ms};
    if (s->has_next && !s->next.made)
        return (struct reminder_due){REMINDER_NEXT, end_ms};
    if (is_on_its_way(&s->next) || is_on_its_way(&s->same))
        return never; /* until it left, or a person has it */
    const int64_t left_ms = last_left(s);
    return (struct reminder_due){REMINDER_CALL,
                                 left_ms >= end_ms ? left_ms + rules->call_after_ms : end_ms};
}
