/* Certificates: which are taken, which are not, and what is kept of them. */
#include "seal/cert.h"

#include "base/file.h"
#include "tests/seal/keys.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR (365 * MS_DAY)

static struct keys keys;
static int64_t now_ms;

/* What each row makes and what must be said of it. */
struct sort {
    const char *name;
    const char *algo, *usage, *expire;
    const char *sub_algo, *sub_usage, *sub_expire; /* NULL: no subkey */
    const char *option, *value;                    /* one more option of gpg */
    int64_t shift_ms;                              /* judged so much later */
    enum cert_state state;
    const char *reason; /* a word that must stand in it */
    const char *sub;    /* algorithm of the subkey */
};

static const struct sort sorts[] = {
    {"rsa3072", "rsa3072", "sign", "0", "rsa3072", "encr", "0", NULL, NULL, 0, CERT_GOOD, "",
     "rsa3072"},
    {"ecc", "ed25519", "sign", "0", "cv25519", "encr", "0", NULL, NULL, 0, CERT_GOOD, "",
     "cv25519"},
    {"nist", "nistp256", "sign", "0", "nistp256", "encr", "0", NULL, NULL, 0, CERT_GOOD, "",
     "nistp256"},
    {"brainpool", "brainpoolP384r1", "sign", "0", "brainpoolP384r1", "encr", "0", NULL, NULL, 0,
     CERT_GOOD, "", "brainpoolP384r1"},
    {"rsa2048", "rsa2048", "sign", "0", "rsa2048", "encr", "0", NULL, NULL, 0, CERT_WARN,
     "2048 bits", "rsa2048"},
    {"weak subkey", "ed25519", "sign", "0", "rsa1024", "encr", "0", NULL, NULL, 0, CERT_WEAK,
     "1024 bits", "rsa1024"},
    {"weak primary", "rsa1024", "sign", "0", "cv25519", "encr", "0", NULL, NULL, 0, CERT_WEAK,
     "1024 bits", "cv25519"},
    {"elgamal", "dsa2048", "sign", "0", "elg1024", "encr", "0", NULL, NULL, 0, CERT_WEAK,
     "1024 bits", "elg1024"},
    {"odd curve", "secp256k1", "sign", "0", "secp256k1", "encr", "0", NULL, NULL, 0, CERT_WEAK,
     "kind", "secp256k1"},
    {"sha1", "ed25519", "sign", "0", "cv25519", "encr", "0", "--cert-digest-algo", "SHA1", 0,
     CERT_WEAK, "SHA-1", ""},
    {"not yet", "ed25519", "sign", "0", "cv25519", "encr", "0", NULL, NULL, -YEAR, CERT_NOT_YET,
     "begins on", "cv25519"},
    {"expired", "ed25519", "sign", "1y", "cv25519", "encr", "0", NULL, NULL, 2 * YEAR, CERT_EXPIRED,
     "expired on", "cv25519"},
    {"not expired", "ed25519", "sign", "1y", "cv25519", "encr", "0", NULL, NULL, YEAR / 2,
     CERT_GOOD, "", "cv25519"},
    {"expired sub", "ed25519", "sign", "0", "cv25519", "encr", "1y", NULL, NULL, 2 * YEAR,
     CERT_EXPIRED, "expired on", "cv25519"},
    {"sign only", "ed25519", "sign", "0", NULL, NULL, NULL, NULL, NULL, 0, CERT_SIGN_ONLY,
     "no subkey", ""},
    {"primary encrypts", "rsa3072", "sign,encr", "0", NULL, NULL, NULL, NULL, NULL, 0, CERT_GOOD,
     "", "rsa3072"},
};
#define SORTS (sizeof sorts / sizeof sorts[0])

static void begin(void)
{
    struct clock clock;
    keys_begin(&keys);
    clock_init_system(&clock);
    now_ms = clock_now_ms(&clock) + MS_MINUTE;
}

static void end(void)
{
    keys_end(&keys);
}

