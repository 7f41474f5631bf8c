/* P15: any bytes in any text give exactly the planned headers, recipients and parts. */
#include "seal/mail.h"

#include "seal/plan.h"
#include "tests/seal/expect.h"
#include "tests/seal/fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static struct cert cert;
static char recipient[65];

static void begin(void)
{
    fixture_begin(&f);
    fixture_recipient(&f, &cert, recipient, "hostile", "ed25519", "cv25519");
}

static void end(void)
{
    cert_dispose(&cert);
    fixture_end(&f);
}

#define TEN(x) x x x x x x x x x x

/* What is given everywhere, and what a reader sees in the body and as a file name. */
struct row {
    const char *given;
    const char *body; /* NULL: as given */
    const char *file; /* NULL: as given; "*n": its first n bytes, an ellipsis, the ending */
};

static const struct row rows[] = {
    {"", NULL, "attachment"},
    {"plain words", NULL, NULL},
    {"a\r\nBcc: victim@example.com\r\n\r\nbody", "a\nBcc: victim@example.com\n\nbody",
     "a Bcc_ victim@example.com body"},
    {"a\nTo: other@example.com", NULL, "a To_ other@example.com"},
    {"a\rSubject: b", "a\nSubject: b", "a Subject_ b"},
    {"\r\n.\r\nMAIL FROM:<x@y>\r\n", "\n.\nMAIL FROM:<x@y>\n", "__MAIL FROM__x@y_"},
    {"\n.\n..\n.a\n", NULL, "______a"},
    {"From me\nFrom you\n>From us", NULL, "From me From you _From us"},
    {"--=_abc\r\nContent-Type: text/html\r\n\r\n<b>", "--=_abc\nContent-Type: text/html\n\n<b>",
     "__=_abc Content-Type_ text_html _b_"},
    {"-----BEGIN PGP MESSAGE-----\n\nabcd\n-----END PGP MESSAGE-----", NULL,
     "_____BEGIN PGP MESSAGE----- abcd -----END PGP MESSAGE-----"},
    {"Content-Type: application/octet-stream; name=\"encrypted.asc\"", NULL,
     "Content-Type_ application_octet-stream_ name=_encrypted.asc_"},
    {"=?utf-8?q?Bcc=3A_x=40y?=", NULL, "=_utf-8_q_Bcc=3A_x=40y_="},
    {"=?UTF-8?B?QQ==?= =?UTF-8?B?Qg==?=", NULL, "=_UTF-8_B_QQ==_= =_UTF-8_B_Qg==_="},
    {"a =?x", NULL, "a =_x"},
    {"\"quoted\" <x@y>, z@w", NULL, "_quoted_ _x@y_, z@w"},
    {"back\\slash \\\" end\\", NULL, "back_slash __ end_"},
    {"(comment (nested) \\)", NULL, "(comment (nested) _)"},
    {"a; filename=evil.exe; x*0*=utf-8''%41", NULL, "a_ filename=evil.exe_ x_0_=utf-8''_41"},
    {"../../etc/passwd", NULL, "___.._etc_passwd"},
    {"C:\\Windows\\x.exe", NULL, "C__Windows_x.exe"},
    {"...hidden", NULL, "___hidden"},
    {"ends. . ", NULL, "ends"},
    {"\x1B[2J\x07", "\xEF\xBF\xBD[2J\xEF\xBF\xBD", "[2J"},
    {"a\tb\x0B"
     "c\x0C"
     "d",
     "a\tb\xEF\xBF\xBD"
     "c\xEF\xBF\xBD"
     "d",
     "a b c d"},
    {"\xE2\x80\xAE"
     "exe.txt\xE2\x80\xAC",
     NULL, "exe.txt"},
    {"\xE2\x81\xA6"
     "a\xE2\x81\xA9\xE2\x80\xA8"
     "b",
     NULL, "ab"},
    {"bad \xFF\xC0\xAF \xED\xA0\x80 end",
     "bad \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD end",
     "bad \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD end"},
    {"cut \xF0\x9F\x92", "cut \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
     "cut \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"\xF0\x9F\x92\x89\xF0\x9F\x8F\xA5 \xD0\x9F\xD1\x80 \xE4\xB8\xAD\xE6\x96\x87", NULL, NULL},
    {TEN("\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 "), NULL, "*117"},
    {TEN(TEN("\xE4\xB8\xAD\xE6\x96\x87")), NULL, "*117"},
    {"<script>alert(1)</script>&amp;", NULL, "_script_alert(1)__script_&amp_"},
    {"=HYPERLINK(\"http://x\")", NULL, "=HYPERLINK(_http___x_)"},
    {"@SUM(1) +1 -1", NULL, NULL},
    {"trailing  \t \nspaces \n", NULL, "trailing spaces"},
    {"many   spaces", NULL, "many spaces"},
    {TEN("seventy-nine signs in a row without any end but with words between them all ") ".x", NULL,
     "*115"},
    {"100% {a,b} $(c) `d` | e > f", NULL, "100_ {a,b} $(c) `d` _ e _ f"},
};
#define ROWS (sizeof rows / sizeof rows[0])

/* The mail that holds given in every text, and what it must read as. */
static void fill(struct mail *given, struct mail *read, const struct row *row,
                 struct mail_part part[2], struct mail_header header[2])
{
    *given = fixture_mail();
    const char *text = row->given;
    bool empty = text[0] == '\0';
    given->from_name = given->to_name = text;
    given->subject = empty ? " " : text;
    given->outer_subject = empty ? "\n" : text;
    given->text = given->html = text;
    part[0] = (struct mail_part){text, "application/json", bytes_of(text)};
    header[0] = (struct mail_header){"X-Hostile", text};
    given->parts = &part[0];
    given->headers = &header[0];
    given->part_count = given->header_count = 1;
    *read = *given;
    read->text = read->html = row->body == NULL ? text : row->body;
    part[1] = (struct mail_part){row->file == NULL ? text : row->file, "application/json",
                                 bytes_of(text)};
    read->parts = &part[1];
}

/* Proves: P15 */
START_TEST(hostile_text_changes_neither_headers_nor_recipients_nor_parts)
{
    struct mail given;
    struct mail read;
    struct mail_part part[2];
    struct mail_header header[2];
    struct sealed_mail made;
    struct str expected;
    struct err err = {0};
    str_init(&expected, STR_LIMIT_TEXT);
    fill(&given, &read, &rows[_i], part, header);
    char *cut = xprintf("%.*s\xE2\x80\xA6%s", text_equal(rows[_i].file, "*115") ? 115 : 117,
                        rows[_i].given, text_equal(rows[_i].file, "*115") ? ".x" : "");
    if (text_starts(part[1].filename, "*11"))
        part[1].filename = cut;
    fixture_seal(&f, &made, &given, &cert);
    expect_sealed(&expected, &read);
    expect_mail(&f.keys, str_bytes(&made.bytes), &expected);
    str_reset(&expected);
    expect_payload(&expected, &read, true);
    expect_mail(&f.keys, str_bytes(&made.plain), &expected);
    sealed_mail_dispose(&made);
    struct sealer *sealer = fixture_sealer(&f);
    enum status status = seal_signed(&made, sealer, &given, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    str_reset(&expected);
    expect_signed(&expected, &read);
    expect_mail(&f.keys, str_bytes(&made.bytes), &expected);
    sealer_close(sealer);
    sealed_mail_dispose(&made);
    str_dispose(&expected);
    free(cut);
}
END_TEST

START_TEST(a_line_of_thousands_of_signs_is_whole_in_the_text_and_cut_in_headers)
{
    char words[5001];
    char cut[PLAN_LINE_LONGEST + 1];
    struct mail mail = fixture_mail();
    struct sealed_mail made;
    struct str expected;
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    (void)snprintf(cut, sizeof cut, "%.*s\xE2\x80\xA6", PLAN_LINE_LONGEST - 3, words);
    const struct mail_header header = {"X-Forty-Eight-Signs-Are-The-Longest-Name-Of-Some", words};
    str_init(&expected, STR_LIMIT_TEXT);
    mail.subject = mail.outer_subject = mail.to_name = mail.text = mail.html = words;
    mail.headers = &header;
    mail.header_count = 1;
    fixture_seal(&f, &made, &mail, &cert);
    const struct mail_header cut_header = {header.name, cut};
    mail.subject = mail.outer_subject = mail.to_name = cut;
    mail.headers = &cut_header;
    expect_sealed(&expected, &mail);
    expect_mail(&f.keys, str_bytes(&made.bytes), &expected);
    str_reset(&expected);
    expect_payload(&expected, &mail, true);
    expect_mail(&f.keys, str_bytes(&made.plain), &expected);
    sealed_mail_dispose(&made);
    str_dispose(&expected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.hostile");
    TCase *tc = tcase_create("texts");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, hostile_text_changes_neither_headers_nor_recipients_nor_parts, 0,
                        (int)ROWS);
    tcase_add_test(tc, a_line_of_thousands_of_signs_is_whole_in_the_text_and_cut_in_headers);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
