/* Versions in the words of real advisories: what is understood, and what is left alone. */
#include "advisory/match.h"
#include "advisory/version.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IN VERSION_INSIDE
#define OUT VERSION_OUTSIDE
#define UNK VERSION_UNKNOWN

static const char *const match_words[] = {[IN] = "inside", [OUT] = "outside", [UNK] = "unknown"};

static const struct {
    const char *expression;
    const char *held;
    enum version_match match;
} cases[] = {
    /* one version */
    {"2.4.1", "2.4.1", IN},
    {"2.4.1", "V2.4.1", IN},
    {"v2.4.1", "version 2.4.1", IN},
    {"2.4.1", "2.4.2", OUT},
    {"2.4.1", "2.4", UNK}, /* written short? */
    {"2.4", "2.4.1", UNK}, /* all of 2.4? */
    {"2.4", "2.4.0", IN},
    {"2.4.0", "2.4", UNK},
    {"2.2", "2.20", UNK},     /* the same decimal fraction: seen in real advisories */
    {"1.10", "1.9", UNK},     /* later or earlier? */
    {"1.10.0", "1.9.0", OUT}, /* three numbers are counters */
    {"1.02", "1.2", UNK},
    {"8", "9", UNK}, /* a number alone may be a model, or all of 8.x */
    {"24950 | 24952", "3.2", UNK},
    {"24950 | 24952", "24952", IN},
    {"620 | 650 | 650c", "10.2", UNK},
    {"2.6A", "2.6A", IN},
    {"2.6A", "2.6a", IN},
    {"2.6A", "2.6B", UNK},
    {"2.6A", "2.7", OUT},
    {"1.3.1 Build 13", "1.3.1 Build 13", IN},
    {"1.3.1 Build 13", "1.3.1 Build 14", UNK},
    {"1.3.1 Build 13", "1.3.1", UNK},
    {"1.3.1 Build 13", "1.3.2", OUT},
    {"4.20 SR1", "4.30", OUT},
    {"1.0.0-rc1", "1.0.0", UNK},
    {"1.0.0-rc1", "1.0.1", OUT},
    {"1.0.0+build7", "1.0.0", UNK},
    {"B.02", "B.02", IN}, /* spelled the same, whatever it means */
    {"B.02", "b. 02", IN},
    {"B.02", "B.03", UNK},
    {"HD 16 | HD23", "HD23", IN},
    {"HD 16 | HD23", "HD24", UNK},
    {"2018.1", "3.2", UNK}, /* not on one scale */
    /* signs */
    {"<= 2.3.6", "2.3.6", IN},
    {"<=2.3.6", "2.3.7", OUT},
    {"<= 2.3", "2.3.7", UNK},
    {"<= 2.3", "2.4", OUT},
    {"< 8.2.2", "8.2.2", OUT},
    {"< 8.2.2", "8.2.1", IN},
    {"< 8.2", "8.2.1", OUT}, /* before 8.2 in no reading */
    {"< 8.2", "8", UNK},
    {"> 2.3.5", "2.3.5", OUT},
    {"> 2.3", "2.3.5", UNK},
    {">= 2.0", "1.9.9", OUT},
    {">= 2.0", "2.0.1", IN},
    {"= 2.0.0", "2.0.1", OUT},
    {"\xE2\x89\xA4 2.3.6", "2.3.7", OUT},
    {"\xE2\x89\xA5 2.3.6", "2.3.5", OUT},
    {"<= 2003", "11.0", UNK},
    {"<= 1.10", "1.9", UNK},
    {"< 2.6A", "2.6B", UNK},
    {"<= 3.0 SP1", "3.1", OUT},
    /* ranges in signs */
    {">= 2.5 | <= 3.11", "3.12", OUT}, /* behind 3.11 as a counter and as a fraction */
    {">= 2.5 | <= 3.11", "4.0", OUT},
    {">= 2.5 | <= 3.11", "3.2", UNK},
    {">= 2.5.0 | <= 3.11.0", "3.2.0", IN},
    {">= 1.3.4, < 1.5.3", "1.5.3", OUT},
    {">= 1.3.4 < 1.5.3", "1.4.0", IN},
    {">= 1.3.4 and < 1.5.3", "1.3.3", OUT},
    {">= 1.3.4 or < 1.5.3", "1.3.3", UNK},
    {"< 2.0.0 | >= 1.0.0", "3.0.0", UNK},
    {"< 1.0.0 | >= 2.0.0", "1.5.0", OUT},
    {"<= 1.0.0 | <= 2.0.0", "3.0.0", UNK},
    {"1.0.0 <= 2.0.0", "3.0.0", UNK},
    {"<= 2.0.0 | 3.1.0", "3.1.0", IN},
    {"<= 2.0.0 | 3.1.0", "3.0.0", OUT},
    /* lists */
    {"1.1.5, 1.1.6 and 1.3.0", "1.1.6", IN},
    {"1.1.5, 1.1.6 and 1.3.0", "1.2.0", OUT},
    {"1.1.5, 1.1.6, and 1.3.0", "1.3.0", IN},
    {"1.1.7.333 | 2.1.1.3069", "1.1.7.334", OUT},
    {"1.0.0 | ", "2.0.0", UNK},
    {"1.0.0 1.1.0", "2.0.0", UNK},
    /* words */
    {"2.3.6 and  below", "2.3.7", OUT},
    {"2.3.6 and below", "2.3.6", IN},
    {"2.3.6 or earlier", "2.3.7", OUT},
    {"Version 2.3.6 and prior versions", "2.3.7", OUT},
    {"2.3.6 and all previous versions", "2.3.5", IN},
    {"2.3.6 and above", "2.3.5", OUT},
    {"2.3.6 or later", "2.3.6", IN},
    {"2.0.1 onwards", "2.0.0", OUT},
    {"prior to 1.7.5", "1.7.5", OUT},
    {"versions prior to Version 8.2.2", "8.2.2", OUT},
    {"all versions before 2.0.0", "2.0.0", OUT},
    {"earlier than v2.0.0", "1.9.9", IN},
    {"less than 2.0.0", "2.0.0", OUT},
    {"prior to and including 2.0.0", "2.0.0", IN},
    {"previous version 2.0.0", "2.0.0", UNK}, /* that one, or those before? */
    {"up to 2.0.0", "2.0.0", IN},
    {"up to and including 2.0.0", "2.0.1", OUT},
    {"all versions through 2.0.0", "2.0.1", OUT},
    {"1.0.0 to 2.3.0", "2.3.0", IN},
    {"1.0.0 - 2.3.0", "2.3.1", OUT},
    {"1.0.0 \xE2\x80\x93 2.3.0", "0.9.0", OUT},
    {"1.0.0-2.3.0", "3.0.0", UNK},
    {"from 1.0.0 through 2.3.0", "2.4.0", OUT},
    {"between 1.0.0 and 2.3.0", "1.0.0", IN},
    {"2.3.0 to 1.0.0", "3.0.0", UNK},
    {"since 2.0.0", "1.0.0", OUT},
    {"newer than 2.0.0", "2.0.0", OUT},
    {"after 2.0.0", "2.0.0", IN}, /* with what comes after it, to be safe */
    {"all", "", IN},
    {"all versions", "unknown", IN},
    {"*", NULL, IN},
    {"any", "1.0", IN},
    /* vers */
    {"vers:all/*", NULL, IN},
    {"vers:generic/*", "x", IN},
    {"vers:generic/<2.4.1", "2.4.1", OUT},
    {"vers:generic/>=3.0.0|<3.2.5", "3.2.5", OUT},
    {"vers:generic/>=3.0.0|<3.2.5", "3.1", IN},
    {"vers:generic/>=3.0.0|<3.2.5", "2.9.9", OUT},
    {"vers:semver/>=1.0.0|!=1.2.0|<2.0.0", "1.2.0", OUT},
    {"vers:semver/>=1.0.0|!=1.2.0|<2.0.0", "1.3.0", IN},
    {"vers:generic/!=1.2.0", "1.2.0", OUT},
    {"vers:generic/!=1.2.0", "1.2.1", IN},
    {"vers:generic/1.0.0|1.1.0|>=2.0.0", "1.1.0", IN},
    {"vers:generic/1.0.0|1.1.0|>=2.0.0", "1.2.0", OUT},
    {"vers:generic/<2.0.0|<3.0.0", "4.0.0", UNK},
    {"vers:generic/>=2.0.0|>=3.0.0", "1.0.0", UNK},
    {"vers:deb/<2.4.1", "2.4.1", UNK},
    {"vers:generic/<2.4.1%2Bb", "2.5.0", UNK},
    {"vers:generic/", "1.0", UNK},
    {"vers:all/2.0.0", "1.0.0", UNK},
    {"vers:generic/1.0.0 and 2.0.0", "3.0.0", UNK},
    /* what no program can compare: from real advisories */
    {"<= 12.2.x.x", "13.0.0", UNK},
    {"14.1.x", "15.0", UNK},
    {"2.X", "3.0", UNK},
    {"1.2x", "1.3.0", UNK},
    {"<= 1.2x", "1.3.0", UNK},
    {"< 012U000040", "028U000061", UNK},
    {"<  july 1 2017", "3.0", UNK},
    {"<May 2018", "3.0", UNK},
    {"<= R4.1L1", "5.0", UNK},
    {"A10 < A11", "1.0", UNK},
    {"A.01 <= C.0x | 4.0", "5.0", UNK},
    {"* (end-of-life 2011)", "1.0", UNK},
    {"<= 1.54 (integrated into GE MobileLink)", "2.0", UNK},
    {"CS2  Avance | Amingo | Avance CS2", "1.0", UNK},
    {"3002 S3 | 3005 S3", "4.0", UNK},
    {"9.x (with Wireless Battery Modules >= 22D19 | <= v22D28)", "10.0", UNK},
    {"<=11.2 on Windows 8.1 with IIS 7.5", "12.0", UNK},
    {">= 2018-1 | <= 2021-1", "2022-1", UNK},
    {"Rev B-M", "1.0", UNK},
    {"2nd Edition", "3.0", UNK},
    {"2.0+", "3.0", UNK},
    {"1.0-to-2.3", "3.0", UNK},
    {"2.3/2.4", "3.0", UNK},
    {"1.2.3.4.5.6.7.8.9", "2.0", UNK},
    {"<= 4107600010.23", "4107600011.00", UNK},
    {"", "1.0", UNK},
    {NULL, "1.0", UNK},
    {"not 2.0.0", "1.0.0", UNK},
    {"<", "1.0", UNK},
    {"< <= 2.0", "1.0", UNK},
    /* what is held must be plain, too */
    {"<= 2.3.6", "", UNK},
    {"<= 2.3.6", NULL, UNK},
    {"<= 2.3.6", "unknown", UNK},
    {"<= 2.3.6", "3.x", UNK},
    {"<= 2.3.6", ">= 3.0", UNK},
    {"<= 2.3.6", "3.0 and 2.1", UNK},
    {"<= 2.3.6", "3.0-4.0", UNK},
    {"<= 2.3.6", "HW 3.0", UNK},
    {"<= 2.3.6", "3.0,", UNK},
    {"<= 2.3.6", " 3.0 ", OUT},
    {"<= 2.3.6", "Ver. 3.0", OUT},
};

