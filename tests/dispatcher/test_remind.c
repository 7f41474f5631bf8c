/* Whoever was told and does not answer is asked again: in which state, after whose answer, when. */
#include "dispatcher/answer.h"
#include "dispatcher/chase.h"
#include "dispatcher/move.h"
#include "dispatcher/work.h"
#include "store/case.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static struct advisory row;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void look_at(int64_t at_ms)
{
    clock_init_stopped(&w.app.clock, at_ms);
    for (bool more = true; more;)
        must(remind_step(&w.app, &more, &err));
}

#define DAY(n) (WORLD_NOW + (n)*MS_DAY)

static void save(struct notice *n, enum notice_state from)
{
    must(app_begin(&w.app, &err));
    must(notice_update(w.app.store, n, from, &err));
    must(app_commit(&w.app, &err));
}

static struct notice told(const char *party, enum notice_state state)
{
    struct notice n = world_notice(&w, &row, party, 1, state, "relay");
    n.accepted_ms = WORLD_NOW;
    n.sendings = 1;
    save(&n, state);
    return n;
}

static void turn(struct notice *n, enum notice_state to)
{
    *n = world_read(&w, n);
    const enum notice_state from = n->state;
    n->state = to;
    save(n, from);
}

/* The one of this kind to the party; false: there is none. */
static bool find(struct notice *out, const char *party, enum notice_kind kind)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = row.id, .party = party};
    must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].kind != kind)
            continue;
        *out = list[i];
        found++;
    }
    ck_assert_uint_le(found, 1);
    return found == 1;
}

static void left(const char *party)
{
    static const enum notice_kind kinds[] = {NOTICE_REMINDER, NOTICE_ESCALATION};
    for (size_t i = 0; i < 2; i++) {
        struct notice n;
        if (!find(&n, party, kinds[i]) || n.state != STATE_PLANNED)
            continue;
        n.state = STATE_ACCEPTED;
        n.accepted_ms = app_now(&w.app);
        save(&n, STATE_PLANNED);
    }
}

static bool is_called(const char *party)
{
    struct task *tasks = NULL;
    size_t count = 0;
    bool called = false;
    must(task_list(&tasks, &count, w.arena, w.app.store, true, row.id, &err));
    for (size_t i = 0; i < count; i++) {
        struct task_item *items = NULL;
        size_t item_count = 0;
        must(task_item_list(&items, &item_count, w.arena, w.app.store, tasks[i].id, &err));
        for (size_t k = 0; k < item_count; k++) {
            ck_assert(!called || !text_equal(items[k].about, party));
            called = called || text_equal(items[k].about, party);
        }
    }
    return called;
}

static void must_be(const char *party, bool reminded, bool next, bool called)
{
    struct notice n;
    ck_assert_msg(find(&n, party, NOTICE_REMINDER) == reminded, "%s: reminder", party);
    ck_assert_msg(find(&n, party, NOTICE_ESCALATION) == next, "%s: next route", party);
    ck_assert_msg(is_called(party) == called, "%s: call", party);
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,a@h1.example,\nh1,hdo,DE,b@h1.example,+49 30 1\n"
                      "h2,hdo,DE,a@h2.example,+49 30 2\nbf,regulator,DE,x@bf.example,\n"
                      "desk,complaint,DE,x@desk.example,\n");
    w.app.settings->reminder.percent = 50;
    row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
}

static void teardown(void)
{
    remind_forget(&w.app);
    world_close(&w);
}

enum who { NOBODY, SITE_AT_ONCE, GROUP_AT_ONCE, SITE_REMINDED, GROUP_REMINDED, WHO_COUNT };

