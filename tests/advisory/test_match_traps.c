/*
 * Where a quick comparison would leave somebody out who is affected. Each advisory here is small:
 * products as NAME, VERSION, full name, and the ids that the statuses name.
 */
#include "advisory/match.h"
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCTS 4

static const struct trap {
    const char *why;
    struct {
        const char *name, *version, *full, *range;
    } product[PRODUCTS]; /* their ids are A, B, C and D; range: "" for product_version_range */
    const char *status[2];
    const char *held_product, *held;
    enum match verdict;
} traps[] = {
    {"the branch says 3.01, the full name 3.02",
     {{"Tasy EMR", "<= 3.01.1744", "Tasy EMR Versions: 3.02.1744 and prior", ""}},
     {"\"known_affected\":[\"A\"]"},
     "Tasy EMR",
     "3.02.1700",
     MATCH_UNKNOWN},
    {"outside of both the branch and the full name",
     {{"Tasy EMR", "<= 3.01.1744", "Tasy EMR Versions: 3.02.1744 and prior", ""}},
     {"\"known_affected\":[\"A\"]"},
     "Tasy EMR",
     "3.03.1700",
     MATCH_NOT_AFFECTED},
    {"the branch says before, the full name up to",
     {{"PeerVue", "<7.6.2", "PeerVue: all versions up to 7.6.2", ""}},
     {"\"known_affected\":[\"A\"]"},
     "PeerVue",
     "7.6.2",
     MATCH_UNKNOWN},
    {"the full name says all versions",
     {{"MX40", "< 6.18.0", "MX40 (WLAN only): all versions", ""}},
     {"\"known_affected\":[\"A\"]"},
     "MX40",
     "7.0.0",
     MATCH_UNKNOWN},
    {"the full name has a number that nobody explains",
     {{"Pump", "< 2.0.0", "Pump: software 2.0.0 on board 7.1", ""}},
     {"\"known_affected\":[\"A\"]"},
     "Pump",
     "2.1.0",
     MATCH_UNKNOWN},
    {"the full name agrees in its own words",
     {{"Pump", "< 2.0.0", "Pump: firmware older than 2.0.0 only", ""}},
     {"\"known_affected\":[\"A\"]"},
     "Pump",
     "2.1.0",
     MATCH_NOT_AFFECTED},
    {"one of two leaves is not understood",
     {{"Pump", "1.1.0", "Pump 1.1.0", NULL}, {"Pump", "2.x", "Pump 2.x", NULL}},
     {"\"known_affected\":[\"A\",\"B\"]"},
     "Pump",
     "1.2.0",
     MATCH_UNKNOWN},
    {"every leaf is understood and leaves it out",
     {{"Pump", "1.1.0", "Pump 1.1.0", NULL}, {"Pump", "1.3.0", "Pump 1.3.0", NULL}},
     {"\"known_affected\":[\"A\",\"B\"]"},
     "Pump",
     "1.2.0",
     MATCH_NOT_AFFECTED},
    {"said to be fixed, and perhaps affected by another leaf",
     {{"Pump", "<= 1.x", "Pump <= 1.x", ""}, {"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"known_affected\":[\"A\"],\"fixed\":[\"B\"]"},
     "Pump",
     "2.0.0",
     MATCH_UNKNOWN},
    {"said to be fixed, and nothing to the contrary",
     {{"Vent", "<= 1.x", "Vent <= 1.x", ""}, {"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"known_affected\":[\"A\"],\"fixed\":[\"B\"]"},
     "Pump",
     "2.0.0",
     MATCH_NOT_AFFECTED},
    {"said to be not affected in all versions",
     {{"Vent", "<= 1.x", "Vent <= 1.x", ""}, {"Pump", "vers:all/*", "Pump", ""}},
     {"\"known_affected\":[\"A\"],\"known_not_affected\":[\"B\"]"},
     "Pump",
     NULL,
     MATCH_NOT_AFFECTED},
    {"another version of it is said to be fixed: nothing is said about this one",
     {{"Vent", "<= 1.x", "Vent <= 1.x", ""}, {"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"known_affected\":[\"A\"],\"fixed\":[\"B\"]"},
     "Pump",
     "1.9.0",
     MATCH_UNKNOWN},
    {"recommended is no statement that it is not affected",
     {{"Vent", "<= 1.x", "Vent <= 1.x", ""}, {"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"known_affected\":[\"A\"],\"recommended\":[\"B\"]"},
     "Pump",
     "2.0.0",
     MATCH_UNKNOWN},
    {"fixed here, affected by the other vulnerability",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"fixed\":[\"A\"]", "\"known_affected\":[\"A\"]"},
     "Pump",
     "2.0.0",
     MATCH_AFFECTED},
    {"under investigation is told",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"under_investigation\":[\"A\"]"},
     "Pump",
     "2.0.0",
     MATCH_UNKNOWN},
    {"under investigation, and another version is held",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"under_investigation\":[\"A\"]"},
     "Pump",
     "2.1.0",
     MATCH_NOT_AFFECTED},
    {"between the first and the last affected version",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}, {"Pump", "2.4.0", "Pump 2.4.0", NULL}},
     {"\"first_affected\":[\"A\"],\"last_affected\":[\"B\"]"},
     "Pump",
     "2.2.0",
     MATCH_UNKNOWN},
    {"the first affected version itself",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}, {"Pump", "2.4.0", "Pump 2.4.0", NULL}},
     {"\"first_affected\":[\"A\"],\"last_affected\":[\"B\"]"},
     "Pump",
     "2.0.0",
     MATCH_AFFECTED},
    {"behind the last affected version",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}, {"Pump", "2.4.0", "Pump 2.4.0", NULL}},
     {"\"first_affected\":[\"A\"],\"last_affected\":[\"B\"]"},
     "Pump",
     "2.5.0",
     MATCH_NOT_AFFECTED},
    {"before the first affected version",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}, {"Pump", "2.4.0", "Pump 2.4.0", NULL}},
     {"\"first_affected\":[\"A\"],\"last_affected\":[\"B\"]"},
     "Pump",
     "1.9.0",
     MATCH_NOT_AFFECTED},
    {"a first affected version without a last one is open above",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"first_affected\":[\"A\"]"},
     "Pump",
     "9.0.0",
     MATCH_UNKNOWN},
    {"a last affected version without a first one is open below",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"last_affected\":[\"A\"]"},
     "Pump",
     "1.0.0",
     MATCH_UNKNOWN},
    {"behind the last of the lower series, inside the open upper one",
     {{"Pump", "1.2.0", "Pump 1.2.0", NULL},
      {"Pump", "1.5.0", "Pump 1.5.0", NULL},
      {"Pump", "2.0.0", "Pump 2.0.0", NULL}},
     {"\"first_affected\":[\"A\",\"C\"],\"last_affected\":[\"B\"]"},
     "Pump",
     "3.0.0",
     MATCH_UNKNOWN},
    {"before the first of the upper series, inside the open lower one",
     {{"Pump", "1.5.0", "Pump 1.5.0", NULL},
      {"Pump", "2.0.0", "Pump 2.0.0", NULL},
      {"Pump", "2.5.0", "Pump 2.5.0", NULL}},
     {"\"first_affected\":[\"B\"],\"last_affected\":[\"A\",\"C\"]"},
     "Pump",
     "1.0.0",
     MATCH_UNKNOWN},
    {"series of two vulnerabilities are not one",
     {{"Pump", "2.0.0", "Pump 2.0.0", NULL}, {"Pump", "1.5.0", "Pump 1.5.0", NULL}},
     {"\"first_affected\":[\"A\"]", "\"last_affected\":[\"B\"]"},
     "Pump",
     "3.0.0",
     MATCH_UNKNOWN},
    {"a series of a product that only holds the name proves nothing about this one",
     {{"Pump Zeta", "1.0.0", "Pump Zeta 1.0.0", NULL},
      {"Pump Zeta Pro", "5.0.0", "Pump Zeta Pro 5.0.0", NULL}},
     {"\"first_affected\":[\"A\"],\"last_affected\":[\"B\"]"},
     "Pump Zeta",
     "6.0.0",
     MATCH_UNKNOWN},
    {"a leaf whose name holds this one's is a leaf of it, perhaps",
     {{"Infinia", "< 2.0.0", "Infinia < 2.0.0", ""},
      {"Infinia with Hawkeye", "< 3.0.0", "Infinia with Hawkeye < 3.0.0", ""}},
     {"\"known_affected\":[\"A\",\"B\"]"},
     "Infinia",
     "2.5.0",
     MATCH_UNKNOWN},
    {"outside of that one, too",
     {{"Infinia", "< 2.0.0", "Infinia < 2.0.0", ""},
      {"Infinia with Hawkeye", "< 3.0.0", "Infinia with Hawkeye < 3.0.0", ""}},
     {"\"known_affected\":[\"A\",\"B\"]"},
     "Infinia",
     "3.0.0",
     MATCH_NOT_AFFECTED},
    {"named exactly: a sister that shares a word is another product",
     {{"Optima XR640", "< 2.0.0", "Optima XR640 < 2.0.0", ""},
      {"Optima XR646", "< 3.0.0", "Optima XR646 < 3.0.0", ""}},
     {"\"known_affected\":[\"A\",\"B\"]"},
     "Optima XR640",
     "2.5.0",
     MATCH_NOT_AFFECTED},
    {"no version in the tree",
     {{"Pump", NULL, "Pump", NULL}},
     {"\"known_affected\":[\"A\"]"},
     "Pump",
     "2.0.0",
     MATCH_UNKNOWN},
};

