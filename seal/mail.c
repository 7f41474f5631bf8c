#include "seal/mail.h"

#include "seal/check.h"
#include "seal/gpg.h"
#include "seal/keybox.h"
#include "seal/mark.h"
#include "seal/mime.h"
#include "seal/parts.h"
#include "seal/sealer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void sealed_mail_dispose(struct sealed_mail *m)
{
    if (m != NULL) {
        str_dispose(&m->bytes);
        str_dispose(&m->plain);
    }
}

/*
 * It stays until the sealer is closed and is written over: looking for free inodes was a fifth of
 * what a broadcast cost a sealer.
 */
static enum status put_recipients(const struct sealer *sealer, struct bytes blobs, struct err *err)
{
    struct str box;
    str_init(&box, blobs.size + STR_LIMIT_LINE);
    keybox_begin(&box);
    str_add_n(&box, blobs.data, blobs.size);
    enum status status = home_put(&sealer->home, HOME_RECIPIENTS, str_bytes(&box), err);
    str_dispose(&box);
    return status;
}

static enum status take_signer(struct sealer *sealer, const char *fpr, struct err *err)
{
    gpgme_key_t key = NULL;
    struct gpg_quiet quiet;
    gpg_quiet_begin(&quiet, sealer->ctx);
    gpgme_error_t error = gpgme_get_key(sealer->ctx, fpr, &key, 1);
    error = gpg_quiet_end(&quiet, error);
    enum status status = OK;
    if (gpgme_err_code(error) == GPG_ERR_EOF)
        status = err_set(err, ERR_NOT_FOUND, "%s: no secret key %s in it: make or copy it",
                         sealer->home.real, fpr);
    else if (error != 0 || (error = gpgme_signers_add(sealer->ctx, key)) != 0)
        status = gpg_fail(err, ERR_IO, error, sealer->home.real);
    gpgme_key_unref(key);
    return status;
}

enum status sealer_open(struct sealer **out, const char *home, const char *fpr, struct err *err)
{
    struct sealer *sealer = xcalloc(1, sizeof *sealer);
    *out = NULL;
    enum status status = home_open(&sealer->home, home, err);
    if (status == OK)
        status = home_configure(&sealer->home, true, err);
    if (status == OK)
        status = put_recipients(sealer, (struct bytes){0}, err);
    if (status == OK)
        status = gpg_open(&sealer->ctx, sealer->home.path, err);
    if (status == OK)
        status = take_signer(sealer, fpr, err);
    if (status != OK) {
        sealer_close(sealer);
        return status;
    }
    *out = sealer;
    return OK;
}

void sealer_close(struct sealer *sealer)
{
    if (sealer == NULL)
        return;
    gpgme_release(sealer->ctx);
    if (sealer->home.path != NULL) {
        home_drop(&sealer->home, HOME_RECIPIENTS);
        home_end_agent(&sealer->home);
    }
    home_close(&sealer->home);
    free(sealer);
}

enum status sealer_set_clock(struct sealer *sealer, int64_t now_ms, struct err *err)
{
    if (now_ms == 0 && !sealer->other_clock)
        return OK;
    enum status status = home_configure_at(&sealer->home, now_ms, err);
    if (status == OK)
        sealer->other_clock = now_ms != 0;
    return status;
}

enum status sealer_add_cert(struct str *blobs, struct bytes cert, const char *sub_fpr,
                            struct err *err)
{
    struct parts *parts = xcalloc(1, sizeof *parts);
    enum status status = parts_read(parts, cert, err);
    size_t subkeys = 0;
    for (size_t i = 0; status == OK && i < parts->count; i++)
        subkeys += parts->part[i].kind == PART_SUBKEY ? 1 : 0;
    const struct part *pinned = status == OK ? parts_find(parts, sub_fpr) : NULL;
    if (pinned == NULL || subkeys > 1 || (subkeys == 1 && pinned->kind != PART_SUBKEY))
        status = err_set(err, ERR_REFUSED,
                         "recipient's certificate: it is not the pinned one of "
                         "key %s alone: import the party's key again",
                         sub_fpr);
    if (status == OK)
        keybox_add(blobs, parts);
    if (status == OK && !str_ok(blobs))
        status =
            err_set(err, ERR_LIMIT, "recipient's certificate: larger than %zu bytes", blobs->limit);
    free(parts);
    return status;
}

static enum status check_sealing(const char **bad, gpgme_ctx_t ctx, gpgme_error_t error,
                                 struct err *err)
{
    gpgme_encrypt_result_t encrypted = gpgme_op_encrypt_result(ctx);
    gpgme_sign_result_t made = gpgme_op_sign_result(ctx);
    gpgme_invalid_key_t invalid = encrypted == NULL ? NULL : encrypted->invalid_recipients;
    if (invalid != NULL || gpgme_err_code(error) == GPG_ERR_UNUSABLE_PUBKEY) {
        *bad = invalid == NULL ? NULL : invalid->fpr;
        return gpg_fail(err, ERR_REFUSED,
                        invalid == NULL || invalid->reason == 0 ? error : invalid->reason,
                        "the recipient's key cannot be used now: import the renewed one");
    }
    if (error != 0)
        return gpg_fail(err, ERR_IO, error, "cannot seal");
    if (made == NULL || made->invalid_signers != NULL || made->signatures == NULL ||
        made->signatures->next != NULL || made->signatures->hash_algo != GPGME_MD_SHA512)
        return err_set(err, ERR_IO, "GnuPG: did not sign what it sealed as it was told");
    return OK;
}

