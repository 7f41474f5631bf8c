/* Orders: what they hold, what they refuse, and that the template parses as it stands. */
#include "config/order.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static enum status parse(struct order *out, struct arena *arena, const char *text, struct err *err)
{
    return order_parse(out, arena, "X.order", bytes_of(text), err);
}

START_TEST(every_field_is_read)
{
    static const char text[] =
        "advisory = \"EXM-2026-0007\";\n"
        "hazard = \"The pump may stop without an alarm.\";\n"
        "action = \"Take it off the network.\\nThen call us.\";\n"
        "action_by = \"2026-12-04T17:00:00+01:00\";\n"
        "answer_by = \"2026-12-11T16:00:00Z\";\n"
        "tlp = \"AMBER+STRICT\";\n"
        "embargo = \"2026-12-01T09:00:00.500Z\";\n"
        "prenotice = [ \"regulator\", \"coordinator\" ];\n"
        "notify_within = \"4h\";\n"
        "exploited = \"yes\";\n"
        "interim = true;\n"
        "safety_notice = true;\n"
        "languages = [ \"de\", \"fr-CH\", \"zh-Hant-TW\" ];\n"
        "translations = ( { language = \"de\"; file = \"X.de.json\"; sha256 = \"" SUM "\"; },\n"
        "                 { language = \"fr\"; file = \"fr/X.json\"; sha256 = \"" SUM "\"; } );\n"
        "ranking = { scheme = \"own\"; value = \"B\"; reason = \"CVSS does not see it.\"; };\n"
        "next_information = \"15 January 2027\";\n";
    struct arena *arena = arena_new();
    struct order o;
    struct err err = {0};
    ck_assert_msg(parse(&o, arena, text, &err) == OK, "%s", err.text);
    ck_assert(o.present && o.has_tlp && o.interim && o.safety_notice);
    ck_assert_str_eq(o.advisory, "EXM-2026-0007");
    ck_assert_str_eq(o.hazard, "The pump may stop without an alarm.");
    ck_assert_str_eq(o.action, "Take it off the network.\nThen call us.");
    ck_assert_int_eq(o.action_by_ms, INT64_C(1796400000000));
    ck_assert_int_eq(o.answer_by_ms, INT64_C(1797004800000));
    ck_assert_int_eq(o.tlp, TLP_AMBER_STRICT);
    ck_assert_int_eq(o.embargo_ms % 1000, 500);
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++)
        ck_assert_int_eq(order_is_prenotified(&o, (enum party_kind)kind),
                         kind == PARTY_REGULATOR || kind == PARTY_COORDINATOR);
    ck_assert_int_eq(o.notify_within_ms, 4 * MS_HOUR);
    ck_assert_int_eq(o.exploited, EXPLOITED_YES);
    ck_assert_uint_eq(o.language_count, 3);
    ck_assert_str_eq(o.languages[2], "zh-Hant-TW");
    ck_assert_uint_eq(o.translation_count, 2);
    ck_assert_str_eq(o.translations[1].file, "fr/X.json");
    ck_assert_str_eq(o.translations[0].sha256, SUM);
    ck_assert_str_eq(o.ranking_scheme, "own");
    ck_assert_str_eq(o.ranking_value, "B");
    ck_assert_str_eq(o.ranking_reason, "CVSS does not see it.");
    ck_assert_str_eq(o.next_information, "15 January 2027");
    arena_free(arena);
}
END_TEST

static void assert_silent(const struct order *o)
{
    ck_assert(!o->has_tlp && !o->interim && !o->safety_notice);
    ck_assert_ptr_null(o->hazard);
    ck_assert_ptr_null(o->action);
    ck_assert_ptr_null(o->ranking_scheme);
    ck_assert_ptr_null(o->next_information);
    ck_assert_int_eq(o->exploited, EXPLOITED_UNKNOWN);
    ck_assert_int_eq(o->action_by_ms + o->answer_by_ms + o->embargo_ms + o->notify_within_ms, 0);
    ck_assert_uint_eq(o->language_count + o->translation_count, 0);
}

