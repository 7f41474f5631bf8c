/*
 * dispatcher/record/log_notes - the signed checkpoints of the store against its entries, in one
 * pass.
 *
 * A bit turned in a kept checkpoint would come out in a bundle only, in front of an auditor.
 */
#ifndef TOCSIN_DISPATCHER_LOG_NOTES_H
#define TOCSIN_DISPATCHER_LOG_NOTES_H

#include "dispatcher/app.h"
#include "evidence/note.h"
#include "evidence/tree.h"
#include "store/checkpoint.h"

struct log_notes {
    struct app *app;
    struct arena *arena; /* of the keys */
    struct arena *row;   /* of next */
    struct tree tree;
    struct checkpoint_row next; /* the smallest that is not judged yet; size 0: none */
    struct note_verifier *keys; /* as entries name them */
    size_t key_count;
    int64_t bad_size; /* the first that is not good, of this epoch; 0: none */
};
/* The store is open. */
MUST_USE enum status log_notes_begin(struct log_notes *out, struct app *app, struct err *err);
/* The next entry and its leaf. What is wrong is told at the end. */
MUST_USE enum status log_notes_entry(struct log_notes *notes, struct bytes line,
                                     const struct sha256 *leaf, struct err *err);
/* Behind the last; entries: what the head says now. ERR_REFUSED: "bad: checkpoint 7: ...". */
MUST_USE enum status log_notes_end(const struct log_notes *notes, int64_t entries, struct err *err);
void log_notes_free(struct log_notes *notes); /* a zeroed one is fine */

#endif
