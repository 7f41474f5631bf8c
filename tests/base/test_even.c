#include "base/even.h"

#include "base/clock.h"
#include "tests/base/suite.h"

#include <stdlib.h>

#define NOW INT64_C(1795804800000) /* 2026-11-27T18:40:00Z */
#define UP INT64_C(5000000)
#define YEAR (INT64_C(365) * MS_DAY)

static const int64_t jumps[] = {-10 * YEAR,      -YEAR,       -30 * MS_DAY,   -MS_DAY,    -MS_HOUR,
                                -EVEN_DRIFT - 1, -EVEN_DRIFT, -MS_MINUTE,     -MS_SECOND, MS_SECOND,
                                MS_MINUTE,       EVEN_DRIFT,  EVEN_DRIFT + 1, MS_HOUR,    MS_DAY,
                                30 * MS_DAY,     YEAR,        10 * YEAR};

static struct even started(void)
{
    return (struct even){.up_ms = UP, .wall_ms = NOW};
}

/* Proves: P10 */
START_TEST(our_time_goes_on_evenly_over_a_jump)
{
    struct even e = started();
    int64_t by = jumps[_i];
    int64_t before = even_now(&e, UP + 10000);
    ck_assert_int_eq(before, NOW + 10000);
    ck_assert_int_eq(even_jump(&e, NOW + 10000 + by, UP + 10000), by);
    even_follow(&e, NOW + 10000 + by, UP + 10000);
    ck_assert_int_eq(even_now(&e, UP + 10000), before);
    ck_assert_int_eq(even_off(&e, UP + 10000), by);
    ck_assert_int_eq(even_doubts(&e), llabs(by) > EVEN_DRIFT);
    /* The same jump is not seen twice. */
    ck_assert_int_eq(even_jump(&e, NOW + 20000 + by, UP + 20000), 0);
}
END_TEST

START_TEST(a_small_jump_is_followed_one_second_in_twenty_and_a_large_one_is_not)
{
    struct even e = started();
    int64_t by = jumps[_i];
    even_follow(&e, NOW + by, UP);
    int64_t last = NOW;
    for (int64_t t = 0; t <= 20 * EVEN_DRIFT; t += 9770) {
        int64_t now = even_now(&e, UP + t);
        ck_assert_int_ge(now, last); /* never backwards */
        if (llabs(by) > EVEN_DRIFT)
            ck_assert_int_eq(now, NOW + t);
        else
            ck_assert_int_le(llabs(now - (NOW + t)), t / 20);
        last = now;
    }
    int64_t end = UP + 20 * EVEN_DRIFT;
    ck_assert_int_eq(even_off(&e, end), llabs(by) > EVEN_DRIFT ? by : 0);
}
END_TEST

START_TEST(a_clock_that_comes_back_is_believed_again)
{
    struct even e = started();
    int64_t by = jumps[_i];
    even_follow(&e, NOW + by, UP);
    ck_assert_int_eq(even_jump(&e, NOW + 60000, UP + 60000), -by);
    even_follow(&e, NOW + 60000, UP + 60000);
    ck_assert(!even_doubts(&e));
    ck_assert_int_le(llabs(even_now(&e, UP + 60000) - (NOW + 60000)), 3000);
}
END_TEST

START_TEST(steps_too_small_to_be_jumps_add_up)
{
    struct even e = started();
    ck_assert_int_eq(even_jump(&e, NOW + 499, UP), 0);
    ck_assert_int_eq(even_jump(&e, NOW - 499, UP), 0);
    ck_assert_int_eq(even_jump(&e, NOW + 1000 + 300, UP + 1000), 0);
    ck_assert_int_eq(even_jump(&e, NOW + 2000 + 600, UP + 2000), 600);
}
END_TEST

/* Any run of jumps: our time is the uptime, give or take what following them allows. */
START_TEST(a_thousand_random_jumps_leave_our_time_even)
{
    unsigned seed = (unsigned)_i + 1;
    struct even e = started();
    int64_t up = UP;
    int64_t last = NOW;
    for (int i = 0; i < 1000; i++) {
        seed = seed * 1664525u + 1013904223u;
        int64_t step = (int64_t)(seed % 600000u);
        seed = seed * 1664525u + 1013904223u;
        up += step;
        even_follow(&e, NOW + (up - UP) + jumps[seed % (unsigned)COUNT(jumps)], up);
        int64_t now = even_now(&e, up);
        ck_assert_int_ge(now, last);
        ck_assert_int_le(llabs((now - last) - step), step / 20 + 1);
        last = now;
    }
}
END_TEST

