#include "advisory/language.h"

#include "advisory/lookup.h"

#include <stdio.h>
#include <string.h>

#define SUBTAG_MOST 8
#define TAG_MOST 12 /* longest grandfathered tag: cel-gaulish */
/* More variants than the registry has must repeat one. */
#define VARIANTS_MOST 256

enum kind { LETTERS = 1, DIGITS = 2, MIXED = 3 };

/* One subtag after the other, in small letters; size 0 behind the last one. */
struct subtags {
    struct bytes tag;
    size_t at;
    char text[SUBTAG_MOST + 1];
    size_t size;
    int kind; /* LETTERS, DIGITS or both; 0 for what no subtag may hold */
};

static void subtags_next(struct subtags *s)
{
    const unsigned char *from = s->tag.data + s->at;
    size_t left = s->tag.size - s->at;
    const unsigned char *dash = left > 0 ? memchr(from, '-', left) : NULL;
    size_t size = dash == NULL ? left : (size_t)(dash - from);
    s->at += dash == NULL ? size : size + 1;
    /* A dash at the end, or two of them, make an empty subtag: that is none. */
    bool good = size > 0 && size <= SUBTAG_MOST && (dash == NULL || s->at < s->tag.size);
    s->size = 0;
    s->kind = 0;
    if (!good) {
        s->size = left > 0 ? SIZE_MAX : 0; /* fits nowhere */
        return;
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char c = from[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit) {
            s->size = SIZE_MAX;
            return;
        }
        s->kind |= letter ? LETTERS : DIGITS;
        s->text[i] = (char)(letter ? c | 0x20 : c);
    }
    s->text[size] = '\0';
    s->size = size;
}

static bool is(const struct subtags *s, int kind, size_t least, size_t most)
{
    return (s->kind & ~kind) == 0 && s->kind != 0 && s->size >= least && s->size <= most;
}

static bool is_region(const struct subtags *s)
{
    return is(s, LETTERS, 2, 2) || is(s, DIGITS, 3, 3);
}

static bool is_variant(const struct subtags *s)
{
    return is(s, MIXED, 5, SUBTAG_MOST) ||
           (is(s, MIXED, 4, 4) && s->text[0] >= '0' && s->text[0] <= '9');
}

static bool is_singleton(const struct subtags *s)
{
    return is(s, MIXED, 1, 1) && s->text[0] != 'x';
}

/* "x" and at least one subtag, up to the end. */
static bool take_private(struct subtags *s)
{
    size_t count = 0;
    for (subtags_next(s); is(s, MIXED, 1, SUBTAG_MOST); subtags_next(s))
        count++;
    return count > 0 && s->size == 0;
}

static bool is_whole(struct bytes tag, const char *word)
{
    if (tag.size != strlen(word))
        return false;
    for (size_t i = 0; i < tag.size; i++) {
        if ((tag.data[i] >= 'A' && tag.data[i] <= 'Z' ? tag.data[i] | 0x20 : tag.data[i]) !=
            (unsigned char)word[i])
            return false;
    }
    return true;
}

bool language_has_shape(struct bytes tag)
{
    struct subtags s = {.tag = tag};
    if (is_whole(tag, "i-default") || is_whole(tag, "i-mingo"))
        return true;
    subtags_next(&s);
    if (s.size == 1 && s.text[0] == 'x')
        return take_private(&s);
    if (!is(&s, LETTERS, 2, SUBTAG_MOST))
        return false;
    bool extends = s.size <= 3;
    subtags_next(&s);
    for (int i = 0; extends && i < 3 && is(&s, LETTERS, 3, 3); i++)
        subtags_next(&s);
    if (is(&s, LETTERS, 4, 4))
        subtags_next(&s);
    if (is_region(&s))
        subtags_next(&s);
    while (is_variant(&s))
        subtags_next(&s);
    while (is_singleton(&s)) {
        size_t count = 0;
        for (subtags_next(&s); is(&s, MIXED, 2, SUBTAG_MOST); subtags_next(&s))
            count++;
        if (count == 0)
            return false;
    }
    if (s.size == 1 && s.text[0] == 'x')
        return take_private(&s);
    return s.size == 0;
}

static bool registered(struct bytes *prefixes, char kind, const char *subtag)
{
    char key[SUBTAG_MOST + 4];
    (void)snprintf(key, sizeof key, "%c %s", kind, subtag);
    return lookup(prefixes, LOOKUP_LANGUAGES, key);
}

