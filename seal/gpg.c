#include "seal/gpg.h"

#include "seal/limit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char **gpg_environment(void)
{
    static char path[] = "PATH=/usr/bin:/bin:/usr/local/bin";
    static char locale[] = "LC_ALL=C";
    static char home[PATH_MAX] = "";
    static char *minimal[] = {path, locale, NULL, NULL};
    /* Where the caller's own keys are when no home is named: the user's entry may say otherwise. */
    const char *value = getenv("HOME");
    if (environ != minimal && value != NULL && strlen(value) + sizeof "HOME=" <= sizeof home) {
        (void)snprintf(home, sizeof home, "HOME=%s", value);
        minimal[2] = home;
    }
    return minimal;
}

void gpg_quiet_begin(struct gpg_quiet *quiet, gpgme_ctx_t ctx)
{
    gpgme_engine_info_t engine = gpgme_ctx_get_engine_info(ctx);
    while (engine != NULL && engine->protocol != GPGME_PROTOCOL_OpenPGP)
        engine = engine->next;
    quiet->environment = environ;
    environ = gpg_environment();
    quiet->limit = limit_start(engine != NULL ? engine->home_dir : NULL);
}

gpgme_error_t gpg_quiet_end(const struct gpg_quiet *quiet, gpgme_error_t error)
{
    environ = quiet->environment;
    return limit_stop(quiet->limit) ? gpgme_error(GPG_ERR_TIMEOUT) : error;
}

enum status gpg_fail(struct err *err, enum status code, gpgme_error_t error, const char *what)
{
    return err_set(err, code, "GnuPG: %s: %s", what, gpgme_strerror(error));
}

enum status gpg_open(gpgme_ctx_t *out, const char *home, struct err *err)
{
    *out = NULL;
    if (gpgme_check_version("1.18.0") == NULL)
        return err_set(err, ERR_IO, "GPGME: older than 1.18: install the one of Debian 12");
    gpgme_error_t error = gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP);
    if (error == 0)
        error = gpgme_new(out);
    if (error != 0)
        return gpg_fail(err, ERR_IO, error, "cannot be started: install the package gnupg");
    if (home != NULL)
        error = gpgme_ctx_set_engine_info(*out, GPGME_PROTOCOL_OpenPGP, NULL, home);
    if (error != 0) {
        gpgme_release(*out);
        *out = NULL;
        return gpg_fail(err, ERR_IO, error, home);
    }
    gpgme_set_offline(*out, 1);
    gpgme_set_armor(*out, 1);
    return OK;
}

enum status gpg_data_of(gpgme_data_t *out, struct bytes data, struct err *err)
{
    const char *start = data.size > 0 ? (const char *)data.data : "";
    gpgme_error_t error = gpgme_data_new_from_mem(out, start, data.size, 0);
    return error == 0 ? OK : gpg_fail(err, ERR_IO, error, "no room for data");
}

enum status gpg_data_new(gpgme_data_t *out, struct err *err)
{
    gpgme_error_t error = gpgme_data_new(out);
    return error == 0 ? OK : gpg_fail(err, ERR_IO, error, "no room for data");
}

enum status gpg_data_read(struct str *out, gpgme_data_t data, struct err *err)
{
    char buffer[16 * 1024];
    gpgme_ssize_t got = 0;
    if (gpgme_data_seek(data, 0, SEEK_SET) != 0)
        return err_set(err, ERR_IO, "GnuPG: its output cannot be read");
    while ((got = gpgme_data_read(data, buffer, sizeof buffer)) > 0)
        str_add_n(out, buffer, (size_t)got);
    if (got < 0)
        return err_set(err, ERR_IO, "GnuPG: its output cannot be read");
    if (!str_ok(out))
        return err_set(err, ERR_LIMIT, "GnuPG: its output is larger than %zu bytes", out->limit);
    return OK;
}

const char *gpg_gpgconf(void)
{
    return gpgme_get_dirinfo("gpgconf-name");
}
