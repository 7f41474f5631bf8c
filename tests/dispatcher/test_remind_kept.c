/* What does not end asking again, and what does not begin it; how it is counted. */
#include "base/file.h"
#include "dispatcher/commands/board.h"
#include "dispatcher/export/report_inner.h"
#include "dispatcher/run/work.h"
#include "store/case.h"
#include "tests/dispatcher/reminding.h"

#include <stdlib.h>
#include <string.h>

static void sql(const char *text)
{
    world_sql(&reminding_world, text);
}

/* The advisory of the fixture with one word changed. */
static struct advisory version_of(const char *version, enum advisory_state state, const char *word,
                                  const char *other)
{
    struct str text;
    struct str made;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&made, STR_LIMIT_TEXT);
    reminding_must(file_read(&text, TEST_SOURCE_DIR "/tests/fixtures/advisory/exm-2026-0007.json",
                             STR_LIMIT_TEXT, &reminding_err));
    const char *rest = str_text(&text);
    for (const char *at = strstr(rest, word); at != NULL; at = strstr(rest, word)) {
        str_add_n(&made, rest, (size_t)(at - rest));
        str_add(&made, other);
        rest = at + strlen(word);
    }
    str_add(&made, rest);
    ck_assert(text_equal(str_text(&text), str_text(&made)) == text_equal(word, other));
    const struct advisory row =
        world_advisory_of(&reminding_world, version, TLP_CLEAR, state, str_bytes(&made));
    str_dispose(&text);
    str_dispose(&made);
    return row;
}

START_TEST(a_withdrawal_and_its_correction_ask_for_nothing)
{
    static const char *const words[][2] = {{"csaf_security_advisory", "csaf_withdrawn"},
                                           {"\"known_affected\"", "\"recommended\""}};
    (void)version_of("2.0.0", ADVISORY_SUPERSEDED, words[_i][0], words[_i][1]);
    reminding_row = version_of("3.0.0", ADVISORY_RELEASED, words[_i][0], words[_i][1]);
    (void)reminding_told("h1", STATE_ACCEPTED);
    for (int day = 7; day < 30; day += 3)
        reminding_look(DAY(day));
    reminding_must_be("h1", false, false, false);
    ck_assert_uint_eq(world_tasks(&reminding_world, TASK_CONFIG), 0); /* it reads */
}
END_TEST

START_TEST(an_older_version_that_does_not_read_stops_nobody)
{
    const struct advisory old =
        version_of("1.5.0", ADVISORY_SUPERSEDED, "EXM-2026-0007", "EXM-2026-0077");
    reminding_row = world_advisory(&reminding_world, "2.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    world_damage(&reminding_world, old.sha256);
    (void)reminding_told("h1", STATE_ACCEPTED);
    (void)reminding_told("h2", STATE_ACCEPTED);
    reminding_look(DAY(8));
    reminding_must_be("h1", true, false, false);
    reminding_must_be("h2", true, false, false);
}
END_TEST

START_TEST(a_row_that_does_not_read_stops_no_other_advisory)
{
    (void)reminding_told("h1", STATE_ACCEPTED);
    sql("PRAGMA ignore_check_constraints = 1; UPDATE notice SET grade = 'nonsense'");
    reminding_row = world_advisory(&reminding_world, "2.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    (void)reminding_told("h2", STATE_ACCEPTED);
    for (int day = 8; day < 11; day++)
        reminding_look(DAY(day));
    reminding_must_be("h2", true, false, false);
    ck_assert_uint_eq(world_tasks(&reminding_world, TASK_CONFIG), 1);
}
END_TEST

START_TEST(an_advisory_that_does_not_read_is_told_of_once)
{
    (void)reminding_told("h1", STATE_ACCEPTED);
    world_damage(&reminding_world, reminding_row.sha256);
    for (int day = 8; day < 12; day++)
        reminding_look(DAY(day));
    reminding_must_be("h1", false, false, false);
    ck_assert_uint_eq(world_tasks(&reminding_world, TASK_CONFIG), 1);
}
END_TEST

static void set_case(int64_t id, enum case_state state, int64_t closed_ms)
{
    struct case_file c;
    reminding_must(
        case_get(&c, reminding_world.arena, reminding_world.app.store, id, &reminding_err));
    const enum case_state from = c.state;
    c.state = state;
    c.closed_ms = closed_ms;
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    reminding_must(case_save(reminding_world.app.store, &c, from, &reminding_err));
    reminding_must(app_commit(&reminding_world.app, &reminding_err));
}

START_TEST(a_case_that_is_opened_again_asks_again)
{
    struct notice n;
    bool may = true;
    const int64_t id = world_case(&reminding_world, reminding_row.tracking);
    (void)reminding_told("h1", STATE_ACCEPTED);
    reminding_look(DAY(8));
    ck_assert(reminding_find(&n, "h1", NOTICE_REMINDER));
    set_case(id, CASE_CLOSED, DAY(8));
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    reminding_must(work_may_claim(&may, &reminding_world.app, &n, &reminding_err));
    reminding_must(app_commit(&reminding_world.app, &reminding_err));
    ck_assert(!may);
    reminding_look(DAY(15));
    reminding_must_be("h1", true, false, false);
    set_case(id, CASE_RECEIVED, 0);
    reminding_look(DAY(16));
    reminding_must_be("h1", true, true, false);
    reminding_left("h1");
    reminding_look(DAY(20));
    reminding_must_be("h1", true, true, true);
}
END_TEST

START_TEST(who_left_the_register_is_called)
{
    (void)reminding_told("h2", STATE_ACCEPTED);
    sql("PRAGMA foreign_keys = 0; DELETE FROM contact WHERE party = 'h2'; "
        "DELETE FROM party WHERE id = 'h2'");
    reminding_look(DAY(8));
    reminding_must_be("h2", false, false, true);
}
END_TEST

START_TEST(who_had_a_waiting_notice_and_then_its_text_is_asked_once)
{
    (void)reminding_told("h2", STATE_ACCEPTED);
    sql("UPDATE notice SET kind = 'waiting'");
    (void)reminding_told("h2", STATE_ACCEPTED);
    for (int day = 7; day < 30; day += 3) {
        reminding_look(DAY(day));
        reminding_left("h2");
    }
    reminding_must_be("h2", true, false, true);
    ck_assert_uint_eq(world_entries(&reminding_world, "task.opened", NULL), 1);
}
END_TEST

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
        const bool ours = kind == NOTICE_ACKNOWLEDGEMENT || kind == NOTICE_ALARM ||
                          kind == NOTICE_RELEASE; /* it asks for nothing */
        ck_assert(report_waits_for_answer(&n) != (again || ours));
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
    tcase_add_test(tc, an_older_version_that_does_not_read_stops_nobody);
    tcase_add_test(tc, a_row_that_does_not_read_stops_no_other_advisory);
    tcase_add_test(tc, an_advisory_that_does_not_read_is_told_of_once);
    tcase_add_test(tc, a_case_that_is_opened_again_asks_again);
    tcase_add_test(tc, who_left_the_register_is_called);
    tcase_add_test(tc, who_had_a_waiting_notice_and_then_its_text_is_asked_once);
    tcase_add_test(tc, what_asks_again_is_not_counted_as_told_nor_as_late);
    tcase_add_test(tc, the_report_waits_for_an_answer_to_the_first_notice_alone);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
