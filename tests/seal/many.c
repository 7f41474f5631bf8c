#include "tests/seal/many.h"

#include "tests/seal/expect.h"
#include "tests/seal/opens.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void many_begin(struct many *m)
{
    static const char *rows[PEOPLE][3] = {
        {"ecc", "ed25519", "cv25519"},    {"rsa", "rsa3072", "rsa3072"},
        {"nist", "nistp256", "nistp256"}, {"ecc2", "ed25519", "cv25519"},
        {"old", "rsa2048", "rsa2048"},    {"ecc3", "ed25519", "cv25519"}};
    fixture_begin(&m->f);
    for (size_t i = 0; i < PEOPLE; i++)
        fixture_recipient(&m->f, &m->certs[i], m->fprs[i], rows[i][0], rows[i][1], rows[i][2]);
}

void many_end(struct many *m)
{
    for (size_t i = 0; i < PEOPLE; i++)
        cert_dispose(&m->certs[i]);
    fixture_end(&m->f);
}

static enum status take(void *context, size_t i, enum status status, struct bytes message,
                        const char *why, struct err *err)
{
    struct result *r = context;
    ck_assert_uint_lt(i, r->count);
    r->got[i].times++;
    r->got[i].status = status;
    str_add_n(&r->got[i].message, message.data, message.size);
    (void)snprintf(r->got[i].why, sizeof r->got[i].why, "%s", why != NULL ? why : "");
    ck_assert((status == OK) == (message.size > 0) && (status == OK) == (why == NULL));
    if (r->stop_after > 0 && --r->stop_after == 0)
        return err_set(err, ERR_STALE, "enough");
    return OK;
}

void result_init(struct result *r, size_t count)
{
    *r = (struct result){.count = count};
    for (size_t i = 0; i < MANY_MOST; i++)
        str_init(&r->got[i].message, STR_LIMIT_MAIL);
}

void result_dispose(struct result *r)
{
    for (size_t i = 0; i < MANY_MOST; i++)
        str_dispose(&r->got[i].message);
    str_dispose(&r->plain);
}

struct broadcast_sink result_sink(struct result *r)
{
    return (struct broadcast_sink){take, r};
}

struct mail many_mail(void)
{
    struct mail mail = fixture_mail();
    mail.to_name = "Krankenh\xC3\xA4user, all of them";
    mail.to = mail.reply_to = mail.outer_subject = mail.references = NULL;
    mail.message_id = "all.5f0c@notices.example.com";
    mail.header_count = 0;
    return mail;
}

struct broadcast_recipient many_recipient(struct arena *arena, size_t i, const struct cert *cert)
{
    return (struct broadcast_recipient){
        .to_name = arena_printf(arena, "Clinic %zu", i),
        .to = arena_printf(arena, "clinic%zu@hospital.example", i),
        .reply_to = arena_printf(arena, "psirt+token%zu@example.com", i),
        .outer_subject = arena_printf(arena, "Security notice, code K7PQ2M%zu", i),
        .message_id = arena_printf(arena, "uid%zu.1@notices.example.com", i),
        .references = i == 1 ? "uid1.0@notices.example.com" : NULL,
        .cert = str_bytes(&cert->stripped),
        .sub_fpr = cert->sub_fpr,
    };
}

void many_seal(const struct many *m, struct result *r, const struct mail *mail,
               const struct broadcast_recipient *list, size_t count)
{
    struct sealer *sealer = fixture_sealer(&m->f);
    const struct broadcast_sink sink = result_sink(r);
    struct str left;
    r->status = seal_broadcast(&r->plain, sealer, mail, list, count, &sink, &r->err);
    sealer_close(sealer);
    ck_assert_int_eq(keys_count_agents(m->f.sealer_home), 0);
    str_init(&left, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        keys_run(&m->f.keys, &left, (struct bytes){0},
                 (const char *const[]){"find", m->f.sealer_home, "-name", "*.pgp", NULL}),
        0);
    ck_assert_str_eq(str_text(&left), "");
    str_dispose(&left);
}

void many_assert_own(const struct many *m, const struct result *r, const struct mail *mail,
                     const struct broadcast_recipient *to, size_t i, const struct cert *cert,
                     const char *fpr)
{
    struct str expected;
    struct str ciphertext;
    struct str listed;
    struct err err = {0};
    struct bytes message = str_bytes(&r->got[i].message);
    str_init(&expected, STR_LIMIT_TEXT);
    str_init(&ciphertext, STR_LIMIT_MAIL);
    str_init(&listed, STR_LIMIT_TEXT);
    ck_assert_msg(r->got[i].status == OK, "%s", r->got[i].why);
    struct mail outside = *mail;
    outside.to_name = to->to_name;
    outside.to = to->to;
    outside.reply_to = to->reply_to;
    outside.outer_subject = to->outer_subject;
    outside.message_id = to->message_id;
    outside.references = to->references;
    expect_sealed(&expected, &outside);
    expect_mail(&m->f.keys, message, &expected);
    ck_assert_int_eq(seal_prove(message, cert->sub_fpr, &err), OK);
    expect_split(&m->f.keys, &ciphertext, message, 1);
    (void)keys_gpg(&m->f.keys, &listed, str_bytes(&ciphertext), "--list-only", "--list-packets",
                   NULL);
    char *own = xprintf("keyid %s", cert->sub_keyid);
    const char *first = strstr(str_text(&listed), ":pubkey enc packet:");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first, own));
    ck_assert_ptr_null(strstr(first + 1, ":pubkey enc packet:"));
    free(own);
    opens_gpg(&m->f, str_bytes(&ciphertext), &r->plain);
    if (!text_starts(cert->algo, "brainpool")) /* Debian's Sequoia does not know it */
        opens_sq(&m->f, str_bytes(&ciphertext), fpr, &r->plain);
    str_dispose(&listed);
    str_dispose(&ciphertext);
    str_dispose(&expected);
}
