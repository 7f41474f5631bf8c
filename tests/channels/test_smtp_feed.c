/* The other side fails: the queue, the leave, the receipt, the parcel, the configuration, the
 * network. */
#include "tests/channels/post.h"
#include "tests/channels/server.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static struct post post;
static struct server server;
static struct err err;

static enum status serve(const struct channel_conf *conf)
{
    return server_serve(conf, post_feed(&post), &err);
}

static void begin(size_t count)
{
    server_start(&server, "good", NULL);
    post_init(&post, count, 500);
}

static void end(void)
{
    post_dispose(&post);
    server_stop(&server);
}

/* ---- the feed ---- */

static void kept_before(const struct post_item *item)
{
    ck_assert_int_eq(server_kept(&server), (int)(item - post.item));
}

START_TEST(the_end_of_data_does_not_leave_before_the_leave_is_given)
{
    begin(3);
    struct channel_conf conf = server_conf(&server);
    post.dot_wait_ms = 300;
    post.at_dot = kept_before;
    ck_assert_int_eq(serve(&conf), OK);
    post_check_contract(&post);
    ck_assert_str_eq(post_verdicts(&post), "AAA");
    end();
}
END_TEST

START_TEST(what_the_relay_says_while_the_leave_is_given_is_not_the_answer_to_the_end)
{
    static const char *const said[] = {"250 2.0.0 taken", "552 5.3.4 too large", "421 closing"};
    const char *const args[] = {"--fault", "body#1", "early", said[_i], NULL};
    server_start(&server, "good", args);
    post_init(&post, 1, 500);
    struct channel_conf conf = server_conf(&server);
    post.dot_wait_ms = 500;
    ck_assert_int_eq(serve(&conf), OK);
    post_check_contract(&post);
    ck_assert_int_eq(post.item[0].verdict, _i == 1 ? VERDICT_REFUSED : VERDICT_DEFERRED);
    ck_assert_int_eq(post.item[0].dots, 1);
    ck_assert_int_eq(post.item[0].code, _i == 0 ? 0 : _i == 1 ? 552 : 421);
    ck_assert_int_eq(server_kept(&server), 0);
    end();
}
END_TEST

START_TEST(without_leave_nothing_is_taken_and_the_feeds_reason_comes_back)
{
    begin(4);
    struct channel_conf conf = server_conf(&server);
    post.refuse_dot = 1;
    ck_assert_int_eq(serve(&conf), ERR_STALE);
    ck_assert_str_eq(err.text, "the notice was cancelled");
    post_check_contract(&post);
    ck_assert_str_eq(post_verdicts(&post), "ADD-");
    ck_assert_int_eq(server_kept(&server), 1);
    ck_assert_ptr_nonnull(strstr(post.item[1].said, "no leave to end the message"));
    ck_assert(!post.item[1].endpoint_fault);
    end();
}
END_TEST

START_TEST(a_receipt_that_is_not_taken_stops_the_channel)
{
    begin(4);
    struct channel_conf conf = server_conf(&server);
    post.fail_done = 1;
    ck_assert_int_eq(serve(&conf), ERR_IO);
    ck_assert_str_eq(err.text, "the disk is full");
    ck_assert_int_eq(post.item[0].dones, 1);
    ck_assert_int_eq(post.item[1].dones, 1);
    ck_assert_int_eq(post.item[2].dones, 0); /* who cannot keep a receipt is asked no more */
    ck_assert_int_eq(post.item[2].dots, 0);
    ck_assert_int_eq(server_kept(&server), 2);
    end();
}
END_TEST

START_TEST(a_queue_that_fails_stops_the_channel_before_the_next_end_of_data)
{
    begin(4);
    struct channel_conf conf = server_conf(&server);
    post.fail_next = _i;
    ck_assert_int_eq(serve(&conf), ERR_IO);
    ck_assert_str_eq(err.text, "the parent is gone");
    post_check_contract(&post);
    /* It is asked for one ahead while the one before is on its way. */
    static const char *const verdicts[] = {"----", "D---", "AD--", "AAD-"};
    ck_assert_str_eq(post_verdicts(&post), verdicts[_i]);
    ck_assert_int_eq(server_kept(&server), _i > 0 ? _i - 1 : 0);
    end();
}
END_TEST

