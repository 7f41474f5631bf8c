/* Authorities that lie, fail or are silent: what is told of them, and when it is over. */
#include "store/log.h"
#include "tests/dispatcher/stamping.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *url, *words;
    int64_t off_s;
} faults[] = {
    {"http://1.example", "time-stamp: it does not hold (nonce mismatch)", 0}, /* enum lie */
    {"http://2.example", "time-stamp: it does not hold (nonce not returned)", 0},
    {"http://3.example", "time-stamp: it does not hold (message imprint mismatch)", 0},
    {"http://4.example", "time-stamp: it does not hold (certificate verify error)", 0},
    {"http://5.example", "time-stamp: it does not hold (certificate verify error)", 0},
    {"http://7.example", "time-stamp: the authority did not grant it", 0},
    {"http://8.example", "time-stamp: it does not hold (signature failure)", 0},
    {"http://9.example", "time-stamp: no response of RFC 3161", 0},
    {"http://0.example", "set the one that is wrong", 3601},
    {"http://0.example", "set the one that is wrong", -3601},
    {"http://says.example", "status 500", 0},
    {"http://dies.example", "ended without an answer", 0},
    {"http://raves.example", "speaks nonsense", 0},
    {"http://bytes.example", "speaks nonsense", 0},
    {"http://bare.example", "speaks nonsense", 0}, /* of a good token, without what it says */
    {"http://swells.example", "speaks nonsense", 0},
    {"http://floods.example", "speaks nonsense", 0},
};

/* What is kept behind the detail of the first entry from here on. */
static const char *told_in_the_log(int64_t from)
{
    struct err err = {0};
    struct log_head head;
    struct log_value *values = NULL;
    size_t count = 0;
    stamping_ok(log_head_get(&head, w.app.store, &err), &err);
    stamping_ok(log_value_range(&values, &count, w.arena, w.app.store, from, head.idx, &err), &err);
    ck_assert_uint_gt(count, 0);
    ck_assert_str_eq(values[0].field, "data.detail");
    return values[0].value;
}

START_TEST(each_fault_counts_and_keeps_nothing)
{
    struct err err = {0};
    struct log_head before, now;
    stamping_use(faults[_i].url);
    stamping_set_clock(WORLD_NOW, faults[_i].off_s);
    stamping_cover();
    stamping_ok(log_head_get(&before, w.app.store, &err), &err);
    stamping_settle();
    stamping_ok(log_head_get(&now, w.app.store, &err), &err);
    ck_assert_int_eq(before.idx, now.idx); /* once is no alarm */
    ck_assert_uint_eq(stamping_stamp_count(), 0);
    ck_assert_int_eq(stamping_failures(), 1);
    ck_assert(stamper_idle(stamper)); /* it is not asked again at once */
    ck_assert(stamper_next(stamper) > clock_up_ms(&w.app.clock) + MS_MINUTE / 2);
    stamping_after(2 * MS_MINUTE);
    stamping_set_clock(w.app.clock.base_ms, faults[_i].off_s);
    stamping_settle();
    ck_assert_int_eq(stamping_failures(), 2);
    stamping_after(5 * MS_MINUTE);
    stamping_set_clock(w.app.clock.base_ms, faults[_i].off_s);
    stamping_settle();
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    struct task *tasks = NULL;
    struct task_item *items = NULL;
    size_t count = 0;
    stamping_ok(task_list(&tasks, &count, w.arena, w.app.store, false, 0, &err), &err);
    stamping_ok(task_item_list(&items, &count, w.arena, w.app.store, tasks[0].id, &err), &err);
    ck_assert_msg(strstr(items[0].detail, faults[_i].words) != NULL, "%s", items[0].detail);
    ck_assert_uint_eq(world_entries(&w, "fault.detected", NULL), 1);
    ck_assert_str_eq(told_in_the_log(before.idx), items[0].detail);
    ck_assert_uint_eq(stamping_stamp_count(), 0);
}
END_TEST

