/* What becomes of a mail that reports a flaw, and who is answered. */
#include "cases/intake.h"
#include "tests/cases/suite.h"

#include <string.h>

static const struct intake_limits limits = {
    .cases_per_hour = 60, .answers_per_hour = 30, .answers_per_sender = 3};

static struct intake_mail person(void)
{
    return (struct intake_mail){.voice = INTAKE_PERSON, .address_usable = true};
}

START_TEST(a_person_gets_a_case_and_an_answer)
{
    const struct intake_mail mail = person();
    const struct intake_choice choice = intake_choose(&mail, &limits);
    ck_assert_int_eq(choice.outcome, INTAKE_OPENED);
    ck_assert(choice.answer);
    ck_assert_ptr_null(choice.reason);
}
END_TEST

static const struct {
    struct intake_mail mail;
    enum intake_outcome outcome;
    const char *says;
} quiet[] = {
    {{.voice = INTAKE_MACHINE, .robot = "a list", .address_usable = true}, INTAKE_OPENED, "a list"},
    {{.voice = INTAKE_PERSON, .robot = "no sender"}, INTAKE_OPENED, "no sender"},
    {{.voice = INTAKE_PERSON}, INTAKE_OPENED, "no address"},
    {{.address_usable = true, .from_ourselves = true}, INTAKE_OPENED, "of ours"},
    {{.address_usable = true, .answered_one = 3}, INTAKE_OPENED, "answers_per_sender"},
    {{.address_usable = true, .answered = 30}, INTAKE_OPENED, "answers_per_hour"},
    {{.address_usable = true, .opened = 60}, INTAKE_GATHERED, "cases_per_hour"},
    {{.address_usable = true, .thread = true}, INTAKE_JOINED, NULL},
    {{.address_usable = true, .thread = true, .opened = 60}, INTAKE_JOINED, NULL},
    {{.voice = INTAKE_REPLY, .thread = true, .robot = "away"}, INTAKE_JOINED, "away"},
    {{.voice = INTAKE_REPLY, .robot = "away"}, INTAKE_PASSED, "away"},
    {{.voice = INTAKE_REPLY}, INTAKE_PASSED, "a machine"},
    {{.voice = INTAKE_DELIVERY, .address_usable = true}, INTAKE_PASSED, "became of a mail"},
    {{.voice = INTAKE_DELIVERY, .thread = true}, INTAKE_PASSED, "became of a mail"},
};

START_TEST(nobody_else_is_answered_and_nothing_is_dropped)
{
    const struct intake_choice choice = intake_choose(&quiet[_i].mail, &limits);
    ck_assert_int_eq(choice.outcome, quiet[_i].outcome);
    ck_assert(!choice.answer);
    if (quiet[_i].says == NULL)
        ck_assert_ptr_null(choice.reason);
    else
        ck_assert_msg(strstr(choice.reason, quiet[_i].says) != NULL, "%s", choice.reason);
}
END_TEST

/* Two machines that answer each other: each answer of theirs comes back to us as a mail. */
START_TEST(a_robot_that_answers_everything_is_answered_three_times_at_most)
{
    struct intake_mail mail = person(); /* it hides well: no header says what it is */
    int answers = 0;
    for (int i = 0; i < 1000; i++) {
        const struct intake_choice choice = intake_choose(&mail, &limits);
        answers += choice.answer;
        mail.answered_one += choice.answer;
        mail.answered += choice.answer;
        mail.opened += choice.outcome == INTAKE_OPENED;
    }
    ck_assert_int_eq(answers, 3);
    ck_assert_int_eq(mail.opened, 60);
}
END_TEST

START_TEST(outcomes_have_words)
{
    static const char *const wanted[] = {"opened", "joined", "gathered", "passed", "?"};
    for (int i = 0; i < COUNT(wanted); i++)
        ck_assert_str_eq(intake_word((enum intake_outcome)i), wanted[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cases.intake");
    TCase *tc = tcase_create("intake");
    tcase_add_test(tc, a_person_gets_a_case_and_an_answer);
    tcase_add_loop_test(tc, nobody_else_is_answered_and_nothing_is_dropped, 0, COUNT(quiet));
    tcase_add_test(tc, a_robot_that_answers_everything_is_answered_three_times_at_most);
    tcase_add_test(tc, outcomes_have_words);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
