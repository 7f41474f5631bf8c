#include "tests/store/suite.h"

static int64_t notice_id;

static void begin(void)
{
    suite_begin();
    int64_t advisory_id = make_advisory("EXM-1", "1").id;
    int64_t lane_id = make_lane(advisory_id, "DE", PARTY_HDO, "relay").id;
    notice_id = make_notice(advisory_id, lane_id, "p").id;
}

static struct parcel_row make_parcel(const char *message_id)
{
    struct parcel_row p = {.notice_id = notice_id,
                           .message_id = message_id,
                           .address = "a@example.org",
                           .key = "ABCD",
                           .level = LEVEL_SEALED,
                           .sha256 = blob_of("sealed"),
                           .plain = blob_of("plain"),
                           .created_ms = 5};
    ok(parcel_add(&p, store, &err));
    return p;
}

START_TEST(a_parcel_comes_back_by_id_and_message_id)
{
    struct parcel_row p = make_parcel("<1@example.com>"), got, other;
    int64_t n = -1;
    for (int i = 0; i < 2; i++) {
        ok(i == 0 ? parcel_get(&got, arena, store, p.id, &err)
                  : parcel_by_message_id(&got, arena, store, "<1@example.com>", &err));
        ck_assert_int_eq(got.id, p.id);
        ck_assert_int_eq(got.notice_id, notice_id);
        ck_assert_str_eq(got.message_id, p.message_id);
        ck_assert_str_eq(got.address, p.address);
        ck_assert_str_eq(got.key, p.key);
        ck_assert_int_eq(got.level, LEVEL_SEALED);
        ck_assert_str_eq(got.sha256, p.sha256);
        ck_assert_str_eq(got.plain, p.plain);
        ck_assert_int_eq(got.created_ms, 5);
    }
    other = p;
    says(ERR_EXISTS, parcel_add(&other, store, &err));
    for (int i = 0; i < (int)LEVEL_COUNT; i++) {
        other.message_id = arena_printf(arena, "<l%d@example.com>", i);
        other.level = (enum level)i;
        other.key = other.plain = NULL;
        ok(parcel_add(&other, store, &err));
        ok(parcel_get(&got, arena, store, other.id, &err));
        ck_assert_int_eq(got.level, (enum level)i);
        ck_assert_ptr_null(got.key);
        ck_assert_ptr_null(got.plain);
    }
    ok(parcel_count(&n, store, notice_id, &err));
    ck_assert_int_eq(n, 1 + (int64_t)LEVEL_COUNT);
    ok(parcel_count(&n, store, notice_id + 1, &err));
    ck_assert_int_eq(n, 0);
    struct parcel_row *all = NULL;
    size_t listed = 0;
    ok(parcel_list(&all, &listed, arena, store, notice_id, &err));
    ck_assert_uint_eq(listed, 1 + (size_t)LEVEL_COUNT);
    ck_assert_int_eq(all[0].id, p.id);
    ck_assert_str_eq(all[0].plain, p.plain);
    ck_assert_int_eq(all[listed - 1].id, other.id);
    ok(parcel_list(&all, &listed, arena, store, notice_id + 1, &err));
    ck_assert_uint_eq(listed, 0);
    says(ERR_NOT_FOUND, parcel_get(&got, arena, store, other.id + 1, &err));
    says(ERR_NOT_FOUND, parcel_by_message_id(&got, arena, store, "<2@example.com>", &err));
    other.message_id = "<3@example.com>";
    other.notice_id++;
    says(ERR_INVALID, parcel_add(&other, store, &err));
}
END_TEST

static struct attempt begin_attempt(int64_t parcel_id)
{
    struct attempt a = {.notice_id = notice_id, .parcel_id = parcel_id, .begin_ms = 100};
    ok(attempt_add(&a, store, &err));
    return a;
}

