/* From the bytes of an advisory to facts. */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct str text;
static struct csaf *csaf;

static void load(const char *path)
{
    support_read(&text, path);
    csaf = support_parse(str_text(&text));
}

static void teardown(void)
{
    csaf_free(csaf);
    csaf = NULL;
    str_dispose(&text);
}

START_TEST(the_document_says_who_and_what)
{
    load(FIXTURE("exm-2026-0007.json"));
    ck_assert_str_eq(csaf->csaf_version, "2.0");
    ck_assert_str_eq(csaf->category, "csaf_security_advisory");
    ck_assert_str_eq(csaf->lang, "en");
    ck_assert_str_eq(csaf->title,
                     "Missing authentication in ExampleInfuse pumps and ExampleStation");
    ck_assert_str_eq(csaf->publisher_name, "Example Medical GmbH");
    ck_assert_str_eq(csaf->publisher_category, "vendor");
    ck_assert_str_eq(csaf->publisher_namespace, "https://www.example.com");
    ck_assert_ptr_nonnull(strstr(csaf->contact_details, "psirt@example.com"));
    ck_assert_str_eq(csaf->tracking_id, "EXM-2026-0007");
    ck_assert_str_eq(csaf->version, "1.0.0");
    ck_assert_str_eq(csaf->status, "final");
    ck_assert_str_eq(csaf->initial_release, "2026-11-27T09:00:00.000Z");
    ck_assert_str_eq(csaf->current_release, "2026-11-27T09:00:00.000Z");
    ck_assert(csaf->has_tlp);
    ck_assert_int_eq(csaf->tlp, TLP_AMBER);
    ck_assert_uint_eq(csaf->note_count, 2);
    ck_assert_str_eq(csaf->notes[1].title, "For clinical users");
    ck_assert_uint_eq(csaf->reference_count, 2);
    ck_assert_str_eq(csaf->references[0].category, "self");
    const struct csaf_score *score = NULL;
    ck_assert_int_eq(csaf_highest_score(csaf, &score), 83);
    ck_assert_str_eq(score->vector, "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H");
    ck_assert_str_eq(score->severity, "HIGH");
}
END_TEST

START_TEST(branches_give_vendor_family_product_and_version)
{
    load(FIXTURE("exm-2026-0007.json"));
    ck_assert_uint_eq(csaf->product_count, 5);
    const struct csaf_product *p = &csaf->products[csaf_product_find(csaf, "EXM-P200-AFFECTED")];
    ck_assert_str_eq(p->vendor, "Example Medical GmbH");
    ck_assert_str_eq(p->family, "ExampleInfuse");
    ck_assert_str_eq(p->product, "ExampleInfuse P200");
    ck_assert_str_eq(p->version, "vers:generic/>=3.0.0|<3.2.5");
    ck_assert(p->version_is_range);
    ck_assert_str_eq(p->model, "P200");
    ck_assert_uint_eq(p->part, SIZE_MAX);
    ck_assert_uint_eq(p->relates_to, SIZE_MAX);
    p = &csaf->products[csaf_product_find(csaf, "EXM-STATION-AFFECTED")];
    ck_assert_ptr_null(p->family);
    ck_assert_str_eq(p->version, "1.8.0");
    ck_assert(!p->version_is_range);
    ck_assert_uint_eq(csaf_product_find(csaf, "EXM-P300"), SIZE_MAX);
    ck_assert_uint_eq(csaf_product_find(csaf, NULL), SIZE_MAX);
}
END_TEST

START_TEST(vulnerabilities_carry_sets_of_products)
{
    load(FIXTURE("exm-2026-0007.json"));
    ck_assert_uint_eq(csaf->vulnerability_count, 2);
    const struct csaf_vulnerability *v = &csaf->vulnerabilities[1];
    ck_assert_str_eq(v->name, "CVE-2026-900072");
    ck_assert_str_eq(v->cwe_id, "CWE-798");
    ck_assert_uint_eq(v->affected.count, 2);
    ck_assert(product_set_has(&v->affected, csaf_product_find(csaf, "EXM-P200-AFFECTED")));
    ck_assert(!product_set_has(&v->affected, csaf_product_find(csaf, "EXM-P100-AFFECTED")));
    ck_assert_uint_eq(v->status[STATUS_KNOWN_NOT_AFFECTED].count, 2);
    ck_assert_uint_eq(v->status[STATUS_FIRST_FIXED].count, 1);
    ck_assert_uint_eq(v->score_count, 1);
    ck_assert_int_eq(v->scores[0].base_tenths, 65);
    ck_assert_uint_eq(v->remediation_count, 3);
    ck_assert_str_eq(v->remediations[0].restart, "machine");
    ck_assert_str_eq(v->remediations[1].date, "2027-01-29T00:00:00.000Z");
    ck_assert_uint_eq(v->threat_count, 2);
}
END_TEST

