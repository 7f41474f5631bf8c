/* What must be there before a case is closed. */
#include "cases/closing.h"
#include "tests/cases/suite.h"

#include <string.h>

#define BIT(lack) (1u << (unsigned)LACK_##lack)

static const struct case_stand disclosed = {.state = CASE_VERIFIED,
                                            .has_reporter = true,
                                            .decided = true,
                                            .disclosed = true,
                                            .disclosure_ms = 50,
                                            .state_ms = 90,
                                            .told_ms = 60};

static struct closing whole(const struct case_stand *s)
{
    return (struct closing){
        .stand = s, .outcome = true, .approver = true, .advisories = 1, .cases = 1};
}

/* Proves: 9.2 closure */
START_TEST(each_thing_that_is_missing_keeps_a_case_open)
{
    struct case_stand s = disclosed;
    struct closing c = whole(&s);
    ck_assert_uint_eq(closing_lacks(&c), 0);
    s.state = CASE_PUBLISHED;
    ck_assert_uint_eq(closing_lacks(&c), BIT(STATE));
    s = disclosed;
    c.outcome = false;
    ck_assert_uint_eq(closing_lacks(&c), BIT(OUTCOME));
    c = whole(&s);
    c.approver = false;
    ck_assert_uint_eq(closing_lacks(&c), BIT(APPROVAL));
    c = whole(&s);
    c.advisories = 0;
    ck_assert_uint_eq(closing_lacks(&c), BIT(ADVISORY));
    c = whole(&s);
    c.unsigned_yet = 1;
    ck_assert_uint_eq(closing_lacks(&c), BIT(SIGNATURE));
    c = whole(&s);
    c.open_duties = 1;
    ck_assert_uint_eq(closing_lacks(&c), BIT(DUTY));
    c = whole(&s);
    c.holds = 1;
    ck_assert_uint_eq(closing_lacks(&c), BIT(HOLD));
    c = whole(&s);
    c.untold = 1;
    ck_assert_uint_eq(closing_lacks(&c), BIT(NOTICE));
    c = whole(&s);
    c.unreleased = 1;
    ck_assert_uint_eq(closing_lacks(&c), BIT(RELEASE));
    const struct case_stand duplicate = {.state = CASE_DUPLICATE};
    c = whole(&duplicate);
    c.holds = 1;
    c.advisories = 0; /* then they hold nothing */
    ck_assert_uint_eq(closing_lacks(&c), 0);
    c = whole(&s);
    s.decided = false;
    s.told_ms = 95;
    ck_assert_uint_eq(closing_lacks(&c), BIT(DISCLOSURE));
}
END_TEST

START_TEST(the_reporter_is_told_what_comes_of_it)
{
    static const struct {
        enum case_state state;
        bool decided, has_reporter;
        int64_t told, state_ms, disclosure, reopened;
        bool lacks;
    } rows[] = {
        {CASE_WITHHOLD, true, true, 0, 5, 5, 0, true},
        {CASE_WITHHOLD, true, true, 4, 5, 5, 0, true}, /* before it was decided */
        {CASE_WITHHOLD, true, true, 5, 5, 5, 0, false},
        {CASE_WITHHOLD, true, false, 0, 5, 5, 0, false},
        {CASE_VERIFIED, true, true, 6, 9, 5, 0, false}, /* since the decision is enough */
        {CASE_VERIFIED, true, true, 6, 9, 5, 8, true},  /* reopened since */
        {CASE_DUPLICATE, false, true, 4, 5, 0, 0, true},
        {CASE_DUPLICATE, false, true, 5, 5, 0, 0, false},
        {CASE_TRANSFERRED, true, true, 4, 5, 3, 0, true},
        {CASE_TRANSFERRED, true, true, 6, 5, 3, 0, false},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        const struct case_stand s = {.state = rows[i].state,
                                     .decided = rows[i].decided,
                                     .has_reporter = rows[i].has_reporter,
                                     .told_ms = rows[i].told,
                                     .state_ms = rows[i].state_ms,
                                     .disclosure_ms = rows[i].disclosure,
                                     .reopened_ms = rows[i].reopened};
        const struct closing c = whole(&s);
        ck_assert_msg(closing_lacks(&c) == (rows[i].lacks ? BIT(REPORTER) : 0u), "row %d", i);
    }
}
END_TEST

