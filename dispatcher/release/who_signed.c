#include "dispatcher/release/who_signed.h"

#include "base/file.h"

static enum status verify_with(struct signature *out, struct app *app, const struct person *person,
                               const struct str *data, struct bytes signature, struct err *err)
{
    struct str cert;
    str_init(&cert, STR_LIMIT_TEXT);
    const char *scratch = app_scratch(app);
    enum status status =
        scratch == NULL
            ? err_set(err, ERR_IO, "no private folder for GnuPG could be made: check /tmp")
            : file_read(&cert, person->key, 1 << 20, err);
    if (status == OK && data == NULL)
        status = sign_verify_clear(out, signature, str_bytes(&cert), scratch, app_now(app), err);
    else if (status == OK)
        status = sign_verify_detached(out, str_bytes(data), signature, str_bytes(&cert), scratch,
                                      app_now(app), err);
    str_dispose(&cert);
    return status;
}

enum status who_signed(const struct person **person, struct signature *out, struct app *app,
                       const struct str *data, struct bytes signature, const char *name,
                       struct err *err)
{
    struct err last = {0};
    struct err untried = {0};
    for (size_t i = 0; i < app->settings->people_count; i++) {
        const struct person *candidate = &app->settings->people[i];
        if (candidate->key == NULL)
            continue;
        enum status status = verify_with(out, app, candidate, data, signature, &last);
        if (status == OK) {
            *person = candidate;
            return OK;
        }
        signature_dispose(out);
        if (status == ERR_IO)
            untried = last;
        if (status == ERR_INVALID) { /* there is no signature in these bytes: nobody's */
            untried.code = OK;
            break;
        }
    }
    if (untried.code != OK)
        return err_set(err, ERR_IO, "%s: cannot be checked now: %s", name, untried.text);
    return err_set(err, ERR_REFUSED,
                   "%s: no signature of a person of the configuration over these bytes: %s", name,
                   last.text[0] != '\0' ? last.text : "nobody has a key: see people");
}
