/* What was promised for a case against what was done. */
#include "base/clock.h"
#include "cases/kept.h"
#include "clocks/pack.h"
#include "tests/cases/suite.h"

#include <string.h>

static struct err err;
static struct pack *pack;
static struct opened de;
static struct arena *arena;
static struct kept *list;
static size_t count;

static const struct case_limits limits = {.acknowledge_days = 2,
                                          .unassigned_ms = 24 * MS_HOUR,
                                          .triage_ms = 72 * MS_HOUR,
                                          .news_ms = 14 * MS_DAY};
#define OPENED (1764061200000) /* Tue 2025-11-25T09:00:00Z */

static void begin(void)
{
    arena = arena_new();
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
    ck_assert_msg(pack_country(&de, pack, "DE", &err) == OK, "%s", err.text);
}

static void end(void)
{
    opened_close(&de);
    pack_close(pack);
    arena_free(arena);
}

static void make(const struct kept_act *acts, size_t act_count, bool has_reporter, int64_t now_ms)
{
    const struct kept_matter matter = {OPENED, has_reporter, acts, act_count};
    kept_list(&list, &count, arena, &matter, &limits, &de.ground, now_ms);
}

/* The nth of this clock, from 0. */
static const struct kept *nth(enum case_clock clock, int n)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].clock == clock && n-- == 0)
            return &list[i];
    ck_abort_msg("%s did not run so often", case_clock_word(clock));
}

static int times(enum case_clock clock)
{
    int n = 0;
    for (size_t i = 0; i < count; i++)
        n += list[i].clock == clock;
    return n;
}

START_TEST(each_clock_of_a_case_is_told_with_its_end)
{
    const struct kept_act acts[] = {
        {KEPT_ASSIGNED, 0, OPENED + MS_HOUR},
        {KEPT_TOLD, 0, OPENED + 2 * MS_HOUR},
        {KEPT_MOVED, CASE_ACKNOWLEDGED, OPENED + 2 * MS_HOUR},
        {KEPT_MOVED, CASE_ACCEPTED, OPENED + 3 * MS_HOUR},
        {KEPT_MOVED, CASE_TRIAGED, OPENED + 80 * MS_HOUR},
        {KEPT_TOLD, 0, OPENED + 10 * MS_DAY},
    };
    make(acts, sizeof acts / sizeof acts[0], true, OPENED + 11 * MS_DAY);
    ck_assert_uint_eq(count, 5);
    const struct kept *k = nth(CASE_CLOCK_UNASSIGNED, 0);
    ck_assert(k->done && !k->late && k->over_ms == OPENED + MS_HOUR && k->from_ms == OPENED &&
              k->due_ms == OPENED + MS_DAY);
    k = nth(CASE_CLOCK_ACKNOWLEDGE, 0);
    ck_assert(k->done && !k->late && k->over_ms == OPENED + 2 * MS_HOUR);
    k = nth(CASE_CLOCK_TRIAGE, 0);
    ck_assert(k->done && k->late && k->over_ms - k->due_ms == 8 * MS_HOUR);
    k = nth(CASE_CLOCK_NEWS, 0);
    ck_assert(k->done && !k->late && k->from_ms == OPENED + 2 * MS_HOUR);
    k = nth(CASE_CLOCK_NEWS, 1);
    ck_assert(!k->done && !k->late && k->over_ms == 0 && k->due_ms == OPENED + 24 * MS_DAY);
}
END_TEST

START_TEST(an_owner_from_the_first_moment_keeps_the_promise)
{
    const struct kept_act acts[] = {{KEPT_ASSIGNED, 0, OPENED}};
    make(acts, 1, false, OPENED);
    const struct kept *k = nth(CASE_CLOCK_UNASSIGNED, 0);
    ck_assert(k->done && !k->late && k->over_ms == OPENED);
    ck_assert_int_eq(times(CASE_CLOCK_ACKNOWLEDGE) + times(CASE_CLOCK_NEWS), 0);
}
END_TEST

START_TEST(the_last_millisecond_is_in_time_and_the_next_is_late)
{
    for (int64_t after = 0; after < 2; after++) {
        const struct kept_act acts[] = {{KEPT_ASSIGNED, 0, OPENED + MS_DAY + after}};
        make(acts, 1, false, OPENED + MS_DAY + after);
        ck_assert(nth(CASE_CLOCK_UNASSIGNED, 0)->late == (after > 0));
        make(acts, 0, false, OPENED + 72 * MS_HOUR + after);
        ck_assert(nth(CASE_CLOCK_TRIAGE, 0)->late == (after > 0));
    }
}
END_TEST