static void build(struct str *out, const struct trap *trap)
{
    static const char *const ids[PRODUCTS] = {"A", "B", "C", "D"};
    str_init(out, STR_LIMIT_TEXT);
    str_add(out, "{\"product_tree\":{\"branches\":[");
    for (size_t i = 0; i < PRODUCTS && trap->product[i].name != NULL; i++) {
        const char *version = trap->product[i].version;
        str_addf(out, "%s{\"category\":\"product_name\",\"name\":\"%s\",\"branches\":[{",
                 i == 0 ? "" : ",", trap->product[i].name);
        if (version != NULL)
            str_addf(out, "\"category\":\"product_version%s\",\"name\":\"%s\",",
                     trap->product[i].range != NULL ? "_range" : "", version);
        str_addf(out, "\"product\":{\"product_id\":\"%s\",\"name\":\"%s\"}}]}", ids[i],
                 trap->product[i].full);
    }
    str_add(out, "]},\"vulnerabilities\":[");
    for (size_t i = 0; i < 2 && trap->status[i] != NULL; i++)
        str_addf(out, "%s{\"product_status\":{%s}}", i == 0 ? "" : ",", trap->status[i]);
    str_add(out, "]}");
}

static void check(const char *json, const struct match_item *item, enum match verdict,
                  const char *why)
{
    struct match_result result;
    struct arena *arena = arena_new();
    struct csaf *csaf = support_parse(json);
    match_item(&result, arena, csaf, item);
    ck_assert_msg(result.verdict == verdict, "%s: %d: %s", why, (int)result.verdict,
                  result.comparison);
    csaf_free(csaf);
    arena_free(arena);
}

