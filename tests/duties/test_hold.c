/* Who must wait for an authority, until when; nothing decided is no reason to go on. */
#include "tests/duties/matter.h"

#include "base/clock.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct hold *hold_of(const struct matter_box *box, const char *rule)
{
    struct hold *list = NULL;
    size_t count = 0;
    ck_assert_msg(
        hold_compute(&list, &count, matter_arena, &matter_rules, &box->matter, &matter_err) == OK,
        "%s", matter_err.text);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].rule->id, rule) == 0)
            return &list[i];
    return NULL;
}

START_TEST(a_hold_stands_while_nobody_decided_and_when_it_is_reportable)
{
    static const struct {
        const char *rule, *jurisdiction;
    } rules[] = {{"AU-PRAC", "AU"},    {"EU-87-FSCA", "EU"}, {"EU-89-FSN", "EU"},   {"CA-64", "CA"},
                 {"CH-87-FSCA", "CH"}, {"CH-89-FSN", "CH"},  {"EU-IVDR-FSCA", "EU"}};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct matter_box box;
        matter_init(&box, 0);
        const struct hold *hold = hold_of(&box, rules[i].rule);
        ck_assert_int_eq(hold->why, HOLD_NOT_DECIDED);
        ck_assert(!hold->over && hold->until_ms == 0);
        matter_find(&box, rules[i].jurisdiction, NULL, FINDING_REPORTABLE);
        hold = hold_of(&box, rules[i].rule);
        ck_assert_int_eq(hold->why, HOLD_BY_RULE);
        ck_assert(!hold->over && hold->until_ms == 0);
        box.findings[0].finding = FINDING_NOT_REPORTABLE;
        ck_assert_ptr_null(hold_of(&box, rules[i].rule));
        box.findings[0].finding = FINDING_NOT_APPLICABLE;
        ck_assert_ptr_null(hold_of(&box, rules[i].rule));
    }
}
END_TEST

START_TEST(no_other_rule_holds_anything)
{
    struct matter_box box;
    matter_init(&box, 0);
    for (size_t i = 0; i < matter_pack->count; i++)
        ck_assert((hold_of(&box, matter_pack->rules[i]->id) != NULL) ==
                  (matter_pack->rules[i]->hold != HOLD_NONE));
}
END_TEST

START_TEST(an_agreement_is_over_with_its_proof_and_no_fact_ends_it)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "AU", NULL, FINDING_REPORTABLE);
    for (int kind = 0; kind < TRIGGER_COUNT; kind++)
        if (box.matter.fact_count < MATTER_MOST)
            matter_happens(&box, (enum rule_trigger)kind, "2026-11-27", NULL);
    ck_assert(!hold_of(&box, "AU-PRAC")->over);
    matter_hands_in(&box, "AU-10", "2026-11-27T10:00:00Z");
    ck_assert(!hold_of(&box, "AU-PRAC")->over);
    matter_hands_in(&box, "AU-PRAC", "2026-11-27T10:00:00Z");
    ck_assert(hold_of(&box, "AU-PRAC")->over);
    ck_assert_int_eq(hold_of(&box, "AU-PRAC")->until_ms, 0);
}
END_TEST

/* Two weekdays for comment, counted from the draft, each holiday of each country counting for none
 * of them: the window ends where it ends last, here in the west or in the east. */
static const struct {
    const char *draft, *end; /* end: the last millisecond, in UTC */
} windows[] = {
    {"2026-11-23T09:00:00Z", "2026-11-25T23:59:59Z"},
    {"2026-11-27T09:00:00Z", "2026-12-03T21:59:59Z"}, /* Romania has the 30th and the 1st */
    {"2026-12-23T09:00:00Z", "2026-12-30T21:59:59Z"},
};

START_TEST(a_window_for_comment_counts_weekdays_from_the_draft)
{
    struct matter_box box;
    char end[CLOCK_TEXT];
    matter_init(&box, 0);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    matter_hands_in(&box, "EU-87-FSCA", windows[_i].draft);
    const struct hold *hold = hold_of(&box, "EU-89-FSN");
    ck_assert(!hold->over);
    ck_assert_str_eq(clock_text(end, hold->until_ms), windows[_i].end);
    ck_assert(hold_of(&box, "EU-87-FSCA")->over);
}
END_TEST

