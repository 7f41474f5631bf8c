/* What an inspector asks of a report: what was promised then, who let what out, what was written
 * down later. */
#include "tests/dispatcher/reporting.h"

#define DAY(n) (WORLD_NOW + (n)*MS_DAY)

static struct world w;
static struct err err;
static struct advisory advisory;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nberlin,hdo,DE,a@example.com\n"
                      "wien,hdo,AT,b@example.com\ndesk,complaint,DE,c@example.com\n");
    advisory = world_advisory(&w, "1.0.0", TLP_AMBER, ADVISORY_RELEASED);
    advisory.approved_ms = WORLD_NOW;
    advisory.deadline_ms = DAY(1);
    must(app_begin(&w.app, &err));
    must(advisory_update(w.app.store, &advisory, ADVISORY_RELEASED, &err));
    must(app_commit(&w.app, &err));
    (void)world_case(&w, "EXM-2026-0007");
    world_sql(&w, "UPDATE case_file SET number = 'C-27-0001-1'");
}

static void teardown(void)
{
    world_close(&w);
}

static void record(struct entry *entry, int64_t at_ms)
{
    clock_init_stopped(&w.app.clock, at_ms);
    must(app_begin(&w.app, &err));
    must(app_record(&w.app, entry, &err));
    must(app_commit(&w.app, &err));
}

static void configure(int64_t triage_ms, int64_t at_ms)
{
    struct entry *entry = entry_new("config.loaded", w.app.actor, w.app.settings->maker.id);
    entry_int(entry, "acknowledge_days", 2);
    entry_int(entry, "news_ms", 14 * MS_DAY);
    entry_personal(entry, "sha256", "x");
    entry_int(entry, "triage_ms", triage_ms);
    entry_int(entry, "unassigned_ms", MS_DAY);
    record(entry, at_ms);
}

START_TEST(a_promise_that_was_made_longer_is_an_alarm)
{
    configure(3 * MS_DAY, WORLD_NOW);
    configure(_i == 0 ? 30 * MS_DAY : 2 * MS_DAY, DAY(2));
    clock_init_stopped(&w.app.clock, DAY(5));
    const char *text = report_page(&w, "C-27-0001-1", NULL);
    const char *csv = report_table_of(&w, "EXM-2026-0007");
    says(text, "overdue: 2 d");
    says(text, "it is triaged or screened out 72 hours 2027-01-15");
    if (_i == 0) {
        says(text, "made longer while it ran: until 2027-02-14");
        says(csv, ",2027-02-14T08:00:00Z\r\n");
    } else {
        says_not(text, "made longer");
        says_not(csv, "2027-02-14");
    }
}
END_TEST

START_TEST(an_embargo_that_was_ended_by_hand_is_told_with_who_and_why)
{
    struct entry *entry = entry_new("embargo.released", w.app.actor, advisory.uid);
    entry_null(entry, "answer_by");
    entry_instant(entry, "at", DAY(1));
    entry_personal(entry, "by", "weber");
    entry_instant(entry, "deadline", DAY(2));
    entry_instant(entry, "embargo", DAY(9));
    entry_personal(entry, "reason", "it is in a newspaper");
    record(entry, DAY(1));
    advisory.embargo_ms = DAY(1);
    must(app_begin(&w.app, &err));
    must(advisory_update(w.app.store, &advisory, ADVISORY_RELEASED, &err));
    must(app_commit(&w.app, &err));
    clock_init_stopped(&w.app.clock, DAY(3));
    const char *text = report_page(&w, NULL, "EXM-2026-0007");
    says(text, "Embargo was planned until 2027-01-24T08:00:00Z");
    says(text, " 2027-01-16T08:00:00Z, 8 d before its time (entry ");
    says(text, "by weber: it is in a newspaper");
    says(text, "embargo ended by hand");
    says(text, "embargo was to end");
}
END_TEST

START_TEST(what_was_written_down_later_says_how_much_later)
{
    struct case_fact fact = {.case_id = 1,
                             .kind = "learned_of_vulnerability",
                             .at_ms = WORLD_NOW,
                             .said = "2027-01-15",
                             .person = "weber",
                             .source = "minutes",
                             .entered_by = "frank",
                             .entered_ms = DAY(3) + 5 * MS_HOUR};
    must(app_begin(&w.app, &err));
    must(case_fact_add(&fact, w.app.store, &err));
    must(app_commit(&w.app, &err));
    clock_init_stopped(&w.app.clock, DAY(50));
    says(report_page(&w, "C-27-0001-1", NULL), "minutes frank 2027-01-18T13:00:00Z 3 d 5 h later");
    says(report_table_of(&w, "EXM-2026-0007"), ",2027-01-18T13:00:00Z,\r\n");
}
END_TEST

/* Reasons of its states, and nothing that was said to its reporter. */
START_TEST(an_advisory_tells_why_its_case_went_where_it_did)
{
    struct case_event moved = {.case_id = 1,
                               .what = "state",
                               .said = "accepted",
                               .person = "weber",
                               .reason = "we saw it ourselves",
                               .at_ms = WORLD_NOW};
    struct case_event told = moved;
    told.what = "told";
    told.said = "mail";
    told.reason = "thank you, Ann";
    must(app_begin(&w.app, &err));
    must(case_event_add(&moved, w.app.store, &err));
    must(case_event_add(&told, w.app.store, &err));
    must(app_commit(&w.app, &err));
    clock_init_stopped(&w.app.clock, DAY(1));
    const char *text = report_page(&w, NULL, "EXM-2026-0007");
    says(text, "state accepted weber we saw it ourselves");
    says_not(text, "Ann");
    says(report_page(&w, "C-27-0001-1", NULL), "thank you, Ann");
}
END_TEST

START_TEST(lengths_that_differ_look_so)
{
    static const struct {
        int64_t ms;
        const char *span, *within;
    } rows[] = {
        {0, "0 s", "at once"},
        {40 * MS_SECOND, "40 s", "40 s"},
        {90 * MS_MINUTE, "1 h 30 min", "90 minutes"},
        {12 * MS_MINUTE + 5 * MS_SECOND, "12 min 5 s", "12 min 5 s"},
        {72 * MS_HOUR, "3 d", "72 hours"},
        {14 * MS_DAY, "14 d", "14 days"},
        {2 * MS_DAY + 10 * MS_HOUR, "2 d 10 h", "58 hours"},
        {74 * MS_HOUR + 46 * MS_MINUTE + 53 * MS_SECOND, "3 d 2 h", "3 d 2 h 46 min 53 s"},
        {-2 * MS_HOUR, "-2 h 0 min", "at once"},
    };
    char span[CLOCK_TEXT];
    struct str within;
    str_init(&within, STR_LIMIT_LINE);
    report_add_within(&within, rows[_i].ms);
    ck_assert_str_eq(report_span(span, rows[_i].ms), rows[_i].span);
    ck_assert_str_eq(str_text(&within), rows[_i].within);
    str_dispose(&within);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_said");
    TCase *tcase = tcase_create("report_said");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_promise_that_was_made_longer_is_an_alarm, 0, 2);
    tcase_add_test(tcase, an_embargo_that_was_ended_by_hand_is_told_with_who_and_why);
    tcase_add_test(tcase, what_was_written_down_later_says_how_much_later);
    tcase_add_test(tcase, an_advisory_tells_why_its_case_went_where_it_did);
    tcase_add_loop_test(tcase, lengths_that_differ_look_so, 0, 9);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
