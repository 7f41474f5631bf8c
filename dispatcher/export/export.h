/*
 * dispatcher/export/export - a bundle (docs/bundle.md) of one advisory, or of all, for one reader.
 *
 * Every bundle holds every entry. What a reader sees behind them (values, blobs, the report) is
 * only what concerns the advisory that was asked for, and only what the reader may see.
 */
#ifndef TOCSIN_DISPATCHER_EXPORT_H
#define TOCSIN_DISPATCHER_EXPORT_H

#include "dispatcher/routine/drill.h"
#include "evidence/bundle_write.h"
#include "store/advisory.h"
#include "store/case.h"
#include "store/notice.h"
#include "store/report.h"
#include "store/task.h"

enum reader {
    READER_ALL,       /* an auditor of ours: everything */
    READER_REGULATOR, /* who, what, when; no addresses, no words or mails of recipients */
    READER_PARTY      /* one party: the advisory, and what went to it and came from it */
};

struct export_wish {
    const char *tracking; /* one advisory ... */
    const char *of_case;  /* ... or one case, with the advisories that came of it; NULL: all */
    const char *to;       /* folder, or X.tar */
    const char *anchor;   /* file with a checkpoint: entries under it are left out; or NULL */
    enum reader reader;
    const char *party; /* of READER_PARTY */
    bool values_alone; /* a disclosure for an earlier bundle */
    bool show_progress;
};
/* "all", "regulator", "party:ID". Returns ERR_INVALID. */
MUST_USE enum status export_reader(struct export_wish *wish, const char *text, struct err *err);

/* One notice and what happened to it. */
struct export_notice {
    struct notice row;
    const struct lane *lane;
    struct parcel_row *parcels;
    struct attempt *attempts;
    struct receipt_row *receipts;
    size_t parcel_count, attempt_count, receipt_count;
    bool followed; /* a waiting notice, and a notice with the text was made behind it */
};

/* An embargo that a person ended before its time; at_ms 0: nobody did. */
struct export_release {
    int64_t idx; /* of its entry */
    int64_t at_ms, planned_ms;
    const char *by, *reason; /* "(erased)"; NULL: not recorded */
};

/* One version of an advisory. */
struct export_matter {
    struct advisory row;
    struct export_release release;
    struct plan plan;
    bool planned;
    struct approval *approvals;
    struct left_out *left_out;
    struct lane *lanes;
    struct task *tasks;
    struct export_notice *notices;
    size_t approval_count, left_count, lane_count, task_count, notice_count;
};

/* One case and what hangs on it. */
struct export_case {
    struct case_file row;
    bool behind; /* only what concerns the advisory that was asked for: known, decided, due, held */
    bool others; /* … and other advisories came of it: no proof that names them */
    struct case_event *events;
    struct case_fact *facts;
    struct case_decision *decisions;
    struct case_link *links;
    struct case_message *messages;
    struct duty_row *duties;
    struct hold_row *holds;
    struct report_row *reports; /* mails of its thread */
    struct report_part *parts;  /* what hung on them */
    size_t event_count, fact_count, decision_count, link_count, message_count, duty_count,
        hold_count, report_count, part_count;
};

/* An exercise, what it was about, and what came of it. */
struct export_drill {
    struct drill row;
    struct export_matter matter; /* its own notices; none of them is a real one */
    struct drill_report report;
};

/* A digest that spoke of an advisory of the bundle. */
struct export_carried {
    const char *tracking, *version; /* of the advisory, as it was said there */
    const char *section;            /* digest_section_word */
    bool whole;                     /* false: a reference only */
    const char *sha256;             /* of the digest: entry digest.issued */
    int64_t run_ms;
    int64_t notices, out; /* digests that were made of it, and how many of them left */
};

/* What a bundle is about. */
struct export_scope {
    const struct export_wish *wish;
    struct arena *arena;
    struct export_matter *matters; /* newest first */
    size_t count;
    struct export_case *cases; /* the oldest first */
    size_t case_count;
    struct export_drill *drills; /* the oldest first; of a bundle of everything only */
    size_t drill_count;
    struct export_carried *carried; /* the oldest first */
    size_t carried_count;
    const char **subjects; /* sorted: of the entries whose values may be shown; not for all */
    size_t subject_count;
    int64_t now_ms;
};
MUST_USE enum status export_scope_open(struct export_scope *out, struct app *app,
                                       const struct export_wish *wish, struct err *err);
