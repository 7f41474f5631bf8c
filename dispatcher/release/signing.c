#include "dispatcher/release/signing.h"

#include "base/file.h"
#include "dispatcher/cli.h"
#include "seal/cert.h"
#include "seal/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The fingerprint of the person's own key file. */
static enum status person_fpr(char out[65], struct app *app, const struct person *person,
                              struct err *err)
{
    struct cert cert = {0};
    struct str file;
    if (person->key == NULL)
        return err_set(err, ERR_REFUSED,
                       "%s has no key: put its public half into the configuration (people: key = "
                       "\"keys/%s.asc\")",
                       person->id, person->id);
    str_init(&file, 1 << 20);
    enum status status = file_read(&file, person->key, 1 << 20, err);
    if (status == OK)
        status = cert_read(&cert, str_bytes(&file), true, app_scratch(app), app_now(app), err);
    if (status == OK && !cert_usable(cert.state))
        status = err_set(err, ERR_REFUSED, "%s: cannot sign: %s: %s", person->key,
                         cert_state_word(cert.state), cert.reason);
    if (status == OK)
        memcpy(out, cert.fpr, sizeof cert.fpr);
    cert_dispose(&cert);
    str_dispose(&file);
    return status;
}

static bool confirmed(const char *statement)
{
    (void)fprintf(stderr, "\n%s\nSign this? Type yes: ", statement);
    char line[16] = "";
    return fgets(line, sizeof line, stdin) != NULL && strcmp(line, "yes\n") == 0;
}

enum status signing_clear(int *code, struct str *out, struct app *app, const struct person *person,
                          const char *statement, bool yes, struct err *err)
{
    char fpr[65];
    enum status status = person_fpr(fpr, app, person, err);
    *code = EXIT_NO;
    if (status != OK)
        return status;
    if (!yes && isatty(STDIN_FILENO) != 1) {
        *code = cli_usage("no terminal to ask on: add --yes, or use --print and --signature");
        return OK;
    }
    if (yes)
        (void)fprintf(stderr, "%s", statement);
    else if (!confirmed(statement)) {
        (void)fprintf(stderr, "tocsin: not signed\n");
        return OK;
    }
    status = sign_clear(out, statement, fpr, NULL, err);
    if (status == OK)
        *code = EXIT_DONE;
    return status;
}

enum status signing_maker(struct str *out, struct app *app, const char *text, struct err *err)
{
    char fpr[65];
    char *home = path_join(app->settings->secret, "gnupg");
    enum status status = sign_find_key(fpr, home, err);
    if (status == OK)
        status = sign_clear(out, text, fpr, home, err);
    sign_home_close(home);
    free(home);
    return status;
}
