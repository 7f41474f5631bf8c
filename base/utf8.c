#include "base/utf8.h"

#include <string.h>

#define REPLACEMENT UINT32_C(0xFFFD)

/*
 * Length of the well-formed sequence that begins at text[at], 0 when there is none.
 * The table of RFC 3629: only the second byte has ranges of its own.
 */
static size_t sequence_size(struct bytes text, size_t at)
{
    const unsigned char *p = text.data + at;
    size_t left = text.size - at;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t size = 0;
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        size = 2;
    } else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        size = 3;
        low = p[0] == 0xE0 ? 0xA0 : 0x80;  /* shortest form */
        high = p[0] == 0xED ? 0x9F : 0xBF; /* no surrogates */
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        size = 4;
        low = p[0] == 0xF0 ? 0x90 : 0x80;  /* shortest form */
        high = p[0] == 0xF4 ? 0x8F : 0xBF; /* ≤ U+10FFFF */
    }
    if (size == 0 || left < size || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return size;
}

bool utf8_valid(struct bytes text, size_t *bad_at)
{
    for (size_t at = 0; at < text.size;) {
        uint64_t eight = 0;
        if (text.size - at >= sizeof eight) {
            memcpy(&eight, text.data + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        size_t size = sequence_size(text, at);
        if (size == 0) {
            if (bad_at != NULL)
                *bad_at = at;
            return false;
        }
        at += size;
    }
    return true;
}

uint32_t utf8_next(struct bytes text, size_t *at)
{
    static const unsigned char first_bits[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    if (*at >= text.size)
        return REPLACEMENT;
    if (text.data[*at] < 0x80) /* most of what there is */
        return text.data[(*at)++];
    size_t size = sequence_size(text, *at);
    if (size == 0) {
        (*at)++;
        return REPLACEMENT;
    }
    const unsigned char *p = text.data + *at;
    uint32_t code_point = p[0] & first_bits[size];
    for (size_t i = 1; i < size; i++)
        code_point = code_point << 6 | (p[i] & 0x3F);
    *at += size;
    return code_point;
}

size_t utf8_encode(unsigned char out[static 4], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = REPLACEMENT;
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, c >>= 6)
        out[i] = (unsigned char)(0x80 | (c & 0x3F));
    /* As many leading ones as bytes, then the bits that are left. */
    out[0] = (unsigned char)(0xF00 >> size | c);
    return size;
}

void utf8_add(struct str *out, uint32_t code_point)
{
    unsigned char bytes[4];
    str_add_n(out, bytes, utf8_encode(bytes, code_point));
}

/* Signs that show nothing and turn, join or break what stands around them. */
static bool is_unseen(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
           c == 0x200F || c == 0x061C || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* How many signs of ASCII that stay as they are begin at text[at]. */
static size_t plain_run(struct bytes text, size_t at)
{
    size_t end = at;
    while (end < text.size && text.data[end] > 0x20 && text.data[end] < 0x7F)
        end++;
    return end - at;
}

static void add_clean(struct str *out, struct bytes text, bool lines)
{
    bool space = false; /* one is owed before the next sign of this line */
    bool begun = false; /* this line has a sign already */
    for (size_t at = 0; at < text.size;) {
        size_t run = plain_run(text, at);
        if (run > 0) {
            if (space)
                str_add_c(out, ' ');
            str_add_n(out, text.data + at, run);
            at += run;
            space = false;
            begun = true;
            continue;
        }
        uint32_t c = utf8_next(text, &at);
        if (c == '\r' && lines) {
            if (at < text.size && text.data[at] == '\n')
                continue;
            c = '\n';
        }
        if (is_unseen(c))
            continue;
        if (c == '\n' && lines) {
            str_add_c(out, '\n');
            space = begun = false;
            continue;
        }
        if (c == ' ' || (is_control(c) && !(c == '\t' && lines))) {
            space = begun;
            continue;
        }
        if (space)
            str_add_c(out, ' ');
        utf8_add(out, c);
        space = false;
        begun = true;
    }
}

void utf8_add_line(struct str *out, struct bytes text)
{
    add_clean(out, text, false);
}

void utf8_add_text(struct str *out, struct bytes text)
{
    add_clean(out, text, true);
}

void utf8_make_line(char *text)
{
    struct bytes from = bytes_of(text);
    char *to = text;
    bool space = false;
    for (size_t at = 0; at < from.size;) {
        size_t begin = at;
        uint32_t c = utf8_next(from, &at);
        if (is_unseen(c))
            continue;
        if (c == ' ' || is_control(c)) {
            space = to > text;
            continue;
        }
        if (space)
            *to++ = ' ';
        space = false;
        /* What is written never overtakes what was read. */
        if (c == REPLACEMENT && at == begin + 1)
            *to++ = '?';
        else
            to += utf8_encode((unsigned char *)to, c);
    }
    *to = '\0';
}

void utf8_add_escaped(struct str *out, struct bytes text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = text.data[i];
        if (c == '"' || c == '\\') {
            str_add_n(out, (const char[]){'\\', (char)c}, 2);
        } else if (c < 0x20 || c > 0x7E) {
            str_add_n(out, (const char[]){'\\', 'x', digits[c >> 4], digits[c & 15]}, 4);
        } else {
            str_add_c(out, (char)c);
        }
    }
}
