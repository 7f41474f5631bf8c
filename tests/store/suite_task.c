#include "tests/store/suite.h"

#include <string.h>

static struct task new_task(const char *cause)
{
    return (struct task){.kind = TASK_LETTER,
                         .cause = cause,
                         .title = "Send letters",
                         .todo = "print\nsign\npost",
                         .owner = "meyer",
                         .opened_ms = 10};
}

START_TEST(a_cause_has_one_open_task_with_the_earliest_deadline)
{
    static const struct {
        int64_t asked, then;
    } steps[] = {{0, 0}, {500, 500}, {0, 500}, {700, 500}, {300, 300}, {300, 300}};
    struct task got, t;
    int64_t id = 0;
    for (size_t i = 0; i < count_of(steps); i++) {
        bool opened = false;
        t = new_task("32 hospitals without an address");
        t.deadline_ms = steps[i].asked;
        ok(task_open(&t, &opened, store, &err));
        ck_assert_int_eq(opened, i == 0);
        ck_assert(id == 0 || t.id == id);
        id = t.id;
        ok(task_get(&got, arena, store, id, &err));
        ck_assert_msg(got.deadline_ms == steps[i].then, "step %zu", i);
    }
    t = new_task("another");
    ok(task_open(&t, NULL, store, &err));
    ck_assert_int_ne(t.id, id);
    ck_assert_int_eq(rows_of("task"), 2);
}
END_TEST

START_TEST(a_task_comes_back_and_is_done_once)
{
    struct advisory a = make_advisory("EXM-1", "1");
    struct task got, again, t = new_task("cause");
    bool opened = false;
    t.kind = (enum task_kind)_i;
    t.advisory_id = a.id;
    ok(task_open(&t, &opened, store, &err));
    ok(task_get(&got, arena, store, t.id, &err));
    ck_assert_int_eq(got.kind, (enum task_kind)_i);
    ck_assert_str_eq(got.cause, "cause");
    ck_assert_str_eq(got.title, "Send letters");
    ck_assert_str_eq(got.todo, "print\nsign\npost");
    ck_assert_str_eq(got.owner, "meyer");
    ck_assert_int_eq(got.advisory_id, a.id);
    ck_assert_int_eq(got.opened_ms, 10);
    ck_assert(got.open);
    ck_assert_int_eq(got.done_ms, 0);
    ck_assert_ptr_null(got.done_by);
    got.done_ms = 99;
    got.done_by = "weber";
    got.done_ref = "MIR 4711";
    got.proof = blob_of("scan");
    ok(task_done(store, &got, &err));
    says(ERR_STALE, task_done(store, &got, &err));
    again = got;
    ok(task_get(&got, arena, store, t.id, &err));
    ck_assert(!got.open);
    ck_assert_int_eq(got.done_ms, 99);
    ck_assert_str_eq(got.done_by, "weber");
    ck_assert_str_eq(got.done_ref, "MIR 4711");
    ck_assert_str_eq(got.proof, again.proof);
    /* What was done does not keep the same cause from coming back. */
    ok(task_open(&t, &opened, store, &err));
    ck_assert(opened);
    ck_assert_int_ne(t.id, got.id);
    says(ERR_NOT_FOUND, task_get(&got, arena, store, t.id + 1, &err));
    got.id = t.id + 1;
    says(ERR_STALE, task_done(store, &got, &err));
    t.id = again.id;
    t.proof = "no blob";
    says(ERR_STALE, task_done(store, &t, &err));
}
END_TEST

START_TEST(a_task_that_points_nowhere_is_invalid)
{
    struct task t = new_task("cause");
    t.advisory_id = 5;
    says(ERR_INVALID, task_open(&t, NULL, store, &err));
    t.advisory_id = 0;
    t.title = NULL;
    says(ERR_INVALID, task_open(&t, NULL, store, &err));
    t.title = "t";
    ok(task_open(&t, NULL, store, &err));
    t.proof = "0000000000000000000000000000000000000000000000000000000000000000";
    says(ERR_INVALID, task_done(store, &t, &err));
    struct task_item item = {.about = "p"};
    says(ERR_INVALID, task_item_add(store, t.id + 1, &item, &err));
    item.notice_id = 5;
    says(ERR_INVALID, task_item_add(store, t.id, &item, &err));
}
END_TEST

static const char *causes(bool all, int64_t advisory_id)
{
    struct task *list = NULL;
    size_t count = 0;
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    ok(task_list(&list, &count, arena, store, all, advisory_id, &err));
    for (size_t i = 0; i < count; i++)
        str_add(&text, list[i].cause);
    char *out = arena_strdup(arena, str_text(&text));
    str_dispose(&text);
    return out;
}

