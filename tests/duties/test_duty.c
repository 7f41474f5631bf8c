/* From a case to its duties: what starts a clock, which of several governs, what follows elsewhere.
 */
#include "tests/duties/matter.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MDR (1u << SCOPE_MDR)
#define IVDR (1u << SCOPE_IVDR)
#define CRA (1u << SCOPE_CRA)

/* The worked examples of the law, each by way of a case: decided, and one fact. */
static const struct {
    const char *rule, *jurisdiction, *country;
    enum rule_trigger kind;
    const char *at, *dates;
} vectors[] = {
    {"US-806", "US", NULL, TRIGGER_INITIATED_ACTION, "2026-12-18", "2027-01-01/2027-01-05"},
    {"US-803-5", "US", NULL, TRIGGER_AWARE_MANAGER, "2026-11-25", "2026-12-02/2026-12-03"},
    {"EU-87-15", "EU", "DE", TRIGGER_AWARE_ANY_EMPLOYEE, "2026-11-23", "2026-12-08/2026-12-08"},
    {"EU-87-15", "EU", "AT", TRIGGER_AWARE_ANY_EMPLOYEE, "2026-11-23", "2026-12-08/2026-12-09"},
    {"EU-87-2", "EU", NULL, TRIGGER_AWARE_REPRESENTATIVE, "2026-11-27", "2026-11-29/2026-12-01"},
    {"EU-CRA-24", "EU", NULL, TRIGGER_EXPLOITATION_EVIDENCE, "2026-11-27T16:30:00Z",
     "2026-11-28T16:30:00Z/2026-11-28T16:30:00Z"},
    {"CA-24", "CA", NULL, TRIGGER_DECISION_TO_RECALL, "2026-11-27T10:00:00-05:00",
     "2026-11-28T10:00:00-05:00/2026-11-28T10:00:00-05:00"},
    {"EU-CRA-14D", "EU", NULL, TRIGGER_EXPLOITATION_EVIDENCE, "2026-11-27T16:30:00Z",
     "waiting_trigger"},
    {"US-CY-30", "US", NULL, TRIGGER_LEARNED_OF_VULNERABILITY, "2026-11-23",
     "2026-12-23/2026-12-23"},
    {"US-803-30", "US", NULL, TRIGGER_AWARE_ANY_EMPLOYEE, "2028-01-30", "2028-02-29/2028-02-29"},
};

START_TEST(a_case_computes_what_the_law_says)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, vectors[_i].jurisdiction, vectors[_i].country, FINDING_REPORTABLE);
    matter_happens(&box, vectors[_i].kind, vectors[_i].at, NULL);
    ck_assert_str_eq(matter_dates(&box, vectors[_i].rule), vectors[_i].dates);
}
END_TEST

START_TEST(every_rule_of_a_reportable_jurisdiction_waits_until_its_trigger)
{
    struct matter_box box;
    matter_init(&box, MDR);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    const struct duty_list list = matter_duties(&box);
    size_t wanted = 0;
    for (size_t i = 0; i < matter_pack->count; i++)
        wanted += strcmp(matter_pack->rules[i]->jurisdiction, "EU") == 0 &&
                  duty_in_scope(matter_pack->rules[i], MDR);
    ck_assert_uint_gt(wanted, 5);
    ck_assert_uint_eq(list.count, wanted);
    for (size_t i = 0; i < list.count; i++) {
        ck_assert_int_eq(list.duties[i].why.state, RULE_WAITING);
        ck_assert_ptr_null(list.duties[i].trigger);
        ck_assert_str_eq(list.duties[i].country, "DE");
    }
}
END_TEST

START_TEST(what_is_not_reportable_is_no_duty)
{
    for (enum finding f = FINDING_NOT_REPORTABLE; f <= FINDING_NOT_APPLICABLE; f++) {
        struct matter_box box;
        matter_init(&box, 0);
        matter_find(&box, "US", NULL, f);
        matter_happens(&box, TRIGGER_AWARE_ANY_EMPLOYEE, "2026-11-23", NULL);
        ck_assert_uint_eq(matter_duties(&box).count, 0);
    }
}
END_TEST

