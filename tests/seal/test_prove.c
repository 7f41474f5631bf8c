/* P12, P13: what is no message for exactly the pinned subkey is never taken for one. */
#include "seal/mail.h"

#include "tests/seal/fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static struct cert one, two;
static char one_fpr[65], two_fpr[65];
static struct str good; /* armoured, for one */

static void begin(void)
{
    fixture_begin(&f);
    fixture_recipient(&f, &one, one_fpr, "one", "ed25519", "cv25519");
    fixture_recipient(&f, &two, two_fpr, "two", "rsa3072", "rsa3072");
    str_init(&good, STR_LIMIT_MAIL);
    ck_assert_int_eq(
        keys_gpg(&f.keys, &good, bytes_of("text\n"), "--armor", "-r", one_fpr, "--encrypt", NULL),
        0);
}

static void end(void)
{
    str_dispose(&good);
    cert_dispose(&one);
    cert_dispose(&two);
    fixture_end(&f);
}

/* The frame of RFC 3156 around any content, with each piece to be replaced. */
struct frame {
    const char *type, *preamble, *first_type, *first, *second_type, *content, *more;
};

static const struct frame usual = {
    .type = "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
    .preamble = "",
    .first_type = "application/pgp-encrypted",
    .first = "Version: 1\r\n",
    .second_type = "application/octet-stream",
    .content = "",
    .more = "",
};

static void build(struct str *out, const struct frame *frame)
{
    str_init(out, STR_LIMIT_MAIL);
    str_addf(out,
             "From: a@example.com\r\nTo: b@example.com\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
             "Content-Type: %s; boundary=\"=_x\"\r\n\r\n%s--=_x\r\nContent-Type: %s\r\n\r\n%s\r\n"
             "--=_x\r\nContent-Type: %s\r\n\r\n",
             frame->type, frame->preamble, frame->first_type, frame->first, frame->second_type);
    for (const char *p = frame->content; *p != '\0'; p++) {
        if (*p == '\n')
            str_add_c(out, '\r');
        str_add_c(out, *p);
    }
    str_addf(out, "\r\n%s--=_x--\r\n", frame->more);
}

static void expect(enum status expected, const char *words, const struct frame *frame,
                   const char *sub_fpr)
{
    struct str message;
    struct err err = {0};
    build(&message, frame);
    enum status status = seal_prove(str_bytes(&message), sub_fpr, &err);
    ck_assert_msg(status == expected, "%s: %s", status_word(status), err.text);
    ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
    str_dispose(&message);
}

START_TEST(a_message_for_the_pinned_subkey_alone_is_proven)
{
    struct frame frame = usual;
    frame.content = str_text(&good);
    expect(OK, "", &frame, one.sub_fpr);
}
END_TEST

/* Proves: P12 */
START_TEST(another_subkey_is_not_the_pinned_one)
{
    struct frame frame = usual;
    frame.content = str_text(&good);
    expect(ERR_CORRUPT, "not for the pinned", &frame, two.sub_fpr);
    expect(ERR_CORRUPT, "not for the pinned", &frame, one.fpr);
    expect(ERR_CORRUPT, "not for the pinned", &frame, "");
    expect(ERR_CORRUPT, "not for the pinned", &frame, one.sub_keyid); /* an id is no fingerprint */
}
END_TEST

/* What gpg makes when it is told otherwise, and what must be said of it. */
START_TEST(messages_for_others_too_or_for_nobody_named_are_refused)
{
    static const struct {
        const char *option, *words;
    } rows[] = {
        {"-r", "more than one key"},
        {"-R", "more than one key"}, /* hidden, and still there */
        {"--throw-keyids", "0000000000000000"},
    };
    struct frame frame = usual;
    struct str made;
    str_init(&made, STR_LIMIT_MAIL);
    bool both = _i < 2;
    ck_assert_int_eq(keys_gpg(&f.keys, &made, bytes_of("text\n"), "--armor", "-r", one_fpr,
                              rows[_i].option, both ? two_fpr : "--encrypt",
                              both ? "--encrypt" : NULL, NULL),
                     0);
    frame.content = str_text(&made);
    expect(ERR_CORRUPT, rows[_i].words, &frame, one.sub_fpr);
    str_dispose(&made);
}
END_TEST

/* Armour bytes by gpg, which does not mind what they are. */
static void enarmor(struct str *out, struct bytes packets)
{
    struct str made;
    str_init(&made, STR_LIMIT_MAIL);
    ck_assert_int_eq(keys_gpg(&f.keys, &made, packets, "--enarmor", NULL), 0);
    for (const char *p = str_text(&made); *p != '\0'; p++) {
        bool here = text_starts(p, "ARMORED FILE");
        str_add(out, here ? "MESSAGE" : "");
        p += here ? strlen("ARMORED FILE") : 0;
        str_add_c(out, *p);
    }
    str_dispose(&made);
}

static void expect_packets(const char *words, struct bytes packets)
{
    struct frame frame = usual;
    struct str armoured;
    str_init(&armoured, STR_LIMIT_MAIL);
    enarmor(&armoured, packets);
    frame.content = str_text(&armoured);
    expect(text_equal(words, "") ? OK : ERR_CORRUPT, words, &frame, one.sub_fpr);
    str_dispose(&armoured);
}

