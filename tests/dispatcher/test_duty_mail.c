/* Mails to our own people: who gets one, once, in which order after an outage, and what it says. */
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/duties/duty_act.h"
#include "dispatcher/duties/duty_mail.h"
#include "dispatcher/record/replay.h"
#include "store/case.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static struct person people[3];
static char meyer[] = "meyer", meyer_mail[] = "meyer@example.com";
static char kurz[] = "kurz", kurz_mail[] = "kurz@example.com";
static char german[] = "de";
static char first_day[] = "2027-01-01", last_day[] = "2027-12-31";

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* weber owns, meyer is the deputy, kurz holds the role. */
static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    for (int i = 0; i < 3; i++)
        people[i] = w.app.settings->people[0];
    people[0].deputy = meyer;
    people[1].id = meyer;
    people[1].mail = meyer_mail;
    people[2].id = kurz;
    people[2].mail = kurz_mail;
    w.app.settings->people = people;
    w.app.settings->people_count = 3;
    must(app_begin(&w.app, &err));
    struct case_file row = {.uid = "case-uid",
                            .number = "EXM-C-2027-0001",
                            .year = 2027,
                            .seq = 1,
                            .owner = "weber",
                            .opened_ms = WORLD_NOW,
                            .state_ms = WORLD_NOW};
    must(case_add(&row, w.app.store, &err));
    must(app_commit(&w.app, &err));
}

static void teardown(void)
{
    world_close(&w);
}

/* Its clock began at WORLD_NOW; without relief it ends so many days later, with it a day more. */
static void add_duty(const char *rule, int days)
{
    struct duty_row row = {.case_id = 1,
                           .rule = rule,
                           .version = 1,
                           .rule_sha256 = "00",
                           .jurisdiction = "EU",
                           .country = "DE",
                           .state = DUTY_RUNNING,
                           .deliverable = "form",
                           .owner = "weber",
                           .due_safe = "x",
                           .due_legal = "y",
                           .safe_ms = WORLD_NOW + days * MS_DAY,
                           .legal_ms = WORLD_NOW + (days + 1) * MS_DAY,
                           .start_ms = WORLD_NOW,
                           .derivation = "counted",
                           .next_ms = WORLD_NOW + days * MS_DAY / 2,
                           .created_ms = WORLD_NOW};
    must(app_begin(&w.app, &err));
    must(duty_add(&row, w.app.store, &err));
    must(app_commit(&w.app, &err));
}

static void act_at(int64_t hours)
{
    bool did = false;
    clock_init_stopped(&w.app.clock, WORLD_NOW + hours * MS_HOUR);
    must(duty_act(&w.app, &did, &err));
}

/* Addresses of all mails in the order of the queue, one blank between them; *out_count: how many.
 */
static const char *mails(struct notice **list, size_t *count)
{
    const char *all = "";
    const struct notice_filter filter = {.limit = 100};
    must(notice_list(list, count, w.arena, w.app.store, &filter, &err));
    for (size_t i = 0; i < *count; i++) {
        ck_assert_int_eq((*list)[i].kind, NOTICE_ALARM);
        ck_assert_int_eq((*list)[i].level, LEVEL_TLS);
        const char *to =
            arena_strndup(w.arena, (*list)[i].address, strcspn((*list)[i].address, "@"));
        all = i == 0 ? to : arena_printf(w.arena, "%s %s", all, to);
    }
    return all;
}

static void expect(const char *wanted)
{
    struct notice *list = NULL;
    size_t count = 0;
    ck_assert_str_eq(mails(&list, &count), wanted);
}

/* Case and duties were put there by hand; what was made of them must be what the log says. */
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

START_TEST(each_rung_is_a_mail_to_those_who_stand_on_it_and_only_once)
{
    add_duty("EU-87-10", 8);
    act_at(24 * 3);
    expect("");
    act_at(24 * 4);
    expect("weber");
    act_at(24 * 4 + 1);
    expect("weber");
    act_at(24 * 6);
    expect("weber weber meyer");
    act_at(24 * 7);
    expect("weber weber meyer weber meyer kurz");
    ck_assert_uint_eq(world_entries(&w, "deadline.warned", NULL), 3);
    replay_agrees();
}
END_TEST

START_TEST(who_is_away_is_stood_in_for_and_nobody_gets_two)
{
    people[0].absent_from = first_day;
    people[0].absent_to = last_day;
    add_duty("EU-87-10", 8);
    act_at(24 * 4);
    expect("meyer");
    act_at(24 * 6); /* as the owner's deputy, and for the owner: one mail */
    expect("meyer meyer");
}
END_TEST

START_TEST(after_an_outage_each_gets_one_for_each_duty_the_weightiest_first)
{
    struct notice *list = NULL;
    size_t count = 0;
    add_duty("EU-87-15", 15);
    add_duty("EU-87-2", 2);
    add_duty("EU-87-10", 10);
    act_at(24 * 60);
    (void)mails(&list, &count);
    ck_assert_uint_eq(count, 9); /* three persons, three duties, the last rung of each */
    for (size_t i = 0; i < count; i++) {
        static const char *const order[] = {" EU-87-2/DE ", " EU-87-10/DE ", " EU-87-15/DE "};
        ck_assert_ptr_nonnull(strstr(list[i].party, order[i / 3]));
        ck_assert_ptr_nonnull(strstr(list[i].party, " legal-missed "));
    }
    act_at(24 * 61);
    (void)mails(&list, &count);
    ck_assert_uint_eq(count, 9);
}
END_TEST

START_TEST(the_mail_says_case_rule_and_day_and_asks_for_the_reason_when_it_is_late)
{
    struct composer composer = {.app = &w.app};
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_text text;
    add_duty("EU-87-10", 8);
    act_at(24 * 4);
    act_at(24 * 20);
    (void)mails(&list, &count);
    ck_assert_uint_eq(count, 4);
    must(wording_open(&composer.wording, NULL, &err));
    for (size_t i = 0; i < 2; i++) {
        notice_text_init(&text);
        must(duty_mail_text(&text, &composer, &list[i], &err));
        const char *body = str_text(&text.text);
        ck_assert_ptr_nonnull(strstr(body, "EXM-C-2027-0001 EU-87-10/DE"));
        ck_assert_ptr_nonnull(strstr(body, i == 0 ? "23 January 2027" : "24 January 2027"));
        ck_assert_int_eq(strstr(body, "--reason") != NULL, i == 1);
        ck_assert_int_eq(strstr(str_text(&text.subject), "PAST ITS TIME") != NULL, i == 1);
        notice_text_dispose(&text);
    }
    for (size_t i = 0; i < 3; i++)
        people[i].language = german;
    notice_text_init(&text);
    must(duty_mail_text(&text, &composer, &list[0], &err));
    ck_assert_ptr_nonnull(strstr(str_text(&text.text), "23. Januar 2027"));
    notice_text_dispose(&text);
    wording_close(composer.wording);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.duty_mail");
    TCase *tc = tcase_create("mails");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, each_rung_is_a_mail_to_those_who_stand_on_it_and_only_once);
    tcase_add_test(tc, who_is_away_is_stood_in_for_and_nobody_gets_two);
    tcase_add_test(tc, after_an_outage_each_gets_one_for_each_duty_the_weightiest_first);
    tcase_add_test(tc, the_mail_says_case_rule_and_day_and_asks_for_the_reason_when_it_is_late);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
