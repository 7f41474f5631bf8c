/*
 * store/case - cases: one matter each, from the first report to its closure.
 *
 * Owns: tables case_file, case_event, case_fact, case_decision, case_link, case_message,
 * source_review. Facts and decisions are added, never changed: a newer one takes the place of an
 * older one, which stays (in_force is false then).
 *
 * What a move, a fact or a closure needs to be right is not known here: cases/ and the dispatcher.
 */
#ifndef TOCSIN_STORE_CASE_H
#define TOCSIN_STORE_CASE_H

#include "store/store.h"

struct case_file {
    int64_t id;         /* 0 when new */
    const char *uid;    /* opaque; subject of its entries in the log */
    const char *number; /* for people: cases/number.h */
    int64_t year, seq;  /* the number, as numbers */
    enum case_source source;
    enum case_state state;
    bool sided;           /* waits for the reporter, or was transferred ... */
    enum case_state back; /* ... and was there before */
    const char *owner;    /* person id; NULL: unassigned */
    const char *title;
    const char *reporter, *reporter_mail; /* both NULL: nobody that could be told */
    bool decided;                         /* whether it is disclosed: */
    bool disclosed;                       /* decided: yes, or known and not disclosed */
    const char *disclosure_by, *disclosure_reason;
    int64_t disclosure_ms;
    const char *outcome, *closed_by;         /* once closed */
    int64_t opened_ms, state_ms;             /* state_ms: since when it stands there */
    int64_t acknowledged_ms, triaged_ms;     /* 0: not yet; triaged_ms: or screened out */
    int64_t told_ms, reopened_ms, closed_ms; /* the last time, or 0; closed_ms is 0 while open */
};
/* Fills id. Returns ERR_EXISTS when number, uid or year and seq are taken. */
MUST_USE enum status case_add(struct case_file *row, struct store *store, struct err *err);
/* The seq that comes next in a year: 1 and up, without gaps. */
MUST_USE enum status case_next_seq(int64_t *out, struct store *store, int64_t year,
                                   struct err *err);
/* ERR_NOT_FOUND. */
MUST_USE enum status case_get(struct case_file *out, struct arena *arena, struct store *store,
                              int64_t id, struct err *err);
/* By number or uid. ERR_NOT_FOUND. */
MUST_USE enum status case_find(struct case_file *out, struct arena *arena, struct store *store,
                               const char *number_or_uid, struct err *err);
/* The oldest first, from after_id on; open_only: those that are not closed. */
MUST_USE enum status case_list(struct case_file **out, size_t *count, struct arena *arena,
                               struct store *store, bool open_only, int64_t after_id, size_t limit,
                               struct err *err);
/* What may change (all but id, uid, number, year, seq, source, opened_ms). ERR_STALE unless it
 * stands in `from`. */
MUST_USE enum status case_save(struct store *store, const struct case_file *row,
                               enum case_state from, struct err *err);
struct case_count {
    int64_t all, open;
    int64_t last_ms; /* when the last one was opened; 0: never */
};
MUST_USE enum status case_count(struct case_count *out, struct store *store,
                                enum case_source source, struct err *err);

/* The history of a case, for people. */
struct case_event {
    int64_t id, case_id;
    const char *what;   /* opened, state, assigned, told, closed */
    const char *said;   /* the new state, the owner, the way */
    const char *person; /* NULL: no person of ours */
    const char *reason;
    const char *sha256; /* blob, or NULL */
    int64_t at_ms;
};
MUST_USE enum status case_event_add(struct case_event *event, struct store *store, struct err *err);
MUST_USE enum status case_event_list(struct case_event **out, size_t *count, struct arena *arena,
                                     struct store *store, int64_t case_id, struct err *err);

/* Who knew or did what, and when. */
struct case_fact {
    int64_t id, case_id;
    const char *kind;         /* word of a trigger: clocks/rule.h */
    const char *jurisdiction; /* NULL: wherever it matters */
    int64_t at_ms;            /* of a whole day: its beginning, in zone or else UTC */
    const char *said;         /* the day, or the instant with its offset: as fact_parse reads it */
    const char *zone;         /* IANA; NULL: not said */
    const char *person;       /* who knew or did, in words */
    enum fact_class class;
    const char *source; /* the document that says so */
    const char *entered_by;
    int64_t entered_ms;
    int64_t supersedes, from_fact; /* 0: none; from_fact: it follows from that one elsewhere */
    bool in_force;
    bool chosen;                           /* of all of its kind and jurisdiction this one counts */
    const char *chosen_by, *chosen_reason; /* stay when another one is chosen */
    int64_t chosen_ms;
};
/*
 * Fills id and in_force. The one that it supersedes is in force and chosen no longer: ERR_STALE
 * unless that was in force, of the same case, kind and jurisdiction.
 */