START_TEST(a_parcel_that_cannot_be_carried_is_refused_and_the_others_go_on)
{
    static const char smuggled[] = "Date: x\r\nFrom: a\r\nMessage-ID: <m1.cafe@example.com>\r\n\r\n"
                                   "end\n.\nMAIL FROM:<evil@example.com>\r\n";
    begin(4);
    struct channel_conf conf = server_conf(&server);
    post.item[_i].parcel.message = bytes_of(smuggled);
    post.item[3].parcel.to = "a@example.com>\r\nRCPT TO:<b@example.com";
    ck_assert_int_eq(serve(&conf), OK);
    post_check_contract(&post);
    static const char *const verdicts[] = {"RAAR", "ARAR", "AARR"};
    ck_assert_str_eq(post_verdicts(&post), verdicts[_i]);
    const struct post_item *item = &post.item[_i];
    ck_assert_msg(strncmp(item->said, "this message cannot be carried: ", 32) == 0, "%s",
                  item->said);
    ck_assert_int_eq(item->code, 0);
    ck_assert(!item->endpoint_fault && !item->config_fault);
    ck_assert_int_eq(item->dots, 0);
    ck_assert_int_eq(server_kept(&server), 2);
    end();
}
END_TEST

/* ---- the configuration ---- */

static char long_text[300];

static const struct {
    struct channel_conf conf;
    const char *why;
} wrong[] = {
    {{.host = NULL}, "host name is missing"},
    {{.host = ""}, "host name is missing"},
    {{.host = "mail example.com"}, "host name is missing"},
    {{.host = "mail.example.com\r\nx"}, "host name is missing"},
    {{.host = "-mail.example.com"}, "host name is missing"},
    {{.host = "::1"}, "IPv6"},
    {{.host = "[::1]"}, "IPv6"},
    {{.host = "mail.example.com:587"}, "IPv6"},
    {{.port = 0}, "port"},
    {{.port = 65536}, "port"},
    {{.user = "psirt"}, "user or password"},
    {{.user = "", .password = "x"}, "user or password"},
    {{.user = "psirt", .password = ""}, "user or password"},
    {{.user = long_text, .password = "x"}, "user or password"},
    {{.user = "psirt", .password = long_text}, "user or password"},
    {{.helo = "a b"}, "EHLO"},
    {{.helo = "a\r\nMAIL FROM:<>"}, "EHLO"},
    {{.per_session = 0}, "over one connection"},
    {{.timeout_ms = 999}, "time for a reply"},
    {{.timeout_ms = 31 * MS_MINUTE}, "time for a reply"},
    {{.ca_file = "/nonexistent/ca.pem"}, "/nonexistent/ca.pem"},
    {{.ca_file = "/dev/null"}, "holds no certificate authority"},
};

START_TEST(a_configuration_that_cannot_work_is_refused_without_the_network)
{
    memset(long_text, 'x', 255);
    struct channel_conf conf = {.host = "mail.example.com",
                                .port = 587,
                                .ca_file = suite_path("ca.pem"),
                                .per_session = 1,
                                .timeout_ms = MS_SECOND};
    const struct channel_conf *put = &wrong[_i].conf;
    struct channel *channel = NULL;
    /* What the row gives, or says by leaving it out. */
    if (put->host != NULL || _i == 0)
        conf.host = put->host;
    if (strstr(wrong[_i].why, "port") != NULL)
        conf.port = put->port;
    if (strstr(wrong[_i].why, "one connection") != NULL)
        conf.per_session = put->per_session;
    if (put->timeout_ms != 0)
        conf.timeout_ms = put->timeout_ms;
    if (put->ca_file != NULL)
        conf.ca_file = put->ca_file;
    conf.user = put->user;
    conf.password = put->password;
    conf.helo = put->helo;
    ck_assert_int_eq(channel_smtp.open(&channel, &conf, &err), ERR_INVALID);
    ck_assert_ptr_null(channel);
    ck_assert_msg(strstr(err.text, wrong[_i].why) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_home_that_holds_keys_for_the_library_is_refused)
{
    struct channel_conf conf = {.host = "mail.example.com",
                                .port = 587,
                                .ca_file = suite_path("ca.pem"),
                                .per_session = 1,
                                .timeout_ms = MS_SECOND};
    struct channel *channel = NULL;
    char home[160];
    (void)snprintf(home, sizeof home, "%s", suite_path("home-with-keys"));
    ck_assert_int_eq(mkdir(home, 0700), 0);
    ck_assert_int_eq(mkdir(suite_path("home-with-keys/.config"), 0700), 0);
    ck_assert_int_eq(mkdir(suite_path("home-with-keys/.config/libesmtp"), 0700), 0);
    ck_assert_int_eq(setenv("HOME", home, 1), 0);
    ck_assert_int_eq(channel_smtp.open(&channel, &conf, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "HOME"));
    ck_assert_int_eq(setenv("HOME", suite_path("home"), 1), 0);
    ck_assert_int_eq(setenv("XDG_CONFIG_DIR", suite_path("home-with-keys/.config"), 1), 0);
    ck_assert_int_eq(channel_smtp.open(&channel, &conf, &err), ERR_INVALID);
    ck_assert_int_eq(unsetenv("XDG_CONFIG_DIR"), 0);
    ck_assert_int_eq(channel_smtp.open(&channel, &conf, &err), OK);
    channel_smtp.close(channel);
}
END_TEST

static void on_pipe(int signal)
{
    (void)signal;
}

START_TEST(sigpipe_is_ignored_only_where_it_would_kill)
{
    struct sigaction now = {.sa_handler = _i == 0 ? SIG_DFL : on_pipe};
    ck_assert_int_eq(sigaction(SIGPIPE, &now, NULL), 0);
    begin(1);
    struct channel_conf conf = server_conf(&server);
    ck_assert_int_eq(serve(&conf), OK);
    ck_assert_int_eq(sigaction(SIGPIPE, NULL, &now), 0);
    ck_assert_ptr_eq(now.sa_handler, _i == 0 ? SIG_IGN : on_pipe);
    end();
}
END_TEST

/* ---- the network ---- */

static int listen_on(struct sockaddr_in *at, int backlog)
{
    socklen_t size = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    ck_assert_int_eq(bind(fd, (struct sockaddr *)at, sizeof *at), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)at, &size), 0);
    if (backlog >= 0)
        ck_assert_int_eq(listen(fd, backlog), 0);
    return fd;
}

