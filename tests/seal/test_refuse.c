/* Certificate files that are no certificate of one person, and forged ones. */
#include "seal/cert.h"

#include "seal/armor.h"
#include "seal/parts.h"
#include "tests/seal/keys.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct keys keys;
static int64_t now_ms;
static char fpr[65], sub_fpr[65], other[65];
static struct str armoured, binary, other_armoured, other_binary, secret, secret_armoured;

static void find_subkey(void)
{
    struct parts *parts = xcalloc(1, sizeof *parts);
    struct err err = {0};
    ck_assert_int_eq(parts_read(parts, str_bytes(&binary), &err), OK);
    (void)snprintf(sub_fpr, sizeof sub_fpr, "%s", parts->part[2].key.fpr);
    free(parts);
}

static void begin(void)
{
    struct clock clock;
    struct bytes none = {0};
    struct str *texts[] = {&armoured,     &binary, &other_armoured,
                           &other_binary, &secret, &secret_armoured};
    for (size_t i = 0; i < 6; i++)
        str_init(texts[i], STR_LIMIT_TEXT);
    keys_begin(&keys);
    clock_init_system(&clock);
    now_ms = clock_now_ms(&clock) + MS_MINUTE;
    keys_make(&keys, fpr, "One <one@test.example>", "ed25519", "sign", "0");
    keys_add_subkey(&keys, fpr, "cv25519", "encr", "0");
    keys_make(&keys, other, "Other <other@test.example>", "ed25519", "sign", "0");
    keys_add_subkey(&keys, other, "cv25519", "encr", "0");
    keys_export(&keys, &armoured, fpr, true);
    keys_export(&keys, &binary, fpr, false);
    keys_export(&keys, &other_armoured, other, true);
    keys_export(&keys, &other_binary, other, false);
    ck_assert_int_eq(keys_gpg(&keys, &secret, none, "--export-secret-keys", fpr, NULL), 0);
    ck_assert_int_eq(
        keys_gpg(&keys, &secret_armoured, none, "--armor", "--export-secret-keys", fpr, NULL), 0);
    find_subkey();
}

static void end(void)
{
    keys_end(&keys);
}

static void expect(enum status expected, const char *words, struct bytes data)
{
    struct cert cert;
    struct err err = {0};
    enum status status = cert_read(&cert, data, false, keys.scratch, now_ms, &err);
    ck_assert_msg(status == expected, "%s: %s", status_word(status), err.text);
    ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
    ck_assert_int_eq(cert.state, CERT_INVALID);
    ck_assert_uint_eq(cert.stripped.size, 0);
    cert_dispose(&cert);
}

static struct bytes join(struct str *out, const struct str *a, const struct str *b)
{
    str_init(out, STR_LIMIT_TEXT);
    str_add_n(out, a->data, a->size);
    str_add_n(out, b->data, b->size);
    return str_bytes(out);
}

START_TEST(a_file_with_a_secret_key_is_refused_wherever_it_stands)
{
    const struct str *rows[][2] = {{&secret, &binary},
                                   {&binary, &secret},
                                   {&secret_armoured, &armoured},
                                   {&armoured, &secret_armoured},
                                   {&other_binary, &secret},
                                   {&other_armoured, &secret_armoured}};
    struct str both;
    expect(ERR_REFUSED, "secret key", join(&both, rows[_i][0], rows[_i][1]));
    str_dispose(&both);
}
END_TEST

START_TEST(a_secret_key_under_the_name_of_a_public_one_is_refused)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    for (const char *at = str_text(&secret_armoured); *at != '\0'; at++) {
        bool here = text_starts(at, "PRIVATE");
        str_add(&text, here ? "PUBLIC" : "");
        at += here ? strlen("PRIVATE") : 0;
        str_add_c(&text, *at);
    }
    expect(ERR_REFUSED, "secret key", str_bytes(&text));
    str_dispose(&text);
}
END_TEST

START_TEST(two_certificates_in_one_file_are_too_many)
{
    struct str both;
    expect(ERR_INVALID, "more than one", join(&both, &armoured, &other_armoured));
    str_dispose(&both);
    expect(ERR_INVALID, "more than one", join(&both, &binary, &other_binary));
    str_dispose(&both);
}
END_TEST

