/*
 * advisory/gate_rows - what the parts of the gate share. Only gate*.c include it.
 *
 * A row is one element that an advisory must hold; its number is its test id for ever.
 */
#ifndef TOCSIN_ADVISORY_GATE_ROWS_H
#define TOCSIN_ADVISORY_GATE_ROWS_H

#include "advisory/gate.h"
#include "base/arena.h"

enum gate_row {
    ROW_BYTES,       /* 0: UTF-8, JSON, within the limits */
    ROW_CATEGORY,    /* 1: CSAF 2.0 and a category with a profile */
    ROW_TITLE,       /* 2 */
    ROW_ID,          /* 5 */
    ROW_STATUS,      /* 6: final or interim */
    ROW_DESCRIPTION, /* 9 */
    ROW_SCORE,       /* 11 */
    ROW_VERSIONS,    /* 13 */
    ROW_RESOLUTION,  /* 16 */
    ROW_COUNT
};

/* More are counted, not listed: nobody reads them, and a bomb could ask for a million. */
#define GATE_FINDINGS_MAX 1000

struct gate {
    struct arena *arena; /* the result's */
    const struct csaf *csaf;
    struct gate_context context;
    struct gate_entry {
        struct finding finding;
        size_t order;
    } * entries;
    size_t count;
    size_t omitted;
    struct finding worst_omitted;
    /* Products ticked off: mark[product] == generation. */
    unsigned *mark;
    unsigned generation;
};

/* where is the element, or the innermost existing parent of the one that is missing. */
void gate_add(struct gate *gate, enum gate_row row, const struct json *where, const char *message,
              const char *mend);
/* Any other finding: all of it but place and words that stand there. */
void gate_report(struct gate *gate, struct finding finding, const struct json *where);
bool gate_is_full(const struct gate *gate);
/* Part of a message, kept with the result; "" once the list is full and nobody would read it. */
const char *gate_words(struct gate *gate, const char *format, ...) PRINTF_LIKE(2, 3);
/* Text of the advisory fit for a message: one line, short enough to read. */
const char *gate_quote(struct gate *gate, const char *text);
/* Has it a letter or a digit? Dots, dashes and spaces of any kind tell nobody anything. */
bool gate_text_is_real(const char *text);

/* The schema and the tests of CSAF 2.0 (conform.c). */
void gate_check_conformance(struct gate *gate, struct conform_outcome *out);
void gate_check_document(struct gate *gate);
void gate_check_vulnerabilities(struct gate *gate);

/* Profiles of CSAF 2.0 that tell of vulnerabilities (4.4, 4.5) and those that need not (4.2, 4.3).
 */
bool gate_needs_vulnerabilities(const struct csaf *csaf);

#endif