START_TEST(a_relationship_is_a_product_of_two_parts_and_groups_are_expanded)
{
    load(FIXTURE("exm-2026-0008.json"));
    size_t vent = csaf_product_find(csaf, "NET-ON-VENT");
    size_t station = csaf_product_find(csaf, "NET-ON-STATION");
    ck_assert_uint_eq(csaf->product_count, 5);
    const struct csaf_product *p = &csaf->products[vent];
    ck_assert_str_eq(csaf->products[p->part].name, "ExampleNet before 4.0.2");
    ck_assert_str_eq(csaf->products[p->relates_to].version, "5.1.0");
    ck_assert_ptr_null(p->version);
    ck_assert_str_eq(p->model, "EV-500");
    ck_assert_str_eq(csaf->products[p->relates_to].serial, "EV5-0*");
    ck_assert_str_eq(csaf->products[p->relates_to].sku, "90-500");

    const struct csaf_vulnerability *v = &csaf->vulnerabilities[0];
    ck_assert_uint_eq(v->affected.count, 2);
    ck_assert_uint_eq(v->remediations[1].products.count, 2);
    ck_assert(product_set_has(&v->remediations[1].products, vent));
    ck_assert(product_set_has(&v->remediations[1].products, station));
    /* The parts themselves have no status of their own. */
    ck_assert(!product_set_has(&v->affected, p->part));
    ck_assert_uint_eq(v->threats[0].products.count, 2);
    ck_assert_uint_eq(v->score_count, 2); /* cvss_v2 and cvss_v3 of one element */
    ck_assert_str_eq(v->scores[1].version, "2.0");
    ck_assert_int_eq(v->scores[1].base_tenths, 61);
}
END_TEST

#define VULN(inner) "{\"vulnerabilities\":[{" inner "}]}"
#define TREE(tree, inner) "{\"product_tree\":{" tree "},\"vulnerabilities\":[{" inner "}]}"
#define ABC                                                                                        \
    "\"full_product_names\":[{\"product_id\":\"A\",\"name\":\"a\"},"                               \
    "{\"product_id\":\"B\"},{\"product_id\":\"C\",\"name\":\"c\"},{\"name\":\"no id\"}]"

