#include "tests/channels/post.h"
#include "tests/channels/server.h"

#include "base/sha256.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct post post;
static struct server server;
static struct err err;

/* The message as the server got it, and as we gave it. */
static void check_kept(int number, const struct post_item *item)
{
    struct str got;
    char name[32];
    char have[SHA256_HEX];
    char want[SHA256_HEX];
    (void)snprintf(name, sizeof name, "%d.eml", number);
    server_file(&got, &server, name);
    sha256_hex_of(have, str_bytes(&got));
    sha256_hex_of(want, item->parcel.message);
    ck_assert_uint_eq(got.size, item->parcel.message.size);
    ck_assert_str_eq(have, want);
    str_dispose(&got);
}

/* How many lines of the server's log begin so. */
static int count_log(const char *start)
{
    struct str log;
    int count = 0;
    server_file(&log, &server, "log");
    for (const char *p = str_text(&log); *p != '\0'; p += strcspn(p, "\n") + 1)
        count += strncmp(p, start, strlen(start)) == 0;
    str_dispose(&log);
    return count;
}

static void check_log(const char *line)
{
    struct str log;
    server_file(&log, &server, "log");
    ck_assert_msg(strstr(str_text(&log), line) != NULL, "no \"%s\" in:\n%s", line, str_text(&log));
    str_dispose(&log);
}

static void carry_with(const struct channel_conf *conf, size_t count, size_t size)
{
    post_init(&post, count, size);
    enum status status = server_serve(conf, post_feed(&post), &err);
    ck_assert_msg(status == OK, "%s", err.text);
    post_check_contract(&post);
}

static void end(void)
{
    post_dispose(&post);
    server_stop(&server);
}

START_TEST(five_parcels_go_over_one_connection_byte_for_byte)
{
    static const char *const args[] = {"--offer", "PIPELINING", "--offer", "SIZE 99999999", NULL};
    server_start(&server, "good", args);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 5, 3000);
    ck_assert_str_eq(post_verdicts(&post), "AAAAA");
    ck_assert_int_eq(server_kept(&server), 5);
    for (int i = 0; i < 5; i++)
        check_kept(i + 1, &post.item[i]);
    ck_assert_int_eq(count_log("plain STARTTLS"), 1);
    ck_assert_int_eq(count_log("tls QUIT"), 1);
    end();
}
END_TEST

START_TEST(five_mebibytes_pass_byte_for_byte)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 2, (size_t)5 * 1024 * 1024);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    check_kept(1, &post.item[0]);
    check_kept(2, &post.item[1]);
    end();
}
END_TEST

START_TEST(the_receipt_tells_reply_tls_and_certificate)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 1, 0);
    const struct post_item *item = &post.item[0];
    ck_assert_int_eq(item->code, 250);
    ck_assert_str_eq(item->enhanced, "2.0.0");
    ck_assert_str_eq(item->said, "250 2.0.0 kept");
    ck_assert_msg(strncmp(item->tls, "TLSv1.3 TLS_", 12) == 0, "%s", item->tls);
    ck_assert_uint_eq(strlen(item->peer), 64);
    ck_assert(!item->endpoint_fault && !item->config_fault);
    end();
}
END_TEST

START_TEST(each_transcript_holds_the_opening_and_its_own_conversation)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 3, 2000);
    for (size_t i = 0; i < 3; i++) {
        const char *text = str_text(&post.item[i].transcript);
        char size[64];
        (void)snprintf(size, sizeof size, "* we send: [%zu bytes of message]\nC: .\n",
                       post.item[i].parcel.message.size);
        ck_assert_msg(strncmp(text, "S: 220 ", 7) == 0, "%s", text);
        ck_assert_msg(strstr(text, "\nC: STARTTLS\nS: 220 ") != NULL, "%s", text);
        ck_assert_msg(strstr(text, "\n* TLSv1.3 ") != NULL, "%s", text);
        ck_assert_msg(strstr(text, size) != NULL, "%s", text);
        ck_assert_msg(strstr(text, "ordinary length") == NULL, "%s", text);
        for (size_t k = 0; k < 3; k++)
            ck_assert_int_eq(strstr(text, post.item[k].to) != NULL, i == k);
        ck_assert_str_eq(text + strlen(text) - strlen("S: 250 2.0.0 kept\n"),
                         "S: 250 2.0.0 kept\n");
    }
    end();
}
END_TEST

START_TEST(dsn_parameters_are_on_the_wire_when_the_relay_offers_them)
{
    static const char *const args[] = {"--offer", "DSN", "--offer", "SIZE 1000000", NULL};
    server_start(&server, "good", args);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 1, 0);
    char mail[200];
    (void)snprintf(mail, sizeof mail,
                   "tls MAIL FROM:<psirt+tok@example.com> SIZE=%zu RET=HDRS ENVID=a0-f00d\n",
                   post.item[0].parcel.message.size);
    check_log(mail);
    check_log("tls RCPT TO:<r0@hospital.example> NOTIFY=SUCCESS,FAILURE,DELAY "
              "ORCPT=rfc822;r0@hospital.example\n");
    end();
}
END_TEST

START_TEST(no_dsn_parameters_are_sent_to_a_relay_that_does_not_offer_them)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 1, 0);
    check_log("tls MAIL FROM:<psirt+tok@example.com>\n");
    check_log("tls RCPT TO:<r0@hospital.example>\n");
    end();
}
END_TEST