START_TEST(who_waits_for_the_reporter_owes_no_news_but_what_was_late_stays_late)
{
    for (int64_t days = 5; days <= 20; days += 15) {
        const struct kept_act acts[] = {
            {KEPT_TOLD, 0, OPENED},
            {KEPT_MOVED, CASE_WAITING_REPORTER, OPENED + days * MS_DAY},
            {KEPT_MOVED, CASE_RECEIVED, OPENED + 30 * MS_DAY},
        };
        make(acts, 2, true, OPENED + 40 * MS_DAY);
        const struct kept *k = nth(CASE_CLOCK_NEWS, 0);
        ck_assert(!k->done && k->over_ms == OPENED + days * MS_DAY && k->late == (days > 14));
        ck_assert_int_eq(times(CASE_CLOCK_NEWS), 1);
        make(acts, 3, true, OPENED + 40 * MS_DAY);
        ck_assert_int_eq(times(CASE_CLOCK_NEWS), 2);
        ck_assert(nth(CASE_CLOCK_NEWS, 1)->late); /* counted from the last word */
    }
}
END_TEST

START_TEST(what_is_reopened_is_triaged_again_within_its_time)
{
    const struct kept_act acts[] = {
        {KEPT_ASSIGNED, 0, OPENED},
        {KEPT_MOVED, CASE_ACKNOWLEDGED, OPENED + 1},
        {KEPT_MOVED, CASE_NOT_SECURITY, OPENED + MS_DAY},
        {KEPT_TOLD, 0, OPENED + 2 * MS_DAY},
        {KEPT_MOVED, CASE_CLOSED, OPENED + 2 * MS_DAY}, /* at the same instant */
        {KEPT_MOVED, CASE_REOPENED, OPENED + 9 * MS_DAY},
    };
    make(acts, sizeof acts / sizeof acts[0], true, OPENED + 13 * MS_DAY);
    ck_assert(nth(CASE_CLOCK_TRIAGE, 0)->done && !nth(CASE_CLOCK_TRIAGE, 0)->late);
    const struct kept *again = nth(CASE_CLOCK_TRIAGE, 1);
    ck_assert(again->from_ms == OPENED + 9 * MS_DAY && again->over_ms == 0 && again->late);
    const struct kept *news = nth(CASE_CLOCK_NEWS, 0);
    ck_assert(news->done && !news->late && news->over_ms == OPENED + 2 * MS_DAY);
    news = nth(CASE_CLOCK_NEWS, 1); /* fell away: nobody told anything */
    ck_assert(!news->done && !news->late && news->over_ms == OPENED + 2 * MS_DAY);
}
END_TEST

START_TEST(at_every_instant_it_names_the_clocks_of_the_board)
{
    const struct kept_act acts[] = {
        {KEPT_ASSIGNED, 0, OPENED + 1},
        {KEPT_TOLD, 0, OPENED + 5 * MS_DAY},
        {KEPT_MOVED, CASE_ACCEPTED, OPENED + 6 * MS_DAY},
        {KEPT_MOVED, CASE_WAITING_REPORTER, OPENED + 7 * MS_DAY},
        {KEPT_MOVED, CASE_ACCEPTED, OPENED + 8 * MS_DAY},
        {KEPT_MOVED, CASE_TRIAGED, OPENED + 9 * MS_DAY},
    };
    struct case_stand s = {.state = CASE_RECEIVED, .has_reporter = true, .opened_ms = OPENED};
    for (size_t n = 0; n <= sizeof acts / sizeof acts[0]; n++) {
        struct case_due dues[CASE_CLOCK_COUNT];
        const size_t on_board = case_dues(dues, &s, &limits, &de.ground);
        size_t running = 0;
        make(acts, n, true, OPENED);
        for (size_t i = 0; i < count; i++)
            running += list[i].over_ms == 0;
        ck_assert_uint_eq(running, on_board);
        for (size_t d = 0; d < on_board; d++)
            for (size_t i = 0; i < count; i++)
                if (list[i].over_ms == 0 && list[i].clock == dues[d].clock)
                    ck_assert_int_eq(list[i].due_ms, dues[d].due_ms);
        if (n == sizeof acts / sizeof acts[0])
            break;
        if (acts[n].what == KEPT_ASSIGNED)
            s.owned = true;
        else if (acts[n].what == KEPT_TOLD)
            stand_told(&s, acts[n].at_ms);
        else
            ck_assert_int_eq(stand_move(&s, acts[n].to, acts[n].at_ms, &err), OK);
    }
}
END_TEST

/* 72 hours till day 5; `eased` from then on. */
static void make_by(const struct kept_act *acts, size_t act_count, int64_t eased_ms, int64_t now_ms)
{
    static struct kept_limits history[2];
    const struct kept_matter matter = {OPENED, false, acts, act_count};
    history[0] = (struct kept_limits){OPENED - MS_DAY, limits};
    history[1] = (struct kept_limits){OPENED + 5 * MS_DAY, limits};
    history[1].limits.triage_ms = eased_ms;
    kept_list_by(&list, &count, arena, &matter, history, 2, &history[1].limits, &de.ground, now_ms);
}

