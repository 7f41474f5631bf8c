/* The maker's own key: made, found, copied, and its agents. */
#include "base/file.h"
#include "base/sha256.h"
#include "seal/cert.h"
#include "seal/mail.h"
#include "seal/sign.h"
#include "tests/seal/keys.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct keys keys;

static void begin(void)
{
    char fpr[65];
    keys_begin(&keys);
    keys_make(&keys, fpr, "First <first@test.example>", "ed25519", "sign", "0");
    keys_make(&keys, fpr, "Second <second@test.example>", "ed25519", "sign", "0");
}

static void end(void)
{
    keys_end(&keys);
}

/* Neither the short name of a long home nor an agent under it is left. */
static void assert_no_short_name(const char *home)
{
    char digest[SHA256_HEX];
    sha256_hex_of(digest, bytes_of(home));
    char *link_dir = xprintf("/tmp/tocsin-%u-%.16s", (unsigned)geteuid(), digest);
    ck_assert_msg(!file_exists(link_dir), "%s is left", link_dir);
    ck_assert_int_eq(keys_count_agents(link_dir), 0);
    free(link_dir);
}

static void sign_once(const char *fpr)
{
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = sign_clear(&out, "text\n", fpr, keys.home, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    str_dispose(&out);
}

START_TEST(the_makers_key_is_made_found_copied_and_leaves_no_agent)
{
    char fpr[65];
    char found[65];
    char name[161];
    struct str armoured;
    struct str printed;
    struct stat about;
    struct err err = {0};
    /* A short path, and one that no socket would fit. */
    memset(name, 'y', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char *home = path_join(keys.dir, _i == 0 ? "maker" : name);
    char *copy = path_join(keys.dir, _i == 0 ? "copy" : "copy2");
    str_init(&armoured, STR_LIMIT_TEXT);
    str_init(&printed, STR_LIMIT_TEXT);
    if (_i == 0)
        ck_assert_int_eq(mkdir(home, 0755), 0); /* empty, but open to all */
    enum status status = sign_make_key(fpr, &armoured, home, "Example <psirt@example.com>", &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(stat(home, &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0700);
    ck_assert_ptr_nonnull(strstr(str_text(&armoured), "BEGIN PGP PUBLIC KEY BLOCK"));
    ck_assert_int_eq(keys_gpg(&keys, &printed, str_bytes(&armoured), "--with-colons",
                              "--import-options", "show-only", "--import", NULL),
                     0);
    ck_assert_ptr_nonnull(strstr(str_text(&printed), fpr));
    ck_assert_ptr_nonnull(strstr(str_text(&printed), ":ed25519:"));
    ck_assert_int_eq(sign_find_key(found, home, &err), OK);
    ck_assert_str_eq(found, fpr);
    ck_assert_int_eq(sign_make_key(found, &armoured, home, "Second", &err), ERR_EXISTS);
    status = sealer_home_clone(home, copy, fpr, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(sign_find_key(found, copy, &err), OK);
    ck_assert_str_eq(found, fpr);
    ck_assert_int_eq(sealer_home_clone(home, copy, fpr, &err), ERR_EXISTS);
    ck_assert_int_eq(keys_count_agents(home), 0);
    ck_assert_int_eq(keys_count_agents(copy), 0);
    assert_no_short_name(home);
    str_dispose(&printed);
    str_dispose(&armoured);
    free(copy);
    free(home);
}
END_TEST

START_TEST(a_persons_home_may_have_a_long_path)
{
    char name[161];
    char fpr[65];
    struct str out;
    struct str armoured;
    struct err err = {0};
    memset(name, 'z', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char *home = path_join(keys.dir, name);
    str_init(&out, STR_LIMIT_TEXT);
    str_init(&armoured, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        sign_make_key(fpr, &armoured, home, "M\xC3\xBCller \xE4\xB8\xAD <long@test.example>", &err),
        OK);
    enum status status = sign_clear(&out, "text\n", fpr, home, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(str_text(&out), "Hash: SHA512"));
    /* The user id is what was given, in any locale. */
    struct cert cert;
    struct clock clock;
    clock_init_system(&clock);
    ck_assert_int_eq(cert_read(&cert, str_bytes(&armoured), true, keys.scratch,
                               clock_now_ms(&clock) + MS_MINUTE, &err),
                     OK);
    ck_assert_int_eq(cert.state, CERT_GOOD);
    ck_assert_str_eq(cert.uid, "M\xC3\xBCller \xE4\xB8\xAD <long@test.example>");
    cert_dispose(&cert);
    assert_no_short_name(home);
    ck_assert_int_eq(sign_clear(&out, "text\n", fpr, "/nonexistent", &err), ERR_NOT_FOUND);
    str_dispose(&armoured);
    str_dispose(&out);
    free(home);
}
END_TEST

START_TEST(the_callers_own_home_is_that_of_his_environment)
{
    char fpr[65];
    char found[65];
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    char *user = path_join(keys.dir, "user");
    char *own = path_join(user, ".gnupg");
    ck_assert_int_eq(mkdir(user, 0700), 0);
    ck_assert_int_eq(unsetenv("GNUPGHOME"), 0);
    ck_assert_int_eq(setenv("HOME", user, 1), 0);
    ck_assert_int_eq(mkdir(own, 0700), 0);
    ck_assert_int_eq(sign_person_key(fpr, &out, "own@test.example", NULL, &err), ERR_NOT_FOUND);
    enum status status =
        sign_person_key(fpr, &out, "own@test.example", "Own <own@test.example>", &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(sign_find_key(found, own, &err), OK);
    ck_assert_str_eq(found, fpr);
    /* And sign_clear looks for it in the same place. */
    str_reset(&out);
    status = sign_clear(&out, "text\n", fpr, NULL, &err);
    sign_home_close(own);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(keys_count_agents(own), 0);
    str_dispose(&out);
    free(own);
    free(user);
}
END_TEST

START_TEST(homes_without_one_secret_key_are_told_apart)
{
    char fpr[65];
    char *empty = path_join(keys.dir, "empty");
    char *copy = path_join(keys.dir, "copy3");
    struct str armoured;
    struct err err = {0};
    str_init(&armoured, STR_LIMIT_TEXT);
    ck_assert_int_eq(mkdir(empty, 0700), 0);
    ck_assert_int_eq(sign_find_key(fpr, empty, &err), ERR_NOT_FOUND);
    ck_assert_int_eq(sign_find_key(fpr, "/nonexistent", &err), ERR_NOT_FOUND);
    ck_assert_int_eq(sign_find_key(fpr, keys.home, &err), ERR_INVALID); /* holds several */
    ck_assert_int_eq(
        sealer_home_clone(keys.home, copy, "0123456789ABCDEF0123456789ABCDEF01234567", &err),
        ERR_NOT_FOUND);
    ck_assert(!file_exists(copy));
    ck_assert_int_eq(sign_make_key(fpr, &armoured, copy, "a\nb", &err), ERR_INVALID);
    ck_assert(!file_exists(copy));
    str_dispose(&armoured);
    free(copy);
    free(empty);
}
END_TEST

/* As when gpg was killed before it listed anything: the key is there, so it is not "make one". */
START_TEST(a_listing_that_lacks_a_key_that_is_there_is_a_fault)
{
    char fpr[65];
    struct str armoured;
    struct err err = {0};
    char *home = path_join(keys.dir, "unlisted");
    char *ring = path_join(home, "pubring.kbx");
    str_init(&armoured, STR_LIMIT_TEXT);
    ck_assert_int_eq(sign_make_key(fpr, &armoured, home, "Example <e@test.example>", &err), OK);
    ck_assert_int_eq(unlink(ring), 0);
    ck_assert_int_eq(sign_find_key(fpr, home, &err), ERR_IO);
    sign_home_close(home);
    str_dispose(&armoured);
    free(ring);
    free(home);
}
END_TEST

START_TEST(closing_a_home_ends_its_agent_and_is_fine_without_one)
{
    char fpr[65];
    keys_make(&keys, fpr, "Close <close@test.example>", "ed25519", "sign", "0");
    sign_once(fpr);
    ck_assert_int_eq(keys_count_agents(keys.home), 1);
    sign_home_close(keys.home);
    ck_assert_int_eq(keys_count_agents(keys.home), 0);
    sign_home_close(keys.home);
    sign_home_close("/nonexistent");
    /* And the next signature finds a new one. */
    sign_once(fpr);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.key");
    TCase *tc = tcase_create("keys");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_makers_key_is_made_found_copied_and_leaves_no_agent, 0, 2);
    tcase_add_test(tc, a_persons_home_may_have_a_long_path);
    tcase_add_test(tc, the_callers_own_home_is_that_of_his_environment);
    tcase_add_test(tc, homes_without_one_secret_key_are_told_apart);
    tcase_add_test(tc, a_listing_that_lacks_a_key_that_is_there_is_a_fault);
    tcase_add_test(tc, closing_a_home_ends_its_agent_and_is_fine_without_one);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
