/* Clocks of a case itself: who gets a mail, at which step, once, in which order after an outage. */
#include "dispatcher/cases/case_act.h"
#include "dispatcher/cases/case_alarm.h"
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/duties/duty_mail.h"
#include "dispatcher/record/replay.h"
#include "tests/dispatcher/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static struct person people[3];
static char meyer[] = "meyer", meyer_mail[] = "meyer@example.com";
static char kurz[] = "kurz", kurz_mail[] = "kurz@example.com";
static char first_day[] = "2027-01-01", last_day[] = "2027-12-31";

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* weber triages, and meyer is the deputy; kurz holds the role, too. */
static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    for (int i = 0; i < 3; i++)
        people[i] = w.app.settings->people[0];
    people[0].roles |= 1u << ROLE_PSIRT;
    people[0].deputy = meyer;
    people[1].id = meyer;
    people[1].mail = meyer_mail;
    people[1].roles = 1u << ROLE_SERVICE;
    people[2].id = kurz;
    people[2].mail = kurz_mail;
    people[2].roles = 1u << ROLE_PSIRT;
    w.app.settings->people = people;
    w.app.settings->people_count = 3;
    w.app.settings->cases.unassigned_ms = 16 * MS_HOUR;
    w.app.settings->cases.triage_ms = 80 * MS_HOUR;
    w.app.settings->cases.news_ms = 800 * MS_HOUR;
}

static void teardown(void)
{
    world_close(&w);
}

static struct case_file add_case(int64_t seq, const char *owner)
{
    struct case_file row = {.uid = arena_printf(w.arena, "case-uid-%d", (int)seq),
                            .number = arena_printf(w.arena, "EXM-C-2027-000%d", (int)seq),
                            .year = 2027,
                            .seq = seq,
                            .owner = owner,
                            .opened_ms = app_now(&w.app),
                            .state_ms = app_now(&w.app)};
    must(app_begin(&w.app, &err));
    must(case_add(&row, w.app.store, &err));
    must(app_commit(&w.app, &err));
    return row;
}

static bool act_at(int64_t hours)
{
    bool did = false;
    clock_init_stopped(&w.app.clock, WORLD_NOW + hours * MS_HOUR);
    must(case_alarm_act(&w.app, &did, &err));
    return did;
}

static struct notice *queue(size_t *count)
{
    struct notice *list = NULL;
    const struct notice_filter filter = {.limit = 100};
    must(notice_list(&list, count, w.arena, w.app.store, &filter, &err));
    return list;
}

/* "weber triage owner", one behind the other, in the order of the queue. */
static void expect(const char *wanted)
{
    size_t count = 0;
    struct notice *list = queue(&count);
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        char who[16] = "", clock[16] = "", rung[16] = "";
        ck_assert_int_eq(list[i].kind, NOTICE_ALARM);
        ck_assert_int_eq(sscanf(list[i].party, "%15s %*s %15s %15s", who, clock, rung), 3);
        ck_assert(text_starts(list[i].address, who));
        all = arena_printf(w.arena, "%s%s%s %s %s", all, i > 0 ? ", " : "", who, clock, rung);
    }
    ck_assert_str_eq(all, wanted);
    ck_assert_uint_eq(world_entries(&w, "escalation.sent", NULL), count);
}

/* The case was put there by hand; the mails must be what the log says. */
static void no_notice(void *context, const char *text)
{
    (void)context;
    ck_assert_msg(!text_starts(text, "notice ") && !text_starts(text, "advisory "), "%s", text);
}

static void replay_agrees(void)
{
    struct replay r;
    replay_init(&r);
    r.tell = no_notice;
    must(replay_run(&r, &w.app, &err));
    ck_assert_int_gt(r.notices, 0);
    replay_dispose(&r);
}

START_TEST(owner_then_deputy_then_the_role_each_step_once)
{
    (void)add_case(1, "weber");
    ck_assert(!act_at(39));
    expect("");
    ck_assert(act_at(40));
    expect("weber triage owner");
    ck_assert(!act_at(59));
    expect("weber triage owner");
    (void)act_at(60);
    expect("weber triage owner, weber triage deputy, meyer triage deputy");
    (void)act_at(70);
    expect("weber triage owner, weber triage deputy, meyer triage deputy, "
           "weber triage all, meyer triage all, kurz triage all");
    ck_assert(act_at(81));
    ck_assert(!act_at(500));
    ck_assert_uint_eq(world_entries(&w, "escalation.sent", "case-uid-1"), 9);
    replay_agrees();
}
END_TEST

START_TEST(what_nobody_owns_is_told_to_all_who_triage)
{
    struct case_file row = add_case(1, NULL);
    (void)act_at(8);
    expect("weber unassigned owner, kurz unassigned owner");
    must(app_begin(&w.app, &err));
    row.owner = "kurz";
    must(case_save(w.app.store, &row, row.state, &err));
    must(app_commit(&w.app, &err));
    ck_assert(!act_at(20)); /* it has an owner: that clock is over */
    (void)act_at(40);
    expect("weber unassigned owner, kurz unassigned owner, kurz triage owner");
}
END_TEST

