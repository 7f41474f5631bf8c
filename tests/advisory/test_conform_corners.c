/*
 * Corners of the tests of CSAF 2.0, each judged by the sentence of the standard before it was run:
 * tests/fixtures/conform/THEME.tsv has a line for each with the test, whether it fires, why, and a
 * JSON merge patch for the small advisory.
 */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BASE FIXTURE("exm-2026-0100.json")

static const struct {
    const char *name;
    size_t corners; /* a file that is cut short must not pass */
} themes[] = {
    {"document", 129}, {"forms", 40}, {"products", 94}, {"tracking", 56}, {"vulnerabilities", 82}};

/* The field that begins at *line, which then stands behind it. */
static char *take_field(char **line, char end)
{
    char *field = *line;
    char *stop = strchr(field, end);
    ck_assert_msg(stop != NULL, "%s: a field is missing", field);
    *stop = '\0';
    *line = stop + 1;
    return field;
}

static void check_corner(char *line)
{
    static const struct gate_context full = {.preset = CONFORM_FULL};
    struct gate_result result;
    struct str text;
    const char *test = take_field(&line, '\t');
    const char *answer = take_field(&line, '\t');
    const char *why = take_field(&line, '\t');
    size_t number = conform_find(test);
    bool fires = strcmp(answer, "fires") == 0;
    ck_assert_msg(number != SIZE_MAX, "%s: there is no such test", test);
    ck_assert_msg(fires || strcmp(answer, "passes") == 0, "%s: %s", test, answer);
    support_merge(&text, BASE, line);
    gate_check(&result, NULL, str_bytes(&text), &full);
    ck_assert_msg(result.csaf.judged, "%s: %s: cannot be read", test, why);
    ck_assert_msg((result.csaf.answer[number] == CONFORM_FIRED) == fires, "%s: %s: it %s: %s", test,
                  why, fires ? "passes" : "fires", str_text(&text));
    gate_dispose(&result);
    str_dispose(&text);
}

/* Proves: csaf */
START_TEST(the_standard_decides_at_the_corners)
{
    struct str text;
    char *path = xprintf("%s/tests/fixtures/conform/%s.tsv", TEST_SOURCE_DIR, themes[_i].name);
    size_t corners = 0;
    support_read(&text, path);
    char *all = xstrdup(str_text(&text));
    for (char *line = all; *line != '\0'; corners++)
        check_corner(take_field(&line, '\n'));
    ck_assert_uint_eq(corners, themes[_i].corners);
    free(all);
    str_dispose(&text);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.conform_corners");
    TCase *tests = tcase_create("corners");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, the_standard_decides_at_the_corners, 0,
                        (int)(sizeof themes / sizeof themes[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