START_TEST(an_attempt_goes_from_begin_to_dot_to_end_once)
{
    struct attempt got, a = begin_attempt(make_parcel("<1@example.com>").id);
    a.end_ms = 300;
    a.verdict = "accepted";
    a.code = 250;
    a.enhanced = "2.0.0";
    a.said = "ok queued";
    a.tls = "TLSv1.3";
    a.peer = "mail.example.com";
    a.transcript = blob_of("EHLO");
    ok(attempt_dot(store, a.id, 200, &err));
    says(ERR_STALE, attempt_dot(store, a.id, 201, &err));
    ok(attempt_end(store, &a, &err));
    says(ERR_STALE, attempt_end(store, &a, &err));
    says(ERR_STALE, attempt_dot(store, a.id, 400, &err));
    ok(attempt_get(&got, arena, store, a.id, &err));
    ck_assert_int_eq(got.notice_id, notice_id);
    ck_assert_int_eq(got.parcel_id, a.parcel_id);
    ck_assert_int_eq(got.begin_ms, 100);
    ck_assert_int_eq(got.dot_ms, 200);
    ck_assert_int_eq(got.end_ms, 300);
    ck_assert_str_eq(got.verdict, "accepted");
    ck_assert_int_eq(got.code, 250);
    ck_assert_str_eq(got.enhanced, "2.0.0");
    ck_assert_str_eq(got.said, "ok queued");
    ck_assert_str_eq(got.tls, "TLSv1.3");
    ck_assert_str_eq(got.peer, "mail.example.com");
    ck_assert_str_eq(got.transcript, a.transcript);
    says(ERR_NOT_FOUND, attempt_get(&got, arena, store, a.id + 1, &err));
    says(ERR_STALE, attempt_dot(store, a.id + 1, 1, &err));
    a.id++;
    says(ERR_STALE, attempt_end(store, &a, &err));
}
END_TEST

START_TEST(no_dot_is_given_after_the_end)
{
    struct attempt a = begin_attempt(make_parcel("<1@example.com>").id);
    a.end_ms = 300;
    a.verdict = "lapsed";
    ok(attempt_end(store, &a, &err));
    says(ERR_STALE, attempt_dot(store, a.id, 400, &err));
}
END_TEST