START_TEST(a_scope_takes_the_rules_of_other_products_away)
{
    static const struct {
        unsigned scope;
        const char *rule;
        bool wanted;
    } cells[] = {
        {MDR, "EU-87-15", true},       {MDR, "EU-CRA-24", false},     {MDR, "EU-IVDR-15", false},
        {IVDR, "EU-IVDR-15", true},    {IVDR, "EU-87-15", false},     {CRA, "EU-CRA-24", true},
        {CRA, "EU-GDPR", true},        {0, "EU-CRA-24", true},        {0, "EU-87-15", true},
        {MDR | CRA, "EU-87-15", true}, {MDR | CRA, "EU-CRA-24", true}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        struct matter_box box;
        matter_init(&box, cells[i].scope);
        matter_find(&box, "EU", NULL, FINDING_REPORTABLE);
        const struct duty_list list = matter_duties(&box);
        ck_assert_msg((matter_duty(&list, cells[i].rule) != NULL) == cells[i].wanted, "%s",
                      cells[i].rule);
    }
}
END_TEST

START_TEST(of_several_facts_the_earliest_governs_in_any_order)
{
    static const char *const days[] = {"2026-11-27", "2026-11-23", "2026-12-01"};
    for (size_t turn = 0; turn < 3; turn++) {
        struct matter_box box;
        matter_init(&box, MDR);
        matter_find(&box, "EU", "AT", FINDING_REPORTABLE);
        for (size_t i = 0; i < 3; i++)
            matter_happens(&box, TRIGGER_AWARE_ANY_EMPLOYEE, days[(i + turn) % 3], NULL);
        const struct duty_list list = matter_duties(&box);
        const struct duty *duty = matter_duty(&list, "EU-87-15");
        ck_assert_str_eq(matter_dates(&box, "EU-87-15"), "2026-12-08/2026-12-09");
        ck_assert_str_eq(duty->fact->at, "2026-11-23");
    }
}
END_TEST

START_TEST(a_fact_that_is_taken_out_moves_the_date_to_the_next_one)
{
    struct matter_box box;
    matter_init(&box, MDR);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    matter_happens(&box, TRIGGER_AWARE_ANY_EMPLOYEE, "2026-11-23", NULL);
    ck_assert_str_eq(matter_dates(&box, "EU-87-10"), "2026-12-03/2026-12-03");
    box.facts[0].at = "2026-11-24"; /* superseded by another day */
    ck_assert_str_eq(matter_dates(&box, "EU-87-10"), "2026-12-04/2026-12-04");
}
END_TEST

/* Cascades: a customer notice or a recall abroad starts CA-72, an action anywhere EU-87-FSCA. */
static const struct {
    const char *where;
    enum rule_trigger kind;
    const char *rule, *dates;
} cascades[] = {
    {"US", TRIGGER_INITIATED_ACTION, "CA-72",
     "2026-11-30T10:00:00-05:00/2026-11-30T10:00:00-05:00"},
    {"US", TRIGGER_INITIATED_ACTION, "EU-87-FSCA", "2026-11-27T15:00:00Z/2026-11-27T15:00:00Z"},
    {"AU", TRIGGER_DECISION_TO_RECALL, "CA-72",
     "2026-11-30T10:00:00-05:00/2026-11-30T10:00:00-05:00"},
    {"AU", TRIGGER_DECISION_TO_RECALL, "EU-87-FSCA", "2026-11-27T15:00:00Z/2026-11-27T15:00:00Z"},
    {"CH", TRIGGER_INITIATED_ACTION, "CA-72",
     "2026-11-30T10:00:00-05:00/2026-11-30T10:00:00-05:00"},
    {"CA", TRIGGER_DECISION_TO_RECALL, "EU-87-FSCA", "2026-11-27T15:00:00Z/2026-11-27T15:00:00Z"},
};

START_TEST(what_happens_elsewhere_starts_a_clock_here)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, cascades[_i].where, NULL, FINDING_REPORTABLE);
    ck_assert_str_eq(matter_dates(&box, cascades[_i].rule), "-");
    matter_happens(&box, cascades[_i].kind, "2026-11-27T15:00:00Z", cascades[_i].where);
    ck_assert_str_eq(matter_dates(&box, cascades[_i].rule), cascades[_i].dates);
    const struct duty_list list = matter_duties(&box);
    ck_assert_ptr_nonnull(matter_duty(&list, cascades[_i].rule)->cascade);
    box.findings[0].finding = FINDING_NOT_REPORTABLE; /* there: nothing follows from it */
    ck_assert_str_eq(matter_dates(&box, cascades[_i].rule), "-");
    box.findings[0].finding = FINDING_REPORTABLE;
    /* Somebody who decided that it is none of theirs is believed. */
    matter_find(&box, "CA", NULL, FINDING_NOT_APPLICABLE);
    matter_find(&box, "EU", NULL, FINDING_NOT_REPORTABLE);
    ck_assert_str_eq(matter_dates(&box, cascades[_i].rule), "-");
}
END_TEST

