/* Signatures of persons over texts. */
#include "seal/sign.h"

#include "base/file.h"
#include "tests/seal/keys.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct keys keys;
static int64_t now_ms;
static char meyer[65], weber[65];
static struct str meyer_cert, weber_cert;

static const char approval[] = "Tocsin approval 1\n"
                               "advisory: EXM-2026-0007 1.0.0\n"
                               "- dashed\n"
                               "From the register\n"
                               "\n"
                               "signer: Dr Eva Meyer \xE2\x80\x93 regulatory\n";

static void begin(void)
{
    struct clock clock;
    keys_begin(&keys);
    clock_init_system(&clock);
    now_ms = clock_now_ms(&clock) + MS_MINUTE;
    str_init(&meyer_cert, STR_LIMIT_TEXT);
    str_init(&weber_cert, STR_LIMIT_TEXT);
    keys_make(&keys, meyer, "Eva Meyer <meyer@test.example>", "ed25519", "sign", "1y");
    keys_make(&keys, weber, "Jana Weber <weber@test.example>", "rsa3072", "sign", "0");
    keys_export(&keys, &meyer_cert, meyer, true);
    keys_export(&keys, &weber_cert, weber, false);
}

static void end(void)
{
    str_dispose(&meyer_cert);
    str_dispose(&weber_cert);
    keys_end(&keys);
}

static void sign(struct str *out, const char *text, const char *fpr)
{
    struct err err = {0};
    str_init(out, STR_LIMIT_TEXT);
    enum status status = sign_clear(out, text, fpr, keys.home, &err);
    ck_assert_msg(status == OK, "%s", err.text);
}

/* Verify and compare; words (when not NULL) must stand in the error. */
static void verify(enum status expected, const char *words, struct bytes text, struct bytes cert,
                   int64_t at_ms)
{
    struct signature signature;
    struct err err = {0};
    enum status status = sign_verify_clear(&signature, text, cert, keys.scratch, at_ms, &err);
    ck_assert_msg(status == expected, "%s: %s", status_word(status), err.text);
    if (words != NULL)
        ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
    if (status != OK)
        ck_assert_uint_eq(signature.text.size, 0);
    signature_dispose(&signature);
}

