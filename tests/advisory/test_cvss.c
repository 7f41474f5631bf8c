/* CVSS v2, v3.0 and v3.1 of FIRST: the computed number behind gate row 11 (81001-5-1 §4.1.7). */
#include "advisory/cvss.h"

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The reference: the equations once more, in whole numbers instead of binary fractions, so that
 * no rounding error of the code under test can repeat itself here.
 */
static int64_t pick(const char *letters, char letter, const int64_t weights[])
{
    const char *at = strchr(letters, letter);
    ck_assert_ptr_nonnull(at);
    return weights[at - letters];
}

/* Base score of v3 in units of 10^-10, exact; only the 15th power needs a (long) fraction. */
static long double reference_v3(const char v[8])
{
    bool changed = v[4] == 'C';
    int64_t av = pick("NALP", v[0], (const int64_t[]){85, 62, 55, 20});
    int64_t ac = pick("LH", v[1], (const int64_t[]){77, 44});
    int64_t pr = changed ? pick("NLH", v[2], (const int64_t[]){85, 68, 50})
                         : pick("NLH", v[2], (const int64_t[]){85, 62, 27});
    int64_t ui = pick("NR", v[3], (const int64_t[]){85, 62});
    int64_t left = 1;
    for (int i = 5; i < 8; i++)
        left *= 100 - pick("NLH", v[i], (const int64_t[]){0, 22, 56});
    int64_t iss = 1000000 - left;                     /* 10^-6 */
    int64_t exploitability = 822 * av * ac * pr * ui; /* 10^-10 */
    if (!changed) {
        int64_t impact = 642 * iss * 100; /* 10^-10 */
        return impact <= 0 ? 0 : (long double)(impact + exploitability);
    }
    long double impact = 752.0L * (long double)(iss - 29000) / 1e8L -
                         3.25L * powl((long double)(iss - 20000) / 1e6L, 15);
    return impact <= 0 ? 0 : 1.08L * (impact * 1e10L + (long double)exploitability);
}

/* v3.0: the smallest tenth that is not less. */
static int ceiling_v30(long double units)
{
    units = units > 1e11L ? 1e11L : units;
    int64_t whole = (int64_t)floorl(units);
    bool exact = (long double)whole == units;
    return (int)((whole + (exact ? 999999999 : 1000000000)) / 1000000000);
}

/* v3.1, appendix A: to five places first. */
static int roundup_v31(long double units)
{
    units = units > 1e11L ? 1e11L : units;
    int64_t scaled = (int64_t)llroundl(units / 1e5L);
    return (int)(scaled % 10000 == 0 ? scaled / 10000 : scaled / 10000 + 1);
}

