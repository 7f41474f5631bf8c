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

#define FINDING_ALSO_MOST 3

struct finding {
    const char *test; /* "gate.11", "6.1.9" or "schema" */
    const char *gate; /* "G0" ... "G4" */
    enum severity severity;
    /* RFC 6901; a missing element is pointed at by its innermost existing parent */
    const char *pointer;
    size_t line, column;
    const char *found; /* what stands there, fit for one line; NULL for lists and objects */
    size_t more;       /* further places of the same test, which are not listed */
    const char *also[FINDING_ALSO_MOST]; /* pointers of the first of them, each once; then NULL */
    const char *message; /* one sentence: what is wrong, with the clause where there is one */
    const char *mend;    /* one sentence: what to do */
    const char *waived;  /* the person who waived it, or NULL */
};

/* What the order beside the advisory says; texts may be NULL. */
struct gate_order {
    bool present;       /* false: there is none, and its defaults hold */
    bool safety_notice; /* a field safety notice: the rows of G3 refuse */
    bool exploited_said, has_action_by, has_answer_by;
    const char *hazard, *action, *next_information;
    bool has_tlp;
    enum tlp tlp;
    int64_t embargo_ms;   /* 0: none */
    int64_t answer_by_ms; /* 0: none named */
    const char *const *languages;
    size_t language_count;
    const char *const *translations; /* languages of the translations */
    size_t translation_count;
};

/* A version of a product in the maker's register. Anything may be NULL but product. */
struct gate_item {
    const char *vendor, *product, *version, *model, *udi_di;
    const char *state;      /* "supported" is asked for by row 14 */
    const char *item_class; /* maintained, supported, required, ... */
    const char *const *aliases;
    size_t alias_count;
};

/* Somebody takes the responsibility for one finding of these very bytes. */
struct gate_waiver {
    const char *test, *pointer, *message, *person;
};

struct gate_context {
    bool has_ranking;               /* the order carries an equivalent ranking: row 11 is met */
    const struct gate_order *order; /* NULL: not known; the rows that ask it are skipped */
    const struct gate_item *items;  /* the maker's register; none: rows that ask it are skipped */
    size_t item_count;
    const struct gate_waiver *waivers; /* of exactly these bytes */
    size_t waiver_count;
    enum conform_preset preset;
    bool strict;           /* additional properties are faults of the schema, not a warning */
    const char *file_name; /* without folders: judged by CSAF 2.0, 5.1; NULL: not known */
};

struct gate_result {
    struct arena *arena;
    struct finding *findings; /* worst first, then in the order of the text */
    size_t count;
    bool refused;         /* a reject, or a waivable without waiver */
    bool waits;           /* refused, but by nothing that could not be waived */
    const char **skipped; /* rows that were not asked: "gate.14" */
    size_t skipped_count;
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
