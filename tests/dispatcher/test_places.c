/* A plan by market and by jurisdiction: who is left out with which words, who comes first. */
#include "dispatcher/cases/case_act.h"
#include "dispatcher/plan/places.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/plan/why.h"
#include "dispatcher/submit/import.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static enum status import(enum import_kind kind, const char *name, const char *text)
{
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    const enum status status =
        import_file(&w.app, kind, name, bytes_of(text), w.dir, IMPORT_ADD, &words, &err);
    str_dispose(&words);
    return status;
}

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s", err.text);
}

#define PRODUCTS                                                                                   \
    "product,version,markets\nExampleInfuse P100,2.3.0,EU\nExampleInfuse P200,3.1.0,DE|FR\n"       \
    "ExampleStation,1.8.0,CH\n"

static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    world_parties(&w, "party,kind,country,email,territory\n"
                      "bfarm,regulator,DE,a@r.example,\n"
                      "pmda,regulator,JP,b@r.example,\n"
                      "tga,regulator,AU,c@r.example,\n"
                      "anvisa,regulator,BR,d@r.example,\n"
                      "desk,complaint,DE,a@d.example,\n"
                      "agent,representative,BR,a@ar.example,\n"
                      "zug,hdo,CH,a@h.example,\n"
                      "osaka,hdo,JP,b@h.example,\n"
                      "sydney,hdo,AU,c@h.example,\n"
                      "kobe,distributor,JP,a@s.example,\n"
                      "lyon,distributor,FR,b@s.example,JP|CN\n"
                      "delft,importer,NL,c@s.example,EU\n");
    must(import(IMPORT_INSTALLED, "installed.csv",
                "party,product,version,serial\nsydney,ExampleInfuse P100,2.3.0,SN-1\n"));
}

static void teardown(void)
{
    world_close(&w);
}

static const struct {
    const char *party;
    bool told;
    const char *why;  /* with the market known */
    const char *data; /* in the JSON of --why */
} parties[] = {
    {"bfarm", true,
     "authorities are told where it is sold or held: products.csv has it on the "
     "market in EU CH",
     "\"market\":{\"result\":\"in\""},
    {"pmda", false, "not on the market there (JP)", "\"market\":{\"result\":\"out\""},
    {"tga", true, "somebody there holds what may be affected", "\"market\":{\"result\":\"in\""},
    {"anvisa", true, "have our seat there", "\"market\":{\"result\":\"in\""},
    {"desk", true, "our own desk", "\"market\":{\"result\":\"unknown\""},
    {"agent", false, "not on the market there (BR)", "\"copy\":{\"result\":\"asked\""},
    {"zug", true, "no record of what it holds", "\"market\":{\"result\":\"in\""},
    {"osaka", false, "not on the market there (JP)", "\"territory\":null"},
    {"sydney", true, "holds ExampleInfuse P100", "\"result\":\"affected\""},
    {"kobe", true, "no record of what it holds", "may supply anywhere"},
    {"lyon", false, "not on the market there (CN JP)", "\"territory\":\"JP|CN\""},
    {"delft", true, "no record of what it holds", "\"territory\":\"EU\""},
};

static const char *why(const struct advisory *row, const char *party, bool json)
{
    struct dossier *dossier = NULL;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    must(dossier_open(&dossier, &w.app, row, &err));
    must(why_print(&out, &w.app, dossier, party, json, &err));
    dossier_close(dossier);
    const char *text = arena_strdup(w.arena, str_text(&out));
    str_dispose(&out);
    return text;
}

START_TEST(the_market_leaves_out_whom_nothing_else_names)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    const char *id = parties[_i].party;
    const char *said = why(&row, id, false);
    ck_assert_msg(strstr(said, " is told: ") != NULL, "where nothing is sold is not known: %s",
                  said);
    must(import(IMPORT_PRODUCTS, "products.csv", PRODUCTS));
    said = why(&row, id, false);
    ck_assert_msg(strstr(said, parties[_i].told ? " is told: " : " is left out: ") != NULL, "%s",
                  said);
    ck_assert_msg(strstr(said, parties[_i].why) != NULL, "%s", said);
    ck_assert_msg(strstr(said, "\nmarket: ") != NULL, "%s", said);
    ck_assert_msg(strstr(why(&row, id, true), parties[_i].data) != NULL, "%s", why(&row, id, true));
}
END_TEST

