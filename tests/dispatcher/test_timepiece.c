#include "dispatcher/run/timepiece.h"

#include "base/frame.h"
#include "dispatcher/op.h"
#include "dispatcher/run/work.h"
#include "seal/cert.h"
#include "store/log.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define YEAR (365 * MS_DAY)
#define PARTIES                                                                                    \
    "party,kind,country,email,phone\n"                                                             \
    "h,hdo,DE,h@h.example,+49 30 1\n"

static struct world w;
static struct err err;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, PARTIES);
}

static void teardown(void)
{
    world_close(&w);
}

/* What the store says of the clock: it showed the real time less `behind` at this uptime. */
static void put_anchor(const char *boot, int64_t behind, int64_t off)
{
    int64_t wall = 0;
    int64_t up = 0;
    clock_read_machine(&wall, &up);
    ck_assert_int_eq(meta_set(w.app.store, "clock",
                              arena_printf(w.arena, "%s %" PRId64 " %" PRId64 " %" PRId64 " 0",
                                           boot, up, wall - behind, off),
                              &err),
                     OK);
}

static void open_clock(void)
{
    enum status status = timepiece_open(&w.app, true, &err);
    ck_assert_msg(status == OK, "%s", err.text);
}

static int64_t real_now(void)
{
    int64_t wall = 0;
    int64_t up = 0;
    clock_read_machine(&wall, &up);
    return wall;
}

static void check_near(int64_t ms, int64_t wanted)
{
    ck_assert_msg(llabs(ms - wanted) < 10000, "%" PRId64 " is not near %" PRId64, ms, wanted);
}

static size_t clock_tasks(void)
{
    struct task *list = NULL;
    size_t count = 0;
    size_t found = 0;
    ck_assert_int_eq(task_list(&list, &count, w.arena, w.app.store, false, 0, &err), OK);
    for (size_t i = 0; i < count; i++)
        found += timepiece_is_task(list[i].cause);
    return found;
}

static const struct {
    int64_t by;
    bool doubted;
} jumps[] = {{10 * YEAR, true},  {-10 * YEAR, true},  {MS_DAY, true},     {-MS_HOUR, true},
             {MS_MINUTE, false}, {-MS_MINUTE, false}, {MS_SECOND, false}, {-MS_SECOND, false}};

START_TEST(a_jump_while_we_were_not_there_is_an_entry_and_our_time_goes_on)
{
    put_anchor(clock_boot_id(), jumps[_i].by, 0);
    open_clock();
    check_near(app_now(&w.app), real_now() - jumps[_i].by);
    ck_assert_uint_eq(world_entries(&w, "clock.jump", NULL), 1);
    ck_assert_uint_eq(clock_tasks(), jumps[_i].doubted ? 1 : 0);
    /* Seen once: the next start knows it. */
    open_clock();
    ck_assert_uint_eq(world_entries(&w, "clock.jump", NULL), 1);
    check_near(app_now(&w.app), real_now() - jumps[_i].by);
}
END_TEST

START_TEST(a_reader_goes_by_the_same_time_and_writes_nothing)
{
    put_anchor(clock_boot_id(), YEAR, 0);
    ck_assert_int_eq(timepiece_open(&w.app, false, &err), OK);
    check_near(app_now(&w.app), real_now() - YEAR);
    ck_assert_uint_eq(world_entries(&w, "clock.jump", NULL), 0);
}
END_TEST

START_TEST(the_task_closes_when_the_clock_comes_back)
{
    put_anchor(clock_boot_id(), 10 * YEAR, 0);
    open_clock();
    ck_assert_uint_eq(clock_tasks(), 1);
    /* Turn the machine's clock back: the anchor shows it ten years ahead. */
    put_anchor(clock_boot_id(), -10 * YEAR, 10 * YEAR);
    open_clock();
    ck_assert_uint_eq(clock_tasks(), 0);
    ck_assert_uint_eq(world_entries(&w, "task.done", NULL), 1);
    check_near(app_now(&w.app), real_now());
}
END_TEST

START_TEST(a_time_that_was_given_stays)
{
    put_anchor(clock_boot_id(), YEAR, 0);
    w.app.now_given_ms = WORLD_NOW;
    open_clock();
    int64_t by = 42;
    ck_assert_int_eq(timepiece_check(&w.app, &by, &err), OK);
    ck_assert_int_eq(by, 0);
    ck_assert_int_eq(app_now(&w.app), WORLD_NOW);
}
END_TEST

START_TEST(after_a_start_of_the_machine_a_doubted_clock_is_still_doubted)
{
    static const char other[] = "00000000000000000000000000000000";
    put_anchor(other, 0, 10 * YEAR);
    open_clock();
    check_near(app_now(&w.app), real_now() - 10 * YEAR);
    put_anchor(other, 0, 0);
    open_clock();
    check_near(app_now(&w.app), real_now());
}
END_TEST

