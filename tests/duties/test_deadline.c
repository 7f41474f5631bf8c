/* The order of the board, and what its lines say in three forms. */
#include "duties/deadline.h"

#include "base/clock.h"
#include "duties/ical.h"

#include <check.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795800000000)

static const struct deadline late = {.kind = DEADLINE_DUTY,
                                     .uid = "duty-7",
                                     .about = "C-2026-0001-3",
                                     .what = "EU-87-15",
                                     .place = "DE",
                                     .owner = "meyer",
                                     .waits_for = "acknowledgement of BfArM",
                                     .due_safe = "2026-11-26",
                                     .due_legal = "2026-11-27",
                                     .safe_ms = NOW - MS_HOUR,
                                     .legal_ms = NOW + MS_DAY,
                                     .start_ms = NOW - 9 * MS_HOUR,
                                     .changed_ms = NOW - MS_DAY,
                                     .derivation = "one\ntwo"};

START_TEST(what_is_due_first_stands_first_and_what_has_no_time_last)
{
    static const char *const order[] = {"a", "b", "c", "d", "e", "f", "g"};
    struct deadline list[] = {
        {.uid = "g", .about = "2", .what = "x"},
        {.uid = "f", .about = "1", .what = "x"},
        {.uid = "e", .about = "x", .what = "x", .safe_ms = 50, .kind = DEADLINE_TASK},
        {.uid = "c", .about = "x", .what = "x", .safe_ms = 50, .legal_ms = 90},
        {.uid = "d", .about = "x", .what = "x", .safe_ms = 50, .kind = DEADLINE_CASE},
        {.uid = "a", .about = "x", .what = "x", .safe_ms = 40},
        {.uid = "b", .about = "x", .what = "x", .safe_ms = 50, .legal_ms = 60},
    };
    deadline_sort(list, sizeof list / sizeof list[0]);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        ck_assert_str_eq(list[i].uid, order[i]);
    deadline_sort(NULL, 0);
}
END_TEST

START_TEST(a_line_says_both_dates_whose_it_is_and_what_it_waits_for)
{
    static const char *const wanted[] = {
        "2026-11-26",    "2026-11-27", "EU-87-15",    "DE",
        "C-2026-0001-3", "meyer",      "LATE by 1 h", "waits for acknowledgement of BfArM\n"};
    struct deadline other = late;
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    deadline_print(&out, &late, NOW);
    const char *at = str_text(&out);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        at = strstr(at, wanted[i]);
        ck_assert_msg(at != NULL, "%s: %s", wanted[i], str_text(&out));
    }
    other.owner = NULL;
    other.due_safe = NULL;
    other.safe_ms = NOW + MS_HOUR;
    str_reset(&out);
    deadline_print(&out, &other, NOW);
    ck_assert_ptr_nonnull(strstr(str_text(&out), "nobody"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "1 h 0 min left, "));
    ck_assert_ptr_null(strstr(str_text(&out), "LATE"));
    other.safe_ms = 0;
    str_reset(&out);
    deadline_print(&out, &other, NOW);
    ck_assert_ptr_null(strstr(str_text(&out), "left,"));
    str_dispose(&out);
}
END_TEST

START_TEST(programs_get_the_rules_words_and_the_instants)
{
    char safe[CLOCK_TEXT];
    struct json_out j;
    struct str out;
    struct str wanted;
    str_init(&out, STR_LIMIT_LINE);
    str_init(&wanted, STR_LIMIT_LINE);
    json_out_init(&j, &out, false);
    deadline_json(&j, &late, NOW);
    str_addf(&wanted, "\"due_safe\":\"2026-11-26\",\"due_legal\":\"2026-11-27\",\"safe\":\"%s\"",
             clock_text(safe, late.safe_ms));
    ck_assert_msg(strstr(str_text(&out), str_text(&wanted)) != NULL, "%s", str_text(&out));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\"kind\":\"duty\",\"uid\":\"duty-7\""));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\"late\":true"));
    str_dispose(&wanted);
    str_dispose(&out);
}
END_TEST

/* Half of its time, and seven eighths of it; for what began nobody knows when, a day before. */
static const struct {
    int64_t start_ms;
    int64_t alarms_ms[ICAL_ALARMS];
    int count;
} alarms[] = {
    {NOW - 9 * MS_HOUR, {NOW - 5 * MS_HOUR, NOW - 2 * MS_HOUR}, 2},
    {0, {NOW - MS_HOUR - MS_DAY}, 1},
    {NOW, {NOW - MS_HOUR - MS_DAY}, 1},
};

START_TEST(libical_reads_a_task_with_its_alarms)
{
    struct deadline one = late;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    one.start_ms = alarms[_i].start_ms;
    ical_begin(&out, "Deadlines");
    deadline_ical(&out, &one, "EXM", NOW);
    ical_end(&out);
    icalcomponent *whole = icalparser_parse_string(str_text(&out));
    ck_assert_ptr_nonnull(whole);
    ck_assert_int_eq(icalcomponent_count_errors(whole), 0);
    ck_assert_int_eq(icalrestriction_check(whole), 1);
    icalcomponent *todo = icalcomponent_get_first_component(whole, ICAL_VTODO_COMPONENT);
    ck_assert_str_eq(icalcomponent_get_uid(todo), "duty-7@EXM");
    ck_assert_str_eq(icalcomponent_get_summary(todo), "C-2026-0001-3 EU-87-15 DE: meyer");
    ck_assert_int_eq(icaltime_as_timet(icalcomponent_get_due(todo)), late.safe_ms / 1000);
    int seen = 0;
    for (icalcomponent *alarm = icalcomponent_get_first_component(todo, ICAL_VALARM_COMPONENT);
         alarm != NULL; alarm = icalcomponent_get_next_component(todo, ICAL_VALARM_COMPONENT)) {
        icalproperty *trigger = icalcomponent_get_first_property(alarm, ICAL_TRIGGER_PROPERTY);
        const struct icaltriggertype at = icalproperty_get_trigger(trigger);
        ck_assert_int_lt(seen, alarms[_i].count);
        ck_assert_int_eq(icaltime_as_timet(at.time), alarms[_i].alarms_ms[seen] / 1000);
        seen++;
    }
    ck_assert_int_eq(seen, alarms[_i].count);
    icalcomponent_free(whole);
    str_dispose(&out);
}
END_TEST

START_TEST(what_has_no_time_is_in_no_calendar)
{
    struct deadline one = late;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    one.safe_ms = 0;
    deadline_ical(&out, &one, "EXM", NOW);
    ck_assert_uint_eq(out.size, 0);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.deadline");
    TCase *tcase = tcase_create("deadline");
    tcase_add_test(tcase, what_is_due_first_stands_first_and_what_has_no_time_last);
    tcase_add_test(tcase, a_line_says_both_dates_whose_it_is_and_what_it_waits_for);
    tcase_add_test(tcase, programs_get_the_rules_words_and_the_instants);
    tcase_add_loop_test(tcase, libical_reads_a_task_with_its_alarms, 0,
                        (int)(sizeof alarms / sizeof alarms[0]));
    tcase_add_test(tcase, what_has_no_time_is_in_no_calendar);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
