/*
 * dispatcher/export/export_inner - what the entries say that other files of a bundle need.
 * Internal to dispatcher/export/export*.c.
 */
#ifndef TOCSIN_DISPATCHER_EXPORT_INNER_H
#define TOCSIN_DISPATCHER_EXPORT_INNER_H

#include "dispatcher/export/export.h"
#include "dispatcher/signed/log_keys.h"

struct export_log {
    struct arena *arena;
    struct log_keys keys; /* of the entries that the bundle is about */
    int64_t *plans;       /* idx of each plan.created of the scope */
    size_t plan_count;
    struct str anchor; /* the note that an auditor kept; size 0: none */
    int64_t start, size, anchor_size;
    struct sha256 anchor_root, root;
    struct str checkpoint; /* the note over size entries */
};

#endif
