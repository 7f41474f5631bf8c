/* dispatcher/commands/doctor_places - folders, certificates and keys of our own that must be there.
 */
#include "dispatcher/commands/doctor.h"

#include "base/file.h"
#include "evidence/stamp.h"
#include "seal/cert.h"
#include "seal/sign.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Rights on the watched folder: who can write there can submit, but nothing is released by that. */
static void check_watch(struct examination *e)
{
    const char *dir = e->app->settings->watch;
    struct stat st, below;
    if (dir == NULL)
        return;
    char *what = NULL, *mend = NULL;
    bool fault = true;
    char *refused = path_join(dir, "refused");
    char *done = path_join(dir, "done");
    if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        what = xprintf("watch: the watched folder %s is not there: what is put there is not read",
                       dir);
        mend = xprintf("mkdir -m 700 %s", dir);
    } else if (access(dir, R_OK | W_OK | X_OK) != 0) {
        what = xprintf(
            "watch: the watched folder %s cannot be read and written: sets in it would wait "
            "for ever",
            dir);
        mend = xprintf("give the user that runs tocsin the rights on %s", dir);
    } else if ((stat(refused, &below) == 0 &&
                (below.st_dev != st.st_dev || access(refused, W_OK | X_OK) != 0)) ||
               (stat(done, &below) == 0 &&
                (below.st_dev != st.st_dev || access(done, W_OK | X_OK) != 0))) {
        what = xprintf("watch: sets cannot be moved from %s into its refused/ and done/", dir);
        mend = xstrdup("make both folders of ours, on the same file system");
    } else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        fault = false;
        what =
            xprintf("watch: others may write into the watched folder %s: they can submit, and take "
                    "away or replace what waits there; they cannot release: only signatures of "
                    "releasing people do",
                    dir);
        mend = xprintf("when that is not wanted: chmod 700 %s", dir);
    }
    if (what != NULL)
        doctor_say(e, fault, what, mend);
    free(what);
    free(mend);
    free(refused);
    free(done);
}

/* Without time-stamps no notice is lost: all of it is a warning. */
static void check_authority(struct examination *e, const struct settings_authority *a)
{
    struct str file, roots;
    struct err err = {0};
    int64_t end_ms = 0;
    char date[CLOCK_TEXT];
    char *what = NULL, *mend = NULL;
    char *name = settings_authority_name(a);
    str_init(&file, 1 << 20);
    str_init(&roots, 1 << 20);
    enum status status = file_read(&file, a->ca_file, 1 << 18, &err);
    if (status == OK)
        status = stamp_roots(&roots, &end_ms, str_bytes(&file), &err);
    if (status != OK) {
        what = xprintf("evidence.timestamps: those of %s cannot be judged: %s", name, err.text);
        mend = xprintf("put the authority's root certificates (PEM) into %s", a->ca_file);
    } else if (end_ms < app_now(e->app) + 30 * MS_DAY) {
        what = xprintf("evidence.timestamps: a root certificate of %s ends on %s", name,
                       clock_date(date, end_ms));
        mend = xprintf("ask the authority for the next one and put it into %s", a->ca_file);
    } else if (a->tls_ca != NULL && access(a->tls_ca, R_OK) != 0) {
        what = xprintf("evidence.timestamps.tls_ca_file of %s cannot be read", name);
        mend = xprintf("put the certificates (PEM) for its server into %s", a->tls_ca);
    }
    if (what != NULL)
        doctor_say(e, false, what, mend);
    free(name);
    free(what);
    free(mend);
    str_dispose(&file);
    str_dispose(&roots);
}

static void check_evidence(struct examination *e)
{
    const struct settings_evidence *conf = &e->app->settings->evidence;
    for (size_t i = 0; i < conf->timestamp_count; i++)
        check_authority(e, &conf->timestamps[i]);
}

/* What recipients check our signatures with: usable, of the key that signs, and not near its end.
 */
static void check_published(struct examination *e, const char *path, const char *fpr)
{
    struct cert cert = {0};
    struct err err = {0};
    struct str file;
    char date[CLOCK_TEXT];
    const int64_t now = app_now(e->app);
    char *what = NULL;
    str_init(&file, 1 << 20);
    bool renew = false;
    enum status status = file_read(&file, path, 1 << 20, &err);
    if (status == OK)
        status = cert_read(&cert, str_bytes(&file), true, app_scratch(e->app), now, &err);
    if (status != OK)
        what = xprintf("keys/maker.asc is missing, or no key: recipients check our signatures "
                       "with it");
    else if (fpr[0] != '\0' && strcmp(fpr, cert.fpr) != 0)
        what = xprintf("keys/maker.asc is %s, and we sign with %s: recipients cannot check our "
                       "signatures",
                       cert.fpr, fpr);
    else if (!cert_usable(cert.state))
        what = xprintf("keys/maker.asc is %s: recipients trust no signature of ours",
                       cert_state_word(cert.state));
    else if (cert.expires_ms > 0 && cert.expires_ms < now + ENDS_SOON)
        what = xprintf("keys/maker.asc: the maker's key ends on %s: then nothing can be signed",
                       clock_date(date, cert.expires_ms));
    renew = status == OK && fpr[0] != '\0' && strcmp(fpr, cert.fpr) == 0;
    char *home = path_join(e->app->settings->secret, "gnupg");
    char *export = xprintf("gpg --homedir %s --armor --export > %s, and publish that", home, path);
    if (what != NULL)
        doctor_tell(
            e, false, what,
            renew ? xprintf("gpg --homedir %s --quick-set-expire %s 2y, then %s", home, fpr, export)
                  : xstrdup(export));
    free(export);
    free(home);
    cert_dispose(&cert);
    str_dispose(&file);
}

static void check_secret(struct examination *e)
{
    const struct settings *s = e->app->settings;
    struct err err = {0};
    struct stat st;
    char fpr[65] = "";
    char *home = path_join(s->secret, "gnupg");
    char *published = path_join(s->keys, "maker.asc");
    if (stat(s->secret, &st) != 0 || (st.st_mode & 077) != 0) {
        char *mend = xprintf("chmod 700 %s", s->secret);
        doctor_say(e, true, "secret: the folder of our secret key is missing or open to others",
                   mend);
        free(mend);
    }
    if (sign_find_key(fpr, home, &err) != OK)
        doctor_say(e, true,
                   "secret/gnupg: the maker's signing key is missing: nothing can be sealed",
                   "restore secret/ from a backup, or make a new installation with `tocsin init`");
    check_published(e, published, fpr);
    sign_home_close(home);
    free(home);
    free(published);
}

void doctor_places(struct examination *e)
{
    check_watch(e);
    check_secret(e);
    check_evidence(e);
}
