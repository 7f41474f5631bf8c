/*
 * store/notice - the rows of the notice queue, their parcels, attempts and receipts.
 *
 * Owns: tables notice, parcel, attempt, receipt, inbound.
 * The table of moves is dispatcher/run/state.c; here a move is
 * UPDATE ... WHERE id AND state, one row changed or ERR_STALE.
 */
#ifndef TOCSIN_STORE_NOTICE_H
#define TOCSIN_STORE_NOTICE_H

#include "store/store.h"

struct notice {
    int64_t id;      /* 0 when new */
    const char *uid; /* opaque: subj in evidence, stem of Message-IDs */
    int64_t advisory_id;
    int64_t lane_id;
    const char *party;
    int64_t contact_id; /* where it goes now */
    enum notice_kind kind;
    enum notice_state state;
    enum level level;
    enum form form;
    enum route route;
    const char *address; /* mail address of the contact now, or NULL */
    const char *key;     /* fingerprint it is sealed to, or NULL */
    const char *code;    /* answer code, 7 signs; unique */
    const char *token;   /* of the return address; unique */
    int64_t next_at_ms;  /* due; meaning depends on the state */
    int64_t deadline_ms; /* told by */
    int64_t answer_by_ms;
    int64_t tries;      /* attempts on this route */
    int64_t sendings;   /* times that the dot was given: > 1 is a second sending */
    int64_t crashes;    /* workers lost over it */
    int64_t parcel_id;  /* sealed bytes in force, 0: none */
    int64_t attempt_id; /* the open one, 0: none */
    int64_t task_id;    /* the task it waits for, 0: none */
    enum grade grade;   /* best so far */
    const char *answer; /* answer_word, or NULL */
    const char *why;    /* last reason, in words, harmless */
    int64_t created_ms, changed_ms, accepted_ms;
    const char *text_group; /* of a broadcast: notices of one lane that read the same; or NULL */
};

/* Fills id. ERR_EXISTS: this advisory, party and kind (or code, token, uid) is there already. */
MUST_USE enum status notice_add(struct notice *notice, struct store *store, struct err *err);
MUST_USE enum status notice_get(struct notice *out, struct arena *arena, struct store *store,
                                int64_t id, struct err *err);
MUST_USE enum status notice_by_token(struct notice *out, struct arena *arena, struct store *store,
                                     const char *token, struct err *err);
MUST_USE enum status notice_by_code(struct notice *out, struct arena *arena, struct store *store,
                                    const char *code, struct err *err);
MUST_USE enum status notice_by_uid(struct notice *out, struct arena *arena, struct store *store,
                                   const char *uid, struct err *err);
/* Save every column but id, uid, advisory, party, kind, code, token; ERR_STALE unless it stands in
 * `from`. */
MUST_USE enum status notice_update(struct store *store, const struct notice *notice,
                                   enum notice_state from, struct err *err);
/*
 * Due rows of one state in open lanes: by lane priority, then next_at_ms, then id. Cost must not
 * grow with the number of rows that wait. endpoint NULL: any; not_endpoints are left out (dead
 * ones).
 */
MUST_USE enum status notice_due(struct notice **out, size_t *count, struct arena *arena,
                                struct store *store, enum notice_state state, int64_t now_ms,
                                const char *const *not_endpoints, size_t not_count, size_t limit,
                                struct err *err);
/*
 * Broadcast notices that read the same text as this one (lane and text_group), PLANNED and due,
 * over which no work was lost: what may be sealed together with it. By next_at_ms, then id.
 */
MUST_USE enum status notice_like(struct notice **out, size_t *count, struct arena *arena,
                                 struct store *store, const struct notice *notice, int64_t now_ms,
                                 size_t limit, struct err *err);
/* When the next row of these states (a bit set of 1u << state) falls due; ERR_NOT_FOUND: never.
 * Lanes' open_at counts. */
MUST_USE enum status notice_next_due(int64_t *out_ms, struct store *store, unsigned states,
                                     struct err *err);
/* Move what all rows of one state wait for by by_ms: for the day on which the clock is set. */
MUST_USE enum status notice_shift(struct store *store, enum notice_state state, int64_t by_ms,
                                  struct err *err);
/* PLANNED ones of an advisory that wait: due at at_ms, to be told by deadline_ms at the latest, and
 * asked to answer by answer_by_ms at the latest. */
MUST_USE enum status notice_release_all(struct store *store, int64_t advisory_id, int64_t at_ms,
                                        int64_t deadline_ms, int64_t answer_by_ms, struct err *err);
struct notice_filter {
    int64_t advisory_id; /* 0: any */
    const char *party;   /* NULL: any */
    unsigned states;     /* bit set; 0: any */
    int64_t task_id;     /* 0: any */
    int64_t after_id;    /* paging */
    size_t limit;        /* 0: 500 */
};
MUST_USE enum status notice_list(struct notice **out, size_t *count, struct arena *arena,
                                 struct store *store, const struct notice_filter *filter,
                                 struct err *err);
