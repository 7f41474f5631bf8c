#include "tests/store/suite.h"

#include "base/sha256.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

START_TEST(a_fresh_store_has_every_table_and_only_the_head_row)
{
    static const char *const tables[] = {
        "meta",      "blob",     "party",    "contact",       "installed", "product",
        "key",       "advisory", "approval", "plan",          "left_out",  "lane",
        "notice",    "parcel",   "attempt",  "receipt",       "inbound",   "task",
        "task_item", "job",      "evidence", "evidence_value"};
    for (size_t i = 0; i < count_of(tables); i++)
        ck_assert_msg(rows_of(tables[i]) == 0, "%s", tables[i]);
    ck_assert_int_eq(rows_of("evidence_head"), 1);
    ok(store_check(store, &err));
    ck_assert_str_eq(store_driver(store), suite_driver);
}
END_TEST

START_TEST(counting_takes_our_tables_only)
{
    static const char *const bad[] = {"nothing", "", "meta; DROP TABLE meta", "META",
                                      "sqlite_schema"};
    int64_t n = -7;
    for (size_t i = 0; i < count_of(bad); i++)
        says(ERR_INVALID, store_count(&n, store, bad[i], &err));
    ck_assert_int_eq(n, -7);
}
END_TEST

START_TEST(a_fact_is_kept_changed_and_missed)
{
    const char *value = NULL;
    says(ERR_NOT_FOUND, meta_get(&value, arena, store, "mode", &err));
    ck_assert_ptr_null(value);
    ok(meta_set(store, "mode", "test", &err));
    ok(meta_set(store, "mode", "real", &err));
    ok(meta_set(store, "", "", &err));
    suite_reopen(STORE_WRITE);
    ok(meta_get(&value, arena, store, "mode", &err));
    ck_assert_str_eq(value, "real");
    ok(meta_get(&value, arena, store, "", &err));
    ck_assert_str_eq(value, "");
}
END_TEST

START_TEST(a_fact_without_a_value_is_invalid)
{
    says(ERR_INVALID, meta_set(store, "mode", NULL, &err));
}
END_TEST

START_TEST(a_blob_of_any_bytes_comes_back_and_is_kept_once)
{
    unsigned char all[1024];
    char name[65], again[65];
    struct str got;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)i;
    const struct bytes runs[] = {{all, sizeof all}, {all, 1}, {NULL, 0}, {all + 255, 3}};
    for (size_t i = 0; i < count_of(runs); i++) {
        char want[65];
        sha256_hex_of(want, runs[i]);
        ok(blob_put(name, store, runs[i], &err));
        ok(blob_put(again, store, runs[i], &err));
        ck_assert_str_eq(name, want);
        ck_assert_str_eq(again, want);
        ck_assert_int_eq(rows_of("blob"), (int64_t)i + 1);
        str_init(&got, STR_LIMIT_TEXT);
        ok(blob_get(&got, store, name, &err));
        ck_assert(bytes_equal(str_bytes(&got), runs[i]));
        str_dispose(&got);
    }
}
END_TEST

START_TEST(a_blob_is_appended_whole_or_not_at_all)
{
    struct str got;
    const char *name = blob_of("0123456789");
    str_init(&got, 14);
    str_add(&got, "keep ");
    says(ERR_LIMIT, blob_get(&got, store, name, &err));
    ck_assert_str_eq(str_text(&got), "keep ");
    str_dispose(&got);
    str_init(&got, 15);
    str_add(&got, "keep ");
    says(ERR_NOT_FOUND, blob_get(&got, store, "no such name", &err));
    ok(blob_get(&got, store, name, &err));
    ck_assert_str_eq(str_text(&got), "keep 0123456789");
    str_dispose(&got);
}
END_TEST

START_TEST(what_is_committed_is_there_and_what_is_rolled_back_is_not)
{
    const char *value = NULL;
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "1", &err));
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "2", &err));
    ok(meta_get(&value, arena, store, "a", &err));
    ck_assert_str_eq(value, "2");
    store_rollback(store);
    store_rollback(store); /* fine when nothing is open */
    ok(meta_get(&value, arena, store, "a", &err));
    ck_assert_str_eq(value, "1");
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "3", &err));
    suite_reopen(STORE_WRITE); /* closing rolls back */
    ok(meta_get(&value, arena, store, "a", &err));
    ck_assert_str_eq(value, "1");
    store_close(NULL);
}
END_TEST

START_TEST(a_transaction_keeps_its_first_error)
{
    struct advisory a = make_advisory("EXM-1", "1");
    const char *value = NULL;
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "1", &err));
    says(ERR_STALE, advisory_update(store, &a, ADVISORY_RELEASED, &err));
    char first[sizeof err.text];
    memcpy(first, err.text, sizeof first);
    /* Statements that would do alone, or would fail otherwise, say the same. */
    says(ERR_STALE, meta_set(store, "b", "1", &err));
    ck_assert_str_eq(err.text, first);
    says(ERR_STALE, advisory_add(&a, store, &err));
    says(ERR_STALE, meta_get(&value, arena, store, "a", &err));
    says(ERR_STALE, store_item_begin(store, &err));
    memset(&err, 0, sizeof err);
    says(ERR_STALE, store_commit(store, &err));
    ck_assert_str_eq(err.text, first);
    says(ERR_NOT_FOUND, meta_get(&value, arena, store, "a", &err));
    ok(store_begin(store, &err)); /* and it is forgotten */
    ok(meta_set(store, "b", "2", &err));
    ok(store_commit(store, &err));
}
END_TEST