enum status sealer_run(struct str *out, const char **bad, struct sealer *sealer,
                       const char *recipients, struct bytes blobs, bool armor, struct bytes plain,
                       struct err *err)
{
    gpgme_data_t in = NULL;
    gpgme_data_t made = NULL;
    struct gpg_quiet quiet;
    *bad = NULL;
    enum status status = put_recipients(sealer, blobs, err);
    if (status == OK)
        status = gpg_data_of(&in, plain, err);
    if (status == OK)
        status = gpg_data_new(&made, err);
    if (status == OK) {
        gpgme_set_armor(sealer->ctx, armor);
        gpg_quiet_begin(&quiet, sealer->ctx);
        gpgme_error_t error = gpgme_op_encrypt_sign_ext(
            sealer->ctx, NULL, recipients, GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO,
            in, made);
        error = gpg_quiet_end(&quiet, error);
        gpgme_set_armor(sealer->ctx, true);
        status = check_sealing(bad, sealer->ctx, error, err);
    }
    if (status == OK)
        status = gpg_data_read(out, made, err);
    gpgme_data_release(made);
    gpgme_data_release(in);
    return status;
}

enum status sealer_write_payload(struct str *out, const struct plan *plan, bool sealed,
                                 struct err *err)
{
    mime_write_payload(out, plan, sealed);
    if (!str_ok(out))
        return err_set(err, ERR_INVALID, "mail: larger than %zu bytes: send it without attachments",
                       out->limit);
    return check_payload(str_bytes(out), plan, sealed, err);
}

static enum status run_sealing(struct str *out, struct sealer *sealer, struct bytes plain,
                               struct bytes blob, const char *sub_fpr, struct err *err)
{
    const char *bad = NULL;
    char *recipient = xprintf("%s!", sub_fpr);
    enum status status = sealer_run(out, &bad, sealer, recipient, blob, true, plain, err);
    free(recipient);
    return status;
}

static enum status run_signing(struct str *out, struct sealer *sealer, struct bytes payload,
                               struct err *err)
{
    gpgme_data_t in = NULL;
    gpgme_data_t made = NULL;
    struct gpg_quiet quiet;
    enum status status = gpg_data_of(&in, payload, err);
    if (status == OK)
        status = gpg_data_new(&made, err);
    if (status == OK) {
        gpg_quiet_begin(&quiet, sealer->ctx);
        gpgme_error_t error = gpgme_op_sign(sealer->ctx, in, made, GPGME_SIG_MODE_DETACH);
        error = gpg_quiet_end(&quiet, error);
        if (error != 0)
            status = gpg_fail(err, ERR_IO, error, "cannot sign");
    }
    if (status == OK)
        status = gpg_data_read(out, made, err);
    gpgme_data_release(made);
    gpgme_data_release(in);
    return status;
}

static void begin_mail(struct sealed_mail *out)
{
    str_init(&out->bytes, STR_LIMIT_MAIL);
    str_init(&out->plain, STR_LIMIT_MAIL);
}

enum status seal_encrypted(struct sealed_mail *out, struct sealer *sealer, const struct mail *mail,
                           struct bytes cert, const char *sub_fpr, struct err *err)
{
    struct arena *arena = arena_new();
    struct plan plan;
    struct str blob;
    struct str ciphertext;
    begin_mail(out);
    str_init(&blob, STR_LIMIT_TEXT);
    str_init(&ciphertext, STR_LIMIT_MAIL);
    enum status status = plan_make(&plan, arena, mail, true, err);
    if (status == OK)
        status = sealer_add_cert(&blob, cert, sub_fpr, err);
    if (status == OK)
        status = sealer_write_payload(&out->plain, &plan, true, err);
    if (status == OK)
        status = run_sealing(&ciphertext, sealer, str_bytes(&out->plain), str_bytes(&blob), sub_fpr,
                             err);
    if (status == OK) {
        mime_write_encrypted(&out->bytes, &plan, str_bytes(&ciphertext));
        status = seal_prove(str_bytes(&out->bytes), sub_fpr, err);
    }
    if (status == OK)
        status = check_encrypted(str_bytes(&out->bytes), &plan, str_bytes(&out->plain), err);
    if (status == OK)
        status = mark_prove(str_bytes(&out->bytes), str_bytes(&out->plain), true, mail->mark, err);
    if (status != OK)
        sealed_mail_dispose(out);
    str_dispose(&ciphertext);
    str_dispose(&blob);
    arena_free(arena);
    return status;
}

enum status seal_signed(struct sealed_mail *out, struct sealer *sealer, const struct mail *mail,
                        struct err *err)
{
    struct arena *arena = arena_new();
    struct plan plan;
    struct str payload;
    struct str signature;
    begin_mail(out);
    str_init(&payload, STR_LIMIT_MAIL);
    str_init(&signature, STR_LIMIT_TEXT);
    enum status status = plan_make(&plan, arena, mail, false, err);
    if (status == OK)
        status = sealer_write_payload(&payload, &plan, false, err);
    if (status == OK)
        status = run_signing(&signature, sealer, str_bytes(&payload), err);
    if (status == OK) {
        mime_write_signed(&out->bytes, &plan, str_bytes(&payload), str_bytes(&signature));
        status = check_signed(str_bytes(&out->bytes), &plan, str_bytes(&payload), err);
    }
    if (status == OK)
        status = mark_prove(str_bytes(&out->bytes), str_bytes(&payload), false, mail->mark, err);
    if (status != OK)
        sealed_mail_dispose(out);
    str_dispose(&signature);
    str_dispose(&payload);
    arena_free(arena);
    return status;
}
