/*
 * Random versions against the plainest possible reading of the same words. Outside must be
 * outside in every reading; where there is only one reading, inside and outside must be right.
 */
#include "advisory/match.h"
#include "advisory/version.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 60000

/* A fixed sequence: a failure can be run again. */
static uint32_t below(uint32_t limit)
{
    static uint32_t state = 2463534242;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

struct numbers {
    int part[4];
    int count;
    char text[64];
};

static struct numbers random_numbers(int least, int most, uint32_t limit)
{
    struct numbers n = {.count = least + (int)below((uint32_t)(most - least + 1))};
    size_t used = 0;
    for (int i = 0; i < n.count; i++) {
        n.part[i] = (int)below(limit);
        used += (size_t)snprintf(n.text + used, sizeof n.text - used, "%s%d", i == 0 ? "" : ".",
                                 n.part[i]);
    }
    return n;
}

static int by_counters(const struct numbers *a, const struct numbers *b)
{
    for (int i = 0; i < 4; i++) {
        int x = i < a->count ? a->part[i] : 0;
        int y = i < b->count ? b->part[i] : 0;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* "1.10" as one and a tenth. */
static int by_fractions(const struct numbers *a, const struct numbers *b)
{
    double x = strtod(a->text, NULL);
    double y = strtod(b->text, NULL);
    return x < y ? -1 : x > y;
}

static bool fits(const char *op, int order)
{
    if (strcmp(op, "<") == 0)
        return order < 0;
    if (strcmp(op, "<=") == 0)
        return order <= 0;
    if (strcmp(op, ">") == 0)
        return order > 0;
    if (strcmp(op, ">=") == 0)
        return order >= 0;
    return order == 0;
}

/* One begins with the other: the longer may be what the shorter means. */
static bool may_be_same(const struct numbers *a, const struct numbers *b)
{
    int shared = a->count < b->count ? a->count : b->count;
    for (int i = 0; i < shared; i++) {
        if (a->part[i] != b->part[i])
            return false;
    }
    return true;
}

/* Inside in any sensible reading? */
static bool perhaps_inside(const char *op, const struct numbers *held, const struct numbers *bound)
{
    if (fits(op, by_counters(held, bound)))
        return true;
    if (held->count == 2 && bound->count == 2 && fits(op, by_fractions(held, bound)))
        return true;
    /* A short version may be any longer one that begins so. */
    if (held->count < bound->count && may_be_same(held, bound))
        return true;
    /* "2.3 and below" with 2.3.7: all of 2.3? Before 2.3 it is in no reading. */
    bool family = strcmp(op, "<=") == 0 || strcmp(op, "=") == 0 || strcmp(op, ">=") == 0;
    return family && held->count > bound->count && may_be_same(held, bound);
}

static const struct {
    const char *before, *behind, *op;
} forms[] = {
    {"< ", "", "<"},
    {"<= ", "", "<="},
    {"> ", "", ">"},
    {">= ", "", ">="},
    {"", "", "="},
    {"prior to ", "", "<"},
    {"", " and below", "<="},
    {"", " or later", ">="},
    {"vers:generic/<", "", "<"},
    {"all versions through v", "", "<="},
    {"before Version ", "", "<"},
    {"newer than ", "", ">"},
    {"vers:generic/>=", "", ">="},
    {"vers:semver/", "", "="},
    {"since ", "", ">="},
};
#define FORMS (sizeof forms / sizeof forms[0])

START_TEST(outside_is_outside_in_every_reading)
{
    size_t outside = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char expression[128];
        size_t form = below(FORMS);
        struct numbers bound = random_numbers(1, 4, below(2) == 0 ? 3 : 25);
        struct numbers held = random_numbers(1, 4, below(2) == 0 ? 3 : 25);
        (void)snprintf(expression, sizeof expression, "%s%s%s", forms[form].before, bound.text,
                       forms[form].behind);
        if (match_version(held.text, expression, false) != VERSION_OUTSIDE)
            continue;
        outside++;
        ck_assert_msg(!perhaps_inside(forms[form].op, &held, &bound), "%s in %s", held.text,
                      expression);
    }
    (void)printf("%d comparisons, %zu outside, none of them inside in another reading\n", ROUNDS,
                 outside);
    ck_assert_uint_gt(outside, ROUNDS / 10);
}
END_TEST

START_TEST(three_numbers_have_one_reading_and_it_is_right)
{
    for (int i = 0; i < ROUNDS; i++) {
        char expression[128];
        size_t form = below(FORMS);
        struct numbers bound = random_numbers(3, 3, 6);
        struct numbers held = random_numbers(3, 3, 6);
        (void)snprintf(expression, sizeof expression, "%s%s%s", forms[form].before, bound.text,
                       forms[form].behind);
        bool inside = fits(forms[form].op, by_counters(&held, &bound));
        ck_assert_msg(match_version(held.text, expression, false) ==
                          (inside ? VERSION_INSIDE : VERSION_OUTSIDE),
                      "%s in %s", held.text, expression);
    }
}
END_TEST

static int compare_numbers(const void *a, const void *b)
{
    return by_counters(a, b);
}

/* Up to three ranges one behind the other, some open at an end, and versions beside them. */
START_TEST(unions_of_ranges_are_what_their_parts_say)
{
    static const char *const joints[] = {"|", " | ", ", "};
    for (int i = 0; i < ROUNDS / 4; i++) {
        struct numbers bound[6];
        struct numbers held = random_numbers(3, 3, 5);
        char expression[256] = "";
        size_t used = 0;
        int count = 2 + (int)below(5);
        int first = (int)below(2); /* 1: the first bound is an upper one */
        bool distinct = true;
        bool inside = false;
        const char *joint = joints[below(3)];
        for (int k = 0; k < count; k++)
            bound[k] = random_numbers(3, 3, 5);
        qsort(bound, (size_t)count, sizeof bound[0], compare_numbers);
        for (int k = 1; k < count; k++)
            distinct = distinct && by_counters(&bound[k - 1], &bound[k]) != 0;
        bool fit[6];
        for (int k = 0; k < count; k++) {
            bool upper = (k + first) % 2 == 1;
            bool closed = below(2) == 0;
            const char *op = upper ? (closed ? "<=" : "<") : (closed ? ">=" : ">");
            used += (size_t)snprintf(expression + used, sizeof expression - used, "%s%s%s",
                                     k == 0 ? "" : joint, op, bound[k].text);
            fit[k] = fits(op, by_counters(&held, &bound[k]));
            bool ends_range = upper || k == count - 1;
            bool has_lower = upper && k > 0;
            inside = inside || (ends_range && fit[k] && (!has_lower || fit[k - 1]));
        }
        enum version_match match = match_version(held.text, expression, true);
        if (!distinct)
            ck_assert_msg(match != VERSION_OUTSIDE, "%s in %s", held.text, expression);
        else
            ck_assert_msg(match == (inside ? VERSION_INSIDE : VERSION_OUTSIDE), "%s in %s",
                          held.text, expression);
    }
}
END_TEST

/* Words, signs and numbers thrown together: what is not understood is never outside. */
/* Proves: 4.1.7 users */
START_TEST(what_is_not_understood_is_never_outside)
{
    static const char *const pieces[] = {"1.0.0",      "2.0.0",       "3.x",      "v2.1.0",
                                         "<",          "<=",          ">",        ">=",
                                         "!=",         "=",           "|",        ",",
                                         ";",          " ",           " and ",    " or ",
                                         " prior ",    " to ",        " below ",  " later ",
                                         " all ",      " versions ",  "*",        "vers:generic/",
                                         "vers:all/*", "-",           " - ",      "(",
                                         ")",          " up ",        " than ",   " not ",
                                         " except ",   " Build 3",    " SP1",     "rc1",
                                         "-rc1",       "+",           "/",        ".",
                                         " before ",   " including ", "\xC2\xA0", "\xE2\x80\x93",
                                         "\xFF",       "B.02",        "%20",      " R2"};
    size_t understood = 0;
    for (int i = 0; i < ROUNDS; i++) {
        char expression[256] = "";
        size_t used = 0;
        struct version_range range;
        int count = 1 + (int)below(7);
        for (int k = 0; k < count; k++)
            used += (size_t)snprintf(expression + used, sizeof expression - used, "%s",
                                     pieces[below(sizeof pieces / sizeof pieces[0])]);
        bool reads = version_range_read(&range, expression);
        understood += reads;
        enum version_match match = match_version("9.9.9", expression, below(2) == 0);
        ck_assert_msg(reads || match != VERSION_OUTSIDE, "%s", expression);
        ck_assert_msg(match_version("9.9.x", expression, false) != VERSION_OUTSIDE, "%s",
                      expression);
        /* A word that turns the meaning around is in no form that is understood. */
        bool turned = strstr(expression, "not") != NULL || strstr(expression, "except") != NULL ||
                      strchr(expression, 'x') != NULL || strchr(expression, '(') != NULL;
        ck_assert_msg(!turned || !reads, "%s", expression);
    }
    (void)printf("%zu of %d random expressions understood\n", understood, ROUNDS);
    ck_assert_uint_gt(understood, 1000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.match_property");
    TCase *tc = tcase_create("property");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, outside_is_outside_in_every_reading);
    tcase_add_test(tc, three_numbers_have_one_reading_and_it_is_right);
    tcase_add_test(tc, unions_of_ranges_are_what_their_parts_say);
    tcase_add_test(tc, what_is_not_understood_is_never_outside);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
