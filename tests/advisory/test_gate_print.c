/* How findings look: to people, and to programs (tocsin.check/1). */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Small enough to know every line and column by heart. */
static const char text[] =
    "{\n"
    "  \"document\": {\n"
    "    \"acknowledgments\": [{\"names\": [\"Ada\"]}], \"category\": \"csaf_vex\", "
    "\"csaf_version\": \"2.0\",\n"
    "    \"distribution\": {\"tlp\": {\"label\": \"GREEN\"}}, \"lang\": \"en\",\n"
    "    \"publisher\": {\"category\": \"vendor\", \"contact_details\": \"psirt@example.com\", "
    "\"name\": \"E\", \"namespace\": "
    "\"https://example.com\"},\n"
    "    \"references\": [{\"category\": \"self\", \"summary\": \"s\",\n"
    "      \"url\": \"https://example.com/x-1.json\"}], \"title\": \"T\",\n"
    "    \"tracking\": {\"current_release_date\": \"2026-03-01T10:00:00Z\", \"id\": \"X-1\",\n"
    "      \"initial_release_date\": \"2026-03-01T10:00:00Z\", \"revision_history\": [\n"
    "      {\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}],\n"
    "      \"status\": \"draft\", \"version\": \"1\"}\n"
    "  },\n"
    "  \"product_tree\": {\"branches\": [{\"category\": \"product_version\", \"name\": \"1\",\n"
    "    \"product\": {\"name\": \"Pump \\\"1\\\" \\u202e\\n\", \"product_id\": \"P\",\n"
    "      \"product_identification_helper\": {\"model_numbers\": [\"P\"]}}}]},\n"
    "  \"vulnerabilities\": [\n"
    "    {\"cve\": \"CVE-2026-900001\", \"cwe\": {\"id\": \"CWE-306\", "
    "\"name\": \"Missing Authentication for Critical Function\"},\n"
    "     \"notes\": [{\"category\": \"summary\", \"text\": \"Anybody in the network can stop "
    "it.\"}],\n"
    "     \"product_status\": {\"known_affected\": [\"P\"]},\n"
    "     \"remediations\": [{\"category\": \"workaround\", \"details\": \"d\",\n"
    "       \"product_ids\": [\"P\"]}], \"\\u001b[31mx\": 1}\n"
    "  ]\n"
    "}\n";

static struct gate_result result;
static struct str out;

static void setup(void)
{
    str_init(&out, STR_LIMIT_TEXT);
    gate_check(&result, NULL, bytes_of(text), NULL);
}

static void teardown(void)
{
    gate_dispose(&result);
    str_dispose(&out);
}

START_TEST(people_read_place_row_message_cure_and_a_summary)
{
    static const char wanted[] =
        "a.json:11:17: reject gate.6 (G1) at /document/tracking/status: \"draft\"\n"
        "    The status of the advisory is \"draft\".\n"
        "    Mend: Set the status to final, or to interim while facts are still open; a draft is "
        "never sent.\n"
        "a.json:17:5: waivable gate.11 (G2) at /vulnerabilities/0\n"
        "    CVE-2026-900001 has no CVSS score for 1 affected product: Pump \"1\" (IEC 81001-5-1 "
        "§4.1.7).\n"
        "    Mend: Add a score that names them, or put an equivalent ranking into the order.\n"
        "a.json:19:44: warn 6.2.3 (G1) at /vulnerabilities/0/product_status/known_affected/0: "
        "\"P\"\n"
        "    This product has no score (CSAF 2.0, 6.2.3).\n"
        "    Mend: Add a score that names it.\n"
        "a.json:21:47: warn 6.2.20 (G1) at /vulnerabilities/0/ [31mx: 1\n"
        "    CSAF 2.0 has no member of this name here.\n"
        "    Mend: Remove it, or move what it says to where CSAF has a place for it.\n"
        "a.json:21:47: warn 6.2.13 (G1) at /vulnerabilities/0/ [31mx: 1\n"
        "    This member stands behind remediations, which comes later in the alphabet (CSAF 2.0, "
        "6.2.13).\n"
        "    Mend: Let the editor sort the members.\n"
        "a.json: refused (1 reject, 1 waivable, 3 warn); not asked here: gate.8, gate.14, gate.20, "
        "gate.21, gate.22, gate.23, gate.24, gate.25, gate.26, gate.27, gate.29\n";
    gate_print(&out, &result, "a.json", false);
    ck_assert_msg(strcmp(str_text(&out), wanted) == 0, "%.3000s", str_text(&out));
}
END_TEST