START_TEST(the_template_parses_as_it_stands_and_says_nothing)
{
    struct arena *arena = arena_new();
    struct order o;
    struct err err = {0};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    order_template(&text, NULL);
    ck_assert_msg(parse(&o, arena, str_text(&text), &err) == OK, "%s", err.text);
    ck_assert(o.present);
    ck_assert_ptr_null(o.advisory);
    assert_silent(&o);

    str_reset(&text);
    order_template(&text, "EXM \"2026\" \\ 7");
    ck_assert_msg(parse(&o, arena, str_text(&text), &err) == OK, "%s", err.text);
    ck_assert_str_eq(o.advisory, "EXM \"2026\" \\ 7");
    assert_silent(&o);
    str_dispose(&text);
    arena_free(arena);
}
END_TEST

START_TEST(every_example_of_the_template_parses_when_its_mark_is_taken_away)
{
    struct arena *arena = arena_new();
    struct order o;
    struct err err = {0};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    order_template(&text, NULL);
    int taken = 0;
    for (char *line = text.data; line != NULL; line = strchr(line, '\n')) {
        line += strspn(line, "\n ");
        if (line[0] == '#' && line[1] != ' ') {
            line[0] = ' ';
            taken++;
        }
    }
    ck_assert_msg(parse(&o, arena, str_text(&text), &err) == OK, "%s", err.text);
    ck_assert_int_eq(taken, 15);
    ck_assert_str_eq(o.advisory, "EXM-2026-0007");
    ck_assert_int_eq(o.tlp, TLP_AMBER);
    ck_assert_ptr_nonnull(o.ranking_reason);
    ck_assert_uint_eq(o.translation_count, 1);
    str_dispose(&text);
    arena_free(arena);
}
END_TEST

START_TEST(without_an_order_everything_is_the_default)
{
    struct order o;
    memset(&o, 0xFF, sizeof o);
    order_default(&o);
    ck_assert(!o.present);
    ck_assert_ptr_null(o.advisory);
    assert_silent(&o);
}
END_TEST

