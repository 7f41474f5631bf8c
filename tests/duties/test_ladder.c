/* Who is reminded when, and who instead of somebody who is away. */
#include "duties/ladder.h"

#include <check.h>
#include <stdlib.h>

#define START INT64_C(1000000)
#define SAFE (START + 80 * MS_HOUR)
#define LEGAL (SAFE + 24 * MS_HOUR)

static const struct {
    int64_t now_ms;
    enum rung rung;
} steps[] = {
    {START, RUNG_NONE},
    {START + 40 * MS_HOUR - 1, RUNG_NONE},
    {START + 40 * MS_HOUR, RUNG_OWNER},
    {START + 60 * MS_HOUR, RUNG_DEPUTY},
    {START + 70 * MS_HOUR, RUNG_ALL},
    {SAFE, RUNG_ALL},
    {SAFE + 1, RUNG_SAFE_MISSED},
    {LEGAL, RUNG_SAFE_MISSED},
    {LEGAL + 1, RUNG_LEGAL_MISSED},
    {LEGAL + 900 * MS_DAY, RUNG_LEGAL_MISSED},
};

START_TEST(each_rung_comes_at_its_time)
{
    const struct ladder ladder = {START, SAFE, LEGAL};
    ck_assert_str_eq(rung_word(ladder_rung(&ladder, steps[_i].now_ms)), rung_word(steps[_i].rung));
    const int64_t next = ladder_next(&ladder, steps[_i].rung);
    if (next < INT64_MAX) {
        ck_assert_int_gt(next, steps[_i].now_ms);
        ck_assert(ladder_rung(&ladder, next) > steps[_i].rung);
        ck_assert(ladder_rung(&ladder, next - 1) == steps[_i].rung);
    } else
        ck_assert_int_eq(steps[_i].rung, RUNG_LEGAL_MISSED);
}
END_TEST

START_TEST(a_clock_without_a_time_reminds_nobody_and_one_at_once_is_missed_at_once)
{
    const struct ladder none = {START, INT64_MAX, INT64_MAX};
    ck_assert_int_eq(ladder_rung(&none, INT64_MAX - 1), RUNG_NONE);
    ck_assert_int_eq(ladder_next(&none, RUNG_NONE), INT64_MAX);
    const struct ladder at_once = {START, START, START};
    ck_assert_int_eq(ladder_rung(&at_once, START), RUNG_NONE);
    ck_assert_int_eq(ladder_rung(&at_once, START + 1), RUNG_LEGAL_MISSED);
    const struct ladder known_late = {SAFE + MS_DAY, SAFE, LEGAL + 2 * MS_DAY};
    ck_assert_int_eq(ladder_rung(&known_late, SAFE - 1), RUNG_NONE);
    ck_assert_int_eq(ladder_rung(&known_late, SAFE + MS_DAY), RUNG_SAFE_MISSED);
}
END_TEST

static char weber[] = "weber", meyer[] = "meyer", rau[] = "rau";
static char from[] = "2026-12-24", to[] = "2027-01-06";

static int64_t at(const char *text)
{
    struct err err;
    int64_t ms = 0;
    ck_assert_int_eq(clock_parse(&ms, text, &err), OK);
    return ms;
}

START_TEST(absence_is_from_its_first_day_to_its_last)
{
    struct person person = {.id = weber, .absent_from = from, .absent_to = to};
    ck_assert(!person_absent(&person, at("2026-12-23T23:59:59Z")));
    ck_assert(person_absent(&person, at("2026-12-24T00:00:00Z")));
    ck_assert(person_absent(&person, at("2027-01-06T23:59:59Z")));
    ck_assert(!person_absent(&person, at("2027-01-07T00:00:00Z")));
    person.absent_to = NULL;
    ck_assert(person_absent(&person, at("2031-01-01T00:00:00Z")));
    person.absent_from = NULL;
    ck_assert(!person_absent(&person, at("2027-01-01T00:00:00Z")));
}
END_TEST

START_TEST(the_first_deputy_who_is_there_stands_in)
{
    struct person people[] = {
        {.id = weber, .deputy = meyer}, {.id = meyer, .deputy = rau}, {.id = rau, .deputy = weber}};
    const struct settings settings = {.people = people, .people_count = 3};
    const int64_t now = at("2027-01-01T00:00:00Z");
    ck_assert_ptr_eq(ladder_stand_in(&settings, &people[0], now), &people[0]);
    people[0].absent_from = from;
    ck_assert_ptr_eq(ladder_stand_in(&settings, &people[0], now), &people[1]);
    people[1].absent_from = from;
    ck_assert_ptr_eq(ladder_stand_in(&settings, &people[0], now), &people[2]);
    /* All away, in a circle: somebody has it still. */
    people[2].absent_from = from;
    ck_assert_ptr_eq(ladder_stand_in(&settings, &people[0], now), &people[0]);
    people[0].deputy = NULL;
    ck_assert_ptr_eq(ladder_stand_in(&settings, &people[0], now), &people[0]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.ladder");
    TCase *tcase = tcase_create("ladder");
    tcase_add_loop_test(tcase, each_rung_comes_at_its_time, 0,
                        (int)(sizeof steps / sizeof steps[0]));
    tcase_add_test(tcase, a_clock_without_a_time_reminds_nobody_and_one_at_once_is_missed_at_once);
    tcase_add_test(tcase, absence_is_from_its_first_day_to_its_last);
    tcase_add_test(tcase, the_first_deputy_who_is_there_stands_in);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