/*
 * Notices of an advisory that somebody was asked by and nobody answered, for the party, by
 * another notice of the same advisory or for its group; by id, from behind one. Not those of
 * digests, which ask nothing, not those that ask again, not the waiting notice of somebody who was
 * told the text behind it, and not those that an embargo or a hold
 * keeps from leaving. The last attempt is of any notice of the advisory to the party.
 */
struct unanswered {
    int64_t notice_id;
    const char *party;
    enum party_kind party_kind;
    const char *country;
    const char *group; /* or NULL */
    enum notice_kind kind;
    enum notice_state state;
    enum level level;
    enum route route; /* in force, with its address or NULL */
    const char *address;
    const char *code;
    int64_t answer_by_ms;
    enum grade grade;
    int64_t task_id; /* 0: none */
    const char *language;
    const char *phone; /* of the contact, else the first one that the party has, or NULL */
    const char *next_route, *next_email, *next_phone; /* of the contact behind it; NULL: none */
    int64_t tried_ms;                                 /* the last attempt; 0: none was made */
    const char *verdict;                              /* of it; NULL: open */
    int64_t reply;                                    /* its code; 0: none */
    const char *tried_address;
    int64_t told_ms;    /* it left, or a person told them; 0: neither */
    int64_t contact_id; /* that it went to; 0: none */
    bool held;          /* a hold stands over its lane */
    /* Those that asked again; id 0: not made. */
    struct asked_again {
        int64_t id;
        enum notice_state state;
        int64_t left_ms;
    } reminder, escalation;
};
MUST_USE enum status notice_unanswered(struct unanswered **out, size_t *count, struct arena *arena,
                                       struct store *store, int64_t advisory_id, int64_t after_id,
                                       int64_t now_ms, size_t limit, struct err *err);
/* Did they, or their group as a party of its own, answer any notice of this advisory? */
MUST_USE enum status notice_is_answered(bool *out, struct store *store, int64_t advisory_id,
                                        const char *party, struct err *err);
/* Is there an item of this task whose notice nobody has answered, neither they nor their group? */
MUST_USE enum status task_unanswered(bool *out, struct store *store, int64_t task_id,
                                     struct err *err);
/* Is there an item of this task of whom neither a notice nor a person says that they have the text?
 */
MUST_USE enum status task_untold(bool *out, struct store *store, int64_t task_id, struct err *err);
/* Counted per (advisory, state, level): the board. advisory_id 0: all. */
struct notice_tally {
    int64_t advisory_id;
    enum notice_state state;
    enum level level;
    enum party_kind kind;
    int64_t count;
    int64_t again;                /* of these: they ask again who was told before */
    int64_t earliest_deadline_ms; /* of the others; 0: none */
};
MUST_USE enum status notice_tally(struct notice_tally **out, size_t *count, struct arena *arena,
                                  struct store *store, int64_t advisory_id, struct err *err);

/* Sealed bytes for one route and key; the same bytes and Message-ID on every attempt. */
struct parcel_row {
    int64_t id;
    int64_t notice_id;
    const char *message_id;
    const char *address;
    const char *key; /* fingerprint or NULL */
    enum level level;
    const char *sha256; /* blob of the message */
    const char *plain;  /* blob of the plaintext entity, or NULL */
    int64_t created_ms;
};
MUST_USE enum status parcel_add(struct parcel_row *parcel, struct store *store, struct err *err);
MUST_USE enum status parcel_get(struct parcel_row *out, struct arena *arena, struct store *store,
                                int64_t id, struct err *err);
MUST_USE enum status parcel_by_message_id(struct parcel_row *out, struct arena *arena,
                                          struct store *store, const char *message_id,
                                          struct err *err);
/* All that were ever made for a notice, in order. */
MUST_USE enum status parcel_list(struct parcel_row **out, size_t *count, struct arena *arena,
                                 struct store *store, int64_t notice_id, struct err *err);
MUST_USE enum status parcel_count(int64_t *out, struct store *store, int64_t notice_id,
                                  struct err *err);

struct attempt {
    int64_t id;
    int64_t notice_id, parcel_id;
    int64_t begin_ms, dot_ms, end_ms; /* 0: not yet */
    const char *verdict;              /* verdict_word, "lapsed" (never reached the dot), or NULL */
    int64_t code;
    const char *enhanced, *said, *tls, *peer;
    const char *transcript; /* blob, or NULL */
};
MUST_USE enum status attempt_add(struct attempt *attempt, struct store *store, struct err *err);
MUST_USE enum status attempt_get(struct attempt *out, struct arena *arena, struct store *store,
                                 int64_t id, struct err *err);
