/* Where a rule asks for a copy to our representative, and what it takes to leave one out. */
#include "reach/copy.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct pack *pack;

static void begin(void)
{
    struct err err = {0};
    arena = arena_new();
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
}

static void end(void)
{
    pack_close(pack);
    arena_free(arena);
}

#define MDR (1u << SCOPE_MDR)
#define IVDR (1u << SCOPE_IVDR)
#define CRA (1u << SCOPE_CRA)

static const struct {
    const char *country, *territory, *doubt;
    unsigned scope;
    enum copy copy;
    const char *why;
} rows[] = {
    {"CH", NULL, NULL, 0, COPY_ASKED, "CH-87 names it: Swissmedic; the CH-REP in copy"},
    {"DE", NULL, NULL, 0, COPY_ASKED, "EU-89-FSN asks for a copy: the maker's decision"},
    {"DE", NULL, NULL, MDR, COPY_ASKED, "EU-89-FSN asks"},
    {"DE", NULL, NULL, IVDR, COPY_ASKED, "EU-IVDR-FSN asks"},
    {"DE", NULL, NULL, CRA, COPY_UNASKED, "no rule of EU asks for a copy"},
    {"GB", NULL, NULL, 0, COPY_ASKED, "UK-15 asks"},
    {"AU", NULL, NULL, 0, COPY_ASKED, "AU-PRAC asks"},
    {"US", NULL, NULL, 0, COPY_UNASKED, "no rule of US asks"},
    {"CA", NULL, NULL, 0, COPY_UNASKED, "no rule of CA asks"},
    {"US", "US|CA", NULL, 0, COPY_UNASKED, "no rule of CA, US asks"},
    {"US", "US|CH", NULL, 0, COPY_ASKED, "CH-87 names it"},
    {"US", "*", NULL, 0, COPY_ASKED, "asks for a copy"},
    /* Nobody is left out by rules that are not known, not adopted, or of which none is there. */
    {"US", NULL, "nobody adopted the rules yet", 0, COPY_DOUBT, "nobody adopted"},
    {"CH", NULL, "nobody adopted the rules yet", 0, COPY_ASKED, "CH-87 names it"},
    {"TR", NULL, NULL, 0, COPY_DOUBT, "no rules are known for TR"},
    {"US", "America", NULL, 0, COPY_DOUBT, "\"America\", which is no place"},
};

START_TEST(a_copy_goes_where_a_rule_asks_for_one_or_nobody_knows)
{
    struct copy_said said;
    const struct copy_case ask = {.pack = pack,
                                  .doubt = rows[_i].doubt,
                                  .today = "2026-11-22",
                                  .territory = rows[_i].territory,
                                  .country = rows[_i].country,
                                  .scope = rows[_i].scope};
    copy_ask(&said, arena, &ask);
    ck_assert_msg(said.copy == rows[_i].copy, "%s", said.why);
    ck_assert_msg(strstr(said.why, rows[_i].why) != NULL, "%s", said.why);
    ck_assert((said.rule != NULL) == (said.copy == COPY_ASKED));
}
END_TEST

START_TEST(rules_that_do_not_read_leave_nobody_out)
{
    struct copy_said said;
    const struct copy_case ask = {
        .doubt = "the rules do not read", .today = "2026-11-22", .country = "US"};
    copy_ask(&said, arena, &ask);
    ck_assert_int_eq(said.copy, COPY_DOUBT);
    ck_assert_str_eq(said.why, "the rules do not read");
}
END_TEST

/* A rule that is over, or has not begun, asks for nothing. */
START_TEST(a_rule_asks_on_the_days_that_it_is_in_force)
{
    static const char *const days[] = {"2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"};
    struct place places[] = {{.country = "US"}};
    const struct jurisdiction us = {.id = "US", .place_count = 1, .places = places};
    const struct jurisdiction *jurisdictions[] = {&us};
    const struct rule rule = {.id = "US-X",
                              .jurisdiction = "US",
                              .scope = 1u << SCOPE_ANY,
                              .copies = 1u << COPY_TO_REPRESENTATIVE,
                              .copies_by = "a contract",
                              .effective_from = "2026-02-01",
                              .effective_to = "2026-02-28"};
    const struct rule *rules[] = {&rule};
    const struct pack own = {
        .rules = rules, .count = 1, .jurisdictions = jurisdictions, .jurisdiction_count = 1};
    struct copy_said said;
    const struct copy_case ask = {.pack = &own, .today = days[_i], .country = "US"};
    copy_ask(&said, arena, &ask);
    ck_assert_int_eq(said.copy, _i == 1 || _i == 2 ? COPY_ASKED : COPY_UNASKED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reach.copy");
    TCase *tc = tcase_create("copy");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, a_copy_goes_where_a_rule_asks_for_one_or_nobody_knows, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(tc, rules_that_do_not_read_leave_nobody_out);
    tcase_add_loop_test(tc, a_rule_asks_on_the_days_that_it_is_in_force, 0, 4);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
