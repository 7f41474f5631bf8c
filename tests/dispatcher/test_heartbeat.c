/* Silence is an entry: when it is due by uptime and by our time, and that jumps neither skip nor
 * flood. */
#include "dispatcher/signed/heartbeat.h"

#include "store/log.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

static struct world w;
static struct err err;

static void setup(void)
{
    world_open(&w);
}

static void teardown(void)
{
    world_close(&w);
}

static bool beats(void)
{
    bool did = false;
    size_t before = world_entries(&w, "heartbeat", NULL);
    ck_assert_int_eq(heartbeat_beat(&w.app, &did, &err), OK);
    ck_assert_uint_eq(world_entries(&w, "heartbeat", NULL) - before, did ? 1 : 0);
    return did;
}

/* An entry, whatever it is, as if written by this clock. */
static void write_entry(const struct clock *clock)
{
    struct clock now = w.app.clock;
    w.app.clock = *clock;
    struct entry *entry = entry_new("fault.detected", "test", NULL);
    entry_personal(entry, "detail", NULL);
    entry_text(entry, "fault", "disk");
    entry_text(entry, "where", "store");
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(app_record(&w.app, entry, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    w.app.clock = now;
}

static struct clock stopped(int64_t at_ms)
{
    struct clock clock;
    clock_init_stopped(&clock, at_ms);
    return clock;
}

/* Our even time, `ahead` of the machine's clock. */
static struct clock evenly(int64_t ahead)
{
    struct clock clock;
    struct even anchor = {0};
    clock_read_machine(&anchor.wall_ms, &anchor.up_ms);
    anchor.wall_ms += ahead;
    clock_init_even(&clock, &anchor);
    return clock;
}

static const struct {
    int64_t after;
    bool due;
} rows[] = {{0, false},
            {MS_HOUR, false},
            {HEARTBEAT_AFTER_MS - 1, false},
            {HEARTBEAT_AFTER_MS, true},
            {MS_DAY, true},
            {400 * MS_DAY, true},
            {-MS_DAY, false}}; /* a time that was given, before the last one: no jump */

START_TEST(a_beat_is_due_when_nothing_was_written_for_long)
{
    const struct clock before = stopped(WORLD_NOW);
    write_entry(&before);
    w.app.clock = stopped(WORLD_NOW + rows[_i].after);
    ck_assert_int_eq(beats(), rows[_i].due);
    ck_assert(!beats()); /* the beat itself is an entry */
}
END_TEST

/* The same start of the machine: its uptime decides, and no clock can change that. */
START_TEST(a_clock_that_jumps_brings_no_beat)
{
    static const int64_t jumps[] = {MS_DAY, 400 * MS_DAY, -MS_DAY, -400 * MS_DAY};
    const struct clock before = evenly(0);
    write_entry(&before);
    w.app.clock = evenly(jumps[_i]);
    for (int i = 0; i < 3; i++)
        ck_assert(!beats());
}
END_TEST

static const struct {
    int64_t up, ours;
    bool given, due;
} cells[] = {
    /* Within one start of the machine nothing but its uptime counts. */
    {HEARTBEAT_AFTER_MS, 0, false, true},
    {HEARTBEAT_AFTER_MS, -400 * MS_DAY, false, true},
    {HEARTBEAT_AFTER_MS - 1, 400 * MS_DAY, false, false},
    {0, -MS_DAY, false, false},
    /* Behind a start of the machine our time does; what lies ahead cannot be waited for. */
    {-1, HEARTBEAT_AFTER_MS, false, true},
    {-1, HEARTBEAT_AFTER_MS - 1, false, false},
    {-1, -1, false, true},
    /* A time that was given is believed. */
    {HEARTBEAT_AFTER_MS, 0, true, false},
    {0, HEARTBEAT_AFTER_MS, true, true},
    {-1, -MS_DAY, true, false},
};

START_TEST(uptime_decides_within_one_start_of_the_machine)
{
    ck_assert_int_eq(heartbeat_due(cells[_i].up, cells[_i].ours, cells[_i].given), cells[_i].due);
}
END_TEST

START_TEST(a_beat_counts_what_is_open)
{
    struct log_line *lines = NULL;
    struct log_head head;
    size_t count = 0;
    int64_t notices = -1;
    int64_t tasks = -1;
    world_parties(&w, "party,kind,country,email\nh,hdo,DE,h@h.example\n"
                      "i,hdo,DE,i@h.example\n");
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    (void)world_notice(&w, &a, "h", 1, STATE_PLANNED, "relay");
    (void)world_notice(&w, &a, "i", 1, STATE_CANCELLED, "relay");
    w.app.clock = stopped(WORLD_NOW + 2 * MS_DAY);
    ck_assert(beats());
    ck_assert_int_eq(log_head_get(&head, w.app.store, &err), OK);
    ck_assert_int_eq(log_list(&lines, &count, w.arena, w.app.store, head.idx - 1, NULL, 1, &err),
                     OK);
    ck_assert(entry_get_int(&notices, lines[0].line, "data.notices_open"));
    ck_assert(entry_get_int(&tasks, lines[0].line, "data.tasks_open"));
    ck_assert_int_eq(notices, 1);
    ck_assert_int_eq(tasks, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.heartbeat");
    TCase *tcase = tcase_create("heartbeat");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_beat_is_due_when_nothing_was_written_for_long, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tcase, a_clock_that_jumps_brings_no_beat, 0, 4);
    tcase_add_loop_test(tcase, uptime_decides_within_one_start_of_the_machine, 0,
                        (int)(sizeof cells / sizeof cells[0]));
    tcase_add_test(tcase, a_beat_counts_what_is_open);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
