/*
 * dispatcher/export_inner - what the entries say that other files of a bundle need.
 * Internal to dispatcher/export*.c.
 */
#ifndef TOCSIN_DISPATCHER_EXPORT_INNER_H
#define TOCSIN_DISPATCHER_EXPORT_INNER_H

#include "dispatcher/export.h"
#include "evidence/note.h"

struct export_key {
    char line[256]; /* as in log.vkey, without its newline */
    int64_t idx;    /* of the entry that names it */
};

struct export_log {
    struct arena *arena;
    struct export_key *keys; /* every key of the log, the oldest first */
    size_t key_count;
    int64_t *plans; /* idx of each plan.created of the scope */
    size_t plan_count;
    struct str anchor; /* the note that an auditor kept; size 0: none */
    int64_t start, size;
    struct sha256 start_root, root;
    struct str checkpoint; /* the note over size entries */
};

#endif
