/* The pass over all parties when something does not read: whoever can have a digest gets it. */
#include "dispatcher/op.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/work.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;
static struct settings_digest daily;
static char rule[] = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0";
static char utc[] = "UTC";

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void look_at(int64_t at_ms)
{
    clock_init_stopped(&w.app.clock, at_ms);
    for (bool more = true; more;)
        must(digest_step(&w.app, &more, &err));
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nh1,hdo,DE,a@h1.example\nh2,hdo,DE,a@h2.example\n"
                      "h3,hdo,DE,a@h3.example\n");
    daily =
        (struct settings_digest){.for_kind = PARTY_HDO, .rrule = rule, .zone = utc, .empty = true};
    w.app.settings->digests = &daily;
    w.app.settings->digest_count = 1;
    look_at(WORLD_NOW); /* in force from here on */
}

static void teardown(void)
{
    digest_forget(&w.app);
    world_close(&w);
}

/* Its digests, the newest first. */
static struct digest_sent *sent_to(size_t *count, const char *party)
{
    struct digest_sent *list = NULL;
    must(digest_sent_list(&list, count, w.arena, w.app.store, party, 16, &err));
    return list;
}

static void must_have(const char *party, size_t digests)
{
    size_t count = 0;
    (void)sent_to(&count, party);
    ck_assert_msg(count == digests, "%s has %zu, not %zu", party, count, digests);
}

static void move(int64_t notice_id, enum notice_state state)
{
    struct notice n;
    must(app_begin(&w.app, &err));
    must(notice_get(&n, w.arena, w.app.store, notice_id, &err));
    const enum notice_state before = n.state;
    n.state = state;
    must(notice_update(w.app.store, &n, before, &err));
    must(app_commit(&w.app, &err));
}

/* What their newest digest says. */
static struct digest_content said_to(const char *party)
{
    struct digest_content content = {0};
    struct advisory issue;
    struct str text;
    size_t count = 0;
    const struct digest_sent *sent = sent_to(&count, party);
    ck_assert_uint_ge(count, 1);
    str_init(&text, STR_LIMIT_TEXT);
    must(advisory_get(&issue, w.arena, w.app.store, sent[0].advisory_id, &err));
    must(blob_get(&text, w.app.store, issue.sha256, &err));
    must(digest_read(&content, w.arena, str_bytes(&text), &err));
    str_dispose(&text);
    return content;
}

/* In h2's hands there is a digest that does not read. */
static int64_t spoil_h2(void)
{
    struct advisory issue =
        world_advisory_of(&w, "1", TLP_CLEAR, ADVISORY_SUBMITTED, bytes_of("no digest"));
    struct notice n = world_notice(&w, &issue, "h2", 1, STATE_ACCEPTED, "mail");
    struct digest_turn turn = {.schedule = "by-hand",
                               .party = "h2",
                               .wall = WORLD_NOW,
                               .run_ms = WORLD_NOW,
                               .outcome = "planned",
                               .notice_id = n.id,
                               .at_ms = WORLD_NOW};
    must(app_begin(&w.app, &err));
    must(digest_turn_add(&turn, w.app.store, &err));
    must(app_commit(&w.app, &err));
    return n.id;
}

