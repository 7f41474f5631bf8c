/* Waivers of single findings, and what counts as vague, as praise and as raw HTML. */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAIN FIXTURE("exm-2026-0007.json")
#define D "/document"
#define V1 "/vulnerabilities/1"

/* A waiver is for the same finding in the same words, and never for a reject. */
/* Proves: waivers */
START_TEST(a_waiver_lets_its_own_finding_pass_and_no_other)
{
    struct gate_waiver waivers[] = {{"gate.4", D "/publisher", NULL, "meyer"},
                                    {"gate.6", D "/tracking/status", NULL, "meyer"}};
    const struct change change[] = {{D "/publisher/contact_details", NULL},
                                    {D "/tracking/status", "\"draft\""}};
    struct str text;
    struct gate_result result;
    for (size_t changes = 1; changes <= 2; changes++) {
        support_change(&text, MAIN, change, changes);
        gate_check(&result, NULL, str_bytes(&text), NULL);
        ck_assert(result.refused && result.waits == (changes == 1));
        char *words[2];
        for (size_t i = 0; i < changes; i++) {
            const struct finding *f = support_finding(&result, waivers[i].test, NULL);
            ck_assert_ptr_nonnull(f);
            ck_assert_ptr_null(f->waived);
            words[i] = xstrdup(f->message);
            waivers[i].message = words[i];
        }
        gate_dispose(&result);
        struct gate_context context = {.waivers = waivers, .waiver_count = changes};
        gate_check(&result, NULL, str_bytes(&text), &context);
        ck_assert_str_eq(support_finding(&result, "gate.4", NULL)->waived, "meyer");
        ck_assert(result.refused == (changes == 2) && !result.waits);
        gate_dispose(&result);
        waivers[0].message = "Other words.";
        gate_check(&result, NULL, str_bytes(&text), &context);
        ck_assert(result.refused);
        ck_assert_ptr_null(support_finding(&result, "gate.4", NULL)->waived);
        gate_dispose(&result);
        for (size_t i = 0; i < changes; i++)
            free(words[i]);
        str_dispose(&text);
    }
}
END_TEST

static const struct {
    const char *text;
    const char *test;
    bool found;
} wordings[] = {
    {"Connect to the <hostname> of the ward and change nothing else there.", "gate.41", true},
    {"Connect to the `<hostname>` of the ward and change nothing else there.", "gate.41", false},
    {"See <https://www.example.com> for the list of all pumps that are meant.", "gate.41", false},
    {"The rate must be < 5 ml/h and > 1 ml/h until the new software is there.", "gate.41", false},
    {"The pump obeys whoever sends it a packet. <!-- nobody sees this line -->", "gate.41", true},
    {"The pump obeys whoever sends it a packet, bold or not:</b> it is so.", "gate.41", true},
    {"The state-of-the-artist in the network can stop the pump at any time.", "gate.28", false},
    {"Anybody in the network can stop the pump, which is purely theoretical.", "gate.28", true},
    {"Anybody in the network stops it.", "gate.9a", false},
    {"Network stops it for ever.", "gate.9a", true},
    {"Several security vulnerabilities were fixed, and stability was improved in version 2.4.1.",
     "gate.9a", true},
    {"Verschiedene Sicherheitsverbesserungen und Fehlerbehebungen, diverse Updates der Software.",
     "gate.9a", true},
    {"\xE7\xBD\x91\xE7\xBB\x9C\xE4\xB8\xAD\xE7\x9A\x84\xE4\xBB\xBB\xE4\xBD\x95\xE4\xBA\xBA",
     "gate.9a", false},
};

/* Proves: gate.9a, gate.26, gate.28, gate.41 */
START_TEST(wording_is_judged_by_what_it_says)
{
    struct str text;
    struct str json;
    struct gate_result result;
    str_init(&json, STR_LIMIT_LINE);
    str_addf(&json, "\"%s\"", wordings[_i].text);
    support_change(&text, MAIN, &(struct change){V1 "/notes/0/text", str_text(&json)}, 1);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    bool found = support_finding(&result, wordings[_i].test, V1 "/notes/0/text") != NULL;
    ck_assert_msg(found == wordings[_i].found, "%s", wordings[_i].text);
    gate_dispose(&result);
    str_dispose(&text);
    str_dispose(&json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.gate_wording");
    TCase *tc = tcase_create("wording");
    tcase_add_test(tc, a_waiver_lets_its_own_finding_pass_and_no_other);
    tcase_add_loop_test(tc, wording_is_judged_by_what_it_says, 0,
                        (int)(sizeof wordings / sizeof wordings[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
