/* Counting: the two dates, over every rule that ships and many facts, and what can never be. */
#include "clocks/explain.h"

#include "base/clock.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct arena *arena;
static struct err err;
static struct pack *pack;

static void begin_plain(void)
{
    err = (struct err){0};
}

static void begin(void)
{
    arena = arena_new();
    err = (struct err){0};
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
}

static void end(void)
{
    pack_close(pack);
    arena_free(arena);
}

static const struct rule *rule_of(const char *id)
{
    const struct rule *rule = NULL;
    ck_assert_msg(pack_rule(&rule, pack, id, &err) == OK, "%s", err.text);
    return rule;
}

/* The same numbers on every run. */
static uint64_t seed;
static int64_t draw(int64_t most)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)most);
}

static struct fact draw_fact(void)
{
    const int64_t days = date_days((struct date){2024, 1, 1}) + draw(365 * 12);
    struct fact fact = {.dated = draw(2) == 0, .date = date_from_days(days)};
    fact.at_ms = days * MS_DAY + draw(MS_DAY);
    return fact;
}

struct outcome {
    struct due due;
    int64_t begin_ms; /* of the fact: a day's first moment, or the instant */
};

static struct outcome count(const struct rule *rule, const struct opened *opened,
                            const struct fact *fact, bool relief)
{
    struct counting counting;
    struct outcome a;
    rule_counting(&counting, rule);
    if (!relief) {
        counting.roll = ROLL_NONE;
        counting.min_working_days = 0;
        counting.holidays = HOLIDAYS_NONE;
    }
    count_due(&a.due, NULL, &counting, fact, &opened->ground);
    a.begin_ms = fact->dated ? zone_instant(opened->zone, fact->date, 0) : fact->at_ms;
    return a;
}

/* One of its countries, or none said. */
static void open_some(struct opened *out, const struct rule *rule)
{
    const struct jurisdiction *j = pack_jurisdiction(pack, rule->jurisdiction);
    const int64_t which = draw((int64_t)j->place_count + 1);
    const char *country = which == (int64_t)j->place_count ? NULL : j->places[which].country;
    ck_assert_msg(pack_ground(out, pack, rule, country, &err) == OK, "%s", err.text);
}

/* What holds for each rule, whatever the fact. */
static void check_answer(const struct rule *rule, const struct opened *opened,
                         const struct fact *fact)
{
    const struct outcome with = count(rule, opened, fact, true);
    const struct outcome without = count(rule, opened, fact, false);
    ck_assert_int_le(with.due.safe_ms, with.due.legal_ms);
    ck_assert_int_ge(with.due.safe_ms, with.begin_ms);
    /* Relief moves the legal date only, and only on. */
    ck_assert_int_eq(with.due.safe_ms, without.due.safe_ms);
    ck_assert_int_ge(with.due.legal_ms, without.due.legal_ms);
    ck_assert_int_eq(without.due.safe_ms, without.due.legal_ms);
    if (rule->period_unit == UNIT_HOURS)
        ck_assert_int_eq(with.due.legal_ms, with.begin_ms + rule->period_n * MS_HOUR);
    if (with.due.kind == DUE_DAY && rule->roll == ROLL_NEXT_WORKING_DAY)
        ck_assert_int_le(date_weekday(with.due.legal), 5);
    if (rule->period_unit == UNIT_NONE)
        ck_assert_int_eq(with.due.kind, DUE_NONE);
}

START_TEST(no_date_is_before_its_fact_and_relief_never_makes_one_earlier)
{
    seed = 1;
    for (size_t i = 0; i < pack->count; i++) {
        struct opened opened;
        open_some(&opened, pack->rules[i]);
        for (int n = 0; n < 40; n++) {
            const struct fact fact = draw_fact();
            check_answer(pack->rules[i], &opened, &fact);
        }
        opened_close(&opened);
    }
}
END_TEST

START_TEST(a_later_fact_is_never_due_earlier)
{
    seed = 2;
    for (size_t i = 0; i < pack->count; i++) {
        const struct rule *rule = pack->rules[i];
        struct opened opened;
        open_some(&opened, rule);
        struct fact fact = draw_fact();
        struct outcome before = count(rule, &opened, &fact, true);
        for (int n = 0; n < 10; n++) {
            if (fact.dated)
                fact.date = date_add(fact.date, 1 + draw(3));
            else
                fact.at_ms += draw(2 * MS_DAY);
            const struct outcome after = count(rule, &opened, &fact, true);
            ck_assert_int_le(before.due.safe_ms, after.due.safe_ms);
            ck_assert_int_le(before.due.legal_ms, after.due.legal_ms);
            before = after;
        }
        opened_close(&opened);
    }
}
END_TEST