static void make_sort(char fpr[65], const struct sort *sort)
{
    const char *option = sort->option == NULL ? "--no-greeting" : sort->option;
    const char *value = sort->value == NULL ? "--no-greeting" : sort->value;
    struct str list;
    str_init(&list, STR_LIMIT_TEXT);
    char *uid = xprintf("%s <%zu@test.example>", sort->name, (size_t)(sort - sorts));
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, option, value, "--quick-generate-key",
                              uid, sort->algo, sort->usage, sort->expire, NULL),
                     0);
    char *exact = xprintf("=%s", uid);
    ck_assert_int_eq(
        keys_gpg(&keys, &list, (struct bytes){0}, "--with-colons", "--list-keys", exact, NULL), 0);
    (void)snprintf(fpr, 65, "%.40s", strstr(str_text(&list), "\nfpr:::::::::") + 13);
    if (sort->sub_algo != NULL)
        ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, option, value, "--quick-add-key",
                                  fpr, sort->sub_algo, sort->sub_usage, sort->sub_expire, NULL),
                         0);
    free(exact);
    free(uid);
    str_dispose(&list);
}

/* Nothing may stay in the scratch folder, whatever was read. */
static void assert_scratch_is_empty(void)
{
    DIR *dir = opendir(keys.scratch);
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        ck_assert_msg(entry->d_name[0] == '.', "left in scratch: %s", entry->d_name);
    ck_assert_int_eq(closedir(dir), 0);
    ck_assert_int_eq(keys_count_agents(keys.scratch), 0);
}

static void read_good(struct cert *out, struct bytes data, bool for_signing, int64_t at_ms)
{
    struct err err = {0};
    enum status status = cert_read(out, data, for_signing, keys.scratch, at_ms, &err);
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
    assert_scratch_is_empty();
}

START_TEST(each_sort_of_key_is_judged_by_its_weakest_part)
{
    const struct sort *sort = &sorts[_i];
    char fpr[65];
    struct str data;
    struct cert cert;
    str_init(&data, STR_LIMIT_TEXT);
    make_sort(fpr, sort);
    keys_export(&keys, &data, fpr, _i % 2 == 0);
    read_good(&cert, str_bytes(&data), false, now_ms + sort->shift_ms);
    ck_assert_msg(cert.state == sort->state, "%s: %s: %s", sort->name, cert_state_word(cert.state),
                  cert.reason);
    ck_assert_str_eq(cert.fpr, fpr);
    ck_assert_str_eq(cert.algo, sort->sub);
    ck_assert_msg(strstr(cert.reason, sort->reason) != NULL, "%s: %s", sort->name, cert.reason);
    ck_assert_int_eq(cert.reason[0] == '\0', cert.state == CERT_GOOD);
    ck_assert_int_eq(cert.stripped.size > 0, cert_usable(cert.state));
    char *uid = xprintf("%s <%d@test.example>", sort->name, _i);
    ck_assert_str_eq(cert.uid, uid);
    free(uid);
    if (cert_usable(cert.state))
        ck_assert_str_eq(cert.sub_keyid, cert.sub_fpr + strlen(cert.sub_fpr) - 16);
    cert_dispose(&cert);
    str_dispose(&data);
}
END_TEST

static void make_at(char fpr[65], const char *time, const char *uid)
{
    struct str list;
    str_init(&list, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--faked-system-time", time,
                              "--quick-generate-key", uid, "ed25519", "sign", "0", NULL),
                     0);
    ck_assert_int_eq(
        keys_gpg(&keys, &list, (struct bytes){0}, "--with-colons", "--list-keys", uid, NULL), 0);
    (void)snprintf(fpr, 65, "%.40s", strstr(str_text(&list), "\nfpr:::::::::") + 13);
    str_dispose(&list);
}

/* How many lines of a colon listing of these packets begin with word? */
static int count_lines(struct bytes packets, const char *word)
{
    struct str list;
    int count = 0;
    str_init(&list, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, &list, packets, "--with-colons", "--import-options",
                              "show-only", "--import", NULL),
                     0);
    for (const char *at = str_text(&list); at != NULL && *at != '\0';) {
        count += text_starts(at, word) ? 1 : 0;
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    str_dispose(&list);
    return count;
}

