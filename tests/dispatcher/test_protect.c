/* The table "by label": FIRST TLP 2.0; never silently weaker (P12). */
#include "dispatcher/plan/protect.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAIL_ONLY .route = ROUTE_SMTP, .has_mail = true, .has_phone = true, .clear = LEVEL_TLS
#define KEYED .route = ROUTE_SMTP, .has_mail = true, .has_key = true, .clear = LEVEL_TLS
#define NO_MAIL .route = ROUTE_SMTP, .clear = LEVEL_TLS

static const struct {
    struct protect_case c;
    enum level level;
    bool needs_task;
    enum task_kind task; /* looked at only when needs_task */
} rows[] = {
    {{.tlp = TLP_CLEAR, KEYED, .green = LEVEL_TLS}, LEVEL_SEALED, false, 0},
    {{.tlp = TLP_GREEN, KEYED, .green = LEVEL_TLS}, LEVEL_SEALED, false, 0},
    {{.tlp = TLP_AMBER, KEYED, .green = LEVEL_TLS}, LEVEL_SEALED, false, 0},
    {{.tlp = TLP_AMBER_STRICT, KEYED, .green = LEVEL_TLS}, LEVEL_SEALED, false, 0},
    {{.tlp = TLP_RED, KEYED, .is_person = true, .green = LEVEL_TLS}, LEVEL_SEALED, false, 0},
    {{.tlp = TLP_RED, KEYED, .green = LEVEL_TLS}, LEVEL_TASK, true, TASK_PHONE},
    {{.tlp = TLP_CLEAR, MAIL_ONLY, .green = LEVEL_TLS}, LEVEL_TLS, false, 0},
    {{.tlp = TLP_CLEAR,
      .route = ROUTE_SMTP,
      .has_mail = true,
      .has_phone = true,
      .clear = LEVEL_SEALED,
      .green = LEVEL_SEALED},
     LEVEL_WAITING,
     true,
     TASK_PHONE},
    {{.tlp = TLP_GREEN, MAIL_ONLY, .green = LEVEL_TLS}, LEVEL_TLS, false, 0},
    {{.tlp = TLP_GREEN, MAIL_ONLY, .green = LEVEL_SEALED}, LEVEL_WAITING, true, TASK_PHONE},
    {{.tlp = TLP_AMBER, MAIL_ONLY, .green = LEVEL_TLS}, LEVEL_WAITING, true, TASK_PHONE},
    {{.tlp = TLP_AMBER,
      .route = ROUTE_SMTP,
      .has_mail = true,
      .has_post = true,
      .clear = LEVEL_TLS,
      .green = LEVEL_TLS},
     LEVEL_WAITING,
     true,
     TASK_LETTER},
    {{.tlp = TLP_AMBER_STRICT, MAIL_ONLY, .green = LEVEL_TLS}, LEVEL_WAITING, true, TASK_PHONE},
    {{.tlp = TLP_RED, MAIL_ONLY, .is_person = true, .green = LEVEL_TLS},
     LEVEL_TASK,
     true,
     TASK_PHONE},
    {{.tlp = TLP_CLEAR, NO_MAIL, .has_post = true, .green = LEVEL_TLS},
     LEVEL_TASK,
     true,
     TASK_LETTER},
    {{.tlp = TLP_AMBER, NO_MAIL, .has_phone = true, .green = LEVEL_TLS},
     LEVEL_TASK,
     true,
     TASK_PHONE},
    {{.tlp = TLP_AMBER, NO_MAIL, .green = LEVEL_TLS}, LEVEL_TASK, true, TASK_LETTER},
    {{.tlp = TLP_RED, NO_MAIL, .has_post = true, .green = LEVEL_TLS}, LEVEL_TASK, true, TASK_PHONE},
    {{.tlp = TLP_CLEAR, .route = ROUTE_PORTAL, .has_key = true, .has_mail = true},
     LEVEL_TASK,
     true,
     TASK_PORTAL},
    {{.tlp = TLP_CLEAR, .route = ROUTE_LETTER, .has_key = true, .has_mail = true},
     LEVEL_TASK,
     true,
     TASK_LETTER},
    {{.tlp = TLP_CLEAR, .route = ROUTE_PHONE, .has_key = true, .has_mail = true},
     LEVEL_TASK,
     true,
     TASK_PHONE},
    {{.tlp = TLP_AMBER, .route = ROUTE_FILE, .has_key = true}, LEVEL_SEALED, false, 0},
    {{.tlp = TLP_AMBER, .route = ROUTE_FILE, .has_phone = true}, LEVEL_WAITING, true, TASK_PHONE},
};

START_TEST(each_row_of_the_table_holds)
{
    struct protect_choice choice = protect_choose(&rows[_i].c);
    ck_assert_int_eq(choice.level, rows[_i].level);
    ck_assert_int_eq(choice.needs_task, rows[_i].needs_task);
    if (choice.needs_task)
        ck_assert_int_eq(choice.task, rows[_i].task);
    ck_assert_ptr_nonnull(choice.why);
}
END_TEST

/*
 * Each label, route and recipient, one sign for each: Sealed, readable over Tls, a Waiting notice
 * and a call, a Phone call, a Letter, a pOrtal's task. Recipients: a person with a key, a mailbox
 * with one, a person without, a mailbox without, one without mail. All have a phone and an address.
 */
