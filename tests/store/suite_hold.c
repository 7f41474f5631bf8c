/* Holds: they stand on the lanes of their places, on those that come later too, and on no others.
 */
#include "tests/store/suite.h"

#include "duties/hold.h"

static struct hold_row make_hold(int64_t case_id, const char *rule, const char *country)
{
    struct hold_row row = {.case_id = case_id,
                           .rule = rule,
                           .version = 1,
                           .jurisdiction = "AU",
                           .kind = "await_agreement",
                           .why = "rule",
                           .since_ms = 5};
    ok(hold_add(&row, &country, 1, store, &err));
    return row;
}

static void link_case(int64_t case_id, const char *tracking)
{
    struct case_link link = {
        .case_id = case_id, .kind = LINK_ADVISORY, .ref = tracking, .person = "meyer", .at_ms = 4};
    ok(case_link_add(&link, store, &err));
}

static bool held(int64_t lane_id)
{
    bool out = false;
    ok(lane_is_held(&out, store, lane_id, &err));
    return out;
}

START_TEST(a_hold_stands_on_the_lanes_of_its_places_and_of_no_others)
{
    const struct advisory a = make_advisory("EXM-1", "1");
    const struct advisory other = make_advisory("EXM-2", "1");
    const int64_t id = make_case(1).id;
    const int64_t before = make_lane(a.id, "AU", PARTY_HDO, "relay").id;
    const int64_t elsewhere = make_lane(a.id, "DE", PARTY_HDO, "relay").id;
    const int64_t unlinked = make_lane(other.id, "AU", PARTY_HDO, "relay").id;
    struct hold_row hold = make_hold(id, "AU-PRAC", "AU");
    ok(hold_settle(store, id, &err));
    ck_assert(!held(before)); /* the case has no advisory yet */
    link_case(id, "EXM-1");
    ok(hold_settle(store, id, &err));
    ck_assert(held(before));
    ck_assert(held(make_lane(a.id, "AU", PARTY_HDO, "outbox").id)); /* one that comes later */
    ck_assert(held(make_lane(make_advisory("EXM-1", "2").id, "AU", PARTY_HDO, "relay").id));
    ck_assert(!held(elsewhere));
    ck_assert(!held(unlinked));
    ck_assert(!held(make_lane(a.id, "NZ", PARTY_HDO, "relay").id));
    hold.state = HOLD_ENDED;
    ok(hold_save(store, &hold, HOLD_STANDING, &err));
    ok(hold_settle(store, id, &err));
    ck_assert(!held(before));
    says(ERR_STALE, hold_save(store, &hold, HOLD_STANDING, &err));
}
END_TEST

START_TEST(a_lane_is_held_for_those_whom_a_hold_stops)
{
    const struct advisory a = make_advisory("EXM-1", "1");
    const int64_t id = make_case(1).id;
    (void)make_hold(id, "AU-PRAC", "AU");
    link_case(id, "EXM-1");
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++)
        ck_assert_msg(held(make_lane(a.id, "AU", (enum party_kind)kind, "relay").id) ==
                          hold_stops((enum party_kind)kind),
                      "%s", party_kind_word((enum party_kind)kind));
}
END_TEST

START_TEST(a_lane_is_free_when_the_last_of_its_holds_is_over)
{
    const struct advisory a = make_advisory("EXM-1", "1");
    const int64_t one = make_case(1).id;
    const int64_t two = make_case(2).id;
    const int64_t lane = make_lane(a.id, "AU", PARTY_HDO, "relay").id;
    struct hold_row holds[] = {make_hold(one, "A", "AU"), make_hold(one, "B", "AU"),
                               make_hold(two, "A", "AU")};
    link_case(one, "EXM-1");
    link_case(two, "EXM-1");
    for (size_t i = 0; i < count_of(holds); i++) {
        ok(hold_settle(store, holds[i].case_id, &err));
        ck_assert(held(lane));
        holds[i].state = HOLD_BYPASSED;
        holds[i].person = "meyer";
        holds[i].reason = "life in danger";
        ok(hold_save(store, &holds[i], HOLD_STANDING, &err));
        ok(hold_settle(store, holds[i].case_id, &err));
    }
    ck_assert(!held(lane));
}
END_TEST

