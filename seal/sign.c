#include "seal/sign.h"

#include "seal/armor.h"
#include "seal/cert.h"
#include "seal/cleartext.h"
#include "seal/gpg.h"
#include "seal/home.h"
#include "seal/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_BINARY 0x00U
#define TYPE_TEXT 0x01U

void signature_dispose(struct signature *s)
{
    if (s != NULL)
        str_dispose(&s->text);
}

/* Exactly one signature, of a sort that we ask for, by a digest that still means something. */
static enum status check_packets(struct bytes packets, bool clear, struct err *err)
{
    struct bytes rest = packets;
    struct packet packet;
    struct packet_signature sig;
    enum status status = packet_next(&packet, &rest, err);
    if (status == OK && packet.tag == PACKET_SIGNATURE)
        status = packet_read_signature(&sig, packet.body, err);
    if (status != OK || packet.tag != PACKET_SIGNATURE)
        return err_set(err, ERR_INVALID, "no OpenPGP signature in it: sign it again");
    if (rest.size > 0)
        return err_set(err, ERR_REFUSED, "more than one signature: give one file for each signer");
    if (packet_digest_is_weak(sig.digest))
        return err_set(err, ERR_REFUSED,
                       "signed with SHA-1, MD5 or another weak digest: sign it "
                       "again with SHA-256 or better");
    if (sig.type != TYPE_TEXT && (clear || sig.type != TYPE_BINARY))
        return err_set(err, ERR_REFUSED, "a signature of another sort: sign the text itself");
    return OK;
}

/* GnuPG may keep the space at the ends of lines that we cut; nothing else may differ. */
static bool same_text(const struct str *ours, const struct str *theirs)
{
    struct bytes a = str_bytes(ours);
    struct bytes b = str_bytes(theirs);
    while (a.size > 0 && b.size > 0)
        if (!bytes_equal(armor_next_line(&a), armor_next_line(&b)))
            return false;
    return a.size == b.size;
}

static enum status refuse(struct err *err, gpgme_error_t error)
{
    static const struct {
        gpgme_err_code_t code;
        const char *words;
    } known[] = {
        {GPG_ERR_BAD_SIGNATURE, "bad signature: the text is not what was signed"},
        {GPG_ERR_NO_PUBKEY, "signed by another key: the one registered is needed"},
        {GPG_ERR_KEY_EXPIRED, "the key that signed has expired: renew it"},
        {GPG_ERR_SIG_EXPIRED, "the signature has expired: sign it again"},
        {GPG_ERR_CERT_REVOKED, "the key that signed was revoked: use the new one"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].code == gpgme_err_code(error))
            return err_set(err, ERR_REFUSED, "%s", known[i].words);
    return err_set(err, ERR_REFUSED, "the signature does not hold: %s", gpgme_strerror(error));
}

static enum status read_result(struct signature *out, gpgme_ctx_t ctx, const struct cert *cert,
                               struct err *err)
{
    gpgme_verify_result_t result = gpgme_op_verify_result(ctx);
    gpgme_signature_t sig = result == NULL ? NULL : result->signatures;
    struct parts *parts = NULL;
    enum status status = OK;
    if (sig == NULL)
        return err_set(err, ERR_INVALID, "no OpenPGP signature in it: sign it again");
    if (sig->next != NULL)
        return err_set(err, ERR_REFUSED, "more than one signature: give one file for each signer");
    if (gpgme_err_code(sig->status) != GPG_ERR_NO_ERROR)
        return refuse(err, sig->status);
    parts = xcalloc(1, sizeof *parts);
    status = parts_read(parts, str_bytes(&cert->stripped), err);
    if (status == OK && (sig->fpr == NULL || parts_find(parts, sig->fpr) == NULL))
        status = refuse(err, GPG_ERR_NO_PUBKEY);
    else if (status == OK && packet_digest_is_weak((unsigned)sig->hash_algo))
        status = refuse(err, GPG_ERR_DIGEST_ALGO);
    if (status == OK) {
        (void)snprintf(out->fpr, sizeof out->fpr, "%s", cert->fpr);
        out->at_ms = (int64_t)sig->timestamp * MS_SECOND;
    }
    free(parts);
    return status;
}

