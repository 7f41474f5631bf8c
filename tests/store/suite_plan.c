#include "tests/store/suite.h"

static struct plan new_plan(int64_t advisory_id)
{
    return (struct plan){
        .advisory_id = advisory_id, .count = 412, .left_out = 3, .root = "abcd", .created_ms = 99};
}

START_TEST(a_plan_is_made_once_and_advances)
{
    struct plan got, plan = new_plan(make_advisory("EXM-1", "1").id);
    says(ERR_NOT_FOUND, plan_get(&got, arena, store, plan.advisory_id, &err));
    ok(plan_add(store, &plan, &err));
    says(ERR_EXISTS, plan_add(store, &plan, &err));
    ok(plan_get(&got, arena, store, plan.advisory_id, &err));
    ck_assert_int_eq(got.count, 412);
    ck_assert_int_eq(got.left_out, 3);
    ck_assert_str_eq(got.root, "abcd");
    ck_assert_int_eq(got.created_ms, 99);
    ck_assert_ptr_null(got.after_party);
    plan.done = 200;
    plan.after_priority = 3;
    plan.after_party = "klinik-süd";
    ok(plan_advance(store, &plan, &err));
    ok(plan_get(&got, arena, store, plan.advisory_id, &err));
    ck_assert_int_eq(got.done, 200);
    ck_assert_int_eq(got.after_priority, 3);
    ck_assert_str_eq(got.after_party, "klinik-süd");
}
END_TEST

START_TEST(a_plan_never_goes_back)
{
    struct plan plan = new_plan(make_advisory("EXM-1", "1").id);
    says(ERR_STALE, plan_advance(store, &plan, &err));
    plan.done = 200;
    ok(plan_add(store, &plan, &err));
    plan.done = 199;
    says(ERR_STALE, plan_advance(store, &plan, &err));
    plan.advisory_id = 99;
    says(ERR_INVALID, plan_add(store, &plan, &err));
}
END_TEST

START_TEST(those_left_out_are_listed_with_the_comparison)
{
    struct left_out *list = NULL;
    size_t count = 0;
    int64_t id = make_advisory("EXM-1", "1").id, other = make_advisory("EXM-2", "1").id;
    ok(left_out_add(store, id, "b", "2.0 > 1.9", &err));
    ok(left_out_add(store, id, "a", "1.0 < 1.5", &err));
    ok(left_out_add(store, other, "c", "-", &err));
    says(ERR_EXISTS, left_out_add(store, id, "a", "again", &err));
    ok(left_out_list(&list, &count, arena, store, id, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].party, "a");
    ck_assert_str_eq(list[0].comparison, "1.0 < 1.5");
    ck_assert_str_eq(list[1].party, "b");
}
END_TEST

START_TEST(a_lane_of_the_same_words_is_the_same_lane)
{
    struct lane *list = NULL;
    size_t count = 0;
    int64_t id = make_advisory("EXM-1", "1").id, other = make_advisory("EXM-1", "2").id;
    struct lane first = {.advisory_id = id,
                         .jurisdiction = "DE",
                         .kind = PARTY_HDO,
                         .endpoint = "mail.example.com:587",
                         .priority = 3,
                         .open_at_ms = 50,
                         .held = true};
    ok(lane_ensure(&first, store, &err));
    struct lane again = first;
    again.id = 0;
    again.open_at_ms = 0;
    again.held = false; /* what stands is not changed by asking for it */
    ok(lane_ensure(&again, store, &err));
    ck_assert_int_eq(again.id, first.id);
    const struct lane others[] = {make_lane(other, "DE", PARTY_HDO, first.endpoint),
                                  make_lane(id, "FR", PARTY_HDO, first.endpoint),
                                  make_lane(id, "DE", PARTY_REGULATOR, first.endpoint),
                                  make_lane(id, "DE", PARTY_HDO, "outbox")};
    for (size_t i = 0; i < count_of(others); i++)
        ck_assert_int_ne(others[i].id, first.id);
    ok(lane_list(&list, &count, arena, store, id, &err));
    ck_assert_uint_eq(count, 4);
    ck_assert_int_eq(list[0].kind, PARTY_REGULATOR); /* first by priority */
    ck_assert_int_eq(list[1].id, first.id);
    ck_assert_str_eq(list[1].jurisdiction, "DE");
    ck_assert_str_eq(list[1].endpoint, "mail.example.com:587");
    ck_assert_int_eq(list[1].priority, 3);
    ck_assert_int_eq(list[1].open_at_ms, 50);
    ck_assert(list[1].held);
    ck_assert(!list[2].held);
    first.advisory_id = 99;
    says(ERR_INVALID, lane_ensure(&first, store, &err));
}
END_TEST

TCase *suite_plan(void)
{
    TCase *tc = suite_case("plan");
    tcase_add_test(tc, a_plan_is_made_once_and_advances);
    tcase_add_test(tc, a_plan_never_goes_back);
    tcase_add_test(tc, those_left_out_are_listed_with_the_comparison);
    tcase_add_test(tc, a_lane_of_the_same_words_is_the_same_lane);
    return tc;
}
