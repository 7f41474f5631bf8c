/* Drills beside what is real: nothing that asks for what is real finds one. */
#include "tests/store/suite.h"

#include "store/digest.h"
#include "store/drill.h"
#include "store/duty.h"
#include "store/notice.h"

#include <string.h>

#define NOW 5000

static struct advisory make_exercise(const char *tracking)
{
    struct advisory row = {.uid = arena_printf(arena, "exercise-%s", tracking),
                           .tracking = tracking,
                           .version = "exercise",
                           .sha256 = blob_of(tracking),
                           .tlp = TLP_GREEN,
                           .state = ADVISORY_RELEASED,
                           .submitted_ms = NOW,
                           .approved_ms = NOW,
                           .exercise = true};
    ok(advisory_add(&row, store, &err));
    return row;
}

static struct drill make_drill(int64_t advisory_id, int64_t of_id)
{
    struct drill row = {
        .advisory_id = advisory_id, .of_id = of_id, .by = "jane", .run_ms = NOW, .started_ms = NOW};
    ok(drill_add(&row, store, &err));
    return row;
}

/* A party that owes an answer to a real notice, and one to a drill of the same advisory. */
struct both {
    struct advisory real, exercise;
    struct notice told, drilled;
};

static struct both make_both(void)
{
    struct both b = {.real = make_advisory("EXM-1", "1")};
    const enum advisory_state from = b.real.state;
    b.real.state = ADVISORY_RELEASED;
    ok(advisory_update(store, &b.real, from, &err));
    b.exercise = make_exercise("exercise:1");
    (void)make_drill(b.exercise.id, b.real.id);
    struct notice *const made[] = {&b.told, &b.drilled};
    const int64_t of[] = {b.real.id, b.exercise.id};
    for (size_t i = 0; i < 2; i++) {
        const struct lane lane = make_lane(of[i], "DE", PARTY_HDO, "relay");
        *made[i] = new_notice(of[i], lane.id, "h1");
        made[i]->state = STATE_ACCEPTED;
        made[i]->sendings = 1;
        made[i]->answer_by_ms = NOW + 1000;
        ok(notice_add(made[i], store, &err));
    }
    return b;
}

/* How many each of those who ask for what is real finds. */
static size_t by_list(const struct both *b)
{
    struct advisory *list = NULL;
    size_t count = 0;
    (void)b;
    ok(advisory_list(&list, &count, arena, store, NULL, &err));
    return count;
}

static size_t by_state(const struct both *b)
{
    struct advisory *list = NULL;
    size_t count = 0;
    (void)b;
    ok(advisory_in_state(&list, &count, arena, store, ADVISORY_RELEASED, &err));
    return count;
}

static size_t by_digests(const struct both *b)
{
    struct digest_told *told = NULL;
    size_t count = 0;
    ok(digest_told_list(&told, &count, arena, store, "h1", &err));
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(told[i].advisory_id, b->real.id);
    return count;
}

static size_t by_counts(const struct both *b)
{
    struct notice_tally *tally = NULL;
    size_t count = 0;
    (void)b;
    ok(notice_tally(&tally, &count, arena, store, 0, &err));
    return count == 1 ? (size_t)tally[0].count : count;
}

static size_t unanswered_of(int64_t advisory_id)
{
    struct unanswered *rows = NULL;
    size_t count = 0;
    ok(notice_unanswered(&rows, &count, arena, store, advisory_id, 0, NOW, 9, &err));
    return count;
}

static size_t by_chase(const struct both *b)
{
    return unanswered_of(b->real.id) + unanswered_of(b->exercise.id);
}

static size_t by_canaries(const struct both *b)
{
    struct canary_run *runs = NULL;
    size_t count = 0;
    ok(canary_runs(&runs, &count, arena, store, "post", "h1", 0, 9, &err));
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(runs[i].advisory_id, b->real.id);
    return count;
}

/* As who finds what an advisory of this name is about: commands, older versions, duties. */
static size_t by_name(const struct both *b)
{
    struct advisory *list = NULL;
    struct advisory got;
    size_t count = 0;
    says(ERR_NOT_FOUND, advisory_find(&got, arena, store, b->exercise.tracking, NULL, &err));
    says(ERR_NOT_FOUND, advisory_find(&got, arena, store, b->exercise.tracking, "exercise", &err));
    ok(advisory_list(&list, &count, arena, store, b->exercise.tracking, &err));
    ck_assert_uint_eq(count, 0);
    ok(advisory_list(&list, &count, arena, store, b->real.tracking, &err));
    return count;
}

static const struct consumer {
    const char *who;
    size_t (*count)(const struct both *b);
} consumers[] = {
    {"lists of advisories", by_list},
    {"work on advisories in a state", by_state},
    {"digests", by_digests},
    {"the board", by_counts},
    {"chase", by_chase},
    {"canaries", by_canaries},
    {"whoever knows its name", by_name},
};