static bool between(const char *text, const char *first, const char *last)
{
    return strlen(text) == strlen(first) && strcmp(text, first) >= 0 && strcmp(text, last) <= 0;
}

static bool is_private_language(const char *text)
{
    return between(text, "qaa", "qtz");
}

static bool is_private_script(const char *text)
{
    return between(text, "qaaa", "qabx");
}

/* Of ISO 3166: for the user to give a meaning to. */
static bool is_private_region(const char *text)
{
    return between(text, "qm", "qz") || between(text, "xa", "xz") || strcmp(text, "aa") == 0 ||
           strcmp(text, "zz") == 0;
}

static bool is_grandfathered(struct bytes tag)
{
    char key[TAG_MOST + 4] = "g ";
    struct bytes value;
    if (tag.size > TAG_MOST)
        return false;
    for (size_t i = 0; i < tag.size; i++) {
        unsigned char c = tag.data[i];
        key[2 + i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return lookup(&value, LOOKUP_LANGUAGES, key);
}

/* Language and extended language; moves to the subtag behind them. */
static const char *check_language(struct subtags *s)
{
    struct bytes prefix;
    char language[SUBTAG_MOST + 1];
    memcpy(language, s->text, sizeof language);
    bool extends = s->size <= 3;
    if (!registered(&prefix, 'l', language) && !is_private_language(language))
        return "no such language is registered";
    subtags_next(s);
    if (!extends || !is(s, LETTERS, 3, 3))
        return NULL;
    if (!registered(&prefix, 'e', s->text))
        return "no such extended language is registered";
    if (prefix.size != strlen(language) || memcmp(prefix.data, language, prefix.size) != 0)
        return "the extended language does not belong to that language";
    subtags_next(s);
    return is(s, LETTERS, 3, 3) ? "it has more than one extended language" : NULL;
}

/* Variants are registered, and none stands there twice. */
static const char *check_variants(struct subtags *s)
{
    struct bytes seen[VARIANTS_MOST];
    struct bytes prefix;
    size_t count = 0;
    for (; is_variant(s); subtags_next(s)) {
        if (!registered(&prefix, 'v', s->text))
            return "no such variant is registered";
        /* A row of the table is one variant: its address tells whether it was here before. */
        for (size_t i = 0; i < count; i++) {
            if (seen[i].data == prefix.data)
                return "a variant stands there twice";
        }
        if (count == VARIANTS_MOST)
            return "it has too many variants";
        seen[count++] = prefix;
    }
    return NULL;
}

/* Extensions: only t and u exist (RFC 6497, RFC 6067). */
static const char *check_extensions(struct subtags *s)
{
    bool seen_t = false;
    bool seen_u = false;
    while (is_singleton(s)) {
        bool *seen = s->text[0] == 't' ? &seen_t : &seen_u;
        if (s->text[0] != 't' && s->text[0] != 'u')
            return "no such extension is registered";
        if (*seen)
            return "an extension stands there twice";
        *seen = true;
        for (subtags_next(s); is(s, MIXED, 2, SUBTAG_MOST);)
            subtags_next(s);
    }
    return NULL;
}

const char *language_fault(struct bytes tag)
{
    struct subtags s = {.tag = tag};
    struct bytes prefix;
    if (is_grandfathered(tag))
        return NULL;
    if (!language_has_shape(tag))
        return "it is not built like a language tag";
    subtags_next(&s);
    if (s.size == 1)
        return NULL; /* x-...: all of it is private */
    const char *fault = check_language(&s);
    if (fault == NULL && is(&s, LETTERS, 4, 4)) {
        if (!registered(&prefix, 's', s.text) && !is_private_script(s.text))
            return "no such script is registered";
        subtags_next(&s);
    }
    if (fault == NULL && is_region(&s)) {
        if (!registered(&prefix, 'r', s.text) && !is_private_region(s.text))
            return "no such region is registered";
        subtags_next(&s);
    }
    if (fault == NULL)
        fault = check_variants(&s);
    return fault == NULL ? check_extensions(&s) : fault;
}

bool language_is_private(struct bytes tag)
{
    struct subtags s = {.tag = tag};
    if (is_grandfathered(tag) || !language_has_shape(tag))
        return false;
    bool first = true;
    bool extension = false;
    for (subtags_next(&s); s.size > 0; subtags_next(&s)) {
        if (s.size == 1 && s.text[0] == 'x')
            return true;
        extension = extension || s.size == 1;
        if (!extension && (first ? is_private_language(s.text)
                                 : is_private_script(s.text) || is_private_region(s.text)))
            return true;
        first = false;
    }
    return false;
}
