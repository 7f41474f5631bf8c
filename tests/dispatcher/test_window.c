/* How many connections an endpoint gets: what each answer says, and what comes of many of them. */
#include "dispatcher/run/window.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    enum verdict verdict;
    int code;
    const char *enhanced, *said;
    bool endpoint_fault, config_fault;
    enum window_answer wanted;
} answers[] = {
    {VERDICT_ACCEPTED, 250, "2.0.0", "OK", false, false, WINDOW_GOOD},
    {VERDICT_REFUSED, 550, "5.1.1", "no such mailbox", false, false, WINDOW_NOTHING},
    {VERDICT_REFUSED, 550, "5.7.1", "too many messages", false, false, WINDOW_NOTHING},
    {VERDICT_UNCERTAIN, 0, "", "no whole answer", false, false, WINDOW_TROUBLE},
    {VERDICT_UNCERTAIN, 250, "", "library disagrees", false, false, WINDOW_NOTHING},
    {VERDICT_DEFERRED, 421, "4.7.0", "Too many connections", true, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 421, "4.3.2", "shutting down", false, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 421, "", "", false, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 450, "4.7.1", "Rate limit exceeded", false, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 450, "4.7.1", "message rate exceeded", false, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 451, "4.7.1", "You are being THROTTLED", false, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 452, "4.5.3", "too many messages over one connection", false, false,
     WINDOW_LESS},
    {VERDICT_DEFERRED, 454, "4.7.0", "Connection rate limit", true, false, WINDOW_LESS},
    {VERDICT_DEFERRED, 451, "4.3.0", "local error in processing", false, false, WINDOW_TROUBLE},
    {VERDICT_DEFERRED, 452, "4.3.1", "insufficient system storage", false, false, WINDOW_TROUBLE},
    {VERDICT_DEFERRED, 0, "", "no answer in time", false, false, WINDOW_TROUBLE},
    {VERDICT_DEFERRED, 0, "", "cannot be reached", true, false, WINDOW_TROUBLE},
    /* About one recipient, or about us: another number of connections changes nothing. */
    {VERDICT_DEFERRED, 451, "4.7.1", "Greylisting in action, please come back later", false, false,
     WINDOW_NOTHING},
    {VERDICT_DEFERRED, 450, "4.2.0", "Recipient address rejected: Greylisted", false, false,
     WINDOW_NOTHING},
    {VERDICT_DEFERRED, 451, "4.2.1", "mailbox busy", false, false, WINDOW_NOTHING},
    {VERDICT_DEFERRED, 452, "4.2.2", "mailbox full", false, false, WINDOW_NOTHING},
    {VERDICT_DEFERRED, 450, "4.1.8", "sender domain not found", false, false, WINDOW_NOTHING},
    {VERDICT_DEFERRED, 530, "5.7.0", "authentication required", true, true, WINDOW_NOTHING},
    {VERDICT_DEFERRED, 421, "4.7.0", "TLS refused", true, true, WINDOW_NOTHING},
};

START_TEST(each_answer_says_what_it_says)
{
    struct receipt r = {.verdict = answers[_i].verdict,
                        .code = answers[_i].code,
                        .endpoint_fault = answers[_i].endpoint_fault,
                        .config_fault = answers[_i].config_fault};
    (void)snprintf(r.enhanced, sizeof r.enhanced, "%s", answers[_i].enhanced);
    (void)snprintf(r.said, sizeof r.said, "%s", answers[_i].said);
    ck_assert_int_eq(window_read(&r), answers[_i].wanted);
}
END_TEST

START_TEST(it_stays_within_its_bounds_whatever_happens)
{
    for (int64_t most = 0; most <= 16; most++) {
        struct window w;
        int64_t now = 1000;
        uint32_t seed = 7;
        window_init(&w, most);
        for (int i = 0; i < 5000; i++) {
            seed = seed * 1664525u + 1013904223u;
            now += (int64_t)(seed >> 20) - ((seed >> 19 & 1u) != 0 ? 100000 : 0); /* clocks jump */
            if (seed >> 31 != 0)
                window_grow(&w, now);
            else
                (void)window_cut(&w, now);
            ck_assert_int_ge(w.allowed, 1);
            ck_assert_int_le(w.allowed, most < 1 ? 1 : most);
        }
    }
}
END_TEST

START_TEST(one_crowd_is_one_reason_to_halve)
{
    struct window w;
    window_init(&w, 16);
    for (int i = 0; i < 20; i++)
        window_grow(&w, 1000);
    ck_assert_int_eq(w.allowed, 16);
    for (int i = 0; i < 8; i++)
        ck_assert(!window_cut(&w, 1000 + i));
    ck_assert_int_eq(w.allowed, 8);
    ck_assert(!window_cut(&w, 1000 + WINDOW_CUT_MS));
    ck_assert_int_eq(w.allowed, 4);
    ck_assert(!window_cut(&w, 1000 + 2 * WINDOW_CUT_MS));
    ck_assert(!window_cut(&w, 1000 + 3 * WINDOW_CUT_MS));
    ck_assert_int_eq(w.allowed, 1);
    ck_assert(window_cut(&w, 1000 + 4 * WINDOW_CUT_MS)); /* nothing is left to halve */
}
END_TEST

/*
 * A relay that bears `bears` connections and takes a message in 50 ms over each; we may use 16.
 * Ten minutes of steady work.
 */
static void simulate(int64_t bears, int64_t *away, int64_t *taken)
{
    struct window w;
    window_init(&w, 16);
    *away = 0;
    *taken = 0;
    for (int64_t now = 0; now < 10 * MS_MINUTE; now += 50) {
        int64_t tried = w.allowed;
        for (int64_t i = 0; i < tried; i++) {
            if (i < bears) {
                window_grow(&w, now);
                (*taken)++;
            } else {
                (void)window_cut(&w, now);
                (*away)++;
            }
        }
    }
}

START_TEST(it_finds_what_the_relay_bears_and_seldom_asks_for_more)
{
    int64_t away = 0;
    int64_t taken = 0;
    simulate(_i, &away, &taken);
    int64_t best = (int64_t)_i * 10 * 60 * 20;
    ck_assert_msg(taken * 10 >= best * 9, "%d: %lld of %lld taken", _i, (long long)taken,
                  (long long)best);
    ck_assert_msg(away <= 60, "%d: turned away %lld times", _i, (long long)away);
}
END_TEST

START_TEST(it_uses_all_of_a_relay_that_bears_all)
{
    int64_t away = 0;
    int64_t taken = 0;
    simulate(16, &away, &taken);
    ck_assert_int_eq(away, 0);
    ck_assert_int_ge(taken * 100, (int64_t)16 * 10 * 60 * 20 * 99);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.window");
    TCase *tc = tcase_create("window");
    tcase_add_loop_test(tc, each_answer_says_what_it_says, 0, sizeof answers / sizeof answers[0]);
    tcase_add_test(tc, it_stays_within_its_bounds_whatever_happens);
    tcase_add_test(tc, one_crowd_is_one_reason_to_halve);
    tcase_add_loop_test(tc, it_finds_what_the_relay_bears_and_seldom_asks_for_more, 1, 16);
    tcase_add_test(tc, it_uses_all_of_a_relay_that_bears_all);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
