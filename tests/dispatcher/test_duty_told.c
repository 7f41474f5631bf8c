/* A duty to inform is met by notices: those that the rule names, all of them, and by proof. */
#include "dispatcher/duties/duty_told.h"

#include "base/file.h"
#include "clocks/pack.h"
#include "dispatcher/duties/duty_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "store/case.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static struct advisory advisory;
static int64_t duty_id;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

/* A case that is linked to the advisory, with the duty to inform by EU-89-FSN. */
static void add_duty(const char *country)
{
    struct pack *pack = NULL;
    const struct rule *rule = NULL;
    struct case_file row = {.uid = "case-uid",
                            .number = "EXM-C-2027-0001",
                            .year = 2027,
                            .seq = 1,
                            .owner = "weber",
                            .opened_ms = WORLD_NOW,
                            .state_ms = WORLD_NOW};
    struct case_link link = {.kind = LINK_ADVISORY, .ref = "EXM-2026-0007", .person = "weber"};
    must(pack_open(&pack, w.app.settings->dir, &err));
    must(pack_rule(&rule, pack, "EU-89-FSN", &err));
    struct duty_row duty = {.rule = rule->id,
                            .version = rule->version,
                            .rule_sha256 = rule->sha256,
                            .jurisdiction = "EU",
                            .country = country,
                            .state = DUTY_RUNNING,
                            .deliverable = "advisory",
                            .informs = true,
                            .owner = "weber",
                            .trigger = "2027-01-02",
                            .derivation = "at once",
                            .created_ms = WORLD_NOW};
    struct task reminder = {.kind = TASK_QUESTION, .cause = "duty 1 due", .title = "t"};
    must(app_begin(&w.app, &err));
    must(case_add(&row, w.app.store, &err));
    link.case_id = duty.case_id = row.id;
    must(case_link_add(&link, w.app.store, &err));
    must(duty_add(&duty, w.app.store, &err));
    must(task_open(&reminder, NULL, w.app.store, &err));
    must(app_commit(&w.app, &err));
    pack_close(pack);
    duty_id = duty.id;
    ck_assert_int_eq(duty_id, 1);
}

static struct notice add_notice(const char *party, enum notice_state state, enum level level)
{
    struct notice n = world_notice(&w, &advisory, party, 1, state, "relay");
    n.level = level;
    n.accepted_ms = WORLD_NOW + n.id;
    must(app_begin(&w.app, &err));
    must(notice_update(w.app.store, &n, state, &err));
    must(app_commit(&w.app, &err));
    return n;
}

/* by: a person of ours, or NULL: it came by mail. */
static void add_receipt(const struct notice *n, enum grade grade, const char *how, const char *by,
                        int64_t at_ms)
{
    struct receipt_row row = {
        .notice_id = n->id, .grade = grade, .how = how, .by = by, .units = -1, .at_ms = at_ms};
    must(app_begin(&w.app, &err));
    must(receipt_add(&row, w.app.store, &err));
    must(app_commit(&w.app, &err));
}

static struct duty_row look(bool is_met)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    bool did = false;
    must(duty_told(&w.app, &did, &err));
    ck_assert_int_eq(did, is_met);
    must(duty_list(&list, &count, w.arena, w.app.store, 1, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].state, is_met ? DUTY_MET : DUTY_RUNNING);
    ck_assert_uint_eq(world_entries(&w, "duty.met", "case-uid"), is_met ? 1 : 0);
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), is_met ? 0 : 1);
    return list[0];
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nberlin,hdo,DE,a@example.com\n"
                      "wien,hdo,AT,b@example.com\nhandel,distributor,DE,c@example.com\n"
                      "bfarm,regulator,DE,d@example.com\nboston,hdo,US,e@example.com\n");
    advisory = world_advisory(&w, "1.0.0", TLP_GREEN, ADVISORY_RELEASED);
}

static void teardown(void)
{
    world_close(&w);
}

