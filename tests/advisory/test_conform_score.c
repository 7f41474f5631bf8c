/* CSAF 2.0, 6.1.9, 6.1.10, 6.2.19, 6.2.20 and 6.3.1: scores, severities and vectors. */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE FIXTURE("exm-2026-0100.json")

#define V3(version, vector, members)                                                               \
    "cvss_v3", "{\"version\": \"" version "\", \"vectorString\": \"CVSS:" version "/" vector       \
               "\", " members "}"
#define V2(vector, members)                                                                        \
    "cvss_v2", "{\"version\": \"2.0\", \"vectorString\": \"" vector "\", " members "}"
#define HIGH "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define RIGHT "\"baseScore\": 9.8, \"baseSeverity\": \"CRITICAL\""
#define CHANGED "AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H"
#define RIGHT_CHANGED "\"baseScore\": 8.2, \"baseSeverity\": \"HIGH\""
#define EXAMPLE_V2 "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H"

static const struct {
    const char *kind, *score;
    const char *test;   /* that fires; NULL for none of the two */
    const char *member; /* at which it points */
    const char *says;
} scores[] = {
    {V3("3.1", HIGH, RIGHT), NULL, NULL, NULL},
    {V3("3.1", HIGH, "\"baseScore\": 9.80, \"baseSeverity\": \"CRITICAL\""), NULL, NULL, NULL},
    {V3("3.1", HIGH, "\"baseScore\": 9.7, \"baseSeverity\": \"CRITICAL\""), "6.1.9", "baseScore",
     "The vector gives 9.8"},
    {V3("3.1", HIGH, "\"baseScore\": 9.8, \"baseSeverity\": \"HIGH\""), "6.1.9", "baseSeverity",
     "The vector gives CRITICAL"},
    {V3("3.1", HIGH "/E:U", RIGHT ", \"temporalScore\": 9.0, \"temporalSeverity\": \"CRITICAL\""),
     NULL, NULL, NULL},
    {V3("3.1", HIGH "/E:U", RIGHT ", \"temporalScore\": 8.9"), "6.1.9", "temporalScore",
     "The vector gives 9.0"},
    {V3("3.1", HIGH "/E:U", RIGHT ", \"temporalSeverity\": \"HIGH\""), "6.1.9", "temporalSeverity",
     "The vector gives CRITICAL"},
    {V3("3.1", HIGH "/MAV:P/CR:L", RIGHT ", \"environmentalScore\": 6.5"), NULL, NULL, NULL},
    {V3("3.1", HIGH "/MAV:P/CR:L", RIGHT ", \"environmentalScore\": 9.8"), "6.1.9",
     "environmentalScore", "The vector gives 6.5"},
    {V3("3.1", HIGH, RIGHT ", \"environmentalSeverity\": \"LOW\""), "6.1.9",
     "environmentalSeverity", "The vector gives CRITICAL"},
    /* The environmental equation of v3.1 is another one, that of v3.0 is not. */
    {V3("3.1", CHANGED, RIGHT_CHANGED ", \"environmentalScore\": 8.3"), NULL, NULL, NULL},
    {V3("3.0", CHANGED, RIGHT_CHANGED ", \"environmentalScore\": 8.2"), NULL, NULL, NULL},
    {V3("3.0", CHANGED, RIGHT_CHANGED ", \"environmentalScore\": 8.3"), "6.1.9",
     "environmentalScore", "The vector gives 8.2"},
    /* 5.0 × 0.92 is 4.6 and not a little more. */
    {V3("3.0", "AV:N/AC:H/PR:H/UI:N/S:U/C:N/I:L/A:H/RC:U",
        "\"baseScore\": 5.0, \"baseSeverity\": \"MEDIUM\", \"temporalScore\": 4.6"),
     NULL, NULL, NULL},
    {V2(EXAMPLE_V2, "\"baseScore\": 7.8, \"temporalScore\": 6.4, \"environmentalScore\": 9.2"),
     NULL, NULL, NULL},
    {V2(EXAMPLE_V2, "\"baseScore\": 7.8, \"temporalScore\": 6.5"), "6.1.9", "temporalScore",
     "The vector gives 6.4"},
    {V2(EXAMPLE_V2, "\"baseScore\": 7.8, \"environmentalScore\": 9.1"), "6.1.9",
     "environmentalScore", "The vector gives 9.2"},
    {V3("3.1", HIGH, RIGHT ", \"attackVector\": \"LOCAL\""), "6.1.10", "attackVector",
     "The vector says AV:N, which is NETWORK"},
    {V3("3.1", HIGH "/MPR:H", RIGHT ", \"modifiedPrivilegesRequired\": \"NONE\""), "6.1.10",
     "modifiedPrivilegesRequired", "The vector says MPR:H, which is HIGH"},
    {V2(EXAMPLE_V2, "\"baseScore\": 7.8, \"collateralDamagePotential\": \"LOW_MEDIUM\""), "6.1.10",
     "collateralDamagePotential", "The vector says CDP:H, which is HIGH"},
    /* What the vector leaves out, the member may say. */
    {V3("3.1", HIGH, RIGHT ", \"exploitCodeMaturity\": \"FUNCTIONAL\""), NULL, NULL, NULL},
};

