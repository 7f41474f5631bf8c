#include "templates/tag.h"

#include <string.h>

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(unsigned char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static struct bytes trim(const unsigned char *from, const unsigned char *to)
{
    while (from < to && is_space(*from))
        from++;
    while (from < to && is_space(to[-1]))
        to--;
    return (struct bytes){from, (size_t)(to - from)};
}

static bool is_name_sign(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool tag_is_name(struct bytes name)
{
    bool after_sign = false;
    for (size_t i = 0; i < name.size; i++) {
        bool dot = name.data[i] == '.';
        if (dot ? !after_sign : !is_name_sign(name.data[i]))
            return false;
        after_sign = !dot;
    }
    return after_sign;
}

/* A line that holds one tag and blanks, nothing else. A tag before it on the line ends in a brace.
 */
static void find_line(struct tag *tag, struct bytes text)
{
    size_t from = tag->start;
    size_t to = tag->end;
    if (tag->kind == '\0' || strchr("#^/>!", tag->kind) == NULL)
        return;
    while (from > 0 && is_blank(text.data[from - 1]))
        from--;
    while (to < text.size && is_blank(text.data[to]))
        to++;
    if (to + 1 < text.size && text.data[to] == '\r' && text.data[to + 1] == '\n')
        to++;
    tag->standalone =
        (from == 0 || text.data[from - 1] == '\n') && (to == text.size || text.data[to] == '\n');
    tag->line_from = from;
    tag->line_to = to < text.size ? to + 1 : to;
}

enum tag_found tag_next(struct tag *out, struct bytes text, size_t from)
{
    if (from >= text.size)
        return TAG_NONE;
    const unsigned char *end = text.data + text.size;
    const unsigned char *open = memmem(text.data + from, text.size - from, "{{", 2);
    if (open == NULL)
        return TAG_NONE;
    const unsigned char *content = open + 2;
    unsigned char first = content < end ? *content : '\0';
    bool has_kind = first != '\0' && strchr("#^/>!&={", first) != NULL;
    *out = (struct tag){.kind = has_kind ? (char)first : '\0', .start = (size_t)(open - text.data)};
    if (has_kind)
        content++;
    const char *braces = first == '{' ? "}}}" : "}}";
    const unsigned char *close = memmem(content, (size_t)(end - content), braces, strlen(braces));
    if (close == NULL)
        return TAG_ENDLESS;
    out->name = trim(content, close);
    out->end = (size_t)(close - text.data) + strlen(braces);
    find_line(out, text);
    return TAG_FOUND;
}
