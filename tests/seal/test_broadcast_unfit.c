/* Bad keys, bad headers, a home that cannot seal: who of many gets nothing, and that nobody else
 * minds. */
#include "base/file.h"
#include "tests/seal/many.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct many m;

static void begin(void)
{
    many_begin(&m);
}

static void end(void)
{
    many_end(&m);
}

static void make_expired(struct cert *cert)
{
    struct str data;
    struct err err = {0};
    struct bytes none = {0};
    str_init(&data, STR_LIMIT_TEXT);
    const char *uid = "Old <expired@hospital.example>";
    const char *then = "20240101T000000";
    ck_assert_int_eq(keys_gpg(&m.f.keys, NULL, none, "--faked-system-time", then,
                              "--quick-generate-key", uid, "ed25519", "sign", "1y", NULL),
                     0);
    ck_assert_int_eq(keys_gpg(&m.f.keys, &data, none, "--with-colons", "--list-keys", uid, NULL),
                     0);
    char *fpr = xstrndup(strstr(str_text(&data), "\nfpr:::::::::") + 13, 40);
    ck_assert_int_eq(keys_gpg(&m.f.keys, NULL, none, "--faked-system-time", then, "--quick-add-key",
                              fpr, "cv25519", "encr", "1y", NULL),
                     0);
    str_reset(&data);
    keys_export(&m.f.keys, &data, fpr, false);
    ck_assert_int_eq(cert_read(cert, str_bytes(&data), false, m.f.keys.scratch,
                               INT64_C(1717200000000) /* June 2024 */, &err),
                     OK);
    ck_assert_int_eq(cert->state, CERT_GOOD);
    free(fpr);
    str_dispose(&data);
}

static void make_revoked(struct cert *cert, struct str *data)
{
    struct str revocation;
    struct err err = {0};
    char fpr[65];
    str_init(data, STR_LIMIT_TEXT);
    str_init(&revocation, STR_LIMIT_TEXT);
    fixture_recipient(&m.f, cert, fpr, "revoked", "ed25519", "cv25519");
    char *path = xprintf("%s/openpgp-revocs.d/%s.rev", m.f.keys.home, fpr);
    ck_assert_int_eq(file_read(&revocation, path, STR_LIMIT_TEXT, &err), OK);
    const char *guard = strstr(str_text(&revocation), ":-----BEGIN");
    ck_assert_int_eq(keys_gpg(&m.f.keys, NULL, bytes_of(guard + 1), "--import", NULL), 0);
    keys_export(&m.f.keys, data, fpr, false);
    free(path);
    str_dispose(&revocation);
}

START_TEST(bad_keys_are_dropped_each_with_its_reason_and_stop_nobody)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient list[9];
    struct cert expired;
    struct cert revoked;
    struct str revoked_data;
    make_expired(&expired);
    make_revoked(&revoked, &revoked_data);
    for (size_t i = 0; i < 9; i++)
        list[i] = many_recipient(arena, i, &m.certs[i % PEOPLE]);
    list[0].cert = str_bytes(&expired.stripped);
    list[0].sub_fpr = expired.sub_fpr;
    list[2].cert = str_bytes(&revoked_data);
    list[2].sub_fpr = revoked.sub_fpr;
    list[4].cert = bytes_of("no certificate");
    list[5].sub_fpr = m.certs[0].sub_fpr; /* another one's */
    list[6].to = "nobody";
    list[7].outer_subject = "";
    list[8].cert = str_bytes(&expired.stripped); /* the same bad key twice */
    list[8].sub_fpr = expired.sub_fpr;
    result_init(&r, 9);
    many_seal(&m, &r, &mail, list, 9);
    ck_assert_msg(r.status == OK, "%s", r.err.text);
    static const struct {
        enum status status;
        const char *words;
    } expected[] = {{ERR_REFUSED, "cannot be used now"},
                    {OK, ""},
                    {ERR_REFUSED, "cannot be used"},
                    {OK, ""},
                    {ERR_REFUSED, "not the pinned one"},
                    {ERR_REFUSED, "not the pinned one"},
                    {ERR_INVALID, "To"},
                    {ERR_INVALID, "Subject"},
                    {ERR_REFUSED, "cannot be used now"}};
    for (size_t i = 0; i < 9; i++) {
        ck_assert_uint_eq(r.got[i].times, 1);
        ck_assert_msg(r.got[i].status == expected[i].status, "%zu: %s: %s", i,
                      status_word(r.got[i].status), r.got[i].why);
        ck_assert_msg(strstr(r.got[i].why, expected[i].words) != NULL, "%zu: %s", i, r.got[i].why);
        ck_assert_ptr_null(strstr(r.got[i].why, "Success"));
    }
    many_assert_own(&m, &r, &mail, &list[1], 1, &m.certs[1], m.fprs[1]);
    many_assert_own(&m, &r, &mail, &list[3], 3, &m.certs[3], m.fprs[3]);
    str_dispose(&revoked_data);
    cert_dispose(&revoked);
    cert_dispose(&expired);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

