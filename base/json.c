#include "base/json_node.h"

#include "base/number.h"
#include "base/utf8.h"

#include <locale.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

static const struct json_doc *doc_of(const struct json *value)
{
    const char *first = (const char *)(value - value->index);
    return (const void *)(first - offsetof(struct json_doc, node));
}

static const struct json *node_at(const struct json *value, uint32_t index)
{
    return value - value->index + index;
}

void json_free(struct json_doc *doc)
{
    if (doc == NULL)
        return;
    free(doc->pool);
    free(doc->slots);
    free(doc->marks);
    free(doc);
}

const struct json *json_root(const struct json_doc *doc)
{
    return &doc->node[0];
}

enum json_type json_type(const struct json *value)
{
    return value == NULL ? JSON_NULL : (enum json_type)value->type;
}

bool json_is(const struct json *value, enum json_type type)
{
    return value != NULL && value->type == type;
}

bool json_bool(const struct json *value)
{
    return json_is(value, JSON_BOOL) && value->truth;
}

const char *json_string(const struct json *value)
{
    return json_is(value, JSON_STRING) ? doc_of(value)->pool + value->text : NULL;
}

size_t json_string_size(const struct json *value)
{
    return json_is(value, JSON_STRING) ? value->size : 0;
}

const char *json_number(const struct json *value)
{
    return json_is(value, JSON_NUMBER) ? doc_of(value)->pool + value->text : NULL;
}

bool json_int(int64_t *out, const struct json *value)
{
    return number_parse(out, json_number(value));
}

/* The decimal sign must not depend on the user's language. */
static locale_t plain_locale;
static once_flag plain_locale_once = ONCE_FLAG_INIT;

static void plain_locale_make(void)
{
    plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bool json_double(double *out, const struct json *value)
{
    const char *digits = json_number(value);
    if (digits == NULL)
        return false;
    call_once(&plain_locale_once, plain_locale_make);
    if (plain_locale == (locale_t)0)
        return false;
    double number = strtod_l(digits, NULL, plain_locale);
    if (!isfinite(number))
        return false;
    *out = number;
    return true;
}

const struct json *json_get(const struct json *object, const char *name)
{
    if (!json_is(object, JSON_OBJECT) || name == NULL)
        return NULL;
    uint32_t found = json_names_find(doc_of(object), object->index, name);
    return found == 0 ? NULL : node_at(object, found);
}

const struct json *json_first(const struct json *container)
{
    return json_count(container) == 0 ? NULL : container + 1;
}

const struct json *json_next(const struct json *value)
{
    return value == NULL || value->next == 0 ? NULL : node_at(value, value->next);
}

const char *json_name(const struct json *member)
{
    return json_is(json_parent(member), JSON_OBJECT) ? doc_of(member)->pool + member->name : NULL;
}

size_t json_count(const struct json *container)
{
    bool is = json_is(container, JSON_ARRAY) || json_is(container, JSON_OBJECT);
    return is ? container->size : 0;
}

const struct json *json_parent(const struct json *value)
{
    return value == NULL || value->parent == JSON_NONE ? NULL : node_at(value, value->parent);
}

size_t json_values(const struct json_doc *doc)
{
    return doc->count;
}

size_t json_memory(const struct json_doc *doc)
{
    return sizeof *doc + doc->capacity * sizeof doc->node[0] + doc->pool_used +
           (doc->input.size / JSON_MARK_STEP + 1) * sizeof *doc->marks +
           (doc->slots != NULL ? doc->slot_count * sizeof *doc->slots : 0);
}

size_t json_index(const struct json *value)
{
    return value == NULL ? 0 : value->index;
}

const struct json *json_by_index(const struct json_doc *doc, size_t index)
{
    return index < doc->count ? &doc->node[index] : NULL;
}

/* Undo ~1 and ~0 of one reference token in place; false when a ~ stands alone. */
static bool token_decode(char *token)
{
    char *to = token;
    for (const char *from = token; *from != '\0'; from++) {
        char c = *from;
        if (c == '~') {
            from++;
            if (*from != '0' && *from != '1')
                return false;
            c = *from == '0' ? '~' : '/';
        }
        *to++ = c;
    }
    *to = '\0';
    return true;
}

static const struct json *element_at(const struct json *array, const char *digits)
{
    int64_t wanted = 0;
    bool plain = digits[0] != '-' && (digits[0] != '0' || digits[1] == '\0');
    if (!plain || !number_parse(&wanted, digits) || wanted >= (int64_t)json_count(array))
        return NULL;
    const struct json *element = json_first(array);
    while (element != NULL && element->name != (uint32_t)wanted)
        element = json_next(element);
    return element;
}

const struct json *json_at(const struct json *root, const char *pointer,
                           const struct json **deepest)
{
    const struct json *value = root;
    const struct json *last = root;
    char *tokens = xstrdup(pointer);
    char *token = tokens;
    if (*token != '\0' && *token != '/')
        value = NULL;
    while (value != NULL && *token == '/') {
        token++;
        size_t size = strcspn(token, "/");
        char *end = token + size;
        bool more = *end == '/';
        *end = '\0';
        if (!token_decode(token))
            value = NULL;
        else
            value = json_is(value, JSON_ARRAY) ? element_at(value, token) : json_get(value, token);
        if (value != NULL)
            last = value;
        if (more)
            *end = '/';
        token = end;
    }
    free(tokens);
    if (deepest != NULL)
        *deepest = last;
    return value;
}

static void add_token(struct str *out, const struct json *value)
{
    const char *name = json_name(value);
    str_add_c(out, '/');
    if (name == NULL) {
        str_add_int(out, value->name);
        return;
    }
    for (; *name != '\0'; name++) {
        if (*name == '~')
            str_add(out, "~0");
        else if (*name == '/')
            str_add(out, "~1");
        else
            str_add_c(out, *name);
    }
}

void json_pointer(struct str *out, const struct json *value)
{
    size_t depth = 0;
    for (const struct json *up = value; json_parent(up) != NULL; up = json_parent(up))
        depth++;
    const struct json **path = xcalloc(depth, sizeof *path);
    for (size_t i = depth; i > 0; value = json_parent(value))
        path[--i] = value;
    for (size_t i = 0; i < depth; i++)
        add_token(out, path[i]);
    free(path);
}

void json_place(struct bytes text, size_t from, size_t to, size_t *line, size_t *column)
{
    const unsigned char *end = text.data + to;
    const unsigned char *at = text.data + from;
    const unsigned char *newline = NULL;
    while (at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        (*line)++;
        *column = 1;
        at = newline + 1;
    }
    for (; at < end; at++)
        *column += (*at & 0xC0) != 0x80; /* one for each character, not for each byte */
}

void json_place_init(struct json_doc *doc)
{
    size_t line = 1;
    size_t column = 1;
    size_t count = doc->input.size / JSON_MARK_STEP + 1;
    doc->marks = xcalloc(count, sizeof *doc->marks);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            json_place(doc->input, (i - 1) * JSON_MARK_STEP, i * JSON_MARK_STEP, &line, &column);
        doc->marks[i] = (struct json_mark){.line = (uint32_t)line, .column = (uint32_t)column};
    }
}

void json_where(const struct json_doc *doc, const struct json *value, size_t *line, size_t *column)
{
    if (value == NULL)
        value = json_root(doc);
    const struct json_mark *mark = &doc->marks[value->offset / JSON_MARK_STEP];
    *line = mark->line;
    *column = mark->column;
    json_place(doc->input, value->offset / JSON_MARK_STEP * JSON_MARK_STEP, value->offset, line,
               column);
}
