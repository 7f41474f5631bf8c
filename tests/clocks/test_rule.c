/* Files of rules: what they hold, and that whatever is wrong is named with file, line and cause. */
#include "clocks/rule.h"

#include "base/file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct err err;

static void begin(void)
{
    arena = arena_new();
    err = (struct err){0};
}

static void end(void)
{
    arena_free(arena);
}

/* A good file; each line is one setting, so that a test can take one out or put another in. */
static const char *const good[] = {
    "jurisdictions = ( { id = \"EU\"; name = \"Union\"; zone = \"UTC\"; places = (",
    "    { country = \"DE\"; zone = \"Europe/Berlin\"; calendar = \"DE\"; } ); } );",
    "rules = ( {",
    "    id = \"X-1\";",
    "    version = 3;",
    "    title = \"An example\";",
    "    status = \"L\";",
    "    jurisdiction = \"EU\";",
    "    authority = \"somebody\";",
    "    scope = [ \"mdr\", \"ivdr\" ];",
    "    trigger = [ \"aware_manager\", \"aware_any_employee\" ];",
    "    condition = \"it is so\";",
    "    recipients = [ \"regulator\", \"file\" ];",
    "    period = { n = 10; unit = \"cd\"; };",
    "    counting = { roll = \"next_working_day\"; min_working_days = 2; holidays = \"national\"; "
    "};",
    "    hold = { kind = \"await_comment\"; n = 2; unit = \"wd\"; };",
    "    follow_ups = [ \"X-2\" ];",
    "    cascades = [ \"Y-1\", \"Y-2\" ];",
    "    citation = { instrument = \"a law\"; article = \"1(2)\"; };",
    "    read_in = \"the law itself\";",
    "    deliverable = \"form\";",
    "    closes_on = \"a receipt\";",
    "    effective_from = \"2026-09-11\";",
    "    effective_to = \"2030-12-31\";",
    "    verified_by = \"meyer\";",
    "    verified_on = \"2026-11-22\";",
    "    tests = ( { fact = \"2026-11-23\"; due_safe = \"2026-12-03\"; due_legal = "
    "\"2026-12-03\"; } );",
    "} );",
};
#define LINES (sizeof good / sizeof good[0])

/* The good file in which `with` stands in the place of the line that begins with `name`. */
static enum status parse_with(struct rule_file *out, const char *name, const char *with)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    bool found = name == NULL;
    for (size_t i = 0; i < LINES; i++) {
        const char *line = good[i];
        if (name != NULL && text_starts(line + strspn(line, " "), name)) {
            line = with;
            found = true;
        }
        str_addf(&text, "%s\n", line);
    }
    ck_assert_msg(found, "%s", name);
    enum status status = rule_file_parse(out, arena, "x.cfg", str_bytes(&text), &err);
    str_dispose(&text);
    return status;
}

START_TEST(every_member_is_read)
{
    struct rule_file file;
    ck_assert_msg(parse_with(&file, NULL, NULL) == OK, "%s", err.text);
    ck_assert_uint_eq(file.rule_count, 1);
    ck_assert_uint_eq(file.jurisdiction_count, 1);
    ck_assert_str_eq(file.jurisdictions[0].places[0].zone, "Europe/Berlin");
    const struct rule *rule = &file.rules[0];
    ck_assert_str_eq(rule->id, "X-1");
    ck_assert_int_eq(rule->version, 3);
    ck_assert_uint_eq(rule->status, RULE_LAW);
    ck_assert_uint_eq(rule->scope, 1u << SCOPE_MDR | 1u << SCOPE_IVDR);
    ck_assert_uint_eq(rule->trigger,
                      1u << TRIGGER_AWARE_ANY_EMPLOYEE | 1u << TRIGGER_AWARE_MANAGER);
    ck_assert_uint_eq(rule->recipients, 1u << PARTY_REGULATOR | RULE_FILE_BIT);
    ck_assert_int_eq(rule->period_n, 10);
    ck_assert_uint_eq(rule->period_unit, UNIT_DAYS);
    ck_assert_uint_eq(rule->roll, ROLL_NEXT_WORKING_DAY);
    ck_assert_int_eq(rule->min_working_days, 2);
    ck_assert_uint_eq(rule->holidays, HOLIDAYS_NATIONAL);
    ck_assert_uint_eq(rule->hold, HOLD_AWAIT_COMMENT);
    ck_assert_int_eq(rule->hold_n, 2);
    ck_assert_uint_eq(rule->follow_up_count, 1);
    ck_assert_str_eq(rule->cascades[1], "Y-2");
    ck_assert_str_eq(rule->article, "1(2)");
    ck_assert_uint_eq(rule->deliverable, DELIVER_FORM);
    ck_assert_str_eq(rule->effective_to, "2030-12-31");
    ck_assert_str_eq(rule->verified_by, "meyer");
    ck_assert_uint_eq(rule->test_count, 1);
    ck_assert_uint_eq(rule->line, 3);
}
END_TEST

