/* What GnuPG is told to believe of a recipient's certificate, and what it goes on checking. */
#include "seal/keybox.h"

#include "seal/mail.h"
#include "tests/seal/fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char trusted[] = {0xB0, 2, 0, 3};
static struct fixture f;

static void begin(void)
{
    fixture_begin(&f);
}

static void end(void)
{
    fixture_end(&f);
}

/* A recipient whose subkey ends in a day, as the store keeps it. */
static void make_recipient(struct cert *cert)
{
    struct str data;
    struct err err = {0};
    char fpr[65];
    str_init(&data, STR_LIMIT_TEXT);
    keys_make(&f.keys, fpr, "Day <day@hospital.example>", "ed25519", "sign", "0");
    keys_add_subkey(&f.keys, fpr, "cv25519", "encr", "1d");
    keys_export(&f.keys, &data, fpr, false);
    ck_assert_int_eq(cert_read(cert, str_bytes(&data), false, f.keys.scratch, f.now_ms, &err), OK);
    ck_assert_msg(cert_usable(cert->state), "%s", cert->reason);
    str_dispose(&data);
}

/*
 * The certificate, and behind the subkey's signature another one that is newer and says that the
 * subkey lasts for years: made of the first, so that it is not genuine.
 */
static void add_forged(struct str *out, const struct cert *cert)
{
    struct parts *parts = xcalloc(1, sizeof *parts);
    struct err err = {0};
    unsigned char forged[512];
    bool later = false;
    bool longer = false;
    ck_assert_int_eq(parts_read(parts, str_bytes(&cert->stripped), &err), OK);
    const struct part *subkey = parts_find(parts, cert->sub_fpr);
    ck_assert_ptr_nonnull(subkey);
    ck_assert_uint_eq(subkey->bindings.count, 1);
    const struct bytes whole = subkey->bindings.whole[0];
    ck_assert_uint_lt(whole.size, sizeof forged);
    memcpy(forged, whole.data, whole.size);
    for (size_t i = 0; i + 6 < whole.size; i++) {
        if (forged[i] != 5)
            continue;
        if (forged[i + 1] == 2 && !later) { /* when it was made */
            forged[i + 5] ^= 1;
            forged[i + 4] = (unsigned char)(forged[i + 4] + 1);
            later = true;
        } else if (forged[i + 1] == 9 && !longer) { /* when the subkey ends */
            forged[i + 2] = 0x0F;
            longer = true;
        }
    }
    ck_assert(later && longer);
    str_add_n(out, cert->stripped.data, cert->stripped.size);
    str_add_n(out, forged, whole.size);
    free(parts);
}

static size_t count_trusted(struct bytes cert)
{
    struct parts *parts = xcalloc(1, sizeof *parts);
    struct str box;
    struct err err = {0};
    size_t count = 0;
    str_init(&box, STR_LIMIT_TEXT);
    ck_assert_int_eq(parts_read(parts, cert, &err), OK);
    keybox_begin(&box);
    keybox_add(&box, parts);
    ck_assert(str_ok(&box));
    for (size_t i = 0; i + sizeof trusted <= box.size; i++)
        count += memcmp(box.data + i, trusted, sizeof trusted) == 0 ? 1 : 0;
    str_dispose(&box);
    free(parts);
    return count;
}

START_TEST(a_signature_is_called_good_only_where_it_stands_alone)
{
    struct cert cert;
    struct str forged;
    str_init(&forged, STR_LIMIT_TEXT);
    make_recipient(&cert);
    ck_assert_uint_eq(count_trusted(str_bytes(&cert.stripped)), 2); /* user id and subkey */
    add_forged(&forged, &cert);
    ck_assert_uint_eq(count_trusted(str_bytes(&forged)), 1); /* the user id's */
    str_dispose(&forged);
    cert_dispose(&cert);
}
END_TEST

static enum status seal_at(struct bytes cert, const char *sub_fpr, int64_t now_ms)
{
    struct sealed_mail made;
    struct err err = {0};
    struct mail mail = fixture_mail();
    struct sealer *sealer = fixture_sealer(&f);
    ck_assert_int_eq(sealer_set_clock(sealer, now_ms, &err), OK);
    enum status status = seal_encrypted(&made, sealer, &mail, cert, sub_fpr, &err);
    if (status == OK)
        ck_assert_int_eq(seal_prove(str_bytes(&made.bytes), sub_fpr, &err), OK);
    sealed_mail_dispose(&made);
    sealer_close(sealer);
    return status;
}

START_TEST(a_key_ends_when_its_genuine_signature_says)
{
    struct cert cert;
    struct str forged;
    str_init(&forged, STR_LIMIT_TEXT);
    make_recipient(&cert);
    add_forged(&forged, &cert);
    const struct bytes certs[] = {str_bytes(&cert.stripped), str_bytes(&forged)};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(seal_at(certs[i], cert.sub_fpr, f.now_ms + 3 * MS_HOUR), OK);
        ck_assert_int_eq(seal_at(certs[i], cert.sub_fpr, f.now_ms + 2 * MS_DAY), ERR_REFUSED);
    }
    str_dispose(&forged);
    cert_dispose(&cert);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.keybox");
    TCase *tcase = tcase_create("believed");
    tcase_add_unchecked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_signature_is_called_good_only_where_it_stands_alone);
    tcase_add_test(tcase, a_key_ends_when_its_genuine_signature_says);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
