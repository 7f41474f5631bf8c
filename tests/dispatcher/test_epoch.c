/* Names of epochs, and the text that two persons sign. */
#include "dispatcher/signed/epoch.h"

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

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

START_TEST(what_waits_for_the_second_person_is_read_as_it_was_written)
{
    const struct epoch_text rows[] = {{"log/tocsin/EXM", 25, HASH, 15, HASH, "the disk broke"},
                                      {"log/tocsin/EXM", -1, "", 0, HASH, "nobody knows"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        struct epoch_text got;
        struct err err = {0};
        struct str text;
        str_init(&text, STR_LIMIT_LINE);
        epoch_pending(&text, &rows[i]);
        ck_assert_msg(epoch_pending_read(&got, arena, str_text(&text), &err) == OK, "%s", err.text);
        ck_assert_str_eq(got.log, rows[i].log);
        ck_assert_int_eq(got.last_size, rows[i].last_size);
        ck_assert_str_eq(got.last_root, rows[i].last_root);
        ck_assert_int_eq(got.head, rows[i].head);
        ck_assert_str_eq(got.head_prev, rows[i].head_prev);
        ck_assert_str_eq(got.reason, rows[i].reason);
        str_dispose(&text);
        arena_free(arena);
    }
}
END_TEST

static const char *const damaged[] = {
    "",
    "log",
    "log\n25\n" HASH "\n15\nabc\nwhy\n", /* a leaf that is too short was read past its end */
    "log\n25\n" HASH "\n15\n" HASH "0\nwhy\n",
    "log\n25\n" HASH "\n15\n\nwhy\n",
    "log\n25\n" HASH "\n15\n" HASH "\n\n",
    "log\n25\n" HASH "\n15\n" HASH "\nwhy",
    "log\n25\n" HASH "\n15\n" HASH "\nwhy\nmore\n",
    "log\n25\nabc\n15\n" HASH "\nwhy\n",
    "log\n-1\n" HASH "\n15\n" HASH "\nwhy\n",
    "log\n-2\n\n15\n" HASH "\nwhy\n",
    "log\nx\n" HASH "\n15\n" HASH "\nwhy\n",
    "log\n25\n" HASH "\n-1\n" HASH "\nwhy\n",
    "\n25\n" HASH "\n15\n" HASH "\nwhy\n",
};

START_TEST(what_was_damaged_meanwhile_is_not_believed)
{
    struct arena *arena = arena_new();
    struct epoch_text got;
    struct err err = {0};
    ck_assert_int_eq(epoch_pending_read(&got, arena, damaged[_i], &err), ERR_CORRUPT);
    arena_free(arena);
}
END_TEST

START_TEST(an_entry_follows_the_leaf_that_it_names_and_no_part_of_one)
{
    static const char line[] = "{\"data\":{\"root\":\"" HASH "\"},\"prev\":\"" HASH "\"}\n";
    static const char *const not_it[] = {"", "00", HASH "0",
                                         "10112233445566778899aabbccddeeff00112233445566778899aabb"
                                         "ccddeeff"};
    char *exact = strndup(line, sizeof line - 1);
    const struct bytes bytes = bytes_of(exact);
    ck_assert(epoch_follows(bytes, HASH));
    for (size_t i = 0; i < sizeof not_it / sizeof not_it[0]; i++)
        ck_assert(!epoch_follows(bytes, not_it[i]));
    ck_assert(!epoch_follows(bytes_of("{\"data\":{\"root\":\"" HASH "\"}}\n"), HASH));
    free(exact);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.epoch");
    TCase *tcase = tcase_create("epoch");
    tcase_add_loop_test(tcase, the_name_of_a_log_counts_its_epochs, 0,
                        (int)(sizeof names / sizeof names[0]));
    tcase_add_test(tcase, the_text_says_what_was_signed_what_is_there_and_why);
    tcase_add_test(tcase, what_waits_for_the_second_person_is_read_as_it_was_written);
    tcase_add_loop_test(tcase, what_was_damaged_meanwhile_is_not_believed, 0,
                        (int)(sizeof damaged / sizeof damaged[0]));
    tcase_add_test(tcase, an_entry_follows_the_leaf_that_it_names_and_no_part_of_one);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