START_TEST(nobody_who_asks_for_what_is_real_finds_an_exercise)
{
    const struct both b = make_both();
    for (size_t i = 0; i < sizeof consumers / sizeof consumers[0]; i++)
        ck_assert_msg(consumers[i].count(&b) == 1, "%s", consumers[i].who);
}
END_TEST

START_TEST(an_answer_to_a_drill_leaves_the_real_notice_unanswered)
{
    struct both b = make_both();
    struct notice got;
    b.drilled.state = STATE_ANSWERED;
    b.drilled.answer = "received";
    ok(notice_update(store, &b.drilled, STATE_ACCEPTED, &err));
    ck_assert_uint_eq(unanswered_of(b.real.id), 1);
    ok(notice_get(&got, arena, store, b.told.id, &err));
    ck_assert_int_eq(got.state, STATE_ACCEPTED);
    b.told.state = STATE_ANSWERED;
    ok(notice_update(store, &b.told, STATE_ACCEPTED, &err));
    ck_assert_uint_eq(unanswered_of(b.real.id), 0);
}
END_TEST

START_TEST(rows_of_our_own_are_found_by_who_compares_all)
{
    const struct both b = make_both();
    struct advisory *list = NULL;
    size_t count = 0;
    ok(advisory_ours_list(&list, &count, arena, store, 0, 9, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].id, b.exercise.id);
    ck_assert(list[0].exercise);
}
END_TEST

START_TEST(a_hold_over_an_advisory_holds_its_drill_too)
{
    const struct both b = make_both();
    const char *country = "DE";
    const int64_t lanes[] = {b.told.lane_id, b.drilled.lane_id};
    const int64_t id = make_case(1).id;
    struct case_link link = {
        .case_id = id, .kind = LINK_ADVISORY, .ref = "EXM-1", .person = "meyer", .at_ms = NOW};
    struct hold_row hold = {.case_id = id,
                            .rule = "DE-1",
                            .version = 1,
                            .jurisdiction = "DE",
                            .kind = "await_agreement",
                            .why = "rule",
                            .since_ms = NOW};
    ok(hold_add(&hold, &country, 1, store, &err));
    for (int linked = 0; linked < 2; linked++) {
        if (linked == 1)
            ok(case_link_add(&link, store, &err));
        ok(hold_settle(store, id, &err));
        for (size_t i = 0; i < count_of(lanes); i++) {
            bool held = false;
            ok(lane_is_held(&held, store, lanes[i], &err));
            ck_assert_int_eq(held, linked == 1);
        }
    }
    bool later = false;
    ok(lane_is_held(&later, store, make_lane(b.exercise.id, "DE", PARTY_IMPORTER, "relay").id,
                    &err));
    ck_assert(later);
}
END_TEST

