#include "channels/decode.h"

#include "base/utf8.h"

#include <errno.h>
#include <gmime/gmime-encodings.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#define CHUNK ((size_t)16 * 1024)
#define REPLACEMENT "\xEF\xBF\xBD"

/*
 * What mail programs write in our days. iconv loads a converter by its name: one that a stranger
 * can choose freely is code that a stranger can choose.
 */
static const char *const charsets[] = {
    "us-ascii",     "ascii",        "utf-8",        "utf8",         "utf-16",       "utf-16le",
    "utf-16be",     "iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",
    "iso-8859-7",   "iso-8859-9",   "iso-8859-10",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",
    "iso-8859-16",  "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "windows-1257", "koi8-r",       "koi8-u",       "macintosh",    "shift_jis",    "iso-2022-jp",
    "euc-jp",       "euc-kr",       "gb2312",       "gbk",          "gb18030",      "big5",
};

/* Append as much as there is room for. */
static bool add_some(struct str *out, const void *data, size_t size)
{
    size_t room = out->limit > out->size ? out->limit - out->size : 0;
    str_add_n(out, data, size < room ? size : room);
    return size <= room;
}

bool decode_transfer(struct str *out, const char *encoding, struct bytes text)
{
    GMimeContentEncoding how = GMIME_CONTENT_ENCODING_8BIT;
    if (encoding != NULL && strcasecmp(encoding, "base64") == 0)
        how = GMIME_CONTENT_ENCODING_BASE64;
    else if (encoding != NULL && strcasecmp(encoding, "quoted-printable") == 0)
        how = GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
    else
        return add_some(out, text.data, text.size);

    GMimeEncoding state;
    char buffer[CHUNK + 64]; /* both decoders put out at most three bytes more than came in */
    g_mime_encoding_init_decode(&state, how);
    for (size_t at = 0; at < text.size;) {
        size_t size = text.size - at < CHUNK ? text.size - at : CHUNK;
        size_t got = g_mime_encoding_step(&state, (const char *)text.data + at, size, buffer);
        if (!add_some(out, buffer, got))
            return false;
        at += size;
    }
    return true;
}

static const char *charset_known(const char *charset)
{
    for (size_t i = 0; charset != NULL && i < sizeof charsets / sizeof charsets[0]; i++)
        if (strcasecmp(charset, charsets[i]) == 0)
            return charsets[i];
    return NULL;
}

static bool add_converted(struct str *out, const char *from, struct bytes text)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1)
        return add_some(out, text.data, text.size);
    char buffer[4096];
    /* iconv takes char ** and does not write through it. */
    union {
        const unsigned char *ours;
        char *theirs;
    } in = {.ours = text.data};
    size_t left = text.size;
    bool whole = true;
    while (left > 0 && whole) {
        char *to = buffer;
        size_t room = sizeof buffer;
        size_t before = left;
        bool failed = iconv(cd, &in.theirs, &left, &to, &room) == (size_t)-1;
        int error = errno;
        whole = add_some(out, buffer, sizeof buffer - room);
        if (failed && whole && (error != E2BIG || (left == before && room == sizeof buffer))) {
            whole = add_some(out, REPLACEMENT, sizeof REPLACEMENT - 1);
            in.theirs++;
            left--;
        }
    }
    (void)iconv_close(cd);
    return whole;
}

bool decode_charset(struct str *out, const char *charset, struct bytes text)
{
    const char *known = charset_known(charset);
    if (known == NULL || strncmp(known, "utf-8", 5) == 0 || text_ends(known, "ascii") ||
        text_equal(known, "utf8")) {
        bool said_utf8 = known != NULL && text_starts(known, "utf");
        if (said_utf8 || utf8_valid(text, NULL))
            return add_some(out, text.data, text.size);
        return add_converted(out, "WINDOWS-1252", text);
    }
    return add_converted(out, known, text);
}

/* One encoded word: =?CHARSET?B or Q?TEXT?= */
struct word {
    char charset[32];
    bool base64;
    struct bytes text;
    size_t size; /* of the whole of it */
};

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool word_read(struct word *out, struct bytes in)
{
    if (in.size < 7 || in.data[0] != '=' || in.data[1] != '?')
        return false;
    size_t at = 2;
    size_t used = 0;
    bool language = false; /* RFC 2231: charset*language */
    for (; at < in.size && in.data[at] != '?'; at++) {
        language = language || in.data[at] == '*';
        if (is_space(in.data[at]) || used + 1 >= sizeof out->charset)
            return false;
        if (!language)
            out->charset[used++] = (char)in.data[at];
    }
    out->charset[used] = '\0';
    if (in.size - at < 4 || in.data[at + 2] != '?')
        return false;
    unsigned char how = in.data[at + 1];
    out->base64 = how == 'B' || how == 'b';
    if (!out->base64 && how != 'Q' && how != 'q')
        return false;
    size_t start = at + 3;
    for (at = start; at < in.size && in.data[at] != '?'; at++)
        if (is_space(in.data[at]))
            return false;
    if (in.size - at < 2 || in.data[at + 1] != '=')
        return false;
    out->text = (struct bytes){in.data + start, at - start};
    out->size = at + 2;
    return true;
}

static void word_add(struct str *out, const struct word *word)
{
    struct str spaced, bytes;
    str_init(&spaced, word->text.size);
    str_init(&bytes, word->text.size);
    for (size_t i = 0; i < word->text.size; i++) {
        char c = (char)word->text.data[i];
        str_add_c(&spaced, c == '_' && !word->base64 ? ' ' : c);
    }
    (void)decode_transfer(&bytes, word->base64 ? "base64" : "quoted-printable", str_bytes(&spaced));
    (void)decode_charset(out, word->charset, str_bytes(&bytes));
    str_dispose(&bytes);
    str_dispose(&spaced);
}

void decode_words(struct str *out, struct bytes value)
{
    struct str plain; /* a run between encoded words, of a charset that nobody named */
    str_init(&plain, value.size);
    bool after_word = false;
    for (size_t at = 0; at < value.size;) {
        struct word word;
        bool is_word = value.data[at] == '=' &&
                       word_read(&word, (struct bytes){value.data + at, value.size - at});
        if (!is_word) {
            str_add_c(&plain, (char)value.data[at++]);
            continue;
        }
        /* Blanks between two encoded words only fold the line. */
        bool blank = true;
        for (size_t i = 0; i < plain.size; i++)
            blank = blank && is_space((unsigned char)plain.data[i]);
        if (!(after_word && blank))
            (void)decode_charset(out, NULL, str_bytes(&plain));
        str_reset(&plain);
        word_add(out, &word);
        after_word = true;
        at += word.size;
    }
    (void)decode_charset(out, NULL, str_bytes(&plain));
    str_dispose(&plain);
}
