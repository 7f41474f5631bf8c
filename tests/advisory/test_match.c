/* Who is told: everybody but those of whom it is proven that they need not be. */
#include "advisory/match.h"
#include "base/utf8.h"
#include "tests/advisory/support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAIN FIXTURE("exm-2026-0007.json")
#define NET FIXTURE("exm-2026-0008.json")
#define VEX FIXTURE("exm-2026-0009-vex.json")
#define INFO FIXTURE("exm-2026-0010-info.json")
#define EXM "Example Medical GmbH"

static struct arena *arena;
static struct csaf *csaf;
static struct str text;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    csaf_free(csaf);
    csaf = NULL;
    str_dispose(&text);
    arena_free(arena);
}

static const char *const verdicts[] = {
    [MATCH_AFFECTED] = "affected", [MATCH_UNKNOWN] = "unknown", [MATCH_NOT_AFFECTED] = "not"};

static void check_item(const struct match_item *item, enum match verdict, const char *says)
{
    struct match_result result;
    match_item(&result, arena, csaf, item);
    ck_assert_msg(result.verdict == verdict, "%s %s: %s, not %s: %s", item->product,
                  item->version != NULL ? item->version : "", verdicts[result.verdict],
                  verdicts[verdict], result.comparison);
    ck_assert_msg(strstr(result.comparison, says) != NULL, "%s", result.comparison);
    ck_assert(result.product == SIZE_MAX || result.product < csaf->product_count);
}

static const struct {
    const char *path;
    struct match_item item;
    enum match verdict;
    const char *says;
} cases[] = {
    /* the same product: the version decides */
    {MAIN,
     {.product = "ExampleInfuse P100", .version = "2.4.0"},
     MATCH_AFFECTED,
     "ExampleInfuse P100 2.4.0 held; affected: ExampleInfuse P100 vers:generic/<2.4.1 → affected"},
    {MAIN,
     {.product = "ExampleInfuse P100", .version = "2.4.1"},
     MATCH_NOT_AFFECTED,
     "ExampleInfuse P100 2.4.1 held; affected: ExampleInfuse P100 vers:generic/<2.4.1 → proven "
     "not affected"},
    {MAIN, {EXM, "exampleinfuse p-100", "V2.5", NULL, NULL, 0}, MATCH_NOT_AFFECTED, "proven"},
    {MAIN, {.product = EXM " ExampleInfuse P200", .version = "2.9"}, MATCH_NOT_AFFECTED, "proven"},
    {MAIN, {.product = "ExampleInfuse P200", .version = "3.2.5"}, MATCH_NOT_AFFECTED, "proven"},
    {MAIN, {.product = "ExampleInfuse P200", .version = "3.2.4"}, MATCH_AFFECTED, "→ affected"},
    {MAIN,
     {.product = "ExampleInfuse", .version = "3.2.5", .model = "P200"},
     MATCH_NOT_AFFECTED,
     "proven"},
    {MAIN, {.product = "ExampleStation", .version = "1.8.0"}, MATCH_AFFECTED, "affected"},
    {MAIN, {.product = "ExampleStation", .version = "1.8.1"}, MATCH_NOT_AFFECTED, "proven"},
    /* the same product, nothing to compare */
    {MAIN,
     {.product = "ExampleInfuse P100"},
     MATCH_UNKNOWN,
     "ExampleInfuse P100 held; affected: ExampleInfuse P100 vers:generic/<2.4.1 → version not "
     "known, perhaps affected"},
    {MAIN, {.product = "ExampleInfuse P100", .version = ""}, MATCH_UNKNOWN, "not known"},
    {MAIN, {.product = "ExampleInfuse P100", .version = "unknown"}, MATCH_UNKNOWN, "for sure"},
    {MAIN, {.product = "ExampleStation", .version = "1.8"}, MATCH_UNKNOWN, "for sure"},
    {MAIN, {.product = "ExampleInfuse P100", .version = "2.4-2.6"}, MATCH_UNKNOWN, "for sure"},
    /* perhaps the same product */
    {MAIN, {.product = "ExampleInfuse P300", .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = "ExampleInfuse", .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = "P100", .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = "ExampelInfuse", .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = "Infusion pump", .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = EXM, .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = "", .version = "9.9"}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = NULL}, MATCH_UNKNOWN, "perhaps the same"},
    {MAIN, {.product = "Volumat", .version = "9.9", .model = "P100"}, MATCH_UNKNOWN, "the same"},
    {MAIN,
     {"Other Maker AG", "ExampleInfuse P100", "9.9", NULL, NULL, 0},
     MATCH_UNKNOWN,
     "perhaps the same product"},
    {MAIN,
     {"Other Maker AG", "ExampleInfuse P100", "2.0.0", NULL, NULL, 0},
     MATCH_UNKNOWN,
     "perhaps the same product"},
    /* another product */
    {MAIN,
     {EXM, "ExampleVent", "5.1.0", NULL, NULL, 0},
     MATCH_NOT_AFFECTED,
     "ExampleVent 5.1.0 held; affected: ExampleInfuse P100, ExampleInfuse P200, ExampleStation → "
     "another product"},
    {MAIN, {"Other Maker AG", "Volumat", NULL, NULL, NULL, 0}, MATCH_NOT_AFFECTED, "another"},
    {MAIN, {.product = EXM " ExampleVent"}, MATCH_NOT_AFFECTED, "another product"},
    /* relationships: the part that is held decides */
    {NET,
     {.product = "ExampleVent", .version = "5.1.0"},
     MATCH_AFFECTED,
     "affected: ExampleNet before 4.0.2 in ExampleVent 5.1.0 → affected"},
    {NET, {.product = "ExampleVent", .version = "5.2.0"}, MATCH_NOT_AFFECTED, "proven"},
    {NET, {.product = "ExampleStation", .version = "1.8.0"}, MATCH_UNKNOWN, "for sure"},
    {NET, {.product = "ExampleNet", .version = "4.0.1"}, MATCH_AFFECTED, "affected"},
    {NET, {.product = "ExampleNet", .version = "4.0.2"}, MATCH_NOT_AFFECTED, "proven"},
    {NET, {.product = "ExampleInfuse P100", .version = "1.0"}, MATCH_NOT_AFFECTED, "another"},
    /* nothing is called affected: they are told what is said */
    {VEX,
     {EXM, "ExampleInfuse P100", "2.0.0", NULL, NULL, 0},
     MATCH_UNKNOWN,
     "ExampleInfuse P100 2.0.0 held → the advisory names no affected product"},
    {INFO, {.product = "ExampleVent"}, MATCH_UNKNOWN, "names no affected product"},
};