START_TEST(what_was_made_longer_while_it_ran_is_late_by_what_was_promised)
{
    const struct kept_act triaged[] = {{KEPT_MOVED, CASE_ACCEPTED, OPENED},
                                       {KEPT_MOVED, CASE_TRIAGED, OPENED + 6 * MS_DAY}};
    make_by(triaged, 2, 30 * MS_DAY, OPENED + 7 * MS_DAY);
    const struct kept *k = nth(CASE_CLOCK_TRIAGE, 0);
    ck_assert(k->done && k->late && k->recorded && k->due_ms == OPENED + 72 * MS_HOUR);
    ck_assert_int_eq(k->limits->triage_ms, 72 * MS_HOUR);
    ck_assert_int_eq(k->eased_ms, OPENED + 30 * MS_DAY);
    make_by(triaged, 1, 30 * MS_DAY, OPENED + 7 * MS_DAY); /* and while it runs still */
    k = nth(CASE_CLOCK_TRIAGE, 0);
    ck_assert(!k->done && k->late && k->eased_ms == OPENED + 30 * MS_DAY);
}
END_TEST

START_TEST(what_was_over_before_or_made_shorter_is_no_alarm)
{
    const struct kept_act triaged[] = {{KEPT_MOVED, CASE_ACCEPTED, OPENED},
                                       {KEPT_MOVED, CASE_TRIAGED, OPENED + 2 * MS_DAY}};
    make_by(triaged, 2, 30 * MS_DAY, OPENED + 7 * MS_DAY);
    ck_assert_int_eq(nth(CASE_CLOCK_TRIAGE, 0)->eased_ms, 0);
    make_by(triaged, 1, MS_DAY, OPENED + 7 * MS_DAY);
    const struct kept *k = nth(CASE_CLOCK_TRIAGE, 0);
    ck_assert(k->eased_ms == 0 && k->due_ms == OPENED + 72 * MS_HOUR);
}
END_TEST

START_TEST(what_begins_behind_a_change_is_judged_by_it)
{
    const struct kept_act acts[] = {
        {KEPT_ASSIGNED, 0, OPENED},
        {KEPT_MOVED, CASE_NOT_SECURITY, OPENED + MS_DAY},
        {KEPT_MOVED, CASE_CLOSED, OPENED + 2 * MS_DAY},
        {KEPT_MOVED, CASE_REOPENED, OPENED + 9 * MS_DAY},
    };
    make_by(acts, 4, 30 * MS_DAY, OPENED + 13 * MS_DAY);
    const struct kept *again = nth(CASE_CLOCK_TRIAGE, 1);
    ck_assert(!again->late && again->recorded && again->eased_ms == 0 &&
              again->due_ms == OPENED + 39 * MS_DAY);
    ck_assert_int_eq(nth(CASE_CLOCK_TRIAGE, 0)->due_ms, OPENED + 72 * MS_HOUR);
}
END_TEST

START_TEST(what_began_before_anything_is_recorded_says_so)
{
    const struct kept_matter matter = {OPENED, true, NULL, 0};
    const struct kept_limits later = {OPENED + MS_HOUR, limits};
    kept_list_by(&list, &count, arena, &matter, NULL, 0, &limits, &de.ground, OPENED);
    ck_assert_uint_eq(count, 3);
    ck_assert(!list[0].recorded && list[0].limits == &limits);
    kept_list_by(&list, &count, arena, &matter, &later, 1, &limits, &de.ground, OPENED);
    ck_assert_uint_eq(count, 3);
    ck_assert(!list[2].recorded && list[2].limits == &later.limits);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cases.kept");
    TCase *tcase = tcase_create("kept");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, each_clock_of_a_case_is_told_with_its_end);
    tcase_add_test(tcase, an_owner_from_the_first_moment_keeps_the_promise);
    tcase_add_test(tcase, the_last_millisecond_is_in_time_and_the_next_is_late);
    tcase_add_test(tcase, who_waits_for_the_reporter_owes_no_news_but_what_was_late_stays_late);
    tcase_add_test(tcase, what_is_reopened_is_triaged_again_within_its_time);
    tcase_add_test(tcase, at_every_instant_it_names_the_clocks_of_the_board);
    tcase_add_test(tcase, what_was_made_longer_while_it_ran_is_late_by_what_was_promised);
    tcase_add_test(tcase, what_was_over_before_or_made_shorter_is_no_alarm);
    tcase_add_test(tcase, what_begins_behind_a_change_is_judged_by_it);
    tcase_add_test(tcase, what_began_before_anything_is_recorded_says_so);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
