/* The pack: what ships is what the facts say, and no more. */
#include "clocks/explain.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct err err;
static struct pack *pack;

static void begin(void)
{
    arena = arena_new();
    err = (struct err){0};
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
}

static void end(void)
{
    pack_close(pack);
    arena_free(arena);
}

static const struct rule *rule_of(const struct pack *of, const char *id)
{
    const struct rule *rule = NULL;
    ck_assert_msg(pack_rule(&rule, of, id, &err) == OK, "%s", err.text);
    return rule;
}

static void fail_at(void *context, const char *fault)
{
    (void)context;
    ck_abort_msg("%s", fault);
}

START_TEST(every_example_of_every_rule_comes_out)
{
    size_t tests = 0;
    ck_assert(pack_check(pack, &tests, fail_at, NULL));
    ck_assert_uint_ge(tests, 150);
    for (size_t i = 0; i < pack->count; i++)
        ck_assert_uint_ge(pack->rules[i]->test_count, 2);
}
END_TEST

/* The facts once more, written down apart from the files. */
#define FACT(id, n, unit, status)                                                                  \
    {                                                                                              \
        id, n, unit, status                                                                        \
    }
#define H UNIT_HOURS
#define D UNIT_DAYS
#define W UNIT_WORKING_DAYS
#define O UNIT_AT_ONCE
#define L RULE_LAW
#define Q RULE_QUOTED
#define M RULE_UNSURE
static const struct {
    const char *id;
    int64_t n;
    enum rule_unit unit;
    enum rule_status status;
} facts[] = {
    FACT("US-806", 10, W, L),      FACT("US-806-NEG", 0, UNIT_NONE, Q),
    FACT("US-803-30", 30, D, Q),   FACT("US-803-5", 5, W, L),
    FACT("US-803-5B", 5, W, L),    FACT("US-CY-30", 30, D, L),
    FACT("US-CY-60", 60, D, L),    FACT("EU-87-15", 15, D, L),
    FACT("EU-87-2", 2, D, L),      FACT("EU-87-10", 10, D, L),
    FACT("EU-87-UN", 15, D, Q),    FACT("EU-87-FSCA", 0, O, Q),
    FACT("EU-89-FSN", 0, O, Q),    FACT("EU-IVDR-15", 15, D, Q),
    FACT("EU-IVDR-2", 2, D, Q),    FACT("EU-IVDR-10", 10, D, Q),
    FACT("EU-IVDR-FSCA", 0, O, Q), FACT("EU-IVDR-FSN", 0, O, Q),
    FACT("EU-CRA-24", 24, H, Q),   FACT("EU-CRA-72", 72, H, Q),
    FACT("EU-CRA-14D", 14, D, Q),  FACT("EU-CRA-I24", 24, H, Q),
    FACT("EU-CRA-I72", 72, H, Q),  FACT("EU-CRA-I1M", 1, UNIT_MONTHS, Q),
    FACT("EU-NIS2-24", 24, H, Q),  FACT("EU-NIS2-72", 72, H, Q),
    FACT("EU-GDPR", 72, H, Q),     FACT("EU-NIS2-1M", 1, UNIT_MONTHS, Q),
    FACT("UK-15", 15, D, Q),       FACT("UK-10", 10, D, Q),
    FACT("UK-2", 2, D, Q),         FACT("UK-NI", 15, D, Q),
    FACT("UK-NI-10", 10, D, Q),    FACT("UK-NI-2", 2, D, Q),
    FACT("CH-87", 15, D, L),       FACT("CH-87-10", 10, D, L),
    FACT("CH-87-2", 2, D, L),      FACT("CH-87-FSCA", 0, O, Q),
    FACT("CH-89-FSN", 0, O, Q),    FACT("CA-10", 10, D, L),
    FACT("CA-30", 30, D, L),       FACT("CA-24", 24, H, L),
    FACT("CA-64", 0, D, L),        FACT("CA-65", 30, D, L),
    FACT("CA-72", 72, H, L),       FACT("CA-FINAL", 0, D, L),
    FACT("AU-48H", 48, H, L),      FACT("AU-10", 10, D, L),
    FACT("AU-30", 30, D, L),       FACT("AU-60", 60, D, L),
    FACT("AU-120", 120, D, L),     FACT("AU-PRAC", 0, UNIT_NONE, L),
    FACT("JP-15", 15, D, M),       FACT("JP-30", 30, D, M),
    FACT("CN-7", 7, D, M),         FACT("CN-20", 20, D, M),
    FACT("BR-72", 72, H, M),       FACT("BR-10", 10, D, M),
    FACT("BR-30", 30, D, M),
};

