#include "channels/smtp_guard.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static struct guard guard;
static struct clock now;
static struct transcript transcript;
static int ends[2];

static void setup(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    clock_init_stopped(&now, 1000);
    transcript_init(&transcript);
    guard_init(&guard, &now, MS_SECOND, false, "secret", &transcript);
    guard_connected(&guard, ends[0]);
}

static void teardown(void)
{
    guard_dispose(&guard);
    transcript_dispose(&transcript);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* What the library sees of what came in. */
static const char *hear(const char *wire)
{
    static char seen[256];
    size_t size = strlen(wire);
    ck_assert_uint_lt(size, sizeof seen);
    memcpy(seen, wire, size + 1);
    guard_read(&guard, seen, size);
    return seen;
}

static void say(const char *line)
{
    guard_wrote(&guard, line, strlen(line));
}

static void open_up_to_mail(void)
{
    (void)hear("220 relay\r\n");
    say("EHLO a\r\n");
    (void)hear("250 STARTTLS\r\n");
    say("STARTTLS\r\n");
    (void)hear("220 go\r\n");
    guard_tls(&guard);
    say("EHLO a\r\n");
    (void)hear("250 a\r\n");
    ck_assert_msg(!guard.stopped, "%s", guard.why);
}

static void check_stopped(const char *why)
{
    char byte = 0;
    ck_assert_msg(guard.stopped && strstr(guard.why, why) != NULL, "%s", guard.why);
    /* Shut both ways: the peer reads the end, and nothing more can be written. */
    ck_assert_int_eq(recv(ends[1], &byte, 1, 0), 0);
    ck_assert_int_eq(send(ends[0], "x", 1, MSG_NOSIGNAL), -1);
    ck_assert_str_eq(hear("250 ok\r\n"), "!!!!!!!!");
    ck_assert_ptr_nonnull(strstr(str_text(&transcript.text), "* ended by us: "));
}

START_TEST(the_library_sees_a_code_alone_with_a_space_and_no_bytes_beyond_ascii)
{
    ck_assert_str_eq(hear("220\r\n"), "220 \n");
    say("EHLO a\r\n");
    ck_assert_str_eq(hear("250-\xc3\xbc\r\n250 CHUNKING\r\n"), "250-\?\?\r\n250 CHUNKIN-\r\n");
    ck_assert(!guard.stopped);
    ck_assert_int_eq(guard.answer[ASKED_EHLO].code, 250);
    /* The transcript keeps what was really said. */
    ck_assert_ptr_nonnull(
        strstr(str_text(&transcript.text), "S: 250-\\xc3\\xbc\nS: 250 CHUNKING\n"));
}
END_TEST

START_TEST(the_library_sees_nothing_of_a_reply_to_no_command)
{
    ck_assert_str_eq(hear("220 relay\r\n250 for"), "220 relay\r\n!!!!!!!");
    ck_assert(!guard.stopped); /* it may become a 421 */
    ck_assert_str_eq(hear("ged\r\n"), "!!!!!");
    check_stopped("hostile: a reply to no command: 250 forged");
}
END_TEST

START_TEST(a_421_out_of_turn_is_the_relays_goodbye)
{
    open_up_to_mail();
    (void)hear("421 4.3.2 closing\r\n");
    check_stopped("the relay closes the connection: 421 4.3.2 closing");
}
END_TEST

START_TEST(a_reply_that_begins_before_its_command_is_hostile)
{
    open_up_to_mail();
    (void)hear("25");
    say("MAIL FROM:<a@example.com>\r\n");
    check_stopped("before its command");
}
END_TEST

START_TEST(any_byte_between_the_reply_to_starttls_and_the_handshake_is_hostile)
{
    (void)hear("220 relay\r\n");
    say("EHLO a\r\n");
    (void)hear("250 STARTTLS\r\n");
    say("STARTTLS\r\n");
    ck_assert_str_eq(hear("220 go\r\n2"), "220 go\r\n!");
    check_stopped("hostile: bytes before the handshake");
}
END_TEST

static const char *const content[] = {"MAIL FROM:<a@b.c>\r\n", "mail from:<a@b.c>\r\n",
                                      "RCPT TO:<a@b.c>\r\n", "DATA\r\n", "AUTH PLAIN AGEAYg==\r\n"};

START_TEST(nothing_of_a_parcel_leaves_without_tls)
{
    (void)hear("220 relay\r\n");
    say("EHLO a\r\n");
    (void)hear("250 AUTH PLAIN\r\n");
    say(content[_i]);
    check_stopped("without TLS");
    ck_assert(!guard.begun && !guard.opened);
    ck_assert_ptr_null(strstr(str_text(&transcript.text), "a@b.c"));
    ck_assert_ptr_null(strstr(str_text(&transcript.text), "AGEAYg=="));
}
END_TEST

START_TEST(no_mail_leaves_without_authentication_when_there_is_a_user)
{
    guard.need_auth = true;
    open_up_to_mail();
    say("MAIL FROM:<a@b.c>\r\n");
    check_stopped("offers neither AUTH PLAIN nor AUTH LOGIN");
    ck_assert(guard.config_fault);
}
END_TEST

static const struct {
    const char *command, *why;
} never[] = {
    {"BDAT 10 LAST\r\n", "wanted to use BDAT"},
    {"HELO a\r\n", "wanted to use HELO"},
    {".\r\n", "wanted to end a message that it never sent"},
};

START_TEST(what_we_never_use_never_leaves)
{
    open_up_to_mail();
    say(never[_i].command);
    check_stopped(never[_i].why);
}
END_TEST

START_TEST(a_command_without_end_is_stopped)
{
    open_up_to_mail();
    for (int i = 0; i < GUARD_COMMAND_MAX; i++)
        say("x");
    check_stopped("a command of more than");
}
END_TEST

START_TEST(more_commands_than_a_pipeline_holds_are_stopped)
{
    open_up_to_mail();
    for (int i = 0; i <= GUARD_PIPELINE; i++)
        say("NOOP\r\n");
    check_stopped("too many commands");
}
END_TEST

START_TEST(the_secret_and_its_encoding_are_never_in_the_transcript)
{
    guard.need_auth = true;
    open_up_to_mail();
    say("AUTH LOGIN\r\n");
    (void)hear("334 VXNlcm5hbWU6\r\n");
    say("cHNpcnQ=\r\n");
    (void)hear("334 UGFzc3dvcmQ6\r\n");
    say("c2VjcmV0\r\n");
    (void)hear("535-your c2VjcmV0 is wrong\r\n535 secret is wrong\r\n");
    const char *text = str_text(&transcript.text);
    ck_assert_ptr_nonnull(strstr(text, "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: [redacted]\n"));
    ck_assert_ptr_null(strstr(text, "cHNpcnQ="));
    ck_assert_ptr_null(strstr(text, "c2VjcmV0"));
    ck_assert_ptr_null(strstr(text, "secret is"));
    ck_assert_ptr_null(strstr(guard.why, "c2VjcmV0"));
    ck_assert_int_eq(guard.refusal.code, 535);
    ck_assert(guard.config_fault);
}
END_TEST

START_TEST(a_cut_line_that_repeats_the_secret_is_redacted_too)
{
    open_up_to_mail();
    say("NOOP\r\n");
    (void)hear("250 secr");
    (void)hear("et");
    guard_closed(&guard);
    ck_assert_ptr_null(strstr(str_text(&transcript.text), "secret"));
    ck_assert_ptr_nonnull(strstr(str_text(&transcript.text), "S: [cut] [redacted"));
}
END_TEST

START_TEST(a_reply_that_comes_too_slowly_is_stopped)
{
    open_up_to_mail();
    say("NOOP\r\n");
    (void)hear("25");
    now.base_ms += 2 * MS_SECOND + 1;
    (void)hear("0");
    check_stopped("took longer than 1 s");
}
END_TEST

START_TEST(an_unknown_connection_is_believed_in_nothing)
{
    guard_connected(&guard, -1);
    ck_assert_str_eq(hear("220 relay\r\n"), "!!!!!!!!!!!");
    ck_assert_ptr_nonnull(strstr(guard.why, "our own connection was not found"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.guard");
    TCase *tc = tcase_create("guard");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_library_sees_a_code_alone_with_a_space_and_no_bytes_beyond_ascii);
    tcase_add_test(tc, the_library_sees_nothing_of_a_reply_to_no_command);
    tcase_add_test(tc, a_421_out_of_turn_is_the_relays_goodbye);
    tcase_add_test(tc, a_reply_that_begins_before_its_command_is_hostile);
    tcase_add_test(tc, any_byte_between_the_reply_to_starttls_and_the_handshake_is_hostile);
    tcase_add_loop_test(tc, nothing_of_a_parcel_leaves_without_tls, 0, COUNT(content));
    tcase_add_test(tc, no_mail_leaves_without_authentication_when_there_is_a_user);
    tcase_add_loop_test(tc, what_we_never_use_never_leaves, 0, COUNT(never));
    tcase_add_test(tc, a_command_without_end_is_stopped);
    tcase_add_test(tc, more_commands_than_a_pipeline_holds_are_stopped);
    tcase_add_test(tc, the_secret_and_its_encoding_are_never_in_the_transcript);
    tcase_add_test(tc, a_cut_line_that_repeats_the_secret_is_redacted_too);
    tcase_add_test(tc, a_reply_that_comes_too_slowly_is_stopped);
    tcase_add_test(tc, an_unknown_connection_is_believed_in_nothing);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
