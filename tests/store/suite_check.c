#include "tests/store/suite.h"

#include "store/inner.h"

#include <string.h>

static void append(int times)
{
    for (int i = 0; i < times; i++) {
        struct log_head head, next;
        ok(log_head_get(&head, store, &err));
        next = head;
        next.idx++;
        ok(log_append(store, &head, &next, bytes_of("{}\n"), "log.start", "s", 1, &err));
    }
}

static void damage(const char *sql)
{
    ok(store->driver->ops->script(store->driver, sql, &err));
}

START_TEST(a_sound_store_passes_the_check)
{
    append(5);
    for (int i = 0; i < 20; i++)
        (void)blob_of(arena_printf(arena, "%d", i));
    (void)make_advisory("EXM-1", "1");
    ok(store_check(store, &err));
    suite_reopen(STORE_READ);
    ok(store_check(store, &err));
}
END_TEST

START_TEST(a_blob_whose_bytes_changed_is_found)
{
    struct str got;
    const char *first = blob_of("a");
    const char *name = blob_of("the middle one");
    const char *last = blob_of("z");
    damage("UPDATE blob SET data = (SELECT data FROM blob ORDER BY sha256 LIMIT 1)");
    says(ERR_CORRUPT, store_check(store, &err));
    ck_assert_msg(strstr(err.text, "blob") != NULL, "%s", err.text);
    int bad = 0;
    str_init(&got, STR_LIMIT_TEXT);
    const char *const names[] = {first, name, last};
    for (size_t i = 0; i < count_of(names); i++)
        bad += blob_get(&got, store, names[i], &err) == ERR_CORRUPT ? 1 : 0;
    ck_assert_int_eq(bad, 2);
    str_dispose(&got);
    /* Whoever has the bytes can bring them back. */
    for (size_t i = 0; i < 3; i++)
        (void)blob_of(i == 0 ? "a" : i == 1 ? "the middle one" : "z");
    ok(store_check(store, &err));
}
END_TEST

/* Its reader decides: the others of the transaction have good ones. */
START_TEST(an_answer_about_the_bytes_of_a_blob_leaves_the_transaction_good)
{
    struct str got;
    char name[65];
    const char *bad = blob_of("0123456789");
    const char *good = blob_of("abc");
    damage("UPDATE blob SET data = (SELECT data FROM blob WHERE length(data) = 3)");
    str_init(&got, 3);
    ok(store_begin(store, &err));
    says(ERR_CORRUPT, blob_get(&got, store, bad, &err));
    says(ERR_CORRUPT, blob_get(&got, store, bad, NULL));
    ok(blob_get(&got, store, good, &err));
    ck_assert_str_eq(str_text(&got), "abc");
    says(ERR_LIMIT, blob_get(&got, store, good, &err));
    ok(blob_put(name, store, bytes_of("abcd"), &err));
    ok(store_commit(store, &err));
    str_dispose(&got);
}
END_TEST

START_TEST(evidence_that_was_taken_out_is_found)
{
    static const char *const thefts[] = {
        "DELETE FROM evidence WHERE idx = 0",
        "DELETE FROM evidence WHERE idx = 2",
        "DELETE FROM evidence WHERE idx = 4",
        "UPDATE evidence_head SET idx = 4",
        "UPDATE evidence_head SET idx = 6",
        "DELETE FROM evidence; UPDATE evidence_head SET idx = 1",
        "UPDATE evidence SET idx = 7 WHERE idx = 4",
    };
    append(5);
    ok(store_check(store, &err));
    damage(thefts[_i]);
    says(ERR_CORRUPT, store_check(store, &err));
    ck_assert_msg(strstr(err.text, "evidence") != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_log_without_its_head_is_corrupt)
{
    struct log_head head;
    damage("DELETE FROM evidence_head");
    says(ERR_CORRUPT, store_check(store, &err));
    says(ERR_CORRUPT, log_head_get(&head, store, &err));
    suite_close();
    suite_wipe();
}
END_TEST

START_TEST(rows_that_point_to_nothing_are_found)
{
    (void)make_advisory("EXM-1", "1");
    suite_without_foreign_keys("DELETE FROM blob");
    says(ERR_CORRUPT, store_check(store, &err));
    ck_assert_msg(strstr(err.text, "advisory") != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_table_that_was_dropped_is_corrupt)
{
    const char *value = NULL;
    damage("DROP TABLE meta");
    says(ERR_CORRUPT, meta_get(&value, arena, store, "a", &err));
    says(ERR_CORRUPT, meta_set(store, "a", "b", &err));
    suite_close();
    suite_wipe();
}
END_TEST

TCase *suite_check(void)
{
    TCase *tc = suite_case("check");
    tcase_add_test(tc, a_sound_store_passes_the_check);
    tcase_add_test(tc, a_blob_whose_bytes_changed_is_found);
    tcase_add_test(tc, an_answer_about_the_bytes_of_a_blob_leaves_the_transaction_good);
    tcase_add_loop_test(tc, evidence_that_was_taken_out_is_found, 0, 7);
    tcase_add_test(tc, a_log_without_its_head_is_corrupt);
    tcase_add_test(tc, rows_that_point_to_nothing_are_found);
    tcase_add_test(tc, a_table_that_was_dropped_is_corrupt);
    return tc;
}