START_TEST(who_is_away_is_stood_in_for_and_nobody_gets_two)
{
    people[0].absent_from = first_day;
    people[0].absent_to = last_day;
    (void)add_case(1, "weber");
    (void)act_at(40);
    expect("meyer triage owner");
    (void)act_at(60); /* for the owner, and as the deputy: one mail */
    expect("meyer triage owner, meyer triage deputy");
}
END_TEST

START_TEST(a_reporter_who_waits_has_two_clocks)
{
    struct case_file row = add_case(1, "weber");
    row.reporter = "Ann";
    row.reporter_mail = "ann@finder.example";
    row.triaged_ms = WORLD_NOW + 1;
    must(app_begin(&w.app, &err));
    must(case_save(w.app.store, &row, row.state, &err));
    must(app_commit(&w.app, &err));
    (void)act_at(500);
    expect("weber acknowledge safe-missed, meyer acknowledge safe-missed, "
           "kurz acknowledge safe-missed");
    row.acknowledged_ms = row.told_ms = WORLD_NOW + 500 * MS_HOUR;
    must(app_begin(&w.app, &err));
    must(case_save(w.app.store, &row, row.state, &err));
    must(app_commit(&w.app, &err));
    ck_assert(!act_at(899));
    (void)act_at(900);
    expect("weber acknowledge safe-missed, meyer acknowledge safe-missed, "
           "kurz acknowledge safe-missed, weber news owner");
}
END_TEST

START_TEST(after_an_outage_the_last_step_of_each_clock_the_earliest_first)
{
    clock_init_stopped(&w.app.clock, WORLD_NOW + MS_HOUR);
    (void)add_case(1, NULL);
    clock_init_stopped(&w.app.clock, WORLD_NOW);
    (void)add_case(2, NULL);
    (void)act_at(24 * 60);
    size_t count = 0;
    struct notice *list = queue(&count);
    ck_assert_uint_eq(count, 8); /* two persons, two clocks, two cases */
    for (size_t i = 0; i < count; i++) {
        static const char *const order[] = {"0002 unassigned safe-missed",
                                            "0001 unassigned safe-missed",
                                            "0002 triage safe-missed", "0001 triage safe-missed"};
        ck_assert_msg(strstr(list[i].party, order[i / 2]) != NULL, "%s", list[i].party);
    }
    ck_assert(!act_at(24 * 61));
    replay_agrees();
}
END_TEST

START_TEST(a_clock_that_cannot_be_told_is_a_task_and_keeps_no_other_one)
{
    (void)add_case(1, "weber");
    (void)add_case(2, "weber");
    world_sql(&w, "CREATE TRIGGER no BEFORE INSERT ON notice WHEN NEW.party LIKE '%-0001 %' BEGIN "
                  "SELECT RAISE(ABORT, 'refused by a test'); END");
    (void)act_at(40);
    (void)act_at(40);
    expect("weber triage owner");
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    world_sql(&w, "DROP TRIGGER no");
    ck_assert(act_at(40));
    expect("weber triage owner, weber triage owner");
}
END_TEST

START_TEST(the_mail_says_that_it_is_a_promise_and_what_ends_it)
{
    struct composer composer = {.app = &w.app};
    struct notice_text text;
    size_t count = 0;
    (void)add_case(1, "weber");
    (void)act_at(40);
    struct notice *list = queue(&count);
    ck_assert_uint_eq(count, 1);
    must(wording_open(&composer.wording, NULL, &err));
    notice_text_init(&text);
    must(duty_mail_text(&text, &composer, &list[0], &err));
    const char *body = str_text(&text.text);
    ck_assert_ptr_nonnull(strstr(body, "EXM-C-2027-0001 triage"));
    ck_assert_ptr_nonnull(strstr(body, "show\"")); /* lines may end between words */
    ck_assert_ptr_nonnull(strstr(body, "assign,"));
    ck_assert_ptr_nonnull(strstr(body, "promise"));
    ck_assert_ptr_null(strstr(body, "authority"));
    notice_text_dispose(&text);
    wording_close(composer.wording);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.case_alarm");
    TCase *tc = tcase_create("alarms");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, owner_then_deputy_then_the_role_each_step_once);
    tcase_add_test(tc, what_nobody_owns_is_told_to_all_who_triage);
    tcase_add_test(tc, who_is_away_is_stood_in_for_and_nobody_gets_two);
    tcase_add_test(tc, a_reporter_who_waits_has_two_clocks);
    tcase_add_test(tc, after_an_outage_the_last_step_of_each_clock_the_earliest_first);
    tcase_add_test(tc, a_clock_that_cannot_be_told_is_a_task_and_keeps_no_other_one);
    tcase_add_test(tc, the_mail_says_that_it_is_a_promise_and_what_ends_it);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