static const struct {
    const char *text, *words;
} faults[] = {
    {"", "X.order: is empty: write the settings into it"},
    {"hazzard = \"x\";", "X.order line 1: hazzard: unknown setting: did you mean hazard?"},
    {"\n\ntlp = \"WHITE\";", "X.order line 3: tlp: \"WHITE\" is none of its words: write "
                             "\"CLEAR\", \"GREEN\", \"AMBER\", \"AMBER+STRICT\" or \"RED\""},
    {"tlp = \"amber\";", "X.order line 1: tlp: \"amber\" is none of its words: write \"CLEAR\", "
                         "\"GREEN\", \"AMBER\", \"AMBER+STRICT\" or \"RED\""},
    {"exploited = true;",
     "X.order line 1: exploited: is true or false, text is wanted: write it in quotes"},
    {"exploited = \"maybe\";", "X.order line 1: exploited: \"maybe\" is none of its words: write "
                               "\"yes\", \"no\" or \"unknown\""},
    {"interim = \"yes\";", "X.order line 1: interim: is text, true or false is wanted: write true "
                           "or false, without quotes"},
    {"interim = 1;", "X.order line 1: interim: is a number, true or false is wanted: write true or "
                     "false, without quotes"},
    {"prenotice = [ \"coordinator\" ];",
     "X.order line 1: prenotice: there is no embargo before which they could be told: write "
     "embargo, or take this out"},
    {"prenotice = [ \"hdo\" ];", "X.order line 1: prenotice: \"hdo\" is none of its words: write "
                                 "regulator, complaint, representative or coordinator"},
    {"embargo = \"2026-12-01\";",
     "X.order line 1: embargo: \"2026-12-01\" is not an instant: write it as "
     "2026-11-27T18:40:00Z or with an offset such as +01:00"},
    {"action_by = \"2026-02-30T10:00:00Z\";",
     "X.order line 1: action_by: \"2026-02-30T10:00:00Z\" is not an instant: write it as "
     "2026-11-27T18:40:00Z or with an offset such as +01:00"},
    {"notify_within = \"0s\";",
     "X.order line 1: notify_within: 0s is out of range: 1m to 365d is possible"},
    {"hazard = \"a\\u0007\" \"\xE2\x80\xAE\";",
     "X.order line 1: hazard: holds a control or direction sign: take it out"},
    {"languages = [ \"german\", \"de_DE\" ];",
     "X.order line 1: languages: \"de_DE\" is no language: write a tag such as de, fr-CH or "
     "pt-BR"},
    {"languages = \"de\";",
     "X.order line 1: languages: is text, an array of texts is wanted: write "
     "it as [ \"one\", \"two\" ]"},
    {"translations = ( { language = \"de\"; file = \"../X.json\"; sha256 = \"" SUM "\"; } );",
     "X.order line 1: translations.file: \"../X.json\" leads out of the order's folder: name a "
     "file beside the order"},
    {"translations = ( { language = \"de\"; file = \"/X.json\"; sha256 = \"" SUM "\"; } );",
     "X.order line 1: translations.file: \"/X.json\" leads out of the order's folder: name a file "
     "beside the order"},
    {"translations = ( { language = \"de\"; file = \"a/../../X\"; sha256 = \"" SUM "\"; } );",
     "X.order line 1: translations.file: \"a/../../X\" leads out of the order's folder: name a "
     "file beside the order"},
    {"translations = ( { language = \"de\"; file = \"..\\\\X\"; sha256 = \"" SUM "\"; } );",
     "X.order line 1: translations.file: \"..\\X\" leads out of the order's folder: name a file "
     "beside the order"},
    {"translations = ( { language = \"de\"; file = \"X.json\"; sha256 = \"E3B0\"; } );",
     "X.order line 1: translations.sha256: \"E3B0\" is no SHA-256: write the 64 digits that "
     "sha256sum prints"},
    {"translations = (\n{ language = \"de\"; file = \"X.json\"; } );",
     "X.order line 2: translations.sha256: is missing: add sha256 = \"" SUM "\"; to it"},
    {"translations = ( { language = \"de\"; file = \"X\"; sha256 = \"" SUM "\"; },\n"
     "{ language = \"de\"; file = \"Y\"; sha256 = \"" SUM "\"; } );",
     "X.order line 1: translations: \"de\" stands there twice: take one out"},
    {"\nranking = { scheme = \"own\"; reason = \"why\"; };",
     "X.order line 2: ranking: lacks its value: write scheme, value and reason"},
    {"ranking = { value = \"B\"; };",
     "X.order line 1: ranking: lacks its scheme: write scheme, value and reason"},
    {"ranking = { scheme = \"own\"; value = \"B\"; };",
     "X.order line 1: ranking: lacks its reason: write scheme, value and reason"},
    {"ranking = \"B\";",
     "X.order line 1: ranking: is text, a group is wanted: write it as ranking = { ... };"},
    {"@include \"other.order\"",
     "X.order line 1: @include is not followed: write all settings into this file"},
};

START_TEST(a_fault_is_named_with_its_line_and_its_cure)
{
    struct arena *arena = arena_new();
    struct order o;
    struct err err = {0};
    ck_assert_int_eq(parse(&o, arena, faults[_i].text, &err), ERR_INVALID);
    ck_assert_str_eq(err.text, faults[_i].words);
    ck_assert(!o.present);
    assert_silent(&o); /* nothing of a bad order is used */
    ck_assert_int_eq(parse(&o, arena, faults[_i].text, NULL), ERR_INVALID);
    arena_free(arena);
}
END_TEST

START_TEST(an_order_above_a_megabyte_is_refused)
{
    struct arena *arena = arena_new();
    struct order o;
    struct err err = {0};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    while (text.size <= 1024 * 1024)
        str_add(&text, "# on and on\n");
    ck_assert_int_eq(parse(&o, arena, str_text(&text), &err), ERR_LIMIT);
    ck_assert_str_eq(err.text, "X.order: is larger than 1 MiB: make it shorter");
    str_dispose(&text);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config.order");
    TCase *tc = tcase_create("order");
    tcase_add_test(tc, every_field_is_read);
    tcase_add_test(tc, the_template_parses_as_it_stands_and_says_nothing);
    tcase_add_test(tc, every_example_of_the_template_parses_when_its_mark_is_taken_away);
    tcase_add_test(tc, without_an_order_everything_is_the_default);
    tcase_add_loop_test(tc, a_fault_is_named_with_its_line_and_its_cure, 0,
                        (int)(sizeof faults / sizeof faults[0]));
    tcase_add_test(tc, an_order_above_a_megabyte_is_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