START_TEST(the_zone_of_the_machine_changes_nothing)
{
    static const char *const zones[] = {"UTC", "Pacific/Kiritimati", "America/Los_Angeles",
                                        "Asia/Kathmandu"};
    static const char *const ids[] = {"EU-87-2", "US-806", "CA-24", "EU-CRA-I1M", "AU-48H"};
    static const char *const facts[] = {"2026-11-27", "2026-03-28T23:30:00+01:00",
                                        "2027-10-30T22:00:00Z"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        for (size_t f = 0; f < sizeof facts / sizeof facts[0]; f++) {
            struct explanation first = {0};
            for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
                struct explanation e;
                (void)setenv("TZ", zones[z], 1);
                tzset();
                ck_assert_msg(
                    explain_rule(&e, arena, pack, rule_of(ids[i]), facts[f], NULL, &err) == OK,
                    "%s", err.text);
                if (z == 0)
                    first = e;
                ck_assert_msg(text_equal(first.due_safe, e.due_safe) &&
                                  text_equal(first.due_legal, e.due_legal),
                              "%s %s in %s", ids[i], facts[f], zones[z]);
            }
        }
    }
}
END_TEST

static const struct {
    enum rule_unit unit;
    int64_t n;
    enum rule_day0 day0;
    const char *zone, *fact, *due;
} edges[] = {
    {UNIT_MONTHS, 1, DAY0_FACT_DAY, "UTC", "2027-01-31", "2027-02-28"},
    {UNIT_MONTHS, 1, DAY0_FACT_DAY, "UTC", "2028-01-31", "2028-02-29"},
    {UNIT_MONTHS, 12, DAY0_FACT_DAY, "UTC", "2028-02-29", "2029-02-28"},
    {UNIT_MONTHS, 1, DAY0_FACT_DAY, "UTC", "2026-12-31", "2027-01-31"},
    {UNIT_MONTHS, 25, DAY0_FACT_DAY, "UTC", "2026-11-30", "2028-12-30"},
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "UTC", "2028-02-28", "2028-02-29"},
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "UTC", "2100-02-28", "2100-03-01"},
    {UNIT_DAYS, 30, DAY0_FACT_DAY, "UTC", "2026-12-31", "2027-01-30"},
    {UNIT_DAYS, 2, DAY0_DAY_BEFORE, "UTC", "2026-11-27", "2026-11-28"},
    {UNIT_DAYS, 0, DAY0_DAY_BEFORE, "UTC", "2026-11-27", "2026-11-27"},
    {UNIT_DAYS, 0, DAY0_FACT_DAY, "UTC", "2026-11-27", "2026-11-27"},
    {UNIT_WORKING_DAYS, 1, DAY0_FACT_DAY, "UTC", "2026-11-27", "2026-11-30"},
    {UNIT_WORKING_DAYS, 5, DAY0_FACT_DAY, "UTC", "2026-11-29", "2026-12-04"},
    {UNIT_WORKING_DAYS, 1, DAY0_DAY_BEFORE, "UTC", "2026-11-27", "2026-11-27"},
    /* Days of 25 and of 23 hours. */
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "Europe/Berlin", "2026-10-24", "2026-10-25"},
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "Europe/Berlin", "2027-03-27", "2027-03-28"},
    /* The day is that of the authority. */
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "Asia/Tokyo", "2026-11-27T16:00:00Z", "2026-11-29"},
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "America/New_York", "2026-11-28T04:59:59Z", "2026-11-28"},
    {UNIT_DAYS, 1, DAY0_FACT_DAY, "America/New_York", "2026-11-28T05:00:00Z", "2026-11-29"},
};

START_TEST(edges_of_months_years_and_zones)
{
    struct zone *zone = NULL;
    struct fact fact;
    struct due due;
    char text[DATE_TEXT];
    const struct counting counting = {
        .unit = edges[_i].unit, .n = edges[_i].n, .day0 = edges[_i].day0};
    ck_assert_msg(zone_open(&zone, edges[_i].zone, &err) == OK, "%s", err.text);
    ck_assert_msg(fact_parse(&fact, edges[_i].fact, &err) == OK, "%s", err.text);
    const struct ground ground = {.zone = zone};
    count_due(&due, NULL, &counting, &fact, &ground);
    ck_assert_int_eq(due.kind, DUE_DAY);
    ck_assert_str_eq(date_text(text, due.safe), edges[_i].due);
    ck_assert_str_eq(date_text(text, due.legal), edges[_i].due);
    /* In time until the day is over there, be it of 23 or 25 hours. */
    ck_assert_int_eq(due.safe_ms + 1, zone_instant(zone, date_add(due.safe, 1), 0));
    zone_close(zone);
}
END_TEST