/* The certificate is all that the scratch home knows: nobody else's signature can be good. */
static enum status import_cert(gpgme_ctx_t ctx, const struct cert *cert, struct err *err)
{
    gpgme_data_t data = NULL;
    struct gpg_quiet quiet;
    enum status status = gpg_data_of(&data, str_bytes(&cert->stripped), err);
    if (status != OK)
        return status;
    gpg_quiet_begin(&quiet, ctx);
    gpgme_error_t error = gpgme_op_import(ctx, data);
    error = gpg_quiet_end(&quiet, error);
    gpgme_data_release(data);
    gpgme_import_result_t result = error == 0 ? gpgme_op_import_result(ctx) : NULL;
    if (result == NULL || result->imported != 1)
        return gpg_fail(err, ERR_IO, error, "the signer's key cannot be loaded");
    return OK;
}

/* data is empty for a clear-signed text, which stands in signature whole. */
static enum status verify_in(struct signature *out, const struct home *home,
                             const struct cert *cert, struct bytes signature,
                             const struct bytes *data, struct err *err)
{
    gpgme_ctx_t ctx = NULL;
    gpgme_data_t signature_data = NULL;
    gpgme_data_t other = NULL;
    struct str plain;
    struct gpg_quiet quiet;
    str_init(&plain, STR_LIMIT_TEXT);
    enum status status = gpg_open(&ctx, home->path, err);
    if (status == OK)
        status = import_cert(ctx, cert, err);
    if (status == OK)
        status = gpg_data_of(&signature_data, signature, err);
    if (status == OK)
        status = data != NULL ? gpg_data_of(&other, *data, err) : gpg_data_new(&other, err);
    if (status != OK)
        goto done;
    gpg_quiet_begin(&quiet, ctx);
    gpgme_error_t error = gpgme_op_verify(ctx, signature_data, data != NULL ? other : NULL,
                                          data != NULL ? NULL : other);
    error = gpg_quiet_end(&quiet, error);
    status = error == 0 ? read_result(out, ctx, cert, err)
             : gpgme_err_code(error) == GPG_ERR_TIMEOUT
                 ? gpg_fail(err, ERR_IO, error, "cannot verify")
                 : refuse(err, error);
    if (status == OK && data == NULL)
        status = gpg_data_read(&plain, other, err);
    if (status == OK && data == NULL && !same_text(&out->text, &plain))
        status = err_set(err, ERR_REFUSED,
                         "GnuPG sees another text than stands there: sign a "
                         "plain text");
done:
    gpgme_data_release(other);
    gpgme_data_release(signature_data);
    gpgme_release(ctx);
    str_dispose(&plain);
    return status;
}

static enum status verify(struct signature *out, struct bytes signature, const struct bytes *data,
                          struct bytes cert_data, const char *scratch_dir, int64_t now_ms,
                          struct err *err)
{
    struct cert cert = {0};
    struct home home = {0};
    enum status status = cert_read(&cert, cert_data, true, scratch_dir, now_ms, err);
    if (status == OK && !cert_usable(cert.state))
        status = err_set(err, ERR_REFUSED, "the signer's key is %s: %s",
                         cert_state_word(cert.state), cert.reason);
    if (status == OK)
        status = home_make_scratch(&home, scratch_dir, now_ms, err);
    if (status == OK)
        status = verify_in(out, &home, &cert, signature, data, err);
    home_remove_scratch(&home);
    cert_dispose(&cert);
    if (status != OK)
        str_reset(&out->text);
    return status;
}

enum status sign_verify_clear(struct signature *out, struct bytes signed_text, struct bytes cert,
                              const char *scratch_dir, int64_t now_ms, struct err *err)
{
    struct str packets;
    *out = (struct signature){0};
    str_init(&out->text, STR_LIMIT_TEXT);
    str_init(&packets, STR_LIMIT_TEXT);
    enum status status = cleartext_split(&out->text, &packets, signed_text, err);
    if (status == OK)
        status = check_packets(str_bytes(&packets), true, err);
    if (status == OK)
        status = verify(out, signed_text, NULL, cert, scratch_dir, now_ms, err);
    else
        str_reset(&out->text);
    str_dispose(&packets);
    return status;
}

