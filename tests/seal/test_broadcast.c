/* P12, P13: one text for many, split: each message opens for its own key and shows no other. */
#include "tests/seal/expect.h"
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

/* Proves: P13 */
START_TEST(each_of_many_gets_a_message_that_opens_for_it_alone)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient list[PEOPLE];
    struct str expected;
    for (size_t i = 0; i < PEOPLE; i++)
        list[i] = many_recipient(arena, i, &m.certs[i]);
    result_init(&r, PEOPLE);
    many_seal(&m, &r, &mail, list, PEOPLE);
    ck_assert_msg(r.status == OK, "%s", r.err.text);
    str_init(&expected, STR_LIMIT_TEXT);
    expect_broadcast(&expected, &mail);
    expect_mail(&m.f.keys, str_bytes(&r.plain), &expected);
    for (size_t i = 0; i < PEOPLE; i++) {
        ck_assert_uint_eq(r.got[i].times, 1);
        many_assert_own(&m, &r, &mail, &list[i], i, &m.certs[i], m.fprs[i]);
        for (size_t k = 0; k < PEOPLE; k++)
            ck_assert_msg(k == i || strstr(str_text(&r.got[i].message), list[k].to) == NULL,
                          "recipient %zu reads of %zu", i, k);
    }
    /* What is inside is for all: nothing in it is anybody's own. */
    ck_assert_ptr_null(strstr(str_text(&r.plain), "token"));
    ck_assert_ptr_null(strstr(str_text(&r.plain), "K7PQ2M"));
    ck_assert_ptr_null(strstr(str_text(&r.plain), "clinic"));
    str_dispose(&expected);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

START_TEST(two_with_the_same_key_get_a_message_each)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    const size_t whose[] = {0, 1, 0, 0};
    struct broadcast_recipient list[4];
    for (size_t i = 0; i < 4; i++)
        list[i] = many_recipient(arena, i, &m.certs[whose[i]]);
    result_init(&r, 4);
    many_seal(&m, &r, &mail, list, 4);
    ck_assert_msg(r.status == OK, "%s", r.err.text);
    for (size_t i = 0; i < 4; i++)
        many_assert_own(&m, &r, &mail, &list[i], i, &m.certs[whose[i]], m.fprs[whose[i]]);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

static void read_cert(struct cert *cert, const char *fpr)
{
    struct str data;
    struct err err = {0};
    str_init(&data, STR_LIMIT_TEXT);
    keys_export(&m.f.keys, &data, fpr, false);
    ck_assert_int_eq(cert_read(cert, str_bytes(&data), false, m.f.keys.scratch, m.f.now_ms, &err),
                     OK);
    ck_assert_msg(cert_usable(cert->state), "%s", cert->reason);
    str_dispose(&data);
}

/* One has the file of before the key was given longer, and that file is at its end. */
START_TEST(a_certificate_that_ended_stops_nobody_who_has_the_same_key_by_another)
{
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct cert certs[2];
    char fpr[65];
    keys_make(&m.f.keys, fpr, "Longer <longer@hospital.example>", "ed25519", "sign", "0");
    keys_add_subkey(&m.f.keys, fpr, "cv25519", "encr", "1d");
    read_cert(&certs[0], fpr);
    ck_assert_int_eq(
        keys_gpg(&m.f.keys, NULL, (struct bytes){0}, "--quick-set-expire", fpr, "1y", "*", NULL),
        0);
    read_cert(&certs[1], fpr);
    ck_assert_str_eq(certs[0].sub_fpr, certs[1].sub_fpr);
    for (size_t first = 0; first < 2; first++) {
        struct result r;
        struct err err = {0};
        struct sealer *sealer = fixture_sealer(&m.f);
        const struct broadcast_sink sink = result_sink(&r);
        const struct broadcast_recipient list[] = {many_recipient(arena, 0, &certs[first]),
                                                   many_recipient(arena, 1, &m.certs[0]),
                                                   many_recipient(arena, 2, &certs[1 - first])};
        result_init(&r, 3);
        ck_assert_int_eq(sealer_set_clock(sealer, m.f.now_ms + 2 * MS_DAY, &err), OK);
        ck_assert_int_eq(seal_broadcast(&r.plain, sealer, &mail, list, 3, &sink, &r.err), OK);
        sealer_close(sealer);
        ck_assert_int_eq(r.got[first == 0 ? 0 : 2].status, ERR_REFUSED);
        ck_assert_int_eq(r.got[first == 0 ? 2 : 0].status, OK);
        ck_assert_int_eq(r.got[1].status, OK);
        result_dispose(&r);
    }
    cert_dispose(&certs[0]);
    cert_dispose(&certs[1]);
    arena_free(arena);
}
END_TEST

START_TEST(old_preferences_of_one_drag_nobody_down)
{
    struct result r;
    struct arena *arena = arena_new();
    struct mail mail = many_mail();
    struct broadcast_recipient list[2];
    struct cert old;
    struct str data;
    struct err err = {0};
    const char *uid = "Prefers <prefers@hospital.example>";
    str_init(&data, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&m.f.keys, NULL, (struct bytes){0}, "--default-preference-list",
                              "3DES SHA1 Uncompressed", "--quick-generate-key", uid, "rsa3072",
                              "sign,encr", "0", NULL),
                     0);
    ck_assert_int_eq(
        keys_gpg(&m.f.keys, &data, (struct bytes){0}, "--with-colons", "--list-keys", uid, NULL),
        0);
    char *fpr = xstrndup(strstr(str_text(&data), "\nfpr:::::::::") + 13, 40);
    str_reset(&data);
    keys_export(&m.f.keys, &data, fpr, false);
    ck_assert_int_eq(cert_read(&old, str_bytes(&data), false, m.f.keys.scratch, m.f.now_ms, &err),
                     OK);
    list[0] = many_recipient(arena, 0, &m.certs[0]);
    list[1] = many_recipient(arena, 1, &old);
    result_init(&r, 2);
    many_seal(&m, &r, &mail, list, 2);
    many_assert_own(&m, &r, &mail, &list[0], 0, &m.certs[0], m.fprs[0]);
    many_assert_own(&m, &r, &mail, &list[1], 1, &old, fpr);
    cert_dispose(&old);
    str_dispose(&data);
    free(fpr);
    arena_free(arena);
    result_dispose(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.broadcast");
    TCase *tc = tcase_create("broadcast");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, each_of_many_gets_a_message_that_opens_for_it_alone);
    tcase_add_test(tc, two_with_the_same_key_get_a_message_each);
    tcase_add_test(tc, a_certificate_that_ended_stops_nobody_who_has_the_same_key_by_another);
    tcase_add_test(tc, old_preferences_of_one_drag_nobody_down);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