START_TEST(it_is_met_when_all_whom_the_rule_names_were_told_and_the_proof_names_each)
{
    struct str proof;
    add_duty(NULL);
    const struct notice berlin = add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    const struct notice trade = add_notice("handel", STATE_ANSWERED, LEVEL_WAITING);
    const struct notice wien = add_notice("wien", STATE_PASSED, LEVEL_TASK);
    add_receipt(&trade, GRADE_ANSWERED, "phone", "weber", WORLD_NOW);
    const struct notice bfarm = add_notice("bfarm", STATE_PLANNED, LEVEL_TLS);   /* no customer */
    const struct notice boston = add_notice("boston", STATE_PLANNED, LEVEL_TLS); /* elsewhere */
    const struct duty_row met = look(true);
    ck_assert_int_eq(met.met_ms, wien.accepted_ms); /* the last one */
    ck_assert_ptr_null(met.met_by);
    str_init(&proof, STR_LIMIT_LINE);
    must(blob_get(&proof, w.app.store, met.proof, &err));
    const char *text = str_text(&proof);
    ck_assert_ptr_nonnull(strstr(text, "told: 3, the last one at "));
    ck_assert_ptr_nonnull(strstr(text, berlin.code));
    ck_assert_ptr_nonnull(strstr(text, trade.code));
    ck_assert_ptr_nonnull(strstr(text, wien.uid));
    ck_assert_ptr_null(strstr(text, bfarm.code));
    ck_assert_ptr_null(strstr(text, boston.code));
    ck_assert_ptr_null(strstr(text, "example.com")); /* nobody's address */
    str_dispose(&proof);
}
END_TEST

/* Of one of them it is not sure. */
static const struct {
    enum notice_state state;
    enum level level;
} unsure[] = {
    {STATE_PLANNED, LEVEL_TLS},    {STATE_SEALING, LEVEL_TLS},      {STATE_READY, LEVEL_TLS},
    {STATE_SENDING, LEVEL_TLS},    {STATE_DOTTED, LEVEL_TLS},       {STATE_UNCERTAIN, LEVEL_TLS},
    {STATE_ACCEPTED, LEVEL_TLS},   {STATE_TASKED, LEVEL_TASK},      {STATE_CANCELLED, LEVEL_TLS},
    {STATE_PASSED, LEVEL_WAITING}, {STATE_ANSWERED, LEVEL_WAITING},
};

START_TEST(one_of_whom_it_is_not_sure_keeps_it_open)
{
    add_duty(NULL);
    (void)add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    (void)add_notice("wien", unsure[_i].state, unsure[_i].level);
    (void)look(false);
}
END_TEST

START_TEST(a_mail_that_answers_a_waiting_notice_tells_nobody_the_text)
{
    add_duty("DE");
    const struct notice n = add_notice("berlin", STATE_ANSWERED, LEVEL_WAITING);
    add_receipt(&n, GRADE_DELIVERED, "dsn", NULL, WORLD_NOW + MS_MINUTE);
    add_receipt(&n, GRADE_ANSWERED, "mail", NULL, WORLD_NOW + MS_HOUR);
    (void)look(false);
    add_receipt(&n, GRADE_ANSWERED, "phone", "weber", WORLD_NOW + 2 * MS_HOUR);
    ck_assert_int_eq(look(true).met_ms, WORLD_NOW + 2 * MS_HOUR); /* not when the mail went */
}
END_TEST

/* Day 0: taken by our relay, back after two hours. What was said behind that told them. */
START_TEST(what_came_back_is_told_by_the_call_and_not_by_the_mail)
{
    static const char *const by[] = {"weber", NULL};
    const int64_t back = WORLD_NOW + 2 * MS_HOUR, call = WORLD_NOW + 40 * MS_DAY;
    add_duty("DE");
    const struct notice n = add_notice("berlin", STATE_ANSWERED, LEVEL_SEALED);
    add_receipt(&n, GRADE_TAKEN, "smtp", NULL, n.accepted_ms);
    add_receipt(&n, GRADE_BOUNCED, "dsn", NULL, back);
    add_receipt(&n, GRADE_ANSWERED, _i == 0 ? "phone" : "mail", by[_i], call);
    add_receipt(&n, GRADE_ACTION, "phone", "weber", call + MS_DAY);
    ck_assert_int_eq(look(true).met_ms, call);
}
END_TEST

START_TEST(what_left_behind_a_bounce_is_told_when_it_left)
{
    add_duty("DE");
    const struct notice n = add_notice("berlin", STATE_ANSWERED, LEVEL_SEALED);
    add_receipt(&n, GRADE_BOUNCED, "dsn", NULL, n.accepted_ms - 1);
    add_receipt(&n, GRADE_ANSWERED, "phone", "weber", WORLD_NOW + MS_DAY);
    ck_assert_int_eq(look(true).met_ms, n.accepted_ms);
}
END_TEST

