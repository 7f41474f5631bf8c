#include "advisory/match_parts.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

#define REST_MAX 512
#define NAME_MAX 1024
#define LIST_MAX 65536 /* a longer one is compared by nobody: who is not compared is told */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Equal but for case and spaces; b ends at b_end. */
static bool spelled_same(const char *a, const char *b, const char *b_end)
{
    for (;;) {
        while (*a == ' ')
            a++;
        while (b < b_end && *b == ' ')
            b++;
        if (*a == '\0' || b == b_end)
            return *a == '\0' && b == b_end;
        if (lower(*a++) != lower(*b++))
            return false;
    }
}

/* "HD23" is in "HD 16 | HD23" whatever it means. */
static bool is_listed(const char *held, const char *expression)
{
    for (const char *at = expression;; at++) {
        const char *end = at + strcspn(at, "|,;");
        if (end > at && spelled_same(held, at, end))
            return true;
        if (*end == '\0')
            return false;
        at = end;
    }
}

enum version_answer match_held(const char *held, const char *expression, bool is_range)
{
    struct version_range range;
    struct version version;
    bool understood = version_range_read(&range, expression);
    if (understood && range.all)
        return VERSION_ANSWER_IN;
    if (text_is_empty(held) || text_is_empty(expression))
        return VERSION_ANSWER_UNCLEAR;
    if (!is_range && strnlen(expression, LIST_MAX) < LIST_MAX && is_listed(held, expression))
        return VERSION_ANSWER_IN;
    /* A range of one bare version is a slip of somebody who meant more. */
    if (!understood || (is_range && range.bare) || !version_held(&version, held))
        return VERSION_ANSWER_UNCLEAR;
    return version_range_has(&range, &version);
}

enum version_match match_version(const char *held, const char *expression, bool is_range)
{
    switch (match_held(held, expression, is_range)) {
    case VERSION_ANSWER_IN:
        return VERSION_INSIDE;
    case VERSION_ANSWER_OUT:
        return VERSION_OUTSIDE;
    case VERSION_ANSWER_UNCLEAR:
        break;
    }
    return VERSION_UNKNOWN;
}

static bool is_number_sign(char c)
{
    return (c >= '0' && c <= '9') || c == '.';
}

/* Is the number at text (size bytes) a whole number of `in`, too? */
static bool number_stands_in(const char *number, size_t size, const char *in)
{
    if (in == NULL || strnlen(in, NAME_MAX) == NAME_MAX)
        return false;
    for (const char *at = in; (at = strpbrk(at, "0123456789")) != NULL;) {
        size_t run = strspn(at, "0123456789.");
        while (run > 0 && at[run - 1] == '.')
            run--;
        if (run == size && memcmp(at, number, size) == 0)
            return true;
        at += strspn(at, "0123456789.");
    }
    return false;
}

/* Is every number of the name one of the texts'? NULL among them is fine. */
static bool numbers_stand_in(const char *name, const char *const texts[], size_t count)
{
    if (strnlen(name, NAME_MAX) == NAME_MAX)
        return false; /* each number is looked for in each text: only what is short */
    for (const char *at = name; (at = strpbrk(at, "0123456789")) != NULL;) {
        size_t run = strspn(at, "0123456789.");
        size_t size = run;
        while (size > 0 && at[size - 1] == '.')
            size--;
        size_t i = 0;
        while (i < count && !number_stands_in(at, size, texts[i]))
            i++;
        if (i == count)
            return false;
        at += run;
    }
    return true;
}

static bool numbers_agree(const struct csaf_product *product)
{
    const char *const texts[] = {product->version, product->product, product->family,
                                 product->vendor, product->model};
    return numbers_stand_in(product->name, texts, sizeof texts / sizeof texts[0]);
}

bool match_relation_agrees(const struct csaf *csaf, size_t index)
{
    const struct csaf_product *product = &csaf->products[index];
    const struct csaf_product *part = &csaf->products[product->part];
    const struct csaf_product *base = &csaf->products[product->relates_to];
    const char *const texts[] = {part->name, part->version, part->model,
                                 base->name, base->version, base->model};
    return numbers_stand_in(product->name, texts, sizeof texts / sizeof texts[0]);
}

/* What the full name says behind the product's name: "X: Versions 2.3 and below" → the rest. */
static bool rest_of_name(char out[REST_MAX], const struct csaf_product *product)
{
    const char *found =
        text_is_empty(product->product) ? NULL : strcasestr(product->name, product->product);
    if (found == NULL)
        return false;
    found += strlen(product->product);
    if (strlen(found) >= REST_MAX || is_number_sign(found[0]))
        return false;
    size_t size = 0;
    for (; *found != '\0'; found++)
        out[size++] = strchr(":()", *found) != NULL ? ' ' : *found;
    while (size > 0 && strchr(" ,.;-", out[size - 1]) != NULL)
        size--;
    out[size] = '\0';
    size_t skip = strspn(out, " ,.;-");
    memmove(out, out + skip, size - skip + 1);
    return true;
}

/* "(WLAN only): all versions" is not understood, and still says more than one version. */
static bool says_all(const char *text)
{
    static const char *const words[] = {"all", "any", "every", "each", NULL};
    for (; *text != '\0'; text += strspn(text, " ,.:;()-")) {
        size_t size = strcspn(text, " ,.:;()-");
        for (size_t i = 0; words[i] != NULL; i++) {
            if (strlen(words[i]) == size && strncasecmp(text, words[i], size) == 0)
                return true;
        }
        text += size;
    }
    return false;
}

enum version_answer match_product_version(const char *held, const struct csaf_product *product)
{
    char rest[REST_MAX];
    struct version_range range;
    if (product->doubled || strnlen(product->name, LIST_MAX) == LIST_MAX)
        return VERSION_ANSWER_UNCLEAR;
    enum version_answer answer = match_held(held, product->version, product->version_is_range);
    if (answer != VERSION_ANSWER_OUT)
        return answer;
    /* "3.01.1744" in the branch and "3.02.1744 and prior" in the name: seen in real advisories. */
    bool has_rest = rest_of_name(rest, product);
    if (has_rest && version_range_read(&range, rest))
        answer = match_held(held, rest, false);
    else if (!numbers_agree(product) || says_all(has_rest ? rest : product->name))
        answer = VERSION_ANSWER_UNCLEAR;
    return answer == VERSION_ANSWER_OUT ? VERSION_ANSWER_OUT : VERSION_ANSWER_UNCLEAR;
}