START_TEST(sets_are_sorted_without_doubles_and_without_unknown_ids)
{
    csaf = support_parse(TREE(
        ABC ",\"product_groups\":[{\"group_id\":\"G\",\"product_ids\":[\"C\",\"B\",\"X\",7]},"
            "{\"group_id\":\"G\",\"product_ids\":[\"A\"]},{\"group_id\":5}]",
        "\"product_status\":{\"known_affected\":[\"C\",\"A\",\"C\",\"nobody\",null],"
        "\"first_affected\":[\"B\"],\"last_affected\":[\"A\"]},"
        "\"remediations\":[{\"group_ids\":[\"G\",\"none\"],\"product_ids\":[\"A\"]},"
        "{\"group_ids\":[\"G\"]},{\"group_ids\":[\"none\"]},{\"product_ids\":\"A\"},\"text\"]"));
    const struct csaf_vulnerability *v = &csaf->vulnerabilities[0];
    ck_assert_uint_eq(csaf->product_count, 3);
    ck_assert_str_eq(csaf->products[1].name, "B"); /* a name is always there */
    ck_assert_uint_eq(v->status[STATUS_KNOWN_AFFECTED].count, 2);
    ck_assert_uint_eq(v->affected.count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(v->affected.index[i], i);
    ck_assert_uint_eq(v->remediation_count, 4);
    ck_assert_uint_eq(v->remediations[0].products.count, 3);
    ck_assert_uint_eq(v->remediations[1].products.count, 2);
    ck_assert_uint_eq(v->remediations[2].products.count, 0);
    ck_assert_uint_eq(v->remediations[3].products.count, 0);
}
END_TEST

START_TEST(products_with_one_id_are_marked_both)
{
    csaf = support_parse("{\"product_tree\":{\"full_product_names\":[{\"product_id\":\"A\"},"
                         "{\"product_id\":\"B\"},{\"product_id\":\"A\"}]}}");
    ck_assert_uint_eq(csaf->product_count, 3);
    ck_assert(csaf->products[0].doubled && csaf->products[2].doubled);
    ck_assert(!csaf->products[1].doubled);
    ck_assert_uint_eq(csaf_product_find(csaf, "A"), 0);
}
END_TEST

START_TEST(relationships_may_be_circular_or_dangling)
{
    csaf = support_parse(
        "{\"product_tree\":{\"relationships\":["
        "{\"full_product_name\":{\"product_id\":\"R1\"},\"product_reference\":\"R2\","
        "\"relates_to_product_reference\":\"R1\"},"
        "{\"full_product_name\":{\"product_id\":\"R2\"},\"product_reference\":\"R1\","
        "\"relates_to_product_reference\":\"nobody\"},7,{\"full_product_name\":8}]}}");
    ck_assert_uint_eq(csaf->product_count, 2);
    ck_assert_uint_eq(csaf->products[0].part, 1); /* defined further down */
    ck_assert_uint_eq(csaf->products[0].relates_to, 0);
    ck_assert_uint_eq(csaf->products[1].part, SIZE_MAX);
    ck_assert_uint_eq(csaf->products[1].relates_to, SIZE_MAX);
}
END_TEST

START_TEST(the_innermost_branch_counts)
{
    csaf = support_parse(
        "{\"product_tree\":{\"branches\":[{\"category\":\"vendor\",\"name\":\"Group\",\"branches\":"
        "[{\"category\":\"vendor\",\"name\":\"Maker\",\"branches\":[{\"category\":"
        "\"product_family\",\"name\":\"F\",\"branches\":[{\"category\":\"product_version\",\"name\""
        ":\"1.0\",\"branches\":[{\"category\":\"architecture\",\"name\":\"arm\",\"product\":"
        "{\"product_id\":\"P\",\"name\":\"p\"}}]}]}]}]},7]}}");
    ck_assert_uint_eq(csaf->product_count, 1);
    ck_assert_str_eq(csaf->products[0].vendor, "Maker");
    ck_assert_str_eq(csaf->products[0].product, "F");
    ck_assert_str_eq(csaf->products[0].version, "1.0");
}
END_TEST

START_TEST(what_has_the_wrong_type_counts_as_absent)
{
    csaf = support_parse(
        "{\"document\":{\"title\":7,\"category\":null,\"lang\":\"a\\u0000b\",\"notes\":{\"a\":1},"
        "\"references\":\"x\",\"publisher\":[],\"tracking\":{\"id\":[\"X\"],\"version\":1},"
        "\"distribution\":{\"tlp\":[]}},\"product_tree\":[],\"vulnerabilities\":[7,"
        "{\"cve\":1,\"scores\":{\"a\":1},\"notes\":[\"n\"],\"threats\":[[]],\"product_status\":7,"
        "\"remediations\":[null],\"ids\":[{\"text\":\"BUG-1\"}]},"
        "{\"scores\":[{\"cvss_v3\":{\"baseScore\":\"9.8\"}},{\"cvss_v3\":[]},7]},{}]}");
    ck_assert_ptr_null(csaf->title);
    ck_assert_ptr_null(csaf->category);
    ck_assert_ptr_null(csaf->lang); /* C would cut it short */
    ck_assert_ptr_null(csaf->tracking_id);
    ck_assert_ptr_null(csaf->version);
    ck_assert_uint_eq(csaf->note_count + csaf->reference_count + csaf->product_count, 0);
    ck_assert_uint_eq(csaf->vulnerability_count, 3);
    ck_assert_str_eq(csaf->vulnerabilities[0].name, "BUG-1");
    ck_assert_uint_eq(csaf->vulnerabilities[0].score_count, 0);
    ck_assert_uint_eq(csaf->vulnerabilities[1].score_count, 1);
    ck_assert_int_eq(csaf->vulnerabilities[1].scores[0].base_tenths, -1);
    ck_assert_str_eq(csaf->vulnerabilities[2].name, "vulnerability 3");
    ck_assert_int_eq(csaf_highest_score(csaf, NULL), -1);
}
END_TEST

static const struct {
    const char *number;
    int tenths;
} scores[] = {{"9.8", 98}, {"9.80", 98}, {"98e-1", 98}, {"10", 100},  {"0", 0},     {"0.0", 0},
              {"7", 70},   {"9.85", -1}, {"10.1", -1},  {"-0.1", -1}, {"1e400", -1}};

START_TEST(base_scores_are_tenths)
{
    char json[200];
    (void)snprintf(json, sizeof json, VULN("\"scores\":[{\"cvss_v3\":{\"baseScore\":%s}}]"),
                   scores[_i].number);
    csaf = support_parse(json);
    ck_assert_msg(csaf->vulnerabilities[0].scores[0].base_tenths == scores[_i].tenths, "%s",
                  scores[_i].number);
}
END_TEST

START_TEST(every_score_of_one_digit_is_read_exactly)
{
    for (int tenths = 0; tenths <= 100; tenths++) {
        char json[200];
        (void)snprintf(json, sizeof json, VULN("\"scores\":[{\"cvss_v2\":{\"baseScore\":%d.%d}}]"),
                       tenths / 10, tenths % 10);
        csaf = support_parse(json);
        ck_assert_int_eq(csaf->vulnerabilities[0].scores[0].base_tenths, tenths);
        teardown();
    }
}
END_TEST

static const struct {
    const char *label;
    bool has;
    enum tlp tlp;
} labels[] = {
    {"\"WHITE\"", true, TLP_CLEAR}, {"\"CLEAR\"", true, TLP_CLEAR},
    {"\"GREEN\"", true, TLP_GREEN}, {"\"AMBER\"", true, TLP_AMBER},
    {"\"RED\"", true, TLP_RED},     {"\"AMBER+STRICT\"", true, TLP_AMBER_STRICT},
    {"\"red\"", false, TLP_RED},    {"\"TLP:GREEN\"", false, TLP_RED},
    {"7", false, TLP_RED},          {NULL, false, TLP_AMBER_STRICT},
};

START_TEST(a_label_that_is_not_known_is_never_taken_for_a_weaker_one)
{
    char json[200];
    const char *label = labels[_i].label;
    (void)snprintf(json, sizeof json, "{\"document\":{\"distribution\":{\"tlp\":{%s%s}}}}",
                   label != NULL ? "\"label\":" : "", label != NULL ? label : "");
    csaf = support_parse(json);
    ck_assert_int_eq(csaf->has_tlp, labels[_i].has);
    ck_assert_int_eq(csaf->tlp, labels[_i].tlp);
}
END_TEST

/* In ascending order; those of one row are equal. */
static const char *const versions[][4] = {
    {NULL},
    {"", "0", "0.0.0", "x"},
    {"1.0.0-0"},
    {"1.0.0-1.0"},
    {"1.0.0-11"},
    {"1.0.0-alpha"},
    {"1.0.0-alpha.1", "1.0.0-alpha.01"},
    {"1.0.0-alpha.beta"},
    {"1.0.0-beta"},
    {"1.0.0-beta.2"},
    {"1.0.0-beta.11", "1.0.0-beta.11+build"},
    {"1.0.0-rc.1"},
    {"1", "1.0.0", "1.0.0+x", "01"},
    {"1.0.1"},
    {"1.1.0"},
    {"2", "2.0.0"},
    {"2.1.0"},
    {"10"},
    {"99999999999999999999999998"},
    {"99999999999999999999999999"},
    {"100000000000000000000000000"},
};

START_TEST(versions_of_advisories_are_ordered)
{
    const size_t rows = sizeof versions / sizeof versions[0];
    for (size_t i = 0; i < rows * 4; i++) {
        for (size_t k = 0; k < rows * 4; k++) {
            const char *a = versions[i / 4][i % 4];
            const char *b = versions[k / 4][k % 4];
            if ((a == NULL && i > 0) || (b == NULL && k > 0))
                continue;
            int order = csaf_version_compare(a, b);
            int wanted = i / 4 < k / 4 ? -1 : i / 4 > k / 4;
            ck_assert_msg((order > 0) - (order < 0) == wanted, "\"%s\" \"%s\": %d", a, b, order);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.csaf");
    TCase *tc = tcase_create("csaf");
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, the_document_says_who_and_what);
    tcase_add_test(tc, branches_give_vendor_family_product_and_version);
    tcase_add_test(tc, vulnerabilities_carry_sets_of_products);
    tcase_add_test(tc, a_relationship_is_a_product_of_two_parts_and_groups_are_expanded);
    tcase_add_test(tc, sets_are_sorted_without_doubles_and_without_unknown_ids);
    tcase_add_test(tc, products_with_one_id_are_marked_both);
    tcase_add_test(tc, relationships_may_be_circular_or_dangling);
    tcase_add_test(tc, the_innermost_branch_counts);
    tcase_add_test(tc, what_has_the_wrong_type_counts_as_absent);
    tcase_add_loop_test(tc, base_scores_are_tenths, 0, (int)(sizeof scores / sizeof scores[0]));
    tcase_add_test(tc, every_score_of_one_digit_is_read_exactly);
    tcase_add_loop_test(tc, a_label_that_is_not_known_is_never_taken_for_a_weaker_one, 0,
                        (int)(sizeof labels / sizeof labels[0]));
    tcase_add_test(tc, versions_of_advisories_are_ordered);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