/* A key came: the text went after the waiting notice. */
START_TEST(the_text_that_followed_a_waiting_notice_tells_it)
{
    add_duty("DE");
    (void)add_notice("berlin", _i == 0 ? STATE_PASSED : STATE_ANSWERED, LEVEL_WAITING);
    world_sql(&w, "UPDATE notice SET kind = 'waiting'");
    (void)look(false);
    const struct notice text = add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    ck_assert_int_eq(look(true).met_ms, text.accepted_ms);
}
END_TEST

START_TEST(a_duty_in_one_country_waits_for_nobody_in_another)
{
    add_duty("DE");
    (void)add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    (void)add_notice("wien", STATE_PLANNED, LEVEL_TLS);
    (void)look(true);
}
END_TEST

START_TEST(nobody_to_tell_is_no_proof)
{
    add_duty(NULL);
    (void)add_notice("boston", STATE_PASSED, LEVEL_SEALED);
    (void)look(false);
}
END_TEST

START_TEST(a_newer_version_that_is_not_out_keeps_it_open)
{
    add_duty(NULL);
    (void)add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    (void)world_advisory(&w, "2.0.0", TLP_GREEN, _i == 0 ? ADVISORY_SUBMITTED : ADVISORY_APPROVED);
    (void)look(false);
}
END_TEST

START_TEST(by_a_rule_of_another_version_nothing_is_met)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    add_duty(NULL);
    (void)add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    must(duty_list(&list, &count, w.arena, w.app.store, 1, &err));
    list[0].rule_sha256 = "00";
    must(app_begin(&w.app, &err));
    must(duty_save(w.app.store, &list[0], DUTY_RUNNING, &err));
    must(app_commit(&w.app, &err));
    (void)look(false);
}
END_TEST

/* What meets the duty is still watched when its clock is over. */
static const struct {
    enum notice_state state;
    enum level level;
    int64_t accepted_ms;
    bool is_missed;
} clocks[] = {{STATE_ACCEPTED, LEVEL_TLS, WORLD_NOW + MS_HOUR, false},
              {STATE_ACCEPTED, LEVEL_TLS, WORLD_NOW + MS_DAY + 1, true},
              {STATE_ACCEPTED, LEVEL_WAITING, WORLD_NOW + MS_HOUR, true}, /* it tells nothing */
              {STATE_UNCERTAIN, LEVEL_TLS, WORLD_NOW + MS_HOUR, true}};

/* The clock of the duty ends a day after WORLD_NOW, and now it is two days after it. */
static void end_clock(void)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    must(duty_list(&list, &count, w.arena, w.app.store, 1, &err));
    list[0].safe_ms = list[0].legal_ms = WORLD_NOW + MS_DAY;
    list[0].start_ms = WORLD_NOW - MS_DAY;
    list[0].next_ms = WORLD_NOW;
    must(app_begin(&w.app, &err));
    must(duty_save(w.app.store, &list[0], DUTY_RUNNING, &err));
    must(app_commit(&w.app, &err));
    clock_init_stopped(&w.app.clock, WORLD_NOW + 2 * MS_DAY);
}

START_TEST(rules_that_cannot_be_read_silence_no_alarm)
{
    bool did = false;
    char *rules = path_join(w.dir, "rules");
    char *path = path_join(w.dir, "rules/local.cfg");
    add_duty("DE");
    (void)add_notice("berlin", STATE_ACCEPTED, LEVEL_TLS);
    end_clock();
    must(file_make_dir(rules, 0700, &err));
    must(file_write(path, bytes_of("rules = ( {"), 0600, &err));
    must(duty_act(&w.app, &did, &err));
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", "duty-1"), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    free(path);
    free(rules);
}
END_TEST

START_TEST(what_was_sent_in_time_is_not_missed_while_bounces_are_waited_for)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    bool did = false;
    add_duty("DE");
    struct notice n = add_notice("berlin", clocks[_i].state, clocks[_i].level);
    n.accepted_ms = clocks[_i].accepted_ms;
    must(app_begin(&w.app, &err));
    must(notice_update(w.app.store, &n, clocks[_i].state, &err));
    must(app_commit(&w.app, &err));
    end_clock();
    must(duty_act(&w.app, &did, &err));
    ck_assert_uint_eq(world_entries(&w, "deadline.missed", "duty-1"), clocks[_i].is_missed);
    must(duty_list(&list, &count, w.arena, w.app.store, 1, &err));
    ck_assert_int_eq(list[0].next_ms, clocks[_i].is_missed ? 0 : WORLD_NOW + 2 * MS_DAY + MS_HOUR);
}
END_TEST