START_TEST(an_installed_thing_is_compared_with_all_affected_products)
{
    support_read(&text, cases[_i].path);
    csaf = support_parse(str_text(&text));
    check_item(&cases[_i].item, cases[_i].verdict, cases[_i].says);
}
END_TEST

START_TEST(an_alias_is_another_spelling_of_product_or_vendor)
{
    static const char *const aliases[] = {"", "Volumat", "ExampleInfuse P-100", "Old Name AG"};
    struct match_item item = {
        .product = "Volumat Agilia", .version = "2.4.1", .aliases = aliases, .alias_count = 4};
    support_read(&text, MAIN);
    csaf = support_parse(str_text(&text));
    check_item(&item, MATCH_NOT_AFFECTED, "proven not affected");
    item.version = "2.4.0";
    check_item(&item, MATCH_AFFECTED, "affected");
    item.alias_count = 2;
    check_item(&item, MATCH_NOT_AFFECTED, "another product");
    /* A vendor that is known by another name is no other vendor. */
    item.vendor = "Old Name AG";
    item.alias_count = 4;
    check_item(&item, MATCH_UNKNOWN, "perhaps the same product");
    static const char *const vendors[] = {"Example Medical", "ExampleInfuse P100"};
    item.aliases = vendors;
    item.alias_count = 2;
    check_item(&item, MATCH_AFFECTED, "affected");
}
END_TEST

START_TEST(what_the_text_says_is_harmless_in_the_comparison)
{
    struct match_item item = {.product = "Pump\n\033[2J\xFF", .version = "1\r\n2"};
    struct match_result result;
    support_read(&text, MAIN);
    csaf = support_parse(str_text(&text));
    match_item(&result, arena, csaf, &item);
    ck_assert(result.comparison[strcspn(result.comparison, "\n\r\033\xFF")] == '\0');

    /* Long text is cut between two signs, never inside of one. */
    char name[1000] = "";
    for (size_t i = 0; i + 4 < sizeof name; i += 3)
        memcpy(name + i, "\xE2\x82\xAC", 4);
    for (size_t shift = 0; shift < 3; shift++) {
        name[0] = name[1] = name[2] = 'x';
        item = (struct match_item){.product = name + shift};
        match_item(&result, arena, csaf, &item);
        ck_assert_uint_lt(strlen(result.comparison), 600);
        ck_assert(utf8_valid(bytes_of(result.comparison), NULL));
        ck_assert_ptr_nonnull(strstr(result.comparison, "\xE2\x82\xAC\xE2\x80\xA6 held"));
        ck_assert_ptr_null(strstr(result.comparison, "\xEF\xBF\xBD"));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.match");
    TCase *tc = tcase_create("match");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, an_installed_thing_is_compared_with_all_affected_products, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, an_alias_is_another_spelling_of_product_or_vendor);
    tcase_add_test(tc, what_the_text_says_is_harmless_in_the_comparison);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
