/* Whole mails, sealed and signed, opened again by gpg, by Sequoia and by Python. */
#include "seal/mail.h"

#include "base/file.h"
#include "seal/check.h"
#include "tests/seal/expect.h"
#include "tests/seal/fixture.h"
#include "tests/seal/opens.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void begin(void)
{
    fixture_begin(&f);
}

static void end(void)
{
    fixture_end(&f);
}

START_TEST(a_sealed_mail_is_opened_by_gpg_sequoia_and_python_as_planned)
{
    static const char *rows[][3] = {{"rsa", "rsa3072", "rsa3072"},
                                    {"ecc", "ed25519", "cv25519"},
                                    {"nist", "nistp256", "nistp256"},
                                    {"old", "rsa2048", "rsa2048"}};
    struct mail mail = fixture_mail();
    struct cert cert;
    char fpr[65];
    struct sealed_mail sealed;
    struct str ciphertext;
    struct str expected;
    struct err err = {0};
    str_init(&ciphertext, STR_LIMIT_MAIL);
    str_init(&expected, STR_LIMIT_TEXT);
    fixture_recipient(&f, &cert, fpr, rows[_i][0], rows[_i][1], rows[_i][2]);
    fixture_seal(&f, &sealed, &mail, &cert);
    expect_sealed(&expected, &mail);
    expect_mail(&f.keys, str_bytes(&sealed.bytes), &expected);
    str_reset(&expected);
    expect_payload(&expected, &mail, true);
    expect_mail(&f.keys, str_bytes(&sealed.plain), &expected);
    expect_split(&f.keys, &ciphertext, str_bytes(&sealed.bytes), 1);
    opens_gpg(&f, str_bytes(&ciphertext), &sealed.plain);
    opens_sq(&f, str_bytes(&ciphertext), fpr, &sealed.plain);
    ck_assert_int_eq(seal_prove(str_bytes(&sealed.bytes), cert.sub_fpr, &err), OK);
    ck_assert_ptr_null(strstr(str_text(&sealed.bytes), "pump"));
    str_dispose(&expected);
    str_dispose(&ciphertext);
    sealed_mail_dispose(&sealed);
    cert_dispose(&cert);
}
END_TEST

START_TEST(old_preferences_of_a_recipient_drag_nothing_down)
{
    struct mail mail = fixture_mail();
    struct cert cert;
    char fpr[65];
    struct sealed_mail sealed;
    struct str ciphertext;
    struct str data;
    struct err err = {0};
    str_init(&ciphertext, STR_LIMIT_MAIL);
    str_init(&data, STR_LIMIT_TEXT);
    const char *uid = "Prefers <prefers@hospital.example>";
    ck_assert_int_eq(keys_gpg(&f.keys, NULL, (struct bytes){0}, "--default-preference-list",
                              "3DES SHA1 Uncompressed", "--quick-generate-key", uid, "rsa3072",
                              "sign,encr", "0", NULL),
                     0);
    ck_assert_int_eq(
        keys_gpg(&f.keys, &data, (struct bytes){0}, "--with-colons", "--list-keys", uid, NULL), 0);
    (void)snprintf(fpr, sizeof fpr, "%.40s", strstr(str_text(&data), "\nfpr:::::::::") + 13);
    str_reset(&data);
    keys_export(&f.keys, &data, fpr, true);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, f.keys.scratch, f.now_ms, &err), OK);
    ck_assert_str_eq(cert.sub_fpr, fpr); /* the primary key itself encrypts */
    /* Nor do settings that somebody left in the sealer's home. */
    char *settings = path_join(f.sealer_home, "gpg.conf");
    const char *weak = "cipher-algo 3DES\ndigest-algo SHA256\nencrypt-to 0xDEADBEEF\n";
    ck_assert_int_eq(file_write(settings, bytes_of(weak), 0600, &err), OK);
    free(settings);
    fixture_seal(&f, &sealed, &mail, &cert);
    expect_split(&f.keys, &ciphertext, str_bytes(&sealed.bytes), 1);
    opens_gpg(&f, str_bytes(&ciphertext), &sealed.plain);
    str_dispose(&data);
    str_dispose(&ciphertext);
    sealed_mail_dispose(&sealed);
    cert_dispose(&cert);
}
END_TEST

