#include "channels/smtp_hide.h"
#include "channels/smtp_reply.h"
#include "channels/smtp_transcript.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const struct {
    const char *wire;
    int code; /* of the first whole reply; 0: none */
    const char *enhanced, *said;
} replies[] = {
    {"250 ok\r\n", 250, "", "250 ok"},
    {"250\r\n", 250, "", "250"},
    {"250 \r\n", 250, "", "250 "},
    {"250 2.1.5 ok\r\n", 250, "2.1.5", "250 2.1.5 ok"},
    {"250 2.1.5\r\n", 250, "2.1.5", "250 2.1.5"},
    {"550 5.1.1 no\r\n", 550, "5.1.1", "550 5.1.1 no"},
    {"550 5.123.456 no\r\n", 550, "5.123.456", "550 5.123.456 no"},
    {"550 4.1.1 other class\r\n", 550, "", "550 4.1.1 other class"},
    {"550 5.1 no\r\n", 550, "", "550 5.1 no"},
    {"550 5.1.1no\r\n", 550, "", "550 5.1.1no"},
    {"550 5.1.1234 no\r\n", 550, "", "550 5.1.1234 no"},
    {"250-a\r\n250-b\r\n250 c\r\n", 250, "", "250-a"},
    {"250-2.0.0 a\r\n250 2.0.0 b\r\n", 250, "2.0.0", "250-2.0.0 a"},
    {"550 t\xc3\xb6\x07\x1b[31m\r\n", 550, "", "550 t????[31m"},
    {"250-a\r\n", 0, NULL, NULL},
    {"250 ok\r", 0, NULL, NULL},
    {"250 ok", 0, NULL, NULL},
    {"25", 0, NULL, NULL},
};

static const struct {
    const char *wire;
    size_t size; /* 0: strlen */
    const char *fault;
} broken[] = {
    {"\r\n", 0, "without a reply code"},
    {"25\r\n", 0, "without a reply code"},
    {" 250 ok\r\n", 0, "without a reply code"},
    {"+250 ok\r\n", 0, "without a reply code"},
    {"2500 ok\r\n", 0, "without a reply code"},
    {"250ok\r\n", 0, "without a reply code"},
    {"250\tok\r\n", 0, "without a reply code"},
    {"25a ok\r\n", 0, "without a reply code"},
    {"199 ok\r\n", 0, "without a reply code"},
    {"600 ok\r\n", 0, "without a reply code"},
    {"250-a\r\n251 b\r\n", 0, "different codes"},
    {"250-a\r\n250\nb", 0, "line feed"},
    {"250 ok\n", 0, "line feed"},
    {"250 o\rk\r\n", 0, "CR without"},
    {"250 ok\r\r\n", 0, "CR without"},
    {"250 o\0k\r\n", 9, "NUL"},
};

static enum reply_step feed(struct reply_reader *reader, const char *wire, size_t size)
{
    enum reply_step step = REPLY_MORE;
    reply_start(reader);
    for (size_t i = 0; i < size; i++) {
        step = reply_byte(reader, (unsigned char)wire[i]);
        if (step == REPLY_WHOLE || step == REPLY_BROKEN)
            return step;
    }
    return REPLY_MORE;
}

START_TEST(a_reply_is_read_with_code_enhanced_code_and_first_line)
{
    struct reply_reader reader;
    enum reply_step step = feed(&reader, replies[_i].wire, strlen(replies[_i].wire));
    ck_assert_int_eq(step == REPLY_WHOLE, replies[_i].code != 0);
    ck_assert_int_eq(reply_is_partial(&reader), replies[_i].code == 0);
    if (replies[_i].code == 0)
        return;
    ck_assert_int_eq(reader.reply.code, replies[_i].code);
    ck_assert_str_eq(reader.reply.enhanced, replies[_i].enhanced);
    ck_assert_str_eq(reader.reply.said, replies[_i].said);
}
END_TEST

