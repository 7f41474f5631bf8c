/*
 * dispatcher/submit/watch_name - what the name of a file in the watched folder means. Pure.
 *
 * A set is X.json, X.order, X.json.asc and any number of X.PERSON.approval. X may hold dots; a
 * person's id may not, so every name belongs to one set at most.
 */
#ifndef TOCSIN_DISPATCHER_WATCH_NAME_H
#define TOCSIN_DISPATCHER_WATCH_NAME_H

#include <stddef.h>

enum watch_part {
    WATCH_ADVISORY, /* X.json */
    WATCH_ORDER,    /* X.order */
    WATCH_DETACHED, /* X.json.asc */
    WATCH_TEXT,     /* X.PERSON.approval */
    WATCH_IGNORED,  /* dot files, *.tmp: still being written by somebody */
    WATCH_OTHER     /* no name of a set */
};

/* *stem_size: how many bytes of the name are X; 0 for the last two. Any bytes but NUL and '/'. */
enum watch_part watch_name_part(size_t *stem_size, const char *name);

#endif
