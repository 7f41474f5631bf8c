/*
 * cases/kept - what was promised for a case against what was done: each of its clocks, each time
 * that it ran.
 *
 * The case is gone through again from its first act with the functions that moved it (cases/stand)
 * and the clocks that stood on the board (cases/due), so that a report cannot tell of other
 * promises than the board did. But where a time was made longer while it ran, the board counts by
 * the longer one, and here the one counts that was promised when it began. Pure.
 */
#ifndef TOCSIN_CASES_KEPT_H
#define TOCSIN_CASES_KEPT_H

#include "base/arena.h"
#include "cases/due.h"

enum kept_what {
    KEPT_ASSIGNED, /* it has an owner */
    KEPT_MOVED,    /* to `to`, or closed */
    KEPT_TOLD      /* the reporter was told something */
};
struct kept_act {
    enum kept_what what;
    enum case_state to;
    int64_t at_ms;
};

struct kept_matter {
    int64_t opened_ms;
    bool has_reporter;
    const struct kept_act *acts; /* as they happened, the oldest first */
    size_t act_count;
};

/* One clock, once. */
struct kept {
    enum case_clock clock;
    int64_t from_ms; /* since when it ran */
    int64_t due_ms;  /* the last millisecond in time */
    int64_t over_ms; /* when it ran no longer; 0: it runs */
    bool done;       /* it ended with what was promised; else the promise fell away */
    bool late;       /* at its end, or now while it runs */
    const struct case_limits *limits; /* by which due_ms was computed */
    bool recorded;                    /* they are those that were in force when it began */
    int64_t eased_ms; /* a longer time that was configured while it ran; 0: none was */
};

/* What was configured from an instant on. */
struct kept_limits {
    int64_t since_ms;
    struct case_limits limits;
};

/* In the order in which they began. now_ms: by which a clock that still runs is late. */
void kept_list(struct kept **out, size_t *count, struct arena *arena,
               const struct kept_matter *matter, const struct case_limits *limits,
               const struct ground *ground, int64_t now_ms);

/*
 * The same, each by the limits that were in force when it began: the last of `history` (the oldest
 * first) that is not younger. What began before all of them is judged by the first, which is not
 * recorded for it then; everything by `now` when there is no history. Both belong to the caller,
 * and have to live as long as the list.
 */
void kept_list_by(struct kept **out, size_t *count, struct arena *arena,
                  const struct kept_matter *matter, const struct kept_limits *history,
                  size_t history_count, const struct case_limits *now, const struct ground *ground,
                  int64_t now_ms);

#endif
