/* What a sealer refuses: keys that are not to be used, headers that cannot be carried. */
#include "seal/mail.h"

#include "base/file.h"
#include "seal/sign.h"
#include "tests/seal/fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture f;
static struct cert cert, other;
static char recipient[65];

static void begin(void)
{
    fixture_begin(&f);
    char fpr[65];
    fixture_recipient(&f, &other, fpr, "other", "ed25519", "cv25519");
    fixture_recipient(&f, &cert, recipient, "unfit", "ed25519", "cv25519");
}

static void end(void)
{
    cert_dispose(&cert);
    cert_dispose(&other);
    fixture_end(&f);
}

static void expect(enum status expected, const char *words, const struct mail *mail,
                   struct bytes packets, const char *sub_fpr)
{
    struct sealer *sealer = fixture_sealer(&f);
    struct sealed_mail made;
    struct err err = {0};
    enum status status = seal_encrypted(&made, sealer, mail, packets, sub_fpr, &err);
    ck_assert_msg(status == expected, "%s: %s", status_word(status), err.text);
    ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
    ck_assert_uint_eq(made.bytes.size, 0);
    ck_assert_uint_eq(made.plain.size, 0);
    sealed_mail_dispose(&made);
    sealer_close(sealer);
}

START_TEST(a_certificate_that_is_not_the_pinned_one_alone_is_refused)
{
    struct mail mail = fixture_mail();
    struct str whole;
    struct str secret;
    char fpr[65];
    str_init(&whole, STR_LIMIT_TEXT);
    str_init(&secret, STR_LIMIT_TEXT);
    keys_make(&f.keys, fpr, "Two <two@hospital.example>", "ed25519", "sign", "0");
    keys_add_subkey(&f.keys, fpr, "cv25519", "encr", "0");
    keys_add_subkey(&f.keys, fpr, "cv25519", "encr", "0");
    keys_export(&f.keys, &whole, fpr, false);
    struct cert two;
    struct err err = {0};
    ck_assert_int_eq(cert_read(&two, str_bytes(&whole), false, f.keys.scratch, f.now_ms, &err), OK);
    const char *words = "not the pinned one";
    expect(ERR_REFUSED, words, &mail, str_bytes(&whole), two.sub_fpr);
    expect(ERR_REFUSED, words, &mail, str_bytes(&cert.stripped), two.sub_fpr);
    expect(ERR_REFUSED, words, &mail, str_bytes(&cert.stripped), cert.fpr);
    expect(ERR_REFUSED, words, &mail, str_bytes(&cert.stripped), "");
    expect(ERR_REFUSED, words, &mail, bytes_of("no key"), cert.sub_fpr);
    expect(ERR_REFUSED, words, &mail, (struct bytes){0}, cert.sub_fpr);
    ck_assert_int_eq(
        keys_gpg(&f.keys, &secret, (struct bytes){0}, "--export-secret-keys", recipient, NULL), 0);
    expect(ERR_REFUSED, words, &mail, str_bytes(&secret), cert.sub_fpr);
    cert_dispose(&two);
    str_dispose(&secret);
    str_dispose(&whole);
}
END_TEST

START_TEST(a_key_that_has_expired_since_it_was_pinned_is_refused)
{
    struct mail mail = fixture_mail();
    struct str data;
    struct cert old;
    struct err err = {0};
    struct bytes none = {0};
    str_init(&data, STR_LIMIT_TEXT);
    const char *uid = "Old <old@hospital.example>";
    ck_assert_int_eq(keys_gpg(&f.keys, NULL, none, "--faked-system-time", "20240101T000000",
                              "--quick-generate-key", uid, "ed25519", "sign", "1y", NULL),
                     0);
    ck_assert_int_eq(keys_gpg(&f.keys, &data, none, "--with-colons", "--list-keys", uid, NULL), 0);
    char *fpr = xstrndup(strstr(str_text(&data), "\nfpr:::::::::") + 13, 40);
    ck_assert_int_eq(keys_gpg(&f.keys, NULL, none, "--faked-system-time", "20240101T000000",
                              "--quick-add-key", fpr, "cv25519", "encr", "1y", NULL),
                     0);
    str_reset(&data);
    keys_export(&f.keys, &data, fpr, false);
    const int64_t pinned_ms = INT64_C(1717200000000); /* June 2024 */
    ck_assert_int_eq(cert_read(&old, str_bytes(&data), false, f.keys.scratch, pinned_ms, &err), OK);
    ck_assert_int_eq(old.state, CERT_GOOD);
    expect(ERR_REFUSED, "cannot be used now", &mail, str_bytes(&old.stripped), old.sub_fpr);
    cert_dispose(&old);
    str_dispose(&data);
    free(fpr);
}
END_TEST

