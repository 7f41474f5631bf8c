/* How facts become words: versions, fixes, devices, scores. */
#include "tests/templates/facts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text on one line, so that phrases can be looked for. The caller frees. */
static char *flat_text(const struct notice_facts *facts)
{
    struct notice_text notice;
    struct str out;
    sample_render(&notice, facts);
    str_init(&out, STR_LIMIT_TEXT);
    for (size_t i = 0; i < notice.text.size; i++) {
        char c = notice.text.data[i];
        if (c != ' ' && c != '\n')
            str_add_c(&out, c);
        else if (out.size > 0 && out.data[out.size - 1] != ' ')
            str_add_c(&out, ' ');
    }
    notice_text_dispose(&notice);
    return str_take(&out);
}

static void check_says(const struct notice_facts *facts, const char *wanted, const char *unwanted)
{
    char *text = flat_text(facts);
    ck_assert_msg(wanted == NULL || strstr(text, wanted) != NULL, "\"%s\" is missing in [%s]",
                  wanted, text);
    ck_assert_msg(unwanted == NULL || strstr(text, unwanted) == NULL, "\"%s\" stands in [%s]",
                  unwanted, text);
    free(text);
}

static const struct {
    const char *name, *version, *says;
} versions[] = {
    {"Pump", "2.3.6", "Pump (versions: 2.3.6)"},
    {"Pump 2.3.6", "2.3.6", "Affected: Pump 2.3.6 Resolution"},
    {"Pump before 2.4.1", "vers:generic/<2.4.1", "Affected: Pump before 2.4.1 Resolution"},
    {"Pump 3.0 to 3.2", "vers:generic/>=3.0|<=3.2", "Affected: Pump 3.0 to 3.2 Resolution"},
    {"Pump from 3.0", "vers:generic/>=3.0|<=3.2", "Pump from 3.0 (versions: >=3.0, <=3.2)"},
    {"Pump", "vers:generic/*", "Pump (all versions)"},
    {"Pump", "*", "Pump (all versions)"},
    {"Pump", "vers:nothing", "Pump (versions: vers:nothing)"},
    {"Pump", "2.3.6 and  below", "Pump (versions: 2.3.6 and below)"},
    {"Pump", NULL, "Affected: Pump Resolution"},
};

START_TEST(a_product_says_its_versions_once)
{
    struct sample sample;
    sample_init(&sample);
    for (size_t i = 0; i < sample.csaf->product_count; i++) {
        sample.csaf->products[i].name = versions[_i].name;
        sample.csaf->products[i].version = versions[_i].version;
    }
    sample.csaf->vulnerabilities[0].affected.count = 1;
    check_says(&sample.facts, versions[_i].says, NULL);
    sample_dispose(&sample);
}
END_TEST

static void set_category(struct csaf *csaf, const char *category)
{
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        for (size_t k = 0; k < csaf->vulnerabilities[i].remediation_count; k++)
            csaf->vulnerabilities[i].remediations[k].category = category;
}

static const struct {
    const char *category, *date, *says, *says_not;
} fixes[] = {
    {"vendor_fix", NULL, "Fix: A fix is ready for every affected product.", "Until there is one"},
    {"vendor_fix", "2027-03-01T00:00:00Z",
     "Fixes are announced for every affected product, the last of them for 1 March 2027.",
     "A fix is ready"},
    {"vendor_fix", "2020-03-01T00:00:00Z", "A fix is ready for every affected product.",
     "announced"},
    {"mitigation", NULL, "A fix is not ready yet. Until there is one, protect yourselves",
     "A fix is ready"},
    {"none_available", "2027-03-01T00:00:00Z",
     "A fix is not ready yet. Next information: 1 March 2027.", "Until there is one"},
    {"no_fix_planned", NULL,
     "A fix is not ready yet. For some products no fix is planned: see below.", "A fix is ready"},
    {"unheard_of", NULL, "unheard_of: Install pump software 2.4.1", "A fix is ready"},
};

START_TEST(the_first_screen_says_how_far_fixes_are)
{
    struct sample sample;
    sample_init(&sample);
    set_category(sample.csaf, fixes[_i].category);
    for (size_t i = 0; i < sample.csaf->vulnerability_count; i++)
        for (size_t k = 0; k < sample.csaf->vulnerabilities[i].remediation_count; k++)
            sample.csaf->vulnerabilities[i].remediations[k].date = fixes[_i].date;
    check_says(&sample.facts, fixes[_i].says, fixes[_i].says_not);
    sample_dispose(&sample);
}
END_TEST

