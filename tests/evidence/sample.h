/* Entries of every kind with values that are hard on a writer of JSON. */
#ifndef TOCSIN_TESTS_EVIDENCE_SAMPLE_H
#define TOCSIN_TESTS_EVIDENCE_SAMPLE_H

#include "evidence/entry.h"

/* An entry of a kind with members; seed chooses its values. */
struct entry *sample_entry(const struct entry_kind *kind, unsigned seed);

/* A chain in memory: lines one behind the other, and where each begins. */
struct sample_chain {
    struct str text;
    size_t *at; /* count + 1 of them */
    struct sha256 *leaves;
    size_t count;
    struct entry_head head;
};
void sample_chain_make(struct sample_chain *chain, size_t count);
void sample_chain_dispose(struct sample_chain *chain);
struct bytes sample_line(const struct sample_chain *chain, size_t i);

#endif