/* What is only known there waits; what its customers were told starts it, and nothing else. */
START_TEST(a_duty_to_inform_elsewhere_passes_on_the_notice_and_not_what_was_known)
{
    struct matter_box box;
    struct str words;
    str_init(&words, STR_LIMIT_LINE);
    matter_init(&box, 0);
    matter_find(&box, "US", NULL, FINDING_REPORTABLE);
    ck_assert_str_eq(matter_dates(&box, "CA-72"), "-");
    matter_happens(&box, TRIGGER_LEARNED_OF_VULNERABILITY, "2026-11-20T15:00:00Z", NULL);
    ck_assert_str_eq(matter_dates(&box, "CA-72"), "waiting_trigger");
    struct duty_list list = matter_duties(&box);
    ck_assert_str_eq(matter_duty(&list, "CA-72")->cascade, "US-CY-30");
    duty_say_start(&words, matter_duty(&list, "CA-72"));
    ck_assert_str_eq(str_text(&words), "it begins with what is done by US-CY-30: its clock runs");
    /* Where somebody decided that it is nothing to report, and in Canada itself. */
    matter_find(&box, "AU", NULL, FINDING_NOT_REPORTABLE);
    matter_happens(&box, TRIGGER_CUSTOMERS_NOTIFIED, "2026-11-26T15:00:00Z", "AU");
    matter_happens(&box, TRIGGER_CUSTOMERS_NOTIFIED, "2026-11-26T16:00:00Z", "CA");
    ck_assert_str_eq(matter_dates(&box, "CA-72"), "waiting_trigger");
    const int64_t id =
        matter_happens(&box, TRIGGER_CUSTOMERS_NOTIFIED, "2026-11-27T15:00:00Z", "US");
    ck_assert_str_eq(matter_dates(&box, "CA-72"),
                     "2026-11-30T10:00:00-05:00/2026-11-30T10:00:00-05:00");
    list = matter_duties(&box);
    ck_assert_int_eq(matter_duty(&list, "CA-72")->fact->id, id);
    str_reset(&words);
    duty_say_start(&words, matter_duty(&list, "CA-72"));
    ck_assert_str_eq(str_text(&words), "from fact 4: customers_notified, 2026-11-27T15:00:00Z, in "
                                       "US, passed on by US-CY-30");
    /* Once Canada is decided reportable, each notice abroad starts it: the first one governs. */
    matter_find(&box, "CA", NULL, FINDING_REPORTABLE);
    ck_assert_str_eq(matter_dates(&box, "CA-72"),
                     "2026-11-29T10:00:00-05:00/2026-11-29T10:00:00-05:00");
    str_dispose(&words);
}
END_TEST

/* A place whose rules pass nothing on, that has none, or where nothing was decided yet. */
static const struct {
    const char *where; /* NULL: not said */
    bool is_decided;
    enum rule_trigger kind;
    bool canada, union_too;
} anywhere[] = {
    {"UK", true, TRIGGER_CUSTOMERS_NOTIFIED, true, false},
    {"UK", false, TRIGGER_CUSTOMERS_NOTIFIED, true, false},
    {"IN", false, TRIGGER_CUSTOMERS_NOTIFIED, true, false},
    {"AU", false, TRIGGER_CUSTOMERS_NOTIFIED, true, false},
    {NULL, false, TRIGGER_CUSTOMERS_NOTIFIED, true, false},
    {"UK", true, TRIGGER_DECISION_TO_RECALL, true, true},
    {"JP", false, TRIGGER_INITIATED_ACTION, true, true},
    {"US", true, TRIGGER_DECISION_TO_RECALL, true, true},
    {"CA", false, TRIGGER_CUSTOMERS_NOTIFIED, false, false},
    {"CA", false, TRIGGER_INITIATED_ACTION, false, true},
    {"EU", false, TRIGGER_DECISION_TO_RECALL, true, false},
    {"US", true, TRIGGER_AWARE_ANY_EMPLOYEE, false, false},
    {"US", true, TRIGGER_FOREIGN_AUTHORITY_ACTION, false, false},
};

