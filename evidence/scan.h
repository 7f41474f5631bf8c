/*
 * evidence/scan - the dialect of the log, recognised in one pass without memory of its own.
 *
 * A line is canonical exactly when this grammar takes it: RFC 8785 narrowed as docs/schemata.md
 * says (sorted names [a-z][a-z0-9_]*, integers up to 2^53-1, the shortest escapes, UTF-8, no
 * blank). What comes out are borrowed pieces of the line. Hostile bytes: linear, bounded depth.
 * Internal to evidence/.
 */
#ifndef TOCSIN_EVIDENCE_SCAN_H
#define TOCSIN_EVIDENCE_SCAN_H

#include "base/str.h"

#define SCAN_DEPTH 15 /* levels of objects and arrays */

enum scan_type { SCAN_NULL, SCAN_BOOL, SCAN_INT, SCAN_TEXT, SCAN_ARRAY, SCAN_OBJECT };

struct scan_value {
    struct bytes name;  /* without quotes; empty in an array */
    struct bytes whole; /* as it stands */
    enum scan_type type;
    bool plain; /* of a text: no escape in it, so that scan_text is what it says */
};

/*
 * Is text, without its newline, one object in canonical form? Its members go to out, at most
 * capacity of them; *count tells how many there are in all.
 */
bool scan_object(struct scan_value *out, size_t capacity, size_t *count, struct bytes text);

struct scan_members {
    struct scan_value *list; /* NULL: nobody wants them */
    size_t capacity, count;  /* count: how many there are in all */
};
/* The same in one pass with the members of that object among them that is called inner. */
bool scan_nested(struct scan_members *out, struct scan_members *inside, const char *inner,
                 struct bytes text);

/* What stands between the quotes of a text. */
struct bytes scan_text(const struct scan_value *value);
/* Of an integer. */
int64_t scan_int(const struct scan_value *value);
/* Find a member by name; NULL when it is not there. */
const struct scan_value *scan_find(const struct scan_value *members, size_t count,
                                   const char *name);

#endif