/* The reason of the screening stands in its own entry. */
START_TEST(what_is_screened_out_needs_no_decision_to_disclose)
{
    static const struct {
        enum case_state state;
        int64_t cases;
        unsigned lacks;
    } rows[] = {
        {CASE_DUPLICATE, 0, BIT(CASE)}, {CASE_DUPLICATE, 1, 0},
        {CASE_NOT_OURS, 0, 0},          {CASE_NOT_SECURITY, 0, 0},
        {CASE_TRANSFERRED, 0, 0},       {CASE_VERIFIED, 0, BIT(DISCLOSURE)},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        const struct case_stand s = {.state = rows[i].state};
        struct closing c = whole(&s);
        c.cases = rows[i].cases;
        c.advisories = 0;
        ck_assert_msg(closing_lacks(&c) == rows[i].lacks, "row %d", i);
    }
}
END_TEST

START_TEST(each_missing_thing_is_named_with_the_command_that_mends_it)
{
    static const struct {
        unsigned lack;
        const char *command;
    } rows[LACK_COUNT] = {
        {BIT(STATE), "tocsin case state C-1 drafted, verified"},
        {BIT(OUTCOME), "tocsin case close C-1 --outcome TEXT"},
        {BIT(DISCLOSURE), "tocsin case state C-1 disclose, or withhold,"},
        {BIT(REPORTER), "tocsin case told C-1 --how mail"},
        {BIT(APPROVAL), "tocsin case close C-1 --by PERSON"},
        {BIT(ADVISORY), "tocsin case link C-1 ADVISORY"},
        {BIT(CASE), "tocsin case link C-1 --case NUMBER"},
        {BIT(SIGNATURE), "tocsin case countersign C-1"},
        {BIT(DUTY),
         "proof for EU-87-10 in DE: tocsin case report C-1 EU-87-10 --country DE --number"},
        {BIT(NOTICE), "2 notices of its advisories that are not out: west (EXM-1 1.0.0, task 4), "
                      "north (EXM-1 1.0.0): tocsin task list, tocsin task done"},
        {BIT(RELEASE),
         "never released: EXM-2: release it (tocsin approve ID --by PERSON), or name"},
        {BIT(HOLD), "tocsin case hold C-1 JURISDICTION end --by PERSON"},
    };
    struct case_stand s = disclosed;
    struct closing c = whole(&s);
    const struct closing_duty duty = {"EU-87-10", "DE", false};
    const struct closing_duty inform = {"US-CY-30", NULL, true};
    struct str out;
    c.open_duties = 1;
    c.duties = &duty;
    c.untold = 2;
    c.unreleased_which = "EXM-2";
    c.untold_whom = "west (EXM-1 1.0.0, task 4), north (EXM-1 1.0.0)";
    s.state = CASE_PUBLISHED;
    str_init(&out, STR_LIMIT_TEXT);
    closing_words(&out, 0, &c, "C-1");
    ck_assert_uint_eq(out.size, 0);
    for (int i = 0; i < COUNT(rows); i++) {
        str_reset(&out);
        closing_words(&out, rows[i].lack, &c, "C-1");
        ck_assert_int_eq(strncmp(str_text(&out), "missing: ", 9), 0);
        ck_assert_msg(strstr(str_text(&out), rows[i].command) != NULL, "%s", str_text(&out));
        ck_assert_ptr_eq(strchr(str_text(&out), '\n'), str_text(&out) + out.size - 1);
    }
    c.duties = &inform;
    str_reset(&out);
    closing_words(&out, BIT(DUTY), &c, "C-1");
    ck_assert_ptr_nonnull(strstr(str_text(&out), "proof for US-CY-30: notices of a linked"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "tocsin case waive C-1 US-CY-30 --by PERSON"));
    s.state = CASE_WAITING_REPORTER;
    s.sided = true;
    s.back = CASE_TRIAGED;
    str_reset(&out);
    closing_words(&out, BIT(STATE), &c, "C-1");
    ck_assert_ptr_nonnull(strstr(str_text(&out), "tocsin case state C-1 triaged --by"));
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cases.closing");
    TCase *tc = tcase_create("closing");
    tcase_add_test(tc, each_thing_that_is_missing_keeps_a_case_open);
    tcase_add_test(tc, the_reporter_is_told_what_comes_of_it);
    tcase_add_test(tc, what_is_screened_out_needs_no_decision_to_disclose);
    tcase_add_test(tc, each_missing_thing_is_named_with_the_command_that_mends_it);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
