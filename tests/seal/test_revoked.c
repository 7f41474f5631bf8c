/* Nobody is sealed to who took the key back, or whose key ended: whatever order a file has. */
#include "seal/cert.h"

#include "base/file.h"
#include "seal/packet.h"
#include "tests/seal/keys.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS_MOST 16
#define FLOOD 8 /* as many revocations as are looked at */

static struct keys keys;
static int64_t now_ms;
static char fpr[65];
static struct str good; /* the certificate before anything was revoked */

static void begin(void)
{
    struct clock clock;
    keys_begin(&keys);
    clock_init_system(&clock);
    now_ms = clock_now_ms(&clock) + MS_MINUTE;
    str_init(&good, STR_LIMIT_TEXT);
    keys_make(&keys, fpr, "Gone <gone@test.example>", "ed25519", "sign", "0");
    keys_add_subkey(&keys, fpr, "cv25519", "encr", "0");
    keys_export(&keys, &good, fpr, false);
}

static void end(void)
{
    str_dispose(&good);
    keys_end(&keys);
}

static size_t split(struct packet list[PACKETS_MOST], struct bytes rest)
{
    size_t count = 0;
    while (rest.size > 0) {
        ck_assert_uint_lt(count, PACKETS_MOST);
        ck_assert_int_eq(packet_next(&list[count++], &rest, NULL), OK);
    }
    return count;
}

/* The armoured revocation that gpg keeps beside each key that it makes. */
static void read_kept(struct str *out)
{
    struct str text;
    struct err err = {0};
    char *path = xprintf("%s/openpgp-revocs.d/%s.rev", keys.home, fpr);
    str_init(&text, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&text, path, STR_LIMIT_TEXT, &err), OK);
    const char *guard = strstr(text.data, ":-----BEGIN");
    ck_assert_ptr_nonnull(guard);
    str_add(out, guard + 1);
    str_dispose(&text);
    free(path);
}

/* Take the key back, or its subkey, and find the packet that says so. */
static void revoke(struct str *out, bool subkey)
{
    struct packet list[PACKETS_MOST];
    struct packet_signature sig;
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    if (subkey) {
        ck_assert_int_eq(keys_gpg(&keys, NULL, bytes_of("key 1\nrevkey\ny\n0\n\ny\nsave\n"),
                                  "--no-batch", "--no-tty", "--command-fd", "0", "--edit-key", fpr,
                                  NULL),
                         0);
    } else {
        read_kept(&text);
        ck_assert_int_eq(keys_gpg(&keys, NULL, str_bytes(&text), "--import", NULL), 0);
        str_reset(&text);
    }
    keys_export(&keys, &text, fpr, false);
    const size_t count = split(list, str_bytes(&text));
    for (size_t i = 0; i < count; i++)
        if (list[i].tag == PACKET_SIGNATURE &&
            packet_read_signature(&sig, list[i].body, NULL) == OK &&
            sig.type == (subkey ? 0x28 : 0x20))
            str_add_n(out, list[i].whole.data, list[i].whole.size);
    ck_assert_uint_gt(out->size, 0);
    str_dispose(&text);
}

static void assert_state(struct bytes data, enum cert_state state, size_t place)
{
    struct cert cert;
    struct err err = {0};
    ck_assert_int_eq(cert_read(&cert, data, false, keys.scratch, now_ms, &err), OK);
    ck_assert_msg(cert.state == state, "at %zu: %s: %s", place, cert_state_word(cert.state),
                  cert.reason);
    ck_assert_uint_eq(cert.stripped.size == 0, !cert_usable(state));
    cert_dispose(&cert);
}

