/*
 * What comes next for who does not answer: each case by hand, then random outages, slow relays and
 * routes in a fixed sequence, in which nothing may come twice, early, or in another order.
 */
#include "reminders/reminder.h"

#include "base/clock.h"

#include <check.h>
#include <stdlib.h>

#define TOLD INT64_C(1800000000000)
#define ANSWER (TOLD + 14 * MS_DAY)
#define NEVER INT64_MAX

static const struct reminder_rules usual = {.percent = 50, .call_after_ms = 3 * MS_DAY};

struct row {
    int64_t told_ms, answer_by_ms, same_ms,
        next_ms; /* -1: made, has not left; -2: … and gave way */
    bool by_mail, has_next, called;
    int64_t percent, now_ms;
    enum reminder_step step;
    int64_t at_ms;
};
#define DAY(n) (TOLD + (n)*MS_DAY)

static const struct row rows[] = {
    /* Nothing was sent yet. */
    {TOLD, ANSWER, 0, 0, true, true, false, 50, TOLD, REMINDER_SAME, DAY(7)},
    {TOLD, ANSWER, 0, 0, true, false, false, 25, TOLD, REMINDER_SAME, TOLD + 84 * MS_HOUR},
    {TOLD, ANSWER, 0, 0, true, true, false, 50, DAY(9), REMINDER_SAME, DAY(7)},
    {TOLD, ANSWER, 0, 0, true, true, false, 0, DAY(9), REMINDER_NONE, NEVER},
    {TOLD, ANSWER, 0, 0, true, true, true, 50, DAY(9), REMINDER_NONE, NEVER},
    {TOLD, 0, 0, 0, true, true, false, 50, DAY(9), REMINDER_NONE, NEVER},
    {0, ANSWER, 0, 0, true, true, false, 50, DAY(9), REMINDER_NONE, NEVER},
    /* By a person: nothing that could be sent again. */
    {TOLD, ANSWER, 0, 0, false, true, false, 50, TOLD, REMINDER_NEXT, ANSWER},
    {TOLD, ANSWER, 0, 0, false, false, false, 50, TOLD, REMINDER_CALL, ANSWER},
    /* Reminded. */
    {TOLD, ANSWER, DAY(7), 0, true, true, false, 50, DAY(8), REMINDER_NEXT, ANSWER},
    {TOLD, ANSWER, DAY(7), 0, true, false, false, 50, DAY(8), REMINDER_CALL, ANSWER},
    {TOLD, ANSWER, -1, 0, true, true, false, 50, DAY(8), REMINDER_NEXT, ANSWER},
    {TOLD, ANSWER, -1, 0, true, false, false, 50, DAY(20), REMINDER_NONE, NEVER},
    {TOLD, ANSWER, DAY(15), 0, true, false, false, 50, DAY(15), REMINDER_CALL, DAY(18)},
    /* The next route. */
    {TOLD, ANSWER, DAY(7), -1, true, true, false, 50, DAY(20), REMINDER_NONE, NEVER},
    {TOLD, ANSWER, DAY(7), DAY(14), true, true, false, 50, DAY(15), REMINDER_CALL, DAY(17)},
    {TOLD, ANSWER, 0, DAY(16), true, true, false, 50, DAY(16), REMINDER_CALL, DAY(19)},
    /* One that gave way will not leave: nobody waits for it, and it is not made again. */
    {TOLD, ANSWER, -2, -1, true, true, false, 50, DAY(20), REMINDER_NONE, NEVER},
    {TOLD, ANSWER, -2, DAY(15), true, true, false, 50, DAY(15), REMINDER_CALL, DAY(18)},
    {TOLD, ANSWER, -2, 0, true, false, false, 50, DAY(8), REMINDER_CALL, ANSWER},
    {TOLD, ANSWER, DAY(7), -2, true, true, false, 50, DAY(15), REMINDER_CALL, ANSWER},
    /* An outage over half and answer date: one message, not two. */
    {TOLD, ANSWER, 0, 0, true, true, false, 50, DAY(30), REMINDER_NEXT, ANSWER},
    {TOLD, ANSWER, 0, 0, true, false, false, 50, DAY(30), REMINDER_SAME, DAY(7)},
    /* Told after the answer date. */
    {DAY(20), ANSWER, 0, 0, true, true, false, 50, DAY(20), REMINDER_SAME, DAY(20) + 36 * MS_HOUR},
    {DAY(20), ANSWER, DAY(22), 0, true, true, false, 50, DAY(22), REMINDER_NEXT, DAY(23)},
};

