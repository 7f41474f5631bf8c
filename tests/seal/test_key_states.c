/*
 * Every state that a recipient's key can be in, sealed to alone and in a batch: never weaker than
 * what was pinned, and no bad key stops the others (P12, P13).
 */
#include "seal/packet.h"
#include "tests/seal/expect.h"
#include "tests/seal/opens.h"
#include "tests/seal/states.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct states s;

static void begin(void)
{
    states_begin(&s);
}

static void end(void)
{
    states_end(&s);
}

static bool usable_now(int i)
{
    return cert_usable(state_rows[i].state);
}

START_TEST(each_state_is_judged_as_it_is_and_the_right_subkey_is_pinned)
{
    const struct state_row *row = &state_rows[_i];
    char wanted[65];
    struct cert today;
    states_read(&s, &today, _i, s.m.f.now_ms);
    ck_assert_msg(today.state == row->state, "%s: %s: %s", row->name, cert_state_word(today.state),
                  today.reason);
    ck_assert_int_eq(today.stripped.size > 0, usable_now(_i));
    ck_assert_int_eq(today.reason[0] == '\0', today.state == CERT_GOOD);
    if (row->pinned_ms != 0)
        ck_assert_int_eq(s.certs[_i].state, row->before);
    if (row->algo != NULL) {
        states_wanted(&s, wanted, _i);
        ck_assert_str_eq(s.certs[_i].fpr, s.fprs[_i]);
        ck_assert_msg(text_equal(s.certs[_i].sub_fpr, wanted), "%s: %s, not %s", row->name,
                      s.certs[_i].sub_fpr, wanted);
        ck_assert_str_eq(s.certs[_i].algo, row->algo);
    }
    cert_dispose(&today);
}
END_TEST

/* AES-256, SHA-512, one key packet for the pinned subkey: read by gpg and sq, not by us. */
START_TEST(a_key_alone_is_sealed_to_as_pinned_or_refused)
{
    struct sealed_mail made;
    struct str ciphertext;
    struct err err = {0};
    struct mail mail = fixture_mail();
    struct sealer *sealer = fixture_sealer(&s.m.f);
    enum status status = seal_encrypted(&made, sealer, &mail, str_bytes(&s.certs[_i].stripped),
                                        s.certs[_i].sub_fpr, &err);
    sealer_close(sealer);
    if (!usable_now(_i)) {
        ck_assert_msg(status == ERR_REFUSED, "%s: %s", state_rows[_i].name, status_word(status));
        ck_assert_uint_eq(made.bytes.size, 0);
        ck_assert_uint_eq(made.plain.size, 0);
        return;
    }
    ck_assert_msg(status == OK, "%s: %s", state_rows[_i].name, err.text);
    str_init(&ciphertext, STR_LIMIT_MAIL);
    ck_assert_int_eq(seal_prove(str_bytes(&made.bytes), s.certs[_i].sub_fpr, &err), OK);
    expect_split(&s.m.f.keys, &ciphertext, str_bytes(&made.bytes), 1);
    opens_gpg(&s.m.f, str_bytes(&ciphertext), &made.plain);
    if (!text_starts(s.certs[_i].algo, "brainpool")) /* Debian's Sequoia does not know it */
        opens_sq(&s.m.f, str_bytes(&ciphertext), s.fprs[_i], &made.plain);
    str_dispose(&ciphertext);
    sealed_mail_dispose(&made);
}
END_TEST

/* All of them at once, MANY_MOST at a time, the unfit ones among the fit ones. */
START_TEST(in_a_batch_no_bad_key_stops_or_weakens_the_others)
{
    struct result r;
    struct arena *arena = arena_new();
    struct broadcast_recipient list[MANY_MOST];
    struct mail mail = many_mail();
    int whose[MANY_MOST];
    size_t count = 0;
    int fit = 0;
    int unfit = 0;
    for (int i = _i; i < STATE_ROWS && count < MANY_MOST; i += 2) {
        list[count] = many_recipient(arena, count, &s.certs[i]);
        whose[count++] = i;
    }
    ck_assert_uint_gt(count, (size_t)STATE_ROWS / 2 - 1);
    result_init(&r, count);
    many_seal(&s.m, &r, &mail, list, count);
    ck_assert_msg(r.status == OK, "%s", r.err.text);
    for (size_t k = 0; k < count; k++) {
        int i = whose[k];
        ck_assert_uint_eq(r.got[k].times, 1);
        if (usable_now(i)) {
            many_assert_own(&s.m, &r, &mail, &list[k], k, &s.certs[i], s.fprs[i]);
            fit++;
        } else {
            ck_assert_msg(r.got[k].status == ERR_REFUSED && r.got[k].message.size == 0, "%s: %s",
                          state_rows[i].name, status_word(r.got[k].status));
            unfit++;
        }
    }
    ck_assert_int_ge(fit, 6);
    ck_assert_int_ge(unfit, 4);
    printf("keys: batch %d: sealed %d, refused %d, weaker 0, stopped 0\n", _i + 1, fit, unfit);
    result_dispose(&r);
    arena_free(arena);
}
END_TEST

