/* What holds for every rule and every fact: drawn with a fixed seed. */
#include "tests/duties/matter.h"

#include "base/clock.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t seed;
static int64_t draw(int64_t most)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)most);
}

static const char *draw_at(void)
{
    const int64_t day = date_days((struct date){2024, 1, 1}) + draw(365 * 12);
    char text[CLOCK_TEXT];
    (void)clock_text(text, day * MS_DAY + draw(MS_DAY));
    return draw(2) == 0 ? arena_strndup(matter_arena, text, strlen("2026-11-27"))
                        : arena_strdup(matter_arena, text);
}

/* Everything reportable, in one country each, and a fact of every kind, known and dated somehow. */
static void draw_matter(struct matter_box *box)
{
    matter_init(box, 0);
    for (size_t i = 0; i < matter_pack->jurisdiction_count; i++) {
        const struct jurisdiction *j = matter_pack->jurisdictions[i];
        const int64_t place = draw((int64_t)j->place_count + 1);
        matter_find(box, j->id, place == (int64_t)j->place_count ? NULL : j->places[place].country,
                    FINDING_REPORTABLE);
    }
    for (int n = 0; n < 6; n++)
        matter_happens(box, (enum rule_trigger)draw(TRIGGER_COUNT), draw_at(), NULL);
}

/* First moment at which a fact can have been, anywhere on earth: no clock may end before it. */
static int64_t first_moment(const char *at)
{
    struct fact fact;
    ck_assert_int_eq(fact_parse(&fact, at, &matter_err), OK);
    return fact.dated ? date_days(fact.date) * MS_DAY - 14 * MS_HOUR : fact.at_ms;
}

START_TEST(no_duty_is_due_before_its_fact_and_relief_only_moves_on)
{
    size_t running = 0;
    seed = 7;
    for (int n = 0; n < 4; n++) {
        struct matter_box box;
        draw_matter(&box);
        const struct duty_list list = matter_duties(&box);
        for (size_t i = 0; i < list.count; i++) {
            const struct duty *d = &list.duties[i];
            ck_assert((d->why.state == RULE_WAITING) == (d->trigger == NULL));
            if (d->why.state != RULE_RUNNING)
                continue;
            running++;
            ck_assert_int_ge(d->why.due.safe_ms, first_moment(d->trigger));
            ck_assert_int_le(d->why.due.safe_ms, d->why.due.legal_ms);
        }
    }
    ck_assert_uint_gt(running, 80);
}
END_TEST

START_TEST(another_fact_never_makes_a_duty_later)
{
    seed = 11;
    for (int n = 0; n < 3; n++) {
        struct matter_box box;
        draw_matter(&box);
        const struct duty_list before = matter_duties(&box);
        matter_happens(&box, (enum rule_trigger)draw(TRIGGER_COUNT), draw_at(), NULL);
        const struct duty_list after = matter_duties(&box);
        ck_assert_uint_ge(after.count, before.count);
        for (size_t i = 0; i < before.count; i++) {
            const struct duty *was = &before.duties[i];
            const struct duty *is = matter_duty(&after, was->rule->id);
            if (was->why.state == RULE_RUNNING)
                ck_assert_int_le(is->why.due.safe_ms, was->why.due.safe_ms);
        }
    }
}
END_TEST

START_TEST(the_zone_of_the_machine_changes_nothing)
{
    static const char *const zones[] = {"UTC", "Pacific/Kiritimati", "America/St_Johns"};
    struct str first;
    str_init(&first, STR_LIMIT_TEXT);
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        struct str all;
        str_init(&all, STR_LIMIT_TEXT);
        ck_assert_int_eq(setenv("TZ", zones[z], 1), 0);
        tzset();
        seed = 3;
        for (int n = 0; n < 1; n++) {
            struct matter_box box;
            draw_matter(&box);
            const struct duty_list list = matter_duties(&box);
            for (size_t i = 0; i < list.count; i++)
                str_addf(&all, "%s %s %s\n", list.duties[i].rule->id,
                         list.duties[i].why.due_safe != NULL ? list.duties[i].why.due_safe : "-",
                         list.duties[i].why.due_legal != NULL ? list.duties[i].why.due_legal : "-");
        }
        if (z == 0)
            str_add(&first, str_text(&all));
        ck_assert_str_eq(str_text(&all), str_text(&first));
        str_dispose(&all);
    }
    str_dispose(&first);
}
END_TEST

START_TEST(every_rule_names_what_closes_it_and_only_an_advisory_is_met_by_notices)
{
    size_t informs = 0;
    for (size_t i = 0; i < matter_pack->count; i++) {
        const struct rule *rule = matter_pack->rules[i];
        ck_assert_msg(!text_is_empty(rule->closes_on), "%s", rule->id);
        ck_assert(duty_informs(rule) == (rule->deliverable == DELIVER_ADVISORY));
        /* A form, a draft, a call or a record goes to nobody by a notice of ours. */
        if (duty_informs(rule))
            ck_assert_msg((rule->recipients & (1u << PARTY_REGULATOR)) == 0, "%s", rule->id);
        informs += duty_informs(rule);
    }
    ck_assert_uint_gt(informs, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.duty_all");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, matter_begin, matter_end);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, no_duty_is_due_before_its_fact_and_relief_only_moves_on);
    tcase_add_test(tcase, another_fact_never_makes_a_duty_later);
    tcase_add_test(tcase, the_zone_of_the_machine_changes_nothing);
    tcase_add_test(tcase, every_rule_names_what_closes_it_and_only_an_advisory_is_met_by_notices);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
