/* Mails that report flaws: who is a robot, what is a thread, words as words, pieces as bytes; and
 * what hostile ones come to. */
#include "channels/report_mail.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SHAPE "psirt+{token}@example.com"
#define COUNT(list) ((int)(sizeof(list) / sizeof(list)[0]))

static struct arena *arena;
static struct report_mail mail;

static void begin(void)
{
    arena = arena_new();
}

static void end(void)
{
    arena_free(arena);
}

static void read_text(const char *text)
{
    struct err err = {0};
    ck_assert_int_eq(report_mail_read(&mail, arena, bytes_of(text), SHAPE, &err), OK);
}

#define HEAD "From: Ann Ohnesorg <ann@h.example>\nTo: psirt@example.com\nSubject: Pump\n"

/* Header lines of who is a machine, and what kind of one. */
static const struct {
    const char *head;
    enum report_voice voice;
    bool robot;
} voices[] = {
    {HEAD, VOICE_PERSON, false},
    {HEAD "Auto-Submitted: no\n", VOICE_PERSON, false},
    {HEAD "Return-Path: <ann@h.example>\n", VOICE_PERSON, false},
    {HEAD "Auto-Submitted: auto-generated\n", VOICE_MACHINE, true},
    {HEAD "AUTO-SUBMITTED: (x) auto-generated; a=b\n", VOICE_MACHINE, true},
    {HEAD "Auto-Submitted: auto-replied\n", VOICE_REPLY, true},
    {HEAD "Auto-Submitted: auto-notified\n", VOICE_REPLY, true},
    {HEAD "Precedence: bulk\n", VOICE_MACHINE, true},
    {HEAD "Precedence: JUNK\n", VOICE_MACHINE, true},
    {HEAD "precedence: list\n", VOICE_MACHINE, true},
    {HEAD "Precedence: bulk\nIn-Reply-To: <a@b>\n", VOICE_REPLY, true},
    {HEAD "List-Id: <a.b>\n", VOICE_MACHINE, true},
    {HEAD "list-unsubscribe: <mailto:a@b>\n", VOICE_MACHINE, true},
    {HEAD "Return-Path: <>\n", VOICE_DELIVERY, true},
    {HEAD "Return-Path:  < > \n", VOICE_DELIVERY, true},
    {HEAD "X-Autoreply: yes\n", VOICE_REPLY, true},
    {"From: MAILER-DAEMON@h.example\nSubject: x\n", VOICE_MACHINE, true},
    {"From: postmaster@h.example\nSubject: x\n", VOICE_MACHINE, true},
    {"From: noreply@h.example\nSubject: x\n", VOICE_MACHINE, true},
    {"From: owner-list@h.example\nSubject: x\n", VOICE_MACHINE, true},
    {"From: list-request@h.example\nSubject: x\n", VOICE_MACHINE, true},
    {"From: bounces+1=x@h.example\nSubject: x\n", VOICE_MACHINE, true},
    {"Return-Path: <noreply@h.example>\n" HEAD, VOICE_MACHINE, true},
    {"Subject: nobody wrote it\n", VOICE_PERSON, true},
    {"From: nobody\nSubject: x\n", VOICE_PERSON, true},
    {"From: ownership@h.example\nSubject: x\n", VOICE_PERSON, false},
    {"From: requestor@h.example\nSubject: x\n", VOICE_PERSON, false},
};

START_TEST(a_robot_is_known_by_its_header)
{
    read_text(arena_printf(arena, "%s\nThe pump stops.\n", voices[_i].head));
    ck_assert_msg((mail.robot != NULL) == voices[_i].robot, "%s: %s", voices[_i].head,
                  mail.robot != NULL ? mail.robot : "a person");
    ck_assert_msg(mail.voice == voices[_i].voice, "%s: %d", voices[_i].head, (int)mail.voice);
}
END_TEST

START_TEST(a_bounce_is_no_report_whatever_it_returns)
{
    read_text("From: MAILER-DAEMON@mx.example\nTo: psirt+abc234@example.com\nSubject: Undelivered\n"
              "Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n"
              "--r\n\nno\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n"
              "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n--r--\n");
    ck_assert_int_eq(mail.voice, VOICE_DELIVERY);
    ck_assert_str_eq(mail.token, "abc234");
}
END_TEST

START_TEST(whom_to_answer_and_the_thread)
{
    read_text("Return-Path: <env@h.example>\n" HEAD "Message-ID: <own@h.example>\n"
              "Reply-To: victim@other.example\nIn-Reply-To: <c@x>\n"
              "References: <a@x> junk <b@x>\n <c@x> <unclosed\n\nx\n");
    ck_assert_str_eq(mail.from, "env@h.example");
    ck_assert_str_eq(mail.name, "Ann Ohnesorg");
    ck_assert_str_eq(mail.message_id, "own@h.example");
    ck_assert_uint_ge(mail.reference_count, 3);
    ck_assert_str_eq(mail.references[0], "c@x");
    bool a = false, b = false;
    for (size_t i = 0; i < mail.reference_count; i++) {
        a = a || strcmp(mail.references[i], "a@x") == 0;
        b = b || strcmp(mail.references[i], "b@x") == 0;
    }
    ck_assert(a && b);
}
END_TEST

