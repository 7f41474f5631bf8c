#include "advisory/conform_run.h"

#include <stdlib.h>
#include <string.h>

void conform_names_init(struct conform_names *names, const struct hash_key *key)
{
    *names = (struct conform_names){.key = *key};
}

void conform_names_dispose(struct conform_names *names)
{
    free(names->slots);
    free(names->text);
    *names = (struct conform_names){.slots = NULL};
}

static size_t slot_of(const struct conform_names *names, struct bytes text)
{
    size_t at = hash_keyed(&names->key, 0, text) & (names->slot_count - 1);
    while (names->slots[at] != 0 && !bytes_equal(conform_text(names->text[names->slots[at]]), text))
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
        names->slots[slot_of(names, conform_text(names->text[number]))] = number;
}

uint32_t conform_number(struct conform_names *names, const struct json *string)
{
    if (names->count == names->capacity)
        grow(names);
    size_t at = slot_of(names, conform_text(string));
    if (names->slots[at] == 0) {
        names->slots[at] = ++names->count;
        names->text[names->count] = string;
    }
    return names->slots[at];
}
