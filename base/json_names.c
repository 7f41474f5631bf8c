#include "base/json_node.h"

#include <stdlib.h>
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

static void put(struct json_doc *doc, uint32_t index)
{
    const struct json *member = &doc->node[index];
    doc->slots[slot_of(doc, member->parent, doc->pool + member->name)] = index;
}

static void make_room(struct json_doc *doc)
{
    uint32_t *old = doc->slots;
    size_t old_count = doc->slot_count;
    if (old_count == 0) {
        hash_key_init(&doc->key);
        /* Roughly what a text of this size needs: filling a table anew costs more than its pages.
         */
        for (doc->slot_count = 64; doc->slot_count < doc->input.size / 8;)
            doc->slot_count *= 2;
    } else if (doc->slots_used * 4 >= old_count * 3) {
        doc->slot_count = old_count * 2;
    } else {
        return;
    }
    doc->slots = xcalloc(doc->slot_count, sizeof *doc->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != 0)
            put(doc, old[i]);
    free(old);
}

static uint32_t scan(const struct json_doc *doc, const struct json *object, const char *name)
{
    uint32_t at = object->size > 0 ? object->index + 1 : 0;
    while (at != 0 && strcmp(doc->pool + doc->node[at].name, name) != 0)
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

bool json_names_add(struct json_doc *doc, uint32_t parent, const char *name)
{
    const struct json *object = &doc->node[parent];
    if (object->size <= JSON_SMALL && scan(doc, object, name) != 0)
        return false;
    if (object->size < JSON_SMALL)
        return true;
    if (object->size == JSON_SMALL) { /* it becomes a large one: its members are not there yet */
        for (uint32_t at = object->index + 1; at != 0; at = doc->node[at].next) {
            make_room(doc);
            put(doc, at);
            doc->slots_used++;
        }
    }
    make_room(doc);
    size_t slot = slot_of(doc, parent, name);
    if (doc->slots[slot] != 0)
        return false;
    doc->slots[slot] = (uint32_t)doc->count;
    doc->slots_used++;
    return true;
}
