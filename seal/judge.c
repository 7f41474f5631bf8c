#include "seal/judge.h"

#include "seal/gpg.h"

#include <stdio.h>
#include <string.h>

enum status judge_list(gpgme_key_t *out, const struct home *home, struct bytes packets,
                       struct err *err)
{
    gpgme_ctx_t ctx = NULL;
    gpgme_data_t data = NULL;
    gpgme_key_t second = NULL;
    gpgme_error_t error = 0;
    struct gpg_quiet quiet;
    *out = NULL;
    enum status status = gpg_open(&ctx, home->path, err);
    if (status == OK)
        status = gpg_data_of(&data, packets, err);
    if (status != OK)
        goto done;
    gpg_quiet_begin(&quiet, ctx);
    error = gpgme_op_keylist_from_data_start(ctx, data, 0);
    if (error == 0)
        error = gpgme_op_keylist_next(ctx, out);
    bool more = error == 0 && gpgme_op_keylist_next(ctx, &second) == 0;
    (void)gpgme_op_keylist_end(ctx);
    error = gpg_quiet_end(&quiet, error);
    if (error == 0 && more)
        status = err_set(err, ERR_INVALID, "GnuPG: finds more than one certificate in it");
    else if (gpgme_err_code(error) == GPG_ERR_EOF)
        status = err_set(err, ERR_NOT_FOUND, "GnuPG: finds no certificate in it");
    else if (error != 0)
        status = gpg_fail(err, ERR_IO, error, "cannot read a certificate");
done:
    gpgme_key_unref(second);
    gpgme_data_release(data);
    gpgme_release(ctx);
    if (status != OK) {
        gpgme_key_unref(*out);
        *out = NULL;
    }
    return status;
}

static bool is_known_curve(const char *curve)
{
    static const char *const curves[] = {"cv25519",         "ed25519",        "nistp256",
                                         "nistp384",        "nistp521",       "brainpoolP256r1",
                                         "brainpoolP384r1", "brainpoolP512r1"};
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        if (curve != NULL && strcasecmp(curve, curves[i]) == 0)
            return true;
    return false;
}

static enum cert_state judge_strength(const struct _gpgme_subkey *key, char *why, size_t size)
{
    switch ((int)key->pubkey_algo) {
    case GPGME_PK_RSA:
    case GPGME_PK_RSA_E:
    case GPGME_PK_RSA_S:
    case GPGME_PK_DSA:
    case GPGME_PK_ELG_E:
        if (key->length >= JUDGE_WARN_BITS)
            return CERT_GOOD;
        (void)snprintf(why, size, "key %s has only %u bits: ask for a key of %u or more, or ECC",
                       key->keyid, key->length, JUDGE_WARN_BITS);
        return key->length >= JUDGE_WEAK_BITS ? CERT_WARN : CERT_WEAK;
    case GPGME_PK_ECDSA:
    case GPGME_PK_ECDH:
    case GPGME_PK_EDDSA:
        if (is_known_curve(key->curve))
            return CERT_GOOD;
        break;
    default:
        break;
    }
    (void)snprintf(why, size, "key %s is of a kind that we do not know: ask for RSA or ECC",
                   key->keyid);
    return CERT_WEAK;
}

enum cert_state judge_key(const struct _gpgme_subkey *key, int64_t now_ms, char *why, size_t size)
{
    char at[CLOCK_TEXT];
    why[0] = '\0';
    if (key->revoked) {
        (void)snprintf(why, size, "key %s was revoked: ask for a new one", key->keyid);
        return CERT_REVOKED;
    }
    if (key->invalid || key->disabled || key->timestamp <= 0) {
        (void)snprintf(why, size, "key %s has no valid self-signature: ask for it again",
                       key->keyid);
        return CERT_INVALID;
    }
    if (key->timestamp * MS_SECOND > now_ms) {
        (void)snprintf(why, size, "key %s begins on %s: check the clock, or wait", key->keyid,
                       clock_date(at, key->timestamp * MS_SECOND));
        return CERT_NOT_YET;
    }
    if (key->expires > 0 && key->expires * MS_SECOND <= now_ms) {
        (void)snprintf(why, size, "key %s expired on %s: ask for the renewed one", key->keyid,
                       clock_date(at, key->expires * MS_SECOND));
        return CERT_EXPIRED;
    }
    return judge_strength(key, why, size);
}

bool judge_has_purpose(const struct _gpgme_subkey *key, bool for_signing)
{
    return for_signing ? key->can_sign : key->can_encrypt;
}

gpgme_subkey_t judge_choose(gpgme_key_t key, bool for_signing, int64_t now_ms)
{
    gpgme_subkey_t best = NULL;
    bool best_usable = false;
    for (gpgme_subkey_t sub = key->subkeys; sub != NULL; sub = sub->next) {
        char why[200];
        if (!judge_has_purpose(sub, for_signing))
            continue;
        bool usable = cert_usable(judge_key(sub, now_ms, why, sizeof why)) &&
                      sub->timestamp >= key->subkeys->timestamp;
        /* The list begins with the primary key: whatever is usable behind it comes first. */
        bool better =
            best == NULL || (usable && !best_usable) ||
            (usable == best_usable && (best == key->subkeys || sub->timestamp >= best->timestamp));
        if (better) {
            best = sub;
            best_usable = usable;
        }
    }
    return best;
}
