/* dispatcher/commands/cmd_register - party, product, key: what goes into the register, and what is
 * there. */
#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/submit/import.h"
#include "seal/cert.h"
#include "store/party.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CSV_LIMIT ((size_t)512 * 1024 * 1024)

/* What was said on the command line. */
struct importing {
    enum import_kind kind;
    const char *path;
    bool full, yes, believe, json;
};

static int import(struct app *app, const struct importing *i, enum import_mode mode)
{
    const char *path = i->path;
    struct str text;
    struct err err = {0};
    struct frame_out request;
    int code = EXIT_USAGE;
    str_init(&text, CSV_LIMIT);
    if (file_read(&text, path, CSV_LIMIT, &err) != OK)
        (void)cli_fail(&err);
    else {
        op_begin(&request, app, "import");
        frame_int(&request, i->kind);
        frame_text(&request, path);
        frame_bytes(&request, str_bytes(&text));
        frame_int(&request, mode);
        frame_int(&request, i->believe ? 1 : 0);
        frame_int(&request, i->json ? 1 : 0);
        code = cli_call(app, &request);
    }
    str_dispose(&text);
    return code;
}

static void print_party(struct str *out, const struct party *p, const struct contact *contacts,
                        size_t count, bool json)
{
    for (size_t i = 0; i < count; i++) {
        const struct contact *c = &contacts[i];
        if (!json) {
            str_addf(out, "%-24s %-14s %s  %-6s %s%s%s\n", i == 0 ? p->id : "",
                     i == 0 ? party_kind_word(p->kind) : "", p->country, route_word(c->route),
                     c->email != NULL ? c->email : "-", c->key != NULL ? "  key " : "",
                     c->key != NULL ? c->key : "");
            continue;
        }
        struct json_out j;
        json_out_init(&j, out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.party/1");
        json_out_text(&j, "party", p->id);
        json_out_text(&j, "kind", party_kind_word(p->kind));
        json_out_text(&j, "country", p->country);
        json_out_text(&j, "group", p->group);
        json_out_int(&j, "contact", c->seq);
        json_out_text(&j, "route", route_word(c->route));
        json_out_text(&j, "email", c->email);
        json_out_text(&j, "key", c->key);
        json_out_end(&j);
        str_add_c(out, '\n');
    }
}

/* Slices keep a reader from holding up the dispatcher's commits. */
static enum status list_parties(struct app *app, struct str *out, bool json, struct err *err)
{
    int priority = -1;
    char cursor[256] = "";
    enum status status = app_open_store(app, STORE_READ, err);
    for (size_t count = 500; status == OK && count == 500;) {
        struct arena *arena = arena_new();
        struct party *list = NULL;
        status = party_list(&list, &count, arena, app->store, priority,
                            cursor[0] != '\0' ? cursor : NULL, 500, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct contact *contacts = NULL;
            size_t contact_count = 0;
            status = contact_list(&contacts, &contact_count, arena, app->store, list[i].id, err);
            print_party(out, &list[i], contacts, contact_count, json);
            priority = party_kind_priority(list[i].kind);
            (void)snprintf(cursor, sizeof cursor, "%s", list[i].id);
        }
        arena_free(arena);
        if (!cli_put(out))
            status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
        str_reset(out);
    }
    return status;
}

/* What --full takes out is listed and asked for first. */
static int import_asked(struct app *app, const struct importing *i)
{
    if (!i->full)
        return import(app, i, IMPORT_ADD);
    if (!i->yes) {
        int code = import(app, i, IMPORT_FULL_TRY);
        if (code != EXIT_DONE)
            return code;
        if (isatty(STDIN_FILENO) != 1)
            return cli_usage("--full would remove what is listed above: add --yes");
        char line[16] = "";
        (void)fprintf(stderr, "Remove what is listed above? Type yes: ");
        if (fgets(line, sizeof line, stdin) == NULL || strcmp(line, "yes\n") != 0)
            return EXIT_NO;
    }
    return import(app, i, IMPORT_FULL);
}

int command_party(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct importing i = {.kind = IMPORT_PARTIES};
    const struct cli_option options[] = {
        {"full", NULL, &i.full}, {"yes", NULL, &i.yes}, {"believe", NULL, &i.believe}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 3, &argc, argv, &code))
        return code;
    i.json = common.json;
    if (argc == 2 && strcmp(argv[0], "import") == 0) {
        i.path = argv[1];
        return import_asked(app, &i);
    }
    if (argc != 1 || strcmp(argv[0], "list") != 0)
        return cli_usage(strcmp(argv[0], "import") == 0 ? "give one FILE" : "takes no operand");
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = list_parties(app, &out, common.json, &err);
    str_dispose(&out);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}

