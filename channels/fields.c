#include "channels/fields.h"

#include "base/utf8.h"
#include "channels/decode.h"

#include <string.h>
#include <strings.h>

#define ADDRESS_MAX 320
#define MESSAGE_ID_MAX 998

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool name_sign(unsigned char c)
{
    return c > ' ' && c < 0x7F && c != ':';
}

/* Size of the field name that the line begins with, 0 when it begins with none. */
static size_t name_size(struct bytes line, size_t *colon)
{
    size_t size = 0;
    while (size < line.size && name_sign(line.data[size]))
        size++;
    size_t at = size;
    while (at < line.size && is_blank((char)line.data[at]))
        at++;
    if (at == line.size || line.data[at] != ':')
        return 0;
    *colon = at;
    return size;
}

struct bytes fields_read(struct fields *out, struct arena *arena, struct bytes text)
{
    *out = (struct fields){0};
    bool folding = false; /* the line before belongs to a field */
    size_t at = 0;
    while (at < text.size) {
        const unsigned char *start = text.data + at;
        const unsigned char *lf = memchr(start, '\n', text.size - at);
        struct bytes line = {start, lf == NULL ? text.size - at : (size_t)(lf - start)};
        at += line.size + (lf != NULL);
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        if (line.size == 0)
            break;
        if (at > FIELDS_SIZE_MAX)
            continue; /* look for the end only */
        size_t colon = 0;
        size_t name = 0;
        if (is_blank((char)line.data[0])) {
            if (folding) {
                struct bytes *value = &out->items[out->count - 1].value;
                value->size = (size_t)(line.data + line.size - value->data);
            }
            continue;
        }
        name = name_size(line, &colon);
        folding = name > 0 && out->count < FIELDS_MAX;
        if (folding) {
            struct field field = {{line.data, name},
                                  {line.data + colon + 1, line.size - colon - 1}};
            arena_push(arena, &out->items, &out->count, sizeof field, &field);
        }
    }
    return (struct bytes){text.data + at, text.size - at};
}

static const struct field *find(const struct fields *fields, const char *name, size_t nth)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->items[i];
        if (field->name.size == size &&
            strncasecmp((const char *)field->name.data, name, size) == 0 && nth-- == 0)
            return field;
    }
    return NULL;
}

/* Line ends and other controls become blanks, so a value is one C string. */
static char *unfolded(struct arena *arena, struct bytes value)
{
    size_t size = value.size < FIELD_VALUE_MAX ? value.size : FIELD_VALUE_MAX;
    while (size > 0 && value.data[0] <= ' ') {
        value.data++;
        size--;
    }
    while (size > 0 && value.data[size - 1] <= ' ')
        size--;
    char *out = arena_strndup(arena, (const char *)value.data, size);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)out[i] < ' ' || out[i] == 0x7F)
            out[i] = ' ';
    return out;
}

const char *fields_get(const struct fields *fields, struct arena *arena, const char *name,
                       size_t nth)
{
    const struct field *field = find(fields, name, nth);
    return field == NULL ? NULL : unfolded(arena, field->value);
}

const char *fields_line(const struct fields *fields, struct arena *arena, const char *name)
{
    const char *raw = fields_get(fields, arena, name, 0);
    if (raw == NULL)
        return NULL;
    struct str words, line;
    str_init(&words, FIELD_VALUE_MAX);
    str_init(&line, (size_t)4 * FIELD_VALUE_MAX);
    decode_words(&words, bytes_of(raw));
    utf8_add_line(&line, str_bytes(&words));
    const char *out = arena_strdup(arena, str_text(&line));
    str_dispose(&line);
    str_dispose(&words);
    return out;
}

/* Move behind a comment in round brackets; they nest. An open one takes the rest. */
static const char *skip_comment(const char *p)
{
    size_t depth = 0;
    for (; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0)
            return p + 1;
    }
    return p;
}

static const char *skip_blanks(const char *p)
{
    while (is_blank(*p) || *p == '(')
        p = *p == '(' ? skip_comment(p) : p + 1;
    return p;
}