START_TEST(each_kind_of_error_fails_the_transaction)
{
    for (int i = 0; i < 3; i++) {
        struct advisory a = make_advisory("EXM-1", i == 0 ? "1" : i == 1 ? "2" : "3");
        enum status want = OK;
        ok(store_begin(store, &err));
        if (i == 0) {
            want = ERR_EXISTS;
            says(want, advisory_add(&a, store, &err));
        } else if (i == 1) {
            want = ERR_INVALID; /* the blob is not there */
            a.version = "9";
            a.uid = "u9";
            a.sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
            says(want, advisory_add(&a, store, &err));
        } else {
            want = ERR_INVALID;
            says(want, meta_set(store, "x", "\xff", &err));
        }
        says(want, meta_set(store, "x", "y", &err));
        says(want, store_commit(store, &err));
    }
    ck_assert_int_eq(rows_of("meta"), 0);
}
END_TEST

START_TEST(an_answer_of_not_found_leaves_the_transaction_good)
{
    const char *value = NULL;
    struct advisory a;
    ok(store_begin(store, &err));
    says(ERR_NOT_FOUND, meta_get(&value, arena, store, "a", &err));
    says(ERR_NOT_FOUND, advisory_get(&a, arena, store, 77, &err));
    ok(meta_set(store, "a", "1", &err));
    ok(store_commit(store, &err));
    ok(meta_get(&value, arena, store, "a", &err));
}
END_TEST

START_TEST(errors_are_told_without_a_place_for_words)
{
    const char *value = NULL;
    ok(store_begin(store, NULL));
    says(ERR_NOT_FOUND, meta_get(&value, arena, store, "a", NULL));
    says(ERR_INVALID, meta_set(store, "a", "\xc3", NULL));
    says(ERR_INVALID, store_commit(store, NULL));
}
END_TEST

START_TEST(a_reader_reads_and_cannot_write)
{
    const char *value = NULL;
    ok(meta_set(store, "a", "1", &err));
    suite_reopen(STORE_READ);
    ok(store_begin(store, &err));
    ok(meta_get(&value, arena, store, "a", &err));
    ck_assert_str_eq(value, "1");
    ok(store_commit(store, &err));
    says(ERR_REFUSED, meta_set(store, "a", "2", &err));
    ok(store_begin(store, &err));
    says(ERR_REFUSED, meta_set(store, "a", "2", &err));
    store_rollback(store);
    ok(store_check(store, &err));
}
END_TEST

START_TEST(a_reader_sees_one_moment_while_the_writer_goes_on)
{
    struct store *reader = NULL;
    const char *value = NULL;
    ok(meta_set(store, "a", "1", &err));
    ok(store_open(&reader, suite_url(), STORE_READ, &err));
    ok(meta_set(store, "a", "2", &err));
    ok(store_begin(reader, &err));
    ok(meta_get(&value, arena, reader, "a", &err));
    ck_assert_str_eq(value, "2");
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "3", &err));
    ok(meta_get(&value, arena, reader, "a", &err));
    ck_assert_str_eq(value, "2");
    ok(store_commit(reader, &err));
    ok(store_commit(store, &err));
    ok(meta_get(&value, arena, reader, "a", &err));
    ck_assert_str_eq(value, "3");
    store_close(reader);
}
END_TEST

START_TEST(a_second_writer_is_stale_and_is_told_who_holds_it)
{
    struct store *second = NULL;
    char pid[32];
    (void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    says(ERR_STALE, store_open(&second, suite_url(), STORE_WRITE, &err));
    ck_assert_msg(strstr(err.text, pid) != NULL, "%s", err.text);
    says(ERR_STALE, store_open(&second, suite_url(), STORE_CREATE, &err));
    ck_assert_ptr_null(second);
    store_close(store);
    store = NULL;
    ok(store_open(&store, suite_url(), STORE_WRITE, &err));
}
END_TEST

START_TEST(what_is_not_there_is_made_only_on_request)
{
    struct store *other = NULL;
    store_close(store);
    store = NULL;
    suite_wipe();
    says(ERR_NOT_FOUND, store_open(&other, suite_url(), STORE_WRITE, &err));
    ck_assert_msg(strstr(err.text, "tocsin init") != NULL, "%s", err.text);
    says(ERR_NOT_FOUND, store_open(&other, suite_url(), STORE_READ, &err));
    ck_assert_ptr_null(other);
    ok(store_open(&store, suite_url(), STORE_CREATE, &err));
    suite_reopen(STORE_CREATE); /* and an existing one is opened */
}
END_TEST

TCase *suite_store(void)
{
    TCase *tc = suite_case("store");
    tcase_add_test(tc, a_fresh_store_has_every_table_and_only_the_head_row);
    tcase_add_test(tc, counting_takes_our_tables_only);
    tcase_add_test(tc, a_fact_is_kept_changed_and_missed);
    tcase_add_test(tc, a_fact_without_a_value_is_invalid);
    tcase_add_test(tc, a_blob_of_any_bytes_comes_back_and_is_kept_once);
    tcase_add_test(tc, a_blob_is_appended_whole_or_not_at_all);
    tcase_add_test(tc, what_is_committed_is_there_and_what_is_rolled_back_is_not);
    tcase_add_test(tc, a_transaction_keeps_its_first_error);
    tcase_add_test(tc, each_kind_of_error_fails_the_transaction);
    tcase_add_test(tc, an_answer_of_not_found_leaves_the_transaction_good);
    tcase_add_test(tc, errors_are_told_without_a_place_for_words);
    tcase_add_test(tc, a_reader_reads_and_cannot_write);
    tcase_add_test(tc, a_reader_sees_one_moment_while_the_writer_goes_on);
    tcase_add_test(tc, a_second_writer_is_stale_and_is_told_who_holds_it);
    tcase_add_test(tc, what_is_not_there_is_made_only_on_request);
    return tc;
}
