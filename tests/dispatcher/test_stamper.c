/* Whom the stamper asks, and when. */
#include "base/file.h"
#include "store/log.h"
#include "tests/dispatcher/stamping.h"

#include <stdlib.h>
#include <string.h>

#define RENEW (30 * MS_DAY)

START_TEST(nothing_is_asked_before_there_is_a_checkpoint)
{
    stamping_settle();
    ck_assert(stamper_idle(stamper));
    ck_assert(stamper_next(stamper) == INT64_MAX);
    w.app.settings->evidence.timestamp_count = 0;
    stamping_restart();
    stamping_cover();
    stamping_settle();
    ck_assert(stamper_idle(stamper));
    ck_assert_uint_eq(stamping_stamp_count(), 0);
}
END_TEST

START_TEST(a_good_time_stamp_is_kept_with_its_entry_and_its_roots)
{
    struct err err = {0};
    struct str roots, ours;
    size_t count = 0;
    stamping_cover();
    ck_assert(!stamper_idle(stamper));
    ck_assert(stamper_next(stamper) <= clock_up_ms(&w.app.clock));
    stamping_settle();
    struct stamp_row *row = stamping_stamps(&count);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(row->size, checkpoint->covered);
    ck_assert_str_eq(row->authority, "http://0.example");
    ck_assert_int_eq(row->at_ms, WORLD_NOW);
    ck_assert_int_eq(row->cert_end_ms, WORLD_NOW + 200 * MS_DAY);
    ck_assert_uint_eq(world_entries(&w, "anchor.tsa", NULL), 1);
    str_init(&roots, 1 << 16);
    str_init(&ours, 1 << 16);
    stamping_ok(blob_get(&roots, w.app.store, row->roots, &err), &err);
    stamping_ok(file_read(&ours, authorities[0].ca_file, 1 << 16, &err), &err);
    ck_assert_str_eq(str_text(&roots), str_text(&ours));
    str_dispose(&roots);
    str_dispose(&ours);
}
END_TEST

/* What stands behind a '?' may be a customer's token. */
START_TEST(a_token_in_an_address_goes_to_the_authority_alone)
{
    struct err err = {0};
    size_t count = 0;
    struct log_line *lines = NULL;
    stamping_use("http://0.example/?key=hunter2");
    stamping_cover();
    stamping_settle();
    struct stamp_row *row = stamping_stamps(&count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(row->authority, "http://0.example/");
    stamping_ok(log_list(&lines, &count, w.arena, w.app.store, 0, NULL, 100, &err), &err);
    for (size_t i = 0; i < count; i++)
        ck_assert(memmem(lines[i].line.data, lines[i].line.size, "hunter2", 7) == NULL);
}
END_TEST

/* A time-stamp is an entry, that makes a checkpoint, and that could be stamped, for ever. */
START_TEST(its_own_entries_are_no_reason_to_ask_again)
{
    w.app.settings->evidence.timestamp_count = 2;
    stamping_restart();
    stamping_cover();
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 2);
    for (int day = 0; day < 3; day++) {
        stamping_cover();
        stamping_settle();
        ck_assert(stamper_idle(stamper));
        ck_assert_uint_eq(stamping_stamp_count(), 2);
        stamping_after(MS_DAY);
        if (day == 1)
            stamping_restart();
    }
    ck_assert(stamper_next(stamper) > clock_up_ms(&w.app.clock) - MS_DAY);
}
END_TEST

START_TEST(a_log_that_grew_is_stamped_again_but_not_too_often)
{
    stamping_cover();
    stamping_settle();
    stamping_add_news();
    stamping_cover();
    stamping_settle();
    ck_assert(stamper_idle(stamper));
    ck_assert_int_eq(stamper_next(stamper), WORLD_NOW + MS_HOUR);
    stamping_after(MS_HOUR - 1);
    if (_i == 1)
        stamping_restart();
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 1);
    stamping_after(1);
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 2);
}
END_TEST

START_TEST(a_clock_that_went_back_keeps_nobody_from_asking)
{
    stamping_cover();
    stamping_settle();
    stamping_after(-MS_DAY);
    stamping_add_news();
    stamping_cover();
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 2);
}
END_TEST

START_TEST(before_its_certificate_ends_it_is_asked_again_each_day)
{
    stamping_cover();
    stamping_settle();
    stamping_cover();
    stamping_after(200 * MS_DAY - RENEW);
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 1);
    stamping_after(MS_HOUR);
    stamping_settle(); /* no news, but less than 30 days are left */
    ck_assert_uint_eq(stamping_stamp_count(), 2);
    stamping_cover();
    stamping_after(MS_HOUR);
    stamping_settle();
    stamping_after(22 * MS_HOUR);
    stamping_restart();
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 2);
    stamping_after(2 * MS_HOUR);
    stamping_settle();
    ck_assert_uint_eq(stamping_stamp_count(), 3);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], CHILD_WORD) == 0)
        return strcmp(argv[2], "fetcher") == 0 ? stamping_fetcher() : 1;
    Suite *suite = suite_create("dispatcher.stamper");
    TCase *tc = tcase_create("stamper");
    tcase_add_unchecked_fixture(tc, stamping_make_folder, stamping_remove_folder);
    tcase_add_checked_fixture(tc, stamping_setup, stamping_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, nothing_is_asked_before_there_is_a_checkpoint);
    tcase_add_test(tc, a_good_time_stamp_is_kept_with_its_entry_and_its_roots);
    tcase_add_test(tc, a_token_in_an_address_goes_to_the_authority_alone);
    tcase_add_test(tc, its_own_entries_are_no_reason_to_ask_again);
    tcase_add_loop_test(tc, a_log_that_grew_is_stamped_again_but_not_too_often, 0, 2);
    tcase_add_test(tc, a_clock_that_went_back_keeps_nobody_from_asking);
    tcase_add_test(tc, before_its_certificate_ends_it_is_asked_again_each_day);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
