/* Whoever was told and does not answer is asked again: in which state, after whose answer, when. */
#include "dispatcher/back/answer.h"
#include "dispatcher/routine/chase.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/work.h"
#include "store/case.h"
#include "tests/dispatcher/reminding.h"

#include <stdlib.h>
#include <string.h>

enum who { NOBODY, SITE_AT_ONCE, GROUP_AT_ONCE, SITE_REMINDED, GROUP_REMINDED, WHO_COUNT };

/* One party for each state that its notice can stand in, and each answer. */
START_TEST(each_state_with_each_answer)
{
    static const int64_t days[] = {6, 8, 13, 15, 16, 19, 30};
    struct notice list[STATE_COUNT][WHO_COUNT];
    struct str csv;
    str_init(&csv, STR_LIMIT_TEXT);
    str_add(&csv, "party,kind,country,email,group\n");
    for (int s = 0; s < STATE_COUNT; s++)
        for (int a = 0; a < WHO_COUNT; a++)
            str_addf(&csv,
                     "s%02d%d,hdo,DE,a@s%02d%d.example,g%02d%d\n"
                     "s%02d%d,hdo,DE,b@s%02d%d.example,g%02d%d\n"
                     "g%02d%d,hdo,DE,a@g%02d%d.example,\n",
                     s, a, s, a, s, a, s, a, s, a, s, a, s, a, s, a);
    world_parties(&reminding_world, str_text(&csv));
    str_dispose(&csv);
    for (int s = 0; s < STATE_COUNT; s++)
        for (int a = 0; a < WHO_COUNT; a++) {
            list[s][a] = reminding_told(arena_printf(reminding_world.arena, "s%02d%d", s, a),
                                        (enum notice_state)s);
            if (a == GROUP_AT_ONCE)
                (void)reminding_told(arena_printf(reminding_world.arena, "g%02d%d", s, a),
                                     STATE_ANSWERED);
            if (a == SITE_AT_ONCE)
                reminding_turn(&list[s][a], STATE_ANSWERED);
        }
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        reminding_look(DAY(days[d]));
        for (int s = 0; s < STATE_COUNT; s++)
            for (int a = 0; a < WHO_COUNT; a++) {
                const char *party = list[s][a].party;
                const bool out = s == STATE_ACCEPTED || s == STATE_PASSED;
                const bool open = out && a != SITE_AT_ONCE && a != GROUP_AT_ONCE;
                reminding_must_be(party, open && days[d] >= 7, open && a == NOBODY && days[d] >= 14,
                                  open && a == NOBODY && days[d] >= 18);
                reminding_left(party);
                if (days[d] == 8 && a == SITE_REMINDED && out)
                    reminding_turn(&list[s][a], STATE_ANSWERED);
                if (days[d] == 8 && a == GROUP_REMINDED && out)
                    (void)reminding_told(arena_printf(reminding_world.arena, "g%02d%d", s, a),
                                         STATE_ANSWERED);
            }
        reminding_look(DAY(days[d]) + 1); /* at once again, and after a start */
        remind_forget(&reminding_world.app);
    }
    ck_assert_uint_eq(world_tasks(&reminding_world, TASK_PHONE), 1); /* for all of them */
}
END_TEST

START_TEST(authorities_and_our_own_desk_are_not_asked_again)
{
    (void)reminding_told("bf", STATE_ACCEPTED);
    (void)reminding_told("desk", STATE_PASSED);
    for (int day = 7; day < 40; day++) {
        reminding_look(DAY(day));
        reminding_must_be("bf", false, false, false);
        reminding_must_be("desk", false, false, false);
    }
}
END_TEST

START_TEST(after_an_outage_comes_one_message_not_two)
{
    struct notice n;
    (void)reminding_told("h1", STATE_PASSED); /* has another route */
    (void)reminding_told("h2", STATE_PASSED); /* has none */
    for (int look = 0; look < 3; look++) {
        reminding_look(DAY(30) + look * 20 * MS_MINUTE);
        reminding_must_be("h1", false, true, false);
        reminding_must_be("h2", true, false, false);
        reminding_left("h1");
        reminding_left("h2");
    }
    ck_assert(reminding_find(&n, "h1", NOTICE_ESCALATION));
    ck_assert_str_eq(n.address, "b@h1.example");
    ck_assert(reminding_find(&n, "h2", NOTICE_REMINDER));
    ck_assert_str_eq(n.address, "a@h2.example");
    reminding_look(DAY(32));
    reminding_must_be("h1", false, true, false);
    reminding_look(DAY(33) + MS_HOUR);
    reminding_must_be("h1", false, true, true);
    reminding_must_be("h2", true, false, true);
}
END_TEST

