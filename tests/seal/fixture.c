#include "tests/seal/fixture.h"

#include "base/file.h"
#include "seal/sign.h"

#include <check.h>
#include <stdlib.h>

#define BYTES(text)                                                                                \
    {                                                                                              \
        (const unsigned char *)(text), sizeof(text) - 1                                            \
    }

void fixture_begin(struct fixture *f)
{
    struct clock clock;
    struct err err = {0};
    struct str public_key;
    keys_begin(&f->keys);
    clock_init_system(&clock);
    f->now_ms = clock_now_ms(&clock) + MS_MINUTE;
    str_init(&public_key, STR_LIMIT_TEXT);
    f->sealer_home = path_join(f->keys.dir, "sealer");
    f->maker_path = path_join(f->keys.dir, "maker.asc");
    enum status status = sign_make_key(f->maker, &public_key, f->sealer_home,
                                       "Example Medical <psirt@example.com>", &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(file_write(f->maker_path, str_bytes(&public_key), 0600, &err), OK);
    ck_assert_int_eq(keys_gpg(&f->keys, NULL, str_bytes(&public_key), "--import", NULL), 0);
    str_dispose(&public_key);
}

void fixture_end(struct fixture *f)
{
    sign_home_close(f->sealer_home);
    free(f->sealer_home);
    free(f->maker_path);
    keys_end(&f->keys);
}

struct sealer *fixture_sealer(const struct fixture *f)
{
    struct sealer *sealer = NULL;
    struct err err = {0};
    enum status status = sealer_open(&sealer, f->sealer_home, f->maker, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    return sealer;
}

void fixture_recipient(const struct fixture *f, struct cert *cert, char fpr[65], const char *name,
                       const char *algo, const char *sub_algo)
{
    struct str data;
    struct err err = {0};
    str_init(&data, STR_LIMIT_TEXT);
    char *uid = xprintf("%s <%s@hospital.example>", name, name);
    keys_make(&f->keys, fpr, uid, algo, "sign", "0");
    keys_add_subkey(&f->keys, fpr, sub_algo, "encr", "0");
    keys_export(&f->keys, &data, fpr, true);
    ck_assert_int_eq(cert_read(cert, str_bytes(&data), false, f->keys.scratch, f->now_ms, &err),
                     OK);
    ck_assert(cert_usable(cert->state));
    free(uid);
    str_dispose(&data);
}

void fixture_seal(const struct fixture *f, struct sealed_mail *out, const struct mail *mail,
                  const struct cert *cert)
{
    struct err err = {0};
    struct sealer *sealer = fixture_sealer(f);
    enum status status =
        seal_encrypted(out, sealer, mail, str_bytes(&cert->stripped), cert->sub_fpr, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    sealer_close(sealer);
    ck_assert_int_eq(keys_count_agents(f->sealer_home), 0);
    char *left = path_join(f->sealer_home, "recipients.kbx");
    ck_assert(!file_exists(left));
    free(left);
}

struct mail fixture_mail(void)
{
    static const struct mail_part parts[] = {
        {"EXM-2026-0007.json", "application/json", BYTES("{\"a\": 1}\n")},
        {"devices \xC3\xBC.csv", "text/csv", BYTES("a,b\r\n\xC3\xA4,=1\r\n")},
        {"bytes.bin", "application/octet-stream", BYTES("\0\r\n\xFF\n.\n")},
    };
    static const struct mail_header extras[] = {{"X-Tocsin-Notice", "5f0c"},
                                                {"X-Note", "two words"}};
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
