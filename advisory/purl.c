#include "advisory/purl.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

/* More qualifiers than anybody writes: so many are compared with each other. */
#define QUALIFIERS_MOST 64
#define CHUNK 256

struct purl {
    struct bytes type, namespace, name, version, qualifiers, subpath;
    bool has_channel; /* qualifiers of conan */
};

static bool is_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static int hex(unsigned char c)
{
    if (is_digit(c))
        return c - '0';
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* Escapes are whole, and what they spell is UTF-8. Decoded piece by piece: it may be long. */
static bool is_decodable(struct bytes text)
{
    unsigned char chunk[CHUNK];
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = text.data[i];
        if (c == '%') {
            int high = text.size - i > 2 ? hex(text.data[i + 1]) : -1;
            int low = text.size - i > 2 ? hex(text.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (unsigned char)(high * 16 + low);
            i += 2;
        }
        /* Between two characters there is a place to cut. */
        if (size >= CHUNK - 4 && (c & 0xC0) != 0x80) {
            if (!utf8_valid((struct bytes){chunk, size}, NULL))
                return false;
            size = 0;
        }
        if (size == CHUNK)
            return false; /* nothing but continuations */
        chunk[size++] = c;
    }
    return utf8_valid((struct bytes){chunk, size}, NULL);
}

static struct bytes from(struct bytes text, size_t at)
{
    return (struct bytes){text.data + at, text.size - at};
}

/* Cut off what stands behind the last (or first) sign; *behind is empty when there is none. */
static struct bytes cut(struct bytes *behind, struct bytes text, int sign, bool last)
{
    const unsigned char *found = NULL;
    *behind = (struct bytes){NULL, 0};
    if (text.size > 0)
        found = last ? memrchr(text.data, sign, text.size) : memchr(text.data, sign, text.size);
    if (found == NULL)
        return text;
    *behind = from(text, (size_t)(found - text.data) + 1);
    return (struct bytes){text.data, (size_t)(found - text.data)};
}

static struct bytes trim_slashes(struct bytes text)
{
    while (text.size > 0 && text.data[0] == '/')
        text = from(text, 1);
    while (text.size > 0 && text.data[text.size - 1] == '/')
        text.size--;
    return text;
}

static bool has_slash(struct bytes text)
{
    return text.size > 0 && memchr(text.data, '/', text.size) != NULL;
}

static bool is_type(struct bytes type, const char *word)
{
    return type.size == strlen(word) && strncasecmp((const char *)type.data, word, type.size) == 0;
}

/* Letters, digits and `signs`, not a digit first. */
static bool is_key(struct bytes key, const char *signs)
{
    for (size_t i = 0; i < key.size; i++) {
        unsigned char c = key.data[i];
        if (!is_letter(c) && !is_digit(c) && (c == '\0' || strchr(signs, c) == NULL))
            return false;
    }
    return key.size > 0 && !is_digit(key.data[0]);
}

static const char *check_qualifiers(struct purl *purl)
{
    struct bytes seen[QUALIFIERS_MOST];
    size_t count = 0;
    struct bytes rest = purl->qualifiers;
    while (rest.size > 0) {
        struct bytes after;
        struct bytes value;
        struct bytes pair = cut(&after, rest, '&', false);
        struct bytes key = cut(&value, pair, '=', false);
        rest = after;
        if (value.size == 0)
            continue; /* without a value it counts as absent */
        if (!is_key(key, ".-_"))
            return "a qualifier's name has other signs than letters, digits, dot, dash and "
                   "underscore";
        if (!is_decodable(value))
            return "a % is not followed by two hexadecimal digits of UTF-8";
        for (size_t i = 0; i < count; i++) {
            if (seen[i].size == key.size &&
                strncasecmp((const char *)seen[i].data, (const char *)key.data, key.size) == 0)
                return "a qualifier stands there twice";
        }
        if (count == QUALIFIERS_MOST)
            return "it has too many qualifiers";
        seen[count++] = key;
        purl->has_channel = purl->has_channel || is_type(key, "channel");
    }
    return NULL;
}

/* What the specification asks of single types. */
static const char *check_type(const struct purl *purl)
{
    static const struct {
        const char *type;
        bool needs_namespace, no_namespace, needs_version;
    } types[] = {{"cran", false, false, true},
                 {"maven", true, false, false},
                 {"mlflow", false, true, false},
                 {"oci", false, true, false},
                 {"swift", true, false, true}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!is_type(purl->type, types[i].type))
            continue;
        if (types[i].needs_namespace && purl->namespace.size == 0)
            return "its type needs a namespace";
        if (types[i].no_namespace && purl->namespace.size > 0)
            return "its type has no namespace";
        if (types[i].needs_version && purl->version.size == 0)
            return "its type needs a version";
    }
    if (is_type(purl->type, "conan")) {
        if (purl->namespace.size == 0 && purl->has_channel)
            return "a channel of conan needs a namespace";
        if (purl->namespace.size > 0 && purl->qualifiers.size == 0)
            return "a namespace of conan needs qualifiers";
    }
    for (size_t i = 0; is_type(purl->type, "pub") && i < purl->name.size; i++) {
        unsigned char c = purl->name.data[i];
        if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-')
            return "a name of pub has only letters, digits and underscores";
    }
    return NULL;
}

const char *purl_fault(struct bytes text)
{
    struct purl purl = {.has_channel = false};
    struct bytes behind;
    if (text.size < 4 || strncasecmp((const char *)text.data, "pkg:", 4) != 0)
        return "it does not begin with pkg:";
    struct bytes rest = cut(&purl.subpath, from(text, 4), '#', false);
    rest = cut(&purl.qualifiers, rest, '?', false);
    rest = trim_slashes(rest);
    purl.type = cut(&behind, rest, '/', false);
    if (!is_key(purl.type, ".+-"))
        return "its type has other signs than letters, digits, dot, plus and dash";
    rest = trim_slashes(behind);
    struct bytes path = cut(&purl.version, rest, '@', true);
    /*
     * An @ at the beginning of a segment is part of a name that was not escaped. With nothing
     * before it and no segment behind it stands a version alone, and the name is missing.
     */
    bool begins = path.size == 0 ? has_slash(purl.version) : path.data[path.size - 1] == '/';
    if (path.size < rest.size && begins) {
        path = rest;
        purl.version = (struct bytes){NULL, 0};
    }
    path = trim_slashes(path);
    purl.namespace = cut(&purl.name, path, '/', true);
    if (purl.name.data == NULL) {
        purl.name = purl.namespace;
        purl.namespace = (struct bytes){NULL, 0};
    }
    if (purl.name.size == 0)
        return "it has no name";
    if (!is_decodable(purl.namespace) || !is_decodable(purl.name) || !is_decodable(purl.version) ||
        !is_decodable(purl.subpath))
        return "a % is not followed by two hexadecimal digits of UTF-8";
    const char *fault = check_qualifiers(&purl);
    return fault != NULL ? fault : check_type(&purl);
}
