/* The table of moves: what P1 (no silent loss) and P6 (no false acceptance) ask of it. */
#include "dispatcher/run/state.h"

#include <check.h>
#include <stdlib.h>

static bool moves(enum notice_state from, enum notice_event event, enum notice_state want)
{
    enum notice_state to = STATE_COUNT;
    return state_next(&to, from, event) && to == want;
}

START_TEST(the_usual_way_leads_from_planned_to_answered)
{
    static const struct {
        enum notice_state from;
        enum notice_event event;
        enum notice_state to;
    } way[] = {{STATE_PLANNED, EVENT_CLAIM, STATE_SEALING},
               {STATE_SEALING, EVENT_SEALED, STATE_READY},
               {STATE_READY, EVENT_BEGIN, STATE_SENDING},
               {STATE_SENDING, EVENT_DOT, STATE_DOTTED},
               {STATE_DOTTED, EVENT_ACCEPTED, STATE_ACCEPTED},
               {STATE_ACCEPTED, EVENT_WATCH_OVER, STATE_PASSED},
               {STATE_PASSED, EVENT_ANSWERED, STATE_ANSWERED}};
    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++)
        ck_assert(moves(way[i].from, way[i].event, way[i].to));
}
END_TEST

START_TEST(nothing_is_accepted_without_a_dot)
{
    for (int from = 0; from < STATE_COUNT; from++) {
        enum notice_state to = STATE_COUNT;
        if (!state_next(&to, (enum notice_state)from, EVENT_ACCEPTED))
            continue;
        ck_assert(from == STATE_DOTTED || from == STATE_UNCERTAIN);
        ck_assert_int_eq(to, STATE_ACCEPTED);
    }
}
END_TEST

START_TEST(only_a_dotted_notice_becomes_uncertain)
{
    for (int from = 0; from < STATE_COUNT; from++) {
        enum notice_state to = STATE_COUNT;
        bool legal = state_next(&to, (enum notice_state)from, EVENT_UNCERTAIN);
        ck_assert_int_eq(legal, from == STATE_DOTTED);
    }
}
END_TEST

START_TEST(a_bounce_reopens_whatever_was_taken)
{
    ck_assert(moves(STATE_ACCEPTED, EVENT_REROUTE, STATE_PLANNED));
    ck_assert(moves(STATE_PASSED, EVENT_REROUTE, STATE_PLANNED));
    ck_assert(moves(STATE_UNCERTAIN, EVENT_REROUTE, STATE_PLANNED));
    ck_assert(moves(STATE_ACCEPTED, EVENT_TASK, STATE_TASKED));
    ck_assert(moves(STATE_PASSED, EVENT_TASK, STATE_TASKED));
}
END_TEST

/* P1: from every state that is not an end somebody or something can go on. */
START_TEST(no_state_is_a_trap)
{
    for (int from = 0; from < STATE_COUNT; from++) {
        enum notice_state to = STATE_COUNT;
        int ways = 0;
        for (int event = 0; event < EVENT_COUNT; event++)
            ways += state_next(&to, (enum notice_state)from, (enum notice_event)event) &&
                    to != (enum notice_state)from;
        if (state_is_final((enum notice_state)from))
            continue;
        ck_assert_msg(ways > 0, "%s has no way on", notice_state_word((enum notice_state)from));
        ck_assert_msg(state_next(&to, (enum notice_state)from, EVENT_TASK) || from == STATE_TASKED,
                      "%s cannot be given to a person", notice_state_word((enum notice_state)from));
    }
}
END_TEST

START_TEST(what_has_left_is_never_superseded)
{
    for (int from = 0; from < STATE_COUNT; from++) {
        enum notice_state to = STATE_COUNT;
        if (state_is_out((enum notice_state)from) || from == STATE_SENDING)
            ck_assert(!state_next(&to, (enum notice_state)from, EVENT_SUPERSEDE));
    }
}
END_TEST

START_TEST(the_filter_of_states_that_are_out_is_the_same_list)
{
    for (int state = 0; state < STATE_COUNT; state++)
        ck_assert_int_eq(state_is_out((enum notice_state)state),
                         (STATE_BITS_OUT & STATE_BIT(state)) != 0);
}
END_TEST

START_TEST(the_ends_stay_ends)
{
    enum notice_state to = STATE_COUNT;
    for (int event = 0; event < EVENT_COUNT; event++) {
        ck_assert(!state_next(&to, STATE_SUPERSEDED, (enum notice_event)event));
        ck_assert(!state_next(&to, STATE_CANCELLED, (enum notice_event)event));
        if (event != EVENT_ANSWERED)
            ck_assert(!state_next(&to, STATE_ANSWERED, (enum notice_event)event));
    }
}
END_TEST

START_TEST(values_outside_the_table_are_no_move)
{
    enum notice_state to = STATE_PLANNED;
    ck_assert(!state_next(&to, (enum notice_state)STATE_COUNT, EVENT_CLAIM));
    ck_assert(!state_next(&to, STATE_PLANNED, (enum notice_event)EVENT_COUNT));
    ck_assert(!state_next(&to, (enum notice_state) - 1, EVENT_CLAIM));
    ck_assert_int_eq(to, STATE_PLANNED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("state");
    TCase *tc = tcase_create("table");
    tcase_add_test(tc, the_usual_way_leads_from_planned_to_answered);
    tcase_add_test(tc, nothing_is_accepted_without_a_dot);
    tcase_add_test(tc, only_a_dotted_notice_becomes_uncertain);
    tcase_add_test(tc, a_bounce_reopens_whatever_was_taken);
    tcase_add_test(tc, no_state_is_a_trap);
    tcase_add_test(tc, what_has_left_is_never_superseded);
    tcase_add_test(tc, the_filter_of_states_that_are_out_is_the_same_list);
    tcase_add_test(tc, the_ends_stay_ends);
    tcase_add_test(tc, values_outside_the_table_are_no_move);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
