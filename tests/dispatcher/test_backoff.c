/* When to try again: growing, bounded, and knowing the deadline; endpoints that rest. */
#include "dispatcher/run/backoff.h"
#include "dispatcher/run/endpoint.h"

#include <check.h>
#include <stdlib.h>

static const struct backoff usual = {60 * MS_SECOND, MS_HOUR};

START_TEST(delays_grow_within_their_bounds)
{
    for (int64_t tries = 1; tries <= 100; tries++) {
        int64_t whole = usual.first_ms;
        for (int64_t i = 1; i < tries && whole < usual.most_ms; i++)
            whole *= 2;
        whole = whole > usual.most_ms ? usual.most_ms : whole;
        for (int i = 0; i < 50; i++) {
            int64_t delay = backoff_delay(&usual, tries, 0);
            ck_assert_int_ge(delay, whole * 8 / 10);
            ck_assert_int_le(delay, whole * 12 / 10);
        }
    }
}
END_TEST

START_TEST(a_near_deadline_shortens_them)
{
    for (int i = 0; i < 50; i++)
        ck_assert_int_le(backoff_delay(&usual, 10, 20 * MS_MINUTE), 6 * MS_MINUTE);
    ck_assert_int_ge(backoff_delay(&usual, 10, 1), usual.first_ms / 10);
}
END_TEST

START_TEST(jitter_spreads_them)
{
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (int i = 0; i < 200; i++) {
        int64_t delay = backoff_delay(&usual, 5, 0);
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    ck_assert_int_gt(most - least, usual.first_ms);
}
END_TEST

START_TEST(an_uncertain_outcome_waits_a_tenth_of_the_time_left)
{
    ck_assert_int_eq(backoff_uncertain(10 * MS_MINUTE, 24 * MS_HOUR), 10 * MS_MINUTE);
    ck_assert_int_eq(backoff_uncertain(10 * MS_MINUTE, 50 * MS_MINUTE), 5 * MS_MINUTE);
    ck_assert_int_eq(backoff_uncertain(10 * MS_MINUTE, 5), MS_SECOND);
    ck_assert_int_eq(backoff_uncertain(10 * MS_MINUTE, -5), 10 * MS_MINUTE);
}
END_TEST

START_TEST(a_dead_endpoint_rests_and_a_person_is_told_at_the_third_failure)
{
    struct endpoints e = {0};
    struct receipt dead = {.verdict = VERDICT_DEFERRED, .endpoint_fault = true};
    int64_t now = 1000;
    int told = 0;
    for (int i = 0; i < 5; i++) {
        told += endpoints_note(&e, "relay:587", &dead, &usual, now);
        ck_assert(endpoints_paused(&e, "relay:587", now));
        ck_assert(!endpoints_paused(&e, "outbox", now));
        /* The parcel that was ahead fails with the same connection: not a second failure. */
        ck_assert(!endpoints_note(&e, "relay:587", &dead, &usual, now));
        ck_assert_int_eq(told, i >= 2 ? 1 : 0);
        now = endpoints_until(&e) + 1;
        ck_assert(!endpoints_paused(&e, "relay:587", now));
    }
}
END_TEST

START_TEST(a_wrong_configuration_is_told_at_once_and_success_forgets)
{
    struct endpoints e = {0};
    struct receipt wrong = {
        .verdict = VERDICT_DEFERRED, .endpoint_fault = true, .config_fault = true};
    struct receipt good = {.verdict = VERDICT_ACCEPTED};
    ck_assert(endpoints_note(&e, "relay:587", &wrong, &usual, 1));
    ck_assert(endpoints_paused(&e, "relay:587", 2));
    ck_assert(!endpoints_note(&e, "relay:587", &good, &usual, 3));
    ck_assert(!endpoints_paused(&e, "relay:587", 4));
    ck_assert(endpoints_note(&e, "relay:587", &wrong, &usual, 5));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backoff");
    TCase *tc = tcase_create("times");
    tcase_add_test(tc, delays_grow_within_their_bounds);
    tcase_add_test(tc, a_near_deadline_shortens_them);
    tcase_add_test(tc, jitter_spreads_them);
    tcase_add_test(tc, an_uncertain_outcome_waits_a_tenth_of_the_time_left);
    tcase_add_test(tc, a_dead_endpoint_rests_and_a_person_is_told_at_the_third_failure);
    tcase_add_test(tc, a_wrong_configuration_is_told_at_once_and_success_forgets);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
