/* dispatcher/commands/cmd_setup - init and config: an installation is made, settings are shown. */
#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/record/mark.h"
#include "seal/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int command_config(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct err err = {0};
    struct str out;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, NULL, 0, &argc, argv, &code))
        return code;
    const char *what = argc == 1 ? argv[0] : "";
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = OK;
    if (strcmp(what, "manual") == 0) {
        str_add(&out, ".TH TOCSIN.CONF 5 \"\" \"Tocsin\" \"File formats\"\n.SH NAME\n"
                      "tocsin.conf \\- settings of Tocsin\n.SH SETTINGS\n");
        settings_print_manual(&out);
    } else if (strcmp(what, "default") == 0)
        settings_print_default(&out);
    else if (strcmp(what, "show") == 0) {
        status = app_need(app, &err);
        if (status == OK)
            settings_print_effective(&out, app->settings);
    } else {
        str_dispose(&out);
        return cli_usage("takes no operand");
    }
    code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

struct initial {
    struct settings_init values;
    const char *dir;
    bool test, real;
    char *answers[8];
    size_t answer_count;
};

/* Ask on the terminal for what the command line left out. */
static const char *ask(struct initial *in, const char *question, const char *given)
{
    char line[512];
    if (given != NULL || in->answer_count == 8 || isatty(STDIN_FILENO) != 1)
        return given;
    (void)fprintf(stderr, "%s: ", question);
    if (fgets(line, sizeof line, stdin) == NULL)
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    in->answers[in->answer_count] = xstrdup(line);
    return line[0] != '\0' ? in->answers[in->answer_count++] : NULL;
}

static void ask_all(struct initial *in)
{
    struct settings_init *v = &in->values;
    v->maker = ask(in, "Name of the maker (company)", v->maker);
    v->id = ask(in, "Short id for advisories and the log, such as EXM", v->id);
    v->country = ask(in, "Country (two letters, such as DE)", v->country);
    v->mail = ask(in, "Mail address that notices come from", v->mail);
    v->relay = ask(in, "Mail relay (host:port)", v->relay);
    v->person = ask(in, "Your name (you get the roles psirt and regulatory)", v->person);
    v->phone = ask(in, "Your phone number, as hospitals should call it", v->phone);
}

static enum status make_folders(const char *dir, struct err *err)
{
    static const char *const folders[] = {"keys",  "secret",    "incoming",  "incoming/refused",
                                          "inbox", "inbox/new", "inbox/cur", "inbox/tmp",
                                          "outbox"};
    enum status status = file_make_dir(dir, 0700, err);
    for (size_t i = 0; status == OK && i < sizeof folders / sizeof folders[0]; i++) {
        char *path = path_join(dir, folders[i]);
        status = file_make_dir(path, 0700, err);
        free(path);
    }
    return status;
}

static enum status write_in(const char *dir, const char *name, struct bytes data, struct err *err)
{
    char *path = path_join(dir, name);
    enum status status = file_write(path, data, 0600, err);
    free(path);
    return status;
}