START_TEST(a_revoked_key_is_refused_even_when_the_store_has_it)
{
    struct mail mail = fixture_mail();
    struct str data;
    struct str revocation;
    struct cert gone;
    struct err err = {0};
    char fpr[65];
    str_init(&data, STR_LIMIT_TEXT);
    str_init(&revocation, STR_LIMIT_TEXT);
    fixture_recipient(&f, &gone, fpr, "gone", "ed25519", "cv25519");
    char *path = xprintf("%s/openpgp-revocs.d/%s.rev", f.keys.home, fpr);
    ck_assert_int_eq(file_read(&revocation, path, STR_LIMIT_TEXT, &err), OK);
    const char *guard = strstr(str_text(&revocation), ":-----BEGIN");
    ck_assert_int_eq(keys_gpg(&f.keys, NULL, bytes_of(guard + 1), "--import", NULL), 0);
    keys_export(&f.keys, &data, fpr, false);
    expect(ERR_REFUSED, "cannot be used now", &mail, str_bytes(&data), gone.sub_fpr);
    free(path);
    cert_dispose(&gone);
    str_dispose(&revocation);
    str_dispose(&data);
}
END_TEST

START_TEST(addresses_and_ids_that_would_break_a_header_are_refused)
{
    static const char *const bad[] = {
        "",
        "a",
        "@b.example",
        "a@",
        "a@b@c.example",
        "a b@c.example",
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\n",
        "a\t@b.example",
        "a@b.example, x@y.example",
        "<a@b.example>",
        "\"a b\"@c.example",
        "a..b@c.example",
        ".a@c.example",
        "a.@c.example",
        "a@-b.example",
        "a@b-.example",
        "a@b..example",
        "a@.example",
        "a@b.example.",
        "a@[127.0.0.1]",
        "\xC3\xA4@b.example",
        "a@\xC3\xA4.example",
        "a\x7F@b.example",
        "a(c)@b.example",
        "0123456789012345678901234567890123456789012345678901234567890123456789@b.example",
        "a@0123456789012345678901234567890123456789012345678901234567890123456789.example",
    };
    const struct {
        const char *words;
        size_t at;
        bool id; /* hyphens and underscores may stand anywhere in it */
    } fields[] = {
        {"From", offsetof(struct mail, from), false},
        {"To", offsetof(struct mail, to), false},
        {"Reply-To", offsetof(struct mail, reply_to), false},
        {"Message-ID", offsetof(struct mail, message_id), true},
        {"References", offsetof(struct mail, references), true},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct mail mail = fixture_mail();
        const char *address = bad[i];
        bool good_id = strstr(address, "-") != NULL || strlen(address) > 64;
        if (fields[_i].id && good_id)
            continue;
        memcpy((char *)&mail + fields[_i].at, &address, sizeof address);
        expect(ERR_INVALID, fields[_i].words, &mail, str_bytes(&cert.stripped), cert.sub_fpr);
    }
    struct mail mail = fixture_mail();
    struct str longest;
    str_init(&longest, STR_LIMIT_LINE);
    str_add(&longest, "a@b");
    while (longest.size < 255)
        str_add(&longest, ".label");
    const char *address = str_text(&longest);
    memcpy((char *)&mail + fields[_i].at, &address, sizeof address);
    expect(ERR_INVALID, fields[_i].words, &mail, str_bytes(&cert.stripped), cert.sub_fpr);
    str_dispose(&longest);
}
END_TEST

START_TEST(headers_that_are_not_the_callers_are_refused)
{
    static const char *const bad[] = {"",
                                      "Bcc",
                                      "cc",
                                      "Subject",
                                      "To",
                                      "X Y",
                                      "X:Y",
                                      "X\r\nBcc",
                                      "X\n",
                                      "\xC3\xA4",
                                      "Content-Type",
                                      "MIME-Version",
                                      "Sender",
                                      "Resent-To",
                                      "HP-Outer",
                                      "Return-Path",
                                      "X-0123456789012345678901234567890123456789012345678"};
    struct mail mail = fixture_mail();
    const struct mail_header header = {bad[_i], "value"};
    mail.headers = &header;
    mail.header_count = 1;
    expect(ERR_INVALID, "header 1", &mail, str_bytes(&cert.stripped), cert.sub_fpr);
}
END_TEST

START_TEST(mails_without_what_a_mail_needs_are_refused)
{
    static const char *const types[] = {"",
                                        "json",
                                        "text/",
                                        "/json",
                                        "text/csv; x=y",
                                        "multipart/mixed",
                                        "message/rfc822",
                                        "text/plain\r\nBcc: x",
                                        NULL};
    struct bytes packets = str_bytes(&cert.stripped);
    struct mail mail = fixture_mail();
    mail.text = NULL;
    expect(ERR_INVALID, "no text", &mail, packets, cert.sub_fpr);
    mail = fixture_mail();
    mail.subject = NULL;
    expect(ERR_INVALID, "Subject", &mail, packets, cert.sub_fpr);
    mail = fixture_mail();
    mail.outer_subject = "";
    expect(ERR_INVALID, "Subject", &mail, packets, cert.sub_fpr);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct mail_part part = {"a.json", types[i], bytes_of("x")};
        mail = fixture_mail();
        mail.parts = &part;
        mail.part_count = 1;
        expect(ERR_INVALID, "content type", &mail, packets, cert.sub_fpr);
    }
    struct mail_part *many = xcalloc(65, sizeof *many);
    mail.parts = many;
    mail.part_count = 65;
    expect(ERR_INVALID, "more than 64", &mail, packets, cert.sub_fpr);
    free(many);
}
END_TEST

