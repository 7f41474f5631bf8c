#include "base/json_node.h"

#include <string.h>

/* Where the name stands or would stand; there is always a free slot. */
static size_t slot_of(const struct json_doc *doc, uint32_t parent, const char *name)
{
    size_t at = hash_keyed(&doc->key, parent, bytes_of(name)) & (doc->slot_count - 1);
    for (; doc->slots[at] != 0; at = (at + 1) & (doc->slot_count - 1)) {
        const struct json *member = &doc->node[doc->slots[at]];
        if (member->parent == parent && strcmp(doc->pool + member->name, name) == 0)
            break;
    }
    return at;
}

/* Most names differ in their first byte: strcmp is asked for the others only. */
static bool same(const char *a, const char *b)
{
    return *a == *b && strcmp(a, b) == 0;
}

static uint32_t scan(const struct json_doc *doc, const struct json *object, const char *name)
{
    uint32_t at = object->size > 0 ? object->index + 1 : 0;
    while (at != 0 && !same(doc->pool + doc->node[at].name, name))
        at = doc->node[at].next;
    return at;
}

uint32_t json_names_find(const struct json_doc *doc, uint32_t parent, const char *name)
{
    const struct json *object = &doc->node[parent];
    if (object->size <= JSON_SMALL)
        return scan(doc, object, name);
    return doc->slots[slot_of(doc, parent, name)];
}

void json_names_init(struct json_doc *doc, size_t max_values)
{
    /* A member takes five bytes at least ("":0,): the table is four fifths full at the most. */
    size_t most = max_values < doc->input.size / 5 ? max_values : doc->input.size / 5;
    for (doc->slot_count = 64; doc->slot_count < most + most / 4;)
        doc->slot_count *= 2;
}

static bool put(struct json_doc *doc, uint32_t index, uint32_t parent, const char *name)
{
    size_t slot = slot_of(doc, parent, name);
    if (doc->slots[slot] != 0)
        return false;
    doc->slots[slot] = index;
    return true;
}

bool json_names_add(struct json_doc *doc, uint32_t parent, const char *name)
{
    const struct json *object = &doc->node[parent];
    if (object->size <= JSON_SMALL && scan(doc, object, name) != 0)
        return false;
    if (object->size < JSON_SMALL)
        return true;
    if (doc->slots == NULL) {
        hash_key_init(&doc->key);
        doc->slots = xcalloc(doc->slot_count, sizeof *doc->slots);
    }
    if (object->size == JSON_SMALL) /* it becomes a large one: its members are not there yet */
        for (uint32_t at = object->index + 1; at != 0; at = doc->node[at].next)
            (void)put(doc, at, parent, doc->pool + doc->node[at].name);
    return put(doc, (uint32_t)doc->count, parent, name);
}
