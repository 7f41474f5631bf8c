#include "tests/store/suite.h"

#include <string.h>

/*
 * The queue must cost the same however many rows wait. Time says little on a busy machine; how many
 * steps or rows the database took says it exactly (suite_cost_of). Nobody has gathered statistics
 * here: a table can grow a thousandfold before a server does.
 */
#define LANES 4

static int64_t advisory_id;
static int64_t lanes[LANES];

static void begin(void)
{
    suite_begin();
    advisory_id = make_advisory("EXM-1", "1").id;
    for (int i = 0; i < LANES; i++)
        lanes[i] = make_lane(advisory_id, arena_printf(arena, "L%d", i),
                             i == 0 ? PARTY_REGULATOR : PARTY_HDO, "relay")
                       .id;
}

/* Rows from..to spread over the lanes: all due, or all waiting for later. */
static void plan_rows(int from, int to, int64_t next_at_ms)
{
    struct arena *scratch = arena_new();
    struct arena *kept = arena;
    arena = scratch;
    ok(store_begin(store, &err));
    for (int i = from; i < to; i++) {
        struct notice n = new_notice(advisory_id, lanes[i % LANES], arena_printf(arena, "p%d", i));
        n.next_at_ms = next_at_ms + i;
        ok(notice_add(&n, store, &err));
    }
    ok(store_commit(store, &err));
    arena = kept;
    arena_free(scratch);
}

static void ask_due(void)
{
    struct notice *list = NULL;
    size_t count = 0;
    ok(notice_due(&list, &count, arena, store, STATE_PLANNED, 1000000, NULL, 0, 16, &err));
    ck_assert_uint_eq(count, 16);
}

static void ask_next_due(void)
{
    int64_t ms = 0;
    ok(notice_next_due(&ms, store, 1u << STATE_PLANNED | 1u << STATE_READY, &err));
}

static void ask_by_name(void)
{
    struct notice n;
    ok(notice_by_token(&n, arena, store, new_notice(advisory_id, 0, "p7").token, &err));
    ok(notice_by_code(&n, arena, store, new_notice(advisory_id, 0, "p7").code, &err));
    ok(notice_by_uid(&n, arena, store, new_notice(advisory_id, 0, "p7").uid, &err));
    n.next_at_ms++;
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    n.next_at_ms--;
    ok(notice_update(store, &n, STATE_PLANNED, &err));
}

static void ask_lists(void)
{
    static const struct notice_filter filters[] = {
        {.party = "p7"},
        {.states = 1u << STATE_SENDING | 1u << STATE_DOTTED},
        {.states = 1u << STATE_PLANNED, .limit = 5},
        {.limit = 5},
    };
    struct notice *list = NULL;
    size_t count = 0;
    for (size_t i = 0; i < count_of(filters); i++)
        ok(notice_list(&list, &count, arena, store, &filters[i], &err));
    const struct notice_filter of_advisory = {.advisory_id = advisory_id, .limit = 5};
    ok(notice_list(&list, &count, arena, store, &of_advisory, &err));
    ck_assert_uint_eq(count, 5);
    const struct notice_filter of_task = {.task_id = 99};
    ok(notice_list(&list, &count, arena, store, &of_task, &err));
    ck_assert_uint_eq(count, 0);
}

static const struct {
    const char *name;
    void (*ask)(void);
} asks[] = {
    {"due", ask_due}, {"next due", ask_next_due}, {"by name", ask_by_name}, {"lists", ask_lists}};

START_TEST(asking_costs_the_same_with_twenty_times_the_rows)
{
    int64_t small[count_of(asks)], large[count_of(asks)];
    plan_rows(0, 1000, 0);
    for (size_t i = 0; i < count_of(asks); i++)
        small[i] = suite_cost_of(asks[i].ask);
    plan_rows(1000, 20000, 0);
    for (size_t i = 0; i < count_of(asks); i++)
        large[i] = suite_cost_of(asks[i].ask);
    for (size_t i = 0; i < count_of(asks); i++) {
        ck_assert_msg(small[i] > 0, "%s: nothing was counted", asks[i].name);
        ck_assert_msg(large[i] <= small[i] * 2,
                      "%s: cost %" PRId64 " with 1000 rows, %" PRId64 " with 20000", asks[i].name,
                      small[i], large[i]);
    }
}
END_TEST

START_TEST(rows_that_wait_for_later_cost_nothing_either)
{
    plan_rows(0, 1000, 0);
    int64_t alone = suite_cost_of(ask_due);
    plan_rows(1000, 10000, INT64_C(1) << 40);
    int64_t beside = suite_cost_of(ask_due);
    ck_assert_msg(beside <= alone * 2, "%" PRId64 " alone, %" PRId64 " beside 9000", alone, beside);
}
END_TEST

TCase *suite_cost(void)
{
    TCase *tc = tcase_create("cost");
    tcase_add_checked_fixture(tc, begin, suite_end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, asking_costs_the_same_with_twenty_times_the_rows);
    tcase_add_test(tc, rows_that_wait_for_later_cost_nothing_either);
    return tc;
}
