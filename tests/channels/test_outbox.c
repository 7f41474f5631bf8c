#include "tests/channels/post.h"

#include "base/file.h"
#include "base/sha256.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static char folder[64];
static char outbox[128];
static struct post post;
static struct err err;

static void setup(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/tocsin-outbox-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(outbox, sizeof outbox, "%s/made/on/demand", folder);
    post_init(&post, 2, 1000);
}

static void teardown(void)
{
    post_dispose(&post);
    ck_assert_int_eq(file_remove_tree(folder, &err), OK);
}

static enum status serve(void)
{
    struct channel_conf conf = {.outbox = outbox, .per_session = 10};
    struct channel *channel = NULL;
    struct feed feed = post_feed(&post);
    ck_assert_int_eq(channel_file.open(&channel, &conf, &err), OK);
    enum status status = channel_file.serve(channel, &feed, &err);
    channel_file.close(channel);
    post_check_contract(&post);
    return status;
}

static char *path_of(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", outbox, name);
    return path;
}

static void check_content(const char *name, struct bytes want)
{
    struct str have;
    struct stat about;
    str_init(&have, STR_LIMIT_MAIL);
    ck_assert_int_eq(file_read(&have, path_of(name), STR_LIMIT_MAIL, &err), OK);
    ck_assert_msg(bytes_equal(str_bytes(&have), want), "%s: %s", name, str_text(&have));
    ck_assert_int_eq(stat(path_of(name), &about), 0);
    ck_assert_uint_eq(about.st_mode & 0777, 0600);
    str_dispose(&have);
}

START_TEST(the_message_and_its_envelope_lie_in_the_outbox)
{
    char envelope[1024];
    char sha256[SHA256_HEX];
    struct stat about;
    ck_assert_msg(serve() == OK, "%s", err.text);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    sha256_hex_of(sha256, post.item[0].parcel.message);
    (void)snprintf(envelope, sizeof envelope,
                   "{\"attempt\":\"a0-f00d\",\"from\":\"psirt+tok@example.com\","
                   "\"message_id\":\"m0.cafe@example.com\",\"notice\":\"n0-beef\","
                   "\"schema\":\"tocsin.outbox/1\",\"sha256\":\"%s\",\"size\":%zu,"
                   "\"to\":\"r0@hospital.example\"}\n",
                   sha256, post.item[0].parcel.message.size);
    check_content("n0-beef.eml", post.item[0].parcel.message);
    check_content("n0-beef.json", bytes_of(envelope));
    check_content("n1-beef.eml", post.item[1].parcel.message);
    ck_assert_int_eq(stat(outbox, &about), 0);
    ck_assert_uint_eq(about.st_mode & 0777, 0700);
    ck_assert_ptr_nonnull(strstr(str_text(&post.item[0].transcript), sha256));
}
END_TEST

START_TEST(a_hand_over_without_an_address_is_fine)
{
    post.item[0].parcel.to = NULL;
    ck_assert_int_eq(serve(), OK);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&text, path_of("n0-beef.json"), STR_LIMIT_TEXT, &err), OK);
    ck_assert_ptr_nonnull(strstr(str_text(&text), "\"to\":null"));
    str_dispose(&text);
}
END_TEST

static const char *const unsafe[] = {"",       NULL,  ".",    "..",      "../x", "a/b",
                                     "/etc/x", "a b", "a\nb", ".hidden", "a\\b", "\xc3\xbc"};

START_TEST(a_name_that_could_leave_the_folder_is_refused)
{
    post.item[0].parcel.notice = unsafe[_i];
    ck_assert_int_eq(serve(), OK);
    ck_assert_str_eq(post_verdicts(&post), "RA");
    ck_assert_int_eq(post.item[0].dots, 0);
    ck_assert_ptr_nonnull(strstr(post.item[0].said, "this message cannot be carried: "));
    ck_assert(!file_exists(path_of(".eml")));
}
END_TEST

