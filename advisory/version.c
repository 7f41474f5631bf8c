#include "advisory/version.h"

#include <string.h>
#include <strings.h>

#define PART_DIGITS 9 /* fits uint32_t, and two of them multiplied fit uint64_t */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool suffix_add(struct version *v, char c)
{
    size_t size = strlen(v->suffix);
    if (size + 1 >= sizeof v->suffix)
        return false;
    v->suffix[size] = lower(c);
    return true;
}

/* "2.4.1": at least one number, a dot only between numbers. */
static bool read_numbers(struct version *out, const char **at)
{
    const char *p = *at;
    for (;;) {
        if (!is_digit(*p) || out->count == VERSION_PARTS)
            return false;
        uint32_t value = 0;
        uint8_t digits = 0;
        for (; is_digit(*p); p++, digits++) {
            if (digits == PART_DIGITS)
                return false;
            value = value * 10 + (uint32_t)(*p - '0');
        }
        out->part[out->count] = value;
        out->digits[out->count++] = digits;
        if (*p != '.')
            break;
        p++;
    }
    *at = p;
    return true;
}

/* " Build 13", " SR1", " SP 02": words that always name a step below the numbers. */
static bool read_build(struct version *out, const char **at)
{
    static const char *const words[] = {"build",  "service pack", "sp",    "sr",
                                        "hotfix", "hf",           "patch", NULL};
    const char *p = *at;
    while (*p == ' ')
        p++;
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t size = strlen(words[i]);
        if (strncasecmp(p, words[i], size) != 0)
            continue;
        p += size;
        while (*p == ' ')
            p++;
        if (!is_digit(*p))
            return true; /* an ordinary word: not ours to read */
        for (size_t k = 0; k < size; k++) {
            if (words[i][k] != ' ' && !suffix_add(out, words[i][k]))
                return false;
        }
        for (; is_digit(*p); p++) {
            if (!suffix_add(out, *p))
                return false;
        }
        *at = p;
        return true;
    }
    return true;
}

/* "-rc1", "-beta.2": only words that are steps of one version, so that "1.0-to-2.3" is none. */
static bool read_step(struct version *out, const char **at)
{
    static const char *const words[] = {"alpha",    "beta",  "rc", "pre",   "dev",
                                        "snapshot", "build", "hf", "patch", "final",
                                        "lts",      "ga",    "sp", "sr",    NULL};
    const char *p = *at + 1;
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t size = strlen(words[i]);
        if (strncasecmp(p, words[i], size) != 0)
            continue;
        const char *end = p + size;
        while (is_digit(*end) || (*end == '.' && is_digit(end[1])))
            end++;
        for (p = *at; p < end; p++) {
            if (!suffix_add(out, *p))
                return false;
        }
        *at = end;
        return true;
    }
    return false;
}

/*
 * "A", "-rc1", "+build7". A hyphen before a digit is none: "1.0-2.3" may be a range, "2018-1" is
 * somebody's own counting. Neither is "2.0+", which means "and later", nor an x: any number.
 */
static bool read_suffix(struct version *out, const char **at)
{
    const char *p = *at;
    if (*p == ' ')
        return read_build(out, at);
    if (*p == '-')
        return read_step(out, at);
    if (is_letter(*p)) {
        if (lower(*p) == 'x' || !suffix_add(out, *p))
            return false;
        p++;
    } else if (*p == '+' && is_letter(p[1])) {
        for (; *p == '+' || is_letter(*p) || is_digit(*p) || *p == '.'; p++) {
            if (!suffix_add(out, *p))
                return false;
        }
    }
    *at = p;
    return true;
}

static bool ends_word(char c)
{
    return c == '\0' || strchr(" ,;|&", c) != NULL;
}

bool version_read(struct version *out, size_t *out_size, const char *text)
{
    const char *p = text;
    *out = (struct version){.count = 0};
    if (lower(*p) == 'v' && is_digit(p[1]))
        p++;
    if (!read_numbers(out, &p) || !read_suffix(out, &p) || !ends_word(*p))
        return false;
    *out_size = (size_t)(p - text);
    return true;
}

bool version_held(struct version *out, const char *text)
{
    static const char *const heads[] = {"version", "ver.", "ver", "v.", "v", NULL};
    if (text == NULL)
        return false;
    while (*text == ' ')
        text++;
    for (size_t i = 0; heads[i] != NULL; i++) {
        size_t size = strlen(heads[i]);
        if (strncasecmp(text, heads[i], size) == 0 && text[size] == ' ') {
            text += size;
            break;
        }
    }
    while (*text == ' ')
        text++;
    size_t size = 0;
    if (!version_read(out, &size, text))
        return false;
    text += size;
    while (*text == ' ')
        text++;
    return *text == '\0';
}