/* Proves: 4.1.7 score */
START_TEST(every_base_vector_of_v3_has_the_score_of_the_exact_equations)
{
    static const char *const values[8] = {"NALP", "LH", "NLH", "NR", "UC", "NLH", "NLH", "NLH"};
    int checked = 0;
    for (int n = 0; n < 4 * 2 * 3 * 2 * 2 * 27; n++) {
        char v[8];
        int rest = n;
        for (int i = 0; i < 8; i++) {
            int count = (int)strlen(values[i]);
            v[i] = values[i][rest % count];
            rest /= count;
        }
        for (int minor = 0; minor < 2; minor++) {
            char vector[64];
            struct cvss cvss;
            struct err err;
            (void)snprintf(vector, sizeof vector,
                           "CVSS:3.%d/AV:%c/AC:%c/PR:%c/UI:%c/S:%c/C:%c/I:%c/A:%c", minor, v[0],
                           v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
            ck_assert_msg(cvss_read(&cvss, vector, &err) == OK, "%s", vector);
            long double units = reference_v3(v);
            int wanted = minor == 0 ? ceiling_v30(units) : roundup_v31(units);
            ck_assert_msg(cvss.base_tenths == wanted, "%s: %d, not %d", vector, cvss.base_tenths,
                          wanted);
            ck_assert_str_eq(cvss.version, minor == 0 ? "3.0" : "3.1");
            checked++;
        }
    }
    ck_assert_int_eq(checked, 2 * 2592);
}
END_TEST

/* Proves: 4.1.7 score */
START_TEST(every_base_vector_of_v2_has_the_score_of_the_exact_equations)
{
    static const char *const values[6] = {"LAN", "HML", "MSN", "NPC", "NPC", "NPC"};
    int checked = 0;
    for (int n = 0; n < 729; n++) {
        char v[6];
        int rest = n;
        for (int i = 0; i < 6; i++) {
            v[i] = values[i][rest % 3];
            rest /= 3;
        }
        int64_t left = 1;
        for (int i = 3; i < 6; i++)
            left *= 1000 - pick("NPC", v[i], (const int64_t[]){0, 275, 660});
        int64_t impact = 1041 * (1000000000 - left); /* 10^-11 */
        int64_t access = 20 * pick("LAN", v[0], (const int64_t[]){395, 646, 1000}) *
                         pick("HML", v[1], (const int64_t[]){35, 61, 71}) *
                         pick("MSN", v[2], (const int64_t[]){450, 560, 704}); /* 10^-8 */
        /* 0.6 impact + 0.4 access - 1.5, in 10^-12; times 1.176 in 10^-15 */
        int64_t sum = 6 * impact + 4 * access * 1000 - 1500000000000;
        int64_t score = impact == 0 ? 0 : sum * 1176;
        int wanted = (int)((score + 50000000000000) / 100000000000000);

        char vector[64];
        struct cvss cvss;
        struct err err;
        (void)snprintf(vector, sizeof vector,
                       n % 2 == 0 ? "AV:%c/AC:%c/Au:%c/C:%c/I:%c/A:%c"
                                  : "(AV:%c/AC:%c/Au:%c/C:%c/I:%c/A:%c)",
                       v[0], v[1], v[2], v[3], v[4], v[5]);
        ck_assert_msg(cvss_read(&cvss, vector, &err) == OK, "%s", vector);
        ck_assert_msg(cvss.base_tenths == wanted, "%s: %d, not %d", vector, cvss.base_tenths,
                      wanted);
        ck_assert_str_eq(cvss.version, "2.0");
        checked++;
    }
    ck_assert_int_eq(checked, 729);
}
END_TEST

static const struct {
    const char *vector;
    const char *says;
    size_t at; /* bytes from 0; the sign in words counts from 1 */
} refused[] = {
    {NULL, "it is empty", 0},
    {"", "it is empty", 0},
    {"()", "is no metric", 1},
    {"(", "sign 2: the parenthesis of sign 1 is not closed", 1},
    {"CVSS:3.1/", "is no metric", 9},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "\"CVSS:4.0/\"", 0},
    {"CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "no version of CVSS", 0},
    {"cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "no such metric", 0},
    {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "\"PR:N\": CVSS 2.0 has no such metric", 10},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "A is missing", 40},
    {"CVSS:3.1/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV is missing", 39},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:C", "\"A:C\": A has no such value", 41},
    {"CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "\"AV:n\": AV has no such value", 9},
    {"CVSS:3.1/AV:/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV has no such value", 9},
    {"CVSS:3.1/AV:NN/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV has no such value", 9},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H", "A stands there twice", 45},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "is no metric", 45},
    {"CVSS:3.1//AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "is no metric", 9},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H ", "A has no such value", 41},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:ND", "E has no such value", 45},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/Q:X", "\"Q:X\": CVSS 3.1 has no such metric",
     45},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:X", "E has no such value", 27},
    {"AV:N/AC:L/AU:N/C:N/I:N/A:C", "\"AU:N\": CVSS 2.0 has no such metric", 10},
    {"(AV:N/AC:L/Au:N/C:N/I:N/A:C", "sign 28: the parenthesis of sign 1 is not closed", 27},
    {"7.5", "is no metric", 0},
};

START_TEST(a_wrong_vector_is_refused_and_its_metric_named)
{
    struct cvss cvss;
    struct err err = {0};
    const char *vector = refused[_i].vector;
    ck_assert_msg(cvss_read(&cvss, vector, &err) == ERR_INVALID, "%s", vector);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s: %s", vector, err.text);
    ck_assert_msg(cvss.at == refused[_i].at, "%s: %zu", vector, cvss.at);
    char sign[32];
    (void)snprintf(sign, sizeof sign, "CVSS vector, sign %zu: ", cvss.at + 1);
    ck_assert(text_is_empty(vector) || text_starts(err.text, sign));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.cvss");
    TCase *tc = tcase_create("cvss");
    tcase_add_test(tc, every_base_vector_of_v3_has_the_score_of_the_exact_equations);
    tcase_add_test(tc, every_base_vector_of_v2_has_the_score_of_the_exact_equations);
    tcase_add_loop_test(tc, a_wrong_vector_is_refused_and_its_metric_named, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
