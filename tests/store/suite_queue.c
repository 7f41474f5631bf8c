#include "tests/store/suite.h"

#include <stdio.h>
#include <string.h>

static int64_t advisory_id;

static void begin(void)
{
    suite_begin();
    advisory_id = make_advisory("EXM-1", "1").id;
}

static int64_t lane_at(const char *country, enum party_kind kind, const char *endpoint,
                       int64_t open_at_ms, bool held)
{
    struct lane l = {.advisory_id = advisory_id,
                     .jurisdiction = country,
                     .kind = kind,
                     .endpoint = endpoint,
                     .priority = party_kind_priority(kind),
                     .open_at_ms = open_at_ms,
                     .held = held};
    ok(lane_ensure(&l, store, &err));
    return l.id;
}

static void wait_in(int64_t lane_id, const char *party, int64_t next_at_ms)
{
    struct notice n = new_notice(advisory_id, lane_id, party);
    n.next_at_ms = next_at_ms;
    ok(notice_add(&n, store, &err));
}

static const char *due(enum notice_state state, int64_t now_ms, size_t limit, const char *dead)
{
    struct notice *list = NULL;
    size_t count = 0;
    const char *const not_endpoints[] = {"another", dead};
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    ok(notice_due(&list, &count, arena, store, state, now_ms, not_endpoints, dead == NULL ? 0 : 2,
                  limit, &err));
    for (size_t i = 0; i < count; i++)
        str_addf(&text, "%s%s", i == 0 ? "" : " ", list[i].party);
    char *out = arena_strdup(arena, str_text(&text));
    str_dispose(&text);
    return out;
}

/* Proves: P8, 4.1.7 authorities */
START_TEST(due_rows_come_by_priority_then_time_then_id)
{
    int64_t hdo_de = lane_at("DE", PARTY_HDO, "relay", 0, false);
    int64_t hdo_fr = lane_at("FR", PARTY_HDO, "relay", 0, false);
    int64_t authority = lane_at("DE", PARTY_REGULATOR, "relay", 0, false);
    int64_t desk = lane_at("DE", PARTY_COMPLAINT, "outbox", 0, false);
    wait_in(hdo_fr, "h3", 30);
    wait_in(hdo_de, "h1", 10);
    wait_in(hdo_fr, "h2", 20);
    wait_in(hdo_de, "h4", 30); /* same time as h3, later id */
    wait_in(hdo_de, "later", 101);
    wait_in(authority, "r2", 90);
    wait_in(authority, "r1", 80);
    wait_in(desk, "d", 100);
    ck_assert_str_eq(due(STATE_PLANNED, 100, 99, NULL), "r1 r2 d h1 h2 h3 h4");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 5, NULL), "r1 r2 d h1 h2");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 6, NULL), "r1 r2 d h1 h2 h3");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 2, NULL), "r1 r2");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 1, NULL), "r1");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 0, NULL), "");
    ck_assert_str_eq(due(STATE_PLANNED, 100, SIZE_MAX, NULL), "r1 r2 d h1 h2 h3 h4");
    ck_assert_str_eq(due(STATE_PLANNED, 80, 9, NULL), "r1 h1 h2 h3 h4");
    ck_assert_str_eq(due(STATE_PLANNED, 9, 9, NULL), "");
    ck_assert_str_eq(due(STATE_READY, 100, 9, NULL), "");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 9, "relay"), "d");
    ck_assert_str_eq(due(STATE_PLANNED, 100, 9, "outbox"), "r1 r2 h1 h2 h3 h4");
}
END_TEST

START_TEST(held_and_embargoed_lanes_give_nothing)
{
    int64_t open = lane_at("DE", PARTY_HDO, "relay", 50, false);
    int64_t held = lane_at("FR", PARTY_REGULATOR, "relay", 0, true);
    wait_in(open, "a", 10);
    wait_in(held, "b", 10);
    ck_assert_str_eq(due(STATE_PLANNED, 49, 9, NULL), "");
    ck_assert_str_eq(due(STATE_PLANNED, 50, 9, NULL), "a");
}
END_TEST