START_TEST(a_clear_signed_text_comes_back_as_it_was_signed)
{
    struct str text;
    struct signature signature;
    struct err err = {0};
    sign(&text, approval, _i == 0 ? meyer : weber);
    struct bytes cert = str_bytes(_i == 0 ? &meyer_cert : &weber_cert);
    enum status status =
        sign_verify_clear(&signature, str_bytes(&text), cert, keys.scratch, now_ms, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_str_eq(str_text(&signature.text), approval);
    ck_assert_str_eq(signature.fpr, _i == 0 ? meyer : weber);
    ck_assert_int_gt(signature.at_ms, now_ms - 10 * MS_MINUTE);
    ck_assert_int_le(signature.at_ms, now_ms);
    signature_dispose(&signature);
    str_dispose(&text);
}
END_TEST

START_TEST(line_ends_of_mail_and_space_around_change_nothing)
{
    struct str text;
    struct str crlf;
    struct signature signature;
    struct err err = {0};
    sign(&text, approval, meyer);
    str_init(&crlf, STR_LIMIT_TEXT);
    str_add(&crlf, "\r\n \r\n");
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n')
            str_add(&crlf, " \t\r");
        str_add_c(&crlf, text.data[i]);
    }
    str_add(&crlf, "\r\n\r\n");
    enum status status = sign_verify_clear(&signature, str_bytes(&crlf), str_bytes(&meyer_cert),
                                           keys.scratch, now_ms, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_str_eq(str_text(&signature.text), approval);
    signature_dispose(&signature);
    str_dispose(&crlf);
    str_dispose(&text);
}
END_TEST

/* One change to a good clear-signed text, and what is said to it. */
struct change {
    const char *find, *put;
    enum status status;
    const char *words;
};

static const struct change changes[] = {
    {"EXM-2026-0007", "EXM-2026-0008", ERR_REFUSED, "bad signature"},
    {"-----BEGIN PGP SIGNED", "advisory: other\n-----BEGIN PGP SIGNED", ERR_INVALID, "before"},
    {"-----END PGP SIGNATURE-----", "-----END PGP SIGNATURE-----\nalso: this", ERR_INVALID,
     "follows"},
    {"Hash: ", "advisory: ", ERR_INVALID, "head"},
    {"Hash: ", "NotDashEscaped: yes\nHash: ", ERR_INVALID, "head"},
    {"- - dashed", "- dashed", ERR_REFUSED, "bad signature"},
    {"- - dashed", "-dashed", ERR_INVALID, "no signature"},
    {"-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP SIGNAT-----", ERR_INVALID, "no signature"},
    {"-----END PGP SIGNATURE-----", "", ERR_INVALID, "armour"},
    {"=", "!", ERR_INVALID, NULL},
    {"Tocsin", "Tocsin\f", ERR_REFUSED, "bad signature"},
};

START_TEST(a_changed_text_is_refused)
{
    const struct change *change = &changes[_i];
    struct str text;
    struct str changed;
    sign(&text, approval, meyer);
    str_init(&changed, STR_LIMIT_TEXT);
    const char *at = strstr(str_text(&text), change->find);
    if (change->find[0] == '=') /* the checksum of the armour, or its last padding */
        at = strrchr(str_text(&text), '=');
    ck_assert_ptr_nonnull(at);
    str_add_n(&changed, text.data, (size_t)(at - text.data));
    str_add(&changed, change->put);
    str_add(&changed, at + strlen(change->find));
    verify(change->status, change->words, str_bytes(&changed), str_bytes(&meyer_cert), now_ms);
    str_dispose(&changed);
    str_dispose(&text);
}
END_TEST

START_TEST(what_is_not_signed_at_all_is_invalid)
{
    verify(ERR_INVALID, "no clear-signed", bytes_of(""), str_bytes(&meyer_cert), now_ms);
    verify(ERR_INVALID, "no clear-signed", bytes_of("\n\n \n"), str_bytes(&meyer_cert), now_ms);
    verify(ERR_INVALID, "before", bytes_of(approval), str_bytes(&meyer_cert), now_ms);
    verify(ERR_INVALID, "NUL", (struct bytes){(const unsigned char *)"a\0b", 3},
           str_bytes(&meyer_cert), now_ms);
    verify(ERR_INVALID, "before", str_bytes(&meyer_cert), str_bytes(&meyer_cert), now_ms);
}
END_TEST

START_TEST(another_persons_signature_is_refused)
{
    struct str text;
    sign(&text, approval, weber);
    verify(ERR_REFUSED, "another key", str_bytes(&text), str_bytes(&meyer_cert), now_ms);
    verify(ERR_INVALID, NULL, str_bytes(&text), bytes_of("no key"), now_ms);
    str_dispose(&text);
}
END_TEST

START_TEST(an_expired_key_signs_nothing_any_more)
{
    struct str text;
    sign(&text, approval, meyer);
    verify(ERR_REFUSED, "expired", str_bytes(&text), str_bytes(&meyer_cert), now_ms + 370 * MS_DAY);
    str_dispose(&text);
}
END_TEST

START_TEST(a_revoked_key_signs_nothing_any_more)
{
    char fpr[65];
    struct str text;
    struct str cert;
    struct str revocation;
    struct err err = {0};
    keys_make(&keys, fpr, "Gone <gone@test.example>", "ed25519", "sign", "0");
    sign(&text, approval, fpr);
    str_init(&cert, STR_LIMIT_TEXT);
    str_init(&revocation, STR_LIMIT_TEXT);
    char *path = xprintf("%s/openpgp-revocs.d/%s.rev", keys.home, fpr);
    ck_assert_int_eq(file_read(&revocation, path, STR_LIMIT_TEXT, &err), OK);
    const char *guard = strstr(str_text(&revocation), ":-----BEGIN");
    ck_assert_int_eq(keys_gpg(&keys, NULL, bytes_of(guard + 1), "--import", NULL), 0);
    keys_export(&keys, &cert, fpr, true);
    verify(ERR_REFUSED, "revoked", str_bytes(&text), str_bytes(&cert), now_ms);
    free(path);
    str_dispose(&revocation);
    str_dispose(&cert);
    str_dispose(&text);
}
END_TEST

/* gpg itself, with options that sign_clear would never use. */
static void sign_oddly(struct str *out, const char *option, const char *value, const char *more)
{
    str_init(out, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, out, bytes_of(approval), "-u", meyer, option, value,
                              more == NULL ? "--no-greeting" : more, "--clearsign", NULL),
                     0);
}

