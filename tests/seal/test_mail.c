/* Whole mails, sealed and signed, opened again by gpg, by Sequoia and by Python. */
#include "seal/mail.h"

#include "base/file.h"
#include "seal/cert.h"
#include "seal/sign.h"
#include "tests/seal/expect.h"
#include "tests/seal/keys.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct keys keys;
static int64_t now_ms;
static char maker[65];
static char *sealer_home, *maker_path;

static void begin(void)
{
    struct clock clock;
    struct err err = {0};
    struct str public_key;
    keys_begin(&keys);
    clock_init_system(&clock);
    now_ms = clock_now_ms(&clock) + MS_MINUTE;
    str_init(&public_key, STR_LIMIT_TEXT);
    sealer_home = path_join(keys.dir, "sealer");
    maker_path = path_join(keys.dir, "maker.asc");
    enum status status =
        sign_make_key(maker, &public_key, sealer_home, "Example Medical <psirt@example.com>", &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(file_write(maker_path, str_bytes(&public_key), 0600, &err), OK);
    ck_assert_int_eq(keys_gpg(&keys, NULL, str_bytes(&public_key), "--import", NULL), 0);
    str_dispose(&public_key);
}

static void end(void)
{
    sign_home_close(sealer_home);
    free(sealer_home);
    free(maker_path);
    keys_end(&keys);
}

static struct sealer *open_sealer(void)
{
    struct sealer *sealer = NULL;
    struct err err = {0};
    enum status status = sealer_open(&sealer, sealer_home, maker, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    return sealer;
}

/* A recipient with a subkey of this kind, as the store keeps it. */
static void make_recipient(struct cert *cert, char fpr[65], const char *name, const char *algo,
                           const char *sub_algo)
{
    struct str data;
    struct err err = {0};
    str_init(&data, STR_LIMIT_TEXT);
    char *uid = xprintf("%s <%s@hospital.example>", name, name);
    keys_make(&keys, fpr, uid, algo, "sign", "0");
    keys_add_subkey(&keys, fpr, sub_algo, "encr", "0");
    keys_export(&keys, &data, fpr, true);
    ck_assert_int_eq(cert_read(cert, str_bytes(&data), false, keys.scratch, now_ms, &err), OK);
    ck_assert(cert_usable(cert->state));
    free(uid);
    str_dispose(&data);
}

#define BYTES(text)                                                                                \
    {                                                                                              \
        (const unsigned char *)(text), sizeof(text) - 1                                            \
    }

static const struct mail_part parts[] = {
    {"EXM-2026-0007.json", "application/json", BYTES("{\"a\": 1}\n")},
    {"devices \xC3\xBC.csv", "text/csv", BYTES("a,b\r\n\xC3\xA4,=1\r\n")},
    {"bytes.bin", "application/octet-stream", BYTES("\0\r\n\xFF\n.\n")},
};

static const struct mail_header extras[] = {{"X-Tocsin-Notice", "5f0c"}, {"X-Note", "two words"}};

static struct mail plain_mail(void)
{
    return (struct mail){
        .from_name = "Example Medical PSIRT",
        .from = "psirt@example.com",
        .to_name = "St\xC3\xA4"
                   "dtisches Krankenhaus",
        .to = "it-security@hospital.example",
        .reply_to = "psirt+abcdefghijklmnopqrstuvwxyz@example.com",
        .subject = "Infusion pump X: remote takeover (CVE-2026-0001)",
        .outer_subject =
            "Example Medical: security notice EXM-2026-0007, please answer by 2026-12-11",
        .message_id = "5f0c.1@notices.example.com",
        .references = "5f0c.0@notices.example.com",
        .date_ms = INT64_C(1795804800000),
        .text = "TLP:AMBER\n\nDo this now.\nFrom the maker\n.\n..\n-- \nlong \xE2\x80\x93 line\n",
        .html = "<!DOCTYPE html><p>TLP:AMBER</p>\n",
        .parts = parts,
        .part_count = 3,
        .headers = extras,
        .header_count = 2,
    };
}

static void seal(struct sealed_mail *out, const struct mail *mail, const struct cert *cert)
{
    struct err err = {0};
    struct sealer *sealer = open_sealer();
    enum status status =
        seal_encrypted(out, sealer, mail, str_bytes(&cert->stripped), cert->sub_fpr, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    sealer_close(sealer);
    ck_assert_int_eq(keys_count_agents(sealer_home), 0);
    char *left = path_join(sealer_home, "recipient.pgp");
    ck_assert(!file_exists(left));
    free(left);
}

/* gpg opens it, knows the signer, and finds the plain bytes. */
static void assert_gpg_opens(struct bytes ciphertext, const struct str *plain)
{
    struct str opened;
    struct str status;
    struct err err = {0};
    str_init(&opened, STR_LIMIT_MAIL);
    str_init(&status, STR_LIMIT_TEXT);
    char *path = path_join(keys.dir, "status");
    ck_assert_int_eq(keys_gpg(&keys, &opened, ciphertext, "--status-file", path, "--decrypt", NULL),
                     0);
    ck_assert(bytes_equal(str_bytes(&opened), str_bytes(plain)));
    ck_assert_int_eq(file_read(&status, path, STR_LIMIT_TEXT, &err), OK);
    char *valid = xprintf("VALIDSIG %s", maker);
    ck_assert_ptr_nonnull(strstr(str_text(&status), valid));
    ck_assert_ptr_nonnull(strstr(str_text(&status), "GOODMDC"));
    ck_assert_ptr_nonnull(strstr(str_text(&status), "DECRYPTION_INFO 2 9")); /* MDC, AES-256 */
    free(valid);
    free(path);
    str_dispose(&status);
    str_dispose(&opened);
}

/* So does Sequoia, which shares no code with GnuPG. */
static void assert_sq_opens(struct bytes ciphertext, const char *fpr, const struct str *plain)
{
    struct str secret;
    struct str opened;
    struct err err = {0};
    str_init(&secret, STR_LIMIT_TEXT);
    str_init(&opened, STR_LIMIT_MAIL);
    char *path = path_join(keys.dir, "secret.asc");
    ck_assert_int_eq(
        keys_gpg(&keys, &secret, (struct bytes){0}, "--armor", "--export-secret-keys", fpr, NULL),
        0);
    ck_assert_int_eq(file_write(path, str_bytes(&secret), 0600, &err), OK);
    ck_assert_int_eq(keys_run(&keys, &opened, ciphertext,
                              (const char *const[]){"sq", "decrypt", "--recipient-key", path,
                                                    "--signer-cert", maker_path, NULL}),
                     0);
    ck_assert(bytes_equal(str_bytes(&opened), str_bytes(plain)));
    free(path);
    str_dispose(&opened);
    str_dispose(&secret);
}

START_TEST(a_sealed_mail_is_opened_by_gpg_sequoia_and_python_as_planned)
{
    static const char *rows[][3] = {{"rsa", "rsa3072", "rsa3072"},
                                    {"ecc", "ed25519", "cv25519"},
                                    {"nist", "nistp256", "nistp256"},
                                    {"old", "rsa2048", "rsa2048"}};
    struct mail mail = plain_mail();
    struct cert cert;
    char fpr[65];
    struct sealed_mail sealed;
    struct str ciphertext;
    struct str expected;
    struct err err = {0};
    str_init(&ciphertext, STR_LIMIT_MAIL);
    str_init(&expected, STR_LIMIT_TEXT);
    make_recipient(&cert, fpr, rows[_i][0], rows[_i][1], rows[_i][2]);
    seal(&sealed, &mail, &cert);
    expect_sealed(&expected, &mail);
    expect_mail(&keys, str_bytes(&sealed.bytes), &expected);
    str_reset(&expected);
    expect_payload(&expected, &mail, true);
    expect_mail(&keys, str_bytes(&sealed.plain), &expected);
    expect_split(&keys, &ciphertext, str_bytes(&sealed.bytes), 1);
    assert_gpg_opens(str_bytes(&ciphertext), &sealed.plain);
    assert_sq_opens(str_bytes(&ciphertext), fpr, &sealed.plain);
    ck_assert_int_eq(seal_prove(str_bytes(&sealed.bytes), cert.sub_fpr, &err), OK);
    ck_assert_ptr_null(strstr(str_text(&sealed.bytes), "pump"));
    str_dispose(&expected);
    str_dispose(&ciphertext);
    sealed_mail_dispose(&sealed);
    cert_dispose(&cert);
}
END_TEST

START_TEST(a_signed_mail_verifies_from_the_bytes_that_python_splits_off)
{
    struct mail mail = plain_mail();
    struct sealer *sealer = open_sealer();
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
    expect_mail(&keys, str_bytes(&made.bytes), &expected);
    expect_split(&keys, &payload, str_bytes(&made.bytes), 0);
    expect_split(&keys, &signature, str_bytes(&made.bytes), 1);
    char *path = path_join(keys.dir, "1");
    ck_assert_int_eq(keys_gpg(&keys, NULL, str_bytes(&payload), "--verify", path, "-", NULL), 0);
    ck_assert_int_eq(keys_run(&keys, NULL, str_bytes(&payload),
                              (const char *const[]){"sq", "verify", "--signer-cert", maker_path,
                                                    "--detached", path, NULL}),
                     0);
    str_add_c(&payload, ' ');
    ck_assert_int_ne(keys_gpg(&keys, NULL, str_bytes(&payload), "--verify", path, "-", NULL), 0);
    free(path);
    sealer_close(sealer);
    sealed_mail_dispose(&made);
    str_dispose(&signature);
    str_dispose(&payload);
    str_dispose(&expected);
}
END_TEST

START_TEST(a_flipped_byte_opens_for_nobody)
{
    struct mail mail = plain_mail();
    struct cert cert;
    char fpr[65];
    struct sealed_mail sealed;
    struct str ciphertext;
    struct str binary;
    str_init(&ciphertext, STR_LIMIT_MAIL);
    str_init(&binary, STR_LIMIT_MAIL);
    make_recipient(&cert, fpr, "flip", "ed25519", "cv25519");
    seal(&sealed, &mail, &cert);
    expect_split(&keys, &ciphertext, str_bytes(&sealed.bytes), 1);
    ck_assert_int_eq(keys_gpg(&keys, &binary, str_bytes(&ciphertext), "--dearmor", NULL), 0);
    for (size_t at = 5; at < binary.size; at += binary.size / 12) {
        binary.data[at] = (char)(binary.data[at] ^ 0x10);
        ck_assert_msg(keys_gpg(&keys, NULL, str_bytes(&binary), "--decrypt", NULL) != 0,
                      "byte %zu changed and opened", at);
        binary.data[at] = (char)(binary.data[at] ^ 0x10);
    }
    ck_assert_int_eq(keys_gpg(&keys, NULL, str_bytes(&binary), "--decrypt", NULL), 0);
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
    tcase_add_loop_test(tc, a_signed_mail_verifies_from_the_bytes_that_python_splits_off, 0, 2);
    tcase_add_test(tc, a_flipped_byte_opens_for_nobody);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
