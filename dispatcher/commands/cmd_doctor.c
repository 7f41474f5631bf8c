/*
 * dispatcher/commands/cmd_doctor - everything that still stands between you and a notice, each with
 * the command that mends it. Exit 1 when a notice could be lost.
 */
#include "dispatcher/commands/doctor.h"

#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/duties/rulebook.h"
#include "dispatcher/op.h"
#include "dispatcher/paper.h"
#include "dispatcher/record/mark.h"
#include "evidence/stamp.h"
#include "seal/cert.h"
#include "seal/sign.h"
#include "store/party.h"
#include "templates/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void doctor_say(struct examination *e, bool fault, const char *what, const char *mend)
{
    if (fault)
        e->faults++;
    else
        e->warnings++;
    if (!e->json) {
        (void)printf("%s %s\n        mend: %s\n", fault ? "fault  " : "warning", what, mend);
        return;
    }
    struct str out;
    struct json_out j;
    str_init(&out, STR_LIMIT_LINE);
    json_out_init(&j, &out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.doctor/1");
    json_out_text(&j, "severity", fault ? "fault" : "warning");
    json_out_text(&j, "what", what);
    json_out_text(&j, "mend", mend);
    json_out_end(&j);
    (void)printf("%s\n", str_text(&out));
    str_dispose(&out);
}

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
        what = xprintf("the watched folder %s is not there: what is put there is not read", dir);
        mend = xprintf("mkdir -m 700 %s", dir);
    } else if (access(dir, R_OK | W_OK | X_OK) != 0) {
        what = xprintf("the watched folder %s cannot be read and written: sets in it would wait "
                       "for ever",
                       dir);
        mend = xprintf("give the user that runs tocsin the rights on %s", dir);
    } else if ((stat(refused, &below) == 0 &&
                (below.st_dev != st.st_dev || access(refused, W_OK | X_OK) != 0)) ||
               (stat(done, &below) == 0 &&
                (below.st_dev != st.st_dev || access(done, W_OK | X_OK) != 0))) {
        what = xprintf("sets cannot be moved from %s into its refused/ and done/", dir);
        mend = xstrdup("make both folders of ours, on the same file system");
    } else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        fault = false;
        what = xprintf("others may write into the watched folder %s: they can submit, and take "
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
        what = xprintf("time-stamps of %s cannot be judged: %s", name, err.text);
        mend = xprintf("put the authority's root certificates (PEM) into %s", a->ca_file);
    } else if (end_ms < app_now(e->app) + 30 * MS_DAY) {
        what = xprintf("a root certificate for time-stamps of %s ends on %s", name,
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

static void check_secret(struct examination *e)
{
    const struct settings *s = e->app->settings;
    struct err err = {0};
    struct stat st;
    char fpr[65];
    char *home = path_join(s->secret, "gnupg");
    char *published = path_join(s->keys, "maker.asc");
    if (stat(s->secret, &st) != 0 || (st.st_mode & 077) != 0) {
        char *mend = xprintf("chmod 700 %s", s->secret);
        doctor_say(e, true, "the folder of our secret key is missing or open to others", mend);
        free(mend);
    }
    if (sign_find_key(fpr, home, &err) != OK)
        doctor_say(e, true, "the maker's signing key is missing: nothing can be sealed",
                   "restore secret/ from a backup, or make a new installation with `tocsin init`");
    if (access(published, R_OK) != 0)
        doctor_say(e, false, "keys/maker.asc is missing: recipients check our signatures with it",
                   "gpg --homedir secret/gnupg --armor --export > keys/maker.asc");
    sign_home_close(home);
    free(home);
    free(published);
}

/* Rules that changed behind their adoption are not used: somebody has to look at them. */
static void check_rules(struct examination *e)
{
    struct rulebook book;
    struct err err = {0};
    size_t changed = 0;
    if (rulebook_open(&book, e->app, &err) != OK) {
        doctor_say(e, false, err.text,
                   "mend the file: until then no rule can be used (`tocsin rules check`)");
        return;
    }
    if (book.doubt.code == ERR_CORRUPT)
        doctor_say(e, false, book.doubt.text, "then `tocsin rules adopt --by PERSON`");
    for (size_t i = 0; i < book.pack->count; i++)
        changed += rulebook_use(&book, book.pack->rules[i]) == USE_CHANGED;
    char *what =
        xprintf("%zu rule%s not as adopted: not used", changed, changed == 1 ? " is" : "s are");
    if (changed > 0)
        doctor_say(e, false, what,
                   "look at them (`tocsin rules list`), then `tocsin rules adopt --by PERSON`");
    free(what);
    rulebook_close(&book);
}

static void check_people(struct examination *e)
{
    const struct settings *s = e->app->settings;
    int64_t able = 0;
    for (size_t i = 0; i < s->people_count; i++) {
        const struct person *p = &s->people[i];
        struct cert cert = {0};
        struct err err = {0};
        struct str file;
        char *mend = xprintf("gpg --armor --export %s > keys/%s.asc (in %s), and name it in people",
                             p->mail, p->id, s->dir);
        if ((p->roles & s->release.roles) == 0) {
            free(mend);
            continue;
        }
        str_init(&file, 1 << 20);
        enum status status =
            p->key == NULL ? ERR_NOT_FOUND : file_read(&file, p->key, 1 << 20, &err);
        if (status == OK)
            status = cert_read(&cert, str_bytes(&file), true, app_scratch(e->app), app_now(e->app),
                               &err);
        char *what = NULL;
        if (status != OK)
            what = xprintf("%s may release, but has no readable key", p->id);
        else if (!cert_usable(cert.state))
            what = xprintf("%s may release, but the key is %s: %s", p->id,
                           cert_state_word(cert.state), cert.reason);
        if (what != NULL)
            doctor_say(e, false, what, mend);
        else
            able++;
        free(what);
        free(mend);
        cert_dispose(&cert);
        str_dispose(&file);
    }
    if (able < s->release.approvals)
        doctor_say(e, true, "not enough people can sign for release: no advisory could be approved",
                   "give people of a releasing role (release.roles) a key, see the warnings above");
}

static void check_contact(struct examination *e, const struct party *p,
                          const struct contact *contacts, size_t count)
{
    bool reachable = false;
    char *what = NULL, *mend = NULL;
    for (size_t i = 0; i < count; i++)
        reachable = reachable || contacts[i].email != NULL || contacts[i].phone != NULL ||
                    contacts[i].post_address != NULL || contacts[i].route == ROUTE_PORTAL ||
                    contacts[i].route == ROUTE_FILE;
    if (!reachable) {
        what = xprintf("%s cannot be reached at all", p->id);
        mend = xstrdup("add email, phone or post_address to its row in parties.csv");
        doctor_say(e, true, what, mend);
    }
    free(what);
    free(mend);
}

static void check_keys(struct examination *e, struct arena *arena, const struct key *keys,
                       size_t count)
{
    int64_t now = app_now(e->app);
    for (size_t i = 0; i < count; i++) {
        const struct key *k = &keys[i];
        const char *mend = arena_printf(arena,
                                        "ask %s for a key, check its fingerprint by telephone, "
                                        "then tocsin key import FILE --party %s",
                                        k->party, k->party);
        if (!text_equal(k->state, cert_state_word(CERT_GOOD)) &&
            !text_equal(k->state, cert_state_word(CERT_WARN)))
            doctor_say(e, false,
                       arena_printf(arena, "the key of %s is not used: %s: %s", k->party, k->state,
                                    k->reason != NULL ? k->reason : ""),
                       mend);
        else if (k->expires_ms > 0 && k->expires_ms < now + 30 * MS_DAY) {
            char date[CLOCK_TEXT];
            doctor_say(e, false,
                       arena_printf(arena, "the key of %s ends on %s", k->party,
                                    clock_date(date, k->expires_ms)),
                       mend);
        }
    }
}

static enum status check_register(struct examination *e, struct err *err)
{
    bool complaint = false, any = false, installed = false;
    int priority = -1;
    char cursor[256] = "";
    enum status status = OK;
    for (size_t count = 500; status == OK && count == 500;) {
        struct arena *arena = arena_new();
        struct party *list = NULL;
        status = party_list(&list, &count, arena, e->app->store, priority,
                            cursor[0] != '\0' ? cursor : NULL, 500, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct contact *contacts = NULL;
            size_t contact_count = 0;
            any = true;
            complaint = complaint || list[i].kind == PARTY_COMPLAINT;
            status = contact_list(&contacts, &contact_count, arena, e->app->store, list[i].id, err);
            if (status == OK)
                check_contact(e, &list[i], contacts, contact_count);
            priority = party_kind_priority(list[i].kind);
            (void)snprintf(cursor, sizeof cursor, "%s", list[i].id);
        }
        arena_free(arena);
    }
    if (status == OK && !any)
        doctor_say(e, true, "the register is empty: nobody would be told",
                   "fill in parties.csv beside the configuration");
    else if (status == OK && !complaint)
        doctor_say(
            e, false,
            "no complaint desk in the register: your own people would hear it from customers",
            "add a row of kind complaint to parties.csv");
    if (status == OK)
        status = installed_any(&installed, e->app->store, err);
    if (status == OK && !installed)
        doctor_say(e, false, "no installed base is known: every hospital is told of everything",
                   "write installed.csv (party,product,version,...)");
    return status;
}

static enum status examine(struct examination *e, struct err *err)
{
    struct arena *arena = arena_new();
    struct key *keys = NULL;
    struct wording *wording = NULL;
    size_t count = 0;
    struct err fault = {0};
    if (mark_check(e->app, &fault) == ERR_REFUSED)
        doctor_say(e, true, fault.text, "man tocsin, RESTORING");
    doctor_mail(e);
    check_watch(e);
    check_secret(e);
    check_evidence(e);
    check_people(e);
    check_rules(e);
    if (wording_open(&wording, e->app->settings->templates, &fault) != OK)
        doctor_say(e, true, fault.text,
                   "mend the template, or take it out of the templates folder");
    wording_close(wording);
    const char *doubt = NULL;
    enum status status = paper_doubt(&doubt, arena, e->app, err);
    if (doubt != NULL)
        doctor_say(e, false, doubt, "tocsin policy write --by PERSON, and publish what it writes");
    if (status == OK)
        status = check_register(e, err);
    if (status == OK)
        status = key_list(&keys, &count, arena, e->app->store, NULL, err);
    if (status == OK)
        check_keys(e, arena, keys, count);
    arena_free(arena);
    return status;
}

int command_doctor(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct err err = {0};
    struct frame_out request;
    struct str out;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, NULL, 0, &argc, argv, &code))
        return code;
    if (argc != 0)
        return cli_usage("%s: takes no operand", argv[0]);
    struct examination e = {.app = app, .json = common.json};
    enum status status = app_need(app, &err);
    str_init(&out, STR_LIMIT_TEXT);
    if (status == OK) {
        op_begin(&request, app, "refresh");
        status = op_call(app, &request, &out, &err);
        (void)fputs(str_text(&out), stderr);
        if (status == ERR_REFUSED) {
            doctor_say(&e, true, err.text, "mend the file; it is read again by itself");
            status = OK;
        }
        store_close(app->store);
        app->store = NULL;
    }
    str_dispose(&out);
    if (status == OK)
        status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = examine(&e, &err);
    if (status != OK)
        return cli_fail(&err);
    if (!common.json)
        (void)printf("%d fault%s, %d warning%s%s\n", e.faults, e.faults == 1 ? "" : "s", e.warnings,
                     e.warnings == 1 ? "" : "s",
                     e.faults == 0 ? ": a notice would not be lost" : "");
    return e.faults > 0 ? EXIT_NO : EXIT_DONE;
}