static struct reminder_made made(int64_t left_ms)
{
    return (struct reminder_made){
        .made = left_ms != 0, .left_ms = left_ms > 0 ? left_ms : 0, .dropped = left_ms == -2};
}

START_TEST(what_comes_next_follows_from_what_was_made)
{
    const struct row *r = &rows[_i];
    const struct reminder_rules rules = {.percent = r->percent,
                                         .call_after_ms = usual.call_after_ms};
    const struct reminder_state state = {.told_ms = r->told_ms,
                                         .answer_by_ms = r->answer_by_ms,
                                         .by_mail = r->by_mail,
                                         .has_next = r->has_next,
                                         .same = made(r->same_ms),
                                         .next = made(r->next_ms),
                                         .called = r->called};
    const struct reminder_due due = reminder_next(&rules, &state, r->now_ms);
    ck_assert_str_eq(reminder_step_word(due.step), reminder_step_word(r->step));
    ck_assert_int_eq(due.at_ms, r->at_ms);
}
END_TEST

static uint32_t below(uint32_t limit)
{
    static uint32_t seed = 362436069;
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % limit;
}

static bool waits(const struct reminder_made *one)
{
    return one->made && one->left_ms == 0 && !one->dropped;
}

/* Whoever never answers, from the day they were told until a person has the call. */
START_TEST(nothing_comes_twice_early_or_in_another_order)
{
    int64_t outages = 0;
    int64_t calls = 0;
    for (int run = 0; run < 20000; run++) {
        struct reminder_state s = {.told_ms = TOLD,
                                   .answer_by_ms = TOLD + (1 + below(30)) * MS_DAY,
                                   .by_mail = below(4) != 0,
                                   .has_next = below(2) == 0};
        const struct reminder_rules rules = {.percent = 1 + below(90),
                                             .call_after_ms = (1 + below(10)) * MS_DAY};
        int64_t now_ms = TOLD;
        int sent = 0;
        for (int look = 0; look < 4000 && !s.called; look++) {
            const bool outage = below(60) == 0;
            now_ms += outage ? (1 + below(40)) * MS_DAY : below(6) * MS_HOUR;
            outages += outage;
            if (below(200) == 0)
                s.has_next = !s.has_next; /* the register changes */
            const bool waited = waits(&s.same) || waits(&s.next);
            struct reminder_due due = reminder_next(&rules, &s, now_ms);
            int now = 0;
            for (; due.at_ms <= now_ms; due = reminder_next(&rules, &s, now_ms)) {
                struct reminder_made *one = due.step == REMINDER_SAME ? &s.same : &s.next;
                now++;
                if (due.step == REMINDER_CALL) {
                    ck_assert(!waited && now_ms >= s.answer_by_ms);
                    s.called = true;
                    calls++;
                    continue;
                }
                ck_assert(!one->made);
                ck_assert(due.step == REMINDER_NEXT || !s.next.made);
                ck_assert(due.step == REMINDER_SAME || now_ms >= s.answer_by_ms);
                one->made = true;
                s.same.dropped = due.step == REMINDER_NEXT && waits(&s.same);
                sent++;
            }
            ck_assert_int_le(now, 1); /* after an outage, too */
            ck_assert(due.at_ms > now_ms);
            if (waits(&s.same) && below(3) == 0)
                s.same.left_ms = now_ms;
            if (waits(&s.next) && below(3) == 0)
                s.next.left_ms = now_ms;
        }
        ck_assert(s.called);
        ck_assert_int_le(sent, 2);
    }
    ck_assert_int_eq(calls, 20000);
    ck_assert_int_gt(outages, 20000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reminders.reminder");
    TCase *tc = tcase_create("reminder");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, what_comes_next_follows_from_what_was_made, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tc, nothing_comes_twice_early_or_in_another_order);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