/* Handed in by hand it would be asked for at once; of notices it is asked behind them. */
START_TEST(what_notices_met_late_waits_for_a_reason)
{
    struct case_file row;
    struct duty_row *list = NULL;
    struct task *tasks = NULL;
    size_t count = 0;
    struct str out;
    struct duty_word word = {.rule = "EU-89-FSN", .by = "weber", .at_ms = WORLD_NOW};
    str_init(&out, STR_LIMIT_TEXT);
    add_duty("DE");
    struct notice n = add_notice("berlin", STATE_PASSED, LEVEL_SEALED);
    n.accepted_ms = WORLD_NOW + MS_DAY + _i;
    must(app_begin(&w.app, &err));
    must(notice_update(w.app.store, &n, STATE_PASSED, &err));
    must(app_commit(&w.app, &err));
    end_clock();
    bool did = false;
    must(duty_told(&w.app, &did, &err));
    ck_assert(did);
    must(task_list(&tasks, &count, w.arena, w.app.store, false, 0, &err));
    ck_assert_uint_eq(count, (size_t)_i);
    must(case_find(&row, w.arena, w.app.store, "EXM-C-2027-0001", &err));
    must(app_begin(&w.app, &err));
    ck_assert_int_eq(duty_report(&w.app, &row, &word, &out, &err), ERR_REFUSED);
    word.proof = bytes_of("another proof");
    word.reason = "the key of their desk had ended";
    ck_assert_int_eq(duty_report(&w.app, &row, &word, &out, &err), ERR_REFUSED);
    word.proof = (struct bytes){0};
    ck_assert_int_eq(duty_report(&w.app, &row, &word, &out, &err), _i == 1 ? OK : ERR_REFUSED);
    ck_assert_int_eq(duty_waive(&w.app, &row, &word, &out, &err), ERR_REFUSED);
    must(app_commit(&w.app, &err));
    must(duty_list(&list, &count, w.arena, w.app.store, 1, &err));
    ck_assert_int_eq(list[0].state, DUTY_MET);
    ck_assert_ptr_nonnull(list[0].proof);
    ck_assert(_i == 1 ? text_equal(list[0].reason, word.reason) : list[0].reason == NULL);
    ck_assert_uint_eq(world_entries(&w, "duty.explained", "case-uid"), (size_t)_i);
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), 0);
    must(app_begin(&w.app, &err));
    ck_assert_int_eq(duty_report(&w.app, &row, &word, &out, &err), ERR_REFUSED); /* once */
    must(app_commit(&w.app, &err));
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.duty_told");
    TCase *tcase = tcase_create("duty_told");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase,
                   it_is_met_when_all_whom_the_rule_names_were_told_and_the_proof_names_each);
    tcase_add_loop_test(tcase, one_of_whom_it_is_not_sure_keeps_it_open, 0,
                        (int)(sizeof unsure / sizeof unsure[0]));
    tcase_add_test(tcase, a_mail_that_answers_a_waiting_notice_tells_nobody_the_text);
    tcase_add_loop_test(tcase, what_came_back_is_told_by_the_call_and_not_by_the_mail, 0, 2);
    tcase_add_test(tcase, what_left_behind_a_bounce_is_told_when_it_left);
    tcase_add_loop_test(tcase, the_text_that_followed_a_waiting_notice_tells_it, 0, 2);
    tcase_add_test(tcase, a_duty_in_one_country_waits_for_nobody_in_another);
    tcase_add_loop_test(tcase, what_was_sent_in_time_is_not_missed_while_bounces_are_waited_for, 0,
                        (int)(sizeof clocks / sizeof clocks[0]));
    tcase_add_loop_test(tcase, what_notices_met_late_waits_for_a_reason, 0, 2);
    tcase_add_test(tcase, rules_that_cannot_be_read_silence_no_alarm);
    tcase_add_test(tcase, nobody_to_tell_is_no_proof);
    tcase_add_loop_test(tcase, a_newer_version_that_is_not_out_keeps_it_open, 0, 2);
    tcase_add_test(tcase, by_a_rule_of_another_version_nothing_is_met);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