/* After a restart of the machine: all instants relative to NOW. */
static const struct {
    int64_t old_off, wall, last;
    bool known;
    int64_t ours, wrong;
    bool doubted, guess;
} starts[] = {
    {0, 0, -MS_HOUR, false, 0, 0, false, false}, /* as it should be */
    {0, 0, -MS_HOUR, true, 0, 0, false, false},
    {0, 0, -YEAR, true, 0, 0, false, false}, /* off for a year: nobody can know */
    {0, -10 * YEAR, -MS_HOUR, true, -MS_HOUR, -10 * YEAR + MS_HOUR, true, true},
    {0, -10 * YEAR, -MS_HOUR, false, -MS_HOUR, -10 * YEAR + MS_HOUR, true, true},
    {0, -2000, -1000, true, -1000, -1000, false, true},        /* a second: followed */
    {10 * YEAR, 10 * YEAR, -MS_HOUR, true, 0, 0, true, false}, /* still ten years ahead */
    {10 * YEAR, 0, -MS_HOUR, true, 0, 0, false, false},        /* set right meanwhile */
    {-10 * YEAR, -10 * YEAR, -MS_HOUR, true, 0, -10 * YEAR + MS_HOUR, true,
     false}, /* still behind */
    {-10 * YEAR, 0, -MS_HOUR, true, 0, 0, false, false},
};

START_TEST(after_a_restart_the_earliest_time_that_can_be_is_taken)
{
    const struct even old = {.up_ms = 9, .wall_ms = NOW, .off_ms = starts[_i].old_off};
    struct even e;
    int64_t wrong = even_begin(&e, starts[_i].known ? &old : NULL, NOW + starts[_i].wall, UP,
                               NOW + starts[_i].last);
    ck_assert_int_eq(even_now(&e, UP), NOW + starts[_i].ours);
    ck_assert_int_eq(wrong, starts[_i].wrong);
    ck_assert_int_eq(even_doubts(&e), starts[_i].doubted);
    ck_assert_int_eq(e.guess, starts[_i].guess);
}
END_TEST

START_TEST(what_was_only_a_guess_gives_way_to_a_later_clock)
{
    struct even e;
    ck_assert_int_lt(even_begin(&e, NULL, NOW - 50 * YEAR, UP, NOW), 0);
    even_follow(&e, NOW + 3 * MS_DAY, UP + 1000); /* the network told the time */
    ck_assert_int_eq(even_now(&e, UP + 1000), NOW + 3 * MS_DAY);
    ck_assert(!even_doubts(&e) && !e.guess);
    /* What is certain does not. */
    even_follow(&e, NOW + YEAR, UP + 2000);
    ck_assert_int_eq(even_now(&e, UP + 2000), NOW + 3 * MS_DAY + 1000);
}
END_TEST

START_TEST(a_clock_goes_by_its_anchor_and_offers_itself_where_the_machines_is_off)
{
    int64_t wall = 0;
    int64_t up = 0;
    struct clock clock;
    clock_read_machine(&wall, &up);
    struct even e = {.up_ms = up, .wall_ms = wall};
    clock_init_even(&clock, &e);
    ck_assert_int_le(llabs(clock_now_ms(&clock) - wall), 5000);
    ck_assert_int_eq(clock_instead_ms(&clock), 0);
    e.wall_ms = wall - MS_DAY; /* it jumped, and nobody has seen it yet */
    clock_init_even(&clock, &e);
    ck_assert_int_le(llabs(clock_instead_ms(&clock) - (wall - MS_DAY)), 5000);
    e.wall_ms = wall;
    e.off_ms = -MS_MINUTE; /* followed, and not there yet */
    clock_init_even(&clock, &e);
    ck_assert_int_le(llabs(clock_instead_ms(&clock) - (wall + MS_MINUTE)), 5000);
    e.off_ms = 10 * YEAR;
    clock_init_even(&clock, &e);
    ck_assert_int_le(llabs(clock_now_ms(&clock) - (wall - 10 * YEAR)), 5000);
    ck_assert_int_le(llabs(clock_instead_ms(&clock) - (wall - 10 * YEAR)), 5000);
    clock_init_system(&clock);
    ck_assert_int_eq(clock_instead_ms(&clock), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.even");
    TCase *tc = tcase_create("even");
    tcase_add_loop_test(tc, our_time_goes_on_evenly_over_a_jump, 0, COUNT(jumps));
    tcase_add_loop_test(tc, a_small_jump_is_followed_one_second_in_twenty_and_a_large_one_is_not, 0,
                        COUNT(jumps));
    tcase_add_loop_test(tc, a_clock_that_comes_back_is_believed_again, 0, COUNT(jumps));
    tcase_add_test(tc, steps_too_small_to_be_jumps_add_up);
    tcase_add_loop_test(tc, a_thousand_random_jumps_leave_our_time_even, 0, 20);
    tcase_add_loop_test(tc, after_a_restart_the_earliest_time_that_can_be_is_taken, 0,
                        COUNT(starts));
    tcase_add_test(tc, what_was_only_a_guess_gives_way_to_a_later_clock);
    tcase_add_test(tc, a_clock_goes_by_its_anchor_and_offers_itself_where_the_machines_is_off);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