START_TEST(a_signed_mail_verifies_from_the_bytes_that_python_splits_off)
{
    struct mail mail = fixture_mail();
    struct sealer *sealer = fixture_sealer(&f);
    struct sealed_mail made;
    struct str expected;
    struct str payload;
    struct str signature;
    struct err err = {0};
    str_init(&expected, STR_LIMIT_TEXT);
    str_init(&payload, STR_LIMIT_MAIL);
    str_init(&signature, STR_LIMIT_TEXT);
    if (_i == 1) {
        mail.html = NULL;
        mail.part_count = 0;
        mail.header_count = 0;
        mail.references = mail.reply_to = mail.from_name = mail.to_name = mail.outer_subject = NULL;
    }
    enum status status = seal_signed(&made, sealer, &mail, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_uint_eq(made.plain.size, 0);
    expect_signed(&expected, &mail);
    expect_mail(&f.keys, str_bytes(&made.bytes), &expected);
    expect_split(&f.keys, &payload, str_bytes(&made.bytes), 0);
    expect_split(&f.keys, &signature, str_bytes(&made.bytes), 1);
    char *path = path_join(f.keys.dir, "1");
    ck_assert_int_eq(keys_gpg(&f.keys, NULL, str_bytes(&payload), "--verify", path, "-", NULL), 0);
    ck_assert_int_eq(keys_run(&f.keys, NULL, str_bytes(&payload),
                              (const char *const[]){"sq", "verify", "--signer-cert", f.maker_path,
                                                    "--detached", path, NULL}),
                     0);
    str_add_c(&payload, ' ');
    ck_assert_int_ne(keys_gpg(&f.keys, NULL, str_bytes(&payload), "--verify", path, "-", NULL), 0);
    free(path);
    sealer_close(sealer);
    sealed_mail_dispose(&made);
    str_dispose(&signature);
    str_dispose(&payload);
    str_dispose(&expected);
}
END_TEST

/* Proves: P12 */
START_TEST(a_signed_mail_that_differs_from_what_was_signed_is_not_handed_over)
{
    static const char *const faults[][2] = {
        {"Do this now", "Do that now"},
        {"micalg=\"pgp-sha512\"", "micalg=\"pgp-sha1\""},
        {"application/pgp-signature\";", "application/pkcs7-signature\";"},
        {"Content-Type: application/pgp-signature", "Content-Type: text/plain"},
        {"PGP SIGNATURE-----\r\n\r\n", "PGP SIGNATURE-----\r\n\r\nAAAA"},
        {"MIME-Version: 1.0\r\n", "MIME-Version: 1.0\r\nBcc: x@example.com\r\n"},
        {"\r\n\r\n--=_", "\r\n\r\nmore text\r\n--=_"},
        {"\r\nMIME-Version", "\nMIME-Version"},
    };
    struct mail mail = fixture_mail();
    struct arena *arena = arena_new();
    struct sealer *sealer = fixture_sealer(&f);
    struct sealed_mail made;
    struct plan plan;
    struct str payload;
    struct str changed;
    struct err err = {0};
    str_init(&payload, STR_LIMIT_MAIL);
    str_init(&changed, STR_LIMIT_MAIL);
    ck_assert_int_eq(seal_signed(&made, sealer, &mail, &err), OK);
    ck_assert_int_eq(plan_make(&plan, arena, &mail, false, &err), OK);
    expect_split(&f.keys, &payload, str_bytes(&made.bytes), 0);
    ck_assert_int_eq(check_signed(str_bytes(&made.bytes), &plan, str_bytes(&payload), &err), OK);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const char *at = strstr(str_text(&made.bytes), faults[i][0]);
        ck_assert_msg(at != NULL, "%s is not in it", faults[i][0]);
        str_reset(&changed);
        str_add_n(&changed, made.bytes.data, (size_t)(at - made.bytes.data));
        str_add(&changed, faults[i][1]);
        str_add(&changed, at + strlen(faults[i][0]));
        ck_assert_msg(check_signed(str_bytes(&changed), &plan, str_bytes(&payload), &err) ==
                          ERR_CORRUPT,
                      "%s was not found", faults[i][1]);
    }
    sealer_close(sealer);
    sealed_mail_dispose(&made);
    str_dispose(&changed);
    str_dispose(&payload);
    arena_free(arena);
}
END_TEST

START_TEST(a_flipped_byte_opens_for_nobody)
{
    struct mail mail = fixture_mail();
    struct cert cert;
    char fpr[65];
    struct sealed_mail sealed;
    struct str ciphertext;
    struct str binary;
    str_init(&ciphertext, STR_LIMIT_MAIL);
    str_init(&binary, STR_LIMIT_MAIL);
    fixture_recipient(&f, &cert, fpr, "flip", "ed25519", "cv25519");
    fixture_seal(&f, &sealed, &mail, &cert);
    expect_split(&f.keys, &ciphertext, str_bytes(&sealed.bytes), 1);
    ck_assert_int_eq(keys_gpg(&f.keys, &binary, str_bytes(&ciphertext), "--dearmor", NULL), 0);
    for (size_t at = 5; at < binary.size; at += binary.size / 12) {
        binary.data[at] = (char)(binary.data[at] ^ 0x10);
        ck_assert_msg(keys_gpg(&f.keys, NULL, str_bytes(&binary), "--decrypt", NULL) != 0,
                      "byte %zu changed and opened", at);
        binary.data[at] = (char)(binary.data[at] ^ 0x10);
    }
    ck_assert_int_eq(keys_gpg(&f.keys, NULL, str_bytes(&binary), "--decrypt", NULL), 0);
    str_dispose(&binary);
    str_dispose(&ciphertext);
    sealed_mail_dispose(&sealed);
    cert_dispose(&cert);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.mail");
    TCase *tc = tcase_create("mails");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_sealed_mail_is_opened_by_gpg_sequoia_and_python_as_planned, 0, 4);
    tcase_add_test(tc, old_preferences_of_a_recipient_drag_nothing_down);
    tcase_add_loop_test(tc, a_signed_mail_verifies_from_the_bytes_that_python_splits_off, 0, 2);
    tcase_add_test(tc, a_signed_mail_that_differs_from_what_was_signed_is_not_handed_over);
    tcase_add_test(tc, a_flipped_byte_opens_for_nobody);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
