#include "base/arena.h"

#include "tests/base/suite.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

START_TEST(memory_is_zeroed_aligned_and_apart)
{
    struct arena *arena = arena_new();
    unsigned char *before = NULL;
    for (size_t size = 0; size < 300; size++) {
        unsigned char *p = arena_alloc(arena, size);
        ck_assert_uint_eq((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_uint_eq(p[i], 0);
        memset(p, 0xAA, size);
        if (before != NULL && size > 1)
            ck_assert_uint_eq(before[size - 2], 0xAA);
        before = p;
    }
    arena_free(arena);
}
END_TEST

START_TEST(large_objects_do_not_waste_the_block_in_use)
{
    struct arena *arena = arena_new();
    char *small = arena_alloc(arena, 16);
    memset(arena_alloc(arena, 1 << 20), 1, 1 << 20);
    char *next = arena_alloc(arena, 16);
    ck_assert_ptr_eq(next, small + 16);
    arena_free(arena);
    arena_free(NULL);
}
END_TEST

START_TEST(texts_are_copied_and_formatted)
{
    struct arena *arena = arena_new();
    ck_assert_str_eq(arena_strdup(arena, "abc"), "abc");
    ck_assert_ptr_null(arena_strdup(arena, NULL));
    ck_assert_str_eq(arena_strndup(arena, "abc", 2), "ab");
    ck_assert_str_eq(arena_strndup(arena, NULL, 0), "");
    ck_assert_str_eq(arena_printf(arena, "%d%s", 4, "x"), "4x");
    arena_free(arena);
}
END_TEST

START_TEST(size_counts_what_was_handed_out)
{
    struct arena *arena = arena_new();
    size_t before = arena_size(arena);
    (void)arena_alloc(arena, 1000);
    ck_assert_uint_ge(arena_size(arena) - before, 1000);
    ck_assert_uint_lt(arena_size(arena) - before, 1100);
    arena_free(arena);
}
END_TEST

START_TEST(pushed_items_stay_in_order)
{
    struct arena *arena = arena_new();
    int *items = NULL;
    size_t count = 0;
    for (int i = 0; i < 5000; i++)
        arena_push(arena, &items, &count, sizeof i, &i);
    ck_assert_uint_eq(count, 5000);
    for (int i = 0; i < 5000; i++)
        ck_assert_int_eq(items[i], i);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.arena");
    TCase *tcase = tcase_create("arena");
    tcase_add_test(tcase, memory_is_zeroed_aligned_and_apart);
    tcase_add_test(tcase, large_objects_do_not_waste_the_block_in_use);
    tcase_add_test(tcase, texts_are_copied_and_formatted);
    tcase_add_test(tcase, size_counts_what_was_handed_out);
    tcase_add_test(tcase, pushed_items_stay_in_order);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
