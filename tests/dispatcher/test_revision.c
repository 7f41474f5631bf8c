/*
 * A newer version is approved: what becomes of the older notice, in whatever state it is, and what
 * the new one says. Every cell is driven on a real store, and the log alone tells the same.
 */
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/run/state.h"
#include "tests/dispatcher/revising.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/*
 * The table. `at` is where the old notice is when the newer version is approved, `after` where it
 * is then; `then` is what still happens to it, `end` where that leaves it. told: the new notice
 * says what changed since the old one; else it stands for itself.
 */
static const struct {
    const char *name;
    step *before;
    enum notice_state at, after;
    step *then;
    enum notice_state end;
    bool told;
} cells[] = {
    {"queued", revising_to_planned, STATE_PLANNED, STATE_SUPERSEDED, revising_stay,
     STATE_SUPERSEDED, false},
    {"held", revising_to_held, STATE_PLANNED, STATE_SUPERSEDED, revising_stay, STATE_SUPERSEDED,
     false},
    {"sealing", revising_to_sealing, STATE_SEALING, STATE_SUPERSEDED, revising_seal_late,
     STATE_SUPERSEDED, false},
    {"sealed", revising_to_ready, STATE_READY, STATE_SUPERSEDED, revising_stay, STATE_SUPERSEDED,
     false},
    {"sending, then asks for the dot", revising_to_sending, STATE_SENDING, STATE_SENDING,
     revising_ask_dot, STATE_SUPERSEDED, false},
    {"sending, carrier lost", revising_to_sending, STATE_SENDING, STATE_SENDING,
     revising_lose_carrier, STATE_SUPERSEDED, false},
    {"sending, refused", revising_to_sending, STATE_SENDING, STATE_SENDING, revising_refuse,
     STATE_SUPERSEDED, false},
    {"dotted, then taken", revising_to_dotted, STATE_DOTTED, STATE_DOTTED, revising_take,
     STATE_ACCEPTED, true},
    {"dotted, then deferred", revising_to_dotted, STATE_DOTTED, STATE_DOTTED, revising_defer,
     STATE_SUPERSEDED, true},
    {"dotted, then refused", revising_to_dotted, STATE_DOTTED, STATE_DOTTED, revising_refuse,
     STATE_SUPERSEDED, true},
    {"uncertain", revising_to_uncertain, STATE_UNCERTAIN, STATE_UNCERTAIN, revising_hold_over,
     STATE_SUPERSEDED, true},
    {"taken", revising_to_accepted, STATE_ACCEPTED, STATE_ACCEPTED, revising_stay, STATE_ACCEPTED,
     true},
    {"taken, then it bounces", revising_to_accepted, STATE_ACCEPTED, STATE_ACCEPTED,
     revising_bounce, STATE_SUPERSEDED, true},
    {"passed", revising_to_passed, STATE_PASSED, STATE_PASSED, revising_stay, STATE_PASSED, true},
    {"passed, then it bounces", revising_to_passed, STATE_PASSED, STATE_PASSED, revising_bounce,
     STATE_SUPERSEDED, true},
    {"answered", revising_to_answered, STATE_ANSWERED, STATE_ANSWERED, revising_stay,
     STATE_ANSWERED, true},
    {"refused, another route", revising_to_second_route, STATE_PLANNED, STATE_SUPERSEDED,
     revising_stay, STATE_SUPERSEDED, false},
    {"bounced, another route", revising_to_bounced, STATE_PLANNED, STATE_SUPERSEDED, revising_stay,
     STATE_SUPERSEDED, false},
    {"bounced, a person has it", revising_to_bounced_task, STATE_TASKED, STATE_SUPERSEDED,
     revising_stay, STATE_SUPERSEDED, false},
    {"task of a person", revising_to_tasked, STATE_TASKED, STATE_SUPERSEDED, revising_stay,
     STATE_SUPERSEDED, false},
    {"stopped by a person", revising_to_cancelled, STATE_CANCELLED, STATE_CANCELLED, revising_stay,
     STATE_CANCELLED, false},
};
enum { CELLS = (int)(sizeof cells / sizeof cells[0]) };

