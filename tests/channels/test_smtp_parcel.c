/*
 * Faults in the middle of a connection and before the end of data: the second of three parcels
 * meets one and nothing of it is taken; the first and the third do not feel it.
 */
#include "tests/channels/cell.h"
#include "tests/channels/server.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define NOBODY BLAME_NOBODY

static const struct cell mail[] = {
    {"mail#2", "say", "451 4.3.0 later", "ADA", "451 4.3.0 later", 451, NOBODY, 2},
    {"mail#2", "say", "452 4.3.1 full", "ADA", "452", 452, NOBODY, 2},
    {"mail#2", "say", "552 5.3.4 too large", "ARA", "552", 552, NOBODY, 2},
    {"mail#2", "say", "550 5.7.1 not you", "AD-", "550 5.7.1 not you", 550, BLAME_CONFIG, 1},
    {"mail#2", "say", "530 5.7.0 AUTH first", "AD-", "530", 530, BLAME_CONFIG, 1},
    {"mail#2", "say", "354 what", "ADA", "makes no sense", 0, NOBODY, 2},
    {"mail#2", "say", "421 4.3.2 closing", "ADA", "421 4.3.2 closing", 421, NOBODY, 2},
    {"mail#2", "hang", NULL, "ADA", "no answer to MAIL within 2 s", 0, NOBODY, 2},
    {"mail#2", "drop", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"mail#2", "reset", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"mail", "drop", NULL, "D--", "answer to MAIL", 0, NOBODY, 0},
    {"mail#2", "raw", "25", "ADA", "answer to MAIL", 0, NOBODY, 2},
    {"mail#2", "raw", "550 5.1", "ADA", "answer to MAIL", 0, NOBODY, 2},
    {"mail#2", "trickle", NULL, "ADA", "took longer than 2 s", 0, NOBODY, 2},
    {"mail#2", "endless", NULL, "ADA", "a reply without end", 0, NOBODY, 2},
    {"mail#2", "long", NULL, "ADA", "more than 1000 bytes", 0, NOBODY, 2},
    {"mail#2", "nul", NULL, "ADA", "NUL byte", 0, NOBODY, 2},
    {"mail#2", "lf", NULL, "ADA", "line feed without its CR", 0, NOBODY, 2},
    {"mail#2", "before", "250 forged", "ADA", "hostile: a reply to no command", 0, NOBODY, 2},
    {"mail#2", "after", "250 forged", "ADA", "hostile: a reply to no command", 0, NOBODY, 2},
    {"mail#2", "bare", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"mail#2", "split", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"mail#2", "eight", NULL, "AAA", "kept", 250, NOBODY, 3},
};

static const struct cell rcpt[] = {
    {"rcpt#2", "say", "550 5.1.1 unknown", "ARA", "550 5.1.1 unknown", 550, NOBODY, 2},
    {"rcpt#2", "say", "554 5.7.1 relaying denied", "ARA", "554", 554, NOBODY, 2},
    {"rcpt#2", "say", "450 4.2.1 greylisted", "ADA", "450 4.2.1", 450, NOBODY, 2},
    {"rcpt#2", "say", "452 too many", "ADA", "452", 452, NOBODY, 2},
    {"rcpt#2", "say", "421 4.3.2 closing", "ADA", "421", 421, NOBODY, 2},
    {"rcpt#2", "say", "530 5.7.0 AUTH first", "ADD", "530", 530, BLAME_CONFIG, 1},
    {"rcpt#2", "say", "354 what", "ADA", "makes no sense", 0, NOBODY, 2},
    {"rcpt#2", "say", "251 forwarded", "AAA", "kept", 250, NOBODY, 3},
    {"rcpt", "say", "550 5.1.1 unknown", "RRR", "550 5.1.1 unknown", 550, NOBODY, 0},
    {"rcpt", "say", "450 later", "DDD", "450 later", 450, NOBODY, 0},
    {"rcpt#2", "hang", NULL, "ADA", "no answer to RCPT within 2 s", 0, NOBODY, 2},
    {"rcpt#2", "drop", NULL, "ADA", "answer to RCPT", 0, NOBODY, 2},
    {"rcpt#2", "raw", "25", "ADA", "answer to RCPT", 0, NOBODY, 2},
    {"rcpt#2", "raw", "550 5.1.1 unkno", "ADA", "answer to RCPT", 0, NOBODY, 2},
    {"rcpt#2", "lf", NULL, "ADA", "line feed", 0, NOBODY, 2},
    {"rcpt#2", "after", "354 go ahead\\r\\n250 taken", "ADA", "hostile", 0, NOBODY, 2},
    {"rcpt#2", "bare", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"rcpt#2", "split", NULL, "AAA", "kept", 250, NOBODY, 3},
};

