/* Why one party is told or left out: every row, every contact, in words and as data. */
#include "dispatcher/plan/why.h"
#include "dispatcher/submit/import.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static void setup(void)
{
    struct str words;
    world_open(&w);
    world_parties(&w, "party,kind,country,email,group,phone,route\n"
                      "old,hdo,DE,a@old.example,north,,\n"
                      "old,hdo,DE,,north,+49 30 1,phone\n"
                      "new,hdo,DE,a@new.example,,,\n"
                      "unsure,hdo,DE,a@unsure.example,,,\n"
                      "empty,hdo,DE,a@empty.example,,,\n"
                      "bfarm,regulator,DE,,,,portal\n"
                      "handel,distributor,DE,a@handel.example,,,\n"
                      "zug,representative,CH,a@zug.example,,,\n"
                      "leeds,representative,GB,a@leeds.example,,,\n");
    str_init(&words, STR_LIMIT_TEXT);
    const char *installed = "party,product,version,serial\n"
                            "old,ExampleInfuse P100,2.3.0,SN-1\n"
                            "old,ExampleInfuse P100,2.9.0,SN-2\n"
                            "new,ExampleInfuse P100,2.9.0,\n"
                            "unsure,ExampleInfuse P100,unknown,\n";
    ck_assert_msg(import_file(&w.app, IMPORT_INSTALLED, "installed.csv", bytes_of(installed), w.dir,
                              IMPORT_ADD, &words, &err) == OK,
                  "%s", err.text);
    str_dispose(&words);
}

static void teardown(void)
{
    world_close(&w);
}

static const char *why(const struct advisory *row, const char *party, bool json)
{
    struct dossier *dossier = NULL;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(dossier_open(&dossier, &w.app, row, &err) == OK, "%s", err.text);
    ck_assert_msg(why_print(&out, &w.app, dossier, party, json, &err) == OK, "%s", err.text);
    dossier_close(dossier);
    const char *text = arena_strdup(w.arena, str_text(&out));
    str_dispose(&out);
    return text;
}

static const struct {
    const char *party;
    const char *said[4]; /* in words, in this order */
    const char *data;    /* somewhere in the JSON */
} cases[] = {
    {"old",
     {"old is told: holds ExampleInfuse P100", "affected     ExampleInfuse P100, serial SN-1",
      "not_affected ExampleInfuse P100, serial SN-2", "<- this one"},
     "\"serial\":\"SN-2\",\"result\":\"not_affected\""},
    {"new",
     {"new is left out: ", "proven not affected",
      "not_affected ExampleInfuse P100: ", "what it waits for:\n  nothing\n"},
     "\"told\":false"},
    {"unsure",
     {"unsure is told: cannot be ruled out", "perhaps      ExampleInfuse P100: ", "no key",
      "so: tls by smtp"},
     "\"result\":\"perhaps\""},
    {"empty",
     {"empty is told: we have no record", "nothing that we know of", "1 smtp   a@empty.example",
      "so: tls by smtp"},
     "\"holds\":[]"},
    {"bfarm",
     {"bfarm is told: every authority", "role regulator, country DE",
      "1 portal -: task: ", "so: task by portal"},
     "\"route\":\"portal\""},
    {"handel",
     {"handel is told: ", "role distributor, country DE", "rules that name a distributor in DE:\n",
      "  EU-89-FSN     EU: "},
     "{\"rule\":\"EU-89-FSN\",\"jurisdiction\":\"EU\",\"authority\":\"users"},
    {"zug",
     {"zug is told: our CH-REP, the authorised representative in Switzerland: in copy",
      "rules that name a representative in CH:\n", "  CH-87-", " CH: "},
     "\"jurisdiction\":\"CH\",\"authority\":\"Swissmedic; the CH-REP in copy\""},
    {"leeds",
     {"leeds is told: our UK Responsible Person: in copy", "country GB", "so: tls by smtp",
      "rules that name a representative in GB:\n  UK-15 "},
     "\"copy\":{\"result\":\"asked\",\"rule\":\"UK-15\""},
};

START_TEST(each_party_hears_why_in_words_and_as_data)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    const char *text = why(&row, cases[_i].party, false);
    const char *at = text;
    for (size_t i = 0; i < 4; i++) {
        at = strstr(at, cases[_i].said[i]);
        ck_assert_msg(at != NULL, "%s is not where it has to be in:\n%s", cases[_i].said[i], text);
    }
    text = why(&row, cases[_i].party, true);
    ck_assert_msg(strstr(text, cases[_i].data) != NULL, "%s", text);
}
END_TEST

START_TEST(contacts_stand_in_their_order_and_one_is_chosen)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    const char *text = why(&row, "old", true);
    const char *first = strstr(text, "\"contact\":1");
    const char *second = strstr(text, "\"contact\":2");
    ck_assert_msg(first != NULL && second != NULL && first < second, "%s", text);
    const char *chosen = strstr(text, "\"chosen\":true");
    ck_assert_msg(chosen > first && chosen < second, "%s", text);
    ck_assert_ptr_null(strstr(chosen + 1, "\"chosen\":true"));
    ck_assert_ptr_nonnull(strstr(second, "\"route\":\"phone\""));
}
END_TEST

START_TEST(what_there_is_of_it_already_is_shown)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    row.embargo_ms = WORLD_NOW + MS_DAY;
    struct notice n = world_notice(&w, &row, "old", 1, STATE_READY, "relay");
    const char *text = why(&row, "old", false);
    const char *line = arena_printf(w.arena, "notice %s: ready, none\n", n.code);
    ck_assert_msg(strstr(text, line) != NULL, "%s", text);
    ck_assert_msg(strstr(text, "  embargo until 2027-01-16T08:00:00Z\n") != NULL, "%s", text);
}
END_TEST

START_TEST(a_party_that_is_not_there_is_not_found)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    struct dossier *dossier = NULL;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(dossier_open(&dossier, &w.app, &row, &err), OK);
    ck_assert_int_eq(why_print(&out, &w.app, dossier, "nobody", false, &err), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.text, "nobody: no party of the register"));
    dossier_close(dossier);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.why");
    TCase *tc = tcase_create("why");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, each_party_hears_why_in_words_and_as_data, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(tc, contacts_stand_in_their_order_and_one_is_chosen);
    tcase_add_test(tc, what_there_is_of_it_already_is_shown);
    tcase_add_test(tc, a_party_that_is_not_there_is_not_found);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