START_TEST(a_reply_cut_anywhere_is_no_reply)
{
    const char *wire = replies[_i].wire;
    struct reply_reader reader;
    for (size_t size = 0; size < strlen(wire); size++)
        ck_assert_int_eq(feed(&reader, wire, size), REPLY_MORE);
}
END_TEST

START_TEST(what_is_no_smtp_is_broken_with_a_reason)
{
    struct reply_reader reader;
    size_t size = broken[_i].size > 0 ? broken[_i].size : strlen(broken[_i].wire);
    ck_assert_int_eq(feed(&reader, broken[_i].wire, size), REPLY_BROKEN);
    ck_assert_msg(strstr(reader.fault, broken[_i].fault) != NULL, "%s", reader.fault);
}
END_TEST

START_TEST(a_line_or_a_reply_without_end_is_broken)
{
    struct reply_reader reader;
    size_t sent = 0;
    reply_start(&reader);
    while (reply_byte(&reader, 'x') == REPLY_MORE)
        sent++;
    ck_assert_uint_eq(sent, REPLY_LINE_MAX);
    reply_start(&reader);
    static const char line[] = "250-more\r\n";
    enum reply_step step = REPLY_MORE;
    for (sent = 0; step != REPLY_BROKEN; sent++)
        step = reply_byte(&reader, (unsigned char)line[sent % strlen(line)]);
    ck_assert_uint_eq(sent, REPLY_SIZE_MAX + 1);
}
END_TEST

START_TEST(replies_follow_each_other)
{
    static const char wire[] = "250-a\r\n250 b\r\n354 go\r\n421 2.0.0 bye\r\n";
    static const int codes[] = {250, 354, 421};
    struct reply_reader reader;
    int seen = 0;
    reply_start(&reader);
    for (const char *p = wire; *p != '\0'; p++)
        if (reply_byte(&reader, (unsigned char)*p) == REPLY_WHOLE)
            ck_assert_int_eq(reader.reply.code, codes[seen++]);
    ck_assert_int_eq(seen, 3);
    ck_assert_str_eq(reader.reply.said, "421 2.0.0 bye");
}
END_TEST

static const struct {
    const char *line, *seen;
    bool auth;
} words[] = {
    {"250-CHUNKING\r\n", "250-CHUNKIN-\r\n", false},
    {"250 chunking\r\n", "250 chunkin-\r\n", false},
    {"250-ChUnKiNg\r\n", "250-ChUnKiN-\r\n", false},
    {"250- \tCHUNKING x\r\n", "250- \tCHUNKIN- x\r\n", false},
    {"250-CHUNKING=1\r\n", "250-CHUNKIN-=1\r\n", false},
    {"250-CHUNKING(\r\n", "250-CHUNKIN-(\r\n", false},
    {"250-XCHUNKING\r\n", "250-XCHUNKING\r\n", false},
    {"250-SIZE CHUNKING\r\n", "250-SIZE CHUNKING\r\n", false},
    {"250-BINARYMIME\r\n", "250-BINARYMIM-\r\n", false},
    {"250-XUSR\r\n", "250-XUS-\r\n", false},
    {"250-ETRN\r\n", "250-ETR-\r\n", false},
    {"250-DELIVERBY 240\r\n", "250-DELIVERB- 240\r\n", false},
    {"250-ENHANCEDSTATUSCODES\r\n", "250-ENHANCEDSTATUSCODE-\r\n", false},
    {"250-PIPELINING\r\n", "250-PIPELINING\r\n", false},
    {"250-SIZE 1000\r\n", "250-SIZE 1000\r\n", false},
    {"250-DSN\r\n", "250-DSN\r\n", false},
    {"250-STARTTLS\r\n", "250-STARTTLS\r\n", false},
    {"250-AUTH PLAIN LOGIN\r\n", "250-AUTH PLAIN LOGIN\r\n", true},
    {"250 auth login\r\n", "250 auth login\r\n", true},
    {"250-AUTH=PLAIN\r\n", "250-AUTH=PLAIN\r\n", true},
    {"250-AUTH=LOGIN PLAIN\r\n", "250-AUTH=LOGIN PLAIN\r\n", true},
    {"250-AUTH CRAM-MD5 PLAIN\r\n", "250-AUTH XXXXXXXX PLAIN\r\n", true},
    {"250-AUTH ../../evil PLAI LOGIN2\r\n", "250-AUTH XXXXXXXXXX PLAI LOGINX\r\n", false},
    {"250-AUTH EXTERNAL NTLM\r\n", "250-AUTH XXXXXXXX XXXX\r\n", false},
    {"250-AUTHX PLAIN\r\n", "250-AUTHX PLAIN\r\n", false},
    {"250-AUTH\r\n", "250-AUTH\r\n", false},
};