START_TEST(the_null_return_path_and_plus_signs_are_written_as_they_must)
{
    static const char *const args[] = {"--offer", "DSN", NULL};
    server_start(&server, "good", args);
    struct channel_conf conf = server_conf(&server);
    post_init(&post, 2, 0);
    post.item[0].parcel.from = "";
    post.item[0].parcel.to = "a+b=c@hospital.example";
    char local[65];
    memset(local, '+', 64);
    local[64] = '\0';
    char to[100];
    (void)snprintf(to, sizeof to, "%s@hospital.example", local);
    post.item[1].parcel.to = to;
    ck_assert_int_eq(server_serve(&conf, post_feed(&post), &err), OK);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    check_log("tls MAIL FROM:<> RET=HDRS ENVID=a0-f00d\n");
    check_log("tls RCPT TO:<a+b=c@hospital.example> NOTIFY=SUCCESS,FAILURE,DELAY "
              "ORCPT=rfc822;a+2Bb+3Dc@hospital.example\n");
    /* 64 plus signs are 192 bytes of xtext: more than the library has room for, so no ORCPT. */
    check_log("@hospital.example> NOTIFY=SUCCESS,FAILURE,DELAY\n");
    end();
}
END_TEST

START_TEST(data_is_used_where_chunking_is_offered)
{
    static const char *const words[] = {"CHUNKING",   "chunking", "CHUNKING now",
                                        "BINARYMIME", "XUSR",     "ETRN"};
    /* The second half comes byte by byte, so that no read holds a whole word. */
    const char *args[] = {"--offer",  words[_i % 6], "--offer", "PIPELINING", "--fault",
                          "ehlo-tls", "split",       "-",       NULL};
    if (_i < 6)
        args[4] = NULL;
    server_start(&server, "good", args);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 2, 5000);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    ck_assert_int_eq(count_log("tls DATA"), 2);
    ck_assert_int_eq(count_log("tls BDAT"), 0);
    ck_assert_int_eq(count_log("tls XUSR"), 0);
    ck_assert_int_eq(count_log("tls ETRN"), 0);
    check_kept(2, &post.item[1]);
    end();
}
END_TEST

START_TEST(tls_1_2_is_good_enough)
{
    static const char *const args[] = {"--tls12", NULL};
    server_start(&server, "good", args);
    struct channel_conf conf = server_conf(&server);
    carry_with(&conf, 2, 0);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    ck_assert_msg(strncmp(post.item[0].tls, "TLSv1.2 ", 8) == 0, "%s", post.item[0].tls);
    end();
}
END_TEST

START_TEST(an_address_of_the_relay_is_checked_as_an_address)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    conf.host = "127.0.0.1";
    carry_with(&conf, 1, 0);
    ck_assert_str_eq(post_verdicts(&post), "A");
    end();
}
END_TEST

START_TEST(no_more_parcels_than_per_session_go_over_one_connection)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    conf.per_session = 2;
    carry_with(&conf, 5, 0);
    ck_assert_str_eq(post_verdicts(&post), "AA---");
    ck_assert_int_eq(server_kept(&server), 2);
    end();
}
END_TEST

START_TEST(parcels_that_come_late_get_another_connection)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    post_init(&post, 3, 0);
    post.ready = 0; /* none is ever there without waiting */
    ck_assert_int_eq(server_serve(&conf, post_feed(&post), &err), OK);
    post_check_contract(&post);
    ck_assert_str_eq(post_verdicts(&post), "AAA");
    ck_assert_int_eq(count_log("plain STARTTLS"), 3);
    end();
}
END_TEST

START_TEST(a_channel_serves_again_after_it_has_served)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    struct channel *channel = NULL;
    ck_assert_int_eq(channel_smtp.open(&channel, &conf, &err), OK);
    for (int i = 0; i < 3; i++) {
        post_init(&post, 2, 0);
        struct feed feed = post_feed(&post);
        ck_assert_int_eq(channel_smtp.serve(channel, &feed, &err), OK);
        ck_assert_str_eq(post_verdicts(&post), "AA");
        post_dispose(&post);
    }
    channel_smtp.close(channel);
    ck_assert_int_eq(server_kept(&server), 6);
    server_stop(&server);
}
END_TEST

START_TEST(a_left_over_errno_of_the_feed_drops_nothing)
{
    server_start(&server, "good", NULL);
    struct channel_conf conf = server_conf(&server);
    post_init(&post, 2, 0);
    post.early_errno = true;
    ck_assert_int_eq(server_serve(&conf, post_feed(&post), &err), OK);
    ck_assert_str_eq(post_verdicts(&post), "AA");
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.smtp");
    TCase *tc = tcase_create("a relay that behaves");
    tcase_add_unchecked_fixture(tc, suite_make, suite_remove);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, five_parcels_go_over_one_connection_byte_for_byte);
    tcase_add_test(tc, five_mebibytes_pass_byte_for_byte);
    tcase_add_test(tc, the_receipt_tells_reply_tls_and_certificate);
    tcase_add_test(tc, each_transcript_holds_the_opening_and_its_own_conversation);
    tcase_add_test(tc, dsn_parameters_are_on_the_wire_when_the_relay_offers_them);
    tcase_add_test(tc, no_dsn_parameters_are_sent_to_a_relay_that_does_not_offer_them);
    tcase_add_test(tc, the_null_return_path_and_plus_signs_are_written_as_they_must);
    tcase_add_loop_test(tc, data_is_used_where_chunking_is_offered, 0, 12);
    tcase_add_test(tc, tls_1_2_is_good_enough);
    tcase_add_test(tc, an_address_of_the_relay_is_checked_as_an_address);
    tcase_add_test(tc, no_more_parcels_than_per_session_go_over_one_connection);
    tcase_add_test(tc, parcels_that_come_late_get_another_connection);
    tcase_add_test(tc, a_channel_serves_again_after_it_has_served);
    tcase_add_test(tc, a_left_over_errno_of_the_feed_drops_nothing);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