START_TEST(what_waits_can_be_moved_with_the_clock)
{
    int64_t lane = lane_at("DE", PARTY_HDO, "relay", 50, false);
    int64_t ms = 0;
    wait_in(lane, "a", 60);
    wait_in(lane, "b", 70);
    wait_in(lane, "none", 0); /* 0 is no instant */
    ok(notice_shift(store, STATE_READY, 5, &err));
    ck_assert_str_eq(due(STATE_PLANNED, 60, 9, NULL), "none a");
    ok(notice_shift(store, STATE_PLANNED, INT64_C(315360000000), &err));
    ck_assert_str_eq(due(STATE_PLANNED, 1000, 9, NULL), "none");
    ck_assert_str_eq(due(STATE_PLANNED, INT64_C(315360000060), 9, NULL), "none a");
    ok(notice_shift(store, STATE_PLANNED, -INT64_C(315360000000), &err));
    ck_assert_str_eq(due(STATE_PLANNED, 70, 9, NULL), "none a b");
    ok(notice_next_due(&ms, store, 1u << STATE_PLANNED, &err));
    ck_assert_int_eq(ms, 50); /* the lane's own opening is no wait */
}
END_TEST

START_TEST(the_best_of_many_lanes_are_taken_whatever_their_order)
{
    char want[256] = "";
    size_t size = 0;
    /* 7 lanes whose rows interleave: row k falls due at k. */
    for (int k = 0; k < 35; k++) {
        int j = k * 11 % 35; /* added out of order */
        const char *country = arena_printf(arena, "L%d", j % 7);
        wait_in(lane_at(country, PARTY_HDO, "relay", 0, false), arena_printf(arena, "%d", j), j);
    }
    for (int k = 0; k < 12; k++)
        size += (size_t)snprintf(want + size, sizeof want - size, "%s%d", k == 0 ? "" : " ", k);
    ck_assert_str_eq(due(STATE_PLANNED, 1000, 12, NULL), want);
}
END_TEST

START_TEST(the_next_due_time_is_the_earliest_of_open_rows)
{
    int64_t ms = -1;
    const unsigned planned = 1u << STATE_PLANNED, ready = 1u << STATE_READY;
    says(ERR_NOT_FOUND, notice_next_due(&ms, store, planned | ready, &err));
    int64_t held = lane_at("FR", PARTY_REGULATOR, "relay", 0, true);
    wait_in(held, "b", 10);
    says(ERR_NOT_FOUND, notice_next_due(&ms, store, planned | ready, &err));
    ck_assert_int_eq(ms, -1);
    int64_t embargo = lane_at("DE", PARTY_HDO, "relay", 500, false);
    wait_in(embargo, "a", 10);
    wait_in(embargo, "c", 900);
    ok(notice_next_due(&ms, store, planned | ready, &err));
    ck_assert_int_eq(ms, 500);
    int64_t open = lane_at("DE", PARTY_HDO, "outbox", 5, false);
    wait_in(open, "d", 40);
    wait_in(open, "e", 30);
    ok(notice_next_due(&ms, store, planned, &err));
    ck_assert_int_eq(ms, 30);
    says(ERR_NOT_FOUND, notice_next_due(&ms, store, ready, &err));
    says(ERR_NOT_FOUND, notice_next_due(&ms, store, 0, &err));
    struct notice n;
    ok(notice_by_uid(&n, arena, store, new_notice(advisory_id, open, "d").uid, &err));
    n.state = STATE_READY;
    n.next_at_ms = 20;
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    ok(notice_next_due(&ms, store, planned | ready, &err));
    ck_assert_int_eq(ms, 20);
}
END_TEST

TCase *suite_queue(void)
{
    TCase *tc = tcase_create("queue");
    tcase_add_checked_fixture(tc, begin, suite_end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, due_rows_come_by_priority_then_time_then_id);
    tcase_add_test(tc, held_and_embargoed_lanes_give_nothing);
    tcase_add_test(tc, what_waits_can_be_moved_with_the_clock);
    tcase_add_test(tc, the_best_of_many_lanes_are_taken_whatever_their_order);
    tcase_add_test(tc, the_next_due_time_is_the_earliest_of_open_rows);
    return tc;
}
