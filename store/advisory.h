/*
 * store/advisory - advisories, their signatures, their plans and lanes.
 *
 * Owns: tables advisory, approval, plan, lane. An advisory row is one CSAF document at one version;
 * it is never edited but for its state.
 */
#ifndef TOCSIN_STORE_ADVISORY_H
#define TOCSIN_STORE_ADVISORY_H

#include "store/store.h"

struct advisory {
    int64_t id;           /* 0 when new */
    const char *uid;      /* opaque: subj in evidence */
    const char *tracking; /* CSAF tracking id */
    const char *version;
    const char *sha256;       /* blob of the exact bytes */
    const char *order_sha256; /* blob of the order, or NULL */
    const char *order_name;   /* file name for errors, or NULL */
    const char *title;
    enum tlp tlp; /* in force: the order's, else the CSAF's */
    enum advisory_state state;
    int64_t submitted_ms, approved_ms, embargo_ms, deadline_ms, answer_by_ms; /* 0: not (yet) */
    bool digest;   /* no advisory that came in but a digest of ours (store/digest.h) */
    bool exercise; /* nor this: an exercise of ours (store/drill.h) */
};

/* Fills id. Returns ERR_EXISTS when (tracking, version) is there already. */
MUST_USE enum status advisory_add(struct advisory *advisory, struct store *store, struct err *err);
MUST_USE enum status advisory_get(struct advisory *out, struct arena *arena, struct store *store,
                                  int64_t id, struct err *err);
/* version NULL: the one submitted last. No exercise. ERR_NOT_FOUND. */
MUST_USE enum status advisory_find(struct advisory *out, struct arena *arena, struct store *store,
                                   const char *tracking, const char *version, struct err *err);
/* The exercise of this name, and nothing else. ERR_NOT_FOUND. */
MUST_USE enum status advisory_exercise(struct advisory *out, struct arena *arena,
                                       struct store *store, const char *tracking, struct err *err);
/* Newest first; tracking NULL: all but digests. No exercises. */
MUST_USE enum status advisory_list(struct advisory **out, size_t *count, struct arena *arena,
                                   struct store *store, const char *tracking, struct err *err);
/* No digests, no exercises. */
MUST_USE enum status advisory_in_state(struct advisory **out, size_t *count, struct arena *arena,
                                       struct store *store, enum advisory_state state,
                                       struct err *err);
/* Rows of our own, digests and exercises, by id, from behind one; at most limit. */
MUST_USE enum status advisory_ours_list(struct advisory **out, size_t *count, struct arena *arena,
                                        struct store *store, int64_t after_id, size_t limit,
                                        struct err *err);
/*
 * The one place that says what is an advisory and nothing of ours: for every statement that asks
 * for advisories, for what was told of them, or for who owes an answer.
 */
#define ADVISORY_NO_EXERCISE "exercise = 0"
#define ADVISORY_CAME "digest = 0 AND " ADVISORY_NO_EXERCISE
/* The same by the id of an advisory. */
#define ADVISORY_ID_NO_EXERCISE(id)                                                                \
    "NOT EXISTS (SELECT 1 FROM advisory ex WHERE ex.id = " id " AND ex.exercise = 1)"

/* Save state and times; ERR_STALE unless it stood in `from`. */
/* Those in force, or on their way to it, whose embargo ended behind after_ms, up to to_ms. */
MUST_USE enum status advisory_embargo_ended(struct advisory **out, size_t *count,
                                            struct arena *arena, struct store *store,
                                            int64_t after_ms, int64_t to_ms, struct err *err);
MUST_USE enum status advisory_update(struct store *store, const struct advisory *advisory,
                                     enum advisory_state from, struct err *err);
/* Attach or replace the order while still SUBMITTED and unsigned. ERR_STALE otherwise. */
MUST_USE enum status advisory_set_order(struct store *store, const struct advisory *advisory,
                                        struct err *err);

struct approval {
    int64_t id;
    int64_t advisory_id;
    const char *person;
    enum role role;
    const char *fpr;
    const char *form;   /* "text" or "detached" */
    const char *sha256; /* blob of the signed text or signature */
    int64_t at_ms;      /* instant the signer stated */
};
/* One per person and advisory: ERR_EXISTS. */
MUST_USE enum status approval_add(struct approval *approval, struct store *store, struct err *err);
MUST_USE enum status approval_list(struct approval **out, size_t *count, struct arena *arena,
                                   struct store *store, int64_t advisory_id, struct err *err);

/* The plan of an advisory: its list's root first, then the rows in slices. */
struct plan {
    int64_t advisory_id;
    int64_t count; /* recipients in the list */
    int64_t left_out;
    const char *root;   /* hex, Merkle root over the list's lines */
    int64_t done;       /* recipients whose rows exist */
    int after_priority; /* the cursor of party_list */
    const char *after_party;
    int64_t created_ms;
};
MUST_USE enum status plan_add(struct store *store, const struct plan *plan, struct err *err);
MUST_USE enum status plan_get(struct plan *out, struct arena *arena, struct store *store,
                              int64_t advisory_id, struct err *err);
MUST_USE enum status plan_advance(struct store *store, const struct plan *plan, struct err *err);

/* Parties that a proven non-match left out. */
struct left_out {
    const char *party, *comparison;
};
MUST_USE enum status left_out_add(struct store *store, int64_t advisory_id, const char *party,
                                  const char *comparison, struct err *err);
MUST_USE enum status left_out_list(struct left_out **out, size_t *count, struct arena *arena,
                                   struct store *store, int64_t advisory_id, struct err *err);

/* advisory × jurisdiction × class × endpoint: hold, embargo, priority stand here, not on rows. */
struct lane {
    int64_t id;
    int64_t advisory_id;
    const char *jurisdiction; /* country */
    enum party_kind kind;
    const char *endpoint; /* "relay", "outbox", "task": a word, not an address */
    int priority;         /* 0 first */
    int64_t open_at_ms;   /* embargo; 0: at once */
    bool held;
};
/* The lane of these words, made when it is not there; fills id. */
MUST_USE enum status lane_ensure(struct lane *lane, struct store *store, struct err *err);
/* Those of an advisory that an embargo keeps shut: open from at_ms on. */
MUST_USE enum status lane_open_all(struct store *store, int64_t advisory_id, int64_t at_ms,
                                   struct err *err);
MUST_USE enum status lane_list(struct lane **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t advisory_id, struct err *err);

#endif