static enum status list_products(struct app *app, struct str *out, bool json, struct err *err)
{
    struct arena *arena = arena_new();
    struct product *list = NULL;
    size_t count = 0;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = product_list(&list, &count, arena, app->store, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const struct product *p = &list[i];
        if (!json) {
            str_addf(out, "%-24s %-28s %-12s %s\n", p->vendor != NULL ? p->vendor : "-", p->product,
                     p->version != NULL ? p->version : "-", p->state);
            continue;
        }
        struct json_out j;
        json_out_init(&j, out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.product/1");
        json_out_text(&j, "vendor", p->vendor);
        json_out_text(&j, "product", p->product);
        json_out_text(&j, "version", p->version);
        json_out_text(&j, "state", p->state);
        json_out_end(&j);
        str_add_c(out, '\n');
    }
    arena_free(arena);
    return status;
}

/* Exactly one thing to ask for. */
static int ask_affected(struct app *app, const char *device, bool several, const char *product,
                        const char *version, bool json)
{
    if (several || (device != NULL) == (product != NULL))
        return cli_usage("give one serial number or UDI-DI, or --product ID");
    if (version != NULL && product == NULL)
        return cli_usage("--version belongs to --product ID");
    if ((device != NULL && device[0] == '\0') || (product != NULL && product[0] == '\0'))
        return cli_usage("nothing is named by an empty word");
    return cli_affected(app, device, product, version, json);
}

int command_product(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct importing i = {.kind = IMPORT_PRODUCTS};
    bool installed = false;
    const char *product = NULL;
    const char *version = NULL;
    const struct cli_option options[] = {{"full", NULL, &i.full},
                                         {"yes", NULL, &i.yes},
                                         {"installed", NULL, &installed},
                                         {"product", &product, NULL},
                                         {"version", &version, NULL}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 5, &argc, argv, &code))
        return code;
    i.json = common.json;
    if (installed)
        i.kind = IMPORT_INSTALLED;
    if (argc == 2 && strcmp(argv[0], "import") == 0) {
        i.path = argv[1];
        return import_asked(app, &i);
    }
    if (argc > 0 && strcmp(argv[0], "affected") == 0)
        return ask_affected(app, argc == 2 ? argv[1] : NULL, argc > 2, product, version,
                            common.json);
    if (argc != 1 || strcmp(argv[0], "list") != 0)
        return cli_usage(strcmp(argv[0], "import") == 0 ? "give one FILE" : "takes no operand");
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = list_products(app, &out, common.json, &err);
    if (!cli_put(&out))
        code = EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

static void print_key(struct str *out, const struct key *k, bool json)
{
    char date[CLOCK_TEXT] = "never";
    if (k->expires_ms > 0)
        (void)clock_date(date, k->expires_ms);
    if (!json) {
        str_addf(out, "%-24s %s  %-10s %-10s ends %s%s%s\n", k->party, k->fpr,
                 k->algo != NULL ? k->algo : "-", k->state, date, k->reason != NULL ? "  " : "",
                 k->reason != NULL ? k->reason : "");
        return;
    }
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.key/1");
    json_out_text(&j, "party", k->party);
    json_out_text(&j, "email", k->email);
    json_out_text(&j, "fpr", k->fpr);
    json_out_text(&j, "sub_fpr", k->sub_fpr);
    json_out_text(&j, "algo", k->algo);
    json_out_text(&j, "state", k->state);
    json_out_text(&j, "reason", k->reason);
    json_out_text(&j, "expires", k->expires_ms > 0 ? date : NULL);
    json_out_end(&j);
    str_add_c(out, '\n');
}

static enum status list_keys(struct app *app, struct str *out, bool json, struct err *err)
{
    struct arena *arena = arena_new();
    struct key *list = NULL;
    size_t count = 0;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = key_list(&list, &count, arena, app->store, NULL, err);
    for (size_t i = 0; status == OK && i < count; i++)
        print_key(out, &list[i], json);
    arena_free(arena);
    return status;
}

/* Judge a key file without a store. */
static int check_key(struct app *app, const char *path)
{
    struct cert cert = {0};
    struct str file;
    struct err err = {0};
    str_init(&file, 1 << 20);
    enum status status = file_read(&file, path, 1 << 20, &err);
    if (status != OK) {
        (void)cli_fail(&err);
        str_dispose(&file);
        return EXIT_USAGE;
    }
    status = cert_read(&cert, str_bytes(&file), false, app_scratch(app), app_now(app), &err);
    bool usable = status == OK && cert_usable(cert.state);
    if (status == OK)
        (void)printf("%s\n  primary %s\n  sealed to %s (%s)\n  %s%s%s\n", cert.uid, cert.fpr,
                     cert.sub_fpr[0] != '\0' ? cert.sub_fpr : "-", cert.algo,
                     cert_state_word(cert.state), cert.reason[0] != '\0' ? ": " : "", cert.reason);
    cert_dispose(&cert);
    str_dispose(&file);
    if (status != OK) {
        (void)cli_fail(&err);
        return EXIT_NO;
    }
    return usable ? EXIT_DONE : EXIT_NO;
}

static int import_key(struct app *app, const char *path, const char *party, const char *email)
{
    struct str file;
    struct err err = {0};
    struct frame_out request;
    int code = EXIT_USAGE;
    str_init(&file, 1 << 20);
    if (file_read(&file, path, 1 << 20, &err) != OK)
        (void)cli_fail(&err);
    else {
        op_begin(&request, app, "key-import");
        frame_text(&request, party);
        frame_text(&request, email);
        frame_text(&request, path);
        frame_bytes(&request, str_bytes(&file));
        code = cli_call(app, &request);
    }
    str_dispose(&file);
    return code;
}

int command_key(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *party = NULL;
    const char *email = NULL;
    const struct cli_option options[] = {{"party", &party, NULL}, {"email", &email, NULL}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 2, &argc, argv, &code))
        return code;
    if (argc == 2 && strcmp(argv[0], "import") == 0)
        return party != NULL ? import_key(app, argv[1], party, email)
                             : cli_usage("--party PARTY is needed: whose key is it?");
    if (argc == 2 && strcmp(argv[0], "check") == 0)
        return check_key(app, argv[1]);
    if (argc != 1 || strcmp(argv[0], "list") != 0)
        return cli_usage(strcmp(argv[0], "list") == 0 ? "takes no operand" : "give one FILE");
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = list_keys(app, &out, common.json, &err);
    if (!cli_put(&out))
        code = EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}