START_TEST(a_later_draft_opens_the_window_anew_and_a_notice_to_users_ends_nothing)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "CH", NULL, FINDING_REPORTABLE);
    matter_hands_in(&box, "CH-87-FSCA", "2026-11-23T09:00:00Z");
    const int64_t first = hold_of(&box, "CH-89-FSN")->until_ms;
    char text[CLOCK_TEXT];
    ck_assert_str_eq(clock_text(text, first), "2026-11-25T22:59:59Z");
    matter_hands_in(&box, "CH-87-FSCA", "2026-11-24T09:00:00Z");
    ck_assert_int_eq(hold_of(&box, "CH-89-FSN")->until_ms, first + MS_DAY);
    matter_hands_in(&box, "CH-89-FSN", "2026-11-24T10:00:00Z");
    ck_assert(!hold_of(&box, "CH-89-FSN")->over);
}
END_TEST

START_TEST(a_rule_that_was_waived_holds_nothing_once_no_country_is_left)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    matter_find(&box, "EU", "AT", FINDING_REPORTABLE);
    matter_waives(&box, "EU-87-FSCA", "DE");
    ck_assert_ptr_nonnull(hold_of(&box, "EU-87-FSCA"));
    matter_waives(&box, "EU-87-FSCA", "AT");
    ck_assert_int_eq(hold_of(&box, "EU-87-FSCA")->why, HOLD_NOT_DECIDED); /* the other ones */
    matter_find(&box, "EU", NULL, FINDING_NOT_REPORTABLE);
    ck_assert_ptr_null(hold_of(&box, "EU-87-FSCA"));
}
END_TEST

START_TEST(what_is_decided_for_one_country_lets_no_other_one_go)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "EU", "DE", FINDING_NOT_REPORTABLE);
    ck_assert_int_eq(hold_of(&box, "EU-87-FSCA")->why, HOLD_NOT_DECIDED);
    matter_find(&box, "EU", NULL, FINDING_NOT_REPORTABLE);
    ck_assert_ptr_null(hold_of(&box, "EU-87-FSCA"));
}
END_TEST

START_TEST(each_country_that_it_is_reportable_in_needs_a_report_of_its_own)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    matter_find(&box, "EU", "FR", FINDING_REPORTABLE);
    matter_hands_in(&box, "EU-87-FSCA", "2026-11-23T09:00:00Z");
    box.reports[0].country = "DE";
    ck_assert(!hold_of(&box, "EU-87-FSCA")->over);
    ck_assert_int_eq(hold_of(&box, "EU-89-FSN")->until_ms, 0);
    matter_hands_in(&box, "EU-87-FSCA", "2026-11-24T09:00:00Z");
    box.reports[1].country = "FR";
    ck_assert(!hold_of(&box, "EU-87-FSCA")->over); /* nobody decided about the others */
    ck_assert_int_eq(hold_of(&box, "EU-89-FSN")->until_ms, 0);
    matter_find(&box, "EU", NULL, FINDING_NOT_REPORTABLE);
    ck_assert(hold_of(&box, "EU-87-FSCA")->over);
    const int64_t both = hold_of(&box, "EU-89-FSN")->until_ms;
    box.reports[0].country = NULL; /* for all of them: the later draft still counts */
    ck_assert(both > 0);
    ck_assert_int_eq(hold_of(&box, "EU-89-FSN")->until_ms, both);
    box.matter.report_count = 1;
    ck_assert(hold_of(&box, "EU-87-FSCA")->over);
    ck_assert_int_eq(hold_of(&box, "EU-89-FSN")->until_ms, both - MS_DAY);
}
END_TEST

/* Nothing is decided about the other countries: a report for all serves them too. */
START_TEST(one_draft_for_all_and_a_later_one_of_a_country_open_one_window)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    matter_hands_in(&box, "EU-87-FSCA", "2026-11-23T09:00:00Z");
    const int64_t first = hold_of(&box, "EU-89-FSN")->until_ms;
    ck_assert(first > 0);
    matter_hands_in(&box, "EU-87-FSCA", "2026-11-24T09:00:00Z");
    box.reports[1].country = "DE";
    ck_assert_int_eq(hold_of(&box, "EU-89-FSN")->until_ms, first + MS_DAY);
}
END_TEST

