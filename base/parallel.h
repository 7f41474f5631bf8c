/*
 * base/parallel - the same work for many items on all cores, and its results one after the other.
 *
 * Owns:    the threads; they have ended when parallel_run returns.
 * Threads: `work` runs in any of them, in several at once, each time with a place of its own,
 *          the caller's among them; `finish` runs in the caller's, in the order of the items.
 */
#ifndef TOCSIN_BASE_PARALLEL_H
#define TOCSIN_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

#define PARALLEL_THREADS_MAX 8
#define PARALLEL_PLACES_MAX (PARALLEL_THREADS_MAX * 16)

struct parallel {
    void *context;
    /* Do the item, and leave what came of it at the place (below parallel_places). */
    void (*work)(void *context, size_t item, size_t place);
    /* Take it from there; the place is free afterwards. false: begin no further items. */
    bool (*finish)(void *context, size_t item, size_t place);
};

/* How many threads are worth it for so many items: 1 to PARALLEL_THREADS_MAX. */
size_t parallel_threads(size_t items);
/* How many results wait at the most. */
size_t parallel_places(size_t threads);
/* Items 0 to count-1. With one thread, or when no other can be made, all of it runs in the
 * caller's. */
void parallel_run(const struct parallel *parallel, size_t count, size_t threads);

#endif
