/*
 * advisory/gate_explain - the rows of the gate for people: what each asks, its source, how to mend
 * it, an example that fails and one that passes.
 *
 * The one table of them: `tocsin check --explain`, the page docs/gate-rows.md and the test that
 * judges each example read it.
 */
#ifndef TOCSIN_ADVISORY_GATE_EXPLAIN_H
#define TOCSIN_ADVISORY_GATE_EXPLAIN_H

#include "base/str.h"

/* What lies beside each other when the gate judges; NULL: nothing of the kind. */
struct gate_example {
    const char *advisory; /* JSON merge patch (RFC 7396) for a valid advisory */
    const char *order;    /* lines of its order file */
    const char *products; /* products.csv */
};

struct gate_explanation {
    const char *test; /* "gate.11" */
    const char *title;
    const char *asks;    /* one or two sentences */
    const char *failure; /* what a finding comes to */
    const char *source;
    const char *mend; /* one sentence */
    /* The first fires the row, the second does not. */
    struct gate_example fails, passes;
    bool whole; /* the examples are whole files, not patches */
};

/* By number, in the order of the rows; NULL behind the last one. */
const struct gate_explanation *gate_explanation_at(size_t number);
void gate_explain(struct str *out, const struct gate_explanation *row);

#endif
