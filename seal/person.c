/* The key of a person of ours, in that person's own GnuPG home. */
#include "seal/gpg.h"
#include "seal/key.h"
#include "seal/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* The first secret key that can sign now and names exactly this address. */
static enum status find_secret(char fpr[65], gpgme_ctx_t ctx, const char *mail, struct err *err)
{
    struct gpg_quiet quiet;
    gpgme_key_t key = NULL;
    char *pattern = xprintf("<%s>", mail);
    fpr[0] = '\0';
    gpg_quiet_begin(&quiet, ctx);
    gpgme_error_t error = gpgme_op_keylist_start(ctx, pattern, 1);
    while (error == 0 && (error = gpgme_op_keylist_next(ctx, &key)) == 0) {
        bool usable =
            key->can_sign && !key->expired && !key->revoked && !key->disabled && !key->invalid;
        for (gpgme_user_id_t uid = key->uids; usable && fpr[0] == '\0' && uid != NULL;
             uid = uid->next)
            if (uid->email != NULL && strcasecmp(uid->email, mail) == 0 && key->fpr != NULL)
                (void)snprintf(fpr, 65, "%s", key->fpr);
        gpgme_key_unref(key);
    }
    (void)gpgme_op_keylist_end(ctx);
    error = gpg_quiet_end(&quiet, error);
    free(pattern);
    if (gpgme_err_code(error) == GPG_ERR_TIMEOUT)
        return gpg_fail(err, ERR_IO, error, "the secret keys cannot be listed");
    return fpr[0] != '\0'
               ? OK
               : err_set(err, ERR_NOT_FOUND, "no secret key for %s in this GnuPG home", mail);
}

enum status sign_person_key(char fpr[65], struct str *out_public_armoured, const char *mail,
                            const char *create_user_id, struct err *err)
{
    gpgme_ctx_t ctx = NULL;
    /* Said outright: what we start does not see the caller's environment. NULL is ~/.gnupg. */
    enum status status = gpg_open(&ctx, getenv("GNUPGHOME"), err);
    if (status == OK)
        status = find_secret(fpr, ctx, mail, err);
    if (status == ERR_NOT_FOUND && create_user_id != NULL)
        status = key_create(fpr, ctx, create_user_id, err);
    if (status == OK)
        status = key_export(out_public_armoured, ctx, fpr, err);
    gpgme_release(ctx);
    return status;
}
