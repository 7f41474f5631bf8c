#include "advisory/conform_run.h"

#include "advisory/csaf_read.h"

#include <stdlib.h>
#include <string.h>

/* The key is random and of this document alone: one is enough for all its tables. */
void conform_names_init(struct conform_names *names, const struct csaf *csaf)
{
    *names = (struct conform_names){.doc = csaf->doc, .key = csaf->index->key};
}

void conform_names_dispose(struct conform_names *names)
{
    free(names->slots);
    free(names->text);
    *names = (struct conform_names){.slots = NULL};
}

static struct bytes text_of(const struct conform_names *names, uint32_t number)
{
    return conform_text(json_by_index(names->doc, names->text[number]));
}

static size_t slot_of(const struct conform_names *names, struct bytes text)
{
    size_t at = hash_keyed(&names->key, 0, text) & (names->slot_count - 1);
    while (names->slots[at] != 0 && !bytes_equal(text_of(names, names->slots[at]), text))
        at = (at + 1) & (names->slot_count - 1);
    return at;
}

static void grow(struct conform_names *names)
{
    uint32_t capacity = names->capacity == 0 ? 32 : names->capacity * 2;
    names->text = xrealloc(names->text, (size_t)capacity + 1, sizeof *names->text);
    names->capacity = capacity;
    free(names->slots);
    names->slot_count = (size_t)capacity * 2;
    names->slots = xcalloc(names->slot_count, sizeof *names->slots);
    for (uint32_t number = 1; number <= names->count; number++)
        names->slots[slot_of(names, text_of(names, number))] = number;
}

uint32_t conform_number(struct conform_names *names, const struct json *string)
{
    if (names->count == names->capacity)
        grow(names);
    size_t at = slot_of(names, conform_text(string));
    if (names->slots[at] == 0) {
        names->slots[at] = ++names->count;
        names->text[names->count] = (uint32_t)json_index(string);
    }
    return names->slots[at];
}