/* "2.20" and "2.2": the same as decimal fractions, 18 steps apart as counters. */
static bool fraction_agrees(const struct version *a, const struct version *b, size_t i)
{
    uint64_t x = a->part[i];
    uint64_t y = b->part[i];
    for (uint8_t k = a->digits[i]; k < b->digits[i]; k++)
        x *= 10;
    for (uint8_t k = b->digits[i]; k < a->digits[i]; k++)
        y *= 10;
    return x != y && (x < y) == (a->part[i] < b->part[i]);
}

/* Years and part numbers are not on one scale with "3.2". */
static bool same_scale(const struct version *a, const struct version *b)
{
    int difference = (int)a->digits[0] - (int)b->digits[0];
    return difference > -2 && difference < 2;
}

enum version_relation version_relate(const struct version *held, const struct version *bound)
{
    size_t shared = held->count < bound->count ? held->count : bound->count;
    if (!same_scale(held, bound))
        return VERSION_UNCLEAR;
    for (size_t i = 0; i < shared; i++) {
        if (held->part[i] != bound->part[i]) {
            bool perhaps_decimal = i == 1 && (held->count == 2 || bound->count == 2);
            if (perhaps_decimal && !fraction_agrees(held, bound, i))
                return VERSION_UNCLEAR;
            return held->part[i] < bound->part[i] ? VERSION_LESS : VERSION_GREATER;
        }
        if (held->digits[i] != bound->digits[i])
            return VERSION_UNCLEAR; /* "1.02" beside "1.2" */
    }
    if (held->count < bound->count)
        return VERSION_UNCLEAR; /* "2.3" may be a 2.3.7 written short */
    for (size_t i = shared; i < held->count; i++) {
        if (held->part[i] != 0)
            return bound->suffix[0] == '\0' ? VERSION_REFINES : VERSION_UNCLEAR;
    }
    return strcmp(held->suffix, bound->suffix) == 0 ? VERSION_EQUAL : VERSION_UNCLEAR;
}

int version_order(const struct version *a, const struct version *b)
{
    for (size_t i = 0; i < VERSION_PARTS; i++) {
        uint32_t x = i < a->count ? a->part[i] : 0;
        uint32_t y = i < b->count ? b->part[i] : 0;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

#define IN VERSION_ANSWER_IN
#define OUT VERSION_ANSWER_OUT
#define UNCLEAR VERSION_ANSWER_UNCLEAR

/* "2.3" may stand for all of 2.3.x: what refines a bound is beside it only where both readings say
 * so. */
static const enum version_answer answers[][VERSION_UNCLEAR + 1] = {
    /* clang-format off */
    /*                     less  equal  greater refines  unclear */
    [VERSION_OP_IS] =    { OUT,  IN,    OUT,    UNCLEAR, UNCLEAR },
    [VERSION_OP_NOT] =   { IN,   OUT,   IN,     UNCLEAR, UNCLEAR },
    [VERSION_OP_BELOW] = { IN,   OUT,   OUT,    OUT,     UNCLEAR },
    [VERSION_OP_UP_TO] = { IN,   IN,    OUT,    UNCLEAR, UNCLEAR },
    [VERSION_OP_ABOVE] = { OUT,  OUT,   IN,     UNCLEAR, UNCLEAR },
    [VERSION_OP_FROM] =  { OUT,  IN,    IN,     IN,      UNCLEAR },
    /* clang-format on */
};

static enum version_answer both(enum version_answer a, enum version_answer b)
{
    if (a == OUT || b == OUT)
        return OUT;
    return a == IN && b == IN ? IN : UNCLEAR;
}

static enum version_answer either(enum version_answer a, enum version_answer b)
{
    if (a == IN || b == IN)
        return IN;
    return a == OUT && b == OUT ? OUT : UNCLEAR;
}

static enum version_answer atom_answer(const struct version_atom *atom, const struct version *held)
{
    enum version_relation relation = version_relate(held, &atom->version);
    /* "620 | 650" are models, "8" may be all of 8.x: being another number than these says nothing.
     */
    bool number_alone = held->count == 1 || atom->version.count == 1;
    if (atom->op == VERSION_OP_IS && number_alone && relation != VERSION_EQUAL)
        return UNCLEAR;
    return answers[atom->op][relation];
}

enum version_answer version_range_has(const struct version_range *range, const struct version *held)
{
    enum version_answer in = OUT;
    enum version_answer kept = IN;
    bool only_excludes = true;
    if (range->all)
        return IN;
    for (size_t i = 0; i < range->count; i++) {
        const struct version_atom *atom = &range->atom[i];
        enum version_answer answer = atom_answer(atom, held);
        if (atom->op == VERSION_OP_NOT) {
            kept = both(kept, answer);
            continue;
        }
        only_excludes = false;
        bool opens = atom->op == VERSION_OP_FROM || atom->op == VERSION_OP_ABOVE;
        bool closed = opens && i + 1 < range->count &&
                      (range->atom[i + 1].op == VERSION_OP_BELOW ||
                       range->atom[i + 1].op == VERSION_OP_UP_TO);
        if (closed)
            answer = both(answer, atom_answer(&range->atom[++i], held));
        in = either(in, answer);
    }
    return both(only_excludes ? IN : in, kept);
}
