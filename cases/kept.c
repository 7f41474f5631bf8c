#include "cases/kept.h"

struct book {
    struct kept **out;
    size_t *count;
    struct arena *arena;
    const struct case_limits *limits;
    const struct ground *ground;
    size_t running[CASE_CLOCK_COUNT]; /* its place in *out, from 1; 0: it does not run */
};

/* An act that the table refuses was never written: none of them changes anything here. */
static void apply(struct case_stand *stand, const struct kept_act *act)
{
    struct err none = {0};
    switch (act->what) {
    case KEPT_ASSIGNED:
        stand->owned = true;
        break;
    case KEPT_MOVED:
        if (stand_move(stand, act->to, act->at_ms, &none) != OK)
            return;
        break;
    case KEPT_TOLD:
        stand_told(stand, act->at_ms);
        break;
    }
}

/* What the clock waited for is there. told: this very act told the reporter something. */
static bool is_done(enum case_clock clock, const struct case_stand *stand, bool told)
{
    switch (clock) {
    case CASE_CLOCK_ACKNOWLEDGE:
        return stand->acknowledged_ms != 0;
    case CASE_CLOCK_UNASSIGNED:
        return stand->owned;
    case CASE_CLOCK_TRIAGE:
        return stand->triaged_ms != 0;
    case CASE_CLOCK_NEWS:
        return told;
    case CASE_CLOCK_COUNT:
        break;
    }
    return false;
}

static void stop(struct book *b, enum case_clock clock, bool done, int64_t at_ms)
{
    struct kept *k = &(*b->out)[b->running[clock] - 1];
    k->over_ms = at_ms;
    k->done = done;
    k->late = at_ms > k->due_ms;
    b->running[clock] = 0;
}

/* Clocks that begin, end, or begin anew with this instant. */
static void turn(struct book *b, const struct case_stand *stand, bool told, int64_t at_ms)
{
    struct case_due dues[CASE_CLOCK_COUNT];
    int64_t due[CASE_CLOCK_COUNT] = {0};
    const size_t count = case_dues(dues, stand, b->limits, b->ground);
    for (size_t i = 0; i < count; i++)
        due[dues[i].clock] = dues[i].due_ms;
    for (int c = 0; c < (int)CASE_CLOCK_COUNT; c++) {
        const size_t place = b->running[c];
        if (place != 0 && due[c] == (*b->out)[place - 1].due_ms)
            continue;
        if (place != 0)
            stop(b, (enum case_clock)c, is_done((enum case_clock)c, stand, told), at_ms);
        if (due[c] == 0)
            continue;
        const struct kept k = {.clock = (enum case_clock)c, .from_ms = at_ms, .due_ms = due[c]};
        arena_push(b->arena, b->out, b->count, sizeof k, &k);
        b->running[c] = *b->count;
    }
}

void kept_list(struct kept **out, size_t *count, struct arena *arena,
               const struct kept_matter *matter, const struct case_limits *limits,
               const struct ground *ground, int64_t now_ms)
{
    struct book b = {out, count, arena, limits, ground, {0}};
    struct case_stand stand = {.state = CASE_RECEIVED,
                               .has_reporter = matter->has_reporter,
                               .opened_ms = matter->opened_ms,
                               .state_ms = matter->opened_ms};
    *out = NULL;
    *count = 0;
    turn(&b, &stand, false, matter->opened_ms);
    for (size_t i = 0; i < matter->act_count; i++) {
        apply(&stand, &matter->acts[i]);
        turn(&b, &stand, matter->acts[i].what == KEPT_TOLD, matter->acts[i].at_ms);
    }
    for (int c = 0; c < (int)CASE_CLOCK_COUNT; c++)
        if (b.running[c] != 0) {
            struct kept *k = &(*out)[b.running[c] - 1];
            k->late = now_ms > k->due_ms;
        }
}
