/* CSAF 2.0, 6.1.9 and 6.1.10: what stands beside a vector in JSON says what the vector says. */
#include "advisory/cvss.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V31                                                                                        \
    "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:L/A:N/E:P/RL:O/RC:R/CR:H/IR:L/AR:M/MAV:A/MAC:H/MPR:H/" \
    "MUI:N/MS:U/MC:L/MI:H/MA:N"
#define V2 "AV:N/AC:M/Au:S/C:P/I:C/A:N/E:POC/RL:OF/RC:UR/CDP:LM/TD:M/CR:L/IR:M/AR:H"

/* Everything that can stand beside V31 and V2, and all of it right. */
#define BESIDE_V31                                                                                 \
    "{\"version\":\"3.1\",\"vectorString\":7,\"attackVector\":\"NETWORK\","                        \
    "\"attackComplexity\":\"LOW\",\"privilegesRequired\":\"LOW\",\"userInteraction\":"             \
    "\"REQUIRED\","                                                                                \
    "\"scope\":\"CHANGED\",\"confidentialityImpact\":\"HIGH\",\"integrityImpact\":\"LOW\","        \
    "\"availabilityImpact\":\"NONE\",\"exploitCodeMaturity\":\"PROOF_OF_CONCEPT\","                \
    "\"remediationLevel\":\"OFFICIAL_FIX\",\"reportConfidence\":\"REASONABLE\","                   \
    "\"confidentialityRequirement\":\"HIGH\",\"integrityRequirement\":\"LOW\","                    \
    "\"availabilityRequirement\":\"MEDIUM\",\"modifiedAttackVector\":\"ADJACENT_NETWORK\","        \
    "\"modifiedAttackComplexity\":\"HIGH\",\"modifiedPrivilegesRequired\":\"HIGH\","               \
    "\"modifiedUserInteraction\":\"NONE\",\"modifiedScope\":\"UNCHANGED\","                        \
    "\"modifiedConfidentialityImpact\":\"LOW\",\"modifiedIntegrityImpact\":\"HIGH\","              \
    "\"modifiedAvailabilityImpact\":\"NONE\",\"baseScore\":7.6,\"baseSeverity\":\"HIGH\","         \
    "\"temporalScore\":6.6,\"temporalSeverity\":\"MEDIUM\",\"environmentalScore\":3.4,"            \
    "\"environmentalSeverity\":\"LOW\"}"
#define BESIDE_V2                                                                                  \
    "{\"version\":\"2.0\",\"accessVector\":\"NETWORK\",\"accessComplexity\":\"MEDIUM\","           \
    "\"authentication\":\"SINGLE\",\"confidentialityImpact\":\"PARTIAL\","                         \
    "\"integrityImpact\":\"COMPLETE\",\"availabilityImpact\":\"NONE\","                            \
    "\"exploitability\":\"PROOF_OF_CONCEPT\",\"remediationLevel\":\"OFFICIAL_FIX\","               \
    "\"reportConfidence\":\"UNCORROBORATED\",\"collateralDamagePotential\":\"LOW_MEDIUM\","        \
    "\"targetDistribution\":\"MEDIUM\",\"confidentialityRequirement\":\"LOW\","                    \
    "\"integrityRequirement\":\"MEDIUM\",\"availabilityRequirement\":\"HIGH\","                    \
    "\"baseScore\":7.0,\"temporalScore\":5.2,\"environmentalScore\":4.8}"

static struct json_doc *parse(const char *text)
{
    struct json_doc *doc = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(&doc, bytes_of(text), NULL, NULL, &err) == OK, "%s", err.text);
    return doc;
}

static size_t compare(struct cvss_conflict out[CVSS_CONFLICTS_MAX], const char *vector,
                      const struct json_doc *doc)
{
    struct cvss cvss;
    struct err err = {0};
    ck_assert_msg(cvss_read(&cvss, vector, &err) == OK, "%s: %s", vector, err.text);
    return cvss_compare(out, &cvss, json_root(doc));
}

static const struct {
    const char *vector, *beside;
} agreeing[] = {
    {V31, BESIDE_V31},
    {V2, BESIDE_V2},
    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "{}"},
    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
     "{\"version\":\"3.0\",\"baseScore\":9.80,\"modifiedScope\":\"NOT_DEFINED\","
     "\"exploitCodeMaturity\":\"NOT_DEFINED\",\"unknown\":\"LOCAL\"}"},
    /* v2 has no severities: a member of that name means something else. */
    {"AV:N/AC:L/Au:N/C:C/I:C/A:C", "{\"baseSeverity\":\"CRITICAL\",\"baseScore\":1e1}"},
    /* What has another type is the schema's matter. */
    {V31, "{\"version\":3.1,\"baseScore\":\"1.0\",\"attackVector\":null,\"scope\":[]}"},
};

START_TEST(what_agrees_with_the_vector_is_no_conflict)
{
    struct cvss_conflict out[CVSS_CONFLICTS_MAX];
    struct json_doc *doc = parse(agreeing[_i].beside);
    size_t count = compare(out, agreeing[_i].vector, doc);
    ck_assert_msg(count == 0, "%s: %s", count > 0 ? json_name(out[0].member) : "", out[0].says);
    json_free(doc);
}
END_TEST