START_TEST(colour_is_put_around_words_and_nothing_else)
{
    struct str plain;
    str_init(&plain, STR_LIMIT_TEXT);
    gate_print(&plain, &result, "a.json", false);
    gate_print(&out, &result, "a.json", true);
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\033[1;31mreject\033[0m gate.6"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\033[1;33mwaivable\033[0m gate.11"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "a.json: \033[1;31mrefused\033[0m (1"));
    size_t kept = 0;
    char *bare = xcalloc(out.size + 1, 1);
    for (const char *p = str_text(&out); *p != '\0'; p++) {
        if (*p == '\033')
            p = strchr(p, 'm');
        else
            bare[kept++] = *p;
    }
    ck_assert_str_eq(bare, str_text(&plain));
    free(bare);
    str_dispose(&plain);
}
END_TEST

START_TEST(programs_read_one_line_of_json)
{
    const struct gate_context context = {.preset = CONFORM_BASIC};
    gate_dispose(&result);
    gate_check(&result, NULL, bytes_of(text), &context);
    gate_print_json(&out, &result, "a.json");
    ck_assert_str_eq(
        str_text(&out),
        "{\"schema\":\"tocsin.check/1\",\"file\":\"a.json\",\"verdict\":\"refused\",\"csaf\":{"
        "\"valid\":true,\"failed\":[],\"warned\":[],\"informed\":[],\"skipped\":[]},\"skipped\":["
        "\"gate.8\",\"gate.14\",\"gate.20\",\"gate.21\",\"gate.22\",\"gate.23\",\"gate.24\",\"gate."
        "25\",\"gate.26\",\"gate.27\",\"gate.29\"],"
        "\"findings\":[{\"test\":\"gate.6\",\"gate\":\"G1\",\"severity\":\"reject\",\"pointer\":"
        "\"/document/tracking/status\",\"line\":11,\"column\":17,\"found\":\"\\\"draft\\\"\","
        "\"more\":0,\"also\":[],\"message\":\"The status of the advisory is "
        "\\\"draft\\\".\",\"mend\":\"Set "
        "the status to final, or to interim while facts are still open; a draft is never "
        "sent.\",\"waived\":null},"
        "{\"test\":\"gate.11\",\"gate\":\"G2\",\"severity\":\"waivable\",\"pointer\":"
        "\"/vulnerabilities/"
        "0\",\"line\":17,\"column\":5,\"found\":null,\"more\":0,\"also\":[],\"message\":"
        "\"CVE-2026-900001 has no CVSS score for 1 affected product: Pump \\\"1\\\" (IEC 81001-5-1 "
        "§4.1.7).\",\"mend\":\"Add a score that names them, or put an equivalent ranking into the "
        "order.\",\"waived\":null}]}");
}
END_TEST

START_TEST(an_accepted_advisory_is_one_short_line)
{
    struct gate_result good = {.arena = NULL};
    gate_print(&out, &good, "dir/b.json", true);
    ck_assert_str_eq(str_text(&out), "dir/b.json: \033[1;32maccepted\033[0m\n");
    str_reset(&out);
    gate_print_json(&out, &good, "dir/b.json");
    ck_assert_str_eq(str_text(&out),
                     "{\"schema\":\"tocsin.check/1\",\"file\":\"dir/b.json\","
                     "\"verdict\":\"accepted\",\"csaf\":null,\"skipped\":[],\"findings\":[]}");
}
END_TEST

START_TEST(a_file_name_can_hold_any_bytes)
{
    struct gate_result good = {.arena = NULL};
    struct json_doc *doc = NULL;
    gate_print(&out, &good, "a\033[2J\xFF\n.json", false);
    ck_assert_str_eq(str_text(&out), "a [2J\xEF\xBF\xBD .json: accepted\n");
    str_reset(&out);
    gate_print_json(&out, &good, "a\x01\xFF.json");
    ck_assert_int_eq(json_parse(&doc, str_bytes(&out), NULL, NULL, NULL), OK);
    ck_assert_str_eq(json_string(json_at(json_root(doc), "/file", NULL)), "a \xEF\xBF\xBD.json");
    json_free(doc);
}
END_TEST

START_TEST(what_tests_of_csaf_came_to_is_listed)
{
    const struct gate_context context = {.preset = CONFORM_FULL};
    gate_dispose(&result);
    gate_check(&result, NULL, bytes_of(text), &context);
    gate_print_json(&out, &result, "a.json");
    ck_assert_ptr_nonnull(strstr(
        str_text(&out),
        "\"csaf\":{\"valid\":true,\"failed\":[],\"warned\":[\"6.2.3\",\"6.2.13\",\"6.2.20\"],"
        "\"informed\":[\"6.3.9\"],\"skipped\":[\"6.3.6\",\"6.3.7\",\"6.3.8\"]}"));
}
END_TEST

