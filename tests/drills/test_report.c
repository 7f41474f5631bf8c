#include "drills/report.h"
#include "drills/sample.h"

#include "base/json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BEGAN INT64_C(1796083200000)
#define TOLD_BY (BEGAN + 1000)
#define ANSWER_BY (BEGAN + 5000)

static struct drill_report report_of(const struct drill_recipient *list, size_t count)
{
    return (struct drill_report){.id = 7,
                                 .maker = "Example Medical GmbH",
                                 .store = "real",
                                 .name = "the sample",
                                 .uid = "exercise-0001",
                                 .by = "jane",
                                 .run_ms = BEGAN,
                                 .started_ms = BEGAN,
                                 .told_by_ms = TOLD_BY,
                                 .answer_by_ms = ANSWER_BY,
                                 .recipients = list,
                                 .count = count};
}

static struct drill_recipient good(void)
{
    return (struct drill_recipient){.party = "h1",
                                    .country = "DE",
                                    .kind = PARTY_HDO,
                                    .level = LEVEL_SEALED,
                                    .route = ROUTE_SMTP,
                                    .state = STATE_ANSWERED,
                                    .grade = GRADE_ANSWERED,
                                    .answer = "received",
                                    .planned_ms = BEGAN,
                                    .sealed_ms = BEGAN + 10,
                                    .taken_ms = BEGAN + 20,
                                    .answered_ms = BEGAN + 30};
}

/* One recipient, at an instant, while the drill runs and when it has ended. */
static const struct {
    const char *what;
    enum level level;
    enum notice_state state;
    enum grade grade;
    int64_t sealed, taken, answered, now; /* from the beginning; -1: never */
    enum drill_fault running, ended;
} cases[] = {
    {"all in time", LEVEL_SEALED, STATE_ANSWERED, GRADE_ANSWERED, 1, 2, 3, 4, DRILL_NONE,
     DRILL_NONE},
    {"at the last instant", LEVEL_SEALED, STATE_ANSWERED, GRADE_ANSWERED, 1, 1000, 5000, 5000,
     DRILL_NONE, DRILL_NONE},
    {"nothing yet", LEVEL_SEALED, STATE_PLANNED, GRADE_NONE, -1, -1, -1, 1000, DRILL_NONE,
     DRILL_NOT_SEALED},
    {"never sealed", LEVEL_SEALED, STATE_PLANNED, GRADE_NONE, -1, -1, -1, 1001, DRILL_NOT_SEALED,
     DRILL_NOT_SEALED},
    {"never taken", LEVEL_TLS, STATE_READY, GRADE_NONE, 1, -1, -1, 1001, DRILL_NOT_TAKEN,
     DRILL_NOT_TAKEN},
    {"stopped by its end", LEVEL_TLS, STATE_CANCELLED, GRADE_NONE, 1, -1, -1, 1001, DRILL_STOPPED,
     DRILL_NOT_TAKEN},
    {"taken late", LEVEL_SEALED, STATE_ACCEPTED, GRADE_TAKEN, 1, 1001, -1, 1002, DRILL_TAKEN_LATE,
     DRILL_TAKEN_LATE},
    {"taken late, answered", LEVEL_SEALED, STATE_ANSWERED, GRADE_ANSWERED, 1, 1001, 1100, 1200,
     DRILL_TAKEN_LATE, DRILL_TAKEN_LATE},
    {"waits for an answer", LEVEL_SEALED, STATE_ACCEPTED, GRADE_TAKEN, 1, 2, -1, 5000, DRILL_NONE,
     DRILL_NO_ANSWER},
    {"no answer", LEVEL_SEALED, STATE_PASSED, GRADE_DELIVERED, 1, 2, -1, 5001, DRILL_NO_ANSWER,
     DRILL_NO_ANSWER},
    {"answered late", LEVEL_SEALED, STATE_ANSWERED, GRADE_ANSWERED, 1, 2, 5001, 6000,
     DRILL_ANSWER_LATE, DRILL_ANSWER_LATE},
    {"bounced", LEVEL_SEALED, STATE_TASKED, GRADE_BOUNCED, 1, 2, -1, 3, DRILL_BOUNCED,
     DRILL_BOUNCED},
    {"bounced, reached otherwise", LEVEL_SEALED, STATE_ANSWERED, GRADE_ANSWERED, 1, 2, 3, 4,
     DRILL_NONE, DRILL_NONE},
    {"a person has it", LEVEL_TASK, STATE_TASKED, GRADE_NONE, -1, -1, -1, 1000, DRILL_NONE,
     DRILL_BY_PERSON},
    {"a person has it too long", LEVEL_TASK, STATE_TASKED, GRADE_NONE, -1, -1, -1, 1001,
     DRILL_BY_PERSON, DRILL_BY_PERSON},
    {"rerouted to a person", LEVEL_SEALED, STATE_TASKED, GRADE_NONE, 1, -1, -1, 1001,
     DRILL_BY_PERSON, DRILL_BY_PERSON},
};

static int64_t at(int64_t ms)
{
    return ms < 0 ? 0 : BEGAN + ms;
}

START_TEST(each_recipient_is_judged_by_the_first_step_that_went_wrong)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct drill_recipient r = good();
        r.level = cases[i].level;
        r.state = cases[i].state;
        r.grade = cases[i].grade;
        r.sealed_ms = at(cases[i].sealed);
        r.taken_ms = at(cases[i].taken);
        r.answered_ms = at(cases[i].answered);
        struct drill_report report = report_of(&r, 1);
        const int64_t now = BEGAN + cases[i].now;
        ck_assert_msg(drill_judge(&r, &report, now) == cases[i].running, "%s", cases[i].what);
        ck_assert_msg(drill_passed(&report, now) == (cases[i].running == DRILL_NONE), "%s",
                      cases[i].what);
        report.ended_ms = now;
        ck_assert_msg(drill_judge(&r, &report, now) == cases[i].ended, "%s, ended", cases[i].what);
    }
}
END_TEST