/* One member of the full objects after the other says something else. */
static void change_each(const char *vector, const char *beside)
{
    struct json_doc *doc = parse(beside);
    int changed = 0;
    for (const struct json *at = json_first(json_root(doc)); at != NULL; at = json_next(at)) {
        const char *name = json_name(at);
        struct cvss_conflict out[CVSS_CONFLICTS_MAX];
        if (text_equal(name, "vectorString"))
            continue;
        struct str text;
        str_init(&text, STR_LIMIT_LINE);
        str_addf(&text, "{\"%s\":%s}", name, json_number(at) != NULL ? "0.1" : "\"OTHER\"");
        struct json_doc *other = parse(str_text(&text));
        ck_assert_msg(compare(out, vector, other) == 1, "%s", name);
        ck_assert_str_eq(json_name(out[0].member), name);
        const char *was = json_number(at) != NULL ? json_number(at) : json_string(at);
        ck_assert_str_eq(out[0].says, was);
        bool is_metric = out[0].kind == CVSS_METRIC;
        ck_assert_int_eq(is_metric, out[0].metric != NULL);
        if (is_metric) {
            struct str in_vector;
            str_init(&in_vector, STR_LIMIT_LINE);
            str_addf(&in_vector, "%s:%s", out[0].metric, out[0].letters);
            ck_assert_ptr_nonnull(strstr(vector, str_text(&in_vector)));
            str_dispose(&in_vector);
        }
        json_free(other);
        str_dispose(&text);
        changed++;
    }
    ck_assert_int_eq(changed, strstr(vector, "CVSS:") != NULL ? 29 : 18);
    json_free(doc);
}

START_TEST(each_member_that_contradicts_the_vector_is_named_with_its_metric)
{
    change_each(V31, BESIDE_V31);
    change_each(V2, BESIDE_V2);
}
END_TEST

START_TEST(all_of_them_fit_and_stand_in_order)
{
    struct cvss_conflict out[CVSS_CONFLICTS_MAX];
    struct json_doc *doc = parse(BESIDE_V31);
    size_t count = compare(
        out, "CVSS:3.0/AV:P/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H/E:U/RL:W/RC:U/CR:L/IR:H/AR:H", doc);
    ck_assert_uint_eq(count, CVSS_CONFLICTS_MAX);
    ck_assert_int_eq(out[0].kind, CVSS_VERSION);
    ck_assert_str_eq(out[0].says, "3.0");
    ck_assert_str_eq(out[1].metric, "AV");
    ck_assert_str_eq(out[1].letters, "P");
    ck_assert_str_eq(out[22].metric, "MA");
    ck_assert_ptr_null(out[22].letters); /* not in the vector at all */
    ck_assert_str_eq(out[22].says, "NOT_DEFINED");
    ck_assert_int_eq(out[23].kind, CVSS_SCORE);
    ck_assert_int_eq(out[24].kind, CVSS_SEVERITY);
    ck_assert_str_eq(json_name(out[28].member), "environmentalSeverity");
    json_free(doc);
}
END_TEST

/* 9.8, 10 and 0 in the ways of JSON, and what is only near. */
static const struct {
    const char *vector, *number;
    bool same;
} numbers[] = {
#define NINE_EIGHT "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define TEN "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
#define ZERO "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"
    {NINE_EIGHT, "9.8", true},
    {NINE_EIGHT, "9.80000000000000000000", true},
    {NINE_EIGHT, "98e-1", true},
    {NINE_EIGHT, "0.098E+2", true},
    {NINE_EIGHT, "9800000000e-9", true},
    {NINE_EIGHT, "9.80000000000000000001", false},
    {NINE_EIGHT, "9.80000000000000000001e19", false},
    {NINE_EIGHT, "9.79999999999999999999", false},
    {NINE_EIGHT, "9.81", false},
    {NINE_EIGHT, "9.7", false},
    {NINE_EIGHT, "98", false},
    {NINE_EIGHT, "9.08", false},
    {NINE_EIGHT, "-9.8", false},
    {NINE_EIGHT, "98e-99999999999999999999", false},
    {NINE_EIGHT, "9.8e1", false},
    {TEN, "10", true},
    {TEN, "10.0", true},
    {TEN, "1e1", true},
    {TEN, "0.01e3", true},
    {TEN, "1", false},
    {TEN, "100", false},
    {TEN, "10.00000000000000000001", false},
    {ZERO, "0", true},
    {ZERO, "0.000", true},
    {ZERO, "-0", true},
    {ZERO, "0e5", true},
    {ZERO, "0.1", false},
    {ZERO, "1e-99999999999999999999", false},
};

START_TEST(a_score_is_compared_as_it_is_written)
{
    struct cvss_conflict out[CVSS_CONFLICTS_MAX];
    char text[80];
    (void)snprintf(text, sizeof text, "{\"baseScore\":%s}", numbers[_i].number);
    struct json_doc *doc = parse(text);
    size_t count = compare(out, numbers[_i].vector, doc);
    ck_assert_msg((count == 0) == numbers[_i].same, "%s", numbers[_i].number);
    json_free(doc);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.cvss_json");
    TCase *tc = tcase_create("cvss_json");
    tcase_add_loop_test(tc, what_agrees_with_the_vector_is_no_conflict, 0,
                        (int)(sizeof agreeing / sizeof agreeing[0]));
    tcase_add_test(tc, each_member_that_contradicts_the_vector_is_named_with_its_metric);
    tcase_add_test(tc, all_of_them_fit_and_stand_in_order);
    tcase_add_loop_test(tc, a_score_is_compared_as_it_is_written, 0,
                        (int)(sizeof numbers / sizeof numbers[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
