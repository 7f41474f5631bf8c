/* Who is on the list of those who have not answered, in which order, and what stands in a row. */
#include "dispatcher/op.h"
#include "dispatcher/routine/chase.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,group,phone,language\n"
                      "h1,hdo,DE,a@h1.example,north,,de\n"
                      "h1,hdo,DE,b@h1.example,north,+49 30 1,de\n"
                      "h2,hdo,DE,a@h2.example,north,,\n"
                      "h3,hdo,FR,a@h3.example,,,\n");
}

static void teardown(void)
{
    world_close(&w);
}

/* The whole list; the caller's to keep, in the arena. */
static const char *chased(const char *tracking, enum chase_form form)
{
    struct chase chase;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(chase_begin(&chase, &w.app, w.arena, tracking, form, &err), OK);
    for (bool more = true; more;)
        ck_assert_msg(chase_slice(&out, &more, &chase, &err) == OK, "%s", err.text);
    const char *text = arena_strdup(w.arena, str_text(&out));
    str_dispose(&out);
    return text;
}

static size_t lines(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static void answer_for(const char *who)
{
    struct frame_out request;
    struct world_frame f;
    struct str out;
    op_begin(&request, &w.app, "ack");
    frame_text(&request, who);
    frame_text(&request, "EXM-2026-0007");
    frame_text(&request, "received");
    frame_text(&request, "weber");
    frame_text(&request, "phone");
    frame_int(&request, -1);
    frame_text(&request, NULL);
    world_receive(&f, &request);
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(op_perform(&w.app, &f.frame, &out, &err) == OK, "%s", err.text);
    str_dispose(&out);
    world_forget(&f);
}

START_TEST(a_notice_is_listed_until_it_is_answered_or_needless)
{
    enum notice_state state = (enum notice_state)_i;
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    world_notice(&w, &row, "h1", 1, state, "relay");
    bool owes = state != STATE_ANSWERED && state != STATE_SUPERSEDED && state != STATE_CANCELLED;
    ck_assert_uint_eq(lines(chased(NULL, CHASE_JSON)), owes ? 1 : 0);
}
END_TEST

START_TEST(an_advisory_is_chased_once_it_is_planned_and_while_it_is_in_force)
{
    enum advisory_state state = (enum advisory_state)_i;
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, state);
    world_notice(&w, &row, "h1", 1, STATE_PASSED, "relay");
    bool asked = state == ADVISORY_PLANNING || state == ADVISORY_RELEASED;
    ck_assert_uint_eq(lines(chased("EXM-2026-0007", CHASE_JSON)), asked ? 1 : 0);
}
END_TEST

/* Held, under embargo, open; and whether its notice has left before. */
static const struct {
    bool held, embargo, left, listed;
} lanes[] = {
    {false, false, false, true}, {true, false, false, false}, {false, true, false, false},
    {true, false, true, true},   {false, true, true, true},
};

START_TEST(whom_nobody_may_ask_yet_owes_nothing)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct lane lane = {.advisory_id = row.id,
                        .jurisdiction = "DE",
                        .kind = PARTY_HDO,
                        .endpoint = "relay",
                        .held = lanes[_i].held,
                        .open_at_ms = lanes[_i].embargo ? WORLD_NOW + 1 : WORLD_NOW};
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(lane_ensure(&lane, w.app.store, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    world_notice(&w, &row, "h1", 1, lanes[_i].left ? STATE_PASSED : STATE_READY, "relay");
    ck_assert_uint_eq(lines(chased(NULL, CHASE_JSON)), lanes[_i].listed ? 1 : 0);
}
END_TEST

START_TEST(a_digest_asks_nothing)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    row.answer_by_ms = 0;
    struct notice n = world_notice(&w, &row, "h1", 1, STATE_PASSED, "relay");
    ck_assert_int_eq(n.answer_by_ms, 0);
    ck_assert_str_eq(chased(NULL, CHASE_JSON), "");
    ck_assert_str_eq(chased(NULL, CHASE_TEXT), "nobody who was asked owes an answer\n");
    ck_assert_uint_eq(lines(chased(NULL, CHASE_CSV)), 1); /* the head */
}
END_TEST

START_TEST(a_group_answers_once_for_all_its_sites)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    world_notice(&w, &row, "h1", 1, STATE_PASSED, "relay");
    world_notice(&w, &row, "h2", 1, STATE_PASSED, "relay");
    world_notice(&w, &row, "h3", 1, STATE_PASSED, "relay");
    ck_assert_uint_eq(lines(chased(NULL, CHASE_JSON)), 3);
    answer_for("north");
    const char *left = chased(NULL, CHASE_JSON);
    ck_assert_uint_eq(lines(left), 1);
    ck_assert_msg(strstr(left, "\"party\":\"h3\"") != NULL, "%s", left);
}
END_TEST