/* What the subject of each says, and whether h1 is told that nothing it has is affected any more.
 */
static const struct {
    enum revising as;
    const char *subject;
    bool gone;
} kinds[REVISINGS] = {
    {REVISING_NEWS, "updated to 1.1.0", false},
    {REVISING_GONE, "corrected by 1.1.0", true},
    {REVISING_CORRECTION, "corrected by 1.1.0", false},
    {REVISING_WITHDRAWAL, "withdrawn with 1.1.0", false},
};

static bool is_held(const struct notice *n)
{
    bool held = false;
    revising_must(lane_is_held(&held, w.app.store, n->lane_id, &err));
    return held;
}

/* The hold of the test has no entries: its notices are not compared with the log. */
static void check_log(const char *name, bool held)
{
    if (!held)
        revising_check_replay(name);
}

/* Every earlier notice × revision, no longer affected, correction, withdrawal. */
START_TEST(every_earlier_notice_and_the_new_one_end_as_the_table_says)
{
    const int c = _i / REVISINGS;
    const int k = _i % REVISINGS;
    const bool gone = kinds[k].gone;
    const char *name = cells[c].name;
    const bool held = cells[c].before == revising_to_held;
    struct advisory one = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &one);
    struct notice old = revising_notice_of(&one, "h1");
    cells[c].before(&old);
    ck_assert_msg(old.state == cells[c].at, "%s: %s", name, notice_state_word(old.state));
    ck_assert_int_eq(is_held(&old), held);
    struct advisory two = revising_next_as("1.1.0", kinds[k].as);
    clock_init_stopped(&w.app.clock, WORLD_NOW + MS_HOUR);
    world_release(&w, &two);
    old = world_read(&w, &old);
    ck_assert_msg(old.state == cells[c].after, "%s: %s", name, notice_state_word(old.state));
    ck_assert_msg(revising_open_tasks(&one) == 0, "%s: a task of the old version is open", name);

    const bool kept = old.state != STATE_CANCELLED || !gone;
    struct notice fresh = revising_notice_of(&two, "h1");
    ck_assert_msg((fresh.id != 0) == kept, "%s: told %d", name, fresh.id != 0);
    if (kept) {
        struct notice_text text;
        bool update = cells[c].told || gone;
        ck_assert_msg(fresh.kind == (update ? NOTICE_UPDATE : NOTICE_IMMEDIATE), "%s: %s", name,
                      notice_kind_word(fresh.kind));
        ck_assert_msg(is_held(&fresh) == held, "%s: what was held is held still", name);
        revising_compose(&text, &fresh);
        bool says = strstr(str_text(&text.text), "What changed since version 1.0.0") != NULL;
        bool score = strstr(str_text(&text.text), "9.9 (before: 8.3)") != NULL;
        bool free_of_it = strstr(str_text(&text.text), "nothing that you have is") != NULL;
        bool named = strstr(str_text(&text.subject), kinds[k].subject) != NULL;
        ck_assert_msg(says == update && score == update, "%s: %s", name, str_text(&text.text));
        ck_assert_msg(free_of_it == gone, "%s: %s", name, str_text(&text.text));
        ck_assert_msg(named == update, "%s: %s", name, str_text(&text.subject));
        notice_text_dispose(&text);
        /* Who was to be told by a day is to be told by that day, whatever the version. */
        bool never = !cells[c].told && old.state != STATE_CANCELLED;
        ck_assert_int_eq(fresh.deadline_ms, WORLD_NOW + MS_DAY + (never ? 0 : MS_HOUR));
    }
    check_log(name, held);

    cells[c].then(&old);
    ck_assert_msg(old.state == cells[c].end, "%s: %s", name, notice_state_word(old.state));
    ck_assert_int_eq(old.attempt_id, 0);
    ck_assert_msg(revising_open_tasks(&one) == 0, "%s: opened a task of the old version", name);
    check_log(name, held);
    /* Nothing of the old version ever goes out again. */
    const unsigned goes = STATE_BIT(STATE_PLANNED) | STATE_BIT(STATE_SEALING) |
                          STATE_BIT(STATE_READY) | STATE_BIT(STATE_SENDING);
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = one.id, .states = goes};
    revising_must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