static const struct cell data[] = {
    {"data#2", "say", "451 4.3.0 later", "ADA", "451 4.3.0 later", 451, NOBODY, 2},
    {"data#2", "say", "554 5.6.0 no", "ARA", "554 5.6.0 no", 554, NOBODY, 2},
    {"data#2", "say", "421 closing", "ADA", "421", 421, NOBODY, 2},
    {"data#2", "say", "250 taken already", "ADA", "makes no sense", 0, NOBODY, 2},
    {"data#2", "say", "334 go", "ADA", "makes no sense", 0, NOBODY, 2},
    {"data#2", "hang", NULL, "ADA", "no answer to DATA within 2 s", 0, NOBODY, 2},
    {"data#2", "drop", NULL, "ADA", "answer to DATA", 0, NOBODY, 2},
    {"data#2", "raw", "35", "ADA", "answer to DATA", 0, NOBODY, 2},
    {"data#2", "raw", "354 go", "ADA", "354", 0, NOBODY, 2},
    /* An acceptance sent ahead of the message would be taken for the answer to its end. */
    {"data#2", "after", "250 2.0.0 taken", "ADA", "hostile: a reply to no command", 0, NOBODY, 2},
    {"data#2", "after", "250", "ADA", "hostile", 0, NOBODY, 2},
    {"data#2", "bare", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"data#2", "split", NULL, "AAA", "kept", 250, NOBODY, 3},
};

/* The message does not fit into the kernel's buffers here: it is on its way when the fault comes.
 */
static const struct cell body[] = {
    {"body#2", "early", "552 5.3.4 too large", "ARA", "552 5.3.4 too large", 552, NOBODY, 2},
    {"body#2", "early", "452 4.3.1 full", "ADA", "452 4.3.1 full", 452, NOBODY, 2},
    {"body#2", "early", "250 2.0.0 taken", "ADA", "makes no sense: 250", 0, NOBODY, 2},
    {"body#2", "early", "421 closing", "ADA", "421", 421, NOBODY, 2},
    {"body#2", "drop", NULL, "ADA", "lost", 0, NOBODY, 2},
    {"body#2", "hang", NULL, "ADA", "took nothing of the message for 2 s", 0, NOBODY, 2},
    /* The library would lose what it could not write meanwhile, and go on. */
    {"body#2", "stall", "4", "ADA", "took nothing of the message for 2 s", 0, NOBODY, 2},
};

/* The same with and without PIPELINING: the library's order of commands and replies differs. */
static void run(const struct cell *table, int count, int number, size_t size)
{
    static const char *const pipelining[] = {"--offer", "PIPELINING", NULL};
    struct cell_setup setup = {.size = size, .args = number < count ? NULL : pipelining};
    cell_run(&table[number % count], &setup);
}

START_TEST(a_fault_at_mail)
{
    run(mail, COUNT(mail), _i, 500);
}
END_TEST

START_TEST(a_fault_at_rcpt)
{
    run(rcpt, COUNT(rcpt), _i, 500);
}
END_TEST

START_TEST(a_fault_at_data)
{
    run(data, COUNT(data), _i, 500);
}
END_TEST

START_TEST(a_fault_in_the_message)
{
    run(body, COUNT(body), _i, (size_t)6 * 1024 * 1024);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.smtp_parcel");
    TCase *tc = tcase_create("fault × step");
    tcase_add_unchecked_fixture(tc, suite_make, suite_remove);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, a_fault_at_mail, 0, 2 * COUNT(mail));
    tcase_add_loop_test(tc, a_fault_at_rcpt, 0, 2 * COUNT(rcpt));
    tcase_add_loop_test(tc, a_fault_at_data, 0, 2 * COUNT(data));
    tcase_add_loop_test(tc, a_fault_in_the_message, 0, 2 * COUNT(body));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
