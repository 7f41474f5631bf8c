/* Names of makers and products as people write them. */
#include "advisory/match.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *a, *b;
    enum name_match match;
} cases[] = {
    /* case, spaces, signs, legal forms, accents */
    {"Example Medical GmbH", "EXAMPLE-MEDICAL", NAME_SAME},
    {"Example Medical, Inc.", "Example Medical S.p.A.", NAME_SAME},
    {"ExampleInfuse P100", "exampleinfuse p-100", NAME_SAME},
    {"Example Infuse P 100", "ExampleInfuse P100", NAME_SAME},
    {"Infusomat\xC2\xAE Space", "Infusomat Space", NAME_SAME},
    {"Ger\xC3\xA4t Caf\xC3\x89", "gerat cafe", NAME_SAME},
    {"Stra\xC3\x9F"
     "e",
     "STRASSE", NAME_SAME},
    {"\xC5\x81\xC3\xB3"
     "d\xC5\xBA",
     "lodz", NAME_SAME},
    {"AG", "AG", NAME_SAME},
    /* one holds the other */
    {"ExampleInfuse", "ExampleInfuse P100", NAME_PERHAPS},
    {"P100", "ExampleInfuse P100", NAME_PERHAPS},
    {"Infinia with Hawkeye 4 / 1", "Infinia", NAME_PERHAPS},
    {"Alaris PC Unit", "Alaris 8015 PC unit", NAME_PERHAPS},
    /* a word, a part, a near spelling, initials */
    {"ExampleInfuse P300", "ExampleInfuse P100", NAME_PERHAPS},
    {"SpaceStation with SpaceCom", "Infusomat Space", NAME_PERHAPS},
    {"Brivio NM 615", "Brivo XR118", NAME_PERHAPS},
    {"Millenium MG", "Millennium VG", NAME_PERHAPS},
    {"MX 40", "IntelliVue MX40 Patient Worn Monitor", NAME_PERHAPS},
    {"CSM", "Connex Spot Monitor", NAME_PERHAPS},
    {"PIC iX", "Patient Information Center", NAME_PERHAPS},
    {"Beatmungsger\xC3\xA4t Evita", "Evita Beatmungsgeraet", NAME_PERHAPS},
    /* stands for names that are not written */
    {"MP50", "IntelliVue patient monitor MP2-MP90", NAME_PERHAPS},
    {"MX450", "IntelliVue Patient Monitors (MX400-550)", NAME_PERHAPS},
    {"M8002A", "IntelliVue monitors M8001A/2A/3A/4A", NAME_PERHAPS},
    {"IGS 540", "Innova IGS5x0", NAME_PERHAPS},
    {"CM12", "Efficia CM Series", NAME_PERHAPS},
    {"ExampleVent", "ExampleInfuse family", NAME_PERHAPS},
    /* says too little to be anything else */
    {"infusion pump", "ExampleInfuse P100", NAME_PERHAPS},
    {"Infusionspumpe", "ExampleInfuse P100", NAME_PERHAPS},
    {"Beatmungsger\xC3\xA4te", "ExampleVent", NAME_PERHAPS},
    {"Patient Monitor, wireless", "ExampleVent", NAME_PERHAPS},
    {"", "ExampleVent", NAME_PERHAPS},
    {NULL, "ExampleVent", NAME_PERHAPS},
    {NULL, NULL, NAME_PERHAPS},
    {"---", "ExampleVent", NAME_PERHAPS},
    /* letters that we cannot compare */
    {"\xD0\x98\xD0\x9D\xD0\xA4\xD0\xA3\xD0\x97", "Infusomat", NAME_PERHAPS},
    {"\xE8\xBE\x93\xE6\xB6\xB2\xE6\xB3\xB5", "ExampleInfuse", NAME_PERHAPS},
    {"\xFF\xFE", "ExampleInfuse", NAME_PERHAPS},
    /* nothing in common */
    {"ExampleVent", "ExampleInfuse P100", NAME_OTHER},
    {"ExampleVent ventilator", "ExampleInfuse infusion pump", NAME_OTHER},
    {"Medfusion syringe pump", "Alaris syringe pump", NAME_OTHER},
    {"Optima XR640", "Optimus YR641", NAME_OTHER},
    {"P10", "P100", NAME_OTHER},
    {"MX40", "MX400", NAME_OTHER},
    {"MX400", "MX40", NAME_OTHER},
    {"B450", "B850", NAME_OTHER},
    {"Philips", "Medtronic", NAME_OTHER},
    {"ExampleVent", "Infuse-100 mix P-200", NAME_OTHER},
    {"ExampleVent", "Infuse S-P100 Line 3X Seriesx", NAME_PERHAPS},
    {"ExampleVent", "Infuse S-P100 Line Families", NAME_OTHER},
};

static void check(const char *a, const char *b, enum name_match wanted)
{
    enum name_match match = match_name(a, b);
    ck_assert_msg(match == wanted, "\"%s\" and \"%s\": %d, not %d", a != NULL ? a : "NULL",
                  b != NULL ? b : "NULL", (int)match, (int)wanted);
}

START_TEST(names_are_compared_from_both_sides)
{
    check(cases[_i].a, cases[_i].b, cases[_i].match);
    check(cases[_i].b, cases[_i].a, cases[_i].match);
}
END_TEST

START_TEST(a_name_too_long_to_compare_is_never_another)
{
    char text[400];
    for (size_t size = 180; size < sizeof text; size++) {
        for (size_t i = 0; i < size; i++)
            text[i] = "abc "[i % 4];
        text[size] = '\0';
        enum name_match match = match_name(text, "ExampleVent");
        ck_assert_int_eq(match, NAME_PERHAPS);
        match = match_name(text, text);
        ck_assert_int_eq(match, NAME_PERHAPS);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.name");
    TCase *tc = tcase_create("name");
    tcase_add_loop_test(tc, names_are_compared_from_both_sides, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, a_name_too_long_to_compare_is_never_another);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