/* The third failure in a row is told once, also over starts; a good answer ends it. */
START_TEST(an_outage_is_an_alarm_that_ends_by_itself)
{
    char *good = authorities[0].ca_file;
    authorities[0].ca_file = arena_strdup(w.arena, "/nowhere/roots.pem");
    stamping_cover();
    for (int i = 1; i <= 6; i++) {
        stamping_restart();
        stamping_settle();
        ck_assert_int_eq(stamping_failures(), i);
        ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), i < 3 ? 0 : 1);
        ck_assert_uint_eq(world_entries(&w, "fault.detected", NULL), i < 3 ? 0 : 1);
    }
    authorities[0].ca_file = good;
    stamping_restart();
    stamping_settle();
    ck_assert_int_eq(stamping_failures(), 0);
    ck_assert_uint_eq(stamping_stamp_count(), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 0);
    ck_assert_uint_eq(world_entries(&w, "task.done", NULL), 1);
}
END_TEST

static void close_tasks(void)
{
    struct err err = {0};
    struct task *tasks = NULL;
    size_t count = 0;
    stamping_ok(task_list(&tasks, &count, w.arena, w.app.store, false, 0, &err), &err);
    for (size_t i = 0; i < count; i++) {
        tasks[i].done_by = "weber";
        tasks[i].done_ms = WORLD_NOW;
        stamping_ok(task_done(w.app.store, &tasks[i], &err), &err);
    }
}

START_TEST(an_outage_that_a_person_put_aside_is_told_again_after_a_while)
{
    authorities[0].ca_file = arena_strdup(w.arena, "/nowhere/roots.pem");
    stamping_cover();
    for (int i = 1; i <= STAMPER_ALARM_AFTER + STAMPER_AGAIN; i++) {
        stamping_restart();
        stamping_settle();
        if (i == STAMPER_ALARM_AFTER)
            close_tasks();
    }
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), 1);
    ck_assert_uint_eq(world_entries(&w, "fault.detected", NULL), 2);
}
END_TEST

START_TEST(pauses_grow_up_to_an_hour)
{
    authorities[0].ca_file = arena_strdup(w.arena, "/nowhere/roots.pem");
    stamping_cover();
    int64_t last = 0;
    for (int i = 0; i < 10; i++) {
        stamping_settle();
        last = stamper_next(stamper) - clock_up_ms(&w.app.clock);
        ck_assert_int_le(last, MS_HOUR + MS_HOUR / 5);
        stamping_after(last - 1);
        stamping_settle();
        ck_assert_int_eq(stamping_failures(), i + 1);
        stamping_after(1);
    }
    ck_assert_int_ge(last, MS_HOUR - MS_HOUR / 5);
}
END_TEST

START_TEST(one_that_is_silent_is_given_up_and_keeps_nobody_else)
{
    w.app.settings->evidence.timestamp_count = 2;
    stamping_use("http://silent.example");
    stamping_cover();
    stamping_step();
    ck_assert_int_eq(stamping_asked(), 2);
    for (int waited = 0; stamping_stamp_count() == 0 && waited < STAMPING_PATIENCE_MS;
         waited += 20) {
        (void)poll(NULL, 0, 20);
        stamping_step();
    }
    ck_assert_uint_eq(stamping_stamp_count(), 1);
    ck_assert_int_eq(stamping_asked(), 1);
    ck_assert(!stamper_idle(stamper)); /* run --until-idle waits for it, until */
    stamping_after(w.app.settings->evidence.timestamp_timeout_ms + 3 * MS_SECOND);
    stamping_step();
    ck_assert_int_eq(stamping_asked(), 0);
    ck_assert(stamper_idle(stamper));
    ck_assert_int_eq(stamping_failures(), 1);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], CHILD_WORD) == 0)
        return strcmp(argv[2], "fetcher") == 0 ? stamping_fetcher() : 1;
    Suite *suite = suite_create("dispatcher.stamper_outage");
    TCase *tc = tcase_create("stamper_outage");
    tcase_add_unchecked_fixture(tc, stamping_make_folder, stamping_remove_folder);
    tcase_add_checked_fixture(tc, stamping_setup, stamping_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, each_fault_counts_and_keeps_nothing, 0,
                        sizeof faults / sizeof faults[0]);
    tcase_add_test(tc, an_outage_is_an_alarm_that_ends_by_itself);
    tcase_add_test(tc, an_outage_that_a_person_put_aside_is_told_again_after_a_while);
    tcase_add_test(tc, pauses_grow_up_to_an_hour);
    tcase_add_test(tc, one_that_is_silent_is_given_up_and_keeps_nobody_else);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
