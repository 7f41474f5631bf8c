/*
 * dispatcher/submit/watch_set - one set of the watched folder goes the way of `submit` and
 * `approve`.
 */
#ifndef TOCSIN_DISPATCHER_WATCH_SET_H
#define TOCSIN_DISPATCHER_WATCH_SET_H

#include "dispatcher/app.h"
#include "dispatcher/submit/watch_dir.h"

enum watch_outcome {
    WATCH_RELEASED, /* in the register and signed: its files may go to done/ */
    WATCH_WAITS,    /* for something that only another file or an approval can bring */
    WATCH_AGAIN,    /* for something on our side; ask again after a while */
    WATCH_GROWS,    /* not CSAF, perhaps not all of it is there */
    WATCH_REFUSED   /* its files are to go to refused/ with words */
};

struct watch_judged {
    enum watch_outcome outcome;
    char why[300];    /* what it waits for, one harmless line */
    char *tracking;   /* of the row it became or waits to be, or NULL; heap */
    char *version;    /* heap */
    bool held;        /* waits for waivers: no row yet */
    struct str words; /* REFUSED: findings, for people */
};

void watch_judged_dispose(struct watch_judged *judged);

/*
 * files: of one stem, as scanned. A signature that is refused moves aside by itself, the rest of
 * the set goes on. may_grow: an advisory that is not CSAF (yet) gives WATCH_GROWS.
 * Returns ERR_CORRUPT; everything else is an outcome.
 */
MUST_USE enum status watch_set_judge(struct watch_judged *out, struct app *app, const char *dir,
                                     const struct watch_file *files, size_t count, bool may_grow,
                                     struct err *err);

/* Move what is left of it to where the outcome says. */
MUST_USE enum status watch_set_move(struct app *app, const char *dir,
                                    const struct watch_file *files, size_t count,
                                    const struct watch_judged *judged, struct err *err);

#endif
