/* Waivers, and the sets that wait for them. */
#include "tests/store/suite.h"

#include "store/waiver.h"

static const char *bytes_put(const char *text)
{
    static char hex[4][65];
    static size_t next;
    char *out = hex[next++ % 4];
    ok(blob_put(out, store, bytes_of(text), &err));
    return out;
}

/* Proves: waivers */
START_TEST(a_waiver_is_for_one_finding_of_these_bytes)
{
    struct waiver *list = NULL;
    size_t count = 0;
    struct waiver waiver = {.sha256 = "aa",
                            .test = "gate.4",
                            .pointer = "/document/publisher",
                            .finding = "It does not say.",
                            .person = "meyer",
                            .role = ROLE_REGULATORY,
                            .reason = "Told by telephone.",
                            .at_ms = 7};
    struct waiver again = waiver, other = waiver, elsewhere = waiver;
    other.finding = "It says otherwise.";
    elsewhere.sha256 = "bb";
    ok(waiver_add(&waiver, store, &err));
    ck_assert_int_eq(waiver_add(&again, store, &err), ERR_EXISTS);
    ok(waiver_add(&other, store, &err));
    ok(waiver_add(&elsewhere, store, &err));
    ok(waiver_list(&list, &count, arena, store, "aa", &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].test, "gate.4");
    ck_assert_str_eq(list[0].pointer, "/document/publisher");
    ck_assert_str_eq(list[0].finding, "It does not say.");
    ck_assert_str_eq(list[0].person, "meyer");
    ck_assert_int_eq(list[0].role, ROLE_REGULATORY);
    ck_assert_str_eq(list[0].reason, "Told by telephone.");
    ck_assert_int_eq(list[0].at_ms, 7);
    ck_assert_str_eq(list[1].finding, "It says otherwise.");
}
END_TEST

/* Proves: waivers */
START_TEST(a_waiver_that_is_taken_back_stays_and_another_may_follow)
{
    struct waiver *list = NULL;
    size_t count = 0;
    struct waiver waiver = {.sha256 = "cc",
                            .test = "gate.4",
                            .pointer = "",
                            .finding = "It does not say.",
                            .person = "meyer",
                            .role = ROLE_REGULATORY,
                            .reason = "Told by telephone.",
                            .at_ms = 7};
    struct waiver anew = waiver;
    ok(waiver_add(&waiver, store, &err));
    waiver.withdrawn_by = "weber";
    waiver.withdrawn_role = ROLE_PSIRT;
    waiver.withdrawn_reason = "Nobody answered there.";
    waiver.withdrawn_ms = 8;
    ok(waiver_withdraw(store, &waiver, &err));
    ck_assert_int_eq(waiver_withdraw(store, &waiver, &err), ERR_STALE);
    ok(waiver_add(&anew, store, &err));
    ok(waiver_list(&list, &count, arena, store, "cc", &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].person, "meyer");
    ck_assert_str_eq(list[0].withdrawn_by, "weber");
    ck_assert_int_eq(list[0].withdrawn_role, ROLE_PSIRT);
    ck_assert_str_eq(list[0].withdrawn_reason, "Nobody answered there.");
    ck_assert_int_eq(list[0].withdrawn_ms, 8);
    ck_assert_ptr_null(list[1].withdrawn_by);
    ck_assert_ptr_null(list[1].withdrawn_reason);
    ck_assert_int_eq(list[1].withdrawn_ms, 0);
}
END_TEST

START_TEST(a_mended_document_takes_the_place_of_the_one_that_waits)
{
    struct held *list = NULL;
    size_t count = 0;
    struct held held = {.tracking = "A", .version = "1", .name = "a.json", .at_ms = 5};
    held.sha256 = bytes_put("one");
    ok(held_put(store, &held, &err));
    held.at_ms = 9;
    ok(held_put(store, &held, &err));
    ok(held_list(&list, &count, arena, store, "A", NULL, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].at_ms, 5);
    ck_assert_ptr_null(list[0].order_sha256);
    held.sha256 = bytes_put("two");
    held.order_sha256 = bytes_put("order");
    held.order_name = "a.order";
    ok(held_put(store, &held, &err));
    held.version = "2";
    ok(held_put(store, &held, &err));
    ok(held_list(&list, &count, arena, store, NULL, NULL, &err));
    ck_assert_uint_eq(count, 2);
    ok(held_list(&list, &count, arena, store, "A", "1", &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].sha256, held.sha256);
    ck_assert_str_eq(list[0].order_sha256, held.order_sha256);
    ck_assert_str_eq(list[0].order_name, "a.order");
    ck_assert_int_eq(list[0].at_ms, 9);
    ok(held_remove(store, "A", "1", &err));
    ok(held_remove(store, "A", "1", &err));
    ok(held_list(&list, &count, arena, store, "A", "1", &err));
    ck_assert_uint_eq(count, 0);
    ok(held_list(&list, &count, arena, store, "B", NULL, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

TCase *suite_waiver(void)
{
    TCase *tc = suite_case("waiver");
    tcase_add_test(tc, a_waiver_is_for_one_finding_of_these_bytes);
    tcase_add_test(tc, a_waiver_that_is_taken_back_stays_and_another_may_follow);
    tcase_add_test(tc, a_mended_document_takes_the_place_of_the_one_that_waits);
    return tc;
}