START_TEST(a_drill_ends_once_and_is_signed_once)
{
    const struct both b = make_both();
    struct drill got;
    struct drill *list = NULL;
    size_t count = 0;
    ok(drill_list(&list, &count, arena, store, true, 0, 9, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].of_id, b.real.id);
    says(ERR_STALE, drill_sign(store, list[0].id, blob_of("signed"), &err));
    list[0].ended_ms = NOW + 9;
    list[0].passed = true;
    list[0].report = blob_of("report");
    list[0].facts = blob_of("facts");
    ok(drill_end(store, &list[0], &err));
    says(ERR_STALE, drill_end(store, &list[0], &err));
    ok(drill_sign(store, list[0].id, blob_of("signed"), &err));
    says(ERR_STALE, drill_sign(store, list[0].id, blob_of("other"), &err));
    ok(drill_get(&got, arena, store, list[0].id, &err));
    ck_assert(got.passed && !got.scheduled);
    ck_assert_str_eq(got.by, "jane");
    ck_assert_str_eq(got.signed_report, blob_of("signed"));
    ok(drill_list(&list, &count, arena, store, true, 0, 9, &err));
    ck_assert_uint_eq(count, 0);
    ok(drill_list(&list, &count, arena, store, false, 0, 9, &err));
    ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(a_scheduled_drill_runs_once)
{
    struct drill got;
    struct drill row = {.scheduled = true, .wall = 7, .run_ms = NOW, .started_ms = NOW};
    says(ERR_NOT_FOUND, drill_last(&got, arena, store, NOW, &err));
    row.advisory_id = make_exercise("exercise:1").id;
    ok(drill_add(&row, store, &err));
    row.advisory_id = make_exercise("exercise:2").id;
    says(ERR_EXISTS, drill_add(&row, store, &err));
    row.wall = 9;
    row.run_ms = NOW + 9;
    ok(drill_add(&row, store, &err));
    ok(drill_last(&got, arena, store, NOW, &err));
    ck_assert_int_eq(got.wall, 7);
    ok(drill_last(&got, arena, store, NOW + 9, &err));
    ck_assert_int_eq(got.wall, 9);
}
END_TEST

START_TEST(the_schedule_of_drills_is_one_row)
{
    struct drill_schedule got;
    struct drill_schedule row = {"FREQ=YEARLY", 1, 2, 3};
    says(ERR_NOT_FOUND, drill_schedule_get(&got, arena, store, &err));
    ok(drill_schedule_put(store, &row, &err));
    row.rule = "FREQ=MONTHLY";
    row.looked_ms = 9;
    ok(drill_schedule_put(store, &row, &err));
    ok(drill_schedule_get(&got, arena, store, &err));
    ck_assert_str_eq(got.rule, "FREQ=MONTHLY");
    ck_assert_int_eq(got.looked_ms, 9);
    ck_assert_int_eq(rows_of("drill_schedule"), 1);
}
END_TEST

START_TEST(a_canary_waits_for_a_run_once_and_is_decided_once)
{
    const struct both b = make_both();
    struct canary_row *list = NULL;
    struct canary_run *runs = NULL;
    size_t count = 0;
    struct canary_row row = {.name = "post",
                             .advisory_id = b.real.id,
                             .notice_id = b.told.id,
                             .due_ms = NOW,
                             .state = "waiting",
                             .at_ms = NOW};
    ok(canary_runs(&runs, &count, arena, store, "post", "h1", 0, 9, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(runs[0].notice_id, b.told.id);
    ok(canary_runs(&runs, &count, arena, store, "post", "h1", INT64_MAX, 9, &err));
    ck_assert_uint_eq(count, 0);
    ok(canary_runs(&runs, &count, arena, store, "post", "h2", 0, 9, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(runs[0].notice_id, 0);
    ok(canary_add(&row, store, &err));
    says(ERR_EXISTS, canary_add(&row, store, &err));
    ok(canary_runs(&runs, &count, arena, store, "post", "h1", 0, 9, &err));
    ck_assert_uint_eq(count, 0);
    ok(canary_list(&list, &count, arena, store, true, 0, 9, &err));
    ck_assert_uint_eq(count, 1);
    ok(canary_turn(store, list[0].id, "missed", NOW + 1, &err));
    says(ERR_STALE, canary_turn(store, list[0].id, "seen", NOW + 2, &err));
    ok(canary_list(&list, &count, arena, store, true, 0, 9, &err));
    ck_assert_uint_eq(count, 0);
    ok(canary_list(&list, &count, arena, store, false, 0, 9, &err));
    ck_assert_str_eq(list[0].state, "missed");
}
END_TEST

/* A digest of this number and its notice to h1. */
static struct notice make_digest(int number)
{
    struct advisory row = {.uid = arena_printf(arena, "digest-%d", number),
                           .tracking = "digest:hdo",
                           .version = arena_printf(arena, "%d", number),
                           .sha256 = blob_of("digest"),
                           .tlp = TLP_GREEN,
                           .state = ADVISORY_RELEASED,
                           .submitted_ms = NOW,
                           .approved_ms = NOW,
                           .digest = true};
    ok(advisory_add(&row, store, &err));
    const struct lane lane = make_lane(row.id, "DE", PARTY_HDO, "relay");
    struct notice n = new_notice(row.id, lane.id, "h1");
    ok(notice_add(&n, store, &err));
    return n;
}

START_TEST(a_canary_waits_for_each_digest_in_the_order_in_which_they_came)
{
    struct canary_run *runs = NULL;
    size_t count = 0;
    struct notice all[4];
    for (int i = 0; i < 4; i++) {
        all[i] = make_digest(i);
        ok(canary_runs(&runs, &count, arena, store, "post", "h1", NOW, 9, &err));
        ck_assert_uint_eq(count, i < 2 ? (size_t)i + 1 : (size_t)i - 1);
        ck_assert_int_eq(runs[count - 1].notice_id, all[i].id);
        if (i != 1)
            continue;
        for (size_t k = 0; k < 2; k++) { /* both at one look */
            struct canary_row row = {.name = "post",
                                     .advisory_id = runs[k].advisory_id,
                                     .notice_id = runs[k].notice_id,
                                     .due_ms = NOW,
                                     .state = "waiting",
                                     .at_ms = NOW};
            ok(canary_add(&row, store, &err));
        }
    }
    ok(canary_runs(&runs, &count, arena, store, "other", "h1", NOW, 9, &err));
    ck_assert_uint_eq(count, 4); /* another canary of the same party has seen none */
}
END_TEST

TCase *suite_drill(void)
{
    TCase *tc = suite_case("drill");
    tcase_add_test(tc, nobody_who_asks_for_what_is_real_finds_an_exercise);
    tcase_add_test(tc, an_answer_to_a_drill_leaves_the_real_notice_unanswered);
    tcase_add_test(tc, rows_of_our_own_are_found_by_who_compares_all);
    tcase_add_test(tc, a_hold_over_an_advisory_holds_its_drill_too);
    tcase_add_test(tc, a_drill_ends_once_and_is_signed_once);
    tcase_add_test(tc, a_scheduled_drill_runs_once);
    tcase_add_test(tc, the_schedule_of_drills_is_one_row);
    tcase_add_test(tc, a_canary_waits_for_a_run_once_and_is_decided_once);
    tcase_add_test(tc, a_canary_waits_for_each_digest_in_the_order_in_which_they_came);
    return tc;
}
