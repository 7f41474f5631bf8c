#include "tests/store/suite.h"

#include "store/digest.h"
#include "store/erase.h"

#include <string.h>

static struct digest_turn new_turn(const char *party, int64_t run_ms)
{
    return (struct digest_turn){.schedule = "hdo",
                                .party = party,
                                .wall = run_ms + 3600000,
                                .run_ms = run_ms,
                                .outcome = "empty",
                                .at_ms = run_ms + 5};
}

static struct advisory make_issue(const char *version)
{
    struct advisory row = {.uid = arena_printf(arena, "uid-digest-%s", version),
                           .tracking = "digest:hdo",
                           .version = version,
                           .sha256 = blob_of(version),
                           .tlp = TLP_GREEN,
                           .state = ADVISORY_RELEASED,
                           .digest = true};
    ok(advisory_add(&row, store, &err));
    return row;
}

START_TEST(a_run_is_made_once)
{
    struct digest_turn turn = new_turn("h1", 1000);
    struct digest_turn again = new_turn("h1", 1000);
    struct digest_turn other = new_turn("h2", 1000);
    ok(digest_turn_add(&turn, store, &err));
    says(ERR_EXISTS, digest_turn_add(&again, store, &err));
    again.run_ms = 2000; /* another instant, the same wall: they moved west */
    says(ERR_EXISTS, digest_turn_add(&again, store, &err));
    ok(digest_turn_add(&other, store, &err));
    other.schedule = "h2";
    ok(digest_turn_add(&other, store, &err));
    other.outcome = "sent";
    other.wall = 1;
    says(ERR_INVALID, digest_turn_add(&other, store, &err));
    ck_assert_int_eq(rows_of("digest_turn"), 3);
}
END_TEST

START_TEST(the_last_run_is_the_last_that_is_not_in_the_future)
{
    struct digest_turn got;
    const int64_t runs[] = {1000, 2000, 9000};
    says(ERR_NOT_FOUND, digest_turn_last(&got, arena, store, "hdo", "h1", 5000, &err));
    for (size_t i = 0; i < 3; i++) {
        struct digest_turn turn = new_turn("h1", runs[i]);
        turn.missed = (int64_t)i;
        ok(digest_turn_add(&turn, store, &err));
    }
    ok(digest_turn_last(&got, arena, store, "hdo", "h1", 5000, &err));
    ck_assert_int_eq(got.run_ms, 2000);
    ck_assert_int_eq(got.wall, 2000 + 3600000);
    ck_assert_int_eq(got.missed, 1);
    ck_assert_str_eq(got.outcome, "empty");
    says(ERR_NOT_FOUND, digest_turn_last(&got, arena, store, "hdo", "h2", 5000, &err));
    says(ERR_NOT_FOUND, digest_turn_last(&got, arena, store, "group", "h1", 5000, &err));
    says(ERR_NOT_FOUND, digest_turn_last(&got, arena, store, "hdo", "h1", 999, &err));
}
END_TEST

