/* What the gate refuses, row by row, on an advisory that it accepts otherwise. */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAIN FIXTURE("exm-2026-0007.json")
#define NET FIXTURE("exm-2026-0008.json")
#define VEX FIXTURE("exm-2026-0009-vex.json")
#define INFO FIXTURE("exm-2026-0010-info.json")
#define V0 "/vulnerabilities/0"
#define V1 "/vulnerabilities/1"
#define CVSS0 V0 "/scores/0/cvss_v3"
#define P100 "/product_tree/branches/0/branches/0/branches/0/branches/0"

static const char *const accepted[] = {MAIN, NET, VEX, INFO};

START_TEST(whole_advisories_are_accepted)
{
    struct str text;
    struct gate_result result;
    support_read(&text, accepted[_i]);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    ck_assert(!result.refused);
    /* Warnings of rows that ask for more than the law does are fine. */
    for (size_t i = 0; i < result.count; i++)
        ck_assert_msg(result.findings[i].severity == SEVERITY_WARN &&
                          text_starts(result.findings[i].test, "gate."),
                      "%s: %s", accepted[_i], result.findings[i].message);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* One or two changes (json NULL drops the value) and the one finding that they must bring. */
static const struct row_case {
    const char *path;
    struct change change[2];
    const char *test;
    const char *pointer;
    const char *says;
} cases[] = {
    /* Row 1, CSAF 2.0 section 4 */
    {MAIN,
     {{"/document/csaf_version", "\"2.1\""}},
     "gate.1",
     "/document/csaf_version",
     "The version of CSAF is \"2.1\"."},
    {MAIN, {{"/document/csaf_version", NULL}}, "gate.1", "/document", "CSAF is missing."},
    {MAIN,
     {{"/document/csaf_version", "2.0"}},
     "gate.1",
     "/document/csaf_version",
     "The version of CSAF is not a text."},
    {MAIN,
     {{"/document/category", "\"csaf_base\""}},
     "gate.1",
     "/document/category",
     "The category of the advisory is \"csaf_base\"."},
    {MAIN, {{"/document/category", "\"CSAF_VEX\""}}, "gate.1", "/document/category", "is \"CSAF"},
    {MAIN, {{"/document/category", NULL}}, "gate.1", "/document", "category"},
    /* Row 2, ISO/IEC 29147 7.4.4 */
    {MAIN,
     {{"/document/title", "\" \\t\\u00a0\""}},
     "gate.2",
     "/document/title",
     "The title is empty."},
    {MAIN, {{"/document/title", "\"\\u200b...\""}}, "gate.2", "/document/title", "is empty"},
    {MAIN, {{"/document/title", NULL}}, "gate.2", "/document", "The title is missing."},
    /* Row 5 */
    {MAIN, {{"/document/tracking/id", NULL}}, "gate.5", "/document/tracking", "is missing"},
    {MAIN, {{"/document/tracking/id", "\"  \""}}, "gate.5", "/document/tracking/id", "is empty"},
    /* Row 6 */
    {MAIN,
     {{"/document/tracking/status", "\"draft\""}},
     "gate.6",
     "/document/tracking/status",
     "The status of the advisory is \"draft\"."},
    {MAIN,
     {{"/document/tracking/status", "\"Final\""}},
     "gate.6",
     "/document/tracking/status",
     "Final"},
    {MAIN, {{"/document/tracking/status", NULL}}, "gate.6", "/document/tracking", "is missing"},
    /* Row 9, 81001-5-1 §4.1.7: description */
    {MAIN, {{V0 "/notes", NULL}}, "gate.9", V0, "CVE-2026-900071 has no description"},
    {MAIN, {{V1 "/notes/0/text", "\" - \""}}, "gate.9", V1 "/notes", "CVE-2026-900072"},
    {MAIN, {{V1 "/notes/0/category", "\"other\""}}, "gate.9", V1 "/notes", "no description"},
    {VEX, {{V0 "/notes", "[]"}}, "gate.9", V0 "/notes", "CVE-2026-900091"},
    {INFO, {{"/document/notes", NULL}}, "gate.9", "/document", "The advisory has no description"},
    {INFO,
     {{"/document/notes/0/category", "\"legal_disclaimer\""}},
     "gate.9",
     "/document/notes",
     "6.1.27.1"},
    /* Row 11, 81001-5-1 §4.1.7: CVSS */
    {MAIN,
     {{V0 "/scores", NULL}},
     "gate.11",
     V0,
     "CVE-2026-900071 has no CVSS score for 2 affected products: Example Medical ExampleInfuse "
     "P100 before 2.4.1, Example Medical ExampleInfuse P200"},
    {MAIN, {{V0 "/scores", "[]"}}, "gate.11", V0 "/scores", "has no CVSS score for 2"},
    {MAIN,
     {{V0 "/scores/0/products/1", NULL}},
     "gate.11",
     V0 "/scores",
     "has no CVSS score for 1 affected product: Example Medical ExampleInfuse P200"},
    {MAIN,
     {{CVSS0 "/baseScore", "8.2"}},
     "gate.11",
     CVSS0 "/baseScore",
     "CVE-2026-900071: the base score is 8.2, but its vector gives 8.3 (IEC 81001-5-1 §4.1.7)."},
    {MAIN,
     {{CVSS0 "/baseScore", NULL}},
     "gate.11",
     CVSS0,
     "there is no base score; the vector gives 8.3"},
    {MAIN, {{CVSS0 "/baseScore", "\"8.3\""}}, "gate.11", CVSS0 "/baseScore", "no base score"},
    {MAIN, {{CVSS0 "/vectorString", NULL}}, "gate.11", CVSS0, "the score has no vector"},
    {MAIN,
     {{CVSS0 "/vectorString", "\"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:X\""}},
     "gate.11",
     CVSS0 "/vectorString",
     "\"A:X\": A has no such value"},
    {MAIN,
     {{CVSS0 "/vectorString", "\"CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H\""}},
     "gate.11",
     CVSS0 "/vectorString",
     "the vector is one of CVSS 3.0 and stands as another"},
    {MAIN,
     {{CVSS0 "/vectorString", "\"AV:N/AC:L/Au:N/C:C/I:C/A:C\""}, {CVSS0 "/version", "\"2.0\""}},
     "gate.11",
     CVSS0 "/vectorString",
     "the vector is one of CVSS 2.0"},
    {NET,
     {{V0 "/scores/0/cvss_v2/baseScore", "6.2"}},
     "gate.11",
     V0 "/scores/0/cvss_v2/baseScore",
     "the base score is 6.2, but its vector gives 6.1"},
    {NET,
     {{V0 "/scores/0/cvss_v3", NULL}, {V0 "/scores/0/cvss_v2", NULL}},
     "gate.11",
     V0 "/scores",
     "has no CVSS score for 2"},
    /* Row 13, 81001-5-1 §4.1.7: affected versions */
    {MAIN,
     {{P100 "/category", "\"product_name\""}},
     "gate.13",
     V0 "/product_status/known_affected",
     "CVE-2026-900071 does not say which versions are affected of 1 product: Example Medical "
     "ExampleInfuse P100 before 2.4.1 (IEC 81001-5-1 §4.1.7)."},
    {MAIN, {{P100 "/name", "\" \""}}, "gate.13", V0 "/product_status/known_affected", "1 product"},
    {MAIN, {{V0 "/product_status", NULL}}, "gate.13", V0, "it has no product status"},
    {MAIN,
     {{V0 "/product_status", "{\"known_affected\":[]}"}},
     "gate.13",
     V0 "/product_status",
     "names no product"},
    {MAIN,
     {{V0 "/product_status/known_affected", "\"EXM-P100-AFFECTED\""}},
     "gate.13",
     V0 "/product_status/known_affected",
     "1 product"},
    {VEX, {{"/vulnerabilities", NULL}}, "gate.13", "", "names no vulnerability"},
    {MAIN, {{"/vulnerabilities", "[]"}}, "gate.13", "/vulnerabilities", "names no vulnerability"},
    {MAIN, {{V1, "\"CVE-2026-900072\""}}, "gate.13", V1, "This is not a vulnerability."},
    {NET,
     {{"/product_tree/branches/1/branches/0/branches/0/category", "\"architecture\""}},
     "gate.13",
     V0 "/product_status/known_affected",
     "1 product: ExampleNet before 4.0.2 on Ex"},
    /* Row 16, 81001-5-1 §4.1.7: resolution */
    {MAIN,
     {{V1 "/remediations", NULL}},
     "gate.16",
     V1,
     "CVE-2026-900072 has no remediation with details for 2 affected products: "},
    {MAIN,
     {{V1 "/remediations/0/category", "\"advice\""}},
     "gate.16",
     V1 "/remediations",
     "for 1 affected product: Example Medical ExampleInfuse P200"},
    {MAIN, {{V1 "/remediations/0/details", "\"\\n\""}}, "gate.16", V1 "/remediations", "P200"},
    {MAIN, {{V1 "/remediations/0/product_ids", NULL}}, "gate.16", V1 "/remediations", "P200"},
    {NET,
     {{V0 "/remediations/1/group_ids/0", "\"NO-SUCH-GROUP\""}},
     "gate.16",
     V0 "/remediations",
     "for 1 affected product: ExampleNet before 4.0.2 in ExampleVent 5.1.0"},
};

/* Proves: gate.1, gate.2, gate.5, gate.6, gate.9, gate.11, gate.13, gate.16 */
START_TEST(each_missing_or_wrong_element_is_one_finding_at_its_place)
{
    const struct row_case *c = &cases[_i];
    struct str text;
    struct gate_result result;
    support_change(&text, c->path, c->change, c->change[1].pointer != NULL ? 2 : 1);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    ck_assert(result.refused);
    /* Tests of CSAF find the same faults in their own words. */
    ck_assert_msg(support_row_count(&result) == 1, "%s: %zu findings, the first: %s", c->says,
                  result.count, result.findings[0].message);
    const struct finding *finding = support_row(&result);
    bool waivable = strcmp(c->test, "gate.11") == 0;
    bool is_g1 = strlen(c->test) == strlen("gate.1") && strcmp(c->test, "gate.9") != 0;
    ck_assert_str_eq(finding->test, c->test);
    ck_assert_str_eq(finding->gate, is_g1 ? "G1" : "G2");
    ck_assert_int_eq(finding->severity, waivable ? SEVERITY_WAIVABLE : SEVERITY_REJECT);
    ck_assert_str_eq(finding->pointer, c->pointer);
    ck_assert_msg(strstr(finding->message, c->says) != NULL, "%s", finding->message);
    ck_assert_uint_gt(strlen(finding->mend), 10);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* Changes that leave nothing missing. */
static const struct row_case good[] = {
    {MAIN, {{"/document/tracking/status", "\"interim\""}}, NULL, NULL, "interim"},
    {MAIN, {{"/document/category", "\"csaf_vex\""}}, NULL, NULL, "VEX"},
    {INFO, {{"/document/category", "\"csaf_security_incident_response\""}}, NULL, NULL, "incident"},
    {MAIN, {{V0 "/notes/0", NULL}}, NULL, NULL, "details are a description too"},
    {MAIN, {{V0 "/notes/0/text", "\"\\u4e00\\u6587\""}}, NULL, NULL, "any script"},
    {MAIN, {{V0 "/remediations/2", NULL}}, NULL, NULL, "a fix alone"},
    {MAIN, {{V1 "/remediations/1", NULL}}, NULL, NULL, "a workaround alone"},
    {NET, {{V0 "/remediations/1/category", "\"mitigation\""}}, NULL, NULL, "by group"},
    {NET, {{V0 "/scores/0/cvss_v3", NULL}}, NULL, NULL, "v2 alone"},
    {MAIN, {{CVSS0 "/version", NULL}}, NULL, NULL, "the vector says its version"},
    {MAIN, {{P100 "/category", "\"product_version\""}}, NULL, NULL, "version or range"},
};

START_TEST(what_is_enough_is_accepted)
{
    const struct row_case *c = &good[_i];
    struct str text;
    struct gate_result result;
    support_change(&text, c->path, c->change, 1);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    const struct finding *row = support_row(&result);
    ck_assert_msg(row == NULL, "%s: %s", c->says, row != NULL ? row->message : "");
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(an_equivalent_ranking_in_the_order_meets_row_11)
{
    const struct gate_context context = {.has_ranking = true};
    struct str text;
    struct gate_result result;
    support_change(&text, MAIN, &(struct change){V0 "/scores", NULL}, 1);
    gate_check(&result, NULL, str_bytes(&text), &context);
    ck_assert(!result.refused);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(an_id_that_is_defined_twice_or_nowhere_has_no_version)
{
    struct str text;
    struct gate_result result;
    support_change(&text, MAIN,
                   &(struct change){P100 "/product/product_id", "\"EXM-P200-AFFECTED\""}, 1);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    const struct finding *finding =
        support_finding(&result, "gate.13", V0 "/product_status/known_affected");
    ck_assert_ptr_nonnull(finding);
    /* The one defined twice, and the one that is gone by its bare id. */
    ck_assert_ptr_nonnull(strstr(finding->message, "of 2 products: EXM-P100-AFFECTED, Example"));
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(a_circle_of_relationships_has_no_version)
{
    struct gate_result result;
    gate_check(&result, NULL,
               bytes_of("{\"product_tree\":{\"relationships\":["
                        "{\"full_product_name\":{\"product_id\":\"R\"},\"product_reference\":\"R\","
                        "\"relates_to_product_reference\":\"R\"}]},\"vulnerabilities\":[{"
                        "\"product_status\":{\"known_affected\":[\"R\",\"R\\u0000\"]}}]}"),
               NULL);
    const struct finding *finding =
        support_finding(&result, "gate.13", V0 "/product_status/known_affected");
    ck_assert_ptr_nonnull(finding);
    ck_assert_ptr_nonnull(strstr(finding->message, "of 2 products: R, an id that is not a text"));
    gate_dispose(&result);
}
END_TEST

START_TEST(many_products_that_lack_the_same_are_one_finding)
{
    struct str text;
    struct gate_result result;
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, "{\"product_tree\":{\"full_product_names\":[");
    for (int i = 0; i < 12; i++)
        str_addf(&text, "%s{\"product_id\":\"%d\",\"name\":\"Pump\\n%d\"}", i == 0 ? "" : ",", i,
                 i);
    str_add(&text, "]},\"vulnerabilities\":[{\"product_status\":{\"first_affected\":[");
    for (int i = 0; i < 12; i++)
        str_addf(&text, "%s\"%d\"", i == 0 ? "" : ",", i);
    str_add(&text, "]}}]}");
    gate_check(&result, NULL, str_bytes(&text), NULL);
    const struct finding *finding = support_finding(&result, "gate.16", V0);
    ck_assert_ptr_nonnull(finding);
    ck_assert_str_eq(finding->message,
                     "vulnerability 1 has no remediation with details for 12 affected products: "
                     "Pump 0, Pump 1, Pump 2 and 9 more (IEC 81001-5-1 §4.1.7).");
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

static const struct {
    const char *text;
    size_t size; /* 0: the text up to its NUL */
    size_t line, column;
} unreadable[] = {
    {"", 0, 1, 1},
    {"\xEF\xBB\xBF{}", 0, 1, 1},
    {"{\"a\":\"\xFF\"}", 0, 1, 7},
    {"{\n  \"a\": 1,\n  \"a\": 2\n}", 0, 3, 3},
    {"{\"a\":1}}", 0, 1, 8},
    {"[]", 0, 1, 1},
    {"\"text\"", 0, 1, 1},
    {"{}\0", 3, 1, 3},
};

START_TEST(bytes_that_cannot_be_read_are_one_finding_of_g0)
{
    struct gate_result result;
    struct csaf *csaf = (struct csaf *)&result;
    struct bytes text = bytes_of(unreadable[_i].text);
    if (unreadable[_i].size > 0)
        text.size = unreadable[_i].size;
    gate_check(&result, &csaf, text, NULL);
    ck_assert_ptr_null(csaf);
    ck_assert(result.refused);
    ck_assert_uint_eq(result.count, 1);
    ck_assert_str_eq(result.findings[0].test, "gate.0");
    ck_assert_str_eq(result.findings[0].gate, "G0");
    ck_assert_int_eq(result.findings[0].severity, SEVERITY_REJECT);
    ck_assert_str_eq(result.findings[0].pointer, "");
    ck_assert_uint_eq(result.findings[0].line, unreadable[_i].line);
    ck_assert_uint_eq(result.findings[0].column, unreadable[_i].column);
    gate_dispose(&result);
}
END_TEST

START_TEST(findings_come_worst_first_then_in_the_order_of_the_text)
{
    static const struct change changes[] = {{V0 "/scores", NULL},
                                            {V1 "/remediations", NULL},
                                            {V0 "/notes", NULL},
                                            {"/document/title", NULL}};
    static const char *const order[] = {"schema",  "gate.2",  "6.1.27.5", "gate.9", "gate.16",
                                        "gate.11", "gate.33", "6.2.3",    "6.2.2"};
    struct str text;
    struct gate_result result;
    support_change(&text, MAIN, changes, 4);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    ck_assert_uint_eq(result.count, 9);
    for (size_t i = 0; i < 9; i++)
        ck_assert_str_eq(result.findings[i].test, order[i]);
    gate_dispose(&result);
    gate_dispose(&result);
    gate_dispose(NULL);
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.gate");
    TCase *tc = tcase_create("gate");
    tcase_add_loop_test(tc, whole_advisories_are_accepted, 0,
                        (int)(sizeof accepted / sizeof accepted[0]));
    tcase_add_loop_test(tc, each_missing_or_wrong_element_is_one_finding_at_its_place, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, what_is_enough_is_accepted, 0, (int)(sizeof good / sizeof good[0]));
    tcase_add_test(tc, an_equivalent_ranking_in_the_order_meets_row_11);
    tcase_add_test(tc, an_id_that_is_defined_twice_or_nowhere_has_no_version);
    tcase_add_test(tc, a_circle_of_relationships_has_no_version);
    tcase_add_test(tc, many_products_that_lack_the_same_are_one_finding);
    tcase_add_loop_test(tc, bytes_that_cannot_be_read_are_one_finding_of_g0, 0,
                        (int)(sizeof unreadable / sizeof unreadable[0]));
    tcase_add_test(tc, findings_come_worst_first_then_in_the_order_of_the_text);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
