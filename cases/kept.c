#include "cases/kept.h"

#include <stdlib.h>

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
        const struct kept k = {
            .clock = (enum case_clock)c, .from_ms = at_ms, .due_ms = due[c], .limits = b->limits};
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

/* The index of what was in force at this instant; the first one before it, too. */
static size_t in_force(const struct kept_limits *history, size_t count, int64_t at_ms)
{
    size_t found = 0;
    for (size_t i = 0; i < count && history[i].since_ms <= at_ms; i++)
        found = i;
    return found;
}

/* The same clock, the same time that it ran; acts begin it, whatever its length. */
static const struct kept *same_of(const struct kept *list, size_t count, const struct kept *k)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].clock == k->clock && list[i].from_ms == k->from_ms)
            return &list[i];
    return NULL;
}

static int by_beginning(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    if (x->from_ms != y->from_ms)
        return x->from_ms < y->from_ms ? -1 : 1;
    return (int)x->clock - (int)y->clock;
}

/* A promise that was over before the change was not changed. */
static void note_longer(struct kept *k, const struct kept *list, size_t count, int64_t since_ms)
{
    const struct kept *other = same_of(list, count, k);
    const bool ran = since_ms > k->from_ms && (k->over_ms == 0 || since_ms < k->over_ms);
    if (ran && other != NULL && other->due_ms > k->due_ms && other->due_ms > k->eased_ms)
        k->eased_ms = other->due_ms;
}

void kept_list_by(struct kept **out, size_t *count, struct arena *arena,
                  const struct kept_matter *matter, const struct kept_limits *history,
                  size_t history_count, const struct case_limits *now, const struct ground *ground,
                  int64_t now_ms)
{
    struct kept **lists = arena_alloc(arena, (history_count + 1) * sizeof *lists);
    size_t *counts = arena_alloc(arena, (history_count + 1) * sizeof *counts);
    *out = NULL;
    *count = 0;
    for (size_t h = 0; h < history_count || h == 0; h++) {
        kept_list(&lists[h], &counts[h], arena, matter,
                  h < history_count ? &history[h].limits : now, ground, now_ms);
        for (size_t i = 0; i < counts[h]; i++) {
            struct kept k = lists[h][i];
            k.recorded = h < history_count && history[h].since_ms <= k.from_ms;
            if (in_force(history, history_count, k.from_ms) == h)
                arena_push(arena, out, count, sizeof k, &k);
        }
    }
    for (size_t i = 0; i < *count; i++)
        for (size_t h = 0; h < history_count; h++)
            note_longer(&(*out)[i], lists[h], counts[h], history[h].since_ms);
    if (*count > 1)
        qsort(*out, *count, sizeof **out, by_beginning);
}