START_TEST(a_clock_before_the_last_entry_is_wrong)
{
    int64_t last = 0;
    /* An entry of next year, by a clock that was wrong then. */
    clock_init_stopped(&w.app.clock, real_now() + YEAR);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    struct entry *entry = entry_new("clock.set", "command:test", "EXM");
    entry_personal(entry, "by", "weber");
    entry_int(entry, "by_ms", 0);
    entry_instant(entry, "to", app_now(&w.app));
    ck_assert_int_eq(app_record(&w.app, entry, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    ck_assert_int_eq(log_last_at(&last, w.app.store, &err), OK);
    check_near(last, real_now() + YEAR);
    w.app.test = false; /* stores for tests may hold any instant */
    put_anchor("00000000000000000000000000000000", 0, 0);
    open_clock();
    check_near(app_now(&w.app), real_now() + YEAR);
    ck_assert_uint_eq(world_entries(&w, "clock.jump", NULL), 1);
    ck_assert_uint_eq(clock_tasks(), 1);
}
END_TEST

START_TEST(an_anchor_that_makes_no_sense_is_no_anchor)
{
    static const char *const texts[] = {"", "x", "0 1 2", "0 a b c d"};
    ck_assert_int_eq(meta_set(w.app.store, "clock", texts[_i], &err), OK);
    open_clock();
    check_near(app_now(&w.app), real_now());
    ck_assert_uint_eq(world_entries(&w, "clock.jump", NULL), 0);
}
END_TEST

START_TEST(when_a_person_believes_the_clock_waits_keep_their_length_and_deadlines_stay)
{
    struct frame_out request;
    struct frame in;
    struct str out;
    struct advisory advisory = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice ready = world_notice(&w, &advisory, "h", 1, STATE_READY, RECIPIENT_RELAY);
    put_anchor(clock_boot_id(), jumps[_i].by, 0);
    open_clock();
    struct task *list = NULL;
    size_t count = 0;
    ck_assert_int_eq(task_list(&list, &count, w.arena, w.app.store, false, 0, &err), OK);
    ck_assert_uint_eq(count, 1);
    frame_begin(&request, OP_REQUEST);
    frame_text(&request, "task-done");
    frame_text(&request, "command:task");
    frame_int(&request, -1);
    frame_int(&request, list[0].id);
    frame_text(&request, "weber");
    frame_bytes(&request, (struct bytes){0});
    frame_text(&request, NULL);
    frame_text(&request, NULL);
    frame_int(&request, 0);
    int ends[2];
    struct frame_reader reader;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    ck_assert_int_eq(frame_send(ends[1], frame_end(&request), &err), OK);
    frame_reader_init(&reader);
    ck_assert_int_eq(frame_receive(&reader, ends[0], &in, &err), OK);
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = op_task_done(&w.app, &in, &out, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    str_dispose(&out);
    frame_reader_dispose(&reader);
    frame_dispose(&request);
    ck_assert_int_eq(close(ends[0]) | close(ends[1]), 0);
    check_near(app_now(&w.app), real_now());
    ck_assert_uint_eq(world_entries(&w, "clock.set", NULL), 1);
    struct notice after = world_read(&w, &ready);
    check_near(after.next_at_ms, ready.next_at_ms + jumps[_i].by);
    ck_assert_int_eq(after.deadline_ms, ready.deadline_ms);
    open_clock();
    check_near(app_now(&w.app), real_now());
}
END_TEST

START_TEST(a_key_that_ended_by_a_wrong_clock_is_good_again_by_the_right_one)
{
    struct advisory advisory = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice notice = world_notice(&w, &advisory, "h", 1, STATE_SEALING, RECIPIENT_RELAY);
    struct key key = {.fpr = "AAAA",
                      .party = "h",
                      .sub_fpr = "BBBB",
                      .state = cert_state_word(CERT_GOOD),
                      .expires_ms = WORLD_NOW + (_i == 0 ? -1 : YEAR),
                      .pinned_ms = WORLD_NOW};
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(key_put(w.app.store, &key, &err), OK);
    notice.key = "AAAA";
    notice.level = LEVEL_SEALED;
    ck_assert_int_eq(notice_update(w.app.store, &notice, STATE_SEALING, &err), OK);
    ck_assert_int_eq(work_unsealed(&w.app, notice.id, ERR_REFUSED, "it has ended", &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    struct key after;
    ck_assert_int_eq(key_get(&after, w.arena, w.app.store, "h", "AAAA", &err), OK);
    ck_assert_str_eq(after.state, cert_state_word(_i == 0 ? CERT_GOOD : CERT_INVALID));
    ck_assert_uint_eq(world_entries(&w, "key.refused", NULL), 1);
    ck_assert_uint_eq(world_tasks(&w, TASK_KEY), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.timepiece");
    TCase *tc = tcase_create("timepiece");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_jump_while_we_were_not_there_is_an_entry_and_our_time_goes_on, 0,
                        (int)(sizeof jumps / sizeof jumps[0]));
    tcase_add_test(tc, a_reader_goes_by_the_same_time_and_writes_nothing);
    tcase_add_test(tc, the_task_closes_when_the_clock_comes_back);
    tcase_add_test(tc, a_time_that_was_given_stays);
    tcase_add_test(tc, after_a_start_of_the_machine_a_doubted_clock_is_still_doubted);
    tcase_add_test(tc, a_clock_before_the_last_entry_is_wrong);
    tcase_add_loop_test(tc, an_anchor_that_makes_no_sense_is_no_anchor, 0, 4);
    tcase_add_loop_test(
        tc, when_a_person_believes_the_clock_waits_keep_their_length_and_deadlines_stay, 0, 4);
    tcase_add_loop_test(tc, a_key_that_ended_by_a_wrong_clock_is_good_again_by_the_right_one, 0, 2);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
