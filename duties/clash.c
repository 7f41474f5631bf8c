#include "duties/clash.h"

#include "base/clock.h"

enum clash clash_of(const struct clash_ours *ours, const struct clash_duty *duty,
                    const struct clash_hold *hold)
{
    const bool held = hold != NULL && hold->waits;
    const bool embargo = ours->embargo_ms > ours->now_ms && ours->embargo_ms > duty->safe_ms;
    if (duty->safe_ms == 0)
        return CLASH_NONE;
    if (duty->safe_ms < ours->now_ms)
        return CLASH_LATE;
    if (!duty->informs)
        return embargo ? CLASH_REPORT : CLASH_NONE;
    if (embargo)
        return CLASH_EMBARGO;
    if (held && hold->until_ms > duty->safe_ms)
        return CLASH_HOLD;
    if (held && hold->until_ms == 0)
        return CLASH_PROOF;
    return ours->told_by_ms > duty->safe_ms ? CLASH_OWN_DATE : CLASH_NONE;
}

const char *clash_words(struct arena *arena, enum clash clash, const struct clash_ours *ours,
                        const struct clash_duty *duty, const struct clash_hold *hold)
{
    char at[CLOCK_TEXT];
    const char *due = arena_printf(arena, "%s (%s) is due %s", duty->rule, duty->place,
                                   duty->due_safe != NULL ? duty->due_safe : "-");
    switch (clash) {
    case CLASH_LATE:
        return arena_printf(arena, "%s, which is past: %s", due,
                            duty->informs ? "release it now"
                                          : "hand it in, and say why it is late");
    case CLASH_EMBARGO:
        return arena_printf(arena,
                            "%s, and the embargo ends %s: end it sooner (tocsin order release)",
                            due, clock_text(at, ours->embargo_ms));
    case CLASH_REPORT:
        return arena_printf(arena, "%s, while the embargo lasts: hand it in, no embargo stops it",
                            due);
    case CLASH_HOLD:
        return arena_printf(arena, "%s, and %s holds its notices until %s", due, hold->rule,
                            clock_text(at, hold->until_ms));
    case CLASH_PROOF:
        return arena_printf(arena,
                            "%s, and %s holds its notices until its proof is handed in: do that "
                            "before",
                            due, hold->rule);
    case CLASH_OWN_DATE:
        return arena_printf(arena,
                            "%s, and its notices are to be out by %s only: approve sooner, "
                            "or shorten notify_within",
                            due, clock_text(at, ours->told_by_ms));
    case CLASH_NONE:
        break;
    }
    return due;
}

const char *clash_word(enum clash clash)
{
    static const char *const words[] = {
        [CLASH_NONE] = "none",        [CLASH_LATE] = "late", [CLASH_EMBARGO] = "embargo",
        [CLASH_REPORT] = "report",    [CLASH_HOLD] = "hold", [CLASH_PROOF] = "proof",
        [CLASH_OWN_DATE] = "own_date"};
    return words[clash];
}