enum { WHO_COUNT = 5 };
static const char *const all[TLP_COUNT][ROUTE_COUNT] = {
    [TLP_CLEAR] = {[ROUTE_SMTP] = "SSTTL",
                   [ROUTE_FILE] = "SSTTT",
                   [ROUTE_PORTAL] = "OOOOO",
                   [ROUTE_LETTER] = "LLLLL",
                   [ROUTE_PHONE] = "PPPPP"},
    [TLP_GREEN] = {[ROUTE_SMTP] = "SSWWL",
                   [ROUTE_FILE] = "SSWWW",
                   [ROUTE_PORTAL] = "OOOOO",
                   [ROUTE_LETTER] = "LLLLL",
                   [ROUTE_PHONE] = "PPPPP"},
    [TLP_AMBER] = {[ROUTE_SMTP] = "SSWWL",
                   [ROUTE_FILE] = "SSWWW",
                   [ROUTE_PORTAL] = "OOOOO",
                   [ROUTE_LETTER] = "LLLLL",
                   [ROUTE_PHONE] = "PPPPP"},
    [TLP_AMBER_STRICT] = {[ROUTE_SMTP] = "SSWWL",
                          [ROUTE_FILE] = "SSWWW",
                          [ROUTE_PORTAL] = "OOOOO",
                          [ROUTE_LETTER] = "LLLLL",
                          [ROUTE_PHONE] = "PPPPP"},
    [TLP_RED] = {[ROUTE_SMTP] = "SPPPP",
                 [ROUTE_FILE] = "SPPPP",
                 [ROUTE_PORTAL] = "OOOOO",
                 [ROUTE_LETTER] = "LLLLL",
                 [ROUTE_PHONE] = "PPPPP"},
};

static char sign_of(const struct protect_choice *choice)
{
    if (choice->level != LEVEL_TASK)
        return choice->level == LEVEL_SEALED ? 'S' : choice->level == LEVEL_TLS ? 'T' : 'W';
    return choice->task == TASK_PORTAL ? 'O' : choice->task == TASK_LETTER ? 'L' : 'P';
}

START_TEST(each_label_route_and_recipient_has_its_one_level)
{
    for (int tlp = 0; tlp < TLP_COUNT; tlp++)
        for (int route = 0; route < ROUTE_COUNT; route++) {
            ck_assert_uint_eq(strlen(all[tlp][route]), WHO_COUNT);
            for (int who = 0; who < WHO_COUNT; who++) {
                const struct protect_case c = {.tlp = (enum tlp)tlp,
                                               .route = (enum route)route,
                                               .has_mail = who < 4,
                                               .has_key = who < 2,
                                               .is_person = who == 0 || who == 2,
                                               .has_phone = true,
                                               .has_post = true,
                                               .clear = LEVEL_TLS,
                                               .green = LEVEL_SEALED};
                const struct protect_choice choice = protect_choose(&c);
                ck_assert_msg(sign_of(&choice) == all[tlp][route][who], "%s %s %d: %c",
                              tlp_word(c.tlp), route_word(c.route), who, sign_of(&choice));
                ck_assert_int_eq(choice.needs_task,
                                 choice.level == LEVEL_WAITING || choice.level == LEVEL_TASK);
            }
        }
}
END_TEST

/* Every combination: what must be sealed is never readable, whatever the rest says. */
START_TEST(amber_and_red_are_never_readable)
{
    for (unsigned bits = 0; bits < 1U << 5; bits++)
        for (int route = 0; route < ROUTE_COUNT; route++)
            for (int tlp = TLP_AMBER; tlp < TLP_COUNT; tlp++)
                for (int weak = 0; weak < 2; weak++) {
                    struct protect_case c = {.tlp = (enum tlp)tlp,
                                             .route = (enum route)route,
                                             .has_mail = bits & 1U,
                                             .has_key = bits & 2U,
                                             .is_person = bits & 4U,
                                             .has_phone = bits & 8U,
                                             .has_post = bits & 16U,
                                             .clear = weak ? LEVEL_TLS : LEVEL_SEALED,
                                             .green = weak ? LEVEL_TLS : LEVEL_SEALED};
                    struct protect_choice choice = protect_choose(&c);
                    ck_assert_int_ne(choice.level, LEVEL_TLS);
                    if (choice.level == LEVEL_SEALED)
                        ck_assert(c.has_key && (tlp != TLP_RED || c.is_person));
                    if (choice.level != LEVEL_SEALED)
                        ck_assert(choice.needs_task);
                }
}
END_TEST

/* P13: only what is the same for all is made once for all. */
START_TEST(only_sealed_texts_for_nobody_in_particular_are_broadcast)
{
    for (int wanted = 0; wanted < FORM_COUNT; wanted++)
        for (int level = 0; level < LEVEL_COUNT; level++)
            for (int tlp = 0; tlp < TLP_COUNT; tlp++)
                for (int party = 0; party < PARTY_KIND_COUNT; party++) {
                    bool many = wanted == FORM_BROADCAST && level == LEVEL_SEALED &&
                                tlp != TLP_RED && party != PARTY_COMPLAINT;
                    ck_assert_int_eq(protect_form((enum form)wanted, (enum level)level,
                                                  (enum tlp)tlp, (enum party_kind)party),
                                     many ? FORM_BROADCAST : FORM_PERSONAL);
                }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("protect");
    TCase *tc = tcase_create("labels");
    tcase_add_loop_test(tc, each_row_of_the_table_holds, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tc, each_label_route_and_recipient_has_its_one_level);
    tcase_add_test(tc, amber_and_red_are_never_readable);
    tcase_add_test(tc, only_sealed_texts_for_nobody_in_particular_are_broadcast);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
