/*
 * evidence/tree - the Merkle tree over entries (RFC 6962 §2.1), kept one leaf at a time.
 *
 * What is kept is the frontier: the roots of the whole trees of falling size that the leaves so far
 * make, one for each 1 in the binary form of size. It is all that is needed to go on, and to show
 * the root of any later tree to somebody who knows this one: a frontier whose root is in a signed
 * checkpoint is a proof of consistency with it (RFC 6962 §2.1.2) for who hashes the leaves behind
 * it. A struct tree is a plain value: copy it to remember a state. No heap.
 */
#ifndef TOCSIN_EVIDENCE_TREE_H
#define TOCSIN_EVIDENCE_TREE_H

#include "base/sha256.h"

#define TREE_LEVELS 63 /* as many as an int64_t can count leaves */

struct tree {
    int64_t size;
    size_t depth;                     /* how many of whole[] are in use: ones in size */
    struct sha256 whole[TREE_LEVELS]; /* the largest, leftmost first */
};

void tree_init(struct tree *tree);
void tree_add(struct tree *tree, const struct sha256 *leaf);
/* Of no leaves: SHA-256 of nothing. */
void tree_root(struct sha256 *out, const struct tree *tree);
/*
 * A tree of size leaves from its frontier, as read from outside. Returns ERR_INVALID when count is
 * not the number of ones in size, or size is negative.
 */
MUST_USE enum status tree_restore(struct tree *out, int64_t size, const struct sha256 *whole,
                                  size_t count, struct err *err);

/* SHA-256(0x00 || line with its newline) and SHA-256(0x01 || left || right). */
void tree_leaf(struct sha256 *out, struct bytes line_with_newline);
void tree_node(struct sha256 *out, const struct sha256 *left, const struct sha256 *right);

#endif
