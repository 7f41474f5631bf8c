#include "base/json_out.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define LARGEST INT64_C(9007199254740991) /* 2^53-1: every reader keeps it exactly */

void json_out_init(struct json_out *j, struct str *out, bool sorted)
{
    *j = (struct json_out){.out = out, .sorted = sorted};
}

/* The escape of a byte, or NULL when it stands for itself. */
static const char *escape_of(unsigned char c, char buffer[static 8])
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\f':
        return "\\f";
    case '\r':
        return "\\r";
    case 0x7F:
        return "\xEF\xBF\xBD"; /* U+FFFD */
    default:
        if (c >= 0x20)
            return NULL;
        (void)snprintf(buffer, 8, "\\u%04x", (unsigned)c);
        return buffer;
    }
}

static void add_quoted(struct json_out *j, struct bytes text)
{
    char buffer[8];
    size_t plain = 0; /* where the run of bytes that stand for themselves began */
    if (!utf8_valid(text, NULL)) {
        j->out->failed = true;
        return;
    }
    str_add_c(j->out, '"');
    for (size_t i = 0; i < text.size; i++) {
        const char *escape = escape_of(text.data[i], buffer);
        if (escape == NULL)
            continue;
        str_add_n(j->out, text.data + plain, i - plain);
        str_add(j->out, escape);
        plain = i + 1;
    }
    if (plain < text.size)
        str_add_n(j->out, text.data + plain, text.size - plain);
    str_add_c(j->out, '"');
}

/* Comma and name before a value. */
static void begin_value(struct json_out *j, const char *name)
{
    if (j->depth == 0) {
        assert(name == NULL);
        return;
    }
    size_t top = (size_t)j->depth - 1;
    assert(j->level[top].array == (name == NULL));
    if (!j->level[top].empty)
        str_add_c(j->out, ',');
    if (name != NULL && j->sorted) {
        size_t size = strlen(name);
        assert(size < sizeof j->level[top].last);
        assert(j->level[top].empty || strcmp(j->level[top].last, name) < 0);
        memcpy(j->level[top].last, name, size + 1);
    }
    j->level[top].empty = false;
    if (name != NULL) {
        add_quoted(j, bytes_of(name));
        str_add_c(j->out, ':');
    }
}

static void open_level(struct json_out *j, const char *name, bool array)
{
    begin_value(j, name);
    assert(j->depth < JSON_OUT_DEPTH);
    j->level[j->depth].array = array;
    j->level[j->depth].empty = true;
    j->depth++;
    str_add_c(j->out, array ? '[' : '{');
}

void json_out_object(struct json_out *j, const char *name)
{
    open_level(j, name, false);
}

void json_out_array(struct json_out *j, const char *name)
{
    open_level(j, name, true);
}

void json_out_end(struct json_out *j)
{
    assert(j->depth > 0);
    j->depth--;
    str_add_c(j->out, j->level[j->depth].array ? ']' : '}');
}

void json_out_text(struct json_out *j, const char *name, const char *text)
{
    if (text == NULL)
        json_out_null(j, name);
    else
        json_out_text_n(j, name, bytes_of(text));
}

void json_out_text_n(struct json_out *j, const char *name, struct bytes text)
{
    begin_value(j, name);
    add_quoted(j, text);
}

void json_out_int(struct json_out *j, const char *name, int64_t value)
{
    begin_value(j, name);
    if (value > LARGEST || value < -LARGEST)
        j->out->failed = true;
    str_add_int(j->out, value);
}

void json_out_bool(struct json_out *j, const char *name, bool value)
{
    json_out_raw(j, name, value ? "true" : "false");
}

void json_out_null(struct json_out *j, const char *name)
{
    json_out_raw(j, name, "null");
}

void json_out_raw(struct json_out *j, const char *name, const char *canonical)
{
    begin_value(j, name);
    str_add(j->out, canonical);
}