START_TEST(a_clock_that_jumps_doubles_nothing)
{
    static const int64_t days[] = {8, 3, 8, 1, 15, 2, 15, 7, 19, 3, 25};
    (void)reminding_told("h1", STATE_ACCEPTED);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        reminding_look(DAY(days[i]));
        reminding_left("h1");
    }
    reminding_must_be("h1", true, true, true);
    ck_assert_uint_eq(world_entries(&reminding_world, "notice.planned", NULL), 2);
    ck_assert_uint_eq(world_entries(&reminding_world, "task.opened", NULL), 1);
}
END_TEST

START_TEST(a_reminder_that_still_waits_gives_way_to_the_next_route)
{
    struct notice n;
    (void)reminding_told("h1", STATE_ACCEPTED);
    reminding_look(DAY(8));
    reminding_look(DAY(15)); /* the relay was away all the time */
    reminding_must_be("h1", true, true, false);
    ck_assert(reminding_find(&n, "h1", NOTICE_REMINDER));
    ck_assert_int_eq(n.state, STATE_SUPERSEDED);
    reminding_look(DAY(40));
    reminding_must_be("h1", true, true, false); /* what has not left is waited for */
    reminding_left("h1");
    reminding_look(DAY(42));
    reminding_must_be("h1", true, true, false);
    reminding_look(DAY(43) + MS_HOUR);
    reminding_must_be("h1", true, true, true); /* not for what gave way */
}
END_TEST

static void claim(struct notice *n)
{
    bool may = true;
    *n = world_read(&reminding_world, n);
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    reminding_must(work_may_claim(&may, &reminding_world.app, n, &reminding_err));
    reminding_must(app_commit(&reminding_world.app, &reminding_err));
    *n = world_read(&reminding_world, n);
}

START_TEST(one_that_waits_in_the_queue_does_not_leave_behind_the_answer)
{
    struct notice n;
    struct notice first = reminding_told("h1", STATE_ACCEPTED);
    reminding_look(DAY(8));
    ck_assert(reminding_find(&n, "h1", NOTICE_REMINDER));
    claim(&n);
    ck_assert_int_eq(n.state, STATE_PLANNED);
    reminding_turn(&first, STATE_ANSWERED);
    claim(&n);
    ck_assert_int_eq(n.state, STATE_CANCELLED);
    ck_assert_uint_eq(world_entries(&reminding_world, "notice.cancelled", n.uid), 1);
    reminding_turn(&n, STATE_SENDING);
    world_parcel(&reminding_world, &n, "<1@example>");
    const int64_t attempt = world_attempt(&reminding_world, &n);
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    ck_assert_int_eq(work_dot(&reminding_world.app, attempt, &reminding_err), ERR_STALE);
    ck_assert_ptr_nonnull(strstr(reminding_err.text, "they answered"));
    app_rollback(&reminding_world.app);
}
END_TEST

START_TEST(what_a_person_stopped_is_not_followed_by_another)
{
    struct notice n;
    (void)reminding_told("h1", STATE_ACCEPTED);
    reminding_look(DAY(8));
    ck_assert(reminding_find(&n, "h1", NOTICE_REMINDER));
    reminding_turn(&n, STATE_CANCELLED);
    for (int day = 9; day < 40; day++)
        reminding_look(DAY(day));
    reminding_must_be("h1", true, false, false);
}
END_TEST

START_TEST(a_version_that_is_superseded_asks_nobody_again)
{
    (void)reminding_told("h1", STATE_ACCEPTED);
    reminding_row.state = ADVISORY_SUPERSEDED;
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    reminding_must(advisory_update(reminding_world.app.store, &reminding_row, ADVISORY_RELEASED,
                                   &reminding_err));
    reminding_must(app_commit(&reminding_world.app, &reminding_err));
    reminding_look(DAY(30));
    reminding_must_be("h1", false, false, false);
}
END_TEST

START_TEST(closed_cases_ask_nobody_again)
{
    struct case_file c;
    const int64_t id = world_case(&reminding_world, reminding_row.tracking);
    (void)reminding_told("h1", STATE_ACCEPTED);
    reminding_look(DAY(8));
    reminding_must_be("h1", true, false, false); /* open: they are asked */
    reminding_left("h1");
    reminding_must(
        case_get(&c, reminding_world.arena, reminding_world.app.store, id, &reminding_err));
    const enum case_state from = c.state;
    c.state = CASE_CLOSED;
    c.closed_ms = DAY(9);
    reminding_must(app_begin(&reminding_world.app, &reminding_err));
    reminding_must(case_save(reminding_world.app.store, &c, from, &reminding_err));
    reminding_must(app_commit(&reminding_world.app, &reminding_err));
    reminding_look(DAY(30));
    reminding_must_be("h1", true, false, false);
}
END_TEST