START_TEST(what_is_printed_reads_back_to_the_same)
{
    struct rule_file file;
    struct rule_file again;
    struct str text;
    struct str twice;
    ck_assert_msg(parse_with(&file, NULL, NULL) == OK, "%s", err.text);
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&twice, STR_LIMIT_TEXT);
    str_add(&text, "rules = ( {\n");
    rule_print(&text, &file.rules[0]);
    str_add(&text, "} );\n");
    ck_assert_msg(rule_file_parse(&again, arena, "printed", str_bytes(&text), &err) == OK, "%s\n%s",
                  err.text, str_text(&text));
    str_add(&twice, "rules = ( {\n");
    rule_print(&twice, &again.rules[0]);
    str_add(&twice, "} );\n");
    ck_assert_str_eq(str_text(&text), str_text(&twice));
    str_dispose(&text);
    str_dispose(&twice);
}
END_TEST

static const struct {
    const char *name, *with, *says;
} bad[] = {
    {"version", "versoin = 3;",
     "x.cfg line 5: rules.versoin: unknown setting: did you mean rules.version"},
    {"version", "", "x.cfg line 3: rules.version: is missing"},
    {"version", "version = \"3\";",
     "x.cfg line 5: rules.version: is text, a whole number is wanted"},
    {"version", "version = 0;", "x.cfg line 5: rules.version: 0 is out of range: 1 to 9999"},
    {"version", "version = 3; version = 4;", "x.cfg line 5"},
    {"id", "id = \"x one\";", "x.cfg line 3: rules.id: \"x one\" is not the id of a rule"},
    {"status", "status = \"X\";", "x.cfg line 7: rules.status: \"X\" is none of its words"},
    {"trigger", "trigger = [ \"aware_manger\" ];",
     "line 11: rules.trigger: \"aware_manger\" is none of its words: did you mean "
     "\"aware_manager\""},
    {"trigger", "trigger = [ ];", "line 11: rules.trigger: is empty"},
    {"trigger", "trigger = \"aware_manager\";",
     "line 11: rules.trigger: is text, an array of texts is wanted"},
    {"recipients", "recipients = [ \"regulators\" ];", "did you mean \"regulator\""},
    {"recipients", "recipients = [ \"regulator\" ]; copies = [ \"hdo\" ]; copies_by = \"x\";",
     "rules.copies: \"hdo\" is none of its words"},
    {"recipients", "recipients = [ \"regulator\" ]; copies = [ \"representative\" ];",
     "line 3: X-1: copies: copies and copies_by belong together"},
    {"recipients", "recipients = [ \"regulator\" ]; copies_by = \"nothing\";",
     "line 3: X-1: copies: copies and copies_by belong together"},
    {"scope", "scope = [ 1, 2 ];", "line 10: rules.scope: is an array of something else"},
    {"period", "period = { n = 4000; unit = \"cd\"; };",
     "line 14: rules.period.n: 4000 is out of range: 0 to 3660"},
    {"period", "period = { n = 10; };", "rules.period.unit: is missing"},
    {"period", "period = { n = 10; unit = \"days\"; };",
     "line 14: rules.period.unit: \"days\" is none of its words"},
    {"period", "period = { n = 10; unitt = \"cd\"; };",
     "rules.period.unitt: unknown setting: did you mean"},
    {"period", "period = 10;", "line 14: rules.period: is a number, a group is wanted"},
    {"period", "period = { n = 10; unit = \"at_once\"; };",
     "line 3: X-1: period.n: this unit has no number"},
    {"period", "period = { n = 0; unit = \"wd\"; };", "line 3: X-1: period.n: is 0"},
    {"period", "period = { n = 24; unit = \"h\"; };",
     "line 3: X-1: counting: roll and min_working_days are for cd"},
    {"counting", "counting = { holidays = \"national\"; };",
     "line 3: X-1: counting.holidays: nothing is counted by it"},
    {"counting", "counting = { min_working_days = 11; };",
     "line 15: rules.counting.min_working_days: 11 is out of range"},
    {"hold", "hold = { kind = \"await_comment\"; };",
     "line 3: X-1: hold: n and unit belong to await_comment"},
    {"hold", "hold = { kind = \"before_action\"; n = 2; unit = \"wd\"; };", "line 3: X-1: hold"},
    {"verified_by", "", "line 3: X-1: verified_by: is missing"},
    {"status", "status = \"Q\";",
     "line 3: X-1: verified_by: a rule that was held against the law is L"},
    {"effective_from", "effective_from = \"2031-01-01\";",
     "line 3: X-1: effective_to: lies before effective_from"},
    {"effective_from", "effective_from = \"2026-02-29\";",
     "line 23: rules.effective_from: \"2026-02-29\" is not a day"},
    {"tests", "", "rules.tests: is missing"},
    {"tests", "tests = ( );", "rules.tests"},
    {"tests",
     "tests = ( { fact = \"someday\"; due_safe = \"2026-12-03\"; due_legal = \"2026-12-03\"; } );",
     "line 27: X-1: tests: \"someday\" is neither a day nor an instant"},
    {"tests", "tests = ( { fact = \"2026-11-23\"; } );",
     "line 27: X-1: tests: due_safe and due_legal are both needed"},
    {"tests", "tests = ( { due_safe = \"2026-12-03\"; due_legal = \"2026-12-03\"; } );",
     "line 27: X-1: tests: fact and state do not fit"},
    {"tests", "tests = ( { state = \"waiting_trigger\"; due_safe = \"2026-12-03\"; } );",
     "line 27: X-1: tests: nothing is due here"},
    {"tests", "tests = ( { fact = \"2026-11-23\"; country = \"Germany\"; } );",
     "line 27: rules.tests.country"},
    {"tests",
     "tests = ( { fact = \"2026-11-23\"; due_safe = \"2026-12-03\"; due_legal = \"2026-12-03\"; "
     "never = [ \"soon\" ]; } );",
     "line 27: X-1: tests: \"soon\" is neither"},
    {"title", "title = \"An example;", "x.cfg line"},
    {"title", "@include \"other.cfg\"", "x.cfg line 6: @include is not followed"},
    {"} );", "", "x.cfg line 3"},
};