static enum status write_config(const struct initial *in, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = settings_write_init(&text, &in->values, err);
    if (status == OK)
        status = write_in(in->dir, "tocsin.conf", str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

static enum status write_help(const char *dir, struct err *err)
{
    static const char parties[] = "party,kind,country,email,name,group,role,language,phone,zone,"
                                  "key,smime,route,post_address\n";
    static const char columns[] =
        "The three flat files of this folder, and their columns\n\n"
        "parties.csv    needed: party, kind, country, email (may be empty)\n"
        "               kind: regulator hdo complaint distributor importer representative "
        "coordinator reporter\n"
        "               optional: name (a filled name means a person), group, role, language, "
        "phone, zone,\n"
        "               key (a file here, or a fingerprint), smime, route (smtp file portal letter "
        "phone), post_address,\n"
        "               territory (where it supplies to: DE|FR, EU, * for everywhere)\n"
        "               several rows of one party are its contacts in order of preference\n"
        "installed.csv  needed: party, product; optional: vendor, version, serial, quantity, "
        "udi_di\n"
        "               no such file: every hospital is told\n"
        "products.csv   needed: product, version; optional: vendor, aliases (with | between), "
        "state, item_class,\n"
        "               scope (mdr ivdr cra), model, udi_di, markets (where it is sold, as "
        "territory)\n";
    enum status status = write_in(dir, "parties.csv", bytes_of(parties), err);
    return status == OK ? write_in(dir, "COLUMNS.txt", bytes_of(columns), err) : status;
}

static enum status make_maker_key(const struct initial *in, struct err *err)
{
    struct str public_key;
    char fpr[65];
    char *home = path_join(in->dir, "secret/gnupg");
    char *user = xprintf("%s <%s>", in->values.maker, in->values.mail);
    str_init(&public_key, STR_LIMIT_TEXT);
    enum status status = sign_make_key(fpr, &public_key, home, user, err);
    if (status == ERR_EXISTS) /* from an init that did not come to its end */
        status = sign_export_key(fpr, &public_key, home, err);
    if (status == OK)
        status = write_in(in->dir, "keys/maker.asc", str_bytes(&public_key), err);
    if (status == OK)
        (void)printf("maker's key: %s (keys/maker.asc: publish it where recipients find it)\n",
                     fpr);
    sign_home_close(home);
    str_dispose(&public_key);
    free(home);
    free(user);
    return status;
}

/* The person's own key in the caller's GnuPG home; made there for a test installation. */
static void find_person_key(const struct initial *in)
{
    struct str public_key;
    struct err err = {0};
    char fpr[65];
    str_init(&public_key, STR_LIMIT_TEXT);
    const struct settings_init *v = &in->values;
    char *user = xprintf("%s <%s>", v->person, v->person_mail);
    char *name = xprintf("keys/%s.asc", v->person_id);
    enum status status =
        sign_person_key(fpr, &public_key, v->person_mail, in->test ? user : NULL, &err);
    if (status == OK)
        status = write_in(in->dir, name, str_bytes(&public_key), &err);
    if (status == OK)
        (void)printf("%s signs with %s (%s)\n", v->person_id, fpr, name);
    else
        (void)printf("%s has no key in your GnuPG home yet: gpg --quick-gen-key '%s' ed25519 sign; "
                     "then gpg --armor "
                     "--export %s > %s\n",
                     v->person_id, user, v->person_mail, name);
    str_dispose(&public_key);
    free(user);
    free(name);
}

/* "Dr Eva Meyer" → "meyer": the last word in lower-case ASCII. */
static char *person_id_of(const char *name)
{
    const char *last = name != NULL ? strrchr(name, ' ') : NULL;
    char *id = xstrdup(last != NULL ? last + 1 : name != NULL ? name : "");
    size_t kept = 0;
    for (const char *p = id; *p != '\0' && kept < 32; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            id[kept++] = c;
    }
    id[kept] = '\0';
    if (kept == 0) {
        free(id);
        return xstrdup("psirt");
    }
    return id;
}

static enum status init_all(struct app *app, struct initial *in, struct err *err)
{
    char *config = path_join(in->dir, "tocsin.conf");
    enum status status =
        file_exists(config)
            ? err_set(err, ERR_EXISTS,
                      "%s: there is an installation already: choose another folder", config)
            : OK;
    if (status == OK)
        status = make_folders(in->dir, err);
    if (status == OK)
        status = write_config(in, err);
    if (status == OK)
        status = write_help(in->dir, err);
    if (status == OK)
        status = make_maker_key(in, err);
    if (status == OK) {
        app->config_given = config;
        status = app_create_store(app, in->test, err);
        if (status == OK)
            status = mark_write(app, err);
        if (status == OK)
            find_person_key(in);
    }
    if (status == OK)
        (void)printf(
            "%s: ready (%s store). Next: fill in parties.csv, then `tocsin doctor --config %s`\n",
            in->dir, in->test ? "TEST" : "real", config);
    app->config_given = NULL;
    /* What marks an installation is its configuration: without the rest it is none, and init can be
     * tried again. */
    if (status != OK && status != ERR_EXISTS)
        (void)unlink(config);
    free(config);
    return status;
}

int command_init(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct initial in = {0};
    struct settings_init *v = &in.values;
    const struct cli_option options[] = {{"maker", &v->maker, NULL},
                                         {"id", &v->id, NULL},
                                         {"country", &v->country, NULL},
                                         {"mail", &v->mail, NULL},
                                         {"relay", &v->relay, NULL},
                                         {"user", &v->user, NULL},
                                         {"password-file", &v->password_file, NULL},
                                         {"ca-file", &v->ca_file, NULL},
                                         {"person", &v->person, NULL},
                                         {"person-id", &v->person_id, NULL},
                                         {"person-mail", &v->person_mail, NULL},
                                         {"phone", &v->phone, NULL},
                                         {"store", &v->store, NULL},
                                         {"test", NULL, &in.test},
                                         {"real", NULL, &in.real}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    if (argc != 1 || (in.test && in.real))
        return cli_usage("give one folder, and --test or --real");
    in.dir = argv[0];
    ask_all(&in);
    if (!in.test && !in.real && isatty(STDIN_FILENO) != 1)
        return cli_usage("say --test (for trying) or --real");
    static const char *const names[] = {"maker", "id",     "country", "mail",
                                        "relay", "person", "phone"};
    const char *const values[] = {v->maker, v->id,     v->country, v->mail,
                                  v->relay, v->person, v->phone};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (values[i] == NULL)
            return cli_usage("--%s is missing", names[i]);
    char *person_id = person_id_of(v->person);
    if (v->person_id == NULL)
        v->person_id = person_id;
    if (v->person_mail == NULL)
        v->person_mail = v->mail;
    enum status status = init_all(app, &in, &err);
    free(person_id);
    for (size_t i = 0; i < in.answer_count; i++)
        free(in.answers[i]);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}