static void must_be_told_once(void)
{
    ck_assert_uint_eq(world_entries(&w, "fault.detected", NULL), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
}

START_TEST(a_party_that_fails_is_left_out_told_once_and_tried_again)
{
    (void)world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    const int64_t spoilt = spoil_h2();
    for (int quarter = 0; quarter < 3; quarter++) {
        look_at(WORLD_NOW + MS_DAY + quarter * 16 * MS_MINUTE);
        must_have("h1", 1);
        must_have("h2", 1);
        must_have("h3", 1);
        must_be_told_once();
    }
    move(spoilt, STATE_CANCELLED);
    digest_forget(&w.app); /* over a start, too */
    look_at(WORLD_NOW + MS_DAY + MS_HOUR);
    must_have("h1", 1);
    must_have("h2", 2);
    must_be_told_once();
}
END_TEST

START_TEST(an_advisory_that_does_not_read_is_neither_new_nor_gone)
{
    static const char *const parties[] = {"h1", "h2", "h3"};
    struct advisory good = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    look_at(WORLD_NOW + MS_DAY);
    for (size_t i = 0; i < 3; i++) {
        size_t count = 0;
        struct digest_content first = said_to(parties[i]);
        ck_assert_uint_eq(digest_count(&first, DIGEST_NEW), 1);
        move(sent_to(&count, parties[i])[0].notice_id, STATE_ACCEPTED);
    }
    (void)world_advisory_of(&w, "1.1.0", TLP_CLEAR, ADVISORY_RELEASED, bytes_of("no CSAF"));
    good.state = ADVISORY_SUPERSEDED;
    must(app_begin(&w.app, &err));
    must(advisory_update(w.app.store, &good, ADVISORY_RELEASED, &err));
    must(app_commit(&w.app, &err));
    for (int day = 2; day < 4; day++) {
        look_at(WORLD_NOW + day * MS_DAY);
        for (size_t i = 0; i < 3; i++) {
            struct digest_content next = said_to(parties[i]);
            must_have(parties[i], (size_t)day);
            ck_assert_uint_eq(next.count, 1);
            ck_assert_str_eq(next.items[0].version, "1.0.0");
            ck_assert_uint_eq(digest_count(&next, DIGEST_NEW), 0);
            ck_assert_uint_eq(digest_count(&next, DIGEST_CHANGED), 0);
            ck_assert_uint_eq(digest_count(&next, DIGEST_GONE), 0);
        }
        must_be_told_once();
    }
}
END_TEST

/* The transaction of the pass reads on: what reads is told of, the other one waits. */
START_TEST(an_advisory_whose_bytes_changed_in_the_store_spoils_no_other_one)
{
    struct advisory bad = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    must(blob_get(&text, w.app.store, bad.sha256, &err));
    str_add(&text, "\n");
    (void)world_advisory_of(&w, "1.1.0", TLP_CLEAR, ADVISORY_RELEASED, str_bytes(&text));
    str_dispose(&text);
    world_damage(&w, bad.sha256);
    look_at(WORLD_NOW + MS_DAY);
    for (int i = 1; i <= 3; i++) {
        const struct digest_content said = said_to(arena_printf(w.arena, "h%d", i));
        ck_assert_uint_eq(said.count, 1);
        ck_assert_str_eq(said.items[0].version, "1.1.0");
    }
    must_be_told_once();
}
END_TEST

static void end_hold(struct hold_row *hold)
{
    must(app_begin(&w.app, &err));
    hold->state = HOLD_ENDED;
    must(hold_save(w.app.store, hold, HOLD_STANDING, &err));
    must(hold_settle(w.app.store, hold->case_id, &err));
    must(app_commit(&w.app, &err));
}

START_TEST(what_a_hold_keeps_from_a_country_is_in_no_digest_there)
{
    static const struct {
        const char *party;
        size_t told_at_first, told_while_held, new_after;
    } rows[] = {{"h1", 1, 0, 1}, {"f1", 1, 1, 0}};
    world_parties(&w, "party,kind,country,email\nh1,hdo,DE,a@h1.example\n"
                      "f1,hdo,FR,a@f1.example\n");
    (void)world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct hold_row hold = {0};
    for (int day = 1; day < 4; day++) {
        size_t count = 0;
        if (day == 2)
            hold = world_hold(&w, "DE");
        else if (day == 3)
            end_hold(&hold);
        look_at(WORLD_NOW + day * MS_DAY);
        for (size_t i = 0; i < 2; i++) {
            const size_t told[] = {0, rows[i].told_at_first, rows[i].told_while_held, 1};
            const struct digest_content said = said_to(rows[i].party);
            must_have(rows[i].party, (size_t)day);
            ck_assert_uint_eq(said.count, told[day]);
            ck_assert_uint_eq(digest_count(&said, DIGEST_GONE), 0);
            if (day == 3)
                ck_assert_uint_eq(digest_count(&said, DIGEST_NEW), rows[i].new_after);
            move(sent_to(&count, rows[i].party)[0].notice_id, STATE_ACCEPTED);
        }
    }
}
END_TEST

static struct notice newest_to(const char *party)
{
    struct notice n;
    size_t count = 0;
    must(notice_get(&n, w.arena, w.app.store, sent_to(&count, party)[0].notice_id, &err));
    return n;
}

START_TEST(a_digest_that_was_made_before_the_hold_waits_until_it_ends)
{
    bool may = true;
    (void)world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    look_at(WORLD_NOW + MS_DAY);
    struct hold_row hold = world_hold(&w, "DE");
    for (int held = 1; held >= 0; held--) { /* claimed */
        struct notice n = newest_to("h1");
        must(app_begin(&w.app, &err));
        must(work_may_claim(&may, &w.app, &n, &err));
        must(app_commit(&w.app, &err));
        n = newest_to("h1");
        ck_assert_int_eq(may, held == 0);
        ck_assert_int_eq(n.state, STATE_PLANNED);
        ck_assert_uint_eq(world_entries(&w, "notice.held", n.uid), 1);
        ck_assert_int_eq(n.next_at_ms, app_now(&w.app) + MS_HOUR);
        if (held == 1)
            end_hold(&hold);
    }
    hold.state = HOLD_STANDING; /* and sealed */
    must(app_begin(&w.app, &err));
    must(hold_save(w.app.store, &hold, HOLD_ENDED, &err));
    must(app_commit(&w.app, &err));
    struct notice n = newest_to("h1");
    struct frame_out job = {0};
    int64_t attempt = 0;
    move(n.id, STATE_READY);
    n = newest_to("h1");
    must(app_begin(&w.app, &err));
    must(work_begin(&job, &attempt, &w.app, &n, "relay", &err));
    must(app_commit(&w.app, &err));
    ck_assert_int_eq(attempt, 0);
    n = newest_to("h1");
    ck_assert_int_eq(n.state, STATE_READY);
    ck_assert_uint_eq(world_entries(&w, "notice.held", n.uid), 2);
    frame_dispose(&job);
}
END_TEST

START_TEST(nothing_of_a_held_digest_leaves_a_carrier)
{
    (void)world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    look_at(WORLD_NOW + MS_DAY);
    struct notice n = newest_to("h1");
    move(n.id, STATE_SENDING);
    n = newest_to("h1");
    world_parcel(&w, &n, "<1@example>");
    const int64_t attempt = world_attempt(&w, &n);
    (void)world_hold(&w, "DE");
    must(app_begin(&w.app, &err));
    ck_assert_int_eq(work_dot(&w.app, attempt, &err), ERR_STALE);
    ck_assert_ptr_nonnull(strstr(err.text, "a hold stands"));
    app_rollback(&w.app);
}
END_TEST

static struct notice newest_of(const char *party)
{
    size_t count = 0;
    struct notice n;
    const struct digest_sent *sent = sent_to(&count, party);
    must(notice_get(&n, w.arena, w.app.store, sent[0].notice_id, &err));
    return n;
}

static void close_task(int64_t id)
{
    struct frame_out request;
    struct world_frame f;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    op_begin(&request, &w.app, "task-done");
    frame_int(&request, id);
    frame_text(&request, "weber");
    frame_bytes(&request, (struct bytes){0});
    frame_text(&request, NULL);
    frame_text(&request, NULL);
    frame_int(&request, 0);
    world_receive(&f, &request);
    must(op_task_done(&w.app, &f.frame, &out, &err));
    world_forget(&f);
    str_dispose(&out);
}

/* Even: the next run comes upon the open task; odd: a person has closed it before. */
START_TEST(a_digest_that_reaches_nobody_is_a_task_and_the_next_one_has_it_again)
{
    (void)world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    look_at(WORLD_NOW + MS_DAY);
    struct notice bounced = newest_of("h1");
    move(newest_of("h2").id, STATE_ACCEPTED);
    move(bounced.id, STATE_ACCEPTED);
    bounced = world_read(&w, &bounced);
    must(app_begin(&w.app, &err));
    must(move_to_route(&w.app, &bounced, false, "bounced: 5.1.1", NULL, &err));
    must(app_commit(&w.app, &err));
    bounced = world_read(&w, &bounced);
    ck_assert_int_eq(bounced.state, STATE_TASKED);
    ck_assert_uint_eq(world_tasks(&w, TASK_BOUNCED), 1);
    if (_i == 1) {
        close_task(bounced.task_id);
        ck_assert_int_eq(world_read(&w, &bounced).state, STATE_CANCELLED);
    }
    look_at(WORLD_NOW + 2 * MS_DAY);
    ck_assert_int_eq(world_read(&w, &bounced).state, _i == 1 ? STATE_CANCELLED : STATE_SUPERSEDED);
    ck_assert_uint_eq(world_tasks(&w, TASK_BOUNCED), 0);
    const struct digest_content again = said_to("h1");
    const struct digest_content other = said_to("h2");
    ck_assert_uint_eq(digest_count(&again, DIGEST_NEW), 1);
    ck_assert_uint_eq(digest_count(&other, DIGEST_NEW), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.digest");
    TCase *tc = tcase_create("pass");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_party_that_fails_is_left_out_told_once_and_tried_again);
    tcase_add_test(tc, an_advisory_that_does_not_read_is_neither_new_nor_gone);
    tcase_add_test(tc, an_advisory_whose_bytes_changed_in_the_store_spoils_no_other_one);
    tcase_add_test(tc, what_a_hold_keeps_from_a_country_is_in_no_digest_there);
    tcase_add_test(tc, a_digest_that_was_made_before_the_hold_waits_until_it_ends);
    tcase_add_test(tc, nothing_of_a_held_digest_leaves_a_carrier);
    tcase_add_loop_test(tc, a_digest_that_reaches_nobody_is_a_task_and_the_next_one_has_it_again, 0,
                        2);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
