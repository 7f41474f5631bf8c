/*
 * templates/parsed - the parsed form of a template: parse.c makes it, render.c walks it.
 *
 * Private to the engine. Nodes stand in one flat array per part, in the order of the text; a
 * section knows where its content ends, so walking needs no pointers and cannot loop.
 */
#ifndef TOCSIN_TEMPLATES_PARSED_H
#define TOCSIN_TEMPLATES_PARSED_H

#include "templates/engine.h"

#define TEMPLATE_SIZE ((size_t)1024 * 1024) /* bytes of one text */
#define TEMPLATE_DEPTH 32                   /* sections open at once in one text */
#define TEMPLATE_PARTS 64                   /* the text and its partials */
#define RENDER_DEPTH (2 * TEMPLATE_DEPTH)   /* sections and partials entered at once */
#define RENDER_STEPS 10000000u /* nodes visited and names compared: bounds what writes nothing */

#define NO_PART SIZE_MAX

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_RAW, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

struct node {
    enum node_kind kind;
    bool line_start;         /* first of its line: a partial's indentation goes before it */
    bool standalone;         /* NODE_PARTIAL: alone on its line */
    struct bytes text;       /* NODE_TEXT: itself; NODE_PARTIAL: its indentation */
    const char *const *path; /* a.b.c in pieces */
    size_t path_count;       /* 0: {{.}} */
    size_t end;              /* sections: index behind the last node inside */
    size_t part;             /* NODE_PARTIAL: index into parts, or NO_PART */
};

struct part {
    const char *name; /* NULL: the template itself */
    struct bytes text;
    struct node *nodes;
    size_t count;
};

struct template
{
    struct arena *arena;
    struct part *parts; /* parts[0] is the template */
    size_t part_count;
};

/* What a value is, and what stands in it; render.c reads, value.c writes. */
struct entry {
    const char *name; /* NULL in lists */
    struct value *value;
};

struct value {
    struct arena *arena;
    enum value_type type;
    const char *text;      /* VALUE_TEXT */
    bool truth;            /* VALUE_BOOL */
    struct entry *entries; /* VALUE_LIST, VALUE_MAP */
    size_t count;
};

/* NULL when a map has no such name (a name set to "not there" is found). */
const struct value *value_find(const struct value *map, const char *name);

#endif