MUST_USE enum status attempt_dot(struct store *store, int64_t id, int64_t dot_ms,
                                 struct err *err); /* ERR_STALE, also when its lane is held */
MUST_USE enum status attempt_end(struct store *store, const struct attempt *attempt,
                                 struct err *err); /* ERR_STALE */
MUST_USE enum status attempt_list(struct attempt **out, size_t *count, struct arena *arena,
                                  struct store *store, int64_t notice_id, struct err *err);

/* What came back for a notice, from anywhere. */
struct receipt_row {
    int64_t id;
    int64_t notice_id;
    enum grade grade;
    const char *how;    /* "smtp", "file", "dsn", "mdn", "mail", "phone", "letter", "task" */
    const char *by;     /* person of ours who logged it, or NULL */
    const char *detail; /* harmless words, or NULL */
    int64_t units;      /* -1: not said */
    const char *sha256; /* blob of the proof, or NULL */
    int64_t at_ms;
};
MUST_USE enum status receipt_add(struct receipt_row *receipt, struct store *store, struct err *err);
MUST_USE enum status receipt_list(struct receipt_row **out, size_t *count, struct arena *arena,
                                  struct store *store, int64_t notice_id, struct err *err);

/* What belongs to the notices with ids above `after` up to `to`, by notice and id. */
MUST_USE enum status parcel_range(struct parcel_row **out, size_t *count, struct arena *arena,
                                  struct store *store, int64_t after, int64_t to, struct err *err);
MUST_USE enum status attempt_range(struct attempt **out, size_t *count, struct arena *arena,
                                   struct store *store, int64_t after, int64_t to, struct err *err);
MUST_USE enum status receipt_range(struct receipt_row **out, size_t *count, struct arena *arena,
                                   struct store *store, int64_t after, int64_t to, struct err *err);

/* Every inbound message once, matched or kept for a person. */
struct inbound_row {
    int64_t id;
    const char *sha256;  /* blob of the raw message; unique */
    const char *kind;    /* inbound_kind_word */
    int64_t notice_id;   /* 0: unmatched */
    const char *outcome; /* "applied", "no-change", "unmatched", "suspect" */
    const char *reason;
    int64_t at_ms;
};
/* ERR_EXISTS when these bytes were read before. */
MUST_USE enum status inbound_add(struct inbound_row *row, struct store *store, struct err *err);
MUST_USE enum status inbound_list(struct inbound_row **out, size_t *count, struct arena *arena,
                                  struct store *store, const char *outcome /* NULL: all */,
                                  struct err *err);

/*
 * Is there a notice in this lane of which it is not sure that its party was told? All but those
 * that were answered, and those that passed their watch for bounces or were told by a person; a
 * waiting notice tells nothing until it is answered; a cancelled one, nothing at all. Superseded
 * ones do not count: a newer one is in their place. watched false: what our relay took is told,
 * too, though a bounce may come yet; but never by a waiting one.
 */
MUST_USE enum status lane_untold(bool *out, struct store *store, int64_t lane_id, bool watched,
                                 struct err *err);
/* Does this kind tell the news itself? Not what asks again, nor mails to our own or to a reporter.
 */
bool notice_kind_tells(enum notice_kind kind);
/* What is known of a notice that is out: instants, 0: never. */
struct tell_facts {
    enum notice_state state;
    enum level level;
    int64_t accepted_ms; /* taken by our relay, or said by the task that told them; the last time */
    int64_t bounced_ms;  /* the last time that it came back; what is below came behind that */
    int64_t said_ms;     /* their first answer, or the first word of a person of ours */
    int64_t called_ms;   /* the first word of a person of ours */
};
/*
 * When they were told the text; 0: they were not. What came back told nobody: then it is the
 * answer behind that. A waiting notice never does, nor a mail that answers it: it is the answer
 * that a person of ours logged.
 */
int64_t notice_told_ms(const struct tell_facts *t);
struct told {
    int64_t notice_id;
    const char *uid, *code;
    enum notice_state state; /* passed or answered */
    enum grade grade;
    int64_t at_ms; /* notice_told_ms; else of its last change */
};
MUST_USE enum status lane_told(struct told **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t lane_id, bool watched, struct err *err);
/* The first who was told in a lane: uid, code, at_ms; at_ms 0: nobody yet. What our relay took is
 * told, though a bounce may come yet. */
MUST_USE enum status lane_first_told(struct told *out, struct arena *arena, struct store *store,
                                     int64_t lane_id, struct err *err);
/* Lanes of customers (hospitals, distributors, importers), of all advisories that open cases are
 * linked to; by case. */
struct case_lane {
    int64_t case_id, lane_id;
    const char *country, *tracking, *version;
};
MUST_USE enum status lane_of_cases(struct case_lane **out, size_t *count, struct arena *arena,
                                   struct store *store, struct err *err);

#endif
