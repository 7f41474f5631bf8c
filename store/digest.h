/*
 * store/digest - schedules of digests, the runs made by them, and what a digest is made from.
 *
 * Owns: tables digest_schedule, digest_turn.
 */
#ifndef TOCSIN_STORE_DIGEST_H
#define TOCSIN_STORE_DIGEST_H

#include "store/advisory.h"

struct digest_schedule {
    const char *name; /* whom it is for */
    const char *rule; /* all that decides when it runs, in one line */
    int64_t anchor_ms, since_ms, looked_ms;
};
/* Insert or change. */
MUST_USE enum status digest_schedule_put(struct store *store, const struct digest_schedule *row,
                                         struct err *err);
MUST_USE enum status digest_schedule_drop(struct store *store, const char *name,
                                          struct err *err); /* ERR_STALE */
MUST_USE enum status digest_schedule_list(struct digest_schedule **out, size_t *count,
                                          struct arena *arena, struct store *store,
                                          struct err *err);

/* One run of one schedule for one party. */
struct digest_turn {
    int64_t id;
    const char *schedule, *party;
    int64_t wall;        /* what their wall showed */
    int64_t run_ms;      /* the instant of it */
    const char *outcome; /* "planned", "empty", "no-mail" */
    int64_t missed;
    int64_t notice_id; /* 0: none was made */
    int64_t base_id;   /* notice of the digest that it goes on from, 0: none */
    int64_t at_ms;
};
/* Fills id. ERR_EXISTS: this run was made already. */
MUST_USE enum status digest_turn_add(struct digest_turn *turn, struct store *store,
                                     struct err *err);
/* The last one whose time was not after now_ms. ERR_NOT_FOUND. */
MUST_USE enum status digest_turn_last(struct digest_turn *out, struct arena *arena,
                                      struct store *store, const char *schedule, const char *party,
                                      int64_t now_ms, struct err *err);
/* By id, from behind one; at most limit. */
MUST_USE enum status digest_turn_list(struct digest_turn **out, size_t *count, struct arena *arena,
                                      struct store *store, int64_t after_id, size_t limit,
                                      struct err *err);

/* The digests of a party, the newest first. */
struct digest_sent {
    int64_t notice_id, base_id, advisory_id;
    int64_t run_ms;
    enum notice_state state;
};
MUST_USE enum status digest_sent_list(struct digest_sent **out, size_t *count, struct arena *arena,
                                      struct store *store, const char *party, size_t limit,
                                      struct err *err);

/* What a party was told of advisories that are in force, by advisory and notice. */
struct digest_told {
    int64_t advisory_id;
    enum notice_state state;
    enum grade grade;
    const char *code;
    int64_t answer_by_ms;
};
MUST_USE enum status digest_told_list(struct digest_told **out, size_t *count, struct arena *arena,
                                      struct store *store, const char *party, struct err *err);

#endif