START_TEST(what_is_planned_is_what_the_plan_said_with_the_reasons)
{
    struct left_out *list = NULL;
    size_t count = 0;
    must(import(IMPORT_PRODUCTS, "products.csv", PRODUCTS));
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &row);
    must(left_out_list(&list, &count, w.arena, w.app.store, row.id, &err));
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(strstr(list[i].comparison, "not on the market there") != NULL, "%s",
                      list[i].comparison);
}
END_TEST

START_TEST(words_that_name_no_place_are_refused_with_row_and_column)
{
    static const struct {
        enum import_kind kind;
        const char *name, *text, *says;
    } bad[] = {
        {IMPORT_PRODUCTS, "products.csv", "product,version,markets\nA,1,DE\nB,1,Europe\n",
         "products.csv row 3, column markets: names no place"},
        {IMPORT_PRODUCTS, "products.csv", "product,version,markets\nA,1,EL\n", "column markets"},
        {IMPORT_PARTIES, "parties.csv", "party,kind,country,email,territory\nx,hdo,DE,,DE|XX\n",
         "parties.csv row 2, column territory: names no place"},
    };
    ck_assert_int_eq(import(bad[_i].kind, bad[_i].name, bad[_i].text), ERR_REFUSED);
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
}
END_TEST

static const char *places(const struct advisory *row, bool json)
{
    struct dossier *dossier = NULL;
    struct places *p = NULL;
    struct str out;
    struct party *list = NULL;
    size_t count = 0;
    str_init(&out, STR_LIMIT_TEXT);
    must(dossier_open(&dossier, &w.app, row, &err));
    must(places_open(&p, &w.app, dossier, &err));
    must(party_list(&list, &count, w.arena, w.app.store, -1, NULL, 100, &err));
    for (size_t i = 0; i < count; i++) {
        struct recipient r;
        must(recipient_choose(&r, w.arena, &w.app, dossier, &list[i], 0, WORLD_NOW, &err));
        places_count(p, &r);
    }
    if (json)
        places_json(&out, p, WORLD_NOW + MS_DAY);
    else
        places_print(&out, p, WORLD_NOW + MS_DAY);
    places_close(p);
    dossier_close(dossier);
    const char *text = arena_strdup(w.arena, str_text(&out));
    str_dispose(&out);
    return text;
}

/* The hold of world_hold has no end; a duty to inform that is due hangs on it. */
static void add_duty(int64_t case_id, int64_t safe_ms)
{
    struct duty_row duty = {.case_id = case_id,
                            .rule = "EU-89-FSN",
                            .version = 2,
                            .rule_sha256 = "x",
                            .jurisdiction = "EU",
                            .country = "DE",
                            .state = DUTY_RUNNING,
                            .deliverable = "advisory",
                            .informs = true,
                            .owner = "weber",
                            .trigger = "2027-01-15",
                            .due_safe = "2027-01-20",
                            .due_legal = "2027-01-21",
                            .safe_ms = safe_ms,
                            .legal_ms = safe_ms,
                            .derivation = "at once",
                            .created_ms = WORLD_NOW};
    must(app_begin(&w.app, &err));
    must(duty_add(&duty, w.app.store, &err));
    must(app_commit(&w.app, &err));
}

