/*
 * Scores that FIRST publishes with its specifications: the examples of v3.x, the three worked
 * examples in chapter 3.3 of the guide of v2 with all their groups; and traps of the equations.
 */
#include "advisory/cvss.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *vector;
    int base, temporal, environmental;
    const char *severity;
} published[] = {
    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61, 61, 61, "MEDIUM"},    /* CVE-2013-1937 */
    {"CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64, 64, 64, "MEDIUM"},    /* CVE-2013-0375 */
    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31, 31, 31, "LOW"},       /* CVE-2014-3566 */
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99, 99, 100, "CRITICAL"}, /* CVE-2012-1516 */
    {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 42, 42, 42, "MEDIUM"},    /* CVE-2009-0783 */
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 88, 88, 88, "HIGH"},      /* CVE-2012-0384 */
    {"CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 78, 78, 78, "HIGH"},      /* CVE-2015-1098 */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75, 75, 75, "HIGH"},      /* CVE-2014-0160 */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98, 98, 98, "CRITICAL"},  /* CVE-2014-6271 */
    {"CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 68, 68, 68, "MEDIUM"},    /* CVE-2008-1447 */
    {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68, 68, 68, "MEDIUM"},    /* CVE-2014-2005 */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 58, 58, 58, "MEDIUM"},    /* CVE-2010-0467 */
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 54, 54, 54, "MEDIUM"},    /* CVE-2014-9253 */
    {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 88, 88, 88, "HIGH"},      /* CVE-2011-1265 */
    {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 46, 46, 46, "MEDIUM"},    /* CVE-2014-2019 */
    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 74, 74, 74, "HIGH"},      /* CVE-2014-0224 */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 96, 96, 97, "CRITICAL"},  /* CVE-2012-5376 */
    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H", 75, 75, 75, "HIGH"},      /* CVE-2016-2118 */

    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H", 78, 64, 0, "HIGH"},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 78, 64, 92, "HIGH"},
    {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 100, 83, 90, "HIGH"},
    {"(AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M)", 62, 49, 75,
     "MEDIUM"},

    /* No impact, no score, whatever else is said. */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N/E:H/CR:H", 0, 0, 0, "NONE"},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:N", 0, 0, 0, "LOW"},
    /* The environmental equation of v3.1 gives a changed scope more than that of v3.0. */
    {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H", 82, 82, 83, "HIGH"},
    {"CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H", 82, 82, 82, "HIGH"},
    /* 5.0 × 0.92 is 4.6 and not a little more. */
    {"CVSS:3.0/AV:N/AC:H/PR:H/UI:N/S:U/C:N/I:L/A:H/RC:U", 50, 46, 46, "MEDIUM"},
    {"CVSS:3.1/AV:N/AC:H/PR:H/UI:N/S:U/C:N/I:L/A:H/RC:U", 50, 46, 46, "MEDIUM"},
    /* PR weighs as the modified scope says, be it modified itself or not. */
    {"CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H/MS:C", 72, 72, 91, "HIGH"},
    {"CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H/MS:U", 91, 91, 72, "CRITICAL"},
    /* MISS ends at 0.915. */
    {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/CR:H/IR:H/AR:H", 68, 68, 68, "MEDIUM"},
    /* X is as if it were not there, at the end and at the beginning. */
    {"CVSS:3.0/MA:X/E:X/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N/MS:X", 98, 98, 98, "CRITICAL"},
    /* v2: a half goes up (5.0 × 0.87 is 4.35). */
    {"AV:L/AC:M/Au:S/C:N/I:C/A:P/RL:OF", 50, 44, 44, "MEDIUM"},
    /* Base impact may exceed 10, the adjusted one may not; without its metrics it is not asked. */
    {"AV:L/AC:L/Au:N/C:C/I:C/A:C", 72, 72, 72, "HIGH"},
    {"AV:L/AC:L/Au:N/C:C/I:C/A:C/TD:ND/CR:ND", 72, 72, 72, "HIGH"},
    {"AV:L/AC:L/Au:N/C:C/I:C/A:C/TD:H", 72, 72, 71, "HIGH"},
    /* An adjusted score below 0 is 0 at the end, and as the equations have it before. */
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L", 8, 8, 0, "LOW"},
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L/CDP:L", 8, 8, 8, "LOW"},
};

/* Proves: 4.1.7 score */
START_TEST(published_scores_come_out)
{
    struct cvss cvss;
    struct err err = {0};
    const char *vector = published[_i].vector;
    ck_assert_msg(cvss_read(&cvss, vector, &err) == OK, "%s: %s", vector, err.text);
    ck_assert_msg(cvss.base_tenths == published[_i].base &&
                      cvss.temporal_tenths == published[_i].temporal &&
                      cvss.environmental_tenths == published[_i].environmental,
                  "%s: %d, %d, %d", vector, cvss.base_tenths, cvss.temporal_tenths,
                  cvss.environmental_tenths);
    ck_assert_str_eq(cvss.severity, published[_i].severity);
}
END_TEST

START_TEST(severities_begin_where_the_tables_say)
{
    static const struct {
        int tenths;
        const char *v3, *v2;
    } rows[] = {{0, "NONE", "LOW"},       {1, "LOW", "LOW"},        {39, "LOW", "LOW"},
                {40, "MEDIUM", "MEDIUM"}, {69, "MEDIUM", "MEDIUM"}, {70, "HIGH", "HIGH"},
                {89, "HIGH", "HIGH"},     {90, "CRITICAL", "HIGH"}, {100, "CRITICAL", "HIGH"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_str_eq(cvss_severity(CVSS_3_1, rows[i].tenths), rows[i].v3);
        ck_assert_str_eq(cvss_severity(CVSS_3_0, rows[i].tenths), rows[i].v3);
        ck_assert_str_eq(cvss_severity(CVSS_2_0, rows[i].tenths), rows[i].v2);
    }
}
END_TEST

/* What a person reads; one line of each kind. */
static const struct {
    const char *vector, *line;
} printed[] = {
    {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
     "    AV:A    attack vector                     adjacent network\n"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
     "    ISS               = 1 - (1 - 0.56) × (1 - 0.56) × (1 - 0.56) = 0.914816\n"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
     "    exploitability    = 8.22 × 0.85 × 0.77 × 0.85 × 0.85 = 3.887042775\n"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
     "roundup(min(impact + exploitability, 10)) = roundup(9.760161495) = 9.8 CRITICAL\n"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U",
     "    score             = roundup(9.8 × 0.91 × 1 × 1) = roundup(8.918) = 9.0 CRITICAL\n"},
    {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H",
     "    impact            = 7.52 × (ISS - 0.029) - 3.25 × (ISS - 0.02)^15 = 6.0477304915…\n"},
    {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H",
     "7.52 × (MISS - 0.029) - 3.25 × (MISS × 0.9731 - 0.02)^13 = 6.1280263288…\n"},
    {"CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H",
     "7.52 × (MISS - 0.029) - 3.25 × (MISS - 0.02)^15 = 6.0477304915…\n"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:H/CR:H/AR:L",
     "min(1 - (1 - 0.56 × 1.5) × (1 - 0.22) × (1 - 0.56 × 0.5), 0.915) = 0.910144\n"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "= 0, since there is no impact: 0.0 NONE\n"},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C",
     "round((0.6 × impact + 0.4 × exploitability - 1.5) × 1.176) = round(7.78639008) = 7.8 HIGH\n"},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C", "the temporal score, since no metric of this group is defined: "
                                   "7.8 HIGH\n"},
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L/CDP:L",
     "    adjusted base     = round((0.6 × impact + 0.4 × exploitability - 1.5) × 1.176) = "
     "round(-0.1687266) = -0.2\n"},
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L/CDP:L",
     "    adjusted temporal = round(-0.2 × 1 × 1 × 1) = round(-0.2) = -0.2\n"},
    {"AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L/CDP:L",
     "round((adjusted temporal + (10 - adjusted temporal) × 0.1) × 1) = 0.8 LOW\n"},
};

START_TEST(a_person_can_follow_how_a_score_comes_about)
{
    struct cvss cvss;
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_LINE);
    ck_assert_int_eq(cvss_read(&cvss, printed[_i].vector, &err), OK);
    cvss_print(&out, &cvss);
    ck_assert_msg(strstr(str_text(&out), printed[_i].line) != NULL, "%s", str_text(&out));
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.cvss_published");
    TCase *tc = tcase_create("cvss_published");
    tcase_add_loop_test(tc, published_scores_come_out, 0,
                        (int)(sizeof published / sizeof published[0]));
    tcase_add_test(tc, severities_begin_where_the_tables_say);
    tcase_add_loop_test(tc, a_person_can_follow_how_a_score_comes_about, 0,
                        (int)(sizeof printed / sizeof printed[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
