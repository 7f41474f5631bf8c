/*
 * advisory/conform - the tests of CSAF 2.0, section 6: each one's id, what it asks, an example that
 * fails and one that passes. The one table of them; `tocsin check --explain`, the page
 * docs/csaf-tests.md and the tests of the tests read it.
 *
 * Source: OASIS Common Security Advisory Framework Version 2.0, OASIS Standard, 18 November 2022.
 */
#ifndef TOCSIN_ADVISORY_CONFORM_H
#define TOCSIN_ADVISORY_CONFORM_H

#include "base/str.h"

/* How much is asked: the words of CSAF 2.0 section 9.1.14 to 9.1.16. */
enum conform_preset {
    CONFORM_EXTENDED, /* schema, mandatory and optional tests */
    CONFORM_BASIC,    /* schema and mandatory tests */
    CONFORM_FULL      /* and informative tests, without those that have `skipped` */
};
/* "basic", "extended", "full"; false for other words. */
bool conform_preset_of(enum conform_preset *out, const char *word);

enum conform_level {
    CONFORM_MANDATORY,   /* a failure refuses the advisory */
    CONFORM_OPTIONAL,    /* a warning */
    CONFORM_INFORMATIVE, /* a note */
    CONFORM_NAME         /* the rule for file names: a warning, and none of the test set */
};

struct conform;
struct conform_vulnerability;
struct conform_product;

struct conform_test {
    const char *id; /* "6.1.9"; "schema" and "5.1" are no tests of section 6, but judged likewise */
    const char *title;
    const char *asks; /* one or two sentences */
    const char *mend; /* one sentence */
    /* JSON merge patches (RFC 7396) for a valid advisory: the first makes it fail, the second not.
     */
    const char *fails, *passes;
    const char *skipped; /* why it is never run here; NULL: it is run */
    /* Exactly one of them, unless it is skipped or judged on the way (schema, 6.1.8, 6.2.20). */
    void (*on_document)(struct conform *run);
    void (*on_vulnerability)(struct conform *run, const struct conform_vulnerability *v);
    void (*on_product)(struct conform *run, const struct conform_product *product);
};

#define CONFORM_MOST 80
/* All of them: schema, 6.1.x, 6.2.x, 6.3.x, 5.1; NULL behind the last one. */
const struct conform_test *conform_test_at(size_t number);
/* SIZE_MAX for an id that is none. */
size_t conform_find(const char *id);
enum conform_level conform_level(const struct conform_test *test);
/* "CSAF 2.0, 6.1.9" */
void conform_add_source(struct str *out, const struct conform_test *test);

/* What came out, by number of the test. */
enum conform_answer { CONFORM_NOT_ASKED, CONFORM_PASSED, CONFORM_FIRED, CONFORM_SKIPPED };
struct conform_outcome {
    bool judged; /* the bytes could be read */
    bool valid;  /* schema and mandatory tests */
    unsigned char answer[CONFORM_MOST];
};

/* For people: what is asked, its source, a failing and a passing example. */
void conform_explain(struct str *out, const struct conform_test *test);

#endif