/* The packets of a good certificate, changed by hand. */
static void good_packets(struct str *out)
{
    str_init(out, STR_LIMIT_MAIL);
    keys_export(&s.m.f.keys, out, s.fprs[0], false);
}

static enum cert_state state_of(struct bytes data)
{
    struct cert cert;
    struct err err = {0};
    enum status status = cert_read(&cert, data, false, s.m.f.keys.scratch, s.m.f.now_ms, &err);
    enum cert_state state = status == OK ? cert.state : CERT_INVALID;
    ck_assert_msg(status == OK || status == ERR_INVALID, "%s", err.text);
    ck_assert_int_eq(cert.stripped.size > 0, cert_usable(state));
    ck_assert_uint_lt(cert.stripped.size, 4096);
    cert_dispose(&cert);
    return state;
}

START_TEST(a_key_without_user_id_is_not_used)
{
    struct str whole;
    struct str cut;
    struct packet packet;
    struct err err = {0};
    bool of_uid = false;
    good_packets(&whole);
    str_init(&cut, STR_LIMIT_MAIL);
    struct bytes rest = str_bytes(&whole);
    while (packet_next(&packet, &rest, &err) == OK) {
        of_uid = packet.tag == PACKET_USER_ID || (of_uid && packet.tag == PACKET_SIGNATURE);
        if (!of_uid)
            str_add_n(&cut, packet.whole.data, packet.whole.size);
    }
    ck_assert_uint_lt(cut.size, whole.size);
    ck_assert_int_eq(state_of(str_bytes(&cut)), CERT_INVALID);
    str_dispose(&cut);
    str_dispose(&whole);
}
END_TEST

START_TEST(a_thousand_signatures_change_nothing_and_are_cut_off)
{
    struct str whole;
    struct str many;
    struct packet packet;
    struct err err = {0};
    int signatures = 0;
    bool of_uid = false;
    good_packets(&whole);
    str_init(&many, STR_LIMIT_MAIL);
    struct bytes rest = str_bytes(&whole);
    while (packet_next(&packet, &rest, &err) == OK) {
        of_uid = packet.tag == PACKET_USER_ID || (of_uid && packet.tag == PACKET_SIGNATURE);
        bool repeat = of_uid && packet.tag == PACKET_SIGNATURE;
        for (int i = 0; i < (repeat ? 1000 : 1); i++) {
            str_add_n(&many, packet.whole.data, packet.whole.size);
            signatures += packet.tag == PACKET_SIGNATURE;
        }
    }
    ck_assert_int_gt(signatures, 1000);
    ck_assert_int_eq(state_of(str_bytes(&many)), CERT_GOOD);
    str_dispose(&many);
    str_dispose(&whole);
}
END_TEST

/* Version 3 is broken, 5 and 6 are not ours yet: none may be taken for a key of version 4. */
START_TEST(key_packets_of_other_versions_are_not_used)
{
    static const unsigned char versions[] = {0, 2, 3, 5, 6, 255};
    for (size_t tag = 0; tag < 2; tag++) {
        struct str whole;
        struct packet packet;
        struct err err = {0};
        good_packets(&whole);
        struct bytes rest = str_bytes(&whole);
        while (packet_next(&packet, &rest, &err) == OK)
            if (packet.tag == (tag == 0 ? PACKET_PUBLIC_KEY : PACKET_PUBLIC_SUBKEY))
                whole.data[packet.body.data - str_bytes(&whole).data] = (char)versions[_i];
        ck_assert(!cert_usable(state_of(str_bytes(&whole))));
        str_dispose(&whole);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.key_states");
    TCase *tc = tcase_create("states");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, each_state_is_judged_as_it_is_and_the_right_subkey_is_pinned, 0,
                        STATE_ROWS);
    tcase_add_loop_test(tc, a_key_alone_is_sealed_to_as_pinned_or_refused, 0, STATE_ROWS);
    tcase_add_loop_test(tc, in_a_batch_no_bad_key_stops_or_weakens_the_others, 0, 2);
    tcase_add_test(tc, a_key_without_user_id_is_not_used);
    tcase_add_test(tc, a_thousand_signatures_change_nothing_and_are_cut_off);
    tcase_add_loop_test(tc, key_packets_of_other_versions_are_not_used, 0, 6);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