START_TEST(nobody_is_left_when_every_key_is_bad_and_nothing_is_made)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient list[2];
    struct cert expired;
    make_expired(&expired);
    list[0] = many_recipient(arena, 0, &expired);
    list[1] = many_recipient(arena, 1, &expired);
    result_init(&r, 2);
    many_seal(&m, &r, &mail, list, 2);
    ck_assert_int_eq(r.status, OK);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(r.got[i].status, ERR_REFUSED);
        ck_assert_uint_eq(r.got[i].times, 1);
    }
    cert_dispose(&expired);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

START_TEST(when_gpg_fails_and_names_no_key_everybody_hears_of_it_once)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient list[PEOPLE];
    struct sealer *sealer = fixture_sealer(&m.f);
    const struct broadcast_sink sink = result_sink(&r);
    for (size_t i = 0; i < PEOPLE; i++)
        list[i] = many_recipient(arena, i, &m.certs[i]);
    result_init(&r, PEOPLE);
    /* The maker's own key is away: no recipient's fault. */
    char *secret = path_join(m.f.sealer_home, "private-keys-v1.d");
    char *away = path_join(m.f.sealer_home, "away");
    ck_assert_int_eq(rename(secret, away), 0);
    r.status = seal_broadcast(&r.plain, sealer, &mail, list, PEOPLE, &sink, &r.err);
    ck_assert_int_eq(rename(away, secret), 0);
    ck_assert_msg(r.status == OK, "%s", r.err.text);
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_int_eq(r.got[i].status, ERR_IO);
        ck_assert_uint_eq(r.got[i].times, 1);
    }
    sealer_close(sealer);
    free(away);
    free(secret);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

START_TEST(a_mail_that_names_one_of_many_or_no_group_is_refused_whole)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient one = many_recipient(arena, 0, &m.certs[0]);
    const char **const fields[] = {&mail.to, &mail.reply_to, &mail.references};
    if (_i < 3)
        *fields[_i] = "clinic0@hospital.example";
    else if (_i == 3)
        mail.to_name = "";
    else if (_i == 4)
        mail.subject = "";
    else if (_i == 5)
        mail.text = NULL;
    else
        mail.message_id = "none";
    result_init(&r, 1);
    many_seal(&m, &r, &mail, &one, 1);
    ck_assert_int_eq(r.status, ERR_INVALID);
    ck_assert_uint_eq(r.got[0].times, 0);
    ck_assert_uint_eq(r.plain.size, 0);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

START_TEST(too_many_are_refused_and_a_sink_that_has_enough_ends_it)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient list[BROADCAST_MOST + 1];
    struct err err = {0};
    struct sealer *sealer = fixture_sealer(&m.f);
    const struct broadcast_sink sink = result_sink(&r);
    result_init(&r, 0);
    for (size_t i = 0; i <= BROADCAST_MOST; i++)
        list[i] = many_recipient(arena, i, &m.certs[i % 2]);
    ck_assert_int_eq(seal_broadcast(&r.plain, sealer, &mail, list, BROADCAST_MOST + 1, &sink, &err),
                     ERR_INVALID);
    sealer_close(sealer);
    result_dispose(&r);
    result_init(&r, 4);
    r.stop_after = 2;
    many_seal(&m, &r, &mail, list, 4);
    ck_assert_int_eq(r.status, ERR_STALE);
    size_t times = 0;
    for (size_t i = 0; i < 4; i++)
        times += r.got[i].times;
    ck_assert_uint_eq(times, 2);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.broadcast_unfit");
    TCase *tc = tcase_create("broadcast");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, bad_keys_are_dropped_each_with_its_reason_and_stop_nobody);
    tcase_add_test(tc, nobody_is_left_when_every_key_is_bad_and_nothing_is_made);
    tcase_add_test(tc, when_gpg_fails_and_names_no_key_everybody_hears_of_it_once);
    tcase_add_loop_test(tc, a_mail_that_names_one_of_many_or_no_group_is_refused_whole, 0, 7);
    tcase_add_test(tc, too_many_are_refused_and_a_sink_that_has_enough_ends_it);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