static const struct {
    size_t more;
    const char *also[FINDING_ALSO_MOST];
    const char *words;
} places[] = {
    {0, {NULL}, "    Wrong.\n"},
    {1, {NULL}, "    Wrong. The same at 1 more place.\n"},
    {1, {"/b"}, "    Wrong. The same at /b.\n"},
    {2, {"/b", "/c"}, "    Wrong. The same at /b and /c.\n"},
    {2, {"/b"}, "    Wrong. The same at /b and 1 more place.\n"},
    {3, {"/b", "/c", "/d"}, "    Wrong. The same at /b, /c and /d.\n"},
    {9, {"/b", "/\033c", "/d"}, "    Wrong. The same at /b, / c, /d and 6 more places.\n"},
};

START_TEST(further_places_are_named_while_they_are_few)
{
    struct finding finding = {.test = "6.2.16",
                              .gate = "G1",
                              .severity = SEVERITY_WARN,
                              .pointer = "/a",
                              .message = "Wrong.",
                              .mend = "Mend it.",
                              .more = places[_i].more};
    struct gate_result one = {.findings = &finding, .count = 1};
    memcpy(finding.also, places[_i].also, sizeof finding.also);
    gate_print(&out, &one, "a.json", false);
    ck_assert_msg(strstr(str_text(&out), places[_i].words) != NULL, "%s", str_text(&out));
}
END_TEST

START_TEST(the_first_three_further_places_are_kept)
{
    struct str many;
    str_init(&many, STR_LIMIT_TEXT);
    str_add(&many, "{\"document\":{\"x\":1,\"tracking\":{}},\"product_tree\":{\"branches\":[");
    for (int i = 0; i < 6; i++)
        str_addf(&many,
                 "%s{\"category\":\"product_version\",\"name\":\"%d\",\"product\":{\"name\":"
                 "\"P\",\"product_id\":\"%d\"}}",
                 i == 0 ? "" : ",", i, i);
    str_add(&many, "]}}");
    gate_dispose(&result);
    gate_check(&result, NULL, str_bytes(&many), NULL);
    str_dispose(&many);
    const struct finding *found = NULL;
    for (size_t i = 0; i < result.count; i++)
        if (strcmp(result.findings[i].test, "6.2.16") == 0)
            found = &result.findings[i];
    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq(found->pointer, "/product_tree/branches/0/product");
    ck_assert_uint_eq(found->more, 5);
    ck_assert_str_eq(found->also[0], "/product_tree/branches/1/product");
    ck_assert_str_eq(found->also[1], "/product_tree/branches/2/product");
    ck_assert_str_eq(found->also[2], "/product_tree/branches/3/product");
    gate_print_json(&out, &result, "a.json");
    ck_assert_ptr_nonnull(strstr(str_text(&out),
                                 "\"more\":5,\"also\":[\"/product_tree/branches/1/product\",\"/"
                                 "product_tree/branches/2/product\",\"/product_tree/branches/3/"
                                 "product\"]"));
}
END_TEST

START_TEST(severities_have_words)
{
    ck_assert_str_eq(severity_word(SEVERITY_REJECT), "reject");
    ck_assert_str_eq(severity_word(SEVERITY_WAIVABLE), "waivable");
    ck_assert_str_eq(severity_word(SEVERITY_WARN), "warn");
    ck_assert_str_eq(severity_word(SEVERITY_NOTE), "note");
}
END_TEST

START_TEST(tests_that_are_never_made_are_listed_with_the_reason)
{
    struct str whole;
    struct str page;
    struct gate_result judged;
    const struct gate_context full = {.preset = CONFORM_FULL};
    support_read(&whole, FIXTURE("exm-2026-0100.json"));
    str_init(&page, STR_LIMIT_TEXT);
    gate_check(&judged, NULL, str_bytes(&whole), &full);
    gate_print(&page, &judged, "a.json", false);
    ck_assert_ptr_nonnull(strstr(
        str_text(&page), "; never made: 6.3.6, 6.3.7 (nothing is ever fetched for an "
                         "advisory), 6.3.8 (there is no spelling checker in this program)\n"));
    gate_dispose(&judged);
    str_dispose(&page);
    str_dispose(&whole);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.gate_print");
    TCase *tc = tcase_create("print");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, tests_that_are_never_made_are_listed_with_the_reason);
    tcase_add_test(tc, people_read_place_row_message_cure_and_a_summary);
    tcase_add_test(tc, colour_is_put_around_words_and_nothing_else);
    tcase_add_test(tc, programs_read_one_line_of_json);
    tcase_add_test(tc, an_accepted_advisory_is_one_short_line);
    tcase_add_test(tc, a_file_name_can_hold_any_bytes);
    tcase_add_test(tc, what_tests_of_csaf_came_to_is_listed);
    tcase_add_loop_test(tc, further_places_are_named_while_they_are_few, 0,
                        (int)(sizeof places / sizeof places[0]));
    tcase_add_test(tc, the_first_three_further_places_are_kept);
    tcase_add_test(tc, severities_have_words);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