START_TEST(weak_digests_and_second_signers_are_refused)
{
    struct str text;
    sign_oddly(&text, "--digest-algo", "SHA1", NULL);
    verify(ERR_REFUSED, "weak digest", str_bytes(&text), str_bytes(&meyer_cert), now_ms);
    str_dispose(&text);
    sign_oddly(&text, "-u", weber, NULL);
    verify(ERR_REFUSED, "more than one", str_bytes(&text), str_bytes(&meyer_cert), now_ms);
    verify(ERR_REFUSED, "more than one", str_bytes(&text), str_bytes(&weber_cert), now_ms);
    str_dispose(&text);
    sign_oddly(&text, "--default-sig-expire", "1d", "--no-ask-sig-expire");
    verify(ERR_REFUSED, "signature has expired", str_bytes(&text), str_bytes(&meyer_cert),
           now_ms + 3 * MS_DAY);
    str_dispose(&text);
}
END_TEST

START_TEST(a_detached_signature_holds_for_its_bytes_alone)
{
    static const unsigned char data[] = {'{', '}', '\r', '\n', 0, 0xFF, ' ', '\n'};
    struct bytes whole = {data, sizeof data};
    struct str made;
    struct signature signature;
    struct err err = {0};
    str_init(&made, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, &made, whole, "-u", weber, _i == 0 ? "--armor" : "--no-armor",
                              "--detach-sign", NULL),
                     0);
    enum status status = sign_verify_detached(&signature, whole, str_bytes(&made),
                                              str_bytes(&weber_cert), keys.scratch, now_ms, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_str_eq(signature.fpr, weber);
    ck_assert_uint_eq(signature.text.size, 0);
    signature_dispose(&signature);
    whole.size--;
    ck_assert_int_eq(sign_verify_detached(&signature, whole, str_bytes(&made),
                                          str_bytes(&weber_cert), keys.scratch, now_ms, &err),
                     ERR_REFUSED);
    signature_dispose(&signature);
    ck_assert_int_eq(sign_verify_detached(&signature, whole, bytes_of("none"),
                                          str_bytes(&weber_cert), keys.scratch, now_ms, &err),
                     ERR_INVALID);
    signature_dispose(&signature);
    /* Two of them: in binary form they follow one another, as armour they are not one any more. */
    struct str twice;
    str_init(&twice, STR_LIMIT_TEXT);
    str_add_n(&twice, made.data, made.size);
    str_add_n(&twice, made.data, made.size);
    ck_assert_int_eq(sign_verify_detached(&signature, whole, str_bytes(&twice),
                                          str_bytes(&weber_cert), keys.scratch, now_ms, &err),
                     _i == 0 ? ERR_INVALID : ERR_REFUSED);
    signature_dispose(&signature);
    str_dispose(&twice);
    str_dispose(&made);
}
END_TEST

START_TEST(signing_needs_the_secret_half)
{
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        sign_clear(&out, approval, "0123456789ABCDEF0123456789ABCDEF01234567", keys.home, &err),
        ERR_NOT_FOUND);
    ck_assert_uint_eq(out.size, 0);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.sign");
    TCase *tc = tcase_create("signed");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_clear_signed_text_comes_back_as_it_was_signed, 0, 2);
    tcase_add_test(tc, line_ends_of_mail_and_space_around_change_nothing);
    tcase_add_loop_test(tc, a_changed_text_is_refused, 0,
                        (int)(sizeof changes / sizeof changes[0]));
    tcase_add_test(tc, what_is_not_signed_at_all_is_invalid);
    tcase_add_test(tc, another_persons_signature_is_refused);
    tcase_add_test(tc, an_expired_key_signs_nothing_any_more);
    tcase_add_test(tc, a_revoked_key_signs_nothing_any_more);
    tcase_add_test(tc, weak_digests_and_second_signers_are_refused);
    tcase_add_loop_test(tc, a_detached_signature_holds_for_its_bytes_alone, 0, 2);
    tcase_add_test(tc, signing_needs_the_secret_half);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
