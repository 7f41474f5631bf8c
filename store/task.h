/*
 * store/task - work for a person: one task per *cause*, not per hospital.
 *
 * Owns: tables task, task_item, job.
 */
#ifndef TOCSIN_STORE_TASK_H
#define TOCSIN_STORE_TASK_H

#include "store/store.h"

struct task {
    int64_t id;
    enum task_kind kind;
    const char
        *cause; /* unique among open tasks: "key-expired", "portal EXM-2026-0007 1.0.0 de-bfarm" */
    const char *title;   /* one line for people */
    const char *todo;    /* what to do, lines */
    int64_t advisory_id; /* 0: none */
    const char *owner;   /* person id */
    int64_t deadline_ms; /* 0: none */
    bool open;
    int64_t opened_ms, done_ms;
    const char *done_by, *done_ref, *proof; /* proof: blob */
    int64_t items;                          /* filled by get and list */
};

/*
 * Open it, or join the open one with this cause (then only the deadline is moved earlier). Fills
 * id; *opened (may be NULL) tells which.
 */
MUST_USE enum status task_open(struct task *task, bool *opened, struct store *store,
                               struct err *err);
MUST_USE enum status task_get(struct task *out, struct arena *arena, struct store *store,
                              int64_t id, struct err *err);
/* Open ones first by deadline; all: also done ones. advisory_id 0: any. */
MUST_USE enum status task_list(struct task **out, size_t *count, struct arena *arena,
                               struct store *store, bool all, int64_t advisory_id, struct err *err);
/* Save cause, title, todo and deadline of an open one. ERR_STALE unless open. */
MUST_USE enum status task_reword(struct store *store, const struct task *task, struct err *err);
/* ERR_STALE unless open. */
MUST_USE enum status task_done(struct store *store, const struct task *task, struct err *err);

/* Whom or what it is about; a text like a party id, and the notice (0: none). Twice is once. */
struct task_item {
    const char *about;
    int64_t notice_id;
    const char *detail;
};
MUST_USE enum status task_item_add(struct store *store, int64_t task_id,
                                   const struct task_item *item, struct err *err);
MUST_USE enum status task_item_list(struct task_item **out, size_t *count, struct arena *arena,
                                    struct store *store, int64_t task_id, struct err *err);

/* Next times of periodic jobs; they survive a restart. ERR_NOT_FOUND when never set. */
MUST_USE enum status job_get(int64_t *out_next_ms, struct store *store, const char *name,
                             struct err *err);
MUST_USE enum status job_set(struct store *store, const char *name, int64_t next_ms,
                             struct err *err);

#endif