START_TEST(the_newest_usable_subkey_is_pinned_and_all_else_is_cut_off)
{
    char fpr[65];
    char other[65];
    struct str data;
    struct str list;
    struct cert cert;
    str_init(&data, STR_LIMIT_TEXT);
    str_init(&list, STR_LIMIT_TEXT);
    make_at(fpr, "20230101T000000", "Two <two@test.example>");
    keys_make(&keys, other, "Other <other@test.example>", "ed25519", "sign", "0");
    const char *steps[][2] = {
        {"20240101T000000", "0"}, {"20240301T000000", "0"}, {"20240601T000000", "1d"}};
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--faked-system-time",
                                  steps[i][0], "--quick-add-key", fpr, "cv25519", "encr",
                                  steps[i][1], NULL),
                         0);
    keys_add_subkey(&keys, fpr, "ed25519", "sign", "0");
    ck_assert_int_eq(keys_gpg(&keys, NULL, (struct bytes){0}, "--quick-add-uid", fpr,
                              "Second <second@test.example>", NULL),
                     0);
    ck_assert_int_eq(
        keys_gpg(&keys, NULL, (struct bytes){0}, "-u", other, "--quick-sign-key", fpr, NULL), 0);
    keys_export(&keys, &data, fpr, false);
    read_good(&cert, str_bytes(&data), false, now_ms);
    ck_assert_int_eq(cert.state, CERT_GOOD);
    ck_assert_int_eq(count_lines(str_bytes(&cert.stripped), "pub:"), 1);
    ck_assert_int_eq(count_lines(str_bytes(&cert.stripped), "sub:"), 1);
    ck_assert_int_eq(count_lines(str_bytes(&cert.stripped), "uid:"), 1);
    ck_assert_uint_lt(cert.stripped.size, 600);
    /* The subkey of March: that of January is older, that of June has expired. */
    ck_assert_int_eq(keys_gpg(&keys, &list, str_bytes(&cert.stripped), "--with-colons",
                              "--import-options", "show-only", "--import", NULL),
                     0);
    ck_assert_ptr_nonnull(strstr(str_text(&list), ":1709251200:"));
    ck_assert_ptr_nonnull(strstr(str_text(&list), cert.sub_fpr));
    cert_dispose(&cert);
    str_dispose(&list);
    str_dispose(&data);
}
END_TEST

START_TEST(a_certificate_of_certificates_reads_as_itself)
{
    char fpr[65];
    struct str data;
    struct cert cert;
    struct cert again;
    str_init(&data, STR_LIMIT_TEXT);
    keys_make(&keys, fpr, "Again <again@test.example>", "ed25519", "sign", "2y");
    keys_add_subkey(&keys, fpr, "cv25519", "encr", "1y");
    keys_export(&keys, &data, fpr, true);
    read_good(&cert, str_bytes(&data), false, now_ms);
    read_good(&again, str_bytes(&cert.stripped), false, now_ms);
    ck_assert_int_eq(again.state, CERT_GOOD);
    ck_assert_str_eq(again.sub_fpr, cert.sub_fpr);
    ck_assert(bytes_equal(str_bytes(&again.stripped), str_bytes(&cert.stripped)));
    /* The earlier of both: the subkey's. */
    ck_assert_int_gt(cert.expires_ms, now_ms + 364 * MS_DAY);
    ck_assert_int_lt(cert.expires_ms, now_ms + 366 * MS_DAY);
    cert_dispose(&again);
    cert_dispose(&cert);
    str_dispose(&data);
}
END_TEST

static void revoke_key(const char *fpr)
{
    struct str text;
    struct err err = {0};
    char *path = xprintf("%s/openpgp-revocs.d/%s.rev", keys.home, fpr);
    str_init(&text, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&text, path, STR_LIMIT_TEXT, &err), OK);
    char *guard = strstr(text.data, ":-----BEGIN");
    ck_assert_ptr_nonnull(guard);
    ck_assert_int_eq(keys_gpg(&keys, NULL, bytes_of(guard + 1), "--import", NULL), 0);
    str_dispose(&text);
    free(path);
}

START_TEST(a_revoked_key_is_revoked_and_so_is_its_only_subkey)
{
    char fpr[65];
    struct str data;
    struct cert cert;
    str_init(&data, STR_LIMIT_TEXT);
    char *uid = xprintf("Gone %d <gone%d@test.example>", _i, _i);
    keys_make(&keys, fpr, uid, "ed25519", "sign", "0");
    keys_add_subkey(&keys, fpr, "cv25519", "encr", "0");
    if (_i == 0)
        revoke_key(fpr);
    else
        ck_assert_int_eq(keys_gpg(&keys, NULL, bytes_of("key 1\nrevkey\ny\n0\n\ny\nsave\n"),
                                  "--no-batch", "--no-tty", "--command-fd", "0", "--edit-key", fpr,
                                  NULL),
                         0);
    keys_export(&keys, &data, fpr, true);
    read_good(&cert, str_bytes(&data), false, now_ms);
    ck_assert_msg(cert.state == CERT_REVOKED, "%s: %s", cert_state_word(cert.state), cert.reason);
    ck_assert_str_eq(cert.uid, uid);
    ck_assert_uint_eq(cert.stripped.size, 0);
    cert_dispose(&cert);
    free(uid);
    str_dispose(&data);
}
END_TEST

