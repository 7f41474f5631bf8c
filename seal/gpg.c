#include "seal/gpg.h"

#include "seal/limit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 5

/* "NAME=value" in its place of the environment; none without a value. */
static void put_word(char *words[WORDS + 1], char (*room)[PATH_MAX], const char *name,
                     const char *value)
{
    size_t i = 0;
    while (words[i] != NULL)
        i++;
    if (value != NULL && i < WORDS &&
        snprintf(room[i], sizeof room[i], "%s=%s", name, value) < (int)sizeof room[i]) {
        words[i] = room[i];
        words[i + 1] = NULL;
    }
}

char **gpg_environment(const char *home)
{
    static char path[] = "PATH=/usr/bin:/bin:/usr/local/bin";
    static char locale[] = "LC_ALL=C";
    static char room[WORDS][PATH_MAX];
    static char *minimal[WORDS + 1] = {path, locale};
    static char *before[2]; /* of the environment that was there: HOME, and whose worker we are */
    if (environ != minimal) {
        before[0] = getenv("HOME");
        before[1] = getenv(SIGN_RUNTIME);
    }
    minimal[2] = NULL;
    /* Where the caller's own keys are when no home is named: the user's entry may say otherwise. */
    put_word(minimal, room, "HOME", before[0]);
    put_word(minimal, room, SIGN_RUNTIME, before[1]);
    put_word(minimal, room, SIGN_HOME, home);
    return minimal;
}

static void quiet_begin(struct gpg_quiet *quiet, const char *home)
{
    quiet->environment = environ;
    environ = gpg_environment(home);
    quiet->limit = limit_start(home);
}

void gpg_quiet_begin(struct gpg_quiet *quiet, gpgme_ctx_t ctx)
{
    gpgme_engine_info_t engine = gpgme_ctx_get_engine_info(ctx);
    while (engine != NULL && engine->protocol != GPGME_PROTOCOL_OpenPGP)
        engine = engine->next;
    quiet_begin(quiet, engine != NULL ? engine->home_dir : NULL);
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
    /* GPGME asks gpg for its version, and gpg reads settings before it answers. */
    struct gpg_quiet quiet;
    quiet_begin(&quiet, home);
    gpgme_error_t error = gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP);
    if (error == 0)
        error = gpgme_new(out);
    const bool missing = error != 0;
    if (error == 0 && home != NULL)
        error = gpgme_ctx_set_engine_info(*out, GPGME_PROTOCOL_OpenPGP, NULL, home);
    error = gpg_quiet_end(&quiet, error);
    if (missing)
        return gpg_fail(err, ERR_IO, error, "cannot be started: install the package gnupg");
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