static enum rule_use use_none(const void *context, const struct rule *rule)
{
    (void)context;
    (void)rule;
    return USE_NOT_ADOPTED;
}

/* What begins a hold and what ends it, in each order in which they can become known. */
static void happen(struct matter_box *box, size_t event)
{
    switch (event) {
    case 0:
        matter_find(box, "EU", NULL, FINDING_REPORTABLE);
        break;
    case 1:
        matter_hands_in(box, "EU-87-FSCA", "2026-11-23T09:00:00Z");
        break;
    default:
        matter_hands_in(box, "EU-87-FSCA", "2026-11-24T09:00:00Z");
        break;
    }
}

static const size_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

START_TEST(facts_that_begin_and_end_a_hold_are_the_same_in_every_order)
{
    struct matter_box box;
    char end[CLOCK_TEXT];
    matter_init(&box, 0);
    for (size_t i = 0; i < 3; i++)
        happen(&box, orders[_i][i]);
    const struct hold *users = hold_of(&box, "EU-89-FSN");
    ck_assert(!users->over);
    ck_assert_int_eq(users->why, HOLD_BY_RULE);
    ck_assert_str_eq(clock_text(end, users->until_ms),
                     "2026-11-26T23:59:59Z"); /* the later draft */
    ck_assert(hold_of(&box, "EU-87-FSCA")->over);
}
END_TEST

START_TEST(rules_that_nobody_adopted_hold_nothing)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_rules.use = use_none;
    ck_assert_ptr_null(hold_of(&box, "AU-PRAC"));
}
END_TEST

START_TEST(a_hold_stops_customers_and_not_those_who_ask_the_authority)
{
    static const bool stops[PARTY_KIND_COUNT] = {[PARTY_HDO] = true,
                                                 [PARTY_DISTRIBUTOR] = true,
                                                 [PARTY_IMPORTER] = true,
                                                 [PARTY_COORDINATOR] = true,
                                                 [PARTY_REPORTER] = true};
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++)
        ck_assert_int_eq(hold_stops((enum party_kind)kind), stops[kind]);
}
END_TEST

START_TEST(words_of_why_are_two)
{
    ck_assert_str_eq(hold_why_word(HOLD_BY_RULE), "rule");
    ck_assert_str_eq(hold_why_word(HOLD_NOT_DECIDED), "undecided");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.hold");
    TCase *tcase = tcase_create("hold");
    tcase_add_checked_fixture(tcase, matter_begin, matter_end);
    tcase_add_test(tcase, a_hold_stands_while_nobody_decided_and_when_it_is_reportable);
    tcase_add_test(tcase, no_other_rule_holds_anything);
    tcase_add_test(tcase, an_agreement_is_over_with_its_proof_and_no_fact_ends_it);
    tcase_add_loop_test(tcase, a_window_for_comment_counts_weekdays_from_the_draft, 0,
                        (int)(sizeof windows / sizeof windows[0]));
    tcase_add_test(tcase, a_later_draft_opens_the_window_anew_and_a_notice_to_users_ends_nothing);
    tcase_add_test(tcase, a_rule_that_was_waived_holds_nothing_once_no_country_is_left);
    tcase_add_test(tcase, what_is_decided_for_one_country_lets_no_other_one_go);
    tcase_add_test(tcase, each_country_that_it_is_reportable_in_needs_a_report_of_its_own);
    tcase_add_test(tcase, one_draft_for_all_and_a_later_one_of_a_country_open_one_window);
    tcase_add_loop_test(tcase, facts_that_begin_and_end_a_hold_are_the_same_in_every_order, 0, 6);
    tcase_add_test(tcase, rules_that_nobody_adopted_hold_nothing);
    tcase_add_test(tcase, a_hold_stops_customers_and_not_those_who_ask_the_authority);
    tcase_add_test(tcase, words_of_why_are_two);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
