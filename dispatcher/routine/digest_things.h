/*
 * dispatcher/routine/digest_things - what people hold against every advisory of a shelf, each
 * comparison once.
 */
#ifndef TOCSIN_DISPATCHER_DIGEST_THINGS_H
#define TOCSIN_DISPATCHER_DIGEST_THINGS_H

#include "dispatcher/plan/recipient.h"

/* An advisory in force, opened. */
struct volume {
    struct dossier d; /* row, facts and register only; owned by the shelf */
    const char *title, *severity, *changes;
    int score_tenths;
    struct match_names *names; /* of its products; NULL: there are too many to keep */
    const char *fault; /* it does not read: what was said of it; then nothing above is known */
};

/* All things that were asked for, by name; zero is empty. */
struct things {
    struct arena *arena;     /* the shelf's */
    struct held_thing *list; /* open addressing; a power of two */
    size_t room, used;
};
void things_dispose(struct things *things);

/* Is the holder of this row told? One answer for each volume; belongs to the arena. */
const bool *things_told(struct things *things, const struct volume *volumes, size_t count,
                        const struct installed *row);

#endif