START_TEST(before_the_leave_nothing_lies_in_the_outbox)
{
    post.refuse_dot = 0;
    ck_assert_int_eq(serve(), ERR_STALE);
    ck_assert_str_eq(post_verdicts(&post), "D-");
    ck_assert(!file_exists(path_of("n0-beef.eml")));
    ck_assert(!file_exists(path_of("n0-beef.json")));
}
END_TEST

START_TEST(the_same_message_again_is_accepted_again)
{
    ck_assert_int_eq(serve(), OK);
    post.given = 0;
    post.item[0].dones = post.item[1].dones = post.item[0].dots = post.item[1].dots = 0;
    post.item[0].dot_after_done = post.item[1].dot_after_done = false;
    ck_assert_int_eq(serve(), OK);
    ck_assert_str_eq(post_verdicts(&post), "AA");
}
END_TEST

START_TEST(another_message_of_that_name_is_never_overwritten)
{
    static const char other[] = "somebody has not fetched this yet\r\n";
    ck_assert_int_eq(file_make_dir(outbox, 0700, &err), OK);
    ck_assert_int_eq(file_write(path_of("n0-beef.eml"), bytes_of(other), 0600, &err), OK);
    ck_assert_int_eq(serve(), OK);
    ck_assert_str_eq(post_verdicts(&post), "DA");
    ck_assert_ptr_nonnull(strstr(post.item[0].said, "holds another message"));
    check_content("n0-beef.eml", bytes_of(other));
    ck_assert(!file_exists(path_of("n0-beef.json")));
}
END_TEST

START_TEST(an_outbox_that_cannot_be_made_is_the_endpoints_fault)
{
    char blocker[128];
    (void)snprintf(blocker, sizeof blocker, "%s/made", folder);
    ck_assert_int_eq(file_write(blocker, bytes_of("a file"), 0600, &err), OK);
    ck_assert_int_eq(serve(), OK);
    ck_assert_str_eq(post_verdicts(&post), "D-");
    ck_assert(post.item[0].endpoint_fault);
    ck_assert_int_eq(post.item[0].dots, 0);
}
END_TEST

START_TEST(an_envelope_that_cannot_be_written_means_that_nothing_was_handed_over)
{
    ck_assert_int_eq(file_make_dir(outbox, 0700, &err), OK);
    ck_assert_int_eq(mkdir(path_of("n0-beef.json"), 0700), 0); /* nothing can be renamed onto it */
    ck_assert_int_eq(serve(), OK);
    ck_assert_str_eq(post_verdicts(&post), "DA");
    ck_assert(!file_exists(path_of("n0-beef.eml")));
    ck_assert(!post.item[0].endpoint_fault);
}
END_TEST

START_TEST(no_outbox_and_no_parcels_are_refused_when_it_is_opened)
{
    struct channel *channel = NULL;
    struct channel_conf conf = {.outbox = "", .per_session = 10};
    ck_assert_int_eq(channel_file.open(&channel, &conf, &err), ERR_INVALID);
    conf = (struct channel_conf){.outbox = outbox, .per_session = 0};
    ck_assert_int_eq(channel_file.open(&channel, &conf, &err), ERR_INVALID);
    ck_assert_ptr_null(channel);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.outbox");
    TCase *tc = tcase_create("outbox");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_message_and_its_envelope_lie_in_the_outbox);
    tcase_add_test(tc, a_hand_over_without_an_address_is_fine);
    tcase_add_loop_test(tc, a_name_that_could_leave_the_folder_is_refused, 0, COUNT(unsafe));
    tcase_add_test(tc, before_the_leave_nothing_lies_in_the_outbox);
    tcase_add_test(tc, the_same_message_again_is_accepted_again);
    tcase_add_test(tc, another_message_of_that_name_is_never_overwritten);
    tcase_add_test(tc, an_outbox_that_cannot_be_made_is_the_endpoints_fault);
    tcase_add_test(tc, an_envelope_that_cannot_be_written_means_that_nothing_was_handed_over);
    tcase_add_test(tc, no_outbox_and_no_parcels_are_refused_when_it_is_opened);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
