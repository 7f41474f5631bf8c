#include "tests/store/suite.h"

static void same_advisory(const struct advisory *a, const struct advisory *b)
{
    ck_assert_int_eq(a->id, b->id);
    ck_assert(text_equal(a->uid, b->uid));
    ck_assert(text_equal(a->tracking, b->tracking));
    ck_assert(text_equal(a->version, b->version));
    ck_assert(text_equal(a->sha256, b->sha256));
    ck_assert(text_equal(a->order_sha256, b->order_sha256));
    ck_assert(text_equal(a->order_name, b->order_name));
    ck_assert(text_equal(a->title, b->title));
    ck_assert_int_eq(a->tlp, b->tlp);
    ck_assert_int_eq(a->state, b->state);
    ck_assert_int_eq(a->submitted_ms, b->submitted_ms);
    ck_assert_int_eq(a->approved_ms, b->approved_ms);
    ck_assert_int_eq(a->embargo_ms, b->embargo_ms);
    ck_assert_int_eq(a->deadline_ms, b->deadline_ms);
    ck_assert_int_eq(a->answer_by_ms, b->answer_by_ms);
}

START_TEST(an_advisory_comes_back_as_it_was_stored)
{
    struct advisory full = {
        .uid = "u",
        .tracking = "EXM-2026-0007",
        .version = "1.0.0",
        .sha256 = blob_of("{}"),
        .order_sha256 = blob_of("order"),
        .order_name = "EXM-2026-0007.order",
        .title = "Ünïcode ✓ 🏥",
        .tlp = (enum tlp)(_i % (int)TLP_COUNT),
        .state = (enum advisory_state)(_i % (int)ADVISORY_STATE_COUNT),
        .submitted_ms = 1,
        .approved_ms = INT64_C(1) << 40,
        .embargo_ms = 3,
        .deadline_ms = 4,
        .answer_by_ms = 5,
    };
    struct advisory got;
    ok(advisory_add(&full, store, &err));
    ck_assert_int_gt(full.id, 0);
    ok(advisory_get(&got, arena, store, full.id, &err));
    same_advisory(&got, &full);
    ok(advisory_find(&got, arena, store, "EXM-2026-0007", "1.0.0", &err));
    same_advisory(&got, &full);
    struct advisory bare = make_advisory("EXM-2", "1");
    ok(advisory_get(&got, arena, store, bare.id, &err));
    same_advisory(&got, &bare);
    ck_assert_ptr_null(got.order_sha256);
}
END_TEST

START_TEST(an_advisory_and_version_is_there_once)
{
    struct advisory a = make_advisory("EXM-1", "1.0.0");
    struct advisory again = a;
    again.uid = "another";
    says(ERR_EXISTS, advisory_add(&again, store, &err));
    again.version = "1.0.1";
    again.uid = a.uid;
    says(ERR_EXISTS, advisory_add(&again, store, &err));
    again.uid = "another";
    ok(advisory_add(&again, store, &err));
    ck_assert_int_ne(again.id, a.id);
}
END_TEST

START_TEST(an_advisory_whose_bytes_are_not_stored_is_invalid)
{
    struct advisory a = {.uid = "u",
                         .tracking = "t",
                         .version = "1",
                         .sha256 =
                             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};
    says(ERR_INVALID, advisory_add(&a, store, &err));
    ck_assert_int_eq(a.id, 0);
}
END_TEST