START_TEST(a_revocation_counts_before_between_and_behind_all_packets)
{
    struct packet list[PACKETS_MOST];
    struct str revocation;
    str_init(&revocation, STR_LIMIT_TEXT);
    assert_state(str_bytes(&good), CERT_GOOD, 0);
    revoke(&revocation, _i == 1);
    const size_t count = split(list, str_bytes(&good));
    for (size_t place = 0; place <= count; place++) {
        struct str data;
        str_init(&data, STR_LIMIT_TEXT);
        for (size_t i = 0; i <= count; i++) {
            if (i == place)
                str_add_n(&data, revocation.data, revocation.size);
            if (i < count)
                str_add_n(&data, list[i].whole.data, list[i].whole.size);
        }
        assert_state(str_bytes(&data), CERT_REVOKED, place);
        str_dispose(&data);
    }
    str_dispose(&revocation);
}
END_TEST

START_TEST(a_revocation_in_a_block_of_its_own_counts)
{
    struct str data;
    str_init(&data, STR_LIMIT_TEXT);
    keys_export(&keys, &data, fpr, true);
    assert_state(str_bytes(&data), CERT_GOOD, 0);
    read_kept(&data);
    assert_state(str_bytes(&data), CERT_REVOKED, 1);
    str_reset(&data);
    read_kept(&data);
    keys_export(&keys, &data, fpr, true);
    assert_state(str_bytes(&data), CERT_REVOKED, 2);
    str_dispose(&data);
}
END_TEST

START_TEST(a_revocation_behind_the_second_of_twin_subkeys_counts)
{
    struct packet list[PACKETS_MOST];
    struct str revocation;
    struct str data;
    str_init(&revocation, STR_LIMIT_TEXT);
    str_init(&data, STR_LIMIT_TEXT);
    revoke(&revocation, true);
    const size_t count = split(list, str_bytes(&good));
    str_add_n(&data, good.data, good.size);
    for (size_t i = 0; i < count; i++)
        if (list[i].tag == PACKET_PUBLIC_SUBKEY)
            str_add_n(&data, list[i].whole.data, list[i].whole.size);
    str_add_n(&data, revocation.data, revocation.size);
    assert_state(str_bytes(&data), CERT_REVOKED, count);
    str_dispose(&data);
    str_dispose(&revocation);
}
END_TEST

/* Before it in its place stand as many that are not genuine as are looked at at all. */
START_TEST(a_revocation_is_not_lost_among_forged_ones)
{
    struct packet list[PACKETS_MOST];
    struct str revocation;
    struct str data;
    str_init(&revocation, STR_LIMIT_TEXT);
    str_init(&data, STR_LIMIT_TEXT);
    revoke(&revocation, false);
    const size_t count = split(list, str_bytes(&good));
    str_add_n(&data, list[0].whole.data, list[0].whole.size);
    for (unsigned i = 1; i <= FLOOD; i++) {
        str_add_n(&data, revocation.data, revocation.size - 1);
        str_add_c(&data, (char)((unsigned char)revocation.data[revocation.size - 1] ^ i));
    }
    str_add_n(&data, revocation.data, revocation.size);
    for (size_t i = 1; i < count; i++)
        str_add_n(&data, list[i].whole.data, list[i].whole.size);
    assert_state(str_bytes(&data), CERT_REVOKED, FLOOD);
    str_dispose(&data);
    str_dispose(&revocation);
}
END_TEST

/* What is not signed in it was changed: the first piece there is longer than all of them. */
START_TEST(a_revocation_that_cannot_be_read_counts)
{
    struct packet list[PACKETS_MOST];
    struct packet cut;
    struct str revocation;
    struct str data;
    str_init(&revocation, STR_LIMIT_TEXT);
    str_init(&data, STR_LIMIT_TEXT);
    revoke(&revocation, false);
    struct bytes rest = str_bytes(&revocation);
    ck_assert_int_eq(packet_next(&cut, &rest, NULL), OK);
    const size_t hashed = (size_t)(cut.body.data[4] << 8 | cut.body.data[5]);
    const size_t at = cut.whole.size - cut.body.size + 6 + hashed + 2;
    ck_assert_uint_lt(at, revocation.size);
    revocation.data[at] = 100;
    const size_t count = split(list, str_bytes(&good));
    for (size_t i = 0; i < count; i++) {
        str_add_n(&data, list[i].whole.data, list[i].whole.size);
        if (i == 0)
            str_add_n(&data, revocation.data, revocation.size);
    }
    assert_state(str_bytes(&data), CERT_REVOKED, at);
    str_dispose(&data);
    str_dispose(&revocation);
}
END_TEST

