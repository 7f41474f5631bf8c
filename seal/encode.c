#include "seal/encode.h"

#include <string.h>

static const char upper_hex[] = "0123456789ABCDEF";

/* At most 3 bytes as 4 signs. */
static void encode_group(char out[4], const unsigned char *data, size_t size)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned b = size > 1 ? data[1] : 0;
    unsigned c = size > 2 ? data[2] : 0;
    out[0] = signs[data[0] >> 2];
    out[1] = signs[(data[0] & 3U) << 4 | b >> 4];
    out[2] = size > 1 ? signs[(b & 15) << 2 | c >> 6] : '=';
    out[3] = size > 2 ? signs[c & 63] : '=';
}

void encode_base64(struct str *out, struct bytes data)
{
    for (size_t at = 0; at < data.size;) {
        char line[ENCODE_LINE_SIGNS];
        size_t used = 0;
        size_t left = data.size - at;
        size_t take = left < ENCODE_LINE_BYTES ? left : ENCODE_LINE_BYTES;
        for (size_t i = 0; i < take; i += 3, used += 4)
            encode_group(line + used, data.data + at + i, take - i < 3 ? take - i : 3);
        str_add_n(out, line, used);
        str_add(out, "\r\n");
        at += take;
    }
}

/* Must the sign at line[i] be written as =XX? */
static bool needs_code(struct bytes line, size_t i, bool starts_output_line)
{
    unsigned char c = line.data[i];
    if (c == '=' || c > 126 || (c < ' ' && c != '\t'))
        return true;
    if ((c == ' ' || c == '\t') && i + 1 == line.size)
        return true;
    if (!starts_output_line)
        return false;
    return c == '.' || c == '-' ||
           (c == 'F' && line.size - i >= 5 && memcmp(line.data + i, "From ", 5) == 0);
}

static void add_line(struct str *out, struct bytes line)
{
    char written[ENCODE_LINE_SIGNS];
    size_t used = 0;
    for (size_t i = 0; i < line.size; i++) {
        unsigned char c = line.data[i];
        bool coded = needs_code(line, i, used == 0);
        /* One sign is kept for the "=" of a soft break, needed unless this one is the last. */
        size_t room = i + 1 == line.size ? ENCODE_LINE_SIGNS : ENCODE_LINE_SIGNS - 1;
        if (used + (coded ? 3 : 1) > room) {
            written[used++] = '=';
            str_add_n(out, written, used);
            str_add(out, "\r\n");
            used = 0;
            coded = needs_code(line, i, true);
        }
        if (coded) {
            written[used++] = '=';
            written[used++] = upper_hex[c >> 4];
            written[used++] = upper_hex[c & 15];
        } else {
            written[used++] = (char)c;
        }
    }
    str_add_n(out, written, used);
    str_add(out, "\r\n");
}

void encode_quoted_printable(struct str *out, struct bytes text)
{
    while (text.size > 0) {
        const unsigned char *end = memchr(text.data, '\n', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.data);
        size_t whole = end == NULL ? size : size + 1;
        add_line(out, (struct bytes){text.data, size});
        text.data += whole;
        text.size -= whole;
    }
}
