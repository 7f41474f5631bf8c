/* What does not end asking again, and what does not begin it; how it is counted. */
#include "dispatcher/board.h"
#include "dispatcher/report_inner.h"
#include "tests/dispatcher/reminding.h"

#include <stdlib.h>
#include <string.h>

START_TEST(what_asks_again_is_not_counted_as_told_nor_as_late)
{
    struct str out;
    (void)reminding_told("h1", STATE_ACCEPTED);
    reminding_look(DAY(8));
    for (int round = 0; round < 2; round++) { /* in the queue for days, then out */
        clock_init_stopped(&reminding_world.app.clock, DAY(12));
        str_init(&out, STR_LIMIT_TEXT);
        reminding_must(board_print(&out, &reminding_world.app, NULL, true, &reminding_err));
        ck_assert_msg(strstr(str_text(&out), "\"late\":0,\"unanswered\":1,") != NULL, "%s",
                      str_text(&out));
        ck_assert_ptr_nonnull(strstr(str_text(&out), "\"states\":{\"accepted\":1}"));
        ck_assert_ptr_nonnull(strstr(str_text(&out), "\"clocks\":[]"));
        str_dispose(&out);
        reminding_left("h1");
    }
}
END_TEST

START_TEST(the_report_waits_for_an_answer_to_the_first_notice_alone)
{
    for (int kind = 0; kind < (int)NOTICE_KIND_COUNT; kind++) {
        const struct export_notice n = {
            .row = {.kind = (enum notice_kind)kind, .state = STATE_ACCEPTED}};
        const bool again = kind == NOTICE_REMINDER || kind == NOTICE_ESCALATION;
        ck_assert(report_waits_for_answer(&n) != again);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.remind_kept");
    TCase *tc = tcase_create("kept");
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, reminding_setup, reminding_teardown);
    tcase_add_loop_test(tc, a_withdrawal_and_its_correction_ask_for_nothing, 0, 2);
    tcase_add_test(tc, what_asks_again_is_not_counted_as_told_nor_as_late);
    tcase_add_test(tc, the_report_waits_for_an_answer_to_the_first_notice_alone);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
