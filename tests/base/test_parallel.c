#include "base/parallel.h"

#include "tests/base/suite.h"

#include <pthread.h>
#include <stdint.h>

#define ITEMS 1000

struct record {
    uint64_t result[PARALLEL_PLACES_MAX]; /* of the item that was done last at the place */
    size_t item[PARALLEL_PLACES_MAX];
    size_t finished, stop_after;
    unsigned char begun[ITEMS]; /* how often: each by the one thread that has the item */
    bool wrong, elsewhere;
    pthread_t caller;
};

/* Items take very different times, so that they do not end in their order by themselves. */
static uint64_t value_of(size_t item)
{
    uint64_t value = item;
    for (size_t i = 0; i < (item % 7 == 0 ? 20000 : 10); i++)
        value = value * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return value;
}

static void work(void *context, size_t item, size_t place)
{
    struct record *r = context;
    r->result[place] = value_of(item);
    r->item[place] = item;
    r->begun[item]++;
}

static bool finish(void *context, size_t item, size_t place)
{
    struct record *r = context;
    r->wrong = r->wrong || item != r->finished || r->item[place] != item ||
               r->result[place] != value_of(item);
    r->elsewhere = r->elsewhere || !pthread_equal(pthread_self(), r->caller);
    r->finished++;
    return r->finished != r->stop_after;
}

static void run(struct record *r, size_t count, size_t threads)
{
    const struct parallel parallel = {.context = r, .work = work, .finish = finish};
    r->caller = pthread_self();
    parallel_run(&parallel, count, threads);
    ck_assert(!r->wrong);
    ck_assert(!r->elsewhere);
}

START_TEST(each_item_is_done_once_and_finished_in_order_by_the_caller)
{
    struct record r = {.finished = 0};
    run(&r, ITEMS, (size_t)_i);
    ck_assert_uint_eq(r.finished, ITEMS);
    for (size_t i = 0; i < ITEMS; i++)
        ck_assert_uint_eq(r.begun[i], 1);
}
END_TEST

START_TEST(nothing_is_begun_far_behind_where_it_was_stopped)
{
    struct record r = {.stop_after = 10};
    size_t begun = 0;
    run(&r, ITEMS, (size_t)_i);
    ck_assert_uint_eq(r.finished, 10);
    for (size_t i = 0; i < ITEMS; i++)
        begun += r.begun[i];
    ck_assert_uint_ge(begun, 10);
    ck_assert_uint_le(begun, 10 + parallel_places((size_t)_i));
}
END_TEST

START_TEST(fewer_items_than_threads_and_none_at_all)
{
    for (size_t count = 0; count < 4; count++) {
        struct record r = {.finished = 0};
        run(&r, count, PARALLEL_THREADS_MAX);
        ck_assert_uint_eq(r.finished, count);
    }
}
END_TEST

START_TEST(there_are_as_many_threads_as_cores_and_items)
{
    size_t threads = parallel_threads(ITEMS);
    ck_assert_uint_ge(threads, 1);
    ck_assert_uint_le(threads, PARALLEL_THREADS_MAX);
    ck_assert_uint_eq(parallel_threads(1), 1);
    ck_assert_uint_le(parallel_threads(2), 2);
    ck_assert_uint_ge(parallel_threads(0), 1);
    ck_assert_uint_eq(parallel_places(1), 1);
    ck_assert_uint_le(parallel_places(PARALLEL_THREADS_MAX), PARALLEL_PLACES_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.parallel");
    TCase *tests = tcase_create("parallel");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, each_item_is_done_once_and_finished_in_order_by_the_caller, 1,
                        PARALLEL_THREADS_MAX + 1);
    tcase_add_loop_test(tests, nothing_is_begun_far_behind_where_it_was_stopped, 1,
                        PARALLEL_THREADS_MAX + 1);
    tcase_add_test(tests, fewer_items_than_threads_and_none_at_all);
    tcase_add_test(tests, there_are_as_many_threads_as_cores_and_items);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
