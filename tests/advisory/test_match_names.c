/*
 * What names alone decide against the whole comparison: random advisories and registers from a
 * few words that are alike enough to be taken for each other, in a fixed sequence.
 */
#include "tests/advisory/support.h"

#include "advisory/match.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 1000
#define LEAVES_MOST 5
#define ITEMS 6

static uint32_t below(uint32_t limit)
{
    static uint32_t state = 88172645;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

#define PICK(list) list[below(sizeof list / sizeof list[0])]

static const char *const vendors[] = {"Example Medical GmbH", "Example", "Norda", "Alaris Inc.",
                                      NULL};
static const char *const products[] = {
    "Infuse P100", "Infuse P200", "ExampleInfuse P100", "P100",   "infusion pump", "Alaris Pump",
    "CM Series",   "MX800/700",   "Alaris PC Unit",     "ГДС 12", "Norda Monitor"};
static const char *const versions[] = {
    "1.0.0", "2.3.6", "2.3.7", "< 2.3.7", "all", "2.3.6 and  below", "vers:all/*", ">= 2", "B.02"};
static const char *const held[] = {NULL, "", "1.0.0", "2.3.6", "2.3.7", "9.9.9", "B.02", "x"};
static const char *const statuses[] = {"known_affected", "under_investigation", "first_affected",
                                       "last_affected",  "known_not_affected",  "fixed",
                                       "first_fixed",    "recommended"};
static const char *const aliases[] = {"P100", "Infuse", "", "Pump of Norda"};

static void add_leaf(struct str *out, int id)
{
    const char *vendor = PICK(vendors);
    const char *product = PICK(products);
    const char *version = PICK(versions);
    const bool range = below(2) == 0;
    str_addf(out, "%s{\"category\":\"vendor\",\"name\":\"%s\",\"branches\":[", id == 0 ? "" : ",",
             vendor != NULL ? vendor : "?");
    str_addf(out, "{\"category\":\"product_name\",\"name\":\"%s\",\"branches\":[", product);
    str_addf(out,
             "{\"category\":\"product_version%s\",\"name\":\"%s\",\"product\":{\"name\":\"%s %s\","
             "\"product_id\":\"P%d\"%s}}]}]}",
             range ? "_range" : "", version, product, below(4) == 0 ? PICK(versions) : version, id,
             below(4) == 0 ? ",\"product_identification_helper\":{\"model_numbers\":[\"8015\"]}"
                           : "");
}

/* A product on another one; and one that is named in full and nothing else. */
static void add_others(struct str *out, int leaves)
{
    str_addf(out, "],\"full_product_names\":[{\"name\":\"%s\",\"product_id\":\"F\"}]",
             PICK(products));
    str_addf(out,
             ",\"relationships\":[{\"category\":\"installed_on\",\"product_reference\":\"P0\","
             "\"relates_to_product_reference\":\"P%d\",\"full_product_name\":{\"name\":"
             "\"%s on %s\",\"product_id\":\"R\"}}]",
             (int)below((uint32_t)leaves), PICK(products), PICK(products));
}

static void add_status(struct str *out, int leaves)
{
    bool first = true;
    str_add(out, "{\"product_status\":{");
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (below(4) != 0)
            continue;
        str_addf(out, "%s\"%s\":[", first ? "" : ",", statuses[i]);
        first = false;
        const int one = (int)below((uint32_t)leaves + 2);
        if (one < leaves)
            str_addf(out, "\"P%d\"]", one);
        else
            str_add(out, one == leaves ? "\"F\"]" : "\"R\"]");
    }
    str_add(out, "}}");
}

static void make_advisory(struct str *out)
{
    const int leaves = 1 + (int)below(LEAVES_MOST);
    const int vulnerabilities = (int)below(4);
    str_add(out, "{\"document\":{\"title\":\"t\"},\"product_tree\":{\"branches\":[");
    for (int i = 0; i < leaves; i++)
        add_leaf(out, i);
    add_others(out, leaves);
    str_add(out, "},\"vulnerabilities\":[");
    for (int i = 0; i < vulnerabilities; i++) {
        str_add(out, i == 0 ? "" : ",");
        add_status(out, leaves);
    }
    str_add(out, "]}");
}

static size_t seen[3];

static void compare(const struct csaf *csaf, const struct match_names *names, const char *text)
{
    struct match_item item = {.vendor = PICK(vendors), .product = PICK(products)};
    const char *alias = PICK(aliases);
    if (below(3) == 0)
        item.model = "8015";
    if (below(3) == 0) {
        item.aliases = &alias;
        item.alias_count = 1;
    }
    struct match_asked *asked = match_asked_new(&item);
    const enum match_by_name by_name = match_by_name(csaf, names, asked);
    ck_assert_int_eq(by_name, match_by_name(csaf, NULL, asked));
    seen[by_name]++;
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
        struct arena *arena = arena_new();
        struct match_result whole;
        item.version = held[i];
        match_item(&whole, arena, csaf, &item);
        if (by_name == MATCH_BY_NAME_TOLD)
            ck_assert_msg(whole.verdict == MATCH_UNKNOWN, "%s\n%s", whole.comparison, text);
        if (by_name == MATCH_BY_NAME_OTHER)
            ck_assert_msg(whole.verdict == MATCH_NOT_AFFECTED, "%s\n%s", whole.comparison, text);
        arena_free(arena);
    }
    match_asked_free(asked);
}

START_TEST(what_names_alone_decide_no_version_decides_otherwise)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        make_advisory(&text);
        struct csaf *csaf = support_parse(str_text(&text));
        struct match_names *names = match_names_new(csaf);
        for (int k = 0; k < ITEMS; k++)
            compare(csaf, names, str_text(&text));
        match_names_free(names);
        csaf_free(csaf);
        str_dispose(&text);
    }
    (void)printf("%d comparisons: %zu told and %zu left out by name, %zu by version\n",
                 ROUNDS * ITEMS, seen[MATCH_BY_NAME_TOLD], seen[MATCH_BY_NAME_OTHER],
                 seen[MATCH_BY_VERSION]);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_gt(seen[i], ROUNDS * ITEMS / 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.match_names");
    TCase *tc = tcase_create("names");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, what_names_alone_decide_no_version_decides_otherwise);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
