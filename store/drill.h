/*
 * store/drill - drills: exercises of the whole path, and canaries: mailboxes that must get each
 * run.
 *
 * Owns: tables drill, drill_schedule, canary. A drill's notices are about a row of advisory that is
 * marked as an exercise; store/advisory.h says what never finds it.
 */
#ifndef TOCSIN_STORE_DRILL_H
#define TOCSIN_STORE_DRILL_H

#include "store/advisory.h"

struct drill {
    int64_t id;
    int64_t advisory_id;    /* the exercise */
    int64_t of_id;          /* the advisory that it is about; 0: the sample */
    const char *by;         /* NULL: its time had come */
    bool scheduled;         /* wall is what the wall showed */
    int64_t wall;           /* unique among scheduled runs */
    int64_t run_ms, missed; /* the instant that it was due at; runs before it that were missed */
    int64_t started_ms, ended_ms; /* ended 0: it goes on */
    bool passed;
    const char *report, *facts; /* SHA-256 of the page and of its JSON, from its end on */
    const char *signed_report;
};
/* Fills id. ERR_EXISTS: this run was made already. */
MUST_USE enum status drill_add(struct drill *drill, struct store *store, struct err *err);
MUST_USE enum status drill_get(struct drill *out, struct arena *arena, struct store *store,
                               int64_t id, struct err *err);
/* The one whose exercise this is. ERR_NOT_FOUND. */
MUST_USE enum status drill_of(struct drill *out, struct arena *arena, struct store *store,
                              int64_t advisory_id, struct err *err);
/* The last scheduled one whose time was not after now_ms. ERR_NOT_FOUND. */
MUST_USE enum status drill_last(struct drill *out, struct arena *arena, struct store *store,
                                int64_t now_ms, struct err *err);
/* By id, from behind one; at most limit. open: those that go on. */
MUST_USE enum status drill_list(struct drill **out, size_t *count, struct arena *arena,
                                struct store *store, bool open, int64_t after_id, size_t limit,
                                struct err *err);
/* It ended, with its report. ERR_STALE when it had. */
MUST_USE enum status drill_end(struct store *store, const struct drill *drill, struct err *err);
/* The signed report of one that ended; the first stays. ERR_STALE. */
MUST_USE enum status drill_sign(struct store *store, int64_t id, const char *sha256,
                                struct err *err);

struct drill_schedule {
    const char *rule; /* all that decides when it runs, in one line */
    int64_t anchor_ms, since_ms, looked_ms;
};
MUST_USE enum status drill_schedule_get(struct drill_schedule *out, struct arena *arena,
                                        struct store *store, struct err *err); /* ERR_NOT_FOUND */
MUST_USE enum status drill_schedule_put(struct store *store, const struct drill_schedule *row,
                                        struct err *err);

/* There is none any more; fine when there was none. */
MUST_USE enum status drill_schedule_drop(struct store *store, struct err *err);

/* One run that a canary must get. */
struct canary_row {
    int64_t id;
    const char *name;
    int64_t advisory_id;
    int64_t notice_id; /* 0: none was planned for it */
    int64_t due_ms;
    const char *state; /* "waiting", "seen", "missed", "needless" */
    int64_t at_ms;     /* of its state */
};
/* Fills id. ERR_EXISTS: it is watched for already. */
MUST_USE enum status canary_add(struct canary_row *row, struct store *store, struct err *err);
/* From behind one, by id; at most limit. waiting: those alone. */
MUST_USE enum status canary_list(struct canary_row **out, size_t *count, struct arena *arena,
                                 struct store *store, bool waiting, int64_t after_id, size_t limit,
                                 struct err *err);
/* From waiting to another state. ERR_STALE. */
MUST_USE enum status canary_turn(struct store *store, int64_t id, const char *state, int64_t at_ms,
                                 struct err *err);
/* Runs, advisories and digests, that were planned since_ms or later and that no canary of this
 * name is watched for; with the notice of this party, 0: none. Only what is planned to its end. */
struct canary_run {
    int64_t advisory_id, notice_id, planned_ms;
};
MUST_USE enum status canary_runs(struct canary_run **out, size_t *count, struct arena *arena,
                                 struct store *store, const char *name, const char *party,
                                 int64_t since_ms, size_t limit, struct err *err);

#endif
