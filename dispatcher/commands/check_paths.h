/*
 * dispatcher/commands/check_paths - which files `check` is to read: those that are named, and every
 * *.json below the folders that are named, in the order of the names.
 */
#ifndef TOCSIN_DISPATCHER_CHECK_PATHS_H
#define TOCSIN_DISPATCHER_CHECK_PATHS_H

#include "base/arena.h"
#include "base/err.h"

struct check_paths {
    struct arena *arena;
    const char **paths;
    size_t count;
    /* Told at once of each folder that cannot be read or holds nothing. */
    void (*fault)(void *context, const struct err *err);
    void *context;
};

/* Add `path` ("-" is standard input), or what is below it. */
void check_paths_add(struct check_paths *paths, const char *path);

#endif
