/* What a report says of who was told: promises, totals, and from what instant on. */
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

/* left_ms 0: it never left. changed_ms is its last instant. */
static struct notice add(const char *party, enum notice_state state, enum level level,
                         int64_t left_ms, int64_t changed_ms)
{
    struct notice n = world_notice(&w, &advisory, party, 1, state, "relay");
    n.level = level;
    n.accepted_ms = left_ms;
    n.deadline_ms = DAY(1);
    n.changed_ms = changed_ms;
    must(app_begin(&w.app, &err));
    must(notice_update(w.app.store, &n, state, &err));
    must(app_commit(&w.app, &err));
    return n;
}

static void came(const struct notice *n, enum grade grade, const char *how, const char *by,
                 int64_t at_ms)
{
    struct receipt_row row = {
        .notice_id = n->id, .grade = grade, .how = how, .by = by, .units = -1, .at_ms = at_ms};
    must(app_begin(&w.app, &err));
    must(receipt_add(&row, w.app.store, &err));
    must(app_commit(&w.app, &err));
}

static const char *case_page(void)
{
    clock_init_stopped(&w.app.clock, DAY(50));
    return report_page(&w, "C-27-0001-1", NULL);
}

/* 1a, 1b, and what left again behind the bounce. */
START_TEST(it_was_told_when_the_text_came_to_them)
{
    static const struct {
        enum level level;
        int64_t bounced, called, answered; /* days; 0: did not */
        int64_t told;
    } rows[] = {
        {LEVEL_SEALED, 0, 0, 0, 2},    {LEVEL_SEALED, 0, 40, 0, 2},   {LEVEL_SEALED, 3, 40, 0, 40},
        {LEVEL_SEALED, 3, 0, 41, 41},  {LEVEL_SEALED, 1, 40, 0, 2},   {LEVEL_SEALED, 3, 0, 0, 0},
        {LEVEL_WAITING, 0, 0, 0, 0},   {LEVEL_WAITING, 0, 40, 0, 40}, {LEVEL_WAITING, 0, 0, 41, 0},
        {LEVEL_WAITING, 3, 40, 0, 40},
    };
    struct receipt_row receipts[3];
    struct export_notice n = {.receipts = receipts};
    const bool replied = rows[_i].called > 0 || rows[_i].answered > 0;
    n.row.level = rows[_i].level;
    n.row.accepted_ms = DAY(2);
    n.row.state = replied ? STATE_ANSWERED : rows[_i].bounced > 2 ? STATE_TASKED : STATE_PASSED;
    if (rows[_i].bounced > 0)
        receipts[n.receipt_count++] =
            (struct receipt_row){.grade = GRADE_BOUNCED, .at_ms = DAY(rows[_i].bounced)};
    if (rows[_i].called > 0)
        receipts[n.receipt_count++] = (struct receipt_row){
            .grade = GRADE_ANSWERED, .by = "weber", .at_ms = DAY(rows[_i].called)};
    if (rows[_i].answered > 0)
        receipts[n.receipt_count++] =
            (struct receipt_row){.grade = GRADE_ANSWERED, .at_ms = DAY(rows[_i].answered)};
    ck_assert_int_eq(report_told_ms(&n), rows[_i].told == 0 ? 0 : DAY(rows[_i].told));
}
END_TEST

START_TEST(a_call_after_the_deadline_is_late)
{
    const struct notice n = add("berlin", STATE_ANSWERED, _i == 0 ? LEVEL_WAITING : LEVEL_SEALED,
                                WORLD_NOW + 1, DAY(40));
    if (_i == 1)
        came(&n, GRADE_BOUNCED, "dsn", NULL, WORLD_NOW + 2 * MS_HOUR);
    came(&n, GRADE_ANSWERED, "phone", "weber", DAY(40));
    const char *text = case_page();
    says(text, "1 of 1 late, the last one by: 39 d");
    says(text, "Past their deadline 1");
}
END_TEST

START_TEST(a_waiting_notice_has_told_nobody)
{
    (void)add("berlin", STATE_PASSED, LEVEL_WAITING, WORLD_NOW + 1, WORLD_NOW + 1);
    const char *text = report_page(&w, "C-27-0001-1", NULL);
    says(text, "runs: 1 of 1 not told yet");
    says(text, "Not told yet 1 of 1");
    says(text, "First notice none yet");
    says_not(text, " kept Who knew");
}
END_TEST

