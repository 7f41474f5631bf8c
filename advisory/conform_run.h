/*
 * advisory/conform_run - what the tests of CSAF 2.0 share while they run over one document. Only
 * conform*.c include it.
 *
 * Tests look at the values as they stand in the text; what has the wrong type is a fault of the
 * schema and passed over here. Ids are numbered once, so that each test compares numbers.
 */
#ifndef TOCSIN_ADVISORY_CONFORM_RUN_H
#define TOCSIN_ADVISORY_CONFORM_RUN_H

#include "advisory/gate_rows.h"
#include "advisory/instant.h"
#include "base/hash.h"

/* Numbers for texts: the same text has the same number, from 1. */
struct conform_names {
    const struct json_doc *doc;
    struct hash_key key;
    uint32_t *slots; /* 0 is free, else a number */
    size_t slot_count;
    uint32_t *text; /* by number: json_index of a string */
    uint32_t count; /* numbers given: 1 to count */
    uint32_t capacity;
};
void conform_names_init(struct conform_names *names, const struct csaf *csaf);
void conform_names_dispose(struct conform_names *names);
/* The number of the string's text; a new one is given when there is none. */
uint32_t conform_number(struct conform_names *names, const struct json *string);

/* What a product id or a group id stands for: small, since a document may hold a million. */
struct conform_id {
    uint32_t mark;         /* as the test at work likes: see conform_generation */
    unsigned char defined; /* how often, up to 2 */
    bool referenced;
};

/* Groups that a product is in: how many, and the first of them: its place in the list and 1. */
struct conform_groups {
    uint32_t count, first;
};

struct conform_membership {
    uint32_t group, next;
};

/* The products that elements of one vulnerability name: see conform_cover_begin. */
struct conform_cover {
    uint32_t mark;
    uint32_t *groups; /* named, and not taken apart yet */
    size_t group_count, group_capacity;
    size_t cost; /* products in them */
};

struct conform_ids {
    struct conform_names names;
    struct conform_id *id; /* by number; id[0] is of nothing */
    uint32_t generation;
};

/* A revision of the document's history. */
struct conform_revision {
    const struct json *where, *number;
    struct instant date;
    const char *version;
};

struct conform {
    struct gate *gate;
    struct conform_outcome *outcome;
    const struct conform_test *at[CONFORM_MOST]; /* all of them */
    unsigned char severity[CONFORM_MOST];        /* of a failure */
    size_t count;
    /* Numbers of those that are asked of each vulnerability, and of each product or branch. */
    unsigned char of_vulnerability[CONFORM_MOST], of_product[CONFORM_MOST];
    size_t of_vulnerability_count, of_product_count;
    size_t test;                     /* the number of the one that runs now */
    size_t schema, cvss, additional; /* numbers of schema, 6.1.8 and 6.2.20 */
    /* Of each test: how many findings are listed, and the place of the last one and 1. */
    size_t places[CONFORM_MOST], listed[CONFORM_MOST];
    const struct json *root, *document, *tracking, *publisher, *tree;
    struct bytes category;
    struct conform_ids products, groups;
    const struct json **group_lists;  /* by number of a group: its product_ids, or NULL */
    struct conform_groups *groups_of; /* by number of a product; NULL: there are no groups */
    struct conform_membership *memberships;
    struct conform_cover cover;
    uint32_t *number; /* by json_index: of the id that stands there, or 0 */
    /* In the order of their dates, then of their numbers; NULL when a date or a number is none. */
    struct conform_revision *revisions;
    size_t revision_count;
    struct conform_names words; /* for tests that look for doubles */
    uint32_t *word_mark;        /* by number of a word */
    uint32_t word_generation;
    uint32_t word_capacity;
    size_t expanded;   /* products taken out of groups of flags so far */
    bool too_expanded; /* more than CONFORM_EXPANDED_MAX: said once */
};

/* Products that groups named by flags may come to; the rest is a bomb. */
#define CONFORM_EXPANDED_MAX ((size_t)20000000)

/* One vulnerability with its members at hand; NULL is absent. */
struct conform_vulnerability {
    const struct json *where;
    const struct json *cve, *cwe, *flags, *ids, *involvements, *notes, *product_status,
        *remediations, *scores, *threats;
};

/* Branches above a product, outermost first. */
struct conform_path {
    const struct conform_path *up;
    const struct json *branch;
};

/* A full product name, or a branch (then name may be NULL). */
struct conform_product {
    const struct json *name;         /* the full_product_name_t object */
    const struct json *helper;       /* its product_identification_helper */
    const struct json *branch;       /* the branch, when this is about a branch */
    const struct conform_path *path; /* the branch and those above it; NULL outside branches */
};

/* The text of a string, data NULL for what is none. */
struct bytes conform_text(const struct json *value);
bool conform_text_is(const struct json *value, const char *word);
/* First element of a list, first member of an object; NULL for what is of another type. */
const struct json *conform_first(const struct json *list);
const struct json *conform_member(const struct json *object);
/* The number of the id that stands there, 0 when it is none. */
uint32_t conform_id(const struct conform *run, const struct json *where);
/* The first of `step` values that no mark has yet. */
uint32_t conform_generation(struct conform_ids *ids, uint32_t step);

/* Text of the advisory fit for a message; "" when the message of the test at work is not listed. */
const char *conform_quote(struct conform *run, const char *text);
/* The test at work fails at `where`; its mend is said when mend is NULL. */
void conform_fail(struct conform *run, const struct json *where, const char *mend,
                  const char *format, ...) PRINTF_LIKE(4, 5);
/* Number the ids of the document, count definitions, mark what is referenced. */
void conform_read_ids(struct conform *run);
void conform_read_revisions(struct conform *run);
void conform_dispose(struct conform *run);

/* Call `each` for every place where a product or a group is referred to. */
void conform_each_reference(struct conform *run,
                            void (*each)(struct conform *run, const struct json *where,
                                         bool group));
/* Call `each` for every full product name and every branch. */
void conform_each_product(struct conform *run,
                          void (*each)(struct conform *run, const struct conform_product *product));
/* Of the list of a product status. */
const struct json *conform_status(const struct conform_vulnerability *v, const char *status);
/*
 * conform_cover.c: which products of a list are named by none of the elements (remediations, flags,
 * threats), by themselves or by a group? Begin, add the elements, then ask.
 */
void conform_cover_begin(struct conform *run);
void conform_cover_add(struct conform *run, const struct json *element);
/* The test at work fails for each that is not named: "This product has no WHAT". */
void conform_cover_require(struct conform *run, const struct json *list, const char *what);
void conform_read_memberships(struct conform *run);
/* The first of these words that stands there a second time (each is a string), or NULL. */
const struct json *conform_double_word(struct conform *run, const struct json *word);
void conform_words_begin(struct conform *run);

/* All of the tests, in the files of their themes; conform_table_*.c say what each asks. */
extern const struct conform_test conform_mandatory[], conform_profiles[], conform_optional[],
    conform_informative[];

#endif