START_TEST(a_sealer_needs_its_home_and_its_key)
{
    struct sealer *sealer = NULL;
    struct err err = {0};
    ck_assert_int_eq(sealer_open(&sealer, "/nonexistent", f.maker, &err), ERR_NOT_FOUND);
    ck_assert_ptr_null(sealer);
    ck_assert_int_eq(
        sealer_open(&sealer, f.sealer_home, "0123456789ABCDEF0123456789ABCDEF01234567", &err),
        ERR_NOT_FOUND);
    ck_assert_ptr_null(sealer);
    /* Its public half alone is not enough. */
    ck_assert_int_eq(sealer_open(&sealer, f.sealer_home, recipient, &err), ERR_NOT_FOUND);
    ck_assert_int_eq(keys_count_agents(f.sealer_home), 0);
    sealer_close(NULL);
}
END_TEST

/* Behind what the sealer itself wrote, when it was opened. */
static void add_setting(const char *line)
{
    struct str text;
    struct err err = {0};
    char *path = path_join(f.sealer_home, "gpg.conf");
    str_init(&text, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&text, path, STR_LIMIT_TEXT, &err), OK);
    str_addf(&text, "%s\n", line);
    ck_assert_int_eq(file_write(path, str_bytes(&text), 0600, &err), OK);
    str_dispose(&text);
    free(path);
}

/* GPGME says that all went well. */
START_TEST(a_gpg_that_seals_for_others_than_it_was_told_hands_over_nothing)
{
    static const char *const words[] = {"sealed for key 0000000000000000", "not for the pinned"};
    struct mail mail = fixture_mail();
    struct sealed_mail made;
    struct err err = {0};
    char *path = path_join(f.keys.dir, "other.pgp");
    char *lines[] = {xstrdup("throw-keyids"), xprintf("recipient-file %s", path)};
    ck_assert_int_eq(file_write(path, str_bytes(&other.stripped), 0600, &err), OK);
    struct sealer *sealer = fixture_sealer(&f);
    add_setting(lines[_i]);
    enum status status =
        seal_encrypted(&made, sealer, &mail, str_bytes(&cert.stripped), cert.sub_fpr, &err);
    ck_assert_msg(status == ERR_CORRUPT, "%s: %s", status_word(status), err.text);
    ck_assert_msg(strstr(err.text, words[_i]) != NULL, "%s", err.text);
    ck_assert_uint_eq(made.bytes.size, 0);
    sealed_mail_dispose(&made);
    sealer_close(sealer);
    for (size_t i = 0; i < 2; i++)
        free(lines[i]);
    free(path);
}
END_TEST

START_TEST(the_agent_of_a_killed_sealer_is_found_and_ended)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        struct sealer *sealer = NULL;
        _exit(sealer_open(&sealer, f.sealer_home, f.maker, NULL) == OK ? 0 : 1);
    }
    int status = 1;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(keys_count_agents(f.sealer_home), 1);
    sign_home_close(f.sealer_home);
    ck_assert_int_eq(keys_count_agents(f.sealer_home), 0);
}
END_TEST

START_TEST(what_gnupg_starts_sees_nothing_of_our_environment)
{
    ck_assert_int_eq(setenv("TOCSIN_TEST_CANARY", "kept-to-ourselves", 1), 0);
    struct sealer *sealer = fixture_sealer(&f);
    struct str found;
    str_init(&found, STR_LIMIT_TEXT);
    int agents = keys_agent_environment(&found, f.sealer_home);
    if (agents < 0 && geteuid() != 0) {
        printf("SKIP: the environment of gpg-agent: only root may read it\n");
    } else {
        ck_assert_int_eq(agents, 1);
        ck_assert_ptr_null(memmem(found.data, found.size, "kept-to", 7));
        ck_assert_ptr_nonnull(memmem(found.data, found.size, "LC_ALL=C", 8));
    }
    ck_assert_str_eq(getenv("TOCSIN_TEST_CANARY"), "kept-to-ourselves");
    sealer_close(sealer);
    str_dispose(&found);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.unfit");
    TCase *tc = tcase_create("refusals");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_certificate_that_is_not_the_pinned_one_alone_is_refused);
    tcase_add_test(tc, a_key_that_has_expired_since_it_was_pinned_is_refused);
    tcase_add_test(tc, a_revoked_key_is_refused_even_when_the_store_has_it);
    tcase_add_loop_test(tc, addresses_and_ids_that_would_break_a_header_are_refused, 0, 5);
    tcase_add_loop_test(tc, headers_that_are_not_the_callers_are_refused, 0, 17);
    tcase_add_test(tc, mails_without_what_a_mail_needs_are_refused);
    tcase_add_test(tc, a_sealer_needs_its_home_and_its_key);
    tcase_add_loop_test(tc, a_gpg_that_seals_for_others_than_it_was_told_hands_over_nothing, 0, 2);
    tcase_add_test(tc, the_agent_of_a_killed_sealer_is_found_and_ended);
    tcase_add_test(tc, what_gnupg_starts_sees_nothing_of_our_environment);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