START_TEST(packets_that_are_cut_swapped_or_unprotected_are_refused)
{
    struct str packets;
    struct str changed;
    str_init(&packets, STR_LIMIT_MAIL);
    str_init(&changed, STR_LIMIT_MAIL);
    ck_assert_int_eq(keys_gpg(&f.keys, &packets, str_bytes(&good), "--dearmor", NULL), 0);
    unsigned char *data = (unsigned char *)packets.data;
    size_t key_size = 2 + (size_t)data[1]; /* an old head of two bytes: PKESK of curve 25519 */
    ck_assert_uint_eq(data[0], 0x84);
    ck_assert_uint_eq(data[key_size], 0xD2); /* SEIPD with a new head */
    struct bytes whole = str_bytes(&packets);
    expect_packets("", whole);
    for (size_t cut = 1; cut < whole.size; cut += 3)
        expect_packets("sealed message", (struct bytes){whole.data, whole.size - cut});
    expect_packets("does not begin", (struct bytes){whole.data + key_size, whole.size - key_size});
    /* A passphrase that opens it too; the key packet twice; all of it twice; a packet behind it. */
    str_add_n(&changed, whole.data, key_size);
    str_add_n(&changed, "\xC3\x04\x04\x09\0\x08", 6);
    str_add_n(&changed, whole.data + key_size, whole.size - key_size);
    expect_packets("kind 3", str_bytes(&changed));
    str_reset(&changed);
    str_add_n(&changed, whole.data, key_size);
    str_add_n(&changed, whole.data, whole.size);
    expect_packets("more than one key", str_bytes(&changed));
    str_reset(&changed);
    str_add_n(&changed, whole.data, whole.size);
    str_add_n(&changed, whole.data, whole.size);
    expect_packets("follow the protected", str_bytes(&changed));
    str_reset(&changed);
    str_add_n(&changed, whole.data, whole.size);
    str_add_n(&changed,
              "\xCB\x07"
              "b\0\0\0\0\0x",
              9); /* literal data in clear */
    expect_packets("follow the protected", str_bytes(&changed));
    /* Data without integrity protection (kind 9), of another version, in clear (kind 11). */
    data[key_size] = 0xC9;
    expect_packets("kind 9", whole);
    data[key_size] = 0xCB;
    expect_packets("kind 11", whole);
    data[key_size] = 0xD2;
    size_t version = key_size + 2;
    ck_assert_uint_eq(data[version], 1);
    data[version] = 2;
    expect_packets("kind 18", whole);
    data[version] = 1;
    data[2] = 6;
    expect_packets("does not begin", whole);
    str_dispose(&changed);
    str_dispose(&packets);
}
END_TEST

START_TEST(frames_that_hold_anything_else_are_refused)
{
    char *twice = xprintf("%s\n%s", str_text(&good), str_text(&good));
    char *before = xprintf("the text\n%s", str_text(&good));
    char *behind = xprintf("%s\nthe text\n", str_text(&good));
    char *long_line = xcalloc(1, 1100);
    memset(long_line, ' ', 1000);
    const struct {
        const char *words;
        struct frame frame;
    } rows[] = {
        {"two parts", {.type = "multipart/mixed"}},
        {"two parts", {.type = "multipart/encrypted; protocol=\"application/x\""}},
        {"two parts", {.preamble = "the text\r\n"}},
        {"two parts", {.first_type = "text/plain"}},
        {"two parts", {.second_type = "text/plain"}},
        {"two parts", {.more = "--=_x\r\nContent-Type: text/plain\r\n\r\nthe text\r\n"}},
        {"first part", {.first = "Version: 1\r\nthe text\r\n"}},
        {"one armoured", {.content = before}},
        {"one armoured", {.content = behind}},
        {"one armoured", {.content = twice}},
        {"one armoured", {.content = "the text\n"}},
        {"one armoured", {.content = ""}},
        {"bare CR", {.content = "\r"}},
        {"bare CR", {.content = "\xC3\xA4"}},
        {"bare CR", {.content = long_line}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct frame frame = rows[i].frame;
        frame.type = frame.type == NULL ? usual.type : frame.type;
        frame.preamble = frame.preamble == NULL ? usual.preamble : frame.preamble;
        frame.first_type = frame.first_type == NULL ? usual.first_type : frame.first_type;
        frame.first = frame.first == NULL ? usual.first : frame.first;
        frame.second_type = frame.second_type == NULL ? usual.second_type : frame.second_type;
        frame.content = frame.content == NULL ? str_text(&good) : frame.content;
        frame.more = frame.more == NULL ? usual.more : frame.more;
        expect(ERR_CORRUPT, rows[i].words, &frame, one.sub_fpr);
    }
    struct err err = {0};
    ck_assert_int_eq(seal_prove((struct bytes){0}, one.sub_fpr, &err), ERR_CORRUPT);
    ck_assert_int_eq(seal_prove(bytes_of("text\r\n"), one.sub_fpr, &err), ERR_CORRUPT);
    free(long_line);
    free(behind);
    free(before);
    free(twice);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.prove");
    TCase *tc = tcase_create("proofs");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_message_for_the_pinned_subkey_alone_is_proven);
    tcase_add_test(tc, another_subkey_is_not_the_pinned_one);
    tcase_add_loop_test(tc, messages_for_others_too_or_for_nobody_named_are_refused, 0, 3);
    tcase_add_test(tc, packets_that_are_cut_swapped_or_unprotected_are_refused);
    tcase_add_test(tc, frames_that_hold_anything_else_are_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