/* The gate's answer to one product with this status and this score; text is to outlive it. */
static void judge(struct gate_result *result, struct str *text, const char *status,
                  const char *kind, const char *score)
{
    struct str patch;
    str_init(&patch, STR_LIMIT_LINE);
    str_addf(&patch,
             "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
             "\"product_status\": {\"%s\": [\"P1\"]}, \"scores\": [{\"products\": [\"P1\"], "
             "\"%s\": %s}]}]}",
             status, kind, score);
    support_merge(text, BASE, str_text(&patch));
    gate_check(result, NULL, str_bytes(text), NULL);
    str_dispose(&patch);
}

static bool fired(const struct gate_result *result, const char *test)
{
    return result->csaf.answer[conform_find(test)] == CONFORM_FIRED;
}

START_TEST(scores_and_metrics_say_what_the_vector_says)
{
    struct str text;
    struct gate_result result;
    judge(&result, &text, "known_affected", scores[_i].kind, scores[_i].score);
    static const char *const tests[] = {"6.1.9", "6.1.10", "6.1.8"};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        ck_assert_msg(fired(&result, tests[i]) == text_equal(tests[i], scores[_i].test), "%s: %s",
                      tests[i], scores[_i].score);
    }
    if (scores[_i].test != NULL) {
        char pointer[120];
        (void)snprintf(pointer, sizeof pointer, "/vulnerabilities/0/scores/0/%s/%s",
                       scores[_i].kind, scores[_i].member);
        const struct finding *finding = support_finding(&result, scores[_i].test, NULL);
        ck_assert_ptr_nonnull(finding);
        ck_assert_str_eq(finding->pointer, pointer);
        ck_assert_msg(strstr(finding->message, scores[_i].says) != NULL, "%s", finding->message);
    }
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

#define NO_IMPACT                                                                                  \
    ", \"modifiedAvailabilityImpact\": \"NONE\", \"modifiedConfidentialityImpact\": \"NONE\", "    \
    "\"modifiedIntegrityImpact\": \"NONE\""
#define IMPACT                                                                                     \
    ", \"availabilityImpact\": \"HIGH\", \"confidentialityImpact\": \"HIGH\""                      \
    ", \"integrityImpact\": \"HIGH\""
#define SMALL_V2 "AV:L/AC:H/Au:M/C:P/I:N/A:N"

static const struct {
    const char *kind, *score;
    bool fires;
} of_fixed[] = {
    {V3("3.1", HIGH, RIGHT), true},
    {V3("3.0", HIGH, RIGHT), true},
    {V3("3.1", HIGH "/MC:N/MI:N/MA:N", RIGHT), false},
    {V3("3.0", HIGH "/MC:N/MI:N/MA:N", RIGHT), false},
    {V3("3.1", HIGH "/MC:N/MI:N/MA:N", RIGHT ", \"environmentalScore\": 0.1"), true},
    {V3("3.1", HIGH "/MC:N/MI:N", RIGHT), true},
    {V3("3.1", HIGH "/MC:N/MI:N/MA:X", RIGHT), true},
    /* What the vector leaves out, the members may say; what it says counts. */
    {V3("3.1", HIGH, RIGHT NO_IMPACT), false},
    {V3("3.0", HIGH, RIGHT NO_IMPACT), false},
    {V3("3.1", HIGH "/MC:N/MI:N", RIGHT ", \"modifiedAvailabilityImpact\": \"NONE\""), false},
    {V3("3.1", HIGH "/MC:L", RIGHT NO_IMPACT), true},
    {V3("3.1", "AV:N/AC:L/PR:N/UI:N/S:U/MC:N/MI:N/MA:N", RIGHT IMPACT), false},
    {V3("3.1", "AV:N/AC:L/PR:N/UI:N/S:U/MC:N/MI:N/MA:N", RIGHT), true},
    {V2(SMALL_V2, "\"baseScore\": 0.8"), true},
    {V2(SMALL_V2 "/TD:L", "\"baseScore\": 0.8"), true},
    {V2(SMALL_V2 "/TD:N", "\"baseScore\": 0.8"), false},
    {V2(SMALL_V2, "\"baseScore\": 0.8, \"targetDistribution\": \"NONE\""), false},
    {V2("AV:L/AC:H/Au:M/C:N/I:N/A:N", "\"baseScore\": 0"), false},
    {V2("AV:L/AC:H/Au:M/C:N/I:N/A:N/CDP:L", "\"baseScore\": 0"), true},
    /* So little is required that the equation falls below 0, where the scores of v2 end. */
    {V2(SMALL_V2 "/CR:L", "\"baseScore\": 0.8, \"environmentalScore\": 0"), false},
};

