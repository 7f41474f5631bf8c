#include "tests/seal/opens.h"

#include "base/file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void opens_gpg(const struct fixture *f, struct bytes ciphertext, const struct str *plain)
{
    struct str opened;
    struct str status;
    struct err err = {0};
    str_init(&opened, STR_LIMIT_MAIL);
    str_init(&status, STR_LIMIT_TEXT);
    char *path = path_join(f->keys.dir, "status");
    ck_assert_int_eq(
        keys_gpg(&f->keys, &opened, ciphertext, "--status-file", path, "--decrypt", NULL), 0);
    ck_assert(bytes_equal(str_bytes(&opened), str_bytes(plain)));
    ck_assert_int_eq(file_read(&status, path, STR_LIMIT_TEXT, &err), OK);
    char *valid = xprintf("VALIDSIG %s", f->maker);
    ck_assert_ptr_nonnull(strstr(str_text(&status), valid));
    ck_assert_ptr_nonnull(strstr(str_text(&status), " 22 10 00 ")); /* Ed25519, SHA-512 */
    ck_assert_ptr_nonnull(strstr(str_text(&status), "GOODMDC"));
    ck_assert_ptr_nonnull(strstr(str_text(&status), "DECRYPTION_INFO 2 9")); /* MDC, AES-256 */
    free(valid);
    free(path);
    str_dispose(&status);
    str_dispose(&opened);
}

void opens_sq(const struct fixture *f, struct bytes ciphertext, const char *fpr,
              const struct str *plain)
{
    struct str secret;
    struct str opened;
    struct err err = {0};
    str_init(&secret, STR_LIMIT_TEXT);
    str_init(&opened, STR_LIMIT_MAIL);
    char *path = path_join(f->keys.dir, "secret.asc");
    ck_assert_int_eq(keys_gpg(&f->keys, &secret, (struct bytes){0}, "--armor",
                              "--export-secret-keys", fpr, NULL),
                     0);
    ck_assert_int_eq(file_write(path, str_bytes(&secret), 0600, &err), OK);
    ck_assert_int_eq(keys_run(&f->keys, &opened, ciphertext,
                              (const char *const[]){"sq", "decrypt", "--recipient-key", path,
                                                    "--signer-cert", f->maker_path, NULL}),
                     0);
    ck_assert(bytes_equal(str_bytes(&opened), str_bytes(plain)));
    free(path);
    str_dispose(&opened);
    str_dispose(&secret);
}