enum status sign_verify_detached(struct signature *out, struct bytes data, struct bytes signature,
                                 struct bytes cert, const char *scratch_dir, int64_t now_ms,
                                 struct err *err)
{
    struct str packets;
    struct armor armor;
    *out = (struct signature){0};
    str_init(&out->text, STR_LIMIT_TEXT);
    str_init(&packets, STR_LIMIT_TEXT);
    enum status status = OK;
    if (signature.size > 0 && (signature.data[0] & 0x80) != 0) {
        str_add_n(&packets, signature.data, signature.size);
    } else {
        status = armor_decode(&armor, &packets, signature, err);
        if (status == OK && (!text_equal(armor.kind, "SIGNATURE") ||
                             !armor_is_blank(armor.before) || !armor_is_blank(armor.after)))
            status = ERR_INVALID;
        if (status != OK)
            status = err_set(err, ERR_INVALID, "not one OpenPGP signature alone: sign it again");
    }
    if (status == OK)
        status = check_packets(str_bytes(&packets), false, err);
    if (status == OK)
        status = verify(out, str_bytes(&packets), &data, cert, scratch_dir, now_ms, err);
    str_dispose(&packets);
    return status;
}

static enum status read_clear(struct str *out, gpgme_ctx_t ctx, gpgme_data_t data, struct err *err)
{
    gpgme_sign_result_t result = gpgme_op_sign_result(ctx);
    if (result == NULL || result->signatures == NULL || result->signatures->next != NULL)
        return err_set(err, ERR_IO, "GnuPG: made no signature");
    if (packet_digest_is_weak((unsigned)result->signatures->hash_algo))
        return err_set(err, ERR_IO,
                       "GnuPG: signs with a weak digest: take digest-algo out of "
                       "your gpg.conf");
    return gpg_data_read(out, data, err);
}

/* The caller's own home and surroundings: the agent may have to find its terminal. */
static enum status sign_in(struct str *out, const char *home, const char *text, const char *fpr,
                           struct err *err)
{
    gpgme_ctx_t ctx = NULL;
    gpgme_key_t key = NULL;
    gpgme_data_t plain = NULL;
    gpgme_data_t made = NULL;
    gpgme_error_t error = 0;
    enum status status = gpg_open(&ctx, home, err);
    if (status == OK && gpgme_get_key(ctx, fpr, &key, 1) != 0)
        status = err_set(err, ERR_NOT_FOUND, "GnuPG: no secret key %s in %s: sign where it is", fpr,
                         home == NULL ? "your GnuPG home" : home);
    if (status == OK)
        status = gpg_data_of(&plain, bytes_of(text), err);
    if (status == OK)
        status = gpg_data_new(&made, err);
    if (status != OK)
        goto done;
    error = gpgme_signers_add(ctx, key);
    if (error == 0)
        error = gpgme_op_sign(ctx, plain, made, GPGME_SIG_MODE_CLEAR);
    status =
        error == 0 ? read_clear(out, ctx, made, err) : gpg_fail(err, ERR_IO, error, "did not sign");
done:
    gpgme_data_release(made);
    gpgme_data_release(plain);
    gpgme_key_unref(key);
    gpgme_release(ctx);
    return status;
}

enum status sign_clear(struct str *out, const char *text, const char *fpr, const char *gnupghome,
                       struct err *err)
{
    struct home home = {0};
    if (gnupghome == NULL)
        return sign_in(out, NULL, text, fpr, err);
    enum status status = home_open(&home, gnupghome, err);
    if (status == OK)
        status = sign_in(out, home.path, text, fpr, err);
    /* The caller's agent is left alone, unless nobody else can reach it by so long a path. */
    if (home.link_dir != NULL)
        home_end_agent(&home);
    home_close(&home);
    return status;
}
