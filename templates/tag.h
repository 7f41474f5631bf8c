/*
 * templates/tag - where the next {{tag}} of a text stands and what it says.
 *
 * Private to the engine. Knows nothing of sections, names or data.
 */
#ifndef TOCSIN_TEMPLATES_TAG_H
#define TOCSIN_TEMPLATES_TAG_H

#include "base/str.h"

struct tag {
    char kind;         /* # ^ / > ! & = or { ; NUL for a plain value */
    struct bytes name; /* what stands in it, trimmed */
    size_t start, end; /* its first brace; behind its last */
    /*
     * Alone on its line (only kinds that write nothing themselves): then it takes the line with it,
     * from line_from up to line_to. line_from to start is blank.
     */
    bool standalone;
    size_t line_from, line_to;
};

enum tag_found { TAG_NONE, TAG_FOUND, TAG_ENDLESS /* begins at start, its braces never close */ };

/* The first tag that begins at `from` or later. */
enum tag_found tag_next(struct tag *out, struct bytes text, size_t from);

/* Letters, digits, _ and - in pieces with one dot between. */
bool tag_is_name(struct bytes name);

#endif
