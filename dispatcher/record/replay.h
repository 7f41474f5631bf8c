/*
 * dispatcher/record/replay - the queue, computed from the log alone, and held against the store.
 * Pure.
 *
 * Entries go in one by one, in order; then the rows of the store; each difference is told. What is
 * compared, and what no entry tells and therefore cannot be, stands in docs/architecture.md.
 */
#ifndef TOCSIN_DISPATCHER_REPLAY_H
#define TOCSIN_DISPATCHER_REPLAY_H

#include "dispatcher/record/book_case.h"
#include "store/digest.h"
#include "store/log.h"

struct app;

struct replay {
    struct book *book;
    struct book_cases cases;
    /* Each difference, one line: "notice UID: state: the log says accepted, the store says ready".
     * NULL: nobody wants to know. */
    void (*tell)(void *context, const char *text);
    void *context;
    int64_t entries, notices, differences;
    struct replay_turns {
        int64_t count;
        struct digest sum; /* of all rows, whatever their order */
        bool erased;
    } log_turns, store_turns; /* runs of digests, by the log and by the store */
    struct replay_turns log_drills, store_drills, log_canaries, store_canaries;
    int64_t erased;  /* values that were erased: legal, and not compared */
    char first[400]; /* the first difference; "" */
};

void replay_init(struct replay *replay);
void replay_dispose(struct replay *replay);
void replay_differs(struct replay *replay, const char *format, ...) PRINTF_LIKE(2, 3);

/* The next entry, known to be good by itself, with the personal values that are kept behind it. */
void replay_entry(struct replay *replay, struct bytes line, const struct log_value *values,
                  size_t count);

/* What the store says. Each row once; rows of a notice in the order of their ids. */
struct replay_row {
    const struct notice *notice;
    const char *advisory; /* its uid */
    const char *parcel;   /* SHA-256 of the parcel in force, or NULL */
    struct book_rows rows;
};
void replay_notice(struct replay *replay, const struct replay_row *row);
/* plan NULL: it has none. */
void replay_advisory(struct replay *replay, const struct advisory *advisory,
                     const struct plan *plan, const struct approval *approvals, size_t count);
void replay_task(struct replay *replay, const struct task *task);
/* Cases of the app's open store with all that hangs on them, and what the log has more of them. */
MUST_USE enum status replay_cases(struct replay *replay, struct app *app, struct err *err);
/* Duties and holds of one case, with all that the log has of them. */
MUST_USE enum status replay_duties(struct replay *replay, const char *uid,
                                   const struct book_duties *log, int64_t case_id, struct app *app,
                                   struct err *err);
/* One run of a digest; known: its personal members are what they were. */
void replay_turn(struct replay_turns *turns, const struct digest_turn *row, bool known);
/* Drills and canaries of the app's open store, and what the log has more of them. */
MUST_USE enum status replay_drills(struct replay *replay, struct app *app, struct err *err);
void replay_drills_end(struct replay *replay);
/* Behind the last row: what the log knows and the store does not. */
void replay_end(struct replay *replay);

/*
 * The whole of it over the app's open store. Reads the log in slices first, then the rest of it and
 * the rows as they stand together at one instant. ERR_REFUSED: the log itself is not good.
 */
MUST_USE enum status replay_run(struct replay *replay, struct app *app, struct err *err);

#endif
