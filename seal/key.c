/* The maker's own key: made, found, copied into the home of a sealer. */
#include "base/file.h"
#include "seal/gpg.h"
#include "seal/home.h"
#include "seal/key.h"
#include "seal/keybox.h"
#include "seal/mail.h"
#include "seal/sign.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum status key_export(struct str *out, gpgme_ctx_t ctx, const char *fpr, struct err *err)
{
    gpgme_data_t data = NULL;
    struct gpg_quiet quiet;
    enum status status = gpg_data_new(&data, err);
    if (status != OK)
        return status;
    gpg_quiet_begin(&quiet, ctx);
    gpgme_error_t error = gpgme_op_export(ctx, fpr, GPGME_EXPORT_MODE_MINIMAL, data);
    error = gpg_quiet_end(&quiet, error);
    status = error == 0 ? gpg_data_read(out, data, err)
                        : gpg_fail(err, ERR_IO, error, "the public key cannot be exported");
    gpgme_data_release(data);
    return status;
}

enum status key_create(char fpr[65], gpgme_ctx_t ctx, const char *user_id, struct err *err)
{
    struct gpg_quiet quiet;
    gpg_quiet_begin(&quiet, ctx);
    gpgme_error_t error =
        gpgme_op_createkey(ctx, user_id, "ed25519", 0, 0, NULL,
                           GPGME_CREATE_SIGN | GPGME_CREATE_CERT | GPGME_CREATE_NOPASSWD |
                               GPGME_CREATE_NOEXPIRE | GPGME_CREATE_FORCE);
    error = gpg_quiet_end(&quiet, error);
    gpgme_genkey_result_t result = error == 0 ? gpgme_op_genkey_result(ctx) : NULL;
    if (result == NULL || result->fpr == NULL)
        return gpg_fail(err, ERR_IO, error, "the key cannot be made");
    (void)snprintf(fpr, 65, "%s", result->fpr);
    return OK;
}