START_TEST(what_is_wrong_is_named_with_file_line_and_cause)
{
    struct rule_file file;
    const enum status status = parse_with(&file, bad[_i].name, bad[_i].with);
    ck_assert_msg(status == ERR_INVALID, "%s: %d", bad[_i].with, status);
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "wanted: %s\nsaid: %s", bad[_i].says,
                  err.text);
    ck_assert_uint_eq(file.rule_count, 0);
}
END_TEST

START_TEST(an_id_stands_once_in_a_file)
{
    struct rule_file file;
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    for (size_t i = 0; i + 1 < LINES; i++)
        str_addf(&text, "%s\n", good[i]);
    str_add(&text, "}, {\n");
    for (size_t i = 3; i < LINES; i++)
        str_addf(&text, "%s\n", good[i]);
    ck_assert_int_eq(rule_file_parse(&file, arena, "x.cfg", str_bytes(&text), &err), ERR_INVALID);
    ck_assert_msg(strstr(err.text, "x.cfg line 28: X-1: stands in line 3 already") != NULL, "%s",
                  err.text);
    str_dispose(&text);
}
END_TEST

START_TEST(the_manual_page_shows_the_table)
{
    struct str page;
    struct str want;
    str_init(&page, STR_LIMIT_TEXT);
    str_init(&want, STR_LIMIT_TEXT);
    ck_assert_msg(
        file_read(&page, TEST_SOURCE_DIR "/docs/man/tocsin-rules.5", STR_LIMIT_TEXT, &err) == OK,
        "%s", err.text);
    str_add(&want, ".\\\" members: printed from clocks/rule_sheet.c\n");
    rule_print_manual(&want);
    str_add(&want, ".\\\" end of members\n");
    ck_assert_msg(strstr(str_text(&page), str_text(&want)) != NULL,
                  "docs/man/tocsin-rules.5 differs from its table: put what test_clocks_rule "
                  "--print prints between the two marks");
    /* Lists inside lists are shown, too. */
    ck_assert_ptr_nonnull(strstr(str_text(&page), ".B rules.tests.never\n"));
    ck_assert_ptr_nonnull(strstr(str_text(&page), ".B jurisdictions.places.zone\n"));
    str_dispose(&page);
    str_dispose(&want);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        rule_print_manual(&out);
        (void)fputs(str_text(&out), stdout);
        str_dispose(&out);
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("clocks.rule");
    TCase *tc = tcase_create("rule");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, every_member_is_read);
    tcase_add_test(tc, what_is_printed_reads_back_to_the_same);
    tcase_add_loop_test(tc, what_is_wrong_is_named_with_file_line_and_cause, 0,
                        (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tc, an_id_stands_once_in_a_file);
    tcase_add_test(tc, the_manual_page_shows_the_table);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