START_TEST(an_answer_to_the_reminder_answers_the_notice)
{
    struct notice n;
    struct notice first = reminding_told("h1", STATE_ACCEPTED);
    struct str out;
    reminding_look(DAY(8));
    reminding_left("h1");
    ck_assert(reminding_find(&n, "h1", NOTICE_REMINDER));
    n.sendings = 1;
    reminding_save(&n, STATE_ACCEPTED);
    const char *mail =
        arena_printf(reminding_world.arena,
                     "From: a@h1.example\r\nTo: psirt+%s@example.com\r\nSubject: Re: reminder\r\n"
                     "Message-ID: <x@h1.example>\r\n\r\nRECEIVED %s\r\n",
                     n.token, first.code);
    str_init(&out, STR_LIMIT_TEXT);
    reminding_must(
        answer_message(&reminding_world.app, "mail", bytes_of(mail), &out, &reminding_err));
    ck_assert_msg(strstr(str_text(&out), "applied") != NULL, "%s", str_text(&out));
    str_dispose(&out);
    ck_assert_int_eq(world_read(&reminding_world, &first).state, STATE_ANSWERED);
    ck_assert_int_eq(world_read(&reminding_world, &n).state, STATE_ACCEPTED);
    reminding_look(DAY(30));
    reminding_must_be("h1", true, false, false);
}
END_TEST

START_TEST(a_call_that_nobody_owes_an_answer_for_is_over)
{
    struct answer_note note = {.answer = ANSWER_RECEIVED, .how = "phone", .units = -1};
    struct notice first = reminding_told("h1", STATE_ACCEPTED);
    struct notice second = reminding_told("h2", STATE_PASSED);
    for (int day = 7; day < 20; day++) {
        reminding_look(DAY(day));
        reminding_left("h1");
        reminding_left("h2");
    }
    ck_assert_uint_eq(world_tasks(&reminding_world, TASK_PHONE), 1);
    struct notice *each[] = {&first, &second};
    for (size_t i = 0; i < 2; i++) {
        *each[i] = world_read(&reminding_world, each[i]);
        reminding_must(app_begin(&reminding_world.app, &reminding_err));
        reminding_must(answer_note(&reminding_world.app, each[i], &note, &reminding_err));
        reminding_must(app_commit(&reminding_world.app, &reminding_err));
        ck_assert_uint_eq(world_tasks(&reminding_world, TASK_PHONE), 1 - i);
    }
    ck_assert_uint_eq(world_entries(&reminding_world, "task.done", NULL), 1);
    reminding_look(DAY(40)); /* and it does not come back */
    ck_assert_uint_eq(world_tasks(&reminding_world, TASK_PHONE), 0);
}
END_TEST

START_TEST(chase_says_what_comes_by_itself_and_when)
{
    static const struct {
        int64_t day;
        const char *said;
    } said[] = {{1, "by itself: reminder at 2027-01-22"},
                {8, "by itself: next-route at 2027-01-29"},
                {15, "by itself: call at 2027-02-02"},
                {20, "b@h1.example, phone +49 30 1; task "}};
    (void)reminding_told("h1", STATE_ACCEPTED);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct chase chase;
        struct str out;
        bool more = true;
        int64_t at_ms = DAY(said[i].day);
        reminding_look(at_ms);
        reminding_left("h1");
        str_init(&out, STR_LIMIT_TEXT);
        reminding_must(chase_begin(&chase, &reminding_world.app, reminding_world.arena, NULL,
                                   CHASE_TEXT, &reminding_err));
        while (more)
            reminding_must(chase_slice(&out, &more, &chase, &reminding_err));
        ck_assert_msg(strstr(str_text(&out), said[i].said) != NULL, "%s", str_text(&out));
        ck_assert_int_eq(chase.shown, 1);
        str_dispose(&out);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.remind");
    TCase *tc = tcase_create("remind");
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, reminding_setup, reminding_teardown);
    tcase_add_test(tc, each_state_with_each_answer);
    tcase_add_test(tc, authorities_and_our_own_desk_are_not_asked_again);
    tcase_add_test(tc, after_an_outage_comes_one_message_not_two);
    tcase_add_test(tc, a_clock_that_jumps_doubles_nothing);
    tcase_add_test(tc, a_reminder_that_still_waits_gives_way_to_the_next_route);
    tcase_add_test(tc, one_that_waits_in_the_queue_does_not_leave_behind_the_answer);
    tcase_add_test(tc, what_a_person_stopped_is_not_followed_by_another);
    tcase_add_test(tc, a_version_that_is_superseded_asks_nobody_again);
    tcase_add_test(tc, closed_cases_ask_nobody_again);
    tcase_add_test(tc, an_answer_to_the_reminder_answers_the_notice);
    tcase_add_test(tc, a_call_that_nobody_owes_an_answer_for_is_over);
    tcase_add_test(tc, chase_says_what_comes_by_itself_and_when);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
