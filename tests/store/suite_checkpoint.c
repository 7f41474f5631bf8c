/* Checkpoints and time-stamps as they are kept. */
#include "store/checkpoint.h"
#include "tests/store/suite.h"

static struct checkpoint_row row(int64_t size, const char *note)
{
    return (struct checkpoint_row){.size = size, .note = bytes_of(note), .at_ms = 1000 + size};
}

START_TEST(the_largest_and_the_next_are_found)
{
    struct checkpoint_row found;
    ck_assert_int_eq(checkpoint_last(&found, arena, store, &err), ERR_NOT_FOUND);
    ok(checkpoint_add(store, &(struct checkpoint_row){5, bytes_of("five"), 7}, &err));
    struct checkpoint_row twelve = row(12, "twelve"), nine = row(9, "nine\n\xE2\x80\x94");
    ok(checkpoint_add(store, &twelve, &err));
    ok(checkpoint_add(store, &nine, &err));
    ok(checkpoint_last(&found, arena, store, &err));
    ck_assert_int_eq(found.size, 12);
    ok(checkpoint_from(&found, arena, store, 6, &err));
    ck_assert_int_eq(found.size, 9);
    ck_assert(bytes_equal(found.note, nine.note));
    ck_assert_int_eq(found.at_ms, 1009);
    ok(checkpoint_from(&found, arena, store, 12, &err));
    ck_assert_int_eq(found.size, 12);
    ck_assert_int_eq(checkpoint_from(&found, arena, store, 13, &err), ERR_NOT_FOUND);
}
END_TEST

START_TEST(a_checkpoint_is_never_replaced_by_another)
{
    struct checkpoint_row first = row(5, "five"), other = row(5, "FIVE");
    struct checkpoint_row found;
    ok(checkpoint_add(store, &first, &err));
    ok(checkpoint_add(store, &first, &err));
    ck_assert_int_eq(checkpoint_add(store, &other, &err), ERR_EXISTS);
    ok(checkpoint_last(&found, arena, store, &err));
    ck_assert(bytes_equal(found.note, first.note));
}
END_TEST

START_TEST(stamps_belong_to_a_checkpoint)
{
    struct stamp_row *stamps = NULL;
    size_t count = 0;
    struct checkpoint_row five = row(5, "five");
    struct stamp_row stamp = {5, "http://b.example", bytes_of("token"), 20, 30, NULL};
    ck_assert_int_ne(stamp_add(store, &stamp, &err), OK);
    ok(checkpoint_add(store, &five, &err));
    ok(stamp_add(store, &stamp, &err));
    stamp.authority = "http://a.example";
    ok(stamp_add(store, &stamp, &err));
    ok(stamp_list(&stamps, &count, arena, store, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(stamps[0].authority, "http://a.example");
    ck_assert(bytes_equal(stamps[1].token, bytes_of("token")));
    ck_assert_int_eq(stamps[1].cert_end_ms, 30);
    ck_assert_ptr_null(stamps[1].roots);
}
END_TEST

START_TEST(the_certificates_behind_a_stamp_stay_with_it)
{
    struct stamp_row *stamps = NULL;
    size_t count = 0;
    struct checkpoint_row five = row(5, "five");
    struct stamp_row stamp = {5, "http://a.example", bytes_of("token"), 20, 30, NULL};
    ok(checkpoint_add(store, &five, &err));
    stamp.roots = "00000000000000000000000000000000000000000000000000000000000000aa";
    ck_assert_int_ne(stamp_add(store, &stamp, &err), OK); /* there is no such blob */
    stamp.roots = blob_of("certificates");
    ok(stamp_add(store, &stamp, &err));
    ok(stamp_list(&stamps, &count, arena, store, &err));
    ck_assert_str_eq(stamps[0].roots, stamp.roots);
}
END_TEST

START_TEST(the_newest_stamp_of_each_authority_is_found)
{
    struct stamp_row found;
    const struct checkpoint_row five = row(5, "five"), nine = row(9, "nine");
    const struct stamp_row rows[] = {{9, "http://a.example", bytes_of("x"), 20, 30, NULL},
                                     {5, "http://a.example", bytes_of("y"), 90, 31, NULL},
                                     {9, "http://a.example", bytes_of("z"), 25, 32, NULL},
                                     {5, "http://b.example", bytes_of("x"), 21, 33, NULL}};
    ok(checkpoint_add(store, &five, &err));
    ok(checkpoint_add(store, &nine, &err));
    for (size_t i = 0; i < 4; i++)
        ok(stamp_add(store, &rows[i], &err));
    ok(stamp_newest(&found, arena, store, "http://a.example", &err));
    ck_assert_int_eq(found.size, 9);
    ck_assert_int_eq(found.at_ms, 25);
    ck_assert_int_eq(found.cert_end_ms, 32);
    ok(stamp_newest(&found, arena, store, "http://b.example", &err));
    ck_assert_int_eq(found.cert_end_ms, 33);
    ck_assert_int_eq(stamp_newest(&found, arena, store, "http://c.example", &err), ERR_NOT_FOUND);
}
END_TEST

TCase *suite_checkpoint(void)
{
    TCase *tc = suite_case("checkpoint");
    tcase_add_test(tc, the_largest_and_the_next_are_found);
    tcase_add_test(tc, a_checkpoint_is_never_replaced_by_another);
    tcase_add_test(tc, stamps_belong_to_a_checkpoint);
    tcase_add_test(tc, the_certificates_behind_a_stamp_stay_with_it);
    tcase_add_test(tc, the_newest_stamp_of_each_authority_is_found);
    return tc;
}
