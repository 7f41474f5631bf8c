#include "tests/store/suite.h"

static struct advisory one;

/* Every way in which an item can fail, and the status it fails with. */
static enum status fail_stale(void)
{
    return advisory_update(store, &one, ADVISORY_RELEASED, &err);
}
static enum status fail_exists(void)
{
    struct advisory again = one;
    return advisory_add(&again, store, &err);
}
static enum status fail_foreign_key(void)
{
    return left_out_add(store, 9999, "p", "c", &err);
}
static enum status fail_check(void)
{
    struct approval a = {.advisory_id = one.id,
                         .person = "weber",
                         .role = ROLE_PSIRT,
                         .fpr = "F",
                         .form = "spoken",
                         .sha256 = one.sha256};
    return approval_add(&a, store, &err);
}
static enum status fail_null(void)
{
    return meta_set(store, "x", NULL, &err);
}
static enum status fail_utf8(void)
{
    return meta_set(store, "x", "\xed\xa0\x80", &err);
}
static const struct {
    enum status (*provoke)(void);
    enum status status;
} failures[] = {
    {fail_stale, ERR_STALE},   {fail_exists, ERR_EXISTS}, {fail_foreign_key, ERR_INVALID},
    {fail_check, ERR_INVALID}, {fail_null, ERR_INVALID},  {fail_utf8, ERR_INVALID},
};

START_TEST(an_item_that_fails_is_dropped_alone)
{
    const enum status want = failures[_i].status;
    const char *value = NULL;
    one = make_advisory("EXM-1", "1");
    ok(store_begin(store, &err));
    ok(store_item_begin(store, &err));
    ok(meta_set(store, "before", "1", &err));
    ok(store_item_keep(store, &err));
    ok(store_item_begin(store, &err));
    ok(meta_set(store, "inside", "1", &err));
    says(want, failures[_i].provoke());
    says(want, meta_set(store, "inside too", "1", &err));
    says(want, store_item_keep(store, &err));
    ok(store_item_drop(store, &err));
    ok(store_item_begin(store, &err));
    ok(meta_set(store, "after", "1", &err));
    ok(store_item_keep(store, &err));
    ok(store_commit(store, &err));
    ok(meta_get(&value, arena, store, "before", &err));
    ok(meta_get(&value, arena, store, "after", &err));
    says(ERR_NOT_FOUND, meta_get(&value, arena, store, "inside", &err));
    ck_assert_int_eq(rows_of("meta"), 2);
}
END_TEST

START_TEST(an_error_outside_items_is_not_forgotten_by_one)
{
    one = make_advisory("EXM-1", "1");
    ok(store_begin(store, &err));
    says(ERR_STALE, fail_stale());
    says(ERR_STALE, store_item_begin(store, &err));
    says(ERR_STALE, store_item_drop(store, &err)); /* there is none to drop */
    says(ERR_STALE, store_commit(store, &err));
}
END_TEST

START_TEST(a_good_item_can_be_dropped_too)
{
    ok(store_begin(store, &err));
    ok(store_item_begin(store, &err));
    ok(meta_set(store, "a", "1", &err));
    ok(store_item_drop(store, &err));
    ok(store_commit(store, &err));
    ck_assert_int_eq(rows_of("meta"), 0);
}
END_TEST

START_TEST(a_rollback_ends_an_open_item_with_everything_else)
{
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "1", &err));
    ok(store_item_begin(store, &err));
    ok(meta_set(store, "b", "1", &err));
    store_rollback(store);
    ck_assert_int_eq(rows_of("meta"), 0);
    ok(store_begin(store, &err));
    ok(store_item_begin(store, &err));
    ok(meta_set(store, "c", "1", &err));
    ok(store_item_keep(store, &err));
    ok(store_commit(store, &err));
    ck_assert_int_eq(rows_of("meta"), 1);
}
END_TEST

START_TEST(of_a_group_of_sixteen_every_third_fails_and_the_others_stay)
{
    ok(store_begin(store, &err));
    one = make_advisory("EXM-1", "1");
    for (int i = 0; i < 16; i++) {
        ok(store_item_begin(store, &err));
        ok(meta_set(store, arena_printf(arena, "%d", i), "x", &err));
        if (i % 3 == 0) {
            says(ERR_EXISTS, fail_exists());
            ok(store_item_drop(store, &err));
        } else {
            ok(store_item_keep(store, &err));
        }
    }
    ok(store_commit(store, &err));
    ck_assert_int_eq(rows_of("meta"), 10);
}
END_TEST

TCase *suite_items(void)
{
    TCase *tc = suite_case("items");
    tcase_add_loop_test(tc, an_item_that_fails_is_dropped_alone, 0, (int)count_of(failures));
    tcase_add_test(tc, an_error_outside_items_is_not_forgotten_by_one);
    tcase_add_test(tc, a_good_item_can_be_dropped_too);
    tcase_add_test(tc, a_rollback_ends_an_open_item_with_everything_else);
    tcase_add_test(tc, of_a_group_of_sixteen_every_third_fails_and_the_others_stay);
    return tc;
}
