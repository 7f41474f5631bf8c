#include "base/json_reader.h"

#include "base/utf8.h"

#include <string.h>

static void pool_add(struct json_doc *doc, const void *data, size_t size)
{
    memcpy(doc->pool + doc->pool_used, data, size);
    doc->pool_used += size;
}

static void pool_end(struct json_doc *doc, uint32_t begin, uint32_t *text, uint32_t *size)
{
    *text = begin;
    *size = (uint32_t)doc->pool_used - begin;
    pool_add(doc, "", 1);
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

/* Four hex digits behind \u. */
static bool take_hex(struct json_reader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int c = json_peek(r);
        int low = c | 0x20; /* a letter in lower case */
        if (is_digit(c))
            *out = *out * 16 + (uint32_t)(c - '0');
        else if (c > 0 && low >= 'a' && low <= 'f')
            *out = *out * 16 + (uint32_t)(low - 'a' + 10);
        else
            return json_fail_expected(r, "four hex digits after \\u", "write it like \\u00e9");
    }
    return true;
}

static bool take_code_point(struct json_reader *r, size_t escape)
{
    static const char mend[] = "write both halves, or the sign itself in UTF-8";
    uint32_t c = 0;
    uint32_t low = 0;
    if (!take_hex(r, &c))
        return false;
    if (c >= 0xDC00 && c <= 0xDFFF)
        return json_fail(r, ERR_INVALID, escape, mend, "the second half of a surrogate pair alone");
    if (c >= 0xD800 && c <= 0xDBFF) {
        for (int i = 0; i < 2; i++, r->at++)
            if (json_peek(r) != "\\u"[i])
                return json_fail_expected(r,
                                          "the second half of a surrogate pair (\\udc00 to "
                                          "\\udfff)",
                                          mend);
        if (!take_hex(r, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return json_fail(r, ERR_INVALID, escape, mend,
                             "the first half of a surrogate pair alone");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    /* An escape of six or twelve bytes becomes at most four: the pool has room. */
    unsigned char utf8[4];
    pool_add(r->doc, utf8, utf8_encode(utf8, c));
    return true;
}

static bool take_escape(struct json_reader *r)
{
    static const char signs[] = "\"\\/bfnrt";
    static const char bytes[] = "\"\\/\b\f\n\r\t";
    size_t escape = r->at++;
    int c = json_peek(r);
    const char *found = c > 0 ? strchr(signs, c) : NULL;
    if (c == 'u') {
        r->at++;
        return take_code_point(r, escape);
    }
    if (found == NULL)
        return json_fail_expected(r, "one of \" \\ / b f n r t u after \\",
                                  "write \\\\ for a backslash itself");
    pool_add(r->doc, &bytes[found - signs], 1);
    r->at++;
    return true;
}

/* A character of more than one byte. */
static bool take_wide(struct json_reader *r)
{
    size_t end = r->at;
    (void)utf8_next(r->text, &end);
    if (end == r->at + 1)
        return json_fail_expected(r, "text in UTF-8", JSON_MEND_UTF8);
    pool_add(r->doc, r->text.data + r->at, end - r->at);
    r->at = end;
    return true;
}

/* Eight bytes at once: is none a control, a quote, a backslash or part of a wide character? */
static bool is_plain_word(const unsigned char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = ones << 7;
    uint64_t word = 0;
    memcpy(&word, p, sizeof word);
    uint64_t quote = word ^ ones * '"';
    uint64_t backslash = word ^ ones * '\\';
    uint64_t low = (word - ones * 0x20) & ~word;
    quote = (quote - ones) & ~quote;
    backslash = (backslash - ones) & ~backslash;
    return ((word | low | quote | backslash) & tops) == 0;
}

bool json_take_string(struct json_reader *r, uint32_t *text, uint32_t *size)
{
    uint32_t begin = (uint32_t)r->doc->pool_used;
    r->at++;
    for (;;) {
        size_t from = r->at;
        while (r->text.size - r->at >= 8 && is_plain_word(r->text.data + r->at))
            r->at += 8;
        int c = json_peek(r);
        while (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            r->at++;
            c = json_peek(r);
        }
        pool_add(r->doc, r->text.data + from, r->at - from);
        if (c == '"')
            break;
        if (c < 0)
            return json_fail_expected(r, "a quotation mark at the end of the string",
                                      JSON_MEND_CUT);
        if (c < 0x20)
            return json_fail(r, ERR_INVALID, r->at,
                             c == '\n' ? "close the string, or write the line break as \\n"
                                       : "write it as an escape such as \\t or \\u0001",
                             "a control character (U+%04X) inside a string", (unsigned)c);
        if (c == '\\' ? !take_escape(r) : !take_wide(r))
            return false;
    }
    r->at++;
    pool_end(r->doc, begin, text, size);
    return true;
}

/* The place among the known names of one that stands at p. */
static size_t known_place(const unsigned char *p, size_t size)
{
    return (size * 37 + p[0] * 5U + p[size / 2] * 11U + p[size - 1]) % JSON_NAMES_KNOWN;
}

bool json_take_name(struct json_reader *r, uint32_t *text, uint32_t *size)
{
    const unsigned char *name = r->text.data + r->at + 1;
    size_t left = r->text.size - r->at - 1;
    size_t most = left < JSON_NAME_KNOWN_SIZE + 1 ? left : JSON_NAME_KNOWN_SIZE + 1;
    size_t length = 0;
    while (length < most && name[length] != '"')
        length++;
    bool short_enough = length > 0 && length < most;
    size_t place = short_enough ? known_place(name, length) : 0;
    if (short_enough && r->known_size[place] == length &&
        memcmp(r->doc->pool + r->known[place], name, length) == 0) {
        *text = r->known[place];
        *size = (uint32_t)length;
        r->at += length + 2;
        return true;
    }
    if (!json_take_string(r, text, size))
        return false;
    /* As long as it stands there: it has no escapes, and the same bytes mean the same name. */
    if (short_enough && *size == length) {
        r->known[place] = *text;
        r->known_size[place] = (unsigned char)length;
    }
    return true;
}

static bool take_digits(struct json_reader *r, const char *where)
{
    if (!is_digit(json_peek(r)))
        return json_fail_expected(r, where, "write numbers like 0, -12, 0.5 or 1e3");
    while (is_digit(json_peek(r)))
        r->at++;
    return true;
}

bool json_take_number(struct json_reader *r, uint32_t *text, uint32_t *size)
{
    size_t from = r->at;
    uint32_t begin = (uint32_t)r->doc->pool_used;
    if (json_peek(r) == '-')
        r->at++;
    size_t first = r->at;
    if (!take_digits(r, "a digit after \"-\""))
        return false;
    if (r->text.data[first] == '0' && r->at > first + 1)
        return json_fail(r, ERR_INVALID, first, "drop the zeros before it, or put it in quotes",
                         "a number that begins with 0");
    if (json_peek(r) == '.') {
        r->at++;
        if (!take_digits(r, "a digit after the decimal point"))
            return false;
    }
    if (json_peek(r) == 'e' || json_peek(r) == 'E') {
        r->at++;
        if (json_peek(r) == '+' || json_peek(r) == '-')
            r->at++;
        if (!take_digits(r, "a digit in the exponent"))
            return false;
    }
    pool_add(r->doc, r->text.data + from, r->at - from);
    pool_end(r->doc, begin, text, size);
    return true;
}

bool json_take_word(struct json_reader *r, const char *word)
{
    for (const char *p = word; *p != '\0'; p++, r->at++)
        if (json_peek(r) != (unsigned char)*p)
            return json_fail_expected(r, word, "write true, false or null in small letters");
    return true;
}
