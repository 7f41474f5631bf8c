/* Names of epochs, and the text that two persons sign. */
#include "dispatcher/epoch.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *next;
} names[] = {
    {"example.com/tocsin/EXM", "example.com/tocsin/EXM/2"},
    {"example.com/tocsin/EXM/2", "example.com/tocsin/EXM/3"},
    {"example.com/tocsin/EXM/9", "example.com/tocsin/EXM/10"},
    {"example.com/tocsin/22", "example.com/tocsin/22/2"}, /* an id of digits is no epoch */
    {"example.com/tocsin/22/2", "example.com/tocsin/22/3"},
    {"log/tocsin/EXM", "log/tocsin/EXM/2"},
};

START_TEST(the_name_of_a_log_counts_its_epochs)
{
    struct arena *arena = arena_new();
    ck_assert_str_eq(epoch_next_name(arena, names[_i].name), names[_i].next);
    arena_free(arena);
}
END_TEST

START_TEST(the_text_says_what_was_signed_what_is_there_and_why)
{
    static const struct epoch_text lost = {.log = "example.com/tocsin/EXM",
                                           .last_size = 25,
                                           .last_root = "aa",
                                           .head = 15,
                                           .head_prev = "bb",
                                           .reason = "the disk broke"};
    struct epoch_text forgotten = lost;
    struct str text;
    forgotten.last_size = -1;
    str_init(&text, STR_LIMIT_LINE);
    epoch_statement(&text, &lost, "Jana Weber", INT64_C(1800000000000));
    ck_assert_str_eq(str_text(&text),
                     "Tocsin epoch end 1\nlog: example.com/tocsin/EXM\nlast-signed: 25 aa\n"
                     "head: 15 bb\nreason: the disk broke\nsigner: Jana Weber\n"
                     "meaning: history that was signed is lost; the log goes on in a new epoch\n"
                     "at: 2027-01-15T08:00:00Z\n");
    str_reset(&text);
    epoch_statement(&text, &forgotten, "Jana Weber", INT64_C(1800000000000));
    ck_assert_ptr_nonnull(strstr(str_text(&text), "\nlast-signed: not remembered\n"));
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.epoch");
    TCase *tcase = tcase_create("epoch");
    tcase_add_loop_test(tcase, the_name_of_a_log_counts_its_epochs, 0,
                        (int)(sizeof names / sizeof names[0]));
    tcase_add_test(tcase, the_text_says_what_was_signed_what_is_there_and_why);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