START_TEST(without_a_version_the_last_submitted_is_found)
{
    struct advisory got, *list = NULL;
    size_t count = 0;
    struct advisory old = make_advisory("EXM-1", "1.0.0");
    struct advisory young = make_advisory("EXM-1", "1.0.1");
    struct advisory other = make_advisory("EXM-2", "1.0.0");
    old.submitted_ms = 9000; /* numbers of versions do not decide */
    ok(advisory_update(store, &old, ADVISORY_SUBMITTED, &err));
    ok(advisory_find(&got, arena, store, "EXM-1", NULL, &err));
    ck_assert_str_eq(got.version, "1.0.0");
    says(ERR_NOT_FOUND, advisory_find(&got, arena, store, "EXM-3", NULL, &err));
    says(ERR_NOT_FOUND, advisory_find(&got, arena, store, "EXM-1", "2", &err));
    says(ERR_NOT_FOUND, advisory_get(&got, arena, store, 0, &err));
    ok(advisory_list(&list, &count, arena, store, "EXM-1", &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(list[0].id, old.id);
    ck_assert_int_eq(list[1].id, young.id);
    ok(advisory_list(&list, &count, arena, store, NULL, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(list[1].id, other.id);
}
END_TEST

START_TEST(an_advisory_moves_only_from_where_it_stands)
{
    struct advisory got, *list = NULL;
    size_t count = 0;
    struct advisory a = make_advisory("EXM-1", "1");
    a.state = ADVISORY_APPROVED;
    a.approved_ms = 2000;
    a.deadline_ms = 3000;
    says(ERR_STALE, advisory_update(store, &a, ADVISORY_PLANNING, &err));
    ok(advisory_update(store, &a, ADVISORY_SUBMITTED, &err));
    says(ERR_STALE, advisory_update(store, &a, ADVISORY_SUBMITTED, &err));
    ok(advisory_get(&got, arena, store, a.id, &err));
    same_advisory(&got, &a);
    ok(advisory_in_state(&list, &count, arena, store, ADVISORY_APPROVED, &err));
    ck_assert_uint_eq(count, 1);
    ok(advisory_in_state(&list, &count, arena, store, ADVISORY_SUBMITTED, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

static struct approval new_approval(int64_t advisory_id, const char *person)
{
    return (struct approval){.advisory_id = advisory_id,
                             .person = person,
                             .role = ROLE_REGULATORY,
                             .fpr = "ABCD",
                             .form = "text",
                             .sha256 = blob_of(person),
                             .at_ms = 12};
}

START_TEST(the_order_is_replaced_until_somebody_signed)
{
    struct advisory got, a = make_advisory("EXM-1", "1");
    a.order_sha256 = blob_of("first");
    a.order_name = "x.order";
    a.tlp = TLP_RED;
    a.embargo_ms = 77;
    a.answer_by_ms = 78;
    ok(advisory_set_order(store, &a, &err));
    a.order_sha256 = blob_of("second");
    ok(advisory_set_order(store, &a, &err));
    ok(advisory_get(&got, arena, store, a.id, &err));
    same_advisory(&got, &a);
    struct approval signature = new_approval(a.id, "meyer");
    ok(approval_add(&signature, store, &err));
    says(ERR_STALE, advisory_set_order(store, &a, &err));
    struct advisory b = make_advisory("EXM-2", "1");
    b.state = ADVISORY_APPROVED;
    ok(advisory_update(store, &b, ADVISORY_SUBMITTED, &err));
    says(ERR_STALE, advisory_set_order(store, &b, &err));
}
END_TEST

START_TEST(a_person_signs_an_advisory_once)
{
    struct approval *list = NULL;
    size_t count = 0;
    struct advisory a = make_advisory("EXM-1", "1"), b = make_advisory("EXM-1", "2");
    for (int i = 0; i < (int)ROLE_COUNT; i++) {
        struct approval row = new_approval(a.id, arena_printf(arena, "p%d", i));
        row.role = (enum role)i;
        ok(approval_add(&row, store, &err));
        row.form = "detached";
        says(ERR_EXISTS, approval_add(&row, store, &err));
    }
    struct approval other = new_approval(b.id, "p0");
    other.form = "detached";
    ok(approval_add(&other, store, &err));
    ok(approval_list(&list, &count, arena, store, a.id, &err));
    ck_assert_uint_eq(count, (size_t)ROLE_COUNT);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(list[i].role, (enum role)i);
        ck_assert_int_eq(list[i].advisory_id, a.id);
        ck_assert_str_eq(list[i].fpr, "ABCD");
        ck_assert_str_eq(list[i].form, "text");
        ck_assert_int_eq(list[i].at_ms, 12);
        ck_assert_str_eq(list[i].sha256, blob_of(list[i].person));
    }
    other.person = "p9";
    other.form = "oral";
    says(ERR_INVALID, approval_add(&other, store, &err));
    other.form = "text";
    other.advisory_id = 99;
    says(ERR_INVALID, approval_add(&other, store, &err));
}
END_TEST

TCase *suite_advisory(void)
{
    TCase *tc = suite_case("advisory");
    tcase_add_loop_test(tc, an_advisory_comes_back_as_it_was_stored, 0, (int)TLP_COUNT);
    tcase_add_test(tc, an_advisory_and_version_is_there_once);
    tcase_add_test(tc, an_advisory_whose_bytes_are_not_stored_is_invalid);
    tcase_add_test(tc, without_a_version_the_last_submitted_is_found);
    tcase_add_test(tc, an_advisory_moves_only_from_where_it_stands);
    tcase_add_test(tc, the_order_is_replaced_until_somebody_signed);
    tcase_add_test(tc, a_person_signs_an_advisory_once);
    return tc;
}