START_TEST(references_without_end_are_bounded)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, HEAD "References:");
    for (int i = 0; i < 400; i++)
        str_addf(&text, " <%d@x>", i);
    str_add(&text, "\n\nx\n");
    read_text(str_text(&text));
    ck_assert_uint_eq(mail.reference_count, REPORT_REFERENCES_MAX);
    ck_assert_str_eq(mail.references[0], "399@x");
    str_dispose(&text);
}
END_TEST

START_TEST(words_are_words)
{
    read_text("From: a@h.example\nSubject: =?utf-8?Q?Pump_=E2=80=AE=07now?=\n"
              "Content-Type: text/html; charset=utf-8\n\n"
              "<p>it <b>stops</b></p><script>alert(1)</script><style>x</style>"
              "<img src=http://evil.example/t.gif>\x1b[31m\xe2\x80\xae"
              "end\n");
    ck_assert_str_eq(mail.subject, "Pump now");
    ck_assert_ptr_nonnull(strstr(mail.text, "it stops"));
    ck_assert_ptr_null(strstr(mail.text, "alert"));
    ck_assert_ptr_null(strstr(mail.text, "evil"));
    ck_assert_ptr_null(strchr(mail.text, 0x1b));
    ck_assert_ptr_null(strstr(mail.text, "\xe2\x80\xae"));
}
END_TEST

START_TEST(what_hangs_on_it_is_taken_off_as_bytes)
{
    read_text(HEAD
              "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b\n"
              "Content-Type: application/x-thing\nContent-Transfer-Encoding: base64\n"
              "Content-Disposition: attachment; filename=\"../a\xe2\x80\xae/b.sh\"\n\nAAEC/w==\n"
              "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nforwarded\n"
              "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nlog\n--b--\n");
    static const unsigned char bytes[] = {0, 1, 2, 255};
    ck_assert_uint_eq(mail.piece_count, 3);
    ck_assert_uint_eq(mail.pieces[0].body.size, sizeof bytes);
    ck_assert(memcmp(mail.pieces[0].body.data, bytes, sizeof bytes) == 0);
    ck_assert_str_eq(mail.pieces[0].name, "../a/b.sh"); /* a name to show, never a path */
    ck_assert_str_eq(mail.pieces[0].type, "application/x-thing");
    ck_assert_str_eq(mail.pieces[1].type, "message/rfc822");
    ck_assert_ptr_null(strstr(mail.text, "forwarded"));
    ck_assert_ptr_null(strstr(mail.text, "log"));
    ck_assert(!mail.cut);
}
END_TEST