START_TEST(the_rules_are_those_of_the_facts_and_claim_no_more)
{
    const size_t count = sizeof facts / sizeof facts[0];
    ck_assert_uint_eq(pack->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rule_of(pack, facts[i].id);
        ck_assert_msg(rule->period_n == facts[i].n && rule->period_unit == facts[i].unit, "%s",
                      rule->id);
        ck_assert_msg(rule->status == facts[i].status, "%s", rule->id);
        ck_assert_msg((rule->verified_by != NULL) == (rule->status == RULE_LAW), "%s", rule->id);
    }
}
END_TEST

static const struct {
    const char *rule, *country, *fact, *safe, *legal;
} vectors[] = {
    {"US-806", NULL, "2026-12-18", "2027-01-01", "2027-01-05"},
    {"US-803-5", NULL, "2026-11-25", "2026-12-02", "2026-12-03"},
    {"EU-87-15", "DE", "2026-11-23", "2026-12-08", "2026-12-08"},
    {"EU-87-15", "AT", "2026-11-23", "2026-12-08", "2026-12-09"},
    {"EU-87-2", NULL, "2026-11-27", "2026-11-29", "2026-12-01"},
    {"EU-CRA-24", NULL, "2026-11-27T16:30Z", "2026-11-28T16:30:00Z", "2026-11-28T16:30:00Z"},
    {"CA-24", NULL, "2026-11-27T10:00-05:00", "2026-11-28T10:00:00-05:00",
     "2026-11-28T10:00:00-05:00"},
    {"EU-CRA-14D", NULL, NULL, NULL, NULL},
};

START_TEST(the_vectors_come_out)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct explanation e;
        const struct rule *rule = rule_of(pack, vectors[i].rule);
        ck_assert_msg(
            explain_rule(&e, arena, pack, rule, vectors[i].fact, vectors[i].country, &err) == OK,
            "%s", err.text);
        ck_assert_int_eq(e.state, vectors[i].fact == NULL ? RULE_WAITING : RULE_RUNNING);
        ck_assert_msg(text_equal(e.due_safe, vectors[i].safe), "%s", e.due_safe);
        ck_assert_msg(text_equal(e.due_legal, vectors[i].legal), "%s", e.due_legal);
    }
}
END_TEST

/* Periods that published summaries get wrong; days after a fact, in every country. */
static const struct {
    const char *rule;
    int64_t wrong_days;
} wild[] = {
    {"EU-87-10", 15}, {"EU-IVDR-10", 15}, {"UK-10", 15}, {"UK-NI-10", 15}, {"CH-87-10", 15},
    {"EU-87-2", 10},  {"EU-IVDR-2", 10},  {"UK-2", 10},  {"UK-NI-2", 10},  {"CH-87-2", 10},
};

static void never_computed(const char *id, int64_t wrong_days)
{
    const struct rule *rule = rule_of(pack, id);
    const struct jurisdiction *j = pack_jurisdiction(pack, rule->jurisdiction);
    for (size_t p = 0; p < j->place_count && p < 5; p++) {
        struct opened opened;
        struct counting counting;
        struct due due;
        rule_counting(&counting, rule);
        ck_assert_msg(pack_ground(&opened, pack, rule, j->places[p].country, &err) == OK, "%s",
                      err.text);
        for (int day = 0; day < 366; day++) {
            const struct fact fact = {.dated = true,
                                      .date = date_add((struct date){2026, 1, 1}, day)};
            count_due(&due, NULL, &counting, &fact, &opened.ground);
            ck_assert_int_lt(date_compare(due.safe, date_add(fact.date, wrong_days)), 0);
        }
        opened_close(&opened);
    }
}

START_TEST(death_is_never_15_days_and_a_public_health_threat_never_10)
{
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
        never_computed(wild[i].rule, wild[i].wrong_days);
}
END_TEST

