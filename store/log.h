/*
 * store/log - where the lines of the evidence log are kept.
 *
 * Owns: tables evidence, evidence_head, evidence_value. Lines are opaque here: what a line means
 * and how it chains is evidence/. Append is update of one head row and insert, same transaction.
 */
#ifndef TOCSIN_STORE_LOG_H
#define TOCSIN_STORE_LOG_H

#include "store/store.h"

struct log_head {
    int64_t idx;   /* of the next entry; 0 when empty */
    char prev[65]; /* hex leaf of the last entry; 64 zeros when empty */
};
MUST_USE enum status log_head_get(struct log_head *out, struct store *store, struct err *err);

/* ERR_STALE when the head is not `before`. `after` becomes the head. */
MUST_USE enum status log_append(struct store *store, const struct log_head *before,
                                const struct log_head *after, struct bytes line, const char *kind,
                                const char *subj, int64_t at_ms, struct err *err);
MUST_USE enum status log_value_add(struct store *store, int64_t idx, const char *field,
                                   const char *salt, const char *value, struct err *err);
/* NULL value in *out: erased. ERR_NOT_FOUND. */
MUST_USE enum status log_value_get(const char **out_salt, const char **out_value,
                                   struct arena *arena, struct store *store, int64_t idx,
                                   const char *field, struct err *err);

struct log_value {
    int64_t idx;
    const char *subj, *field, *salt, *value; /* value NULL: erased */
};
/*
 * The values that are not erased behind entries from_idx ≤ idx < till_idx, ascending by idx, then
 * field as bytes.
 */
MUST_USE enum status log_value_list(struct log_value **out, size_t *count, struct arena *arena,
                                    struct store *store, int64_t from_idx, int64_t till_idx,
                                    struct err *err);
/* All of them, erased ones too, in the order of entries; subj is not filled. */
MUST_USE enum status log_value_range(struct log_value **out, size_t *count, struct arena *arena,
                                     struct store *store, int64_t from_idx, int64_t till_idx,
                                     struct err *err);

/* The instant of the last entry; ERR_NOT_FOUND when there is none. */
MUST_USE enum status log_last_at(int64_t *out_ms, struct store *store, struct err *err);

/* The last entry of this kind about this subject; ERR_NOT_FOUND. */
MUST_USE enum status log_find(int64_t *out_idx, struct store *store, const char *subj,
                              const char *kind, struct err *err);

struct log_line {
    int64_t idx, at_ms;
    const char *kind, *subj; /* the columns beside the line, which say what it says */
    struct bytes line;       /* in the arena */
};
/* Lines from idx on, at most limit. subj NULL: all. */
MUST_USE enum status log_list(struct log_line **out, size_t *count, struct arena *arena,
                              struct store *store, int64_t from_idx, const char *subj, size_t limit,
                              struct err *err);

#endif