START_TEST(tasks_are_listed_open_first_by_deadline)
{
    int64_t advisory_id = make_advisory("EXM-1", "1").id;
    static const struct {
        const char *cause;
        int64_t deadline_ms;
        bool done, of_advisory;
    } rows[] = {{"a", 0, false, true}, {"b", 500, false, false}, {"c", 100, false, true},
                {"d", 50, true, true}, {"e", 0, false, false},   {"f", 500, false, false},
                {"g", 0, true, false}};
    for (size_t i = 0; i < count_of(rows); i++) {
        struct task t = new_task(rows[i].cause);
        t.deadline_ms = rows[i].deadline_ms;
        t.advisory_id = rows[i].of_advisory ? advisory_id : 0;
        ok(task_open(&t, NULL, store, &err));
        if (rows[i].done)
            ok(task_done(store, &t, &err));
    }
    ck_assert_str_eq(causes(false, 0), "cbfae");
    ck_assert_str_eq(causes(true, 0), "cbfaedg");
    ck_assert_str_eq(causes(false, advisory_id), "ca");
    ck_assert_str_eq(causes(true, advisory_id), "cad");
    ck_assert_str_eq(causes(true, advisory_id + 1), "");
}
END_TEST

START_TEST(an_item_of_a_task_twice_is_once)
{
    struct task_item *list = NULL;
    size_t count = 0;
    struct advisory a = make_advisory("EXM-1", "1");
    int64_t lane = make_lane(a.id, "DE", PARTY_HDO, "task").id;
    int64_t notice_id = make_notice(a.id, lane, "p").id;
    struct task got, t = new_task("one"), other = new_task("two");
    ok(task_open(&t, NULL, store, &err));
    ok(task_open(&other, NULL, store, &err));
    const struct task_item items[] = {{.about = "p", .detail = "no address"},
                                      {.about = "p", .notice_id = notice_id},
                                      {.about = "q"}};
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < count_of(items); i++)
            ok(task_item_add(store, t.id, &items[i], &err));
    ok(task_item_add(store, other.id, &items[0], &err));
    ok(task_item_list(&list, &count, arena, store, t.id, &err));
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(list[i].about, items[i].about);
        ck_assert_int_eq(list[i].notice_id, items[i].notice_id);
        ck_assert(text_equal(list[i].detail, items[i].detail));
    }
    ok(task_get(&got, arena, store, t.id, &err));
    ck_assert_int_eq(got.items, 2); /* p and q: twice about p is one thing to do */
}
END_TEST

START_TEST(notices_that_wait_for_a_task_are_found_by_it)
{
    struct notice *list = NULL;
    size_t count = 0;
    struct advisory a = make_advisory("EXM-1", "1");
    int64_t lane = make_lane(a.id, "DE", PARTY_HDO, "task").id;
    struct task t = new_task("one");
    ok(task_open(&t, NULL, store, &err));
    struct notice n = make_notice(a.id, lane, "p");
    (void)make_notice(a.id, lane, "q");
    n.task_id = t.id;
    n.state = STATE_TASKED;
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    const struct notice_filter filter = {.task_id = t.id};
    ok(notice_list(&list, &count, arena, store, &filter, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].task_id, t.id);
}
END_TEST

START_TEST(the_next_time_of_a_job_survives)
{
    int64_t ms = -1;
    says(ERR_NOT_FOUND, job_get(&ms, store, "heartbeat", &err));
    ck_assert_int_eq(ms, -1);
    ok(job_set(store, "heartbeat", 5, &err));
    ok(job_set(store, "heartbeat", INT64_C(1) << 42, &err));
    ok(job_set(store, "digest", 7, &err));
    suite_reopen(STORE_WRITE);
    ok(job_get(&ms, store, "heartbeat", &err));
    ck_assert_int_eq(ms, INT64_C(1) << 42);
}
END_TEST

TCase *suite_task(void)
{
    TCase *tc = suite_case("task");
    tcase_add_test(tc, a_cause_has_one_open_task_with_the_earliest_deadline);
    tcase_add_loop_test(tc, a_task_comes_back_and_is_done_once, 0, (int)TASK_KIND_COUNT);
    tcase_add_test(tc, a_task_that_points_nowhere_is_invalid);
    tcase_add_test(tc, tasks_are_listed_open_first_by_deadline);
    tcase_add_test(tc, an_item_of_a_task_twice_is_once);
    tcase_add_test(tc, notices_that_wait_for_a_task_are_found_by_it);
    tcase_add_test(tc, the_next_time_of_a_job_survives);
    return tc;
}
