#include "tests/store/suite.h"

#include "base/utf8.h"
#include "store/query.h"

#include <string.h>

START_TEST(every_code_point_but_nul_comes_back)
{
    struct str text;
    const char *value = NULL;
    str_init(&text, STR_LIMIT_TEXT);
    for (uint32_t c = 1; c <= 0x10ffff; c++)
        if (c < 0xd800 || c > 0xdfff)
            utf8_add(&text, c);
    ok(meta_set(store, "all", str_text(&text), &err));
    ok(meta_get(&value, arena, store, "all", &err));
    ck_assert_uint_eq(strlen(value), text.size);
    ck_assert(memcmp(value, str_text(&text), text.size) == 0);
    str_dispose(&text);
}
END_TEST

START_TEST(what_is_not_utf8_is_refused)
{
    static const char *const bad[] = {
        "\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"};
    for (size_t i = 0; i < count_of(bad); i++) {
        says(ERR_INVALID, meta_set(store, "x", bad[i], &err));
        says(ERR_INVALID, meta_set(store, bad[i], "x", &err));
    }
    ck_assert_int_eq(rows_of("meta"), 0);
}
END_TEST

/* No caller can put one, for C's texts end there; the drivers agree all the same. */
static const char nul_text_sql[] = "INSERT INTO meta (name, value) VALUES ('nul', $1)";

START_TEST(a_nul_inside_a_text_is_refused)
{
    static const unsigned char text[] = {'a', 0, 'b'};
    struct query q;
    query_init(&q, store, nul_text_sql);
    query_put_text_bytes(&q, (struct bytes){text, sizeof text});
    says(ERR_INVALID, query_run(&q, &err));
    ck_assert_int_eq(rows_of("meta"), 0);
}
END_TEST

/* SQL that means something else when it is built instead of bound. */
START_TEST(words_of_sql_are_just_text)
{
    static const char *const texts[] = {
        "'; DROP TABLE meta; --", "$1",       "?1",    "\\", "\"", "%_",
        "' || (SELECT 1) || '",   "\x01\x7f", "\n\r\t"};
    const char *value = NULL;
    for (size_t i = 0; i < count_of(texts); i++) {
        ok(meta_set(store, texts[i], texts[i], &err));
        ok(meta_get(&value, arena, store, texts[i], &err));
        ck_assert_str_eq(value, texts[i]);
    }
    ck_assert_int_eq(rows_of("meta"), (int64_t)count_of(texts));
}
END_TEST

/* $2 before $1, and dollars in quoted text: bound by number, not by order of appearance. */
static const char swapped_sql[] =
    "SELECT CAST($2 AS TEXT), '$1 it''s $2', CAST($1 AS TEXT) /* $1 */, 7 AS \"$1\" -- $2\n";

START_TEST(parameters_go_by_their_number)
{
    struct query q;
    query_init(&q, store, swapped_sql);
    query_put_text(&q, "one");
    query_put_text(&q, "two");
    ck_assert(query_next(&q));
    ck_assert_str_eq(query_text(&q, arena), "two");
    ck_assert_str_eq(query_text(&q, arena), "$1 it's $2");
    ck_assert_str_eq(query_text(&q, arena), "one");
    ck_assert_int_eq(query_int(&q), 7);
    ok(query_end(&q, &err));
}
END_TEST

static const char extremes_sql[] = "SELECT CAST($1 AS BIGINT)";

START_TEST(numbers_of_all_sizes_come_back)
{
    static const int64_t numbers[] = {0,         1,         -1,        INT32_MAX,
                                      INT32_MIN, INT64_MAX, INT64_MIN, (int64_t)1 << 53};
    for (size_t i = 0; i < count_of(numbers); i++) {
        struct query q;
        query_init(&q, store, extremes_sql);
        query_put_int(&q, numbers[i]);
        ck_assert(query_next(&q));
        ck_assert(query_int(&q) == numbers[i]);
        ok(query_end(&q, &err));
    }
}
END_TEST

static const char of_types_sql[] = "SELECT CAST('x' AS TEXT), NULL";

START_TEST(a_column_of_another_type_is_corrupt)
{
    struct query q;
    query_init(&q, store, of_types_sql);
    ck_assert(query_next(&q));
    (void)query_int(&q);
    says(ERR_CORRUPT, query_end(&q, &err));
    query_init(&q, store, of_types_sql);
    ck_assert(query_next(&q));
    (void)query_blob(&q);
    says(ERR_CORRUPT, query_end(&q, &err));
    query_init(&q, store, of_types_sql);
    ck_assert(query_next(&q));
    (void)query_text(&q, arena);
    (void)query_int(&q); /* a number that must not be NULL */
    says(ERR_CORRUPT, query_end(&q, &err));
}
END_TEST

static const char no_table_sql[] = "SELECT 1 FROM nothing_of_ours";

START_TEST(a_table_that_is_gone_is_corrupt)
{
    struct query q;
    query_init(&q, store, no_table_sql);
    ck_assert(!query_next(&q));
    says(ERR_CORRUPT, query_end(&q, &err));
    ok(meta_set(store, "a", "still works", &err));
}
END_TEST

TCase *suite_texts(void)
{
    TCase *tc = suite_case("texts");
    tcase_add_test(tc, every_code_point_but_nul_comes_back);
    tcase_add_test(tc, what_is_not_utf8_is_refused);
    tcase_add_test(tc, a_nul_inside_a_text_is_refused);
    tcase_add_test(tc, words_of_sql_are_just_text);
    tcase_add_test(tc, parameters_go_by_their_number);
    tcase_add_test(tc, numbers_of_all_sizes_come_back);
    tcase_add_test(tc, a_column_of_another_type_is_corrupt);
    tcase_add_test(tc, a_table_that_is_gone_is_corrupt);
    return tc;
}
