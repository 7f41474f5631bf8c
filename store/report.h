/*
 * store/report - mails to the mailbox for reports of flaws: each once, and what became of it.
 *
 * Owns: tables report, report_part.
 */
#ifndef TOCSIN_STORE_REPORT_H
#define TOCSIN_STORE_REPORT_H

#include "store/store.h"

struct report_row {
    int64_t id;             /* 0 when new */
    const char *sha256;     /* blob of the mail as it came; unique */
    int64_t case_id;        /* 0: of none */
    const char *outcome;    /* "opened", "joined", "gathered", "passed" */
    const char *reason;     /* why it is not answered or not read, in our words; or NULL */
    const char *sender;     /* address that it names, or NULL */
    const char *message_id; /* without <>, or NULL */
    const char *text;       /* blob of its words, or NULL */
    bool encrypted;
    int64_t notice_id; /* its automatic answer; 0: none */
    int64_t at_ms;
};
struct report_part {
    int64_t id, report_id;
    const char *name; /* as it was called, harmless; or NULL */
    const char *type; /* "application/pdf": as stated, never looked into */
    int64_t size;
    const char *sha256; /* blob */
};

/* Fills id. ERR_EXISTS: these bytes were read before. */
MUST_USE enum status report_add(struct report_row *row, struct store *store, struct err *err);
MUST_USE enum status report_part_add(struct report_part *part, struct store *store,
                                     struct err *err);
/* One line of the list that stands in the log by its hash: its bytes. Names may be erased. */
void report_part_line(struct str *out, const struct report_part *part);
/* Of one case, in their order. */
MUST_USE enum status report_list(struct report_row **out, size_t *count, struct arena *arena,
                                 struct store *store, int64_t case_id, struct err *err);
/* All, in their order, from behind after_id on. */
MUST_USE enum status report_range(struct report_row **out, size_t *count, struct arena *arena,
                                  struct store *store, int64_t after_id, size_t limit,
                                  struct err *err);
MUST_USE enum status report_parts(struct report_part **out, size_t *count, struct arena *arena,
                                  struct store *store, int64_t report_id, struct err *err);
/* The one that this notice answers. ERR_NOT_FOUND. */
MUST_USE enum status report_of_notice(struct report_row *out, struct arena *arena,
                                      struct store *store, int64_t notice_id, struct err *err);

/* Was this very mail taken before, perhaps by another way? ERR_NOT_FOUND. */
MUST_USE enum status report_twin(struct report_row *out, struct arena *arena, struct store *store,
                                 const char *message_id, const char *text, struct err *err);

/* What came lately. */
struct report_tally {
    int64_t opened;          /* cases, since */
    int64_t answered;        /* automatic answers, since */
    int64_t answered_sender; /* of them to this sender, since sender_since_ms */
};
MUST_USE enum status report_count(struct report_tally *out, struct store *store, const char *sender,
                                  int64_t since_ms, int64_t sender_since_ms, struct err *err);

#endif
