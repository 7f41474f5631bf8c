/*
 * evidence/signed - what the signer remembers of the log: the last tree that it signed.
 *
 * Kept in two files of text, written one after the other, so that one is always whole:
 *
 *     tocsin.signer/1
 *     origin
 *     size, prev of the next entry, instant of the signing, instant of the last reading of the
 *     whole log: one a line
 *     the frontier of the tree, one hash a line (evidence/tree.h)
 *     SHA-256 of all lines before
 */
#ifndef TOCSIN_EVIDENCE_SIGNED_H
#define TOCSIN_EVIDENCE_SIGNED_H

#include "evidence/entry.h"
#include "evidence/note.h"
#include "evidence/tree.h"

#define SIGNED_LIMIT ((size_t)16 * 1024)

struct signed_state {
    char origin[NOTE_NAME];
    struct tree tree;
    struct sha256 prev;
    int64_t at_ms;
    int64_t whole_ms; /* when the log was last read from its first entry on */
};
void signed_write(struct str *out, const struct signed_state *state);
/* Returns ERR_CORRUPT: it is not whole. */
MUST_USE enum status signed_read(struct signed_state *out, struct bytes text, struct err *err);

/* Growing a tree over entries as they come from the store, from a remembered state or from none. */
struct signed_walk {
    struct entry_check check;
    struct tree tree;
    const struct signed_state *known; /* NULL: nothing was signed before */
};
/* whole: begin at the first entry, and hold the tree against what is known when it gets there. */
void signed_begin(struct signed_walk *walk, const struct signed_state *known, bool whole);
/* The next line. Returns ERR_REFUSED: the log does not extend what was signed; says where. */
MUST_USE enum status signed_step(struct signed_walk *walk, struct bytes line, struct err *err);
/* All was read: idx and prev are where the store says that its log ends. ERR_REFUSED. */
MUST_USE enum status signed_end(const struct signed_walk *walk, int64_t idx,
                                const struct sha256 *prev, struct err *err);

#endif