MUST_USE enum status case_fact_add(struct case_fact *fact, struct store *store, struct err *err);
/* Makes this one the chosen one of its kind and jurisdiction. ERR_STALE unless it is in force. */
MUST_USE enum status case_fact_choose(struct store *store, const struct case_fact *fact,
                                      struct err *err);
MUST_USE enum status case_fact_get(struct case_fact *out, struct arena *arena, struct store *store,
                                   int64_t id, struct err *err);
MUST_USE enum status case_fact_list(struct case_fact **out, size_t *count, struct arena *arena,
                                    struct store *store, int64_t case_id, struct err *err);

/* Whether a case is reportable in a jurisdiction. */
struct case_decision {
    int64_t id, case_id;
    const char *jurisdiction;
    enum reportability verdict;
    const char *reason;
    const char *person;     /* who decided */
    const char *entered_by; /* another one than person: recorded for that person */
    const char *proof;      /* blob, or NULL */
    int64_t at_ms;
    int64_t supersedes; /* filled by add; 0: none */
    bool in_force;
    int64_t countersigned_ms; /* 0: not, or not needed */
};
/* Fills id, supersedes and in_force: the one in force until now is so no longer. */
MUST_USE enum status case_decision_add(struct case_decision *decision, struct store *store,
                                       struct err *err);
/* ERR_STALE unless it is in force, recorded for its person by another one, and not yet so. */
MUST_USE enum status case_decision_countersign(struct store *store, int64_t id, int64_t at_ms,
                                               struct err *err);
/* In the order in which they were made. */
MUST_USE enum status case_decision_list(struct case_decision **out, size_t *count,
                                        struct arena *arena, struct store *store, int64_t case_id,
                                        struct err *err);
/* The one in force. ERR_NOT_FOUND: nobody decided. */
MUST_USE enum status case_decision_get(struct case_decision *out, struct arena *arena,
                                       struct store *store, int64_t case_id,
                                       const char *jurisdiction, struct err *err);

struct case_link {
    int64_t id, case_id;
    enum link_kind kind;
    const char *ref; /* tracking id of an advisory, number of anything else */
    const char *person;
    int64_t at_ms;
};
/* Fills id. ERR_EXISTS when it is linked already. */
MUST_USE enum status case_link_add(struct case_link *link, struct store *store, struct err *err);
MUST_USE enum status case_link_list(struct case_link **out, size_t *count, struct arena *arena,
                                    struct store *store, int64_t case_id, struct err *err);
/* Whose: all that link to this ref, the oldest first. */
MUST_USE enum status case_link_find(struct case_link **out, size_t *count, struct arena *arena,
                                    struct store *store, enum link_kind kind, const char *ref,
                                    struct err *err);

/* One text of the thread with the reporter, or about it. */
struct case_message {
    int64_t id, case_id;
    enum message_way way;
    const char *sha256;     /* blob: the exact bytes */
    const char *message_id; /* without <>; NULL: no mail */
    const char *address;    /* from or to whom; NULL: not said */
    int64_t at_ms;
};
MUST_USE enum status case_message_add(struct case_message *message, struct store *store,
                                      struct err *err);
MUST_USE enum status case_message_list(struct case_message **out, size_t *count,
                                       struct arena *arena, struct store *store, int64_t case_id,
                                       struct err *err);
/* The case whose thread had this Message-ID first: who repeats it gains nothing. ERR_NOT_FOUND. */
MUST_USE enum status case_message_find(int64_t *out_case_id, struct store *store,
                                       const char *message_id, struct err *err);

/* The register of a source was looked through. */
struct source_review {
    int64_t id;
    enum case_source source;
    const char *person, *note;
    int64_t at_ms;
};
MUST_USE enum status source_review_add(struct source_review *review, struct store *store,
                                       struct err *err);
/* All, in their order. */
MUST_USE enum status source_review_list(struct source_review **out, size_t *count,
                                        struct arena *arena, struct store *store, struct err *err);
/* The last one. ERR_NOT_FOUND: nobody ever did. */
MUST_USE enum status source_review_last(struct source_review *out, struct arena *arena,
                                        struct store *store, enum case_source source,
                                        struct err *err);

#endif