START_TEST(who_got_a_waiting_notice_and_then_the_text_is_one)
{
    (void)add("berlin", STATE_PASSED, LEVEL_WAITING, WORLD_NOW + 1, WORLD_NOW + 1);
    world_sql(&w, "UPDATE notice SET kind = 'waiting'");
    (void)add("berlin", STATE_PASSED, LEVEL_SEALED, WORLD_NOW + 2, WORLD_NOW + 2);
    const char *text = case_page();
    says(text, "Not told yet 0 of 1");
    says(text, " kept Who knew");
}
END_TEST

START_TEST(what_was_cancelled_is_not_kept)
{
    (void)add("berlin", STATE_CANCELLED, LEVEL_SEALED, 0, WORLD_NOW + 1);
    (void)add("wien", STATE_CANCELLED, LEVEL_SEALED, 0, WORLD_NOW + 1);
    const char *text = case_page();
    says(text, "not kept: 2 of 2 cancelled by hand");
    says(text, "Cancelled by hand, not told 2");
    says(text, "Past their deadline 0");
    says(text, "Answered 0");
}
END_TEST

START_TEST(what_was_stopped_past_its_deadline_is_late)
{
    (void)add("berlin", _i == 0 ? STATE_CANCELLED : STATE_SUPERSEDED, LEVEL_SEALED, 0, DAY(3));
    (void)add("wien", STATE_PASSED, LEVEL_SEALED, WORLD_NOW + 1, DAY(30));
    const char *text = case_page();
    says(text, "1 of 2 late, the last one by: 2 d");
    says(text, "Past their deadline 1");
}
END_TEST

START_TEST(what_a_newer_version_replaced_in_time_fell_away)
{
    (void)add("berlin", STATE_SUPERSEDED, LEVEL_SEALED, 0, WORLD_NOW + 1);
    says(case_page(), "fell away: 1 replaced by a newer version");
}
END_TEST

/* Behind the deadline, and on its way: it would spoil every number. */
START_TEST(what_asks_again_is_no_telling)
{
    (void)add("berlin", _i == 0 ? STATE_PASSED : STATE_PLANNED, LEVEL_SEALED, _i == 0 ? DAY(9) : 0,
              DAY(9));
    world_sql(&w, "UPDATE notice SET kind = 'reminder'");
    (void)add("berlin", STATE_PASSED, LEVEL_SEALED, WORLD_NOW + 1, WORLD_NOW + 1);
    const char *text = case_page();
    says(text, " kept Who knew");
    says(text, "Not told yet 0 of 1");
    says(text, "Past their deadline 0");
    says_not(text, "late, the last one");
}
END_TEST

START_TEST(our_own_desk_is_no_first_notice)
{
    (void)add("desk", STATE_PASSED, LEVEL_SEALED, WORLD_NOW + 1, WORLD_NOW + 1);
    says(case_page(), "First notice none yet");
}
END_TEST

START_TEST(an_advisory_speaks_for_itself_alone)
{
    struct case_fact fact = {.case_id = 1,
                             .kind = "learned_of_vulnerability",
                             .at_ms = WORLD_NOW,
                             .said = "2027-01-15",
                             .person = "weber",
                             .source = "minutes",
                             .entered_by = "weber"};
    must(app_begin(&w.app, &err));
    must(case_fact_add(&fact, w.app.store, &err));
    must(app_commit(&w.app, &err));
    clock_init_stopped(&w.app.clock, DAY(22));
    const char *text = report_page(&w, NULL, "EXM-2026-0007");
    says(text, "Known, and nobody told by this advisory, for 22.0 days");
    says(text, "First notice by this advisory none yet");
    says_not(text, "nobody told, for");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_told");
    TCase *tcase = tcase_create("report_told");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, it_was_told_when_the_text_came_to_them, 0, 10);
    tcase_add_loop_test(tcase, a_call_after_the_deadline_is_late, 0, 2);
    tcase_add_test(tcase, a_waiting_notice_has_told_nobody);
    tcase_add_test(tcase, who_got_a_waiting_notice_and_then_the_text_is_one);
    tcase_add_test(tcase, what_was_cancelled_is_not_kept);
    tcase_add_loop_test(tcase, what_was_stopped_past_its_deadline_is_late, 0, 2);
    tcase_add_test(tcase, what_a_newer_version_replaced_in_time_fell_away);
    tcase_add_loop_test(tcase, what_asks_again_is_no_telling, 0, 2);
    tcase_add_test(tcase, our_own_desk_is_no_first_notice);
    tcase_add_test(tcase, an_advisory_speaks_for_itself_alone);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