enum status sign_make_key(char fpr[65], struct str *out_public_armoured, const char *home,
                          const char *user_id, struct err *err)
{
    struct home made = {0};
    gpgme_ctx_t ctx = NULL;
    fpr[0] = '\0';
    for (const char *p = user_id; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            return err_set(err, ERR_INVALID,
                           "user id of the key: control signs in it: take a "
                           "name and an address");
    enum status status = home_make(&made, home, err);
    if (status == OK)
        status = gpg_open(&ctx, made.path, err);
    if (status == OK)
        status = key_create(fpr, ctx, user_id, err);
    if (status == OK)
        status = key_export(out_public_armoured, ctx, fpr, err);
    gpgme_release(ctx);
    if (made.path != NULL)
        home_end_agent(&made);
    home_close(&made);
    return status;
}

/* Is there a secret key at all, of whatever use? */
static bool holds_secrets(const struct home *home)
{
    char *path = path_join(home->real, "private-keys-v1.d");
    DIR *dir = opendir(path);
    bool found = false;
    for (struct dirent *entry = dir != NULL ? readdir(dir) : NULL; entry != NULL && !found;
         entry = readdir(dir))
        found = text_ends(entry->d_name, ".key");
    if (dir != NULL)
        (void)closedir(dir);
    free(path);
    return found;
}

/* Of fpr, or the only one when fpr is NULL. Asks no agent: the files are looked at. */
static enum status find_key(gpgme_key_t *out, const struct home *home, gpgme_ctx_t ctx,
                            const char *fpr, struct err *err)
{
    struct gpg_quiet quiet;
    unsigned found = 0, listed = 0;
    gpgme_key_t key = NULL;
    *out = NULL;
    gpgme_error_t error =
        gpgme_set_keylist_mode(ctx, GPGME_KEYLIST_MODE_LOCAL | GPGME_KEYLIST_MODE_WITH_KEYGRIP);
    gpg_quiet_begin(&quiet, ctx);
    if (error == 0)
        error = gpgme_op_keylist_start(ctx, fpr, 0);
    while (error == 0 && (error = gpgme_op_keylist_next(ctx, &key)) == 0) {
        bool secret = false;
        listed++;
        for (gpgme_subkey_t sub = key->subkeys; sub != NULL; sub = sub->next)
            secret |= sub->can_sign && sub->keygrip != NULL && home_has_secret(home, sub->keygrip);
        found += secret ? 1 : 0;
        if (secret && *out == NULL)
            *out = key;
        else
            gpgme_key_unref(key);
    }
    (void)gpgme_op_keylist_end(ctx);
    error = gpg_quiet_end(&quiet, error);
    enum status status = OK;
    if (gpgme_err_code(error) != GPG_ERR_EOF)
        status = gpg_fail(err, ERR_IO, error, home->real);
    else if (listed == 0 && fpr == NULL && holds_secrets(home))
        /* To GPGME a gpg that was killed and one that knows no key look the same. */
        status = err_set(err, ERR_IO, "%s: gpg lists no key, but a secret one is there: try again",
                         home->real);
    else if (found == 0)
        status = err_set(err, ERR_NOT_FOUND, "%s: no secret key %s in it: make or copy it",
                         home->real, fpr == NULL ? "for signing" : fpr);
    else if (found > 1)
        status =
            err_set(err, ERR_INVALID, "%s: %u secret keys in it: leave one", home->real, found);
    if (status != OK) {
        gpgme_key_unref(*out);
        *out = NULL;
    }
    return status;
}

/* out NULL: the fingerprint alone. */
static enum status read_own_key(char fpr[65], struct str *out, const char *home, struct err *err)
{
    struct home opened = {0};
    gpgme_ctx_t ctx = NULL;
    gpgme_key_t key = NULL;
    fpr[0] = '\0';
    enum status status = home_open(&opened, home, err);
    if (status == OK)
        status = gpg_open(&ctx, opened.path, err);
    if (status == OK)
        status = find_key(&key, &opened, ctx, NULL, err);
    if (status == OK)
        (void)snprintf(fpr, 65, "%s", key->subkeys->fpr);
    if (status == OK && out != NULL)
        status = key_export(out, ctx, fpr, err);
    gpgme_key_unref(key);
    gpgme_release(ctx);
    home_close(&opened);
    return status;
}

enum status sign_find_key(char fpr[65], const char *home, struct err *err)
{
    return read_own_key(fpr, NULL, home, err);
}

enum status sign_export_key(char fpr[65], struct str *out_public_armoured, const char *home,
                            struct err *err)
{
    return read_own_key(fpr, out_public_armoured, home, err);
}

void sign_home_close(const char *home)
{
    struct home opened = {0};
    if (home_open(&opened, home, NULL) == OK)
        home_end_agent(&opened);
    home_close(&opened);
}

/* The kernel copies: the secret never stands in our memory. */
static enum status copy_file(const char *to, const char *from, struct err *err)
{
    struct stat about;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = out >= 0 && fstat(in, &about) == 0;
    off_t done = 0;
    while (good && done < about.st_size)
        good = sendfile(out, in, &done, (size_t)(about.st_size - done)) > 0;
    enum status status =
        good ? OK : err_set(err, ERR_IO, "%s: cannot be copied: %s", from, strerror(errno));
    if (out >= 0)
        (void)close(out);
    if (in >= 0)
        (void)close(in);
    return status;
}

static enum status copy_secrets(const struct home *to, const struct home *from, gpgme_key_t key,
                                struct err *err)
{
    char *dir = path_join(to->real, "private-keys-v1.d");
    enum status status = file_make_dir(dir, 0700, err);
    for (gpgme_subkey_t sub = key->subkeys; status == OK && sub != NULL; sub = sub->next) {
        if (sub->keygrip == NULL || !home_has_secret(from, sub->keygrip))
            continue;
        char *there = xprintf("%s/%s.key", dir, sub->keygrip);
        char *here = xprintf("%s/private-keys-v1.d/%s.key", from->real, sub->keygrip);
        status = copy_file(there, here, err);
        free(here);
        free(there);
    }
    free(dir);
    return status;
}

/*
 * GnuPG need not import it: it has judged the key where it is, and starts an agent for an import,
 * which would have to be ended again.
 */
static enum status put_public(const struct home *home, struct bytes public_key, struct err *err)
{
    struct parts *parts = xcalloc(1, sizeof *parts);
    struct str box;
    str_init(&box, STR_LIMIT_TEXT);
    enum status status = parts_read(parts, public_key, err);
    if (status == OK) {
        keybox_begin(&box);
        keybox_add(&box, parts);
        status = str_ok(&box) ? home_put(home, "pubring.kbx", str_bytes(&box), err)
                              : err_set(err, ERR_LIMIT, "the signing key is too large");
    }
    str_dispose(&box);
    free(parts);
    return status;
}

enum status sealer_home_clone(const char *from, const char *to, const char *fpr, struct err *err)
{
    struct home source = {0};
    struct home target = {0};
    gpgme_ctx_t ctx = NULL;
    gpgme_key_t key = NULL;
    struct str public_key;
    str_init(&public_key, STR_LIMIT_TEXT);
    enum status status = home_open(&source, from, err);
    if (status == OK)
        status = gpg_open(&ctx, source.path, err);
    if (status == OK)
        status = find_key(&key, &source, ctx, fpr, err);
    if (status == OK && key->subkeys->invalid)
        status = err_set(err, ERR_REFUSED, "%s: no valid self-signature on key %s: make a new one",
                         source.real, fpr);
    if (status == OK) {
        gpgme_set_armor(ctx, 0);
        status = key_export(&public_key, ctx, fpr, err);
    }
    if (status == OK)
        status = home_make(&target, to, err);
    if (status == OK)
        status = put_public(&target, str_bytes(&public_key), err);
    if (status == OK)
        status = copy_secrets(&target, &source, key, err);
    gpgme_key_unref(key);
    gpgme_release(ctx);
    home_close(&target);
    home_close(&source);
    str_dispose(&public_key);
    return status;
}