START_TEST(too_many_or_too_large_pieces_are_left_in_the_mail_and_told)
{
    struct str text;
    str_init(&text, STR_LIMIT_MAIL);
    str_add(&text, HEAD "Content-Type: multipart/mixed; boundary=b\n");
    for (int i = 0; i < REPORT_PARTS_MAX + 5; i++)
        str_add(&text, "\n--b\nContent-Type: a/b\n\nx");
    str_add(&text, "\n--b--\n");
    read_text(str_text(&text));
    ck_assert_uint_eq(mail.piece_count, REPORT_PARTS_MAX);
    ck_assert(mail.cut);
    str_reset(&text);
    str_add(&text, HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: a/b\n\n");
    char *line = arena_alloc(arena, REPORT_PARTS_SIZE + 1);
    memset(line, 'x', REPORT_PARTS_SIZE + 1);
    str_add_n(&text, line, REPORT_PARTS_SIZE + 1);
    str_add(&text, "\n--b\nContent-Type: a/b\n\nsmall\n--b--\n");
    read_text(str_text(&text));
    ck_assert_uint_eq(mail.piece_count, 1);
    ck_assert_uint_eq(mail.pieces[0].body.size, 5);
    ck_assert(mail.cut);
    str_dispose(&text);
}
END_TEST

#define ARMOR "-----BEGIN PGP MESSAGE-----\n\nxx\n-----END PGP MESSAGE-----"
static const struct {
    const char *rest;
    enum report_lock lock;
    bool cut; /* only the first message of a text is opened */
} locks[] = {
    {"\nplain\n", LOCK_NONE, false},
    {"\n" ARMOR "\n" ARMOR "\n", LOCK_PGP_TEXT, true},
    {"\nhello\n" ARMOR "\nbye\n", LOCK_PGP_TEXT, false},
    {"\n-----BEGIN PGP MESSAGE-----\nnever ends\n", LOCK_NONE, false},
    {"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=p\n\n"
     "--p\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--p\n"
     "Content-Type: application/octet-stream\n\n" ARMOR "\n--p--\n",
     LOCK_PGP_MIME, false},
    {"Content-Type: multipart/encrypted; boundary=p\n\n--p\n\nonly one\n--p--\n", LOCK_NONE, false},
    {"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAAAA\n", LOCK_OTHER,
     false},
};

START_TEST(what_is_locked_is_known)
{
    read_text(arena_printf(arena, HEAD "%s", locks[_i].rest));
    ck_assert_int_eq(mail.lock, locks[_i].lock);
    ck_assert(mail.cut == locks[_i].cut);
    if (mail.lock == LOCK_PGP_MIME || mail.lock == LOCK_PGP_TEXT)
        ck_assert_uint_eq(mail.locked.size, strlen(ARMOR));
}
END_TEST

START_TEST(what_was_inside_takes_the_place_of_what_was_outside)
{
    read_text(arena_printf(arena, HEAD "%s", locks[3].rest));
    ck_assert(!report_mail_unlocked(&mail, arena,
                                    bytes_of("Subject: Real\nContent-Type: multipart/mixed; "
                                             "boundary=i\n\n--i\n\ninner words\n--i\n"
                                             "Content-Type: a/b\n\npiece\n--i--\n")));
    ck_assert_str_eq(mail.subject, "Real");
    ck_assert_ptr_nonnull(strstr(mail.text, "inner words"));
    ck_assert_uint_eq(mail.piece_count, 1);
    ck_assert_str_eq(mail.from, "ann@h.example");
    read_text(arena_printf(arena, HEAD "%s", locks[3].rest));
    ck_assert(report_mail_unlocked(&mail, arena, bytes_of("Subject: x\n\n" ARMOR "\n")));
    read_text(arena_printf(arena, HEAD "%s", locks[1].rest));
    ck_assert(!report_mail_unlocked(&mail, arena, bytes_of("words\x1b in latin1 \xe9\n")));
    ck_assert_ptr_nonnull(strstr(mail.text, "latin1 \xc3\xa9"));
    read_text(arena_printf(arena, HEAD "%s", locks[1].rest));
    ck_assert(report_mail_unlocked(&mail, arena, bytes_of(ARMOR)));
}
END_TEST

START_TEST(odd_bytes_are_no_error_and_nothing_is_an_error)
{
    struct err err = {0};
    static const unsigned char odd[] = "\0\0\xff\xfe broken \r\n\r\n\x1b[31m";
    ck_assert_int_eq(
        report_mail_read(&mail, arena, (struct bytes){odd, sizeof odd - 1}, SHAPE, &err), OK);
    ck_assert_ptr_null(mail.from);
    ck_assert_int_eq(report_mail_read(&mail, arena, bytes_of(""), SHAPE, &err), ERR_INVALID);
    const size_t size = (size_t)32 * 1024 * 1024 + 1;
    char *large = arena_alloc(arena, size);
    memset(large, 'x', size);
    ck_assert_int_eq(report_mail_read(&mail, arena,
                                      (struct bytes){(const unsigned char *)large, size}, SHAPE,
                                      &err),
                     ERR_LIMIT);
}
END_TEST

START_TEST(what_has_no_header_field_is_no_mail)
{
    static const struct {
        const char *text;
        bool mail;
    } rows[] = {{"", false},
                {"\n", false},
                {"\r\nSubject: below the header\n", false},
                {"party,product,version\nst-anna,Pump 3000,1.0\n", false},
                {"party,at 10:30\n", false},
                {"words\n\nFrom: below\n", false},
                {": no name\n", false},
                {"x:\x01\x02\n\xff\xfe\n", false},
                {"K: one letter, as random bytes have it\n", false},
                {"Subject: \x1b[2J\n", false},
                {"Subject: \x1b[2J\nTo: a@b.example\n", true},
                {"Subject: caf\xe9\r\n", true},
                {"Subject", false},
                {"Subject:", true},
                {"From user@host.example Fri Nov 27 18:40:00 2026\nFrom: a@b.example\n", true},
                {"X-Odd2: yes\r\n\r\nwords", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(report_mail_is_one(bytes_of(rows[i].text)) == rows[i].mail, "%s",
                      rows[i].text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.report_mail");
    TCase *tc = tcase_create("report_mail");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, a_robot_is_known_by_its_header, 0, COUNT(voices));
    tcase_add_test(tc, a_bounce_is_no_report_whatever_it_returns);
    tcase_add_test(tc, whom_to_answer_and_the_thread);
    tcase_add_test(tc, references_without_end_are_bounded);
    tcase_add_test(tc, words_are_words);
    tcase_add_test(tc, what_hangs_on_it_is_taken_off_as_bytes);
    tcase_add_test(tc, too_many_or_too_large_pieces_are_left_in_the_mail_and_told);
    tcase_add_loop_test(tc, what_is_locked_is_known, 0, COUNT(locks));
    tcase_add_test(tc, what_was_inside_takes_the_place_of_what_was_outside);
    tcase_add_test(tc, what_has_no_header_field_is_no_mail);
    tcase_add_test(tc, odd_bytes_are_no_error_and_nothing_is_an_error);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
