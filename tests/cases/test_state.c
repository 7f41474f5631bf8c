/* Where a case may go: every cell of the table, sides and the way back, and what a move leaves. */
#include "cases/stand.h"
#include "tests/cases/suite.h"

#include <string.h>

static struct err err;

/*
 * Rows: from; columns: to; both in the order of the enum. x: it may, .: it may not.
 *                                   received acknowledged accepted duplicate not-ours not-security
 *                                   triaged investigating confirmed not-confirmed remediation
 *                                   disclose withhold drafted published verified closed
 *                                   waiting-reporter transferred reopened
 */
static const char *const cells[CASE_STATE_COUNT] = {
    /* received         */ ".xxxxx...........xx.",
    /* acknowledged     */ "..xxxx...........xx.",
    /* accepted         */ "...xxxx..........xx.",
    /* duplicate        */ "..x.............x...",
    /* not-ours         */ "..x.............x.x.",
    /* not-security     */ "..x.............x...",
    /* triaged          */ "...x...x.........xx.",
    /* investigating    */ "...x....xx.......xx.",
    /* confirmed        */ "..........xxx....xx.",
    /* not-confirmed    */ ".......x...xx....xx.",
    /* remediation      */ "...........xx....xx.",
    /* disclose         */ "..........x.xx...xx.",
    /* withhold         */ ".......x..xx....xxx.",
    /* drafted          */ "..........x.x.x..xx.",
    /* published        */ ".............x.x.xx.",
    /* verified         */ ".............x..xxx.",
    /* closed           */ "...................x",
    /* waiting-reporter */ "....................",
    /* transferred      */ "................x...",
    /* reopened         */ "..xxxxxx..xxxx...xx.",
};

START_TEST(the_table_is_the_one_that_is_written_here)
{
    for (int from = 0; from < (int)CASE_STATE_COUNT; from++) {
        ck_assert_uint_eq(strlen(cells[from]), CASE_STATE_COUNT);
        for (int to = 0; to < (int)CASE_STATE_COUNT; to++)
            ck_assert_msg(case_may((enum case_state)from, (enum case_state)to) ==
                              (cells[from][to] == 'x'),
                          "%s to %s", case_state_word((enum case_state)from),
                          case_state_word((enum case_state)to));
    }
}
END_TEST

static struct case_stand stand_in(enum case_state state, bool sided, enum case_state back)
{
    return (struct case_stand){
        .state = state, .sided = sided, .back = back, .opened_ms = 1, .state_ms = 2};
}

/* Proves: 9.2 closure */
START_TEST(a_move_that_is_refused_changes_nothing)
{
    for (int from = 0; from < (int)CASE_STATE_COUNT; from++) {
        const bool side = case_is_side((enum case_state)from);
        for (int back = 0; back < (side ? (int)CASE_STATE_COUNT : 1); back++) {
            for (int to = 0; to < (int)CASE_STATE_COUNT; to++) {
                struct case_stand s = stand_in((enum case_state)from, side, (enum case_state)back);
                const struct case_stand before = s;
                const bool good = cells[from][to] == 'x' || (side && to == back);
                enum status status = stand_move(&s, (enum case_state)to, 9, &err);
                ck_assert_msg(status == (good ? OK : ERR_REFUSED), "%s to %s",
                              case_state_word((enum case_state)from),
                              case_state_word((enum case_state)to));
                if (good) {
                    ck_assert_int_eq(s.state, to);
                    ck_assert_int_eq(s.state_ms, 9);
                } else {
                    ck_assert_int_eq(memcmp(&s, &before, sizeof s), 0);
                    ck_assert_ptr_nonnull(strstr(err.text, "it may go to "));
                }
            }
        }
    }
}
END_TEST

START_TEST(who_waits_for_somebody_outside_goes_back_to_where_it_was)
{
    struct case_stand s = stand_in(CASE_INVESTIGATING, false, (enum case_state)0);
    ck_assert_int_eq(stand_move(&s, CASE_WAITING_REPORTER, 3, &err), OK);
    ck_assert(s.sided && s.back == CASE_INVESTIGATING);
    ck_assert_int_eq(stand_move(&s, CASE_CLOSED, 4, &err), ERR_REFUSED);
    ck_assert_str_eq(err.text, "from waiting-reporter it does not go to closed: it may go to "
                               "investigating");
    ck_assert_int_eq(stand_move(&s, CASE_INVESTIGATING, 5, &err), OK);
    ck_assert(!s.sided && s.state_ms == 5);
    ck_assert_int_eq(stand_move(&s, CASE_TRANSFERRED, 6, &err), OK);
    ck_assert_int_eq(stand_move(&s, CASE_TRIAGED, 7, &err), ERR_REFUSED);
    ck_assert_str_eq(err.text, "from transferred it does not go to triaged: it may go to "
                               "investigating or closed");
    ck_assert_int_eq(stand_move(&s, CASE_CLOSED, 8, &err), OK);
    ck_assert(!s.sided);
    ck_assert_int_eq(s.closed_ms, 8);
}
END_TEST

