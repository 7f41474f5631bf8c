#include "tests/base/json_jansson.h"

#include <jansson.h>

void shape_add_name(struct str *out, const char *name)
{
    str_addf(out, "name %s ", name);
}

void shape_add_open(struct str *out, char kind, size_t count)
{
    str_addf(out, "%c %zu\n", kind, count);
}

void shape_add_text(struct str *out, const char *text, size_t size)
{
    str_addf(out, "text %zu ", size);
    str_add_n(out, text, size);
    str_add_c(out, '\n');
}

void shape_add_number(struct str *out, double number)
{
    str_addf(out, "number %.17g\n", number);
}

static void add_value(struct str *out, json_t *value)
{
    const char *name = NULL;
    json_t *child = NULL;
    size_t i = 0;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        shape_add_open(out, '{', json_object_size(value));
        json_object_foreach(value, name, child)
        {
            shape_add_name(out, name);
            add_value(out, child);
        }
        break;
    case JSON_ARRAY:
        shape_add_open(out, '[', json_array_size(value));
        json_array_foreach(value, i, child)
        {
            add_value(out, child);
        }
        break;
    case JSON_STRING:
        shape_add_text(out, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        shape_add_number(out, json_number_value(value));
        break;
    case JSON_TRUE:
        str_add(out, "true\n");
        break;
    case JSON_FALSE:
        str_add(out, "false\n");
        break;
    case JSON_NULL:
        str_add(out, "null\n");
        break;
    }
}

enum jansson_said jansson_read(struct str *out, struct bytes text)
{
    json_error_t error;
    size_t flags =
        JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
    json_t *root = json_loadb((const char *)text.data, text.size, flags, &error);
    if (root == NULL)
        return json_error_code(&error) == json_error_numeric_overflow ? JANSSON_CANNOT
                                                                      : JANSSON_REFUSES;
    add_value(out, root);
    json_decref(root);
    return JANSSON_ACCEPTS;
}