START_TEST(what_is_done_anywhere_starts_a_clock_here)
{
    struct matter_box box;
    matter_init(&box, MDR);
    if (anywhere[_i].is_decided)
        matter_find(&box, anywhere[_i].where, NULL, FINDING_REPORTABLE);
    matter_happens(&box, anywhere[_i].kind, "2026-11-27T15:00:00Z", anywhere[_i].where);
    ck_assert_str_eq(matter_dates(&box, "CA-72"),
                     anywhere[_i].canada ? "2026-11-30T10:00:00-05:00/2026-11-30T10:00:00-05:00"
                                         : "-");
    ck_assert_str_eq(matter_dates(&box, "EU-87-FSCA"),
                     anywhere[_i].union_too ? "2026-11-27T15:00:00Z/2026-11-27T15:00:00Z" : "-");
    ck_assert_str_eq(
        matter_dates(&box, "US-806"),
        anywhere[_i].is_decided && text_equal(anywhere[_i].where, "US") ? "waiting_trigger" : "-");
    /* Decided there, or here, that it is none of theirs: a person is believed. */
    matter_find(&box, "CA", NULL, FINDING_NOT_APPLICABLE);
    matter_find(&box, "EU", NULL, FINDING_NOT_REPORTABLE);
    ck_assert_str_eq(matter_dates(&box, "CA-72"), "-");
    ck_assert_str_eq(matter_dates(&box, "EU-87-FSCA"), "-");
}
END_TEST

START_TEST(what_happens_at_home_is_not_abroad)
{
    struct matter_box box;
    matter_init(&box, 0);
    matter_find(&box, "CA", NULL, FINDING_REPORTABLE);
    matter_happens(&box, TRIGGER_CUSTOMERS_NOTIFIED, "2026-11-27T10:00:00-05:00", "CA");
    ck_assert_str_eq(matter_dates(&box, "CA-72"), "waiting_trigger");
    ck_assert_str_eq(matter_dates(&box, "CA-64"), "2026-11-27/2026-11-27");
    matter_happens(&box, TRIGGER_CUSTOMERS_NOTIFIED, "2026-11-28T10:00:00-05:00", "US");
    ck_assert_str_eq(matter_dates(&box, "CA-72"),
                     "2026-12-01T10:00:00-05:00/2026-12-01T10:00:00-05:00");
    ck_assert_str_eq(matter_dates(&box, "CA-64"), "2026-11-27/2026-11-27");
}
END_TEST

START_TEST(a_report_starts_what_follows_it_and_only_that)
{
    struct matter_box box;
    matter_init(&box, CRA);
    matter_find(&box, "EU", NULL, FINDING_REPORTABLE);
    matter_find(&box, "AU", NULL, FINDING_REPORTABLE);
    ck_assert_str_eq(matter_dates(&box, "AU-120"), "waiting_trigger");
    matter_hands_in(&box, "AU-30", "2026-11-26T00:00:00Z");
    matter_hands_in(&box, "AU-10", "2026-11-22T14:00:00Z"); /* the first one: the 23rd in Sydney */
    ck_assert_str_eq(matter_dates(&box, "AU-120"), "2027-03-23/2027-03-23");
    /* One month after the 72 h notification, never after the one of 24 h. */
    matter_hands_in(&box, "EU-CRA-I24", "2026-11-23T08:00:00Z");
    ck_assert_str_eq(matter_dates(&box, "EU-CRA-I1M"), "waiting_trigger");
    matter_hands_in(&box, "EU-CRA-I72", "2026-11-25T08:00:00Z");
    ck_assert_str_eq(matter_dates(&box, "EU-CRA-I1M"), "2026-12-25/2026-12-25");
}
END_TEST

START_TEST(a_waived_rule_is_no_duty_where_it_was_waived)
{
    struct matter_box box;
    matter_init(&box, MDR);
    matter_find(&box, "EU", "DE", FINDING_REPORTABLE);
    matter_find(&box, "EU", "AT", FINDING_REPORTABLE);
    matter_happens(&box, TRIGGER_AWARE_ANY_EMPLOYEE, "2026-11-23", NULL);
    matter_waives(&box, "EU-87-15", "DE");
    const struct duty_list list = matter_duties(&box);
    ck_assert_str_eq(matter_duty(&list, "EU-87-15")->country, "AT");
    ck_assert_str_eq(matter_duty(&list, "EU-87-2")->country, "DE");
}
END_TEST

static enum rule_use use_none_of_q(const void *context, const struct rule *rule)
{
    (void)context;
    return rule->status == RULE_LAW ? USE_ENABLED : USE_CONFIRM;
}