START_TEST(what_is_no_certificate_is_unreadable)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    expect(ERR_INVALID, "no OpenPGP public key", bytes_of(""));
    expect(ERR_INVALID, "no OpenPGP public key", bytes_of("\xEF\xBB\xBFhello\n"));
    expect(ERR_INVALID, "breaks off", (struct bytes){(const unsigned char *)"\x99\x01", 2});
    expect(ERR_INVALID, "no packet", (struct bytes){(const unsigned char *)"\x80\x01\x01", 3});
    /* A message, and the certificate from its second packet on. */
    ck_assert_int_eq(
        keys_gpg(&keys, &text, bytes_of("text"), "--armor", "-r", fpr, "--encrypt", NULL), 0);
    expect(ERR_INVALID, "MESSAGE", str_bytes(&text));
    expect(ERR_INVALID, "does not begin",
           (struct bytes){(const unsigned char *)binary.data + 53, binary.size - 53});
    str_dispose(&text);
}
END_TEST

START_TEST(armour_that_was_cut_or_changed_is_unreadable)
{
    for (size_t cut = 40; cut + 2 < armoured.size; cut += 7)
        expect(ERR_INVALID, "", (struct bytes){(const unsigned char *)armoured.data, cut});
    char *changed = xstrndup(armoured.data, armoured.size);
    char *at = strstr(changed, "\n\n") + 20;
    *at = *at == 'A' ? 'B' : 'A';
    expect(ERR_INVALID, "checksum", bytes_of(changed));
    free(changed);
}
END_TEST

START_TEST(words_around_the_armour_and_crlf_do_no_harm)
{
    struct str text;
    struct cert cert;
    struct err err = {0};
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, "\xEF\xBB\xBFOur key, please:\r\n");
    for (size_t i = 0; i < armoured.size; i++)
        str_add(&text, armoured.data[i] == '\n' ? " \r\n" : (char[]){armoured.data[i], '\0'});
    str_add(&text, "Regards\r\n");
    enum status status = cert_read(&cert, str_bytes(&text), false, keys.scratch, now_ms, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(cert.state, CERT_GOOD);
    cert_dispose(&cert);
    str_dispose(&text);
}
END_TEST

START_TEST(a_user_id_in_an_old_charset_is_shown_in_valid_utf8)
{
    static const char uid[] = "M\xFCller: \\x <old@test.example>";
    struct str list;
    struct str data;
    struct cert cert;
    struct err err = {0};
    str_init(&list, STR_LIMIT_TEXT);
    str_init(&data, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--charset", "utf-8",
                              "--quick-generate-key", uid, "rsa3072", "sign,encr", "0", NULL),
                     0);
    ck_assert_int_eq(keys_gpg(&keys, &list, (struct bytes){0}, "--with-colons", "--list-keys",
                              "old@test.example", NULL),
                     0);
    char *old = xstrndup(strstr(str_text(&list), "\nfpr:::::::::") + 13, 40);
    keys_export(&keys, &data, old, false);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, keys.scratch, now_ms, &err), OK);
    ck_assert_msg(cert.state == CERT_GOOD, "%s", cert.reason);
    ck_assert_str_eq(cert.uid, "M\xEF\xBF\xBDller: \\x <old@test.example>");
    cert_dispose(&cert);
    free(old);
    str_dispose(&data);
    str_dispose(&list);
}
END_TEST

START_TEST(no_flipped_byte_makes_another_usable_certificate)
{
    for (size_t at = (size_t)_i; at < binary.size; at += 24) {
        struct cert cert;
        struct err err = {0};
        char *changed = xstrndup(binary.data, binary.size);
        changed[at] = (char)(changed[at] ^ (1 << (at % 8)));
        struct bytes data = {(const unsigned char *)changed, binary.size};
        enum status status = cert_read(&cert, data, false, keys.scratch, now_ms, &err);
        /* Unhashed words of a signature are free to change; the key that is pinned is not. */
        if (status == OK && cert_usable(cert.state)) {
            ck_assert_str_eq(cert.fpr, fpr);
            ck_assert_str_eq(cert.sub_fpr, sub_fpr);
        } else {
            ck_assert(status != OK || cert.reason[0] != '\0');
        }
        cert_dispose(&cert);
        free(changed);
    }
}
END_TEST

START_TEST(a_subkey_of_somebody_else_is_not_taken_over)
{
    struct parts *mine = xcalloc(1, sizeof *mine);
    struct parts *theirs = xcalloc(1, sizeof *theirs);
    struct str forged;
    struct cert cert;
    struct err err = {0};
    str_init(&forged, STR_LIMIT_TEXT);
    ck_assert_int_eq(parts_read(mine, str_bytes(&binary), &err), OK);
    ck_assert_int_eq(parts_read(theirs, str_bytes(&other_binary), &err), OK);
    ck_assert_uint_eq(mine->count, 3);
    /* Primary and user id of one, subkey and binding of the other. */
    const bool head[PARTS_MOST] = {true, true};
    const bool tail[PARTS_MOST] = {false, false, true};
    parts_write(&forged, mine, head);
    parts_write(&forged, theirs, tail);
    enum status status = cert_read(&cert, str_bytes(&forged), false, keys.scratch, now_ms, &err);
    ck_assert_int_eq(status, OK);
    ck_assert_int_eq(cert.state, CERT_SIGN_ONLY);
    cert_dispose(&cert);
    str_dispose(&forged);
    free(theirs);
    free(mine);
}
END_TEST

