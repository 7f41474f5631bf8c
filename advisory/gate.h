/*
 * advisory/gate - what an advisory must hold before anybody is told (docs: gate rows).
 *
 * Pure: bytes in, findings out. Rows that need register, order or recipients get what they
 * need in struct gate_context and are skipped without it.
 * Sources: IEC 81001-5-1 §4.1.7 (description, CVSS, affected versions, resolution), CSAF 2.0.
 */
#ifndef TOCSIN_ADVISORY_GATE_H
#define TOCSIN_ADVISORY_GATE_H

#include "advisory/conform.h"
#include "advisory/csaf.h"

enum severity { SEVERITY_REJECT, SEVERITY_WAIVABLE, SEVERITY_WARN, SEVERITY_NOTE };
const char *severity_word(enum severity severity);

struct finding {
    const char *test; /* "gate.11", "6.1.9" or "schema" */
    const char *gate; /* "G0" ... "G4" */
    enum severity severity;
    /* RFC 6901; a missing element is pointed at by its innermost existing parent */
    const char *pointer;
    size_t line, column;
    const char *found;   /* what stands there, fit for one line; NULL for lists and objects */
    size_t more;         /* further places of the same test, which are not listed */
    const char *message; /* one sentence: what is wrong, with the clause where there is one */
    const char *mend;    /* one sentence: what to do */
};

struct gate_context {
    bool has_ranking; /* the order carries an equivalent ranking: row 11 is met */
    enum conform_preset preset;
    bool strict;           /* additional properties are faults of the schema, not a warning */
    const char *file_name; /* without folders: judged by CSAF 2.0, 5.1; NULL: not known */
};

struct gate_result {
    struct arena *arena;
    struct finding *findings; /* worst first, then in the order of the text */
    size_t count;
    bool refused; /* a reject, or a waivable without waiver */
    struct conform_outcome csaf;
};

/*
 * Judge the bytes. Of more than 1000 findings the rest is one that counts them. *out_csaf (may be
 * NULL) receives the facts when the bytes could be read at all, else NULL; the caller frees both.
 * Never fails: what cannot be read is a finding. text must outlive both results.
 */
void gate_check(struct gate_result *out, struct csaf **out_csaf, struct bytes text,
                const struct gate_context *context /* NULL: nothing known */);
void gate_dispose(struct gate_result *result);

/*
 * Findings by severity and a summary, for people: "FILE:LINE:COLUMN: reject 6.1.9 (G1) at POINTER:
 * "what stands there"", below it what is wrong and how to mend it.
 */
void gate_print(struct str *out, const struct gate_result *result, const char *file, bool colour);
/* One line of tocsin.check/1 without its newline. "csaf" is null when the bytes cannot be read. */
void gate_print_json(struct str *out, const struct gate_result *result, const char *file);

#endif
