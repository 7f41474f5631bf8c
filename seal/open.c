#include "seal/open.h"

#include "seal/gpg.h"
#include "seal/home.h"

#include <errno.h>

/* GnuPG hears of the end at once when there is no more room: a small message may unpack to much. */
static gpgme_ssize_t take(void *handle, const void *data, size_t size)
{
    struct str *out = handle;
    if (str_ok(out))
        str_add_n(out, data, size);
    if (str_ok(out))
        return (gpgme_ssize_t)size;
    errno = EFBIG;
    return -1;
}

static enum status judge(gpgme_ctx_t ctx, gpgme_error_t error, const struct str *out,
                         struct err *err)
{
    const gpgme_decrypt_result_t result = gpgme_op_decrypt_result(ctx);
    if (!str_ok(out))
        return err_set(err, ERR_LIMIT, "what is encrypted unpacks to more than %zu bytes",
                       out->limit);
    if (gpgme_err_code(error) == GPG_ERR_TIMEOUT || gpgme_err_code(error) == GPG_ERR_ENOMEM)
        return gpg_fail(err, ERR_IO, error, "cannot decrypt");
    if (error != 0)
        return gpg_fail(err, ERR_REFUSED, error, "cannot be decrypted");
    if (result == NULL || result->legacy_cipher_nomdc)
        return err_set(err, ERR_REFUSED, "it is encrypted without protection of its integrity");
    return OK;
}

static enum status run(struct str *out, const struct home *home, struct bytes message,
                       struct err *err)
{
    struct gpgme_data_cbs calls = {.write = take};
    gpgme_ctx_t ctx = NULL;
    gpgme_data_t in = NULL;
    gpgme_data_t plain = NULL;
    enum status status = gpg_open(&ctx, home->path, err);
    if (status == OK)
        status = gpg_data_of(&in, message, err);
    if (status == OK && gpgme_data_new_from_cbs(&plain, &calls, out) != 0)
        status = err_set(err, ERR_IO, "GnuPG: no room for data");
    if (status == OK) {
        struct gpg_quiet quiet;
        /* Nobody is there to be asked for a passphrase. */
        (void)gpgme_set_pinentry_mode(ctx, GPGME_PINENTRY_MODE_CANCEL);
        gpg_quiet_begin(&quiet, ctx);
        gpgme_error_t error = gpgme_op_decrypt(ctx, in, plain);
        error = gpg_quiet_end(&quiet, error);
        status = judge(ctx, error, out, err);
    }
    gpgme_data_release(plain);
    gpgme_data_release(in);
    gpgme_release(ctx);
    return status;
}

enum status open_message(struct str *out, const char *home, struct bytes message, struct err *err)
{
    struct home place = {0};
    const size_t before = out->size;
    enum status status = home_open(&place, home, err);
    if (status != OK)
        return status;
    status = home_configure(&place, false, err);
    if (status == OK)
        status = run(out, &place, message, err);
    home_end_agent(&place);
    home_close(&place);
    if (status != OK && out->size > before)
        str_truncate(out, before);
    return status;
}