START_TEST(by_jurisdiction_it_says_who_comes_first_and_what_waits_for_what)
{
    must(import(IMPORT_PRODUCTS, "products.csv", PRODUCTS));
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    const struct hold_row hold = world_hold(&w, "DE");
    add_duty(hold.case_id, WORLD_NOW + 5 * MS_DAY);
    static const char says[] =
        "  AU     first: 1 regulator; then: 1 hdo; left out: 0\n"
        "  BR     first: 1 regulator; then: nobody; left out: 1\n"
        "  CH     first: nobody; then: 1 hdo; left out: 0\n"
        "  EU     first: 1 regulator, 1 complaint; then: 1 importer HELD by EU-HOLD; left out: 1\n"
        "         EU-89-FSN DE (C-27-1): due safe 2027-01-20, by law 2027-01-21, waits for the end "
        "of the hold by EU-HOLD\n"
        "         warning: EU-89-FSN (DE) is due 2027-01-20, and EU-HOLD holds its notices until "
        "its proof is handed in: do that before\n"
        "  JP     first: nobody; then: 1 distributor; left out: 2\n";
    const char *text = places(&row, false);
    ck_assert_msg(strstr(text, says) != NULL, "%s", text);
    text = places(&row, true);
    ck_assert_msg(strstr(text, "\"place\":\"EU\",\"first\":{\"regulator\":1,\"complaint\":1,"
                               "\"representative\":0}") != NULL,
                  "%s", text);
    ck_assert_msg(strstr(text, "\"held\":true,\"left_out\":1") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "\"clash\":\"proof\"") != NULL, "%s", text);
}
END_TEST

START_TEST(an_embargo_that_ends_behind_a_duty_is_said)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    const struct hold_row hold = world_hold(&w, "DE");
    add_duty(hold.case_id, WORLD_NOW + 5 * MS_DAY);
    row.embargo_ms = WORLD_NOW + 6 * MS_DAY;
    const char *text = places(&row, false);
    ck_assert_msg(strstr(text, "not before 2027-01-21T08:00:00Z") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "warning: EU-89-FSN (DE) is due 2027-01-20, and the embargo ends "
                               "2027-01-21T08:00:00Z") != NULL,
                  "%s", text);
}
END_TEST

/* Decided reportable: there is a market there. Of a jurisdiction that the register knows, no more.
 */
START_TEST(where_it_is_reportable_nobody_is_left_out_by_the_market)
{
    static const struct {
        const char *place, *party;
        enum reportability verdict;
        bool told;
    } cells[] = {{"JP", "pmda", REPORTABLE, true},      {"JP", "osaka", REPORTABLE, true},
                 {"BR", "agent", REPORTABLE, true},     {"CN", "lyon", REPORTABLE, true},
                 {"JP", "pmda", NOT_REPORTABLE, false}, {"AU", "pmda", REPORTABLE, false},
                 {"EU", "madrid", REPORTABLE, false},   {"ES", "madrid", REPORTABLE, true}};
    struct case_file file;
    world_parties(&w, "party,kind,country,email\nmadrid,regulator,ES,e@r.example\n");
    must(import(IMPORT_PRODUCTS, "products.csv",
                "product,version,markets\nExampleInfuse P100,2.3.0,FR\n"
                "ExampleInfuse P200,3.1.0,DE|FR\nExampleStation,1.8.0,CH\n"));
    const struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    const int64_t id = world_case(&w, row.tracking);
    ck_assert(strstr(why(&row, cells[_i].party, false), " is left out: ") != NULL);
    struct case_decision decision = {.jurisdiction = cells[_i].place,
                                     .verdict = cells[_i].verdict,
                                     .reason = "r",
                                     .person = "weber",
                                     .entered_by = "weber"};
    must(app_begin(&w.app, &err));
    must(case_get(&file, w.arena, w.app.store, id, &err));
    must(case_act_decide(&w.app, &file, &decision, &err));
    must(app_commit(&w.app, &err));
    const char *said = why(&row, cells[_i].party, false);
    ck_assert_msg((strstr(said, " is told: ") != NULL) == cells[_i].told, "%s", said);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.places");
    TCase *tc = tcase_create("places");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, the_market_leaves_out_whom_nothing_else_names, 0,
                        sizeof parties / sizeof parties[0]);
    tcase_add_test(tc, what_is_planned_is_what_the_plan_said_with_the_reasons);
    tcase_add_loop_test(tc, words_that_name_no_place_are_refused_with_row_and_column, 0, 3);
    tcase_add_test(tc, by_jurisdiction_it_says_who_comes_first_and_what_waits_for_what);
    tcase_add_test(tc, an_embargo_that_ends_behind_a_duty_is_said);
    tcase_add_loop_test(tc, where_it_is_reportable_nobody_is_left_out_by_the_market, 0, 8);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