/* Proves: 4.1.7 users, 7.2.3 notices */
START_TEST(nobody_is_left_out_without_proof)
{
    const struct trap *trap = &traps[_i];
    struct match_item item = {.product = trap->held_product, .version = trap->held};
    struct str json;
    build(&json, trap);
    check(str_text(&json), &item, trap->verdict, trap->why);
    str_dispose(&json);
}
END_TEST

START_TEST(an_id_defined_twice_proves_nothing)
{
    static const char json[] =
        "{\"product_tree\":{\"branches\":[{\"category\":\"product_name\",\"name\":\"Pump\","
        "\"branches\":[{\"category\":\"product_version\",\"name\":\"1.0.0\",\"product\":"
        "{\"product_id\":\"A\",\"name\":\"Pump 1.0.0\"}},{\"category\":\"product_version\","
        "\"name\":\"2.0.0\",\"product\":{\"product_id\":\"A\",\"name\":\"Pump 2.0.0\"}}]}]},"
        "\"vulnerabilities\":[{\"product_status\":{\"known_affected\":[\"A\"]}}]}";
    check(json, &(struct match_item){.product = "Pump", .version = "2.0.0"}, MATCH_UNKNOWN,
          "doubled");
}
END_TEST

#define ON(product, version)                                                                       \
    "{\"category\":\"product_name\",\"name\":\"" product "\",\"branches\":[{\"category\":"         \
    "\"product_version\",\"name\":\"" version "\",\"product\":{\"product_id\":\"" product          \
    "\",\"name\":\"" product " " version "\"}}]}"