/* Damaged, or erased by order: the news goes out without the list, and a person is told once. */
START_TEST(an_older_version_that_does_not_read_keeps_no_news_back)
{
    struct notice_text text;
    struct advisory one = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &one);
    struct notice old = revising_notice_of(&one, "h1");
    struct notice other = revising_notice_of(&one, "h2");
    revising_to_accepted(&old);
    revising_to_accepted(&other);
    struct advisory two = revising_next_version("1.1.0", false);
    world_release(&w, &two);
    world_damage(&w, one.sha256);
    struct notice fresh = revising_notice_of(&two, "h1");
    struct notice next = revising_notice_of(&two, "h2");
    ck_assert_int_eq(fresh.kind, NOTICE_UPDATE);
    revising_compose(&text, &fresh);
    const char *said = str_text(&text.text);
    ck_assert_msg(strstr(said, "What changed since version 1.0.0") != NULL, "%s", said);
    ck_assert_msg(strstr(said, "cannot be listed here") != NULL, "%s", said);
    ck_assert_msg(strstr(said, "9.9") != NULL && strstr(said, "before: 8.3") == NULL, "%s", said);
    notice_text_dispose(&text);
    revising_claim((struct notice *[]){&fresh, &next}, 2);
    ck_assert_int_eq(fresh.state, STATE_SEALING);
    ck_assert_int_eq(next.state, STATE_SEALING);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 0);
    revising_check_replay("older version damaged");
}
END_TEST

START_TEST(a_waiting_notice_gives_way_with_its_call)
{
    struct advisory one = world_advisory(&w, "1.0.0", TLP_AMBER, ADVISORY_SUBMITTED);
    world_release(&w, &one);
    struct notice old = revising_notice_of(&one, "h1");
    ck_assert_int_eq(old.kind, NOTICE_WAITING);
    revising_to_accepted(&old);
    ck_assert_uint_gt(revising_open_tasks(&one), 0);
    struct advisory two = revising_next_version("1.1.0", false);
    two.tlp = TLP_AMBER;
    revising_must(advisory_set_order(w.app.store, &two, &err));
    world_release(&w, &two);
    ck_assert_uint_eq(revising_open_tasks(&one), 0);
    ck_assert_uint_gt(revising_open_tasks(&two), 0);
    struct notice fresh = revising_notice_of(&two, "h1");
    ck_assert_int_eq(fresh.kind, NOTICE_WAITING);
    struct notice_text text;
    revising_compose(&text, &fresh);
    ck_assert_ptr_nonnull(strstr(str_text(&text.text), "takes the place of one"));
    ck_assert_ptr_null(strstr(str_text(&text.text), "CVE-"));
    notice_text_dispose(&text);
    revising_check_replay("waiting");
}
END_TEST

START_TEST(who_is_newly_concerned_is_told_and_nobody_else)
{
    struct advisory one = revising_next_version("1.0.0", true); /* h1 is not concerned */
    world_release(&w, &one);
    ck_assert_int_eq(revising_notice_of(&one, "h1").id, 0);
    struct advisory two = revising_next_version("1.0.1", true); /* nor now: it never heard of it */
    world_release(&w, &two);
    ck_assert_int_eq(revising_notice_of(&two, "h1").id, 0);
    ck_assert_int_ne(revising_notice_of(&two, "h2").id, 0);
    struct advisory three = revising_next_version("1.1.0", false);
    world_release(&w, &three);
    ck_assert_int_eq(revising_notice_of(&three, "h1").kind, NOTICE_IMMEDIATE);
    revising_check_replay("newly");
}
END_TEST