START_TEST(a_rule_that_may_not_be_used_is_named_and_makes_no_date)
{
    struct matter_box box;
    matter_init(&box, CRA);
    matter_rules.use = use_none_of_q;
    matter_find(&box, "EU", NULL, FINDING_REPORTABLE);
    matter_happens(&box, TRIGGER_EXPLOITATION_EVIDENCE, "2026-11-27T16:30:00Z", NULL);
    const struct duty_list list = matter_duties(&box);
    ck_assert_ptr_null(matter_duty(&list, "EU-CRA-24"));
    bool named = false;
    for (size_t i = 0; i < list.unused_count; i++)
        named = named || strcmp(list.unused[i].rule->id, "EU-CRA-24") == 0;
    ck_assert(named);
}
END_TEST

/* What stands by a rule is left alone while this is false: an upgrade is no decision. */
START_TEST(a_rule_is_in_use_when_it_is_there_and_enabled)
{
    ck_assert(duty_rule_in_use(&matter_rules, "EU-CRA-24"));
    ck_assert(!duty_rule_in_use(&matter_rules, "EU-GONE"));
    matter_rules.use = use_none_of_q;
    ck_assert(!duty_rule_in_use(&matter_rules, "EU-CRA-24"));
}
END_TEST

START_TEST(what_cannot_be_read_is_refused)
{
    struct matter_box box;
    struct duty_list list;
    matter_init(&box, 0);
    matter_find(&box, "US", NULL, FINDING_REPORTABLE);
    matter_happens(&box, TRIGGER_AWARE_MANAGER, "yesterday", NULL);
    ck_assert_int_eq(duty_compute(&list, matter_arena, &matter_rules, &box.matter, &matter_err),
                     ERR_INVALID);
    box.facts[0].at = "2026-11-25";
    box.findings[0].country = "DE";
    ck_assert_int_eq(duty_compute(&list, matter_arena, &matter_rules, &box.matter, &matter_err),
                     ERR_INVALID);
}
END_TEST

START_TEST(legal_weight_orders_by_law_first)
{
    static const struct duty_weight in_order[] = {
        {.legal_ms = 5, .safe_ms = 5, .rule = "Z"},
        {.legal_ms = 6, .safe_ms = 2, .rule = "A"},
        {.legal_ms = 6, .safe_ms = 3, .rule = "B"},
        {.legal_ms = 6, .safe_ms = 3, .rule = "C"},
        {.legal_ms = 6, .safe_ms = 3, .informs = true, .rule = "A"},
        {.legal_ms = INT64_MAX, .safe_ms = INT64_MAX, .rule = "A"},
    };
    const size_t count = sizeof in_order / sizeof in_order[0];
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            const int order = duty_weigh(&in_order[a], &in_order[b]);
            ck_assert_int_eq((order > 0) - (order < 0), (a > b) - (a < b));
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.duty");
    TCase *tcase = tcase_create("case");
    tcase_add_checked_fixture(tcase, matter_begin, matter_end);
    tcase_add_loop_test(tcase, a_case_computes_what_the_law_says, 0,
                        (int)(sizeof vectors / sizeof vectors[0]));
    tcase_add_test(tcase, every_rule_of_a_reportable_jurisdiction_waits_until_its_trigger);
    tcase_add_test(tcase, what_is_not_reportable_is_no_duty);
    tcase_add_test(tcase, a_scope_takes_the_rules_of_other_products_away);
    tcase_add_test(tcase, of_several_facts_the_earliest_governs_in_any_order);
    tcase_add_test(tcase, a_fact_that_is_taken_out_moves_the_date_to_the_next_one);
    tcase_add_loop_test(tcase, what_happens_elsewhere_starts_a_clock_here, 0,
                        (int)(sizeof cascades / sizeof cascades[0]));
    tcase_add_test(tcase, a_duty_to_inform_elsewhere_passes_on_the_notice_and_not_what_was_known);
    tcase_add_loop_test(tcase, what_is_done_anywhere_starts_a_clock_here, 0,
                        (int)(sizeof anywhere / sizeof anywhere[0]));
    tcase_add_test(tcase, what_happens_at_home_is_not_abroad);
    tcase_add_test(tcase, a_report_starts_what_follows_it_and_only_that);
    tcase_add_test(tcase, a_waived_rule_is_no_duty_where_it_was_waived);
    tcase_add_test(tcase, a_rule_that_may_not_be_used_is_named_and_makes_no_date);
    tcase_add_test(tcase, a_rule_is_in_use_when_it_is_there_and_enabled);
    tcase_add_test(tcase, what_cannot_be_read_is_refused);
    tcase_add_test(tcase, legal_weight_orders_by_law_first);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