START_TEST(a_fixed_product_has_an_environmental_score_of_0)
{
    static const char *const lists[] = {"first_fixed", "fixed"};
    for (size_t i = 0; i < 2; i++) {
        struct str text;
        struct gate_result result;
        judge(&result, &text, lists[i], of_fixed[_i].kind, of_fixed[_i].score);
        ck_assert_msg(!fired(&result, "schema"), "%s", of_fixed[_i].score);
        ck_assert_msg(fired(&result, "6.2.19") == of_fixed[_i].fires, "%s", of_fixed[_i].score);
        gate_dispose(&result);
        str_dispose(&text);
    }
}
END_TEST

START_TEST(a_member_that_cvss_does_not_know_is_additional)
{
    static const struct {
        const char *kind, *score, *at;
    } unknown[] = {
        {V3("3.1", HIGH, RIGHT ", \"modifiedIntegrity\": \"NONE\""), "cvss_v3/modifiedIntegrity"},
        {V3("3.0", HIGH, RIGHT ", \"modifiedIntegrity\": \"NONE\""), "cvss_v3/modifiedIntegrity"},
        {V2(EXAMPLE_V2, "\"baseScore\": 7.8, \"baseSeverity\": \"HIGH\""), "cvss_v2/baseSeverity"},
    };
    char pointer[120];
    struct str text;
    struct gate_result result;
    judge(&result, &text, "known_affected", unknown[_i].kind, unknown[_i].score);
    ck_assert(result.csaf.valid && !fired(&result, "6.1.8") && fired(&result, "6.2.20"));
    (void)snprintf(pointer, sizeof pointer, "/vulnerabilities/0/scores/0/%s", unknown[_i].at);
    ck_assert_ptr_nonnull(support_finding(&result, "6.2.20", pointer));
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(a_score_of_v2_is_alone_when_its_product_has_no_other)
{
    static const struct {
        const char *of_v2, *of_v3; /* products of two elements of scores */
        bool alone;
    } pairs[] = {{"\"P1\"", "\"P1\"", false},
                 {"\"P1\"", "\"P2\"", true},
                 {"\"P1\", \"P2\"", "\"P2\"", true},
                 {"\"P2\"", "\"P1\", \"P2\"", false}};
    static const struct gate_context full = {.preset = CONFORM_FULL};
    struct str patch;
    struct str text;
    struct gate_result result;
    str_init(&patch, STR_LIMIT_LINE);
    str_addf(&patch,
             "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
             "\"scores\": [{\"products\": [%s], \"%s\": %s}, {\"products\": [%s], \"%s\": %s}]}]}",
             pairs[_i].of_v2, V2(EXAMPLE_V2, "\"baseScore\": 7.8"), pairs[_i].of_v3,
             V3("3.1", HIGH, RIGHT));
    support_merge(&text, BASE, str_text(&patch));
    gate_check(&result, NULL, str_bytes(&text), &full);
    ck_assert(!fired(&result, "schema"));
    ck_assert(fired(&result, "6.3.1") == pairs[_i].alone);
    gate_dispose(&result);
    str_dispose(&text);
    str_dispose(&patch);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.conform_score");
    TCase *tc = tcase_create("conform_score");
    tcase_add_loop_test(tc, scores_and_metrics_say_what_the_vector_says, 0,
                        (int)(sizeof scores / sizeof scores[0]));
    tcase_add_loop_test(tc, a_fixed_product_has_an_environmental_score_of_0, 0,
                        (int)(sizeof of_fixed / sizeof of_fixed[0]));
    tcase_add_loop_test(tc, a_member_that_cvss_does_not_know_is_additional, 0, 3);
    tcase_add_loop_test(tc, a_score_of_v2_is_alone_when_its_product_has_no_other, 0, 4);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
