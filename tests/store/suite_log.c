#include "tests/store/suite.h"

#include <string.h>

static struct log_head step(struct log_head head)
{
    struct log_head next = {.idx = head.idx + 1};
    memset(next.prev, 'a' + (int)(head.idx % 6), sizeof next.prev - 1);
    return next;
}

static struct log_head append(const char *line, const char *subj)
{
    struct log_head head;
    ok(log_head_get(&head, store, &err));
    struct log_head next = step(head);
    ok(log_append(store, &head, &next, bytes_of(line), "log.start", subj, 5, &err));
    return next;
}

START_TEST(the_head_of_an_empty_log_is_zero)
{
    struct log_head head;
    ok(log_head_get(&head, store, &err));
    ck_assert_int_eq(head.idx, 0);
    ck_assert_uint_eq(strlen(head.prev), 64);
    ck_assert_uint_eq(strspn(head.prev, "0"), 64);
    int64_t at = 0;
    ck_assert_int_eq(log_last_at(&at, store, &err), ERR_NOT_FOUND);
}
END_TEST

START_TEST(lines_come_back_byte_for_byte_in_order)
{
    static const unsigned char odd[] = {'{', 0, 0xff, '}', '\n'};
    struct log_line *lines = NULL;
    size_t count = 0;
    struct log_head head = append("{\"idx\":0}\n", "s1");
    struct log_head next = step(head);
    ok(log_append(store, &head, &next, (struct bytes){odd, sizeof odd}, "k", NULL, 6, &err));
    (void)append("{\"idx\":2}\n", "s1");
    suite_reopen(STORE_WRITE);
    int64_t at = 0;
    ok(log_last_at(&at, store, &err));
    ck_assert_int_eq(at, 5); /* as append has it */
    ok(log_list(&lines, &count, arena, store, 0, NULL, SIZE_MAX, &err));
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(lines[i].idx, (int64_t)i);
    ck_assert(bytes_equal(lines[0].line, bytes_of("{\"idx\":0}\n")));
    ck_assert(bytes_equal(lines[1].line, (struct bytes){odd, sizeof odd}));
    ok(log_list(&lines, &count, arena, store, 1, NULL, 1, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(lines[0].idx, 1);
    ok(log_list(&lines, &count, arena, store, 1, "s1", 10, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(lines[0].idx, 2);
    ok(log_list(&lines, &count, arena, store, 3, NULL, 10, &err));
    ck_assert_uint_eq(count, 0);
    int64_t last = -1;
    ok(log_find(&last, store, "s1", "log.start", &err));
    ck_assert_int_eq(last, 2);
    ck_assert_int_eq(log_find(&last, store, "s2", "log.start", &err), ERR_NOT_FOUND);
    ck_assert_int_eq(log_find(&last, store, "s1", "other.kind", &err), ERR_NOT_FOUND);
    ok(store_check(store, &err));
}
END_TEST

START_TEST(an_append_behind_another_head_is_stale)
{
    struct log_head zero, wrong, head;
    ok(log_head_get(&zero, store, &err));
    head = append("1\n", "s");
    struct log_head next = step(zero);
    says(ERR_STALE, log_append(store, &zero, &next, bytes_of("x\n"), "k", "s", 1, &err));
    wrong = head;
    wrong.prev[0] = 'f'; /* the right index, another history */
    next = step(wrong);
    says(ERR_STALE, log_append(store, &wrong, &next, bytes_of("x\n"), "k", "s", 1, &err));
    ck_assert_int_eq(rows_of("evidence"), 1);
    ok(log_head_get(&zero, store, &err));
    ck_assert_int_eq(zero.idx, head.idx);
    ck_assert_str_eq(zero.prev, head.prev);
}
END_TEST

START_TEST(a_line_that_cannot_be_stored_does_not_move_the_head)
{
    struct log_head head, after;
    ok(log_head_get(&head, store, &err));
    after = step(head);
    says(ERR_INVALID, log_append(store, &head, &after, bytes_of("x\n"), NULL, "s", 1, &err));
    ok(log_head_get(&after, store, &err));
    ck_assert_int_eq(after.idx, 0);
}
END_TEST

START_TEST(a_rolled_back_entry_leaves_no_gap)
{
    struct log_line *lines = NULL;
    size_t count = 0;
    (void)append("0\n", "s");
    ok(store_begin(store, &err));
    (void)append("lost\n", "s");
    store_rollback(store);
    ok(store_begin(store, &err));
    ok(store_item_begin(store, &err));
    (void)append("lost too\n", "s");
    ok(store_item_drop(store, &err));
    (void)append("1\n", "s");
    ok(store_commit(store, &err));
    ok(log_list(&lines, &count, arena, store, 0, NULL, 10, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(lines[1].idx, 1);
    ck_assert(bytes_equal(lines[1].line, bytes_of("1\n")));
    ok(store_check(store, &err));
}
END_TEST

START_TEST(values_behind_commitments_are_kept_once_per_field)
{
    const char *salt = NULL, *value = NULL;
    (void)append("0\n", "s");
    ok(log_value_add(store, 0, "data.to", "aa", "Klinik Süd", &err));
    ok(log_value_add(store, 0, "data.erased", NULL, NULL, &err));
    says(ERR_EXISTS, log_value_add(store, 0, "data.to", "bb", "other", &err));
    says(ERR_INVALID, log_value_add(store, 7, "data.to", "bb", "no such entry", &err));
    ok(log_value_get(&salt, &value, arena, store, 0, "data.to", &err));
    ck_assert_str_eq(salt, "aa");
    ck_assert_str_eq(value, "Klinik Süd");
    ok(log_value_get(&salt, &value, arena, store, 0, "data.erased", &err));
    ck_assert_ptr_null(salt);
    ck_assert_ptr_null(value);
    says(ERR_NOT_FOUND, log_value_get(&salt, &value, arena, store, 0, "data.by", &err));
}
END_TEST

START_TEST(values_are_listed_by_entry_and_field_and_erased_ones_are_not)
{
    struct log_value *rows = NULL;
    size_t count = 0;
    for (int i = 0; i < 3; i++)
        (void)append(i == 0 ? "0\n" : i == 1 ? "1\n" : "2\n", i == 1 ? "t" : "s");
    ok(log_value_add(store, 1, "data.z", "aa", "last", &err));
    ok(log_value_add(store, 1, "data.a_b", "bb", "second", &err));
    ok(log_value_add(store, 1, "data.aB", "cc", "first", &err));
    ok(log_value_add(store, 1, "data.erased", NULL, NULL, &err));
    ok(log_value_add(store, 0, "data.x", "dd", "zero", &err));
    ok(log_value_add(store, 2, "data.x", "ee", "two", &err));
    ok(log_value_list(&rows, &count, arena, store, 0, 2, &err));
    static const char *const wanted[] = {"zero", "first", "second", "last"};
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(rows[i].value, wanted[i]);
    ck_assert_str_eq(rows[0].subj, "s");
    ck_assert_str_eq(rows[1].subj, "t");
    ck_assert_str_eq(rows[1].field, "data.aB");
    ck_assert_str_eq(rows[1].salt, "cc");
    ck_assert_int_eq(rows[3].idx, 1);
    ok(log_value_list(&rows, &count, arena, store, 3, 9, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

TCase *suite_log(void)
{
    TCase *tc = suite_case("log");
    tcase_add_test(tc, the_head_of_an_empty_log_is_zero);
    tcase_add_test(tc, lines_come_back_byte_for_byte_in_order);
    tcase_add_test(tc, an_append_behind_another_head_is_stale);
    tcase_add_test(tc, a_line_that_cannot_be_stored_does_not_move_the_head);
    tcase_add_test(tc, a_rolled_back_entry_leaves_no_gap);
    tcase_add_test(tc, values_behind_commitments_are_kept_once_per_field);
    tcase_add_test(tc, values_are_listed_by_entry_and_field_and_erased_ones_are_not);
    return tc;
}
