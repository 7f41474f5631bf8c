#include "advisory/serial.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* A number sign by sign. */
struct signs {
    uint32_t at[SERIAL_MOST];
    size_t count;
};

static bool is_separator(uint32_t sign)
{
    return sign < 0x80 && !(sign >= '0' && sign <= '9') && !(sign >= 'a' && sign <= 'z') &&
           !(sign >= 'A' && sign <= 'Z');
}

static uint32_t lower(uint32_t sign)
{
    return sign >= 'A' && sign <= 'Z' ? sign + ('a' - 'A') : sign;
}

/* false: it is none, or longer than any. plain: letters and digits alone, in lower case. */
static bool signs_read(struct signs *out, const char *text, bool plain)
{
    struct bytes bytes = bytes_of(text);
    out->count = 0;
    for (size_t at = 0; at < bytes.size;) {
        uint32_t sign = utf8_next(bytes, &at);
        if (plain && is_separator(sign))
            continue;
        if (out->count == SERIAL_MOST)
            return false;
        out->at[out->count++] = plain ? lower(sign) : sign;
    }
    return out->count > 0;
}

enum step_kind { STEP_SIGN, STEP_ONE, STEP_ANY };
struct step {
    enum step_kind kind;
    uint32_t sign;
};

static struct step next_step(struct bytes pattern, size_t *at)
{
    uint32_t sign = utf8_next(pattern, at);
    if (sign == '*')
        return (struct step){.kind = STEP_ANY};
    if (sign == '?')
        return (struct step){.kind = STEP_ONE};
    if (sign == '\\' && *at < pattern.size) {
        size_t behind = *at;
        uint32_t meant = utf8_next(pattern, &behind);
        if (meant == '*' || meant == '?' || meant == '\\') {
            *at = behind;
            sign = meant;
        }
    }
    return (struct step){.sign = sign};
}

/*
 * Every place of the number where the pattern, as far as it was read, may have ended. All of them
 * move on together, so nothing is tried twice: a sign or `?` moves each one place on, and after
 * SERIAL_MOST of those none is left; `*` behind `*` changes nothing.
 */
struct walk {
    const struct signs *number;
    bool loose; /* case does not count, and separators may be left out on either side */
    bool reached[SERIAL_MOST + 1];
    bool wild, any, something; /* a wildcard was read; `*` was the last step; a letter or digit */
};

static void skip_separators(struct walk *w)
{
    for (size_t i = 0; w->loose && i < w->number->count; i++)
        if (w->reached[i] && is_separator(w->number->at[i]))
            w->reached[i + 1] = true;
}

static bool fits(const struct walk *w, const struct step *step, uint32_t sign)
{
    if (step->kind == STEP_ONE)
        return true;
    return w->loose ? lower(step->sign) == lower(sign) : step->sign == sign;
}

/* false: the pattern cannot end anywhere any more. */
static bool walk_on(struct walk *w, const struct step *step)
{
    bool left = false;
    for (size_t i = w->number->count + 1; i-- > 0;) {
        w->reached[i] = i > 0 && w->reached[i - 1] && fits(w, step, w->number->at[i - 1]);
        left = left || w->reached[i];
    }
    skip_separators(w);
    return left;
}

static void walk_any(struct walk *w)
{
    for (size_t i = 0; i < w->number->count; i++)
        w->reached[i + 1] = w->reached[i + 1] || w->reached[i];
}

/* false: the number is not what the pattern says, nor begins with it. */
static bool walk(struct walk *w, struct bytes pattern)
{
    w->reached[0] = true;
    skip_separators(w);
    for (size_t at = 0; at < pattern.size;) {
        const struct step step = next_step(pattern, &at);
        if (step.kind == STEP_ANY) {
            if (!w->any)
                walk_any(w);
            w->any = w->wild = true;
            continue;
        }
        if (w->loose && step.kind == STEP_SIGN && is_separator(step.sign))
            continue;
        w->any = false;
        w->wild = w->wild || step.kind == STEP_ONE;
        w->something = w->something || step.kind == STEP_SIGN;
        if (!walk_on(w, &step))
            return false;
    }
    return true;
}

enum serial_named serial_named(const char *pattern, const char *number)
{
    struct signs signs;
    if (text_is_empty(pattern) || !signs_read(&signs, number, false))
        return SERIAL_NOT_NAMED;
    struct walk exact = {.number = &signs};
    struct walk loose = {.number = &signs, .loose = true};
    if (walk(&exact, bytes_of(pattern)) && exact.reached[signs.count])
        return SERIAL_NAMED;
    if (!walk(&loose, bytes_of(pattern)))
        return SERIAL_NOT_NAMED;
    if (loose.reached[signs.count] && (loose.something || loose.wild))
        return SERIAL_NEARLY;
    return loose.something && !loose.wild ? SERIAL_BEGINS : SERIAL_NOT_NAMED;
}

bool serial_same(const char *a, const char *b)
{
    struct signs x;
    struct signs y;
    return signs_read(&x, a, true) && signs_read(&y, b, true) && x.count == y.count &&
           memcmp(x.at, y.at, x.count * sizeof x.at[0]) == 0;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned serial_distance(const char *a, const char *b)
{
    struct signs x;
    struct signs y;
    unsigned rows[3][SERIAL_MOST + 1]; /* this line of the table, and the two before it */
    if (!signs_read(&x, a, true) || !signs_read(&y, b, true) || x.count + SERIAL_FAR <= y.count ||
        y.count + SERIAL_FAR <= x.count)
        return SERIAL_FAR;
    for (size_t k = 0; k <= y.count; k++)
        rows[0][k] = (unsigned)k;
    for (size_t i = 1; i <= x.count; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i - 1) % 3];
        unsigned best = row[0] = (unsigned)i;
        for (size_t k = 1; k <= y.count; k++) {
            unsigned change = above[k - 1] + (x.at[i - 1] == y.at[k - 1] ? 0U : 1U);
            row[k] = least(change, least(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && x.at[i - 1] == y.at[k - 2] && x.at[i - 2] == y.at[k - 1])
                row[k] = least(row[k], rows[(i - 2) % 3][k - 2] + 1);
            best = least(best, row[k]);
        }
        if (best >= SERIAL_FAR)
            return SERIAL_FAR;
    }
    return least(rows[x.count % 3][y.count], SERIAL_FAR);
}