START_TEST(hours_are_elapsed_across_every_change_of_clocks)
{
    static const char *const zones[] = {"Europe/Berlin", "America/Toronto", "Australia/Sydney",
                                        "America/Sao_Paulo"};
    const struct counting counting = {.unit = UNIT_HOURS, .n = 24};
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        struct zone *zone = NULL;
        ck_assert_msg(zone_open(&zone, zones[z], &err) == OK, "%s", err.text);
        const struct ground ground = {.zone = zone};
        for (int64_t day = date_days((struct date){2026, 1, 1});
             day < date_days((struct date){2027, 1, 1}); day++) {
            const struct fact fact = {.at_ms = day * MS_DAY + 90 * MS_MINUTE};
            char text[COUNT_INSTANT_TEXT];
            int64_t back = 0;
            struct due due;
            count_due(&due, NULL, &counting, &fact, &ground);
            ck_assert_int_eq(due.safe_ms, fact.at_ms + 24 * MS_HOUR);
            ck_assert_msg(clock_parse(&back, count_instant_text(text, zone, due.legal_ms), &err) ==
                              OK,
                          "%s", err.text);
            ck_assert_int_eq(back, due.legal_ms);
        }
        zone_close(zone);
    }
}
END_TEST

START_TEST(of_a_day_alone_hours_count_from_its_first_moment)
{
    struct explanation e;
    ck_assert_int_eq(explain_rule(&e, arena, pack, rule_of("CA-24"), "2026-11-27", NULL, &err), OK);
    ck_assert_str_eq(e.due_safe, "2026-11-28T00:00:00-05:00");
    ck_assert_str_eq(e.due_legal, "2026-11-28T00:00:00-05:00");
}
END_TEST

START_TEST(of_several_clocks_the_earliest_governs)
{
    static const char *const facts[] = {"2026-11-25", "2026-11-23", "2026-11-24"};
    struct due dues[6];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        struct explanation e;
        ck_assert_int_eq(explain_rule(&e, arena, pack, rule_of("EU-87-15"), facts[i], "DE", &err),
                         OK);
        dues[count++] = e.due;
        ck_assert_int_eq(explain_rule(&e, arena, pack, rule_of("EU-87-10"), facts[i], "DE", &err),
                         OK);
        dues[count++] = e.due;
    }
    const struct due *first = count_governing(dues, count);
    ck_assert_ptr_eq(first, &dues[3]); /* death, on the 23rd */
    ck_assert_ptr_null(count_governing(dues, 0));
    /* One that sets no time governs nothing. */
    dues[3] = (struct due){.safe_ms = INT64_MAX, .legal_ms = INT64_MAX};
    ck_assert_ptr_eq(count_governing(dues, count), &dues[5]);
}
END_TEST

static const char *const no_facts[] = {"",
                                       "soon",
                                       "2026-02-29",
                                       "2026-11-27T",
                                       "2026-11-27T10:00:00",
                                       "2026-11-27 ",
                                       "27.11.2026",
                                       "2026-11-27T25:00:00Z",
                                       "1969-12-31",
                                       "9001-01-01",
                                       "9001-01-02T00:00:00Z",
                                       "2026-11-27T10:00:00Z; rm",
                                       "2026-11-27T10:0"};

START_TEST(what_is_no_fact_is_refused)
{
    struct fact fact;
    ck_assert_int_eq(fact_parse(&fact, no_facts[_i], &err), ERR_INVALID);
}
END_TEST

START_TEST(the_derivation_tells_each_step)
{
    static const char *const words[] = {"87(4): 2 calendar days",
                                        "Fri 2026-11-27 is day 0",
                                        "Sun 2026-11-29 is due without relief",
                                        "Sun 2026-11-29 is no working day (a Sunday)",
                                        "holds at least 2 working days",
                                        "Tue 2026-12-01"};
    struct explanation e;
    struct str all;
    str_init(&all, STR_LIMIT_TEXT);
    ck_assert_int_eq(explain_rule(&e, arena, pack, rule_of("EU-87-2"), "2026-11-27", NULL, &err),
                     OK);
    for (size_t i = 0; i < e.step_count; i++)
        str_addf(&all, "%s\n", e.steps[i]);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        ck_assert_msg(strstr(str_text(&all), words[i]) != NULL, "%s\nin\n%s", words[i],
                      str_text(&all));
    str_dispose(&all);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clocks.count");
    TCase *tc = tcase_create("rules");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, no_date_is_before_its_fact_and_relief_never_makes_one_earlier);
    tcase_add_test(tc, a_later_fact_is_never_due_earlier);
    tcase_add_test(tc, the_zone_of_the_machine_changes_nothing);
    tcase_add_test(tc, of_a_day_alone_hours_count_from_its_first_moment);
    tcase_add_test(tc, of_several_clocks_the_earliest_governs);
    tcase_add_test(tc, the_derivation_tells_each_step);
    suite_add_tcase(suite, tc);
    tc = tcase_create("plain");
    tcase_add_checked_fixture(tc, begin_plain, NULL);
    tcase_add_loop_test(tc, edges_of_months_years_and_zones, 0,
                        (int)(sizeof edges / sizeof edges[0]));
    tcase_add_test(tc, hours_are_elapsed_across_every_change_of_clocks);
    tcase_add_loop_test(tc, what_is_no_fact_is_refused, 0,
                        (int)(sizeof no_facts / sizeof no_facts[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
