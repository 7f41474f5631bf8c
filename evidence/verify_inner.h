/*
 * evidence/verify_inner - the steps of evidence/verify, each in a file. Internal to evidence/.
 *
 * Each returns OK, ERR_REFUSED with the fault in v->fault, or an error without a verdict.
 */
#ifndef TOCSIN_EVIDENCE_VERIFY_INNER_H
#define TOCSIN_EVIDENCE_VERIFY_INNER_H

#include "evidence/entry.h"
#include "evidence/files.h"
#include "evidence/note.h"
#include "evidence/tree.h"
#include "evidence/verify.h"

#define VERIFY_KEYS NOTE_KEYS
#define NO_KEY (-1)

struct verify_key {
    struct note_verifier verifier;
    char line[256];   /* as it stands in log.vkey, without newline */
    int64_t named_at; /* idx of the log.key entry that names it; -1: none, the first key */
    bool counts;      /* its word is taken */
};

/* A signed note of the bundle, or the anchor. */
struct verify_note {
    const struct bundle_file *file; /* NULL: the anchor */
    int64_t size;                   /* as it says; -1: it is no note */
    int64_t named;                  /* as its file name says; -1: `checkpoint`, anchor */
    int key;                        /* whose signature fits; NO_KEY */
    struct sha256 root;             /* as it says */
    bool seen;                      /* the tree had this size, and then… */
    bool fits;                      /* …this root */
};

struct verify {
    struct bundle_verdict *verdict;
    struct bundle_fault fault;
    struct bundle_files files;
    struct verify_key key[VERIFY_KEYS];
    size_t keys;
    struct tree tree; /* from start on, kept while entries pass */
    struct entry_check check;
    struct verify_note *note; /* of the bundle by size, then the anchor if there is one */
    size_t notes;
    size_t passed;              /* of checkpoints/: behind us in the entries pass */
    bool anchor;                /* the last of note[] is it */
    struct bundle_fault values; /* first fault of disclosed/values.jsonl */
    struct bundle_fault apart;  /* first fault of a disclosure beside the bundle */
    const char *disclosed;      /* its path; NULL: none */
};

/* log.vkey and start (verify_start.c). */
MUST_USE enum status verify_keys(struct verify *v, struct err *err);
MUST_USE enum status verify_start(struct verify *v, struct err *err);
/* Read all notes before the entries pass, judge them after (verify_notes.c). */
MUST_USE enum status verify_notes_read(struct verify *v, struct bytes anchor, struct err *err);
void verify_notes_pass(struct verify *v); /* the tree has grown by one entry */
MUST_USE enum status verify_notes_judge(struct verify *v);
MUST_USE enum status verify_stamps(struct verify *v, struct err *err);
/* Values beside the entries (verify_values.c). */
struct verify_values;
MUST_USE enum status verify_values_begin(struct verify_values **out, struct verify *v, bool apart,
                                         struct err *err);
MUST_USE enum status verify_values_pass(struct verify_values *values, struct verify *v, int64_t idx,
                                        struct bytes line, struct err *err);
void verify_values_end(struct verify_values *values); /* frees */
/* blobs/ and SHA256SUMS (verify_sums.c). */
MUST_USE enum status verify_blobs(struct verify *v, struct err *err);
MUST_USE enum status verify_sums(struct verify *v, struct err *err);

/* ERR_REFUSED: the file is missing. Else its whole content, at most limit bytes. */
MUST_USE enum status verify_whole(struct str *out, struct verify *v, const char *name,
                                  struct err *err);
enum status verify_bad_entry(struct bundle_fault *fault, int64_t idx, const char *reason);

#endif