/* The signature of one user id that says when the key ends is younger than that of the other. */
START_TEST(what_is_kept_ends_when_the_whole_certificate_does)
{
    struct packet before[PACKETS_MOST];
    struct packet after[PACKETS_MOST];
    struct str whole;
    struct str data;
    struct cert cert;
    struct cert again;
    struct err err = {0};
    const struct bytes none = {0};
    const char *late = "Late <late@test.example>";
    str_init(&whole, STR_LIMIT_TEXT);
    str_init(&data, STR_LIMIT_TEXT);
    ck_assert_int_eq(keys_gpg(&keys, NULL, none, "--quick-set-primary-uid", fpr,
                              "Gone <gone@test.example>", NULL),
                     0);
    str_reset(&good);
    keys_export(&keys, &good, fpr, false);
    ck_assert_int_eq(keys_gpg(&keys, NULL, none, "--quick-add-uid", fpr, late, NULL), 0);
    ck_assert_int_eq(keys_gpg(&keys, NULL, none, "--quick-set-expire", fpr, "1d", NULL), 0);
    if (_i == 1) /* in doubt, and not to be kept: nothing is left that ends when it should */
        ck_assert_int_eq(keys_gpg(&keys, NULL, none, "--cert-digest-algo", "SHA1",
                                  "--quick-revoke-uid", fpr, late, NULL),
                         0);
    keys_export(&keys, &whole, fpr, false);
    const size_t count = split(before, str_bytes(&good));
    const size_t most = split(after, str_bytes(&whole));
    for (size_t i = 0; i < count && before[i].tag != PACKET_PUBLIC_SUBKEY; i++)
        str_add_n(&data, before[i].whole.data, before[i].whole.size);
    bool younger = false;
    for (size_t i = 1; i < most; i++) {
        if (after[i].tag != PACKET_SIGNATURE)
            younger =
                after[i].tag == PACKET_PUBLIC_SUBKEY || bytes_equal(after[i].body, bytes_of(late));
        if (younger)
            str_add_n(&data, after[i].whole.data, after[i].whole.size);
    }
    ck_assert_int_eq(cert_read(&cert, str_bytes(&data), false, keys.scratch, now_ms, &err), OK);
    ck_assert_int_gt(cert.expires_ms, now_ms);
    ck_assert_msg(cert_usable(cert.state) == (_i == 0), "%s", cert.reason);
    ck_assert_uint_eq(cert.stripped.size == 0, _i == 1);
    if (_i == 0) {
        ck_assert_int_eq(
            cert_read(&again, str_bytes(&cert.stripped), false, keys.scratch, now_ms, &err), OK);
        ck_assert_int_eq(again.expires_ms, cert.expires_ms);
        cert_dispose(&again);
    }
    cert_dispose(&cert);
    str_dispose(&data);
    str_dispose(&whole);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.revoked");
    TCase *tcase = tcase_create("revoked");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_revocation_counts_before_between_and_behind_all_packets, 0, 2);
    tcase_add_test(tcase, a_revocation_in_a_block_of_its_own_counts);
    tcase_add_test(tcase, a_revocation_behind_the_second_of_twin_subkeys_counts);
    tcase_add_test(tcase, a_revocation_is_not_lost_among_forged_ones);
    tcase_add_test(tcase, a_revocation_that_cannot_be_read_counts);
    tcase_add_loop_test(tcase, what_is_kept_ends_when_the_whole_certificate_does, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