static void check_unreachable(const char *host, int port, const char *why)
{
    struct clock clock;
    clock_init_system(&clock);
    server.port = port;
    struct channel_conf conf = server_conf(&server);
    conf.host = host;
    conf.timeout_ms = SERVER_TIMEOUT_MS;
    post_init(&post, 2, 500);
    int64_t before = clock_up_ms(&clock);
    ck_assert_int_eq(serve(&conf), OK);
    ck_assert_int_lt(clock_up_ms(&clock) - before, SERVER_PATIENCE_MS);
    post_check_contract(&post);
    ck_assert_str_eq(post_verdicts(&post), "D-");
    ck_assert_msg(strstr(post.item[0].said, why) != NULL, "%s", post.item[0].said);
    ck_assert(post.item[0].endpoint_fault && !post.item[0].config_fault);
    post_dispose(&post);
}

START_TEST(a_port_that_nobody_listens_on_defers_at_once)
{
    struct sockaddr_in at;
    int fd = listen_on(&at, -1); /* bound, so that nobody else gets it */
    check_unreachable("localhost", ntohs(at.sin_port), "Connection refused");
    (void)close(fd);
}
END_TEST

START_TEST(a_relay_that_does_not_answer_the_connection_defers_within_the_time)
{
    struct sockaddr_in at;
    int full[4];
    int fd = listen_on(&at, 0);
    /* Nobody accepts: when the queue is full the kernel drops every further SYN. */
    for (int i = 0; i < COUNT(full); i++) {
        full[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(full[i], (struct sockaddr *)&at, sizeof at);
    }
    check_unreachable("127.0.0.1", ntohs(at.sin_port), "Connection timed out");
    for (int i = 0; i < COUNT(full); i++)
        (void)close(full[i]);
    (void)close(fd);
}
END_TEST

START_TEST(a_name_that_does_not_exist_defers)
{
    check_unreachable("relay.invalid", 587, "connect to relay.invalid:587: ");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.smtp_feed");
    TCase *tc = tcase_create("the other side");
    tcase_add_unchecked_fixture(tc, suite_make, suite_remove);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, the_end_of_data_does_not_leave_before_the_leave_is_given);
    tcase_add_loop_test(
        tc, what_the_relay_says_while_the_leave_is_given_is_not_the_answer_to_the_end, 0, 3);
    tcase_add_test(tc, without_leave_nothing_is_taken_and_the_feeds_reason_comes_back);
    tcase_add_test(tc, a_receipt_that_is_not_taken_stops_the_channel);
    tcase_add_loop_test(tc, a_queue_that_fails_stops_the_channel_before_the_next_end_of_data, 0, 4);
    tcase_add_loop_test(tc, a_parcel_that_cannot_be_carried_is_refused_and_the_others_go_on, 0, 3);
    tcase_add_loop_test(tc, a_configuration_that_cannot_work_is_refused_without_the_network, 0,
                        COUNT(wrong));
    tcase_add_test(tc, a_home_that_holds_keys_for_the_library_is_refused);
    tcase_add_loop_test(tc, sigpipe_is_ignored_only_where_it_would_kill, 0, 2);
    tcase_add_test(tc, a_port_that_nobody_listens_on_defers_at_once);
    tcase_add_test(tc, a_relay_that_does_not_answer_the_connection_defers_within_the_time);
    tcase_add_test(tc, a_name_that_does_not_exist_defers);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
