/*
 * base/json - a strict reader that keeps where everything stood.
 *
 * RFC 8259, nothing more: UTF-8 only, no BOM, no comments, no trailing commas, duplicate
 * names refused, no lone surrogates, no NUL inside a name. Limits against bombs (gate.md G0). Every
 * value knows its offset, so that a finding can name line, column and RFC 6901 pointer.
 *
 * Memory: one json_doc owns everything; nodes and texts are borrowed from it.
 * The input must outlive the document.
 */
#ifndef TOCSIN_BASE_JSON_H
#define TOCSIN_BASE_JSON_H

#include "base/str.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json;     /* one value */
struct json_doc; /* all of a text */

struct json_limits {
    size_t size;   /* bytes; 0 means 16 MiB; never more than 256 MiB */
    size_t values; /* 0 means 1,000,000 */
    size_t depth;  /* 0 means 64 */
};

/* Where and why a text is not JSON; line and column count from 1, columns in characters. */
struct json_fault {
    size_t offset;
    size_t line;
    size_t column;
    char what[120]; /* "a comma or } was expected after a member" */
    char mend[120]; /* what to do */
};

/*
 * *fault (may be NULL) is filled on ERR_INVALID and ERR_LIMIT; err then says the same in words.
 * Returns ERR_INVALID (not UTF-8, not JSON, duplicate name), ERR_LIMIT.
 */
MUST_USE enum status json_parse(struct json_doc **out, struct bytes text,
                                const struct json_limits *limits, struct json_fault *fault,
                                struct err *err);
void json_free(struct json_doc *doc); /* NULL is fine */

const struct json *json_root(const struct json_doc *doc);

/* All accessors take NULL (as "not there") and never fail loudly. */
enum json_type json_type(const struct json *value);          /* JSON_NULL for NULL */
bool json_is(const struct json *value, enum json_type type); /* false for NULL */
bool json_bool(const struct json *value);
/* NULL unless a string. NUL-terminated, unescaped UTF-8; size tells about embedded NULs. */
const char *json_string(const struct json *value);
size_t json_string_size(const struct json *value);
/* The digits as written, NULL unless a number. */
const char *json_number(const struct json *value);
/* false unless an integer within int64 (1e2 and 1.0 are not). */
bool json_int(int64_t *out, const struct json *value);
bool json_double(double *out, const struct json *value);

/* Member of an object by name; NULL when absent or not an object. */
const struct json *json_get(const struct json *object, const char *name);
/* Walk members or elements in the order of the text. */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *value);
const char *json_name(const struct json *member); /* NULL unless a member of an object */
size_t json_count(const struct json *container);
const struct json *json_parent(const struct json *value);
/* How many values a text has, and which of them this one is in the order of the text: the root is
 * 0. */
size_t json_values(const struct json_doc *doc);
size_t json_index(const struct json *value);
const struct json *json_by_index(const struct json_doc *doc, size_t index); /* NULL: no such one */
size_t json_memory(const struct json_doc *doc); /* bytes that it takes besides the text */

/*
 * Follow "/a/0/b" (RFC 6901); NULL when there is nothing.
 * *deepest (may be NULL) is the innermost that exists.
 */
const struct json *json_at(const struct json *root, const char *pointer,
                           const struct json **deepest);
/* Append the pointer of value ("" for the root). */
void json_pointer(struct str *out, const struct json *value);
/* Line and column of a value's first byte, from 1; NULL counts as the root. */
void json_where(const struct json_doc *doc, const struct json *value, size_t *line, size_t *column);

#endif