/* One party for each state that its notice can stand in, and each answer. */
START_TEST(each_state_with_each_answer)
{
    static const int64_t days[] = {6, 8, 13, 15, 16, 19, 30};
    struct notice list[STATE_COUNT][WHO_COUNT];
    struct str csv;
    str_init(&csv, STR_LIMIT_TEXT);
    str_add(&csv, "party,kind,country,email,group\n");
    for (int s = 0; s < STATE_COUNT; s++)
        for (int a = 0; a < WHO_COUNT; a++)
            str_addf(&csv,
                     "s%02d%d,hdo,DE,a@s%02d%d.example,g%02d%d\n"
                     "s%02d%d,hdo,DE,b@s%02d%d.example,g%02d%d\n"
                     "g%02d%d,hdo,DE,a@g%02d%d.example,\n",
                     s, a, s, a, s, a, s, a, s, a, s, a, s, a, s, a);
    world_parties(&w, str_text(&csv));
    str_dispose(&csv);
    for (int s = 0; s < STATE_COUNT; s++)
        for (int a = 0; a < WHO_COUNT; a++) {
            list[s][a] = told(arena_printf(w.arena, "s%02d%d", s, a), (enum notice_state)s);
            if (a == GROUP_AT_ONCE)
                (void)told(arena_printf(w.arena, "g%02d%d", s, a), STATE_ANSWERED);
            if (a == SITE_AT_ONCE)
                turn(&list[s][a], STATE_ANSWERED);
        }
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        look_at(DAY(days[d]));
        for (int s = 0; s < STATE_COUNT; s++)
            for (int a = 0; a < WHO_COUNT; a++) {
                const char *party = list[s][a].party;
                const bool out = s == STATE_ACCEPTED || s == STATE_PASSED;
                const bool open = out && a != SITE_AT_ONCE && a != GROUP_AT_ONCE;
                must_be(party, open && days[d] >= 7, open && a == NOBODY && days[d] >= 14,
                        open && a == NOBODY && days[d] >= 18);
                left(party);
                if (days[d] == 8 && a == SITE_REMINDED && out)
                    turn(&list[s][a], STATE_ANSWERED);
                if (days[d] == 8 && a == GROUP_REMINDED && out)
                    (void)told(arena_printf(w.arena, "g%02d%d", s, a), STATE_ANSWERED);
            }
        look_at(DAY(days[d]) + 1); /* at once again, and after a start */
        remind_forget(&w.app);
    }
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE), 1); /* for all of them */
}
END_TEST

START_TEST(authorities_and_our_own_desk_are_not_asked_again)
{
    (void)told("bf", STATE_ACCEPTED);
    (void)told("desk", STATE_PASSED);
    for (int day = 7; day < 40; day++) {
        look_at(DAY(day));
        must_be("bf", false, false, false);
        must_be("desk", false, false, false);
    }
}
END_TEST

START_TEST(after_an_outage_comes_one_message_not_two)
{
    struct notice n;
    (void)told("h1", STATE_PASSED); /* has another route */
    (void)told("h2", STATE_PASSED); /* has none */
    for (int look = 0; look < 3; look++) {
        look_at(DAY(30) + look * 20 * MS_MINUTE);
        must_be("h1", false, true, false);
        must_be("h2", true, false, false);
        left("h1");
        left("h2");
    }
    ck_assert(find(&n, "h1", NOTICE_ESCALATION));
    ck_assert_str_eq(n.address, "b@h1.example");
    ck_assert(find(&n, "h2", NOTICE_REMINDER));
    ck_assert_str_eq(n.address, "a@h2.example");
    look_at(DAY(32));
    must_be("h1", false, true, false);
    look_at(DAY(33) + MS_HOUR);
    must_be("h1", false, true, true);
    must_be("h2", true, false, true);
}
END_TEST

START_TEST(a_clock_that_jumps_doubles_nothing)
{
    static const int64_t days[] = {8, 3, 8, 1, 15, 2, 15, 7, 19, 3, 25};
    (void)told("h1", STATE_ACCEPTED);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        look_at(DAY(days[i]));
        left("h1");
    }
    must_be("h1", true, true, true);
    ck_assert_uint_eq(world_entries(&w, "notice.planned", NULL), 2);
    ck_assert_uint_eq(world_entries(&w, "task.opened", NULL), 1);
}
END_TEST

START_TEST(a_reminder_that_still_waits_gives_way_to_the_next_route)
{
    struct notice n;
    (void)told("h1", STATE_ACCEPTED);
    look_at(DAY(8));
    look_at(DAY(15)); /* the relay was away all the time */
    must_be("h1", true, true, false);
    ck_assert(find(&n, "h1", NOTICE_REMINDER));
    ck_assert_int_eq(n.state, STATE_SUPERSEDED);
    look_at(DAY(40));
    must_be("h1", true, true, false); /* what has not left is waited for */
}
END_TEST

static void claim(struct notice *n)
{
    bool may = true;
    *n = world_read(&w, n);
    must(app_begin(&w.app, &err));
    must(work_may_claim(&may, &w.app, n, &err));
    must(app_commit(&w.app, &err));
    *n = world_read(&w, n);
}

START_TEST(one_that_waits_in_the_queue_does_not_leave_behind_the_answer)
{
    struct notice n;
    struct notice first = told("h1", STATE_ACCEPTED);
    look_at(DAY(8));
    ck_assert(find(&n, "h1", NOTICE_REMINDER));
    claim(&n);
    ck_assert_int_eq(n.state, STATE_PLANNED);
    turn(&first, STATE_ANSWERED);
    claim(&n);
    ck_assert_int_eq(n.state, STATE_CANCELLED);
    ck_assert_uint_eq(world_entries(&w, "notice.cancelled", n.uid), 1);
    turn(&n, STATE_SENDING);
    world_parcel(&w, &n, "<1@example>");
    const int64_t attempt = world_attempt(&w, &n);
    must(app_begin(&w.app, &err));
    ck_assert_int_eq(work_dot(&w.app, attempt, &err), ERR_STALE);
    ck_assert_ptr_nonnull(strstr(err.text, "they answered"));
    app_rollback(&w.app);
}
END_TEST