/* Coming back is nothing new: what was decided when stays. */
START_TEST(a_way_back_is_no_new_decision)
{
    struct case_stand s = stand_in(CASE_CONFIRMED, false, (enum case_state)0);
    ck_assert_int_eq(stand_move(&s, CASE_WITHHOLD, 3, &err), OK);
    ck_assert(s.decided && !s.disclosed);
    ck_assert_int_eq(stand_move(&s, CASE_WAITING_REPORTER, 4, &err), OK);
    ck_assert_int_eq(stand_move(&s, CASE_WITHHOLD, 5, &err), OK);
    ck_assert_int_eq(s.disclosure_ms, 3);
    ck_assert_int_eq(stand_move(&s, CASE_DISCLOSE, 6, &err), OK);
    ck_assert(s.decided && s.disclosed);
    ck_assert_int_eq(s.disclosure_ms, 6);
}
END_TEST

START_TEST(instants_are_of_the_first_time)
{
    static const struct {
        enum case_state to;
        int64_t acknowledged, triaged, closed, reopened;
    } way[] = {
        {CASE_ACKNOWLEDGED, 10, 0, 0, 0}, {CASE_ACCEPTED, 10, 0, 0, 0},
        {CASE_TRIAGED, 10, 12, 0, 0},     {CASE_INVESTIGATING, 10, 12, 0, 0},
        {CASE_CONFIRMED, 10, 12, 0, 0},   {CASE_WITHHOLD, 10, 12, 0, 0},
        {CASE_CLOSED, 10, 12, 16, 0},     {CASE_REOPENED, 10, 0, 0, 17},
        {CASE_ACCEPTED, 10, 0, 0, 17},    {CASE_DUPLICATE, 10, 19, 0, 17},
    };
    struct case_stand s = stand_in(CASE_RECEIVED, false, (enum case_state)0);
    for (int i = 0; i < COUNT(way); i++) {
        ck_assert_int_eq(stand_move(&s, way[i].to, 10 + i, &err), OK);
        ck_assert_int_eq(s.acknowledged_ms, way[i].acknowledged);
        ck_assert_int_eq(s.triaged_ms, way[i].triaged);
        ck_assert_int_eq(s.closed_ms, way[i].closed);
        ck_assert_int_eq(s.reopened_ms, way[i].reopened);
    }
    struct case_stand fresh = stand_in(CASE_RECEIVED, false, (enum case_state)0);
    stand_told(&fresh, 30);
    stand_told(&fresh, 31);
    ck_assert_int_eq(fresh.told_ms, 31);
    ck_assert_int_eq(fresh.acknowledged_ms, 30);
}
END_TEST

/* Every case can be brought to its end, whatever happened to it. */
START_TEST(from_every_state_there_is_a_way_to_closure)
{
    bool reached[CASE_STATE_COUNT] = {[CASE_CLOSED] = true};
    for (int round = 0; round < (int)CASE_STATE_COUNT; round++)
        for (int from = 0; from < (int)CASE_STATE_COUNT; from++)
            for (int to = 0; to < (int)CASE_STATE_COUNT; to++)
                if (reached[to] && case_may((enum case_state)from, (enum case_state)to))
                    reached[from] = true;
    for (int from = 0; from < (int)CASE_STATE_COUNT; from++)
        ck_assert_msg(reached[from] || from == (int)CASE_WAITING_REPORTER, "%s",
                      case_state_word((enum case_state)from));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cases.state");
    TCase *tc = tcase_create("state");
    tcase_add_test(tc, the_table_is_the_one_that_is_written_here);
    tcase_add_test(tc, a_move_that_is_refused_changes_nothing);
    tcase_add_test(tc, who_waits_for_somebody_outside_goes_back_to_where_it_was);
    tcase_add_test(tc, a_way_back_is_no_new_decision);
    tcase_add_test(tc, instants_are_of_the_first_time);
    tcase_add_test(tc, from_every_state_there_is_a_way_to_closure);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