START_TEST(an_advisory_without_vulnerabilities_says_so)
{
    struct sample sample;
    sample_init(&sample);
    sample.csaf->vulnerability_count = 0;
    check_says(&sample.facts, "Fix: No product is listed as affected.", "A fix");
    check_says(&sample.facts, "This notice names no vulnerability.", "CVSS up to");
    check_says(&sample.facts, "Risk: No CVSS score.", NULL);
    sample_dispose(&sample);
}
END_TEST

START_TEST(without_a_score_the_ranking_of_the_order_is_told)
{
    struct sample sample;
    sample_init(&sample);
    for (size_t i = 0; i < sample.csaf->vulnerability_count; i++)
        sample.csaf->vulnerabilities[i].score_count = 0;
    check_says(&sample.facts, "CVSS: no score", "Ranking");
    sample.facts.order_ranking = "SSVC: Act";
    check_says(&sample.facts, "No CVSS score. Ranking: SSVC: Act.", NULL);
    check_says(&sample.facts, "CVSS: SSVC: Act", "no score");
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_long_device_list_is_grouped_and_counted)
{
    enum { COUNT = 1000 };
    static char product[COUNT][16];
    static struct notice_device devices[COUNT];
    struct sample sample;
    sample_init(&sample);
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(product[i], sizeof product[i], "Pump %04d", i / 10);
        devices[COUNT - 1 - i] = (struct notice_device){.product = product[i],
                                                        .version = "1",
                                                        .serial = "S",
                                                        .quantity = 2,
                                                        .match = "affected"};
    }
    sample.facts.devices = devices;
    sample.facts.device_count = COUNT;
    check_says(&sample.facts,
               "By our records: 20 × Pump 0000 1; 20 × Pump 0001 1; 20 × Pump 0002 1; and 97 more.",
               "please check their versions");
    check_says(&sample.facts,
               "In all: 2000. The table shows the first rows; 50 more groups of devices",
               "Pump 0050");
    check_says(&sample.facts, "S, S, S, S, S, S, and 4 more", NULL);
    sample_dispose(&sample);
}
END_TEST

START_TEST(impossible_quantities_do_not_overflow)
{
    struct sample sample;
    sample_init(&sample);
    for (size_t i = 0; i < 4; i++)
        sample.devices[i].quantity = i < 3 ? INT64_MAX : -5;
    check_says(&sample.facts, "In all: at least 9223372036854775807.", NULL);
    sample_dispose(&sample);
}
END_TEST

START_TEST(an_update_tells_what_is_new_since_the_version_they_have)
{
    struct sample sample;
    sample_init(&sample);
    sample.facts.kind = NOTICE_UPDATE;
    sample.facts.previous_version = "0.9.0";
    check_says(&sample.facts, "This replaces version 0.9.0.", NULL);
    check_says(&sample.facts, "What changed since version 0.9.0", NULL);
    check_says(&sample.facts, "First release. The notice as it stands now", NULL);
    check_says(&sample.facts, "New: Your earlier answer does not count", NULL);
    sample.facts.previous_version = "1.0.0";
    check_says(&sample.facts, "What changed since version 1.0.0", "First release");
    sample.facts.previous_version = NULL;
    check_says(&sample.facts, "This replaces what we sent before.", "First release");
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_language_of_the_advisory_is_told_when_it_is_another)
{
    struct sample sample;
    sample_init(&sample);
    check_says(&sample.facts, NULL, "own language");
    sample.csaf->lang = "en-GB";
    check_says(&sample.facts, NULL, "own language");
    sample.csaf->lang = "fr";
    check_says(&sample.facts, "in its own language (fr)", NULL);
    sample.facts.language = "de";
    sample.csaf->lang = "en";
    check_says(&sample.facts, "in ihrer eigenen Sprache (en)", NULL);
    sample_dispose(&sample);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.data");
    TCase *tc = tcase_create("data");
    tcase_add_loop_test(tc, a_product_says_its_versions_once, 0,
                        (int)(sizeof versions / sizeof versions[0]));
    tcase_add_loop_test(tc, the_first_screen_says_how_far_fixes_are, 0,
                        (int)(sizeof fixes / sizeof fixes[0]));
    tcase_add_test(tc, an_advisory_without_vulnerabilities_says_so);
    tcase_add_test(tc, without_a_score_the_ranking_of_the_order_is_told);
    tcase_add_test(tc, a_long_device_list_is_grouped_and_counted);
    tcase_add_test(tc, impossible_quantities_do_not_overflow);
    tcase_add_test(tc, an_update_tells_what_is_new_since_the_version_they_have);
    tcase_add_test(tc, the_language_of_the_advisory_is_told_when_it_is_another);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