/* Neither one advisory nor one case. */
bool export_is_whole(const struct export_wish *wish);
/* The cases that are asked for (export_case.c). ERR_INVALID: a party sees none. */
MUST_USE enum status export_cases_read(struct export_scope *scope, struct app *app,
                                       struct err *err);
/* uid: of the advisory. Memory belongs to the arena (export_release.c). */
MUST_USE enum status export_release_read(struct export_release *out, struct arena *arena,
                                         struct app *app, const char *uid, struct err *err);
/*
 * All rows behind one version of an advisory, or behind an exercise; all of them become subjects
 * that may be shown.
 */
MUST_USE enum status export_matter_read(struct export_scope *scope, struct export_matter *out,
                                        struct app *app, const struct advisory *row,
                                        struct err *err);
/* Digests that spoke of what is in the scope (export_digest.c). */
MUST_USE enum status export_digests_read(struct export_scope *scope, struct app *app,
                                         struct err *err);
/* Drills (export_drill.c): what they left, and their pages. */
MUST_USE enum status export_drills_read(struct export_scope *scope, struct app *app,
                                        struct err *err);
MUST_USE enum status export_drills(struct bundle_writer *w, struct app *app,
                                   const struct export_scope *scope, struct err *err);
/* Blobs of cases that the reader may see; names may be NULL. */
void export_case_blobs(void (*want)(void *context, const char *sha256), void *context,
                       const struct export_scope *scope);
void export_scope_close(struct export_scope *scope); /* a zeroed one is fine */
/* May the reader see this value of an entry? */
bool export_shows_value(const struct export_scope *scope, const char *subj, const char *field);
/* Is this notice part of what the reader sees? */
bool export_shows_notice(const struct export_scope *scope, const struct notice *notice);

/* What came of it. */
struct export_count {
    int64_t start, size; /* entries left out at the front; entries in all */
    int64_t values, blobs;
    char key[256]; /* the last one of log.vkey */
};

/*
 * Where a bundle begins for who has the checkpoint in this file: with the entries that it does not
 * cover, and with the one that names the next key when a later one signs since. Whether the note
 * is true comes later. app's store is open. Returns ERR_INVALID, ERR_NOT_FOUND, ERR_IO.
 */
MUST_USE enum status export_start(int64_t *start, struct app *app, const char *path,
                                  struct err *err);

/* The parts, each into an open bundle (export_log.c, export_notes.c, export_blobs.c). */
struct export_log; /* keys, sizes: what the entries say that other files need */
MUST_USE enum status export_entries(struct export_log **out, struct bundle_writer *w,
                                    struct app *app, const struct export_scope *scope,
                                    struct export_count *count, struct err *err);
void export_log_free(struct export_log *log); /* NULL is fine */
MUST_USE enum status export_notes(struct bundle_writer *w, struct app *app,
                                  const struct export_log *log, struct err *err);
MUST_USE enum status export_values(struct bundle_writer *w, struct app *app,
                                   const struct export_scope *scope, struct export_count *count,
                                   struct err *err);
MUST_USE enum status export_blobs(struct bundle_writer *w, struct app *app,
                                  const struct export_scope *scope, struct export_count *count,
                                  struct err *err);

/* Write down in the log that it is made, and for whom. No store is open, before and after. */
MUST_USE enum status export_record(struct app *app, const struct export_wish *wish, int64_t start,
                                   struct err *err);
/* The values of entries count->start to count->size that the reader may see, as lines. */
typedef enum status (*export_sink)(void *context, struct bytes lines, struct err *err);
MUST_USE enum status export_value_lines(struct export_count *count, struct app *app,
                                        const struct export_scope *scope, export_sink sink,
                                        void *context, struct err *err);

/*
 * All of it. app has settings and no store open; afterwards none is. Returns ERR_EXISTS (something
 * is at wish->to), ERR_NOT_FOUND (no such advisory), ERR_REFUSED (the anchor is not of this log, or
 * the signer does not sign), ERR_LIMIT, ERR_IO, ERR_CORRUPT.
 */
MUST_USE enum status export_make(struct export_count *count, struct app *app,
                                 const struct export_wish *wish, struct err *err);

#endif