START_TEST(a_subkey_older_than_its_key_is_not_chosen)
{
    struct str data;
    struct cert cert;
    struct err err = {0};
    char mixed[65];
    str_init(&data, STR_LIMIT_TEXT);
    keys_make(&keys, mixed, "Mixed <mixed@test.example>", "ed25519", "sign", "0");
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--ignore-time-conflict",
                              "--faked-system-time", "20240101T000000", "--quick-add-key", mixed,
                              "cv25519", "encr", "0", NULL),
                     0);
    keys_export(&keys, &data, mixed, false);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, keys.scratch, now_ms, &err), OK);
    ck_assert_msg(!cert_usable(cert.state), "%s", cert_state_word(cert.state));
    ck_assert_uint_gt(strlen(cert.reason), 0);
    cert_dispose(&cert);
    str_dispose(&data);
}
END_TEST

/* GnuPG would not look at such a revocation of a user id: then the next user id is taken. */
START_TEST(a_user_id_with_a_doubtful_revocation_is_passed_over)
{
    struct str data;
    struct cert cert;
    struct err err = {0};
    char several[65];
    str_init(&data, STR_LIMIT_TEXT);
    keys_make(&keys, several, "First name <first@test.example>", "ed25519", "sign", "0");
    keys_add_subkey(&keys, several, "cv25519", "encr", "0");
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--quick-add-uid", several,
                              "Second name <second@test.example>", NULL),
                     0);
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--quick-set-primary-uid", several,
                              "First name <first@test.example>", NULL),
                     0);
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--cert-digest-algo", "SHA1",
                              "--quick-revoke-uid", several, "First name <first@test.example>",
                              NULL),
                     0);
    keys_export(&keys, &data, several, false);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, keys.scratch, now_ms, &err), OK);
    ck_assert_int_eq(cert.state, CERT_GOOD);
    ck_assert_str_eq(cert.uid, "Second name <second@test.example>");
    cert_dispose(&cert);
    str_dispose(&data);
}
END_TEST

START_TEST(a_revocation_that_cannot_be_checked_counts_as_one)
{
    struct str text;
    struct str revocation;
    struct cert cert;
    struct err err = {0};
    char gone[65];
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&revocation, STR_LIMIT_TEXT);
    keys_make(&keys, gone, "Weakly gone <weakly@test.example>", "ed25519", "sign", "0");
    keys_add_subkey(&keys, gone, "cv25519", "encr", "0");
    ck_assert_int_eq(keys_gpg(&keys, &revocation, bytes_of("y\n0\n\ny\n"), "--no-batch", "--no-tty",
                              "--cert-digest-algo", "SHA1", "--command-fd", "0", "--gen-revoke",
                              gone, NULL),
                     0);
    ck_assert_int_eq(keys_gpg(&keys, NULL, str_bytes(&revocation), "--import", NULL), 0);
    keys_export(&keys, &text, gone, true);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&text), false, keys.scratch, now_ms, &err), OK);
    ck_assert_msg(cert.state == CERT_REVOKED, "%s", cert.reason);
    ck_assert_ptr_nonnull(strstr(cert.reason, "cannot be checked"));
    cert_dispose(&cert);
    str_dispose(&revocation);
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.refuse");
    TCase *tc = tcase_create("refused");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_file_with_a_secret_key_is_refused_wherever_it_stands, 0, 6);
    tcase_add_test(tc, a_secret_key_under_the_name_of_a_public_one_is_refused);
    tcase_add_test(tc, two_certificates_in_one_file_are_too_many);
    tcase_add_test(tc, what_is_no_certificate_is_unreadable);
    tcase_add_test(tc, armour_that_was_cut_or_changed_is_unreadable);
    tcase_add_test(tc, words_around_the_armour_and_crlf_do_no_harm);
    tcase_add_test(tc, a_user_id_in_an_old_charset_is_shown_in_valid_utf8);
    tcase_add_loop_test(tc, no_flipped_byte_makes_another_usable_certificate, 0, 4);
    tcase_add_test(tc, a_subkey_of_somebody_else_is_not_taken_over);
    tcase_add_test(tc, a_subkey_older_than_its_key_is_not_chosen);
    tcase_add_test(tc, a_user_id_with_a_doubtful_revocation_is_passed_over);
    tcase_add_test(tc, a_revocation_that_cannot_be_checked_counts_as_one);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
