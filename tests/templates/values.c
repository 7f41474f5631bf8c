#include "tests/templates/values.h"

static void fill(struct value *out, const struct json *json);

static void add_item(struct value *list, const struct json *item)
{
    switch (json_type(item)) {
    case JSON_OBJECT:
        fill(value_add_map(list), item);
        break;
    case JSON_ARRAY:
        fill(value_add_list(list), item);
        break;
    case JSON_NUMBER:
        value_add_text(list, json_number(item));
        break;
    case JSON_STRING:
    case JSON_BOOL: /* the engine has no truths in lists: as JSON null */
    case JSON_NULL:
        value_add_text(list, json_string(item));
        break;
    }
}

static void set_member(struct value *map, const char *name, const struct json *member)
{
    switch (json_type(member)) {
    case JSON_OBJECT:
        fill(value_set_map(map, name), member);
        break;
    case JSON_ARRAY:
        fill(value_set_list(map, name), member);
        break;
    case JSON_NUMBER:
        value_set_text(map, name, json_number(member));
        break;
    case JSON_BOOL:
        value_set_bool(map, name, json_bool(member));
        break;
    case JSON_STRING:
    case JSON_NULL:
        value_set_text(map, name, json_string(member));
        break;
    }
}

static void fill(struct value *out, const struct json *json)
{
    bool is_list = json_is(json, JSON_ARRAY);
    for (const struct json *at = json_first(json); at != NULL; at = json_next(at)) {
        if (is_list)
            add_item(out, at);
        else
            set_member(out, json_name(at), at);
    }
}

struct value *values_of(struct arena *arena, const struct json *json)
{
    struct value *out = json_is(json, JSON_ARRAY) ? value_list(arena) : value_map(arena);
    fill(out, json);
    return out;
}

bool values_partial(void *context, const char *name, struct bytes *out)
{
    const char *text = json_string(json_get(context, name));
    *out = bytes_of(text);
    return text != NULL;
}
