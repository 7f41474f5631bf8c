/* What is remembered is what was found, for this very item and for no other one. */
#include "dispatcher/plan/match_memo.h"

#include "base/str.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Neighbours that a careless key would take for one. */
static const struct match_item items[] = {
    {.vendor = "a", .product = "bc", .version = "1"},
    {.vendor = "ab", .product = "c", .version = "1"},
    {.vendor = "a", .product = "b", .version = "c1"},
    {.vendor = "bc", .product = "a", .version = "1"},
    {.vendor = NULL, .product = "bc", .version = "1"},
    {.vendor = "", .product = "bc", .version = "1"},
    {.vendor = "a", .product = "bc", .version = NULL},
    {.vendor = "a", .product = "bc", .version = ""},
    {.vendor = "A", .product = "bc", .version = "1"},
};
#define ITEMS (sizeof items / sizeof items[0])

START_TEST(each_item_has_an_answer_of_its_own)
{
    struct match_memo *memo = match_memo_new();
    for (size_t i = 0; i < ITEMS; i++) {
        char words[16];
        const struct match_result result = {
            .verdict = (enum match)(i % 3), .product = i, .comparison = words};
        (void)snprintf(words, sizeof words, "item %zu", i);
        ck_assert_ptr_null(match_memo_find(memo, &items[i]));
        match_memo_keep(memo, &items[i], &result);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        char words[16];
        const struct match_result *known = match_memo_find(memo, &items[i]);
        (void)snprintf(words, sizeof words, "item %zu", i);
        ck_assert_ptr_nonnull(known);
        ck_assert_int_eq(known->verdict, (int)(i % 3));
        ck_assert_uint_eq(known->product, i);
        ck_assert_str_eq(known->comparison, words);
    }
    match_memo_free(memo);
}
END_TEST

START_TEST(a_full_one_keeps_what_it_has_and_takes_no_more)
{
    struct match_memo *memo = match_memo_new();
    char name[24];
    const struct match_item item = {.vendor = "v", .product = name};
    for (size_t i = 0; i < MATCH_MEMO_MOST + 100; i++) {
        const struct match_result result = {.product = i};
        (void)snprintf(name, sizeof name, "product %zu", i);
        match_memo_keep(memo, &item, &result);
    }
    for (size_t i = 0; i < MATCH_MEMO_MOST + 100; i++) {
        (void)snprintf(name, sizeof name, "product %zu", i);
        const struct match_result *known = match_memo_find(memo, &item);
        ck_assert_int_eq(known != NULL, i < MATCH_MEMO_MOST);
        if (known != NULL)
            ck_assert_uint_eq(known->product, i);
    }
    match_memo_free(memo);
    match_memo_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.match_memo");
    TCase *tcase = tcase_create("match_memo");
    tcase_add_test(tcase, each_item_has_an_answer_of_its_own);
    tcase_add_test(tcase, a_full_one_keeps_what_it_has_and_takes_no_more);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