START_TEST(a_persons_key_is_judged_by_what_it_can_sign)
{
    static const struct {
        const char *usage, *sub_algo, *sub_usage;
        enum cert_state state;
        int subkeys;
    } rows[] = {
        {"sign", NULL, NULL, CERT_GOOD, 0},        {"cert", "ed25519", "sign", CERT_GOOD, 1},
        {"cert", "rsa1024", "sign", CERT_WEAK, 0}, {"cert", "cv25519", "encr", CERT_INVALID, 0},
        {"sign", "cv25519", "encr", CERT_GOOD, 0},
    };
    char fpr[65];
    struct str data;
    struct cert cert;
    str_init(&data, STR_LIMIT_TEXT);
    char *uid = xprintf("Person %d <p%d@test.example>", _i, _i);
    keys_make(&keys, fpr, uid, "ed25519", rows[_i].usage, "0");
    if (rows[_i].sub_algo != NULL)
        keys_add_subkey(&keys, fpr, rows[_i].sub_algo, rows[_i].sub_usage, "0");
    keys_export(&keys, &data, fpr, true);
    read_good(&cert, str_bytes(&data), true, now_ms);
    ck_assert_msg(cert.state == rows[_i].state, "%s: %s", cert_state_word(cert.state), cert.reason);
    if (cert_usable(cert.state))
        ck_assert_int_eq(count_lines(str_bytes(&cert.stripped), "sub:"), rows[_i].subkeys);
    cert_dispose(&cert);
    str_dispose(&data);
    free(uid);
}
END_TEST

START_TEST(a_scratch_folder_with_a_long_name_is_good_too)
{
    char fpr[65];
    char name[180];
    struct str data;
    struct cert cert;
    struct err err = {0};
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char *deep = path_join(keys.scratch, name);
    str_init(&data, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_make_dir(deep, 0700, &err), OK);
    keys_make(&keys, fpr, "Deep <deep@test.example>", "ed25519", "sign", "0");
    keys_add_subkey(&keys, fpr, "cv25519", "encr", "0");
    keys_export(&keys, &data, fpr, true);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, deep, now_ms, &err), OK);
    ck_assert_int_eq(cert.state, CERT_GOOD);
    cert_dispose(&cert);
    ck_assert_int_eq(file_remove_tree(deep, &err), OK);
    assert_scratch_is_empty();
    str_dispose(&data);
    free(deep);
}
END_TEST

START_TEST(a_missing_scratch_folder_is_an_error_of_ours)
{
    char fpr[65];
    struct str data;
    struct cert cert;
    struct err err = {0};
    str_init(&data, STR_LIMIT_TEXT);
    keys_make(&keys, fpr, "Lost <lost@test.example>", "ed25519", "sign", "0");
    keys_export(&keys, &data, fpr, true);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, "/nonexistent", now_ms, &err),
                     ERR_IO);
    cert_dispose(&cert);
    str_dispose(&data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.cert");
    TCase *tc = tcase_create("judged");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, each_sort_of_key_is_judged_by_its_weakest_part, 0, (int)SORTS);
    tcase_add_test(tc, the_newest_usable_subkey_is_pinned_and_all_else_is_cut_off);
    tcase_add_test(tc, a_certificate_of_certificates_reads_as_itself);
    tcase_add_loop_test(tc, a_revoked_key_is_revoked_and_so_is_its_only_subkey, 0, 2);
    tcase_add_loop_test(tc, a_persons_key_is_judged_by_what_it_can_sign, 0, 5);
    tcase_add_test(tc, a_scratch_folder_with_a_long_name_is_good_too);
    tcase_add_test(tc, a_missing_scratch_folder_is_an_error_of_ours);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