START_TEST(the_final_report_of_the_cra_runs_from_the_measure_alone)
{
    const struct rule *rule = rule_of(pack, "EU-CRA-14D");
    ck_assert_uint_eq(rule->trigger, 1u << TRIGGER_MEASURE_AVAILABLE);
}
END_TEST

START_TEST(five_days_of_fda_are_working_days)
{
    static const char *const ids[] = {"US-803-5", "US-803-5B"};
    for (size_t i = 0; i < 2; i++) {
        struct opened opened;
        struct counting counting;
        struct due due;
        rule_counting(&counting, rule_of(pack, ids[i]));
        ck_assert_int_eq(pack_ground(&opened, pack, rule_of(pack, ids[i]), NULL, &err), OK);
        for (int day = 0; day < 366; day++) {
            const struct fact fact = {.dated = true,
                                      .date = date_add((struct date){2026, 1, 1}, day)};
            count_due(&due, NULL, &counting, &fact, &opened.ground);
            /* Of a Sunday five of both kinds end on the same Friday. */
            const int least = date_weekday(fact.date) == 7 ? 5 : 6;
            ck_assert_int_ge(date_days(due.safe), date_days(fact.date) + least);
        }
        opened_close(&opened);
    }
}
END_TEST

START_TEST(no_rule_makes_a_number_of_section_524b)
{
    for (size_t i = 0; i < pack->count; i++) {
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        str_addf(&text, "%s %s", pack->rules[i]->instrument, pack->rules[i]->article);
        ck_assert_msg(strstr(str_text(&text), "524") == NULL, "%s", pack->rules[i]->id);
        str_dispose(&text);
        /* 48 hours are Australia's alone. */
        if (pack->rules[i]->period_unit == UNIT_HOURS && pack->rules[i]->period_n == 48)
            ck_assert_str_eq(pack->rules[i]->id, "AU-48H");
    }
}
END_TEST

START_TEST(a_country_outside_of_the_jurisdiction_is_refused)
{
    struct explanation e;
    ck_assert_int_eq(
        explain_rule(&e, arena, pack, rule_of(pack, "EU-87-15"), "2026-11-23", "US", &err),
        ERR_INVALID);
    ck_assert_msg(strstr(err.text, "is not in EU") != NULL, "%s", err.text);
    const struct rule *rule = NULL;
    ck_assert_int_eq(pack_rule(&rule, pack, "EU-87-51", &err), ERR_NOT_FOUND);
    ck_assert_msg(strstr(err.text, "did you mean EU-87-15") != NULL, "%s", err.text);
}
END_TEST

START_TEST(recipients_are_the_kinds_of_party)
{
    struct str words;
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++) {
        const struct rule rule = {.recipients = 1u << kind};
        str_init(&words, STR_LIMIT_LINE);
        rule_recipient_words(&words, &rule);
        ck_assert_str_eq(str_text(&words), party_kind_word((enum party_kind)kind));
        str_dispose(&words);
    }
    ck_assert_str_eq(rule_trigger_word(TRIGGER_FIXED_DATE), "fixed_date");
    ck_assert_str_eq(rule_unit_word(UNIT_MONTHS), "month");
    ck_assert_str_eq(rule_hold_word(HOLD_AWAIT_AGREEMENT), "await_agreement");
    ck_assert_str_eq(rule_deliverable_word(DELIVER_RECORD), "record");
    ck_assert_str_eq(rule_state_word(RULE_NOT_IN_FORCE), "not_in_force");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clocks.pack");
    TCase *tc = tcase_create("pack");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_example_of_every_rule_comes_out);
    tcase_add_test(tc, the_rules_are_those_of_the_facts_and_claim_no_more);
    tcase_add_test(tc, the_vectors_come_out);
    tcase_add_test(tc, death_is_never_15_days_and_a_public_health_threat_never_10);
    tcase_add_test(tc, the_final_report_of_the_cra_runs_from_the_measure_alone);
    tcase_add_test(tc, five_days_of_fda_are_working_days);
    tcase_add_test(tc, no_rule_makes_a_number_of_section_524b);
    tcase_add_test(tc, a_country_outside_of_the_jurisdiction_is_refused);
    tcase_add_test(tc, recipients_are_the_kinds_of_party);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
