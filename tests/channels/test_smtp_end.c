/*
 * Faults after the end of data. P6: accepted only after a complete 2xx final reply to the whole
 * body; without a whole reply it is uncertain, and never anything else.
 */
#include "tests/channels/cell.h"
#include "tests/channels/server.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define NOBODY BLAME_NOBODY

static const struct cell end[] = {
    {"dot#2", "say", "451 4.3.0 later", "ADA", "451 4.3.0 later", 451, NOBODY, 3},
    {"dot#2", "say", "452 full", "ADA", "452", 452, NOBODY, 3},
    {"dot#2", "say", "421 4.3.2 closing", "ADA", "421", 421, NOBODY, 3},
    {"dot#2", "say", "554 5.7.1 content", "ARA", "554 5.7.1 content", 554, NOBODY, 3},
    {"dot#2", "say", "550-5.7.1 two\\r\\n550 5.7.1 lines", "ARA", "550-5.7.1 two", 550, NOBODY, 3},
    {"dot#2", "say", "250 taken", "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "say", "299 odd but fine", "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "say", "354 more please", "AUA", "354", 354, NOBODY, 3},
    {"dot#2", "say", "199 what", "AUA", "without a reply code", 0, NOBODY, 3},
    {"dot#2", "say", "600 what", "AUA", "without a reply code", 0, NOBODY, 3},
    {"dot#2", "say", "ok", "AUA", "without a reply code", 0, NOBODY, 3},
    {"dot#2", "say", "250-a\\r\\n550 b", "AUA", "different codes", 0, NOBODY, 3},
    {"dot#2", "hang", NULL, "AUA", "no answer to the end of data within 2 s", 0, NOBODY, 3},
    {"dot#2", "drop", NULL, "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "reset", NULL, "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "2", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "25", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "250", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "250 ", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "250 o", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "250 2.0.0 kept", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "raw", "250 2.0.0 kept\\r", "AUA", "no whole answer to the end of data", 0, NOBODY,
     3},
    {"dot#2", "raw", "250-2.0.0 kept\\r\\n", "AUA", "no whole answer to the end of data", 0, NOBODY,
     3},
    {"dot#2", "raw", "250-2.0.0 kept\\r\\n250 and", "AUA", "no whole answer to the end of data", 0,
     NOBODY, 3},
    {"dot#2", "raw", "550 5.7.1 no", "AUA", "no whole answer to the end of data", 0, NOBODY, 3},
    {"dot#2", "lf", NULL, "AUA", "line feed without its CR", 0, NOBODY, 3},
    {"dot#2", "nul", NULL, "AUA", "NUL byte", 0, NOBODY, 3},
    {"dot#2", "long", NULL, "AUA", "more than 1000 bytes", 0, NOBODY, 3},
    {"dot#2", "endless", NULL, "AUA", "a reply without end", 0, NOBODY, 3},
    {"dot#2", "trickle", NULL, "AUA", "took longer than 2 s", 0, NOBODY, 3},
    {"dot#2", "raw", "250 2.0.0 kept\\r\\n", "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "after", "250 forged", "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "after", "421 4.3.2 closing", "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "split", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "bare", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"dot#2", "eight", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"quit", "drop", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"quit", "hang", NULL, "AAA", "kept", 250, NOBODY, 3},
    {"quit", "say", "500 what", "AAA", "kept", 250, NOBODY, 3},
};

/* Two faults at once; the second is in pair_args. */
static const struct cell pairs[] = {
    /* To a relay that asks for the message of a refused recipient, the library would send a dot. */
    {"rcpt#2", "say", "550 5.1.1 unknown", "ARA", "550 5.1.1 unknown", 550, NOBODY, 2},
    {"rcpt#2", "say", "450 4.2.1 later", "ADA", "450 4.2.1 later", 450, NOBODY, 2},
    {"rcpt#2", "say", "550 5.1.1 unknown", "ARA", "550 5.1.1 unknown", 550, NOBODY, 2},
    {"dot#2", "say", "451 later", "ADA", "451 later", 451, NOBODY, 3},
    {"dot#2", "say", "451 later", "ADA", "451 later", 451, NOBODY, 3},
    {"dot#1", "say", "450 a", "DDA", "450 a", 450, NOBODY, 3},
};
static const char *const pair_args[COUNT(pairs)][5] = {
    {"--fault", "data#2", "say", "354 go ahead"},
    {"--fault", "data#2", "say", "354 go ahead"},
    {"--fault", "rset", "drop", "-"},
    {"--fault", "rset", "drop", "-"},
    {"--fault", "rset", "say", "500 what"},
    {"--fault", "dot#2", "say", "450 b"},
};

/* The same with and without PIPELINING: the library's order of commands and replies differs. */
static void run(const struct cell *table, int count, int number, size_t size)
{
    static const char *const pipelining[] = {"--offer", "PIPELINING", NULL};
    struct cell_setup setup = {.size = size, .args = number < count ? NULL : pipelining};
    cell_run(&table[number % count], &setup);
}

START_TEST(a_fault_at_the_end)
{
    run(end, COUNT(end), _i, 500);
}
END_TEST

START_TEST(two_faults_at_once)
{
    cell_run(&pairs[_i], &(struct cell_setup){.size = 500, .args = pair_args[_i]});
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.smtp_end");
    TCase *tc = tcase_create("fault × step");
    tcase_add_unchecked_fixture(tc, suite_make, suite_remove);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, a_fault_at_the_end, 0, 2 * COUNT(end));
    tcase_add_loop_test(tc, two_faults_at_once, 0, COUNT(pairs));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
