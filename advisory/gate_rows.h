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
    ROW_PUBLISHER,   /* 3: a maker publishes as vendor */
    ROW_CONTACT,     /* 4 */
    ROW_ID,          /* 5 */
    ROW_STATUS,      /* 6: final or interim */
    ROW_DATES,       /* 8: none later than the embargo */
    ROW_DESCRIPTION, /* 9 */
    ROW_VAGUE,       /* 9a */
    ROW_CVE,         /* 10 */
    ROW_SCORE,       /* 11 */
    ROW_VERSIONS,    /* 13 */
    ROW_COVERAGE,    /* 14: every supported version has one status */
    ROW_JUSTIFIED,   /* 15: why not affected */
    ROW_RESOLUTION,  /* 16 */
    ROW_NEXT,        /* 17: when there is news, while there is no fix */
    ROW_FIX,         /* 18: what a fix says */
    ROW_CONTROLS,    /* 19: compensating controls */
    ROW_EXPLOITED,   /* 20 */
    ROW_HAZARD,      /* 21 */
    ROW_ACTION,      /* 22 */
    ROW_DEVICE,      /* 23: UDI-DI, model, serial numbers */
    ROW_SRN,         /* 24 */
    ROW_NUMBERS,     /* 25: of the field safety notice */
    ROW_INFORMED,    /* 26: the authority has been informed */
    ROW_REPLY,       /* 27 */
    ROW_ADVERTISING, /* 28 */
    ROW_LANGUAGE,    /* 29 */
    ROW_TLP,         /* 31 */
    ROW_CREDIT,      /* 33 */
    ROW_CWE,         /* 36 */
    ROW_HTML,        /* 41 */
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
    bool skipped[ROW_COUNT]; /* what it asks is not known here */
};

#define GATE_NAMES_SHOWN 3
/* Products, or versions, that lack something. */
struct gate_lack {
    const char *name[GATE_NAMES_SHOWN];
    size_t count;
    const struct json *list; /* where the first one is named, or NULL */
};
void gate_lack_add(struct gate_lack *lack, const char *name);
/* "A, B, C and 9 more" */
const char *gate_lack_names(struct gate *gate, const struct gate_lack *lack);
/* The member where the missing thing would stand, or the vulnerability itself. */
const struct json *gate_place(const struct csaf_vulnerability *v, const char *member);
/* Which of the wanted products are in none of the sets? Sorts the sets. */
void gate_find_uncovered(struct gate_lack *out, struct gate *gate, const struct product_set *wanted,
                         struct product_set *sets, size_t count);

/* Places of one warning: it is listed once, with the first of them. */
struct gate_tally {
    const struct json *where, *also[FINDING_ALSO_MOST];
    const char *name;
    size_t count;
};
void gate_tally_add(struct gate_tally *tally, const struct json *where, const char *name);
/* Nothing when there is none. The message begins with the name, if there is one. */
void gate_add_tally(struct gate *gate, enum gate_row row, enum severity severity,
                    const struct gate_tally *tally, const char *message, const char *mend);

/* where is the element, or the innermost existing parent of the one that is missing. */
void gate_add(struct gate *gate, enum gate_row row, const struct json *where, const char *message,
              const char *mend);
/* With another severity than the row's own. */
void gate_add_as(struct gate *gate, enum gate_row row, enum severity severity,
                 const struct json *where, const char *message, const char *mend);
/* One more place of a finding that is listed once. */
void gate_add_place(struct gate *gate, struct finding *finding, const struct json *where);
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
void gate_check_publication(struct gate *gate); /* rows 3, 4, 8, 31 and 33 */
void gate_check_details(struct gate *gate);     /* rows 9a, 10, 15, 17 to 20 and 36 */
void gate_check_coverage(struct gate *gate);    /* rows 14 and 23 */
void gate_check_safety(struct gate *gate);      /* rows 21, 22, 24, 25, 27 and 29 */
void gate_check_wording(struct gate *gate);     /* rows 26, 28 and 41 */

/* Too short or too general to say what is wrong; what = why, for people. */
bool gate_is_vague(const char **what, const char *text);
/* A text that says nothing but where to find more. */
bool gate_is_only_link(const char *text);
const struct json *gate_at(const struct gate *gate, const char *pointer); /* or its parent */
/* "description", "summary" or "details" */
bool gate_is_description(const char *category);

/* Profiles of CSAF 2.0 that tell of vulnerabilities (4.4, 4.5) and those that need not (4.2, 4.3).
 */
bool gate_needs_vulnerabilities(const struct csaf *csaf);

#endif