START_TEST(nothing_of_a_held_lane_is_due)
{
    struct notice *due = NULL;
    size_t count = 0;
    int64_t left = -1;
    const struct advisory a = make_advisory("EXM-1", "1");
    const int64_t id = make_case(1).id;
    const struct lane au = make_lane(a.id, "AU", PARTY_HDO, "relay");
    const struct lane de = make_lane(a.id, "DE", PARTY_HDO, "relay");
    (void)make_notice(a.id, au.id, "sydney");
    const struct notice berlin = make_notice(a.id, de.id, "berlin");
    link_case(id, "EXM-1");
    const struct hold_row hold = make_hold(id, "AU-PRAC", "AU");
    ok(hold_settle(store, id, &err));
    ok(notice_due(&due, &count, arena, store, STATE_PLANNED, INT64_MAX, NULL, 0, 10, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(due[0].id, berlin.id);
    ok(hold_left_before(&left, store, hold.id, &err));
    ck_assert_int_eq(left, 0);
}
END_TEST

START_TEST(what_is_under_way_when_a_hold_is_set_gets_no_leave)
{
    const struct advisory a = make_advisory("EXM-1", "1");
    const int64_t id = make_case(1).id;
    struct hold_row hold;
    link_case(id, "EXM-1");
    static const char *const countries[] = {"AU", "DE"};
    for (size_t i = 0; i < count_of(countries); i++) {
        const struct notice n =
            make_notice(a.id, make_lane(a.id, countries[i], PARTY_HDO, "relay").id, countries[i]);
        struct parcel_row parcel = {
            .notice_id = n.id, .message_id = countries[i], .sha256 = a.sha256};
        ok(parcel_add(&parcel, store, &err));
        struct attempt attempt = {.notice_id = n.id, .parcel_id = parcel.id, .begin_ms = 1};
        ok(attempt_add(&attempt, store, &err));
        if (i == 0) {
            hold = make_hold(id, "AU-PRAC", "AU");
            ok(hold_settle(store, id, &err));
            says(ERR_STALE, attempt_dot(store, attempt.id, 2, &err));
            hold.state = HOLD_ENDED;
            ok(hold_save(store, &hold, HOLD_STANDING, &err));
            ok(hold_settle(store, id, &err));
        }
        ok(attempt_dot(store, attempt.id, 2, &err));
    }
}
END_TEST

START_TEST(what_had_left_before_a_hold_is_counted)
{
    int64_t left = -1;
    const struct advisory a = make_advisory("EXM-1", "1");
    const int64_t id = make_case(1).id;
    struct notice n = make_notice(a.id, make_lane(a.id, "AU", PARTY_HDO, "relay").id, "sydney");
    struct notice other = make_notice(a.id, make_lane(a.id, "DE", PARTY_HDO, "relay").id, "berlin");
    n.sendings = other.sendings = 1;
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    ok(notice_update(store, &other, STATE_PLANNED, &err));
    link_case(id, "EXM-1");
    ok(hold_left_before(&left, store, make_hold(id, "AU-PRAC", "AU").id, &err));
    ck_assert_int_eq(left, 1);
}
END_TEST

START_TEST(a_bypass_has_a_person_and_a_reason)
{
    struct hold_row hold = make_hold(make_case(1).id, "AU-PRAC", "AU");
    hold.state = HOLD_BYPASSED;
    says(ERR_INVALID, hold_save(store, &hold, HOLD_STANDING, &err));
    hold.person = "meyer";
    says(ERR_INVALID, hold_save(store, &hold, HOLD_STANDING, &err));
    hold.reason = "life in danger";
    ok(hold_save(store, &hold, HOLD_STANDING, &err));
}
END_TEST

START_TEST(holds_are_found_by_case_by_advisory_and_by_the_end_of_their_window)
{
    struct hold_row *list = NULL;
    size_t count = 0;
    const int64_t id = make_case(1).id;
    struct hold_row hold = make_hold(id, "EU-89-FSN", "DE");
    const struct hold_row other = make_hold(id, "AU-PRAC", "AU");
    const char *places = NULL;
    ok(hold_places(&places, arena, store, other.id, &err));
    ck_assert_str_eq(places, "AU");
    says(ERR_EXISTS, hold_add(&hold, NULL, 0, store, &err));
    hold.until_ms = 100;
    hold.kind = "await_comment";
    hold.proof = blob_of("draft");
    hold.how = "window";
    ok(hold_save(store, &hold, HOLD_STANDING, &err));
    ok(hold_list(&list, &count, arena, store, id, &err));
    ck_assert_uint_eq(count, 2);
    ok(hold_over(&list, &count, arena, store, "EXM-1", &err));
    ck_assert_uint_eq(count, 0);
    link_case(id, "EXM-1");
    ok(hold_over(&list, &count, arena, store, "EXM-1", &err));
    ck_assert_uint_eq(count, 2);
    ok(hold_for(&list, &count, arena, store, "EXM-1", "DE", &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].rule, "EU-89-FSN");
    ok(hold_ripe(&list, &count, arena, store, 100, &err)); /* its last millisecond */
    ck_assert_uint_eq(count, 0);
    ok(hold_ripe(&list, &count, arena, store, 101, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].rule, "EU-89-FSN");
    ck_assert_str_eq(list[0].kind, "await_comment");
    ck_assert_str_eq(list[0].how, "window");
    ck_assert_str_eq(list[0].proof, hold.proof);
    ck_assert_int_eq(list[0].since_ms, 5);
}
END_TEST

TCase *suite_hold(void)
{
    TCase *tc = suite_case("hold");
    tcase_add_test(tc, a_hold_stands_on_the_lanes_of_its_places_and_of_no_others);
    tcase_add_test(tc, a_lane_is_held_for_those_whom_a_hold_stops);
    tcase_add_test(tc, a_lane_is_free_when_the_last_of_its_holds_is_over);
    tcase_add_test(tc, nothing_of_a_held_lane_is_due);
    tcase_add_test(tc, what_is_under_way_when_a_hold_is_set_gets_no_leave);
    tcase_add_test(tc, what_had_left_before_a_hold_is_counted);
    tcase_add_test(tc, a_bypass_has_a_person_and_a_reason);
    tcase_add_test(tc, holds_are_found_by_case_by_advisory_and_by_the_end_of_their_window);
    return tc;
}
