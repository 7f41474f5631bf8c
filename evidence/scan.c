#include "evidence/scan.h"

#include "base/utf8.h"

#include <string.h>

#define INT_MOST INT64_C(9007199254740991) /* 2^53-1 */

struct scan {
    const unsigned char *at, *end;
    struct bytes inner;          /* the member whose own members are wanted, */
    struct scan_members *inside; /* and where to; NULL: none */
};

/* What each byte is inside a text: most are ordinary, and a verifier looks at 300 million of them.
 */
enum sign { ORDINARY, QUOTE, ESCAPE, CONTROL, BEYOND };
#define O ORDINARY
#define Q QUOTE
#define E ESCAPE
#define C CONTROL
#define B BEYOND
/* clang-format off */
static const unsigned char sign[256] = {
    C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
    O, O, Q, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, E, O, O, O,
    O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, C,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
};
/* clang-format on */
#undef O
#undef Q
#undef E
#undef C
#undef B

static bool take(struct scan *s, unsigned char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static bool take_word(struct scan *s, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0)
        return false;
    s->at += size;
    return true;
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool take_int(struct scan *s)
{
    int64_t number = 0;
    bool negative = take(s, '-');
    const unsigned char *first = s->at;
    while (s->at < s->end && is_digit(*s->at) && s->at - first < 17)
        number = number * 10 + (*s->at++ - '0');
    if (s->at == first || number > INT_MOST || (s->at < s->end && is_digit(*s->at)))
        return false;
    return *first == '0' ? s->at - first == 1 && !negative : true;
}

/* \" \\ \b \t \n \f \r where there is such a form, else \u00xx in lower case. */
static bool take_escape(struct scan *s)
{
    static const char shorts[] = "\"\\btnfr";
    if (s->at == s->end)
        return false;
    if (*s->at != 'u') {
        bool known = strchr(shorts, *s->at) != NULL && *s->at != '\0';
        s->at += known;
        return known;
    }
    if (s->end - s->at < 5 || memcmp(s->at, "u00", 3) != 0)
        return false;
    unsigned char high = s->at[3], low = s->at[4];
    s->at += 5;
    if (high != '0' && high != '1')
        return false;
    if (!is_digit(low) && (low < 'a' || low > 'f'))
        return false;
    return high == '1' || strchr("89acd", low) == NULL; /* 8, 9, a, c, d have a short form */
}

/* Behind the opening quote, to behind the closing one. */
static bool take_text(struct scan *s, bool *plain)
{
    const unsigned char *first = s->at, *at = s->at;
    bool ascii = true;
    *plain = true;
    for (;;) {
        while (at < s->end && sign[*at] == ORDINARY)
            at++;
        if (at == s->end || sign[*at] == CONTROL)
            return false;
        if (sign[*at] == QUOTE)
            break;
        if (sign[*at] == BEYOND) {
            ascii = false;
            at++;
            continue;
        }
        *plain = false;
        s->at = at + 1;
        if (!take_escape(s))
            return false;
        at = s->at;
    }
    struct bytes inside = {first, (size_t)(at - first)};
    s->at = at + 1;
    return ascii || utf8_valid(inside, NULL);
}

static bool take_name(struct scan *s, struct bytes *out)
{
    if (!take(s, '"'))
        return false;
    const unsigned char *first = s->at;
    while (s->at < s->end && ((*s->at >= 'a' && *s->at <= 'z') ||
                              (s->at > first && (is_digit(*s->at) || *s->at == '_'))))
        s->at++;
    *out = (struct bytes){first, (size_t)(s->at - first)};
    return out->size > 0 && take(s, '"') && take(s, ':');
}

static bool is_before(struct bytes a, struct bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;
    return order != 0 ? order < 0 : a.size < b.size;
}

static bool take_value(struct scan *s, struct scan_value *out, struct scan_members *inside,
                       int depth);

/* Behind the opening sign. */
static bool take_members(struct scan *s, bool named, struct scan_members *out, int depth)
{
    struct scan_members none = {0};
    struct bytes before = {NULL, 0};
    unsigned char close = named ? '}' : ']';
    out->count = 0;
    if (take(s, close))
        return true;
    do {
        struct scan_value value = {0};
        struct bytes name = {NULL, 0};
        if (named && (!take_name(s, &name) || (out->count > 0 && !is_before(before, name))))
            return false;
        const bool wanted = depth == SCAN_DEPTH && s->inside != NULL && bytes_equal(name, s->inner);
        if (!take_value(s, &value, wanted ? s->inside : &none, depth))
            return false;
        before = value.name = name;
        if (out->count < out->capacity)
            out->list[out->count] = value;
        out->count++;
    } while (take(s, ','));
    return take(s, close);
}

static bool take_any(struct scan *s, struct scan_value *out, struct scan_members *inside, int depth)
{
    switch (*s->at) {
    case '{':
    case '[':
        out->type = *s->at == '{' ? SCAN_OBJECT : SCAN_ARRAY;
        s->at++;
        return depth > 1 && take_members(s, out->type == SCAN_OBJECT, inside, depth - 1);
    case '"':
        out->type = SCAN_TEXT;
        s->at++;
        return take_text(s, &out->plain);
    case 't':
        out->type = SCAN_BOOL;
        return take_word(s, "true");
    case 'f':
        out->type = SCAN_BOOL;
        return take_word(s, "false");
    case 'n':
        out->type = SCAN_NULL;
        return take_word(s, "null");
    default:
        out->type = SCAN_INT;
        return take_int(s);
    }
}

static bool take_value(struct scan *s, struct scan_value *out, struct scan_members *inside,
                       int depth)
{
    const unsigned char *first = s->at;
    if (s->at == s->end || !take_any(s, out, inside, depth))
        return false;
    out->whole = (struct bytes){first, (size_t)(s->at - first)};
    return true;
}

static bool take_whole(struct scan *s, struct scan_members *out)
{
    return s->at < s->end && take(s, '{') && take_members(s, true, out, SCAN_DEPTH) &&
           s->at == s->end;
}

bool scan_object(struct scan_value *out, size_t capacity, size_t *count, struct bytes text)
{
    struct scan s = {.at = text.data, .end = text.data + text.size};
    struct scan_members members = {out, capacity, 0};
    const bool good = text.size > 0 && take_whole(&s, &members);
    *count = members.count;
    return good;
}

bool scan_nested(struct scan_members *out, struct scan_members *inside, const char *inner,
                 struct bytes text)
{
    struct scan s = {text.data, text.data + text.size, bytes_of(inner), inside};
    out->count = inside->count = 0;
    return text.size > 0 && take_whole(&s, out);
}

struct bytes scan_text(const struct scan_value *value)
{
    return (struct bytes){value->whole.data + 1, value->whole.size - 2};
}

int64_t scan_int(const struct scan_value *value)
{
    int64_t number = 0;
    bool negative = value->whole.data[0] == '-';
    for (size_t i = negative; i < value->whole.size; i++)
        number = number * 10 + (value->whole.data[i] - '0');
    return negative ? -number : number;
}

const struct scan_value *scan_find(const struct scan_value *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(members[i].name, bytes_of(name)))
            return &members[i];
    return NULL;
}