/* Append a quoted string's content; returns what stands behind it. */
static const char *add_quoted(struct str *out, const char *p)
{
    for (p++; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        str_add_c(out, *p);
    }
    return *p == '"' ? p + 1 : p;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const char *value_word(const char *value, struct arena *arena)
{
    struct str out;
    str_init(&out, FIELD_VALUE_MAX);
    for (const char *p = value == NULL ? "" : skip_blanks(value); *p != '\0' && *p != ';';
         p = skip_blanks(p))
        str_add_c(&out, lower(*p++));
    const char *word = arena_strdup(arena, str_text(&out));
    str_dispose(&out);
    return word;
}

/* Read `name = value` after a ';'. Returns what stands behind it. */
static const char *parameter_read(struct str *name, struct str *value, const char *p)
{
    str_reset(name);
    str_reset(value);
    for (p = skip_blanks(p); *p != '\0' && *p != '=' && *p != ';'; p = skip_blanks(p))
        str_add_c(name, lower(*p++));
    if (*p != '=')
        return p;
    p = skip_blanks(p + 1);
    if (*p == '"')
        p = add_quoted(value, p);
    while (*p != '\0' && *p != ';' && !is_blank(*p) && *p != '(')
        str_add_c(value, *p++);
    while (*p != '\0' && *p != ';') {
        const char *next = skip_blanks(p);
        p = next == p ? p + 1 : next;
    }
    return p;
}

const char *value_parameter(const char *value, struct arena *arena, const char *name)
{
    const char *found = NULL;
    struct str key, text;
    str_init(&key, FIELD_VALUE_MAX);
    str_init(&text, FIELD_VALUE_MAX);
    const char *p = value == NULL ? "" : value;
    while (*p != '\0' && *p != ';')
        p++;
    while (*p == ';' && found == NULL) {
        p = parameter_read(&key, &text, p + 1);
        if (text_equal(str_text(&key), name))
            found = arena_strdup(arena, str_text(&text));
    }
    str_dispose(&text);
    str_dispose(&key);
    return found;
}

static const char *harmless(struct arena *arena, const char *text, size_t size)
{
    struct str line;
    str_init(&line, (size_t)4 * FIELD_VALUE_MAX);
    utf8_add_line(&line, (struct bytes){(const unsigned char *)text, size});
    const char *out = line.size > 0 ? arena_strdup(arena, str_text(&line)) : NULL;
    str_dispose(&line);
    return out;
}

const char *value_message_id(const char *value, struct arena *arena)
{
    if (value == NULL)
        return NULL;
    const char *open = strchr(value, '<');
    const char *start = open == NULL ? value : open + 1;
    size_t size = strcspn(start, "<> \t");
    if (size == 0 || size > MESSAGE_ID_MAX)
        return NULL;
    return harmless(arena, start, size);
}

const char *value_typed_address(const char *value, struct arena *arena)
{
    if (value == NULL)
        return NULL;
    const char *semicolon = strchr(value, ';');
    const char *start = semicolon == NULL ? value : semicolon + 1;
    while (is_blank(*start) || *start == '<')
        start++;
    size_t size = strcspn(start, "<> \t");
    return size == 0 || size > ADDRESS_MAX ? NULL : harmless(arena, start, size);
}

/* An address may go into texts that people read: nothing odd in it, or it is none. */
static const char *address_clean(struct arena *arena, const char *text, size_t size)
{
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    if (size < 3 || size > ADDRESS_MAX || text[0] == '@' || memchr(text, '@', size) == NULL)
        return NULL;
    if (!utf8_valid((struct bytes){(const unsigned char *)text, size}, NULL))
        return NULL;
    for (size_t i = 0; i < size; i++)
        if (strchr(" \t\"<>()[],;:\\", text[i]) != NULL || (unsigned char)text[i] < ' ' ||
            text[i] == 0x7F)
            return NULL;
    const char *line = harmless(arena, text, size);
    return line != NULL && strlen(line) == size ? line : NULL;
}

bool address_next(const char **out, const char **list, struct arena *arena)
{
    struct str bare, quoted;
    str_init(&bare, FIELD_VALUE_MAX);
    str_init(&quoted, FIELD_VALUE_MAX);
    *out = NULL;
    const char *p = *list == NULL ? "" : *list;
    while (*p != '\0' && *out == NULL) {
        str_reset(&bare);
        str_reset(&quoted);
        bool has_name = false; /* what stands in quotes is a name, or an address that is not ours */
        const char *angle = NULL;
        size_t angle_size = 0;
        for (p = skip_blanks(p); *p != '\0' && *p != ',' && *p != ';';) {
            if (skip_blanks(p) != p) {
                p = skip_blanks(p);
                if (bare.size > 0)
                    str_add_c(&bare, ' '); /* words beside each other are no address */
            } else if (*p == '"') {
                p = add_quoted(&quoted, p);
                has_name = true;
            } else if (*p == '<') {
                angle = p + 1;
                angle_size = strcspn(angle, ">");
                p = angle + angle_size + (angle[angle_size] == '>');
            } else if (*p == ':') {
                str_reset(&bare); /* a group's name */
                p++;
            } else {
                str_add_c(&bare, *p++);
            }
        }
        if (angle != NULL)
            *out = address_clean(arena, angle, angle_size);
        else if (!has_name)
            *out = address_clean(arena, str_text(&bare), bare.size);
        if (*p != '\0')
            p++;
    }
    *list = p;
    str_dispose(&quoted);
    str_dispose(&bare);
    return *out != NULL;
}
