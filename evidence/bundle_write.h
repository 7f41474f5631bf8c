/*
 * evidence/bundle_write - an evidence bundle, file by file: a folder, or one tar (POSIX ustar).
 *
 * Made under another name beside its place (".NAME.part"), synced, then renamed: a bundle is there
 * whole or not at all, and nothing is overwritten. What a killed one left is removed by the next of
 * the same name; while one is at work a second is refused. docs/bundle.md is the format.
 */
#ifndef TOCSIN_EVIDENCE_BUNDLE_WRITE_H
#define TOCSIN_EVIDENCE_BUNDLE_WRITE_H

#include "evidence/tree.h"

struct bundle_writer; /* opaque */

/*
 * path: "X.tar" is a tar, anything else a folder. at_ms: what the files in a tar are dated.
 * Returns ERR_EXISTS (path is there), ERR_STALE (another one is being written there), ERR_IO.
 */
MUST_USE enum status bundle_begin(struct bundle_writer **out, const char *path, int64_t at_ms,
                                  struct err *err);

/*
 * One file: begin, add as often as needed, end. Names as docs/bundle.md says, each once: asserted.
 * Returns ERR_LIMIT (too many files; larger than a tar can hold), ERR_IO.
 */
MUST_USE enum status bundle_file_begin(struct bundle_writer *w, const char *name, struct err *err);
MUST_USE enum status bundle_file_add(struct bundle_writer *w, struct bytes data, struct err *err);
MUST_USE enum status bundle_file_end(struct bundle_writer *w, struct err *err);
/* The three in one. */
MUST_USE enum status bundle_put(struct bundle_writer *w, const char *name, struct bytes data,
                                struct err *err);
/* The file "start": the tree over the entries left out, and prev of the first that is here. */
MUST_USE enum status bundle_put_start(struct bundle_writer *w, const struct tree *left_out,
                                      const struct sha256 *prev, struct err *err);

/* Ed25519 over the bytes, by the log's key. */
typedef enum status (*bundle_sign)(unsigned char out[64], void *context, struct bytes data,
                                   struct err *err);
/*
 * SHA256SUMS and its signature, then the name. Frees the writer, also when it fails; then nothing
 * is left. Returns ERR_EXISTS, ERR_IO, and what sign returns.
 */
MUST_USE enum status bundle_end(struct bundle_writer *w, bundle_sign sign, void *context,
                                struct err *err);
/* Give up: nothing is left. NULL is fine. */
void bundle_abort(struct bundle_writer *w);

#endif