START_TEST(two_versions_quickly_one_after_the_other_are_one_for_who_reads_them)
{
    struct advisory one = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &one);
    struct notice old = revising_notice_of(&one, "h1");
    revising_to_accepted(&old);
    struct advisory two = revising_next_version("1.1.0", false);
    struct advisory three = revising_next_version("1.2.0", true);
    world_approve(&w, &two);
    world_release(&w, &three); /* before anything of 1.1.0 was planned */
    ck_assert_int_eq(revising_notice_of(&two, "h1").id, 0);
    struct notice fresh = revising_notice_of(&three, "h1");
    ck_assert_int_eq(fresh.kind, NOTICE_UPDATE);
    struct notice_text text;
    revising_compose(&text, &fresh);
    ck_assert_ptr_nonnull(strstr(str_text(&text.text), "What changed since version 1.0.0"));
    notice_text_dispose(&text);
    revising_check_replay("two at once");
}
END_TEST

START_TEST(a_version_that_is_being_planned_gives_way)
{
    struct str csv;
    char last[16]; /* behind the first slice */
    bool more = true;
    str_init(&csv, STR_LIMIT_TEXT);
    str_add(&csv, "party,kind,country,email\n");
    (void)snprintf(last, sizeof last, "s%04d", PLANNER_SLICE + 49);
    for (int i = 0; i < PLANNER_SLICE + 50; i++)
        str_addf(&csv, "s%04d,hdo,DE,a@s%04d.example\n", i, i);
    world_parties(&w, str_text(&csv));
    str_dispose(&csv);
    struct advisory one = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_approve(&w, &one);
    struct notice first = {0};
    while (more && revising_notice_of(&one, "h1").id == 0)
        revising_must(planner_step(&w.app, &more, &err));
    ck_assert(more);
    struct advisory two = revising_next_version("1.1.0", false);
    world_release(&w, &two);
    first = revising_notice_of(&one, "h1");
    ck_assert_int_eq(first.state, STATE_SUPERSEDED);
    ck_assert_int_eq(revising_notice_of(&one, last).id, 0);
    ck_assert_int_ne(revising_notice_of(&two, "h1").id, 0);
    ck_assert_int_ne(revising_notice_of(&two, last).id, 0);
    revising_check_replay("while planning");
}
END_TEST

START_TEST(an_answer_to_what_they_have_does_not_stop_what_they_do_not_have)
{
    struct frame_out request;
    struct world_frame f;
    struct str out;
    struct advisory one = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &one);
    struct notice old = revising_notice_of(&one, "h1");
    revising_to_accepted(&old);
    struct advisory two = revising_next_version("1.1.0", false);
    world_release(&w, &two);
    str_init(&out, STR_LIMIT_TEXT);
    op_begin(&request, &w.app, "ack");
    frame_text(&request, "h1");
    frame_text(&request, "EXM-2026-0007");
    frame_text(&request, "received");
    frame_text(&request, "weber");
    frame_text(&request, "phone");
    frame_int(&request, -1);
    frame_text(&request, NULL);
    world_receive(&f, &request);
    revising_must(op_ack(&w.app, &f.frame, &out, &err));
    world_forget(&f);
    str_dispose(&out);
    ck_assert_int_eq(world_read(&w, &old).state, STATE_ANSWERED);
    ck_assert_int_eq(revising_notice_of(&two, "h1").state, STATE_PLANNED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.revision");
    TCase *tc = tcase_create("revision");
    tcase_add_checked_fixture(tc, revising_setup, revising_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_earlier_notice_and_the_new_one_end_as_the_table_says, 0,
                        (int)REVISINGS * CELLS);
    tcase_add_test(tc, an_older_version_that_does_not_read_keeps_no_news_back);
    tcase_add_test(tc, a_waiting_notice_gives_way_with_its_call);
    tcase_add_test(tc, who_is_newly_concerned_is_told_and_nobody_else);
    tcase_add_test(tc, two_versions_quickly_one_after_the_other_are_one_for_who_reads_them);
    tcase_add_test(tc, a_version_that_is_being_planned_gives_way);
    tcase_add_test(tc, an_answer_to_what_they_have_does_not_stop_what_they_do_not_have);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