START_TEST(runs_are_listed_in_pages)
{
    struct digest_turn *list = NULL;
    size_t count = 0;
    for (int64_t i = 1; i <= 5; i++) {
        struct digest_turn turn = new_turn("h1", i * 1000);
        ok(digest_turn_add(&turn, store, &err));
    }
    ok(digest_turn_list(&list, &count, arena, store, 0, 3, &err));
    ck_assert_uint_eq(count, 3);
    ok(digest_turn_list(&list, &count, arena, store, list[2].id, 3, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(list[1].run_ms, 5000);
}
END_TEST

START_TEST(a_schedule_is_put_changed_and_dropped)
{
    struct digest_schedule *list = NULL;
    size_t count = 0;
    struct digest_schedule row = {"hdo", "FREQ=DAILY", 1, 2, 3};
    ok(digest_schedule_put(store, &row, &err));
    row.rule = "FREQ=WEEKLY";
    row.since_ms = 9;
    row.looked_ms = 10;
    ok(digest_schedule_put(store, &row, &err));
    ok(digest_schedule_list(&list, &count, arena, store, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].rule, "FREQ=WEEKLY");
    ck_assert_int_eq(list[0].anchor_ms, 1);
    ck_assert_int_eq(list[0].since_ms, 9);
    ck_assert_int_eq(list[0].looked_ms, 10);
    ok(digest_schedule_drop(store, "hdo", &err));
    says(ERR_STALE, digest_schedule_drop(store, "hdo", &err));
}
END_TEST

START_TEST(digests_stand_beside_advisories_and_not_among_them)
{
    struct advisory *list = NULL;
    struct advisory got;
    size_t count = 0;
    const struct advisory came = make_advisory("EXM-1", "1");
    const struct advisory one = make_issue("a");
    const struct advisory two = make_issue("b");
    ok(advisory_list(&list, &count, arena, store, NULL, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].id, came.id);
    ck_assert(!list[0].digest);
    ok(advisory_in_state(&list, &count, arena, store, ADVISORY_RELEASED, &err));
    ck_assert_uint_eq(count, 0);
    ok(advisory_get(&got, arena, store, one.id, &err));
    ck_assert(got.digest);
    ok(advisory_find(&got, arena, store, "digest:hdo", "b", &err)); /* by its name it is found */
    ck_assert_int_eq(got.id, two.id);
    ok(advisory_ours_list(&list, &count, arena, store, 0, 1, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].id, one.id);
    ok(advisory_ours_list(&list, &count, arena, store, one.id, 9, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].version, "b");
}
END_TEST

START_TEST(what_a_party_was_sent_and_told_is_found)
{
    struct digest_sent *sent = NULL;
    struct digest_told *told = NULL;
    size_t count = 0;
    struct advisory came = make_advisory("EXM-1", "1");
    struct advisory old = make_advisory("EXM-2", "1");
    const enum advisory_state from = came.state;
    const struct advisory issue = make_issue("a");
    const struct lane lane = make_lane(came.id, "DE", PARTY_HDO, "relay");
    const struct lane digests = make_lane(issue.id, "DE", PARTY_HDO, "relay");
    came.state = ADVISORY_RELEASED;
    ok(advisory_update(store, &came, from, &err));
    const struct notice notice = make_notice(came.id, lane.id, "h1");
    (void)make_notice(old.id, lane.id, "h1"); /* not released */
    struct notice digest = new_notice(issue.id, digests.id, "h1");
    digest.kind = NOTICE_DIGEST;
    digest.state = STATE_ACCEPTED;
    ok(notice_add(&digest, store, &err));
    struct digest_turn turn = new_turn("h1", 1000);
    turn.outcome = "planned";
    turn.notice_id = digest.id;
    turn.base_id = notice.id;
    ok(digest_turn_add(&turn, store, &err));
    turn = new_turn("h1", 2000);
    ok(digest_turn_add(&turn, store, &err));
    ok(digest_sent_list(&sent, &count, arena, store, "h1", 9, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(sent[0].notice_id, digest.id);
    ck_assert_int_eq(sent[0].base_id, notice.id);
    ck_assert_int_eq(sent[0].advisory_id, issue.id);
    ck_assert_int_eq(sent[0].run_ms, 1000);
    ck_assert_int_eq(sent[0].state, STATE_ACCEPTED);
    ok(digest_sent_list(&sent, &count, arena, store, "h2", 9, &err));
    ck_assert_uint_eq(count, 0);
    ok(digest_told_list(&told, &count, arena, store, "h1", &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(told[0].advisory_id, came.id);
    ck_assert_str_eq(told[0].code, notice.code);
}
END_TEST

START_TEST(an_erasure_takes_the_party_out_of_its_runs)
{
    struct digest_turn got;
    struct digest_turn turn = new_turn("h1", 1000);
    struct erase e = {.store = store, .arena = arena, .idx = 1};
    ok(digest_turn_add(&turn, store, &err));
    ok(erase_party(&e, "h1", "erased-1", &err));
    says(ERR_NOT_FOUND, digest_turn_last(&got, arena, store, "hdo", "h1", 5000, &err));
    ok(digest_turn_last(&got, arena, store, "hdo", "erased-1", 5000, &err));
}
END_TEST

TCase *suite_digest(void)
{
    TCase *tc = suite_case("digest");
    tcase_add_test(tc, a_run_is_made_once);
    tcase_add_test(tc, the_last_run_is_the_last_that_is_not_in_the_future);
    tcase_add_test(tc, runs_are_listed_in_pages);
    tcase_add_test(tc, a_schedule_is_put_changed_and_dropped);
    tcase_add_test(tc, digests_stand_beside_advisories_and_not_among_them);
    tcase_add_test(tc, what_a_party_was_sent_and_told_is_found);
    tcase_add_test(tc, an_erasure_takes_the_party_out_of_its_runs);
    return tc;
}