START_TEST(what_is_wanted_first_stands_first)
{
    struct advisory late = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct advisory soon = world_advisory(&w, "2.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    soon.answer_by_ms -= MS_DAY;
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(advisory_update(w.app.store, &soon, ADVISORY_RELEASED, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    world_notice(&w, &late, "h1", 1, STATE_PASSED, "relay");
    world_notice(&w, &soon, "h2", 1, STATE_PASSED, "relay");
    const char *text = chased(NULL, CHASE_JSON);
    const char *first = strstr(text, "\"h2\"");
    const char *second = strstr(text, "\"h1\"");
    ck_assert_msg(first != NULL && second != NULL && first < second, "%s", text);
}
END_TEST

START_TEST(a_row_says_whom_to_call_and_what_was_tried)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &row, "h1", 1, STATE_READY, "relay");
    world_parcel(&w, &n, "one@example.com");
    struct attempt attempt = {.id = world_attempt(&w, &n), .end_ms = WORLD_NOW, .code = 451};
    attempt.verdict = "deferred";
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(attempt_end(w.app.store, &attempt, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    clock_init_stopped(&w.app.clock, row.answer_by_ms + 1);
    const char *const wanted[] = {"\"country\":\"DE\"",
                                  "\"group\":\"north\"",
                                  "\"language\":\"de\"",
                                  "\"phone\":\"+49 30 1\"", /* of its second contact */
                                  "\"result\":\"deferred\"",
                                  "\"reply\":451",
                                  "\"days_over\":1",
                                  "\"tried_to\":\"a@h1.example\"",
                                  "\"next_route\":\"smtp\"",
                                  "\"next_email\":\"b@h1.example\"",
                                  "\"tried_at\":\"2027-01-15T08:00:00Z\""};
    const char *text = chased(NULL, CHASE_JSON);
    ck_assert_uint_eq(lines(text), 1);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(strstr(text, wanted[i]) != NULL, "%s is not in %s", wanted[i], text);
    text = chased(NULL, CHASE_TEXT);
    ck_assert_msg(strstr(text, "1 day over; phone +49 30 1, language de") != NULL, "%s", text);
}
END_TEST

START_TEST(no_cell_of_the_table_is_a_formula)
{
    world_parties(&w, "party,kind,country,email,group,phone,language\n"
                      "=h,hdo,DE,a@h.example,@north,-1+1,+x\n");
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    world_notice(&w, &row, "=h", 1, STATE_PASSED, "relay");
    const char *text = chased(NULL, CHASE_CSV);
    const char *const wanted[] = {",\"'=h\",", ",\"'@north\",", ",\"'-1+1\",", ",\"'+x\","};
    ck_assert_uint_eq(lines(text), 2);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(strstr(text, wanted[i]) != NULL, "%s is not in %s", wanted[i], text);
}
END_TEST

/* Two slices and one more. */
START_TEST(a_long_list_is_whole_and_in_order)
{
    enum { SITES = 1001 };
    struct str csv;
    str_init(&csv, STR_LIMIT_TEXT);
    str_add(&csv, "party,kind,country,email\n");
    for (int i = 0; i < SITES; i++)
        str_addf(&csv, "s%04d,hdo,DE,a@s%04d.example\n", i, i);
    world_parties(&w, str_text(&csv));
    str_dispose(&csv);
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    for (int i = 0; i < SITES; i++)
        world_notice(&w, &row, arena_printf(w.arena, "s%04d", i), 1, STATE_PASSED, "relay");
    const char *at = chased(NULL, CHASE_JSON);
    ck_assert_uint_eq(lines(at), SITES);
    for (int i = 0; i < SITES; i++) {
        at = strstr(at, arena_printf(w.arena, "\"party\":\"s%04d\"", i));
        ck_assert_msg(at != NULL, "s%04d is not where it has to be", i);
    }
}
END_TEST

START_TEST(what_the_register_does_not_know_is_said)
{
    struct chase chase;
    ck_assert_int_eq(chase_begin(&chase, &w.app, w.arena, "EXM-1", CHASE_TEXT, &err),
                     ERR_NOT_FOUND);
    ck_assert_str_eq(err.text, "EXM-1: not in the register");
}
END_TEST

START_TEST(days_over_are_days_that_have_begun)
{
    const int64_t by = WORLD_NOW;
    ck_assert_int_eq(chase_days_over(by - 5 * MS_DAY, by), 0);
    ck_assert_int_eq(chase_days_over(by, by), 0);
    ck_assert_int_eq(chase_days_over(by + 1, by), 1);
    ck_assert_int_eq(chase_days_over(by + MS_DAY, by), 1);
    ck_assert_int_eq(chase_days_over(by + MS_DAY + 1, by), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.chase");
    TCase *tc = tcase_create("chase");
    int lane_count = sizeof lanes / sizeof lanes[0];
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_notice_is_listed_until_it_is_answered_or_needless, 0, STATE_COUNT);
    tcase_add_loop_test(tc, an_advisory_is_chased_once_it_is_planned_and_while_it_is_in_force, 0,
                        ADVISORY_STATE_COUNT);
    tcase_add_loop_test(tc, whom_nobody_may_ask_yet_owes_nothing, 0, lane_count);
    tcase_add_test(tc, a_digest_asks_nothing);
    tcase_add_test(tc, a_group_answers_once_for_all_its_sites);
    tcase_add_test(tc, what_is_wanted_first_stands_first);
    tcase_add_test(tc, a_row_says_whom_to_call_and_what_was_tried);
    tcase_add_test(tc, no_cell_of_the_table_is_a_formula);
    tcase_add_test(tc, a_long_list_is_whole_and_in_order);
    tcase_add_test(tc, what_the_register_does_not_know_is_said);
    tcase_add_test(tc, days_over_are_days_that_have_begun);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