/* Proves: 4.1.7 versions */
START_TEST(expressions_are_understood_or_left_alone)
{
    enum version_match match = match_version(cases[_i].held, cases[_i].expression, false);
    ck_assert_msg(match == cases[_i].match, "\"%s\" in \"%s\": %s, not %s",
                  cases[_i].held != NULL ? cases[_i].held : "NULL",
                  cases[_i].expression != NULL ? cases[_i].expression : "NULL", match_words[match],
                  match_words[cases[_i].match]);
}
END_TEST

START_TEST(a_range_of_bare_versions_is_a_slip_of_somebody_who_meant_more)
{
    ck_assert_int_eq(match_version("2.0.0", "1.0.0", true), UNK);
    ck_assert_int_eq(match_version("2.0.0", "1.0.0 | 1.1.0", true), UNK);
    ck_assert_int_eq(match_version("1.0.0", "1.0.0", true), UNK);
    ck_assert_int_eq(match_version("2.0.0", "=1.0.0", true), OUT);
    ck_assert_int_eq(match_version("2.0.0", "vers:generic/1.0.0", true), OUT);
    ck_assert_int_eq(match_version("2.0.0", "1.0.0 and prior", true), OUT);
    ck_assert_int_eq(match_version("2.0.0", "<2.0.0", true), OUT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.version");
    TCase *tc = tcase_create("version");
    tcase_add_loop_test(tc, expressions_are_understood_or_left_alone, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, a_range_of_bare_versions_is_a_slip_of_somebody_who_meant_more);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