START_TEST(words_that_the_library_must_not_see_are_spoiled)
{
    struct hide hide;
    char seen[64] = "";
    hide_start(&hide);
    /* Twice: what one line was must not change the next. */
    for (int time = 0; time < 2; time++)
        for (size_t i = 0; i <= strlen(words[_i].line); i++)
            seen[i] = words[_i].line[i] == '\0' ? '\0' : hide_byte(&hide, words[_i].line[i]);
    ck_assert_str_eq(seen, words[_i].seen);
    ck_assert_int_eq(hide.auth_known, words[_i].auth);
}
END_TEST

START_TEST(a_transcript_is_one_line_per_line_and_escapes_the_rest)
{
    struct transcript t;
    transcript_init(&t);
    transcript_line(&t, "S: ", bytes_of("250 a\\b\r\n\x1b[31m \xc3\xbc"));
    ck_assert_str_eq(str_text(&t.text), "S: 250 a\\x5cb\\x0d\\x0a\\x1b[31m \\xc3\\xbc\n");
    transcript_dispose(&t);
}
END_TEST

START_TEST(a_transcript_keeps_the_opening_for_each_parcel_and_forgets_the_parcel)
{
    struct transcript t;
    transcript_init(&t);
    transcript_note(&t, "opening %d", 1);
    transcript_end_opening(&t);
    transcript_note(&t, "first");
    transcript_next(&t);
    transcript_note(&t, "second");
    ck_assert_str_eq(str_text(&t.text), "* opening 1\n* second\n");
    transcript_dispose(&t);
}
END_TEST

START_TEST(a_transcript_without_end_is_cut_once_and_says_so)
{
    struct transcript t;
    transcript_init(&t);
    transcript_note(&t, "opening");
    transcript_end_opening(&t);
    for (int i = 0; i < 100000; i++)
        transcript_line(&t, "S: ", bytes_of("250-and so on"));
    ck_assert(str_ok(&t.text));
    ck_assert_uint_le(t.text.size, (size_t)64 * 1024);
    const char *cut = strstr(str_text(&t.text), "* cut here");
    ck_assert_ptr_nonnull(cut);
    ck_assert_ptr_null(strstr(cut + 1, "* cut here"));
    transcript_next(&t);
    transcript_note(&t, "again");
    ck_assert_str_eq(str_text(&t.text), "* opening\n* again\n");
    transcript_dispose(&t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.reply");
    TCase *tc = tcase_create("reply");
    tcase_add_loop_test(tc, a_reply_is_read_with_code_enhanced_code_and_first_line, 0,
                        COUNT(replies));
    tcase_add_loop_test(tc, a_reply_cut_anywhere_is_no_reply, 0, COUNT(replies));
    tcase_add_loop_test(tc, what_is_no_smtp_is_broken_with_a_reason, 0, COUNT(broken));
    tcase_add_test(tc, a_line_or_a_reply_without_end_is_broken);
    tcase_add_test(tc, replies_follow_each_other);
    tcase_add_loop_test(tc, words_that_the_library_must_not_see_are_spoiled, 0, COUNT(words));
    tcase_add_test(tc, a_transcript_is_one_line_per_line_and_escapes_the_rest);
    tcase_add_test(tc, a_transcript_keeps_the_opening_for_each_parcel_and_forgets_the_parcel);
    tcase_add_test(tc, a_transcript_without_end_is_cut_once_and_says_so);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
