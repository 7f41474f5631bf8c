/* Matching on the product trees of real advisories: whoever holds what is named is told. */
#include "advisory/match.h"
#include "advisory/version.h"
#include "tests/advisory/support.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    size_t leaves, understood, held, affected, unknown;
} counts;

static void must_be_told(const struct csaf *csaf, const char *path, const struct match_item *item)
{
    struct match_result result;
    struct arena *arena = arena_new();
    match_item(&result, arena, csaf, item);
    ck_assert_msg(result.verdict != MATCH_NOT_AFFECTED, "%s: %s", path, result.comparison);
    counts.held++;
    counts.affected += result.verdict == MATCH_AFFECTED;
    counts.unknown += result.verdict == MATCH_UNKNOWN;
    arena_free(arena);
}

/* Every number that the version of a product_version branch names, as the version held. */
static void hold_each_number(const struct csaf *csaf, const char *path,
                             const struct csaf_product *product)
{
    static const char signs[] = "0123456789.";
    for (const char *at = product->version; (at = strpbrk(at, "0123456789")) != NULL;) {
        size_t size = strspn(at, signs);
        char *number = xstrndup(at, size);
        must_be_told(csaf, path,
                     &(struct match_item){.vendor = product->vendor,
                                          .product = product->product,
                                          .version = number});
        free(number);
        at += size;
    }
}

static void hold(const struct csaf *csaf, const char *path, const struct csaf_product *product)
{
    struct version_range range;
    struct match_item item = {
        .vendor = product->vendor, .product = product->product, .version = product->version};
    char *loud = xstrdup(product->product);
    for (char *p = loud; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    counts.leaves++;
    counts.understood += version_range_read(&range, product->version);

    must_be_told(csaf, path, &item);
    item.vendor = NULL;
    must_be_told(csaf, path, &item);
    item.product = loud;
    must_be_told(csaf, path, &item);
    item.product = product->name;
    must_be_told(csaf, path, &item);
    item.product = product->product;
    item.version = NULL;
    must_be_told(csaf, path, &item);
    item.version = "unknown";
    must_be_told(csaf, path, &item);
    item.vendor = "Another Vendor";
    item.version = product->version;
    must_be_told(csaf, path, &item);
    if (!product->version_is_range)
        hold_each_number(csaf, path, product);
    free(loud);
}

/* Proves: 4.1.7 users, 7.2.3 notices */
START_TEST(who_holds_what_a_real_advisory_names_is_told)
{
    size_t count = 0;
    char **paths = support_corpus(&count);
    for (size_t i = 0; i < count; i++) {
        struct str text;
        support_read(&text, paths[i]);
        struct csaf *csaf = support_parse(str_text(&text));
        unsigned char *affected = xcalloc(csaf->product_count, 1);
        for (size_t v = 0; v < csaf->vulnerability_count; v++) {
            const struct product_set *set = &csaf->vulnerabilities[v].affected;
            for (size_t k = 0; k < set->count; k++)
                affected[set->index[k]] = 1;
        }
        for (size_t k = 0; k < csaf->product_count; k++) {
            if (affected[k])
                hold(csaf, paths[i], &csaf->products[k]);
        }
        free(affected);
        csaf_free(csaf);
        str_dispose(&text);
    }
    if (paths != NULL) {
        (void)printf("%zu affected leaves of %zu real advisories: %zu versions understood, %zu "
                     "not; %zu rows held: %zu affected, %zu perhaps, none left out\n",
                     counts.leaves, count, counts.understood, counts.leaves - counts.understood,
                     counts.held, counts.affected, counts.unknown);
        ck_assert_uint_gt(counts.leaves, 500);
        ck_assert_uint_gt(counts.understood, counts.leaves / 2);
        ck_assert_uint_lt(counts.understood, counts.leaves);
    }
    support_corpus_free(paths, count);
}
END_TEST

/* The other side: a thing that no advisory knows is told only where a name is too wide. */
START_TEST(a_product_of_another_kind_and_name_is_seldom_told)
{
    size_t count = 0;
    size_t told = 0;
    char **paths = support_corpus(&count);
    for (size_t i = 0; i < count; i++) {
        struct str text;
        struct match_result result;
        struct arena *arena = arena_new();
        support_read(&text, paths[i]);
        struct csaf *csaf = support_parse(str_text(&text));
        match_item(&result, arena, csaf,
                   &(struct match_item){.vendor = "Example Medical GmbH",
                                        .product = "ExampleInfuse P100",
                                        .version = "2.4.1"});
        told += result.verdict != MATCH_NOT_AFFECTED;
        csaf_free(csaf);
        arena_free(arena);
        str_dispose(&text);
    }
    if (paths != NULL) {
        (void)printf("ExampleInfuse P100 is left out of %zu of %zu real advisories\n", count - told,
                     count);
        ck_assert_uint_lt(told, count / 4);
    }
    support_corpus_free(paths, count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.match_corpus");
    TCase *tc = tcase_create("corpus");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, who_holds_what_a_real_advisory_names_is_told);
    tcase_add_test(tc, a_product_of_another_kind_and_name_is_seldom_told);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