START_TEST(it_is_over_when_all_have_answered_or_the_last_limit_passed)
{
    struct drill_recipient list[] = {good(), good()};
    struct drill_report report = report_of(list, 2);
    ck_assert(drill_is_over(&report, BEGAN + 40));
    list[1].answered_ms = 0;
    ck_assert(!drill_is_over(&report, BEGAN + 40));
    ck_assert(!drill_is_over(&report, ANSWER_BY));
    ck_assert(drill_is_over(&report, ANSWER_BY + 1));
}
END_TEST

START_TEST(nobody_is_no_success)
{
    struct drill_report report = report_of(NULL, 0);
    ck_assert(drill_is_over(&report, BEGAN));
    ck_assert(!drill_passed(&report, BEGAN));
}
END_TEST

START_TEST(the_page_tells_the_faulty_first_and_stays_one_page)
{
    static struct drill_recipient list[100];
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    for (size_t i = 0; i < 100; i++)
        list[i] = good();
    list[99].party = "the-late-one";
    list[99].answered_ms = ANSWER_BY + 1;
    struct drill_report report = report_of(list, 100);
    report.ended_ms = ANSWER_BY + 2;
    drill_text(&out, &report, report.ended_ms);
    const char *text = str_text(&out);
    size_t lines = 0;
    for (const char *p = text; *p != '\0'; p++)
        lines += *p == '\n';
    ck_assert_uint_le(lines, 60);
    ck_assert(text_starts(text, "EXERCISE 7: REPORT\n"));
    ck_assert_ptr_nonnull(strstr(text, "failed: 1 of 100 recipients"));
    const char *late = strstr(text, "the-late-one");
    ck_assert_ptr_nonnull(late);
    ck_assert_ptr_nonnull(strstr(late, "answered too late"));
    ck_assert(late < strstr(text, " h1 "));
    ck_assert_ptr_nonnull(strstr(text, "and 70 more"));
    ck_assert_ptr_null(strstr(text, " \n")); /* a signature does not cover them */
    str_dispose(&out);
}
END_TEST

START_TEST(the_page_says_who_ordered_it_and_the_schedule_only_when_it_was_that)
{
    static const struct {
        const char *by;
        bool scheduled;
        const char *says, *json;
    } orders[] = {
        {"jane", false, "ordered by   jane\n", "\"by\":\"jane\",\"scheduled\":false"},
        {NULL, true, "ordered by   the schedule, for ", "\"by\":null,\"scheduled\":true"},
        {NULL, false, "ordered by   the command line, without a name\n",
         "\"by\":null,\"scheduled\":false"},
    };
    const struct drill_recipient one = good();
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct drill_report r = report_of(&one, 1);
        struct str out;
        r.by = orders[i].by;
        r.scheduled = orders[i].scheduled;
        str_init(&out, STR_LIMIT_TEXT);
        drill_text(&out, &r, BEGAN + 100);
        ck_assert_msg(strstr(str_text(&out), orders[i].says) != NULL, "%s", str_text(&out));
        str_reset(&out);
        drill_json(&out, &r, BEGAN + 100);
        ck_assert_msg(strstr(str_text(&out), orders[i].json) != NULL, "%s", str_text(&out));
        str_dispose(&out);
    }
}
END_TEST

START_TEST(the_sample_says_that_it_is_one)
{
    struct json_doc *doc = NULL;
    struct err err = {0};
    const struct bytes text = drill_sample();
    ck_assert_int_eq(json_parse(&doc, text, NULL, NULL, &err), OK);
    const struct json *tracking = json_get(json_get(json_root(doc), "document"), "tracking");
    ck_assert_str_eq(json_string(json_get(tracking, "id")), "EXERCISE-0001");
    ck_assert_ptr_nonnull(memmem(text.data, text.size, "does not exist", 14));
    json_free(doc);
}
END_TEST

START_TEST(the_json_has_everybody_and_reads)
{
    struct drill_recipient list[] = {good(), good()};
    struct drill_report report = report_of(list, 2);
    struct str out;
    struct json_doc *doc = NULL;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    list[1].answered_ms = list[1].taken_ms = 0;
    report.ended_ms = ANSWER_BY + 1;
    drill_json(&out, &report, report.ended_ms);
    ck_assert_int_eq(json_parse(&doc, str_bytes(&out), NULL, NULL, &err), OK);
    const char *text = str_text(&out);
    ck_assert_ptr_nonnull(strstr(text, "\"schema\":\"tocsin.drill/1\""));
    ck_assert_ptr_nonnull(strstr(text, "\"verdict\":\"failed\""));
    ck_assert_ptr_nonnull(strstr(text, "\"fault\":\"was not taken by our relay\""));
    ck_assert_ptr_nonnull(strstr(text, "\"fault\":null"));
    json_free(doc);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("drills.report");
    TCase *tc = tcase_create("report");
    tcase_add_test(tc, each_recipient_is_judged_by_the_first_step_that_went_wrong);
    tcase_add_test(tc, it_is_over_when_all_have_answered_or_the_last_limit_passed);
    tcase_add_test(tc, nobody_is_no_success);
    tcase_add_test(tc, the_page_tells_the_faulty_first_and_stays_one_page);
    tcase_add_test(tc, the_page_says_who_ordered_it_and_the_schedule_only_when_it_was_that);
    tcase_add_test(tc, the_sample_says_that_it_is_one);
    tcase_add_test(tc, the_json_has_everybody_and_reads);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