START_TEST(what_a_person_stopped_is_not_followed_by_another)
{
    struct notice n;
    (void)told("h1", STATE_ACCEPTED);
    look_at(DAY(8));
    ck_assert(find(&n, "h1", NOTICE_REMINDER));
    turn(&n, STATE_CANCELLED);
    for (int day = 9; day < 40; day++)
        look_at(DAY(day));
    must_be("h1", true, false, false);
}
END_TEST

START_TEST(a_version_that_is_superseded_asks_nobody_again)
{
    (void)told("h1", STATE_ACCEPTED);
    row.state = ADVISORY_SUPERSEDED;
    must(app_begin(&w.app, &err));
    must(advisory_update(w.app.store, &row, ADVISORY_RELEASED, &err));
    must(app_commit(&w.app, &err));
    look_at(DAY(30));
    must_be("h1", false, false, false);
}
END_TEST

START_TEST(closed_cases_ask_nobody_again)
{
    struct case_file c;
    const int64_t id = world_case(&w, row.tracking);
    (void)told("h1", STATE_ACCEPTED);
    look_at(DAY(8));
    must_be("h1", true, false, false); /* open: they are asked */
    left("h1");
    must(case_get(&c, w.arena, w.app.store, id, &err));
    const enum case_state from = c.state;
    c.state = CASE_CLOSED;
    c.closed_ms = DAY(9);
    must(app_begin(&w.app, &err));
    must(case_save(w.app.store, &c, from, &err));
    must(app_commit(&w.app, &err));
    look_at(DAY(30));
    must_be("h1", true, false, false);
}
END_TEST

START_TEST(an_answer_to_the_reminder_answers_the_notice)
{
    struct notice n;
    struct notice first = told("h1", STATE_ACCEPTED);
    struct str out;
    look_at(DAY(8));
    left("h1");
    ck_assert(find(&n, "h1", NOTICE_REMINDER));
    n.sendings = 1;
    save(&n, STATE_ACCEPTED);
    const char *mail =
        arena_printf(w.arena,
                     "From: a@h1.example\r\nTo: psirt+%s@example.com\r\nSubject: Re: reminder\r\n"
                     "Message-ID: <x@h1.example>\r\n\r\nRECEIVED %s\r\n",
                     n.token, first.code);
    str_init(&out, STR_LIMIT_TEXT);
    must(answer_message(&w.app, "mail", bytes_of(mail), &out, &err));
    ck_assert_msg(strstr(str_text(&out), "applied") != NULL, "%s", str_text(&out));
    str_dispose(&out);
    ck_assert_int_eq(world_read(&w, &first).state, STATE_ANSWERED);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_ACCEPTED);
    look_at(DAY(30));
    must_be("h1", true, false, false);
}
END_TEST

START_TEST(chase_says_what_comes_by_itself_and_when)
{
    static const struct {
        int64_t day;
        const char *said;
    } said[] = {{1, "by itself: reminder at 2027-01-22"},
                {8, "by itself: next-route at 2027-01-29"},
                {15, "by itself: call at 2027-02-02"},
                {20, "b@h1.example, phone +49 30 1; task "}};
    (void)told("h1", STATE_ACCEPTED);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct chase chase;
        struct str out;
        bool more = true;
        int64_t at_ms = DAY(said[i].day);
        look_at(at_ms);
        left("h1");
        str_init(&out, STR_LIMIT_TEXT);
        must(chase_begin(&chase, &w.app, w.arena, NULL, CHASE_TEXT, &err));
        while (more)
            must(chase_slice(&out, &more, &chase, &err));
        ck_assert_msg(strstr(str_text(&out), said[i].said) != NULL, "%s", str_text(&out));
        ck_assert_int_eq(chase.shown, 1);
        str_dispose(&out);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.remind");
    TCase *tc = tcase_create("remind");
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, each_state_with_each_answer);
    tcase_add_test(tc, authorities_and_our_own_desk_are_not_asked_again);
    tcase_add_test(tc, after_an_outage_comes_one_message_not_two);
    tcase_add_test(tc, a_clock_that_jumps_doubles_nothing);
    tcase_add_test(tc, a_reminder_that_still_waits_gives_way_to_the_next_route);
    tcase_add_test(tc, one_that_waits_in_the_queue_does_not_leave_behind_the_answer);
    tcase_add_test(tc, what_a_person_stopped_is_not_followed_by_another);
    tcase_add_test(tc, a_version_that_is_superseded_asks_nobody_again);
    tcase_add_test(tc, closed_cases_ask_nobody_again);
    tcase_add_test(tc, an_answer_to_the_reminder_answers_the_notice);
    tcase_add_test(tc, chase_says_what_comes_by_itself_and_when);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