START_TEST(attempts_are_listed_in_order_with_every_verdict)
{
    struct attempt *list = NULL;
    size_t count = 0;
    int64_t parcel_id = make_parcel("<1@example.com>").id;
    for (int i = 0; i <= (int)VERDICT_COUNT; i++) {
        struct attempt a = begin_attempt(parcel_id);
        a.end_ms = 1;
        a.verdict = i < (int)VERDICT_COUNT ? verdict_word((enum verdict)i) : "lapsed";
        ok(attempt_end(store, &a, &err));
    }
    struct attempt bad = begin_attempt(parcel_id);
    bad.end_ms = 1;
    bad.verdict = "maybe";
    says(ERR_INVALID, attempt_end(store, &bad, &err));
    bad.verdict = NULL;
    bad.parcel_id++;
    says(ERR_INVALID, attempt_add(&bad, store, &err));
    ok(attempt_list(&list, &count, arena, store, notice_id, &err));
    ck_assert_uint_eq(count, (size_t)VERDICT_COUNT + 2);
    ck_assert_str_eq(list[0].verdict, "accepted");
    ck_assert_ptr_null(list[count - 1].verdict);
    for (size_t i = 1; i < count; i++)
        ck_assert_int_gt(list[i].id, list[i - 1].id);
    ok(attempt_list(&list, &count, arena, store, notice_id + 1, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(receipts_of_every_grade_and_way_are_kept)
{
    static const char *const ways[] = {"smtp", "dsn", "mdn", "mail", "phone", "letter", "task"};
    struct receipt_row *list = NULL;
    size_t count = 0;
    for (int i = 0; i < (int)GRADE_COUNT; i++) {
        struct receipt_row r = {.notice_id = notice_id,
                                .grade = (enum grade)i,
                                .how = ways[i % (int)count_of(ways)],
                                .by = i == 0 ? NULL : "weber",
                                .detail = i == 0 ? NULL : "called back",
                                .units = i - 1,
                                .sha256 = i == 0 ? NULL : blob_of("reply"),
                                .at_ms = i};
        ok(receipt_add(&r, store, &err));
    }
    ok(receipt_list(&list, &count, arena, store, notice_id, &err));
    ck_assert_uint_eq(count, (size_t)GRADE_COUNT);
    for (int i = 0; i < (int)GRADE_COUNT; i++) {
        ck_assert_int_eq(list[i].grade, (enum grade)i);
        ck_assert_str_eq(list[i].how, ways[i % (int)count_of(ways)]);
        ck_assert_int_eq(list[i].units, i - 1);
        ck_assert_int_eq(list[i].at_ms, i);
        ck_assert(text_equal(list[i].by, i == 0 ? NULL : "weber"));
        ck_assert(text_equal(list[i].detail, i == 0 ? NULL : "called back"));
        ck_assert(text_equal(list[i].sha256, i == 0 ? NULL : blob_of("reply")));
    }
    struct receipt_row bad = {.notice_id = notice_id, .how = "rumour"};
    says(ERR_INVALID, receipt_add(&bad, store, &err));
    bad.how = "mail";
    bad.notice_id++;
    says(ERR_INVALID, receipt_add(&bad, store, &err));
}
END_TEST

START_TEST(the_same_inbound_bytes_are_taken_once)
{
    static const char *const outcomes[] = {"applied", "no-change", "unmatched", "suspect"};
    struct inbound_row *list = NULL;
    size_t count = 0;
    for (size_t i = 0; i < count_of(outcomes); i++) {
        struct inbound_row row = {.sha256 = blob_of(outcomes[i]),
                                  .kind = "dsn",
                                  .notice_id = i == 0 ? notice_id : 0,
                                  .outcome = outcomes[i],
                                  .reason = i == 0 ? NULL : "no such token",
                                  .at_ms = 9};
        ok(inbound_add(&row, store, &err));
        ck_assert_int_gt(row.id, 0);
        says(ERR_EXISTS, inbound_add(&row, store, &err));
    }
    ok(inbound_list(&list, &count, arena, store, NULL, &err));
    ck_assert_uint_eq(count, 4);
    ck_assert_int_eq(list[0].notice_id, notice_id);
    ck_assert_int_eq(list[1].notice_id, 0);
    ck_assert_ptr_null(list[0].reason);
    ok(inbound_list(&list, &count, arena, store, "suspect", &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].sha256, blob_of("suspect"));
    ck_assert_str_eq(list[0].kind, "dsn");
    ck_assert_str_eq(list[0].outcome, "suspect");
    ck_assert_str_eq(list[0].reason, "no such token");
    ck_assert_int_eq(list[0].at_ms, 9);
    struct inbound_row bad = {.sha256 = blob_of("x"), .kind = "dsn", .outcome = "ignored"};
    says(ERR_INVALID, inbound_add(&bad, store, &err));
}
END_TEST

START_TEST(a_notice_holds_its_parcel_and_its_open_attempt)
{
    struct notice n;
    struct parcel_row p = make_parcel("<1@example.com>");
    struct attempt a = begin_attempt(p.id);
    ok(notice_get(&n, arena, store, notice_id, &err));
    n.parcel_id = p.id;
    n.attempt_id = a.id;
    n.state = STATE_SENDING;
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    ok(notice_get(&n, arena, store, notice_id, &err));
    ck_assert_int_eq(n.parcel_id, p.id);
    ck_assert_int_eq(n.attempt_id, a.id);
    ok(store_check(store, &err));
}
END_TEST

TCase *suite_attempt(void)
{
    TCase *tc = tcase_create("attempt");
    tcase_add_checked_fixture(tc, begin, suite_end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_parcel_comes_back_by_id_and_message_id);
    tcase_add_test(tc, an_attempt_goes_from_begin_to_dot_to_end_once);
    tcase_add_test(tc, no_dot_is_given_after_the_end);
    tcase_add_test(tc, attempts_are_listed_in_order_with_every_verdict);
    tcase_add_test(tc, receipts_of_every_grade_and_way_are_kept);
    tcase_add_test(tc, the_same_inbound_bytes_are_taken_once);
    tcase_add_test(tc, a_notice_holds_its_parcel_and_its_open_attempt);
    return tc;
}
