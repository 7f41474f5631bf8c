/*
 * base/json_node - how a document lies in memory. Only json*.c include it.
 *
 * Nodes stand in the order of the text in one array behind the document, so that a container's
 * first child is the node after it, and a node finds its document through its own index.
 * 28 bytes each: 1,000,000 values, their texts and the table of names stay under 60 MiB.
 */
#ifndef TOCSIN_BASE_JSON_NODE_H
#define TOCSIN_BASE_JSON_NODE_H

#include "base/hash.h"
#include "base/json.h"

#define JSON_NONE UINT32_MAX                  /* the parent of the root */
#define JSON_SIZE_MAX (((size_t)1 << 28) - 1) /* bytes of a text, and so of all that is in it */
/* Members of small objects are compared one by one, of larger ones found through the table. */
#define JSON_SMALL 8
/* Line and column are kept for each so many bytes of the text. */
#define JSON_MARK_STEP 4096

struct json {
    uint32_t index;
    uint32_t offset; /* of the first byte in the text */
    uint32_t parent;
    uint32_t next; /* the sibling behind, 0 when last: the root is nobody's sibling */
    uint32_t name; /* member: where in the pool; element: its position */
    uint32_t text; /* string, number: where in the pool; container being read: its last child */
    uint32_t size : 28; /* string, number: bytes; container: children */
    uint32_t type : 3;
    bool truth : 1;
};
_Static_assert(sizeof(struct json) == 28, "a node has grown: see the memory limit above");

struct json_mark {
    uint32_t line;
    uint32_t column;
};

struct json_doc {
    struct bytes input;
    /* Unescaped, NUL-terminated texts; never longer than the input and two. Names share a text. */
    char *pool;
    size_t pool_used;
    uint32_t *slots;   /* indexes of members of large objects by name; 0 is free; NULL: none yet */
    size_t slot_count; /* a power of two */
    struct hash_key key;
    struct json_mark *marks;
    size_t count;
    size_t capacity;
    struct json node[];
};

/* Fixes the size of the table so that it never fills up. */
void json_names_init(struct json_doc *doc, size_t max_values);
/* The member of that name of the object at index parent, or 0. */
uint32_t json_names_find(const struct json_doc *doc, uint32_t parent, const char *name);
/* Enter the name of the node that is made next. False when the object has that name already. */
bool json_names_add(struct json_doc *doc, uint32_t parent, const char *name);

/* Lines and columns: json_place_init after the last byte was read. */
void json_place_init(struct json_doc *doc);
void json_place(struct bytes text, size_t from, size_t to, size_t *line, size_t *column);

#endif
