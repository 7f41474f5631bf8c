/*
 * advisory/schema - is a JSON value built as a table says? What CSAF 2.0 needs of JSON Schema and
 * nothing else: types, members, words, sizes, distinct elements, forms of texts.
 *
 * The tables (schema_csaf.c, schema_cvss.c) are const and written by hand; the forms of texts are
 * matchers in C that take linear time (schema_form.c). Lengths of texts count code points.
 */
#ifndef TOCSIN_ADVISORY_SCHEMA_H
#define TOCSIN_ADVISORY_SCHEMA_H

#include "base/json.h"

enum schema_kind { SCHEMA_TEXT, SCHEMA_SCORE, SCHEMA_LIST, SCHEMA_OBJECT };

/* A form that a text can have. */
struct schema_form {
    const char *name; /* "a date and time (RFC 3339)" */
    const char *mend; /* one sentence */
    bool (*match)(struct bytes text);
};

struct schema {
    enum schema_kind kind;
    /* text: at least one code point, then the form or one of the words, when there are any */
    const struct schema_form *form;
    const char *const *words; /* up to NULL */
    /* list */
    const struct schema *items;
    size_t least; /* elements of a list, members of an object */
    size_t most;  /* members of an object; 0: no limit */
    bool distinct;
    /* object */
    const struct schema_member *members; /* in the order of their names, up to name NULL */
    bool closed;                         /* other members are additional properties */
    bool cvss;                           /* its faults are those of CSAF's test 6.1.8 */
    /* The table to go on with (oneOf), by what the object says; NULL: this one. */
    const struct schema *(*choose)(const struct json *object);
};

struct schema_member {
    const char *name;
    const struct schema *schema;
    bool required;
};

enum schema_fault { SCHEMA_BROKEN, SCHEMA_BROKEN_CVSS, SCHEMA_ADDITIONAL };

/* Who is told. message and mend live until the call returns. */
struct schema_sink {
    void (*report)(void *context, enum schema_fault fault, const struct json *where,
                   const char *message, const char *mend);
    void *context;
    bool (*is_full)(const void *context); /* nobody reads any more: save the words */
};

/* The document of CSAF 2.0. */
extern const struct schema schema_csaf;

/* Judge value and all below it. doc is the value's document. */
void schema_check(const struct schema *schema, const struct json *value,
                  const struct schema_sink *sink);

#endif
