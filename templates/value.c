#include "templates/parsed.h"

#include <assert.h>
#include <string.h>

static struct value *value_new(struct arena *arena, enum value_type type)
{
    struct value *value = arena_alloc(arena, sizeof *value);
    value->arena = arena;
    value->type = type;
    return value;
}

struct value *value_map(struct arena *arena)
{
    return value_new(arena, VALUE_MAP);
}

struct value *value_list(struct arena *arena)
{
    return value_new(arena, VALUE_LIST);
}

const struct value *value_find(const struct value *map, const char *name)
{
    if (map->type != VALUE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].name, name) == 0)
            return map->entries[i].value;
    return NULL;
}

/* The child of this name, emptied: setting twice replaces. */
static struct value *map_slot(struct value *map, const char *name, enum value_type type)
{
    assert(map->type == VALUE_MAP);
    struct value *child = value_new(map->arena, type);
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->entries[i].name, name) == 0) {
            map->entries[i].value = child;
            return child;
        }
    }
    struct entry entry = {.name = arena_strdup(map->arena, name), .value = child};
    arena_push(map->arena, &map->entries, &map->count, sizeof entry, &entry);
    return child;
}

static struct value *list_slot(struct value *list, enum value_type type)
{
    assert(list->type == VALUE_LIST);
    struct entry entry = {.value = value_new(list->arena, type)};
    arena_push(list->arena, &list->entries, &list->count, sizeof entry, &entry);
    return entry.value;
}

void value_set_text(struct value *map, const char *name, const char *text)
{
    struct value *child = map_slot(map, name, text == NULL ? VALUE_NONE : VALUE_TEXT);
    child->text = arena_strdup(map->arena, text);
}

void value_set_bool(struct value *map, const char *name, bool truth)
{
    map_slot(map, name, VALUE_BOOL)->truth = truth;
}

struct value *value_set_map(struct value *map, const char *name)
{
    return map_slot(map, name, VALUE_MAP);
}

struct value *value_set_list(struct value *map, const char *name)
{
    return map_slot(map, name, VALUE_LIST);
}

struct value *value_add_map(struct value *list)
{
    return list_slot(list, VALUE_MAP);
}

struct value *value_add_list(struct value *list)
{
    return list_slot(list, VALUE_LIST);
}

void value_add_text(struct value *list, const char *text)
{
    struct value *child = list_slot(list, text == NULL ? VALUE_NONE : VALUE_TEXT);
    child->text = arena_strdup(list->arena, text);
}