#define RELATION(id, name, part, base)                                                             \
    "{\"category\":\"installed_on\",\"full_product_name\":{\"product_id\":\"" id                   \
    "\",\"name\":\"" name "\"},\"product_reference\":\"" part                                      \
    "\",\"relates_to_product_reference\":\"" base "\"}"
#define AFFECTED(id) "\"vulnerabilities\":[{\"product_status\":{\"known_affected\":[\"" id "\"]}}]"

static const struct {
    const char *why, *json, *product, *version;
    enum match verdict;
} relations[] = {
    {"the base is another version",
     "{\"product_tree\":{\"branches\":[" ON("Lib", "1.0.0") "," ON(
         "Zeta", "2.0.0") "],\"relationships\":[" RELATION("R", "Lib on Zeta", "Lib",
                                                           "Zeta") "]}," AFFECTED("R") "}",
     "Zeta", "2.1.0", MATCH_NOT_AFFECTED},
    {"the name of the whole speaks of more versions than its parts",
     "{\"product_tree\":{\"branches\":[" ON("Lib", "1.0.0") "," ON(
         "Zeta", "2.0.0") "],\"relationships\":[" RELATION("R", "Lib on Zeta 2.0.0 and 2.1.0",
                                                           "Lib", "Zeta") "]}," AFFECTED("R") "}",
     "Zeta", "2.1.0", MATCH_UNKNOWN},
    {"both parts have the name",
     "{\"product_tree\":{\"branches\":[" ON("Zeta", "1.0.0") "],\"relationships\":[" RELATION(
         "R", "Zeta Zeta", "Zeta", "Zeta") "]}," AFFECTED("R") "}",
     "Zeta", "2.1.0", MATCH_UNKNOWN},
    {"a relationship of a relationship",
     "{\"product_tree\":{\"branches\":[" ON("Lib", "1.0.0") "," ON("Zeta", "2.0.0") "," ON(
         "Rack",
         "3.0.0") "],\"relationships\":[" RELATION("S", "s", "R",
                                                   "Rack") "," RELATION("R", "r", "Lib",
                                                                        "Zeta") "]}," AFFECTED("S") "}",
     "Zeta", "2.0.0", MATCH_AFFECTED},
    {"a circle",
     "{\"product_tree\":{\"relationships\":[" RELATION("R", "Ring", "S", "R") "," RELATION(
         "S", "Band", "R", "S") "]}," AFFECTED("R") "}",
     "Zeta", "2.0.0", MATCH_NOT_AFFECTED},
    {"a circle whose name is held",
     "{\"product_tree\":{\"relationships\":[" RELATION("R", "Zeta", "S", "R") "," RELATION(
         "S", "Zeta", "R", "S") "]}," AFFECTED("R") "}",
     "Zeta", "2.0.0", MATCH_UNKNOWN},
};

START_TEST(relationships_are_as_their_parts)
{
    check(relations[_i].json,
          &(struct match_item){.product = relations[_i].product, .version = relations[_i].version},
          relations[_i].verdict, relations[_i].why);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.match_traps");
    TCase *tc = tcase_create("traps");
    tcase_add_loop_test(tc, nobody_is_left_out_without_proof, 0,
                        (int)(sizeof traps / sizeof traps[0]));
    tcase_add_test(tc, an_id_defined_twice_proves_nothing);
    tcase_add_loop_test(tc, relationships_are_as_their_parts, 0,
                        (int)(sizeof relations / sizeof relations[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
