/*
 * The tests of CSAF 2.0 (conform.h): each has an example that fails and one that passes, made from
 * one small advisory by the patch that `check --explain` shows. With --print the page
 * docs/csaf-tests.md comes out.
 */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE FIXTURE("exm-2026-0100.json")
#define PAGE TEST_SOURCE_DIR "/docs/csaf-tests.md"

static const struct gate_context full = {.preset = CONFORM_FULL, .file_name = "exm-2026-0100.json"};

static size_t count_tests(void)
{
    size_t count = 0;
    while (conform_test_at(count) != NULL)
        count++;
    return count;
}

/* Of CSAF, that is: rows of the gate warn of what the small advisory leaves out. */
static size_t count_findings(const struct gate_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->count; i++)
        count += !text_starts(result->findings[i].test, "gate.");
    return count;
}

START_TEST(the_small_advisory_passes_every_test)
{
    struct str text;
    struct gate_result result;
    support_read(&text, BASE);
    gate_check(&result, NULL, str_bytes(&text), &full);
    ck_assert_uint_eq(count_findings(&result), 0);
    ck_assert(!result.refused);
    for (size_t i = 0; i < count_tests(); i++)
        ck_assert_int_eq(result.csaf.answer[i],
                         conform_test_at(i)->skipped != NULL ? CONFORM_SKIPPED : CONFORM_PASSED);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* What the example comes to: its own test fires or not, and it is built as the schema says. */
static void check_example(const struct conform_test *test, const char *patch, bool fails)
{
    struct str text;
    struct gate_result result;
    size_t number = conform_find(test->id);
    bool of_schema = strcmp(test->id, "schema") == 0 || strcmp(test->id, "6.1.8") == 0;
    support_merge(&text, BASE, patch);
    gate_check(&result, NULL, str_bytes(&text), &full);
    ck_assert_msg((result.csaf.answer[number] == CONFORM_FIRED) == fails, "%s: %s", test->id,
                  fails ? "the failing example passes" : "the passing example fails");
    ck_assert_msg((result.csaf.answer[conform_find("schema")] == CONFORM_FIRED) ==
                      (fails && of_schema),
                  "%s: %s", test->id, patch);
    if (fails) {
        const struct finding *finding = support_finding(&result, test->id, NULL);
        ck_assert_msg(finding != NULL, "%s", test->id);
        bool mandatory = conform_level(test) == CONFORM_MANDATORY;
        ck_assert_int_eq(result.csaf.valid, !mandatory);
        ck_assert_int_eq(finding->severity == SEVERITY_REJECT, mandatory);
        ck_assert_int_eq(finding->severity == SEVERITY_NOTE,
                         conform_level(test) == CONFORM_INFORMATIVE);
        ck_assert_str_eq(finding->gate, "G1");
    }
    gate_dispose(&result);
    str_dispose(&text);
}

/* Proves: csaf, gate.7 */
START_TEST(each_test_has_an_example_that_fails_and_one_that_passes)
{
    const struct conform_test *test = conform_test_at((size_t)_i);
    if (test->fails == NULL) {
        /* File names are no part of a document. */
        ck_assert(test->skipped != NULL || strcmp(test->id, "5.1") == 0);
        return;
    }
    check_example(test, test->fails, true);
    check_example(test, test->passes, false);
}
END_TEST

/* Proves: csaf */
START_TEST(all_tests_of_section_6_are_there)
{
    char id[16];
    size_t found = 0;
    for (int i = 1; i <= 33; i++) {
        (void)snprintf(id, sizeof id, "6.1.%d", i);
        found += conform_find(id) != SIZE_MAX;
        (void)snprintf(id, sizeof id, "6.1.27.%d", i);
        found += conform_find(id) != SIZE_MAX;
    }
    ck_assert_uint_eq(found, 43);
    for (int i = 1; i <= 20; i++) {
        (void)snprintf(id, sizeof id, "6.2.%d", i);
        ck_assert_uint_ne(conform_find(id), SIZE_MAX);
    }
    for (int i = 1; i <= 11; i++) {
        (void)snprintf(id, sizeof id, "6.3.%d", i);
        ck_assert_uint_ne(conform_find(id), SIZE_MAX);
    }
    ck_assert_uint_eq(count_tests(), 43 + 20 + 11 + 2); /* schema and 5.1 */
    ck_assert_uint_eq(conform_find("6.1.34"), SIZE_MAX);
}
END_TEST

START_TEST(presets_ask_for_as_much_as_they_say)
{
    static const struct {
        const char *word;
        enum conform_answer optional, informative;
    } presets[] = {{"basic", CONFORM_NOT_ASKED, CONFORM_NOT_ASKED},
                   {"extended", CONFORM_PASSED, CONFORM_NOT_ASKED},
                   {"full", CONFORM_PASSED, CONFORM_PASSED}};
    struct str text;
    struct gate_result result;
    struct gate_context context = {.preset = CONFORM_EXTENDED};
    ck_assert(conform_preset_of(&context.preset, presets[_i].word));
    support_read(&text, BASE);
    gate_check(&result, NULL, str_bytes(&text), &context);
    ck_assert_int_eq(result.csaf.answer[conform_find("6.1.1")], CONFORM_PASSED);
    ck_assert_int_eq(result.csaf.answer[conform_find("6.2.1")], presets[_i].optional);
    ck_assert_int_eq(result.csaf.answer[conform_find("6.3.1")], presets[_i].informative);
    ck_assert(!conform_preset_of(&context.preset, "all"));
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(additional_members_are_a_warning_or_if_strict_a_fault)
{
    struct str text;
    struct gate_result result;
    struct gate_context context = {.strict = false};
    support_merge(&text, BASE, "{\"document\": {\"zone\": 1}}");
    gate_check(&result, NULL, str_bytes(&text), &context);
    ck_assert(!result.refused && result.csaf.valid);
    ck_assert_ptr_nonnull(support_finding(&result, "6.2.20", "/document/zone"));
    gate_dispose(&result);
    context.strict = true;
    gate_check(&result, NULL, str_bytes(&text), &context);
    ck_assert(result.refused && !result.csaf.valid);
    ck_assert_ptr_nonnull(support_finding(&result, "schema", "/document/zone"));
    gate_dispose(&result);
    context = (struct gate_context){.preset = CONFORM_BASIC};
    gate_check(&result, NULL, str_bytes(&text), &context);
    ck_assert_uint_eq(count_findings(&result), 0);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(a_label_that_csaf_does_not_know_is_no_tlp_label)
{
    struct str text;
    struct gate_result result;
    support_merge(&text, BASE,
                  "{\"document\": {\"distribution\": {\"tlp\": {\"label\": \"CLEAR\"}}}}");
    gate_check(&result, NULL, str_bytes(&text), NULL);
    ck_assert_int_eq(result.csaf.answer[conform_find("schema")], CONFORM_FIRED);
    ck_assert_ptr_nonnull(support_finding(&result, "6.2.10", "/document/distribution/tlp/label"));
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(categories_that_read_like_a_profile_are_prohibited)
{
    static const struct {
        const char *category;
        bool prohibited;
    } rows[] = {{"csaf_base", false},
                {"CSAF Base", false},
                {"Example Security Advisory", false},
                {"csaf", false},
                {"V-e_X", true},
                {"Security\u2014Advisory", true},
                {"informational\u2010advisory", true},
                {"Security\u00a0Incident  Response", true},
                {"csafvex", true},
                {"CSAF_BASE", true},
                {"Csaf_a", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str text;
        struct gate_result result;
        char patch[100];
        (void)snprintf(patch, sizeof patch, "{\"document\":{\"category\":\"%s\"}}",
                       rows[i].category);
        support_merge(&text, BASE, patch);
        gate_check(&result, NULL, str_bytes(&text), &full);
        ck_assert_msg((result.csaf.answer[conform_find("6.1.26")] == CONFORM_FIRED) ==
                          rows[i].prohibited,
                      "%s", rows[i].category);
        gate_dispose(&result);
        str_dispose(&text);
    }
}
END_TEST

START_TEST(a_range_in_words_is_no_product_version)
{
    static const struct {
        const char *name;
        bool range;
    } rows[] = {{"prior to 4.2", true},
                {"4.2 (all)", true},
                {"2.0 and earlier.", true},
                {"2.0\u00a0and later", true},
                {"All", true},
                {"all versions", true},
                {"[versions] 2, 3", true},
                {">=2", true},
                {"Alloy 4", false},
                {"2.0-r1", false},
                {"vers:all/*", false},
                {"small-call 1", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str text;
        struct gate_result result;
        char patch[200];
        (void)snprintf(
            patch, sizeof patch,
            "{\"product_tree\":{\"branches\":[{\"category\":\"product_version\",\"name\":"
            "\"%s\",\"product\":{\"name\":\"Pump P1\",\"product_id\":\"P1\"}}]}}",
            rows[i].name);
        support_merge(&text, BASE, patch);
        gate_check(&result, NULL, str_bytes(&text), &full);
        ck_assert_msg((result.csaf.answer[conform_find("6.1.31")] == CONFORM_FIRED) ==
                          rows[i].range,
                      "%s", rows[i].name);
        gate_dispose(&result);
        str_dispose(&text);
    }
}
END_TEST

START_TEST(an_empty_source_language_is_none)
{
    struct str text;
    struct gate_result result;
    support_merge(
        &text, BASE,
        "{\"document\":{\"publisher\":{\"category\":\"translator\"},\"source_lang\":\"\"}}");
    gate_check(&result, NULL, str_bytes(&text), &full);
    ck_assert_int_eq(result.csaf.answer[conform_find("6.1.15")], CONFORM_FIRED);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(a_leap_second_comes_before_midnight)
{
    struct str text;
    struct gate_result result;
    support_merge(&text, BASE,
                  "{\"document\":{\"tracking\":{\"version\":\"2\",\"revision_history\":["
                  "{\"date\":\"2017-01-01T00:00:00Z\",\"number\":\"1\",\"summary\":\"s\"},"
                  "{\"date\":\"2016-12-31T23:59:60.5Z\",\"number\":\"2\",\"summary\":\"s\"}]}}}");
    gate_check(&result, NULL, str_bytes(&text), &full);
    ck_assert_int_eq(result.csaf.answer[conform_find("6.1.14")], CONFORM_FIRED);
    ck_assert_int_eq(result.csaf.answer[conform_find("6.1.16")], CONFORM_FIRED);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

START_TEST(the_file_is_called_as_its_id)
{
    static const struct {
        const char *id, *name;
    } names[] = {{"EXM-2026-0100", "exm-2026-0100.json"},
                 {"A b:_c", "a_b_c.json"},
                 {"a+B-9", "a+b-9.json"},
                 {"\u00e4/x", "_x.json"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct str text;
        struct gate_result result;
        struct gate_context context = {.file_name = names[i].name};
        char patch[100];
        (void)snprintf(patch, sizeof patch, "{\"document\":{\"tracking\":{\"id\":\"%s\"}}}",
                       names[i].id);
        support_merge(&text, BASE, patch);
        gate_check(&result, NULL, str_bytes(&text), &context);
        ck_assert_msg(support_finding(&result, "5.1", NULL) == NULL, "%s", names[i].name);
        gate_dispose(&result);
        context.file_name = "x.json";
        gate_check(&result, NULL, str_bytes(&text), &context);
        ck_assert_ptr_nonnull(support_finding(&result, "5.1", "/document/tracking/id"));
        ck_assert(!result.refused);
        gate_dispose(&result);
        str_dispose(&text);
    }
}
END_TEST

static void add_row(struct str *out, const struct conform_test *test)
{
    static const char *const levels[] = {[CONFORM_MANDATORY] = "reject",
                                         [CONFORM_OPTIONAL] = "warn",
                                         [CONFORM_INFORMATIVE] = "note",
                                         [CONFORM_NAME] = "warn"};
    str_addf(out, "| %s | %s | %s | %s |\n", test->id, test->title, test->asks,
             test->skipped != NULL ? "not made" : levels[conform_level(test)]);
}

static void write_page(struct str *out)
{
    str_init(out, STR_LIMIT_TEXT);
    str_add(out,
            "# The tests of CSAF 2.0\n"
            "What `tocsin check` asks of an advisory besides the rows of the gate, from the table "
            "in `advisory/conform_*.c`\n(written by `test_advisory_conform --print`; each row is "
            "proven by an example that fails and one that passes in\n"
            "`tests/advisory/test_conform.c`, which `tocsin check --explain TEST` shows). Source: "
            "OASIS CSAF 2.0, section 6 and,\nfor file names, 5.1.\n\n"
            "| test | what | asks | failure |\n|---|---|---|---|\n");
    for (size_t i = 0; i < count_tests(); i++)
        add_row(out, conform_test_at(i));
}

START_TEST(the_page_says_what_is_asked)
{
    struct str page;
    struct str wanted;
    support_read(&page, PAGE);
    write_page(&wanted);
    ck_assert_msg(strcmp(str_text(&page), str_text(&wanted)) == 0,
                  "docs/csaf-tests.md is old: write it anew with test_advisory_conform --print");
    str_dispose(&page);
    str_dispose(&wanted);
}
END_TEST

START_TEST(a_test_is_explained_with_its_source_and_examples)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    conform_explain(&out, conform_test_at(conform_find("6.1.9")));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "6.1.9 Invalid CVSS computation\n"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "Source: CSAF 2.0, 6.1.9\n"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\nFails:\n  {"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\nPasses:\n  {"));
    str_reset(&out);
    conform_explain(&out, conform_test_at(conform_find("6.3.8")));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "Not made here: "));
    str_dispose(&out);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        struct str page;
        write_page(&page);
        (void)fputs(str_text(&page), stdout);
        str_dispose(&page);
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("advisory.conform");
    TCase *tc = tcase_create("conform");
    tcase_add_test(tc, the_small_advisory_passes_every_test);
    tcase_add_loop_test(tc, each_test_has_an_example_that_fails_and_one_that_passes, 0,
                        (int)count_tests());
    tcase_add_test(tc, all_tests_of_section_6_are_there);
    tcase_add_loop_test(tc, presets_ask_for_as_much_as_they_say, 0, 3);
    tcase_add_test(tc, additional_members_are_a_warning_or_if_strict_a_fault);
    tcase_add_test(tc, a_label_that_csaf_does_not_know_is_no_tlp_label);
    tcase_add_test(tc, categories_that_read_like_a_profile_are_prohibited);
    tcase_add_test(tc, a_range_in_words_is_no_product_version);
    tcase_add_test(tc, an_empty_source_language_is_none);
    tcase_add_test(tc, a_leap_second_comes_before_midnight);
    tcase_add_test(tc, the_file_is_called_as_its_id);
    tcase_add_test(tc, the_page_says_what_is_asked);
    tcase_add_test(tc, a_test_is_explained_with_its_source_and_examples);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
