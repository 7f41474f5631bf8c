/* What every channel owes its feed, proven on each of them: SMTP to a real relay, outbox, null. */
#include "tests/channels/post.h"
#include "tests/channels/server.h"

#include "base/file.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"smtp", "file", "null"};
#define CHANNELS 3

static const struct channel_ops *ops;
static struct channel *channel;
static struct server server;
static struct post post;
static struct err err;
static char outbox[160];

/* How many messages the other side holds; -1 where nothing is kept. */
static int count_kept(void)
{
    char path[200];
    int count = 0;
    if (ops == &channel_null)
        return -1;
    if (ops == &channel_smtp)
        (void)snprintf(path, sizeof path, "%s/maildir/new", server.store);
    else
        (void)snprintf(path, sizeof path, "%s", outbox);
    DIR *dir = opendir(path);
    for (const struct dirent *e = dir == NULL ? NULL : readdir(dir); e != NULL; e = readdir(dir))
        count += ops == &channel_smtp ? e->d_name[0] != '.' : text_ends(e->d_name, ".eml");
    if (dir != NULL)
        (void)closedir(dir);
    return count;
}

static void begin(int which, size_t count, int64_t per_session)
{
    static const char *const args[] = {"--user", "psirt", "--password-file", NULL, NULL};
    const char *sink_args[5];
    memcpy(sink_args, args, sizeof sink_args);
    sink_args[3] = suite_path("password");
    ops = channel_find(names[which]);
    ck_assert_ptr_nonnull(ops);
    ck_assert_str_eq(ops->name, names[which]);
    (void)snprintf(outbox, sizeof outbox, "%s-XXXXXX", suite_path("outbox"));
    ck_assert_ptr_nonnull(mkdtemp(outbox));
    ck_assert_int_eq(rmdir(outbox), 0); /* the channel makes it; the name is ours alone */
    server.port = 1;
    if (ops == &channel_smtp)
        sink_start(&server, sink_args);
    struct channel_conf conf = server_conf(&server);
    conf.user = "psirt";
    conf.password = "correct horse";
    conf.outbox = outbox;
    conf.per_session = per_session;
    ck_assert_msg(ops->open(&channel, &conf, &err) == OK, "%s", err.text);
    post_init(&post, count, 2000);
}

static enum status serve(void)
{
    struct feed feed = post_feed(&post);
    return ops->serve(channel, &feed, &err);
}

static void end(int kept)
{
    ck_assert_int_eq(count_kept(), ops == &channel_null ? -1 : kept);
    ops->close(channel);
    post_dispose(&post);
    if (ops == &channel_smtp)
        server_stop(&server);
}

START_TEST(each_parcel_gets_one_leave_and_then_one_receipt)
{
    begin(_i, 5, 100);
    ck_assert_msg(serve() == OK, "%s", err.text);
    post_check_contract(&post);
    ck_assert_str_eq(post_verdicts(&post), "AAAAA");
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(post.item[i].dots, 1);
        ck_assert_str_ne(post.item[i].said, "");
        ck_assert(!post.item[i].endpoint_fault && !post.item[i].config_fault);
    }
    end(5);
}
END_TEST

START_TEST(nothing_is_taken_without_leave)
{
    begin(_i, 3, 100);
    post.refuse_dot = 1;
    ck_assert_int_eq(serve(), ERR_STALE);
    post_check_contract(&post);
    ck_assert_int_eq(post.item[0].verdict, VERDICT_ACCEPTED);
    ck_assert_int_eq(post.item[1].verdict, VERDICT_DEFERRED);
    end(1);
}
END_TEST

START_TEST(an_empty_feed_is_done_at_once)
{
    begin(_i, 0, 100);
    ck_assert_int_eq(serve(), OK);
    end(0);
}
END_TEST

START_TEST(no_more_than_per_session_are_taken)
{
    begin(_i, 5, 2);
    ck_assert_int_eq(serve(), OK);
    ck_assert_uint_eq(post.given, 2);
    ck_assert_int_eq(serve(), OK);
    ck_assert_uint_eq(post.given, 4);
    ck_assert_int_eq(serve(), OK);
    post_check_contract(&post);
    ck_assert_str_eq(post_verdicts(&post), "AAAAA");
    end(5);
}
END_TEST

START_TEST(a_receipt_that_is_not_taken_ends_it_with_the_feeds_reason)
{
    begin(_i, 3, 100);
    post.fail_done = 0;
    ck_assert_int_eq(serve(), ERR_IO);
    ck_assert_str_eq(err.text, "the disk is full");
    ck_assert_int_eq(post.item[0].dones, 1);
    ck_assert_int_eq(post.item[1].dots, 0);
    end(1);
}
END_TEST

START_TEST(a_feed_that_fails_ends_it_with_the_feeds_reason)
{
    begin(_i, 3, 100);
    post.fail_next = 0;
    ck_assert_int_eq(serve(), ERR_IO);
    ck_assert_str_eq(err.text, "the parent is gone");
    end(0);
}
END_TEST

START_TEST(closing_nothing_is_fine)
{
    channel_find(names[_i])->close(NULL);
}
END_TEST

START_TEST(a_channel_is_found_by_its_exact_name_only)
{
    ck_assert_ptr_null(channel_find("SMTP"));
    ck_assert_ptr_null(channel_find("https"));
    ck_assert_ptr_null(channel_find(""));
    ck_assert_ptr_null(channel_find(NULL));
}
END_TEST

START_TEST(a_receipt_begins_as_nothing_taken_and_is_disposed_of_twice)
{
    struct receipt receipt;
    receipt_init(&receipt);
    ck_assert_int_eq(receipt.verdict, VERDICT_DEFERRED);
    str_add(&receipt.transcript, "C: QUIT\n");
    receipt_dispose(&receipt);
    receipt_dispose(&receipt);
    receipt_dispose(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.every");
    TCase *tc = tcase_create("every channel");
    tcase_add_unchecked_fixture(tc, suite_make, suite_remove);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, each_parcel_gets_one_leave_and_then_one_receipt, 0, CHANNELS);
    tcase_add_loop_test(tc, nothing_is_taken_without_leave, 0, CHANNELS);
    tcase_add_loop_test(tc, an_empty_feed_is_done_at_once, 0, CHANNELS);
    tcase_add_loop_test(tc, no_more_than_per_session_are_taken, 0, CHANNELS);
    tcase_add_loop_test(tc, a_receipt_that_is_not_taken_ends_it_with_the_feeds_reason, 0, CHANNELS);
    tcase_add_loop_test(tc, a_feed_that_fails_ends_it_with_the_feeds_reason, 0, CHANNELS);
    tcase_add_loop_test(tc, closing_nothing_is_fine, 0, CHANNELS);
    tcase_add_test(tc, a_channel_is_found_by_its_exact_name_only);
    tcase_add_test(tc, a_receipt_begins_as_nothing_taken_and_is_disposed_of_twice);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
