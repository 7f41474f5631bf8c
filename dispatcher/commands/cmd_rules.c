/* dispatcher/commands/cmd_rules - the rules: list, show, check, adopt, explain. */
#include "base/file.h"
#include "base/log.h"
#include "clocks/explain.h"
#include "dispatcher/cli.h"
#include "dispatcher/duties/rulebook.h"
#include "dispatcher/op.h"
#include "dispatcher/release/signing.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SIGNATURE_LIMIT ((size_t)1024 * 1024)

struct ruling {
    const char *by, *signature, *fact, *country;
    bool yes, print, manifest;
    bool json;
};

static int put(struct str *out)
{
    const int code = cli_put(out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(out);
    return code;
}

static void add_json(struct str *out, const struct rule *rule, enum rule_use use)
{
    struct json_out j;
    json_out_init(&j, out, false);
    rule_json(&j, rule, use);
    str_add_c(out, '\n');
}

static void add_row(struct str *out, const struct rule *rule, enum rule_use use)
{
    struct str period;
    str_init(&period, STR_LIMIT_LINE);
    rule_period_words(&period, (enum rule_unit)rule->period_unit, rule->period_n);
    str_addf(out, "%-13s %2lld  %s  %-20s %-5s %-17s %s\n", rule->id, (long long)rule->version,
             rule_status_word(rule), rule_use_word(use), rule->jurisdiction, str_text(&period),
             rule->title);
    str_dispose(&period);
}

static int list(const struct rulebook *book, const struct ruling *r)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    if (r->manifest)
        str_add(&out, book->pack->manifest);
    for (size_t i = 0; !r->manifest && i < book->pack->count; i++) {
        const struct rule *rule = book->pack->rules[i];
        if (r->json)
            add_json(&out, rule, rulebook_use(book, rule));
        else
            add_row(&out, rule, rulebook_use(book, rule));
    }
    return put(&out);
}

static int show(const struct rulebook *book, const char *id, const struct ruling *r)
{
    const struct rule *rule = NULL;
    struct err err = {0};
    struct str out;
    if (pack_rule(&rule, book->pack, id, &err) != OK)
        return cli_fail(&err);
    str_init(&out, STR_LIMIT_TEXT);
    if (r->json)
        add_json(&out, rule, rulebook_use(book, rule));
    else {
        const enum rule_use use = rulebook_use(book, rule);
        str_addf(&out, "# %s line %u, sha256 %s\n# ", rule->file, rule->line, rule->sha256);
        if (use != USE_NOT_ADOPTED) /* the note says that by itself */
            str_addf(&out, "%s: ", rule_use_word(use));
        rulebook_note(&out, book, rule);
        str_add_c(&out, '\n');
        rule_print(&out, rule);
    }
    return put(&out);
}

static int explain(const struct rulebook *book, const char *id, const struct ruling *r)
{
    struct arena *arena = arena_new();
    const struct rule *rule = NULL;
    struct explanation e;
    struct err err = {0};
    struct str note;
    struct str out;
    str_init(&note, STR_LIMIT_LINE);
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = pack_rule(&rule, book->pack, id, &err);
    if (status == OK)
        status = explain_rule(&e, arena, book->pack, rule, r->fact, r->country, &err);
    int code = EXIT_DONE;
    if (status == OK) {
        const enum rule_use use = rulebook_use(book, rule);
        rulebook_note(&note, book, rule);
        if (r->json) {
            struct json_out j;
            json_out_init(&j, &out, false);
            explain_json(&j, &e, use, str_text(&note));
            str_add_c(&out, '\n');
        } else
            explain_print(&out, &e, use, str_text(&note));
        code = put(&out);
        /* What nobody adopted yet is shown to be looked at; what was changed behind an adoption is
         * refused. */
        if (code == EXIT_DONE && use == USE_CHANGED)
            status = rulebook_require(&rule, book, id, &err);
    }
    str_dispose(&note);
    str_dispose(&out);
    arena_free(arena);
    return status == OK ? code : cli_fail(&err);
}

struct faults {
    struct str out;
    size_t count;
    bool json;
};

static void add_fault(void *context, const char *fault)
{
    struct faults *f = context;
    f->count++;
    if (!f->json)
        str_addf(&f->out, "%s\n", fault);
    else {
        struct json_out j;
        json_out_init(&j, &f->out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.rules.fault/1");
        json_out_text(&j, "fault", fault);
        json_out_end(&j);
        str_add_c(&f->out, '\n');
    }
}

static void add_sum(struct faults *f, size_t rules, size_t tests)
{
    struct json_out j;
    if (!f->json) {
        str_addf(&f->out, "%zu rules, %zu examples computed, %zu fault%s\n", rules, tests, f->count,
                 f->count == 1 ? "" : "s");
        return;
    }
    json_out_init(&j, &f->out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.rules.check/1");
    json_out_int(&j, "rules", (int64_t)rules);
    json_out_int(&j, "tests", (int64_t)tests);
    json_out_int(&j, "faults", (int64_t)f->count);
    json_out_end(&j);
    str_add_c(&f->out, '\n');
}

/* A file that is malformed is the answer no; one that cannot be read is none. */
static enum status check_pack(struct faults *f, struct pack *pack, enum status status,
                              struct err *err)
{
    size_t tests = 0;
    if (status == ERR_INVALID || status == ERR_LIMIT || status == ERR_CORRUPT) {
        add_fault(f, err->text);
        return OK;
    }
    if (status != OK)
        return status;
    (void)pack_check(pack, &tests, add_fault, f);
    add_sum(f, pack->count, tests);
    pack_close(pack);
    return OK;
}

/* Something that is no file, or none for us, is neither good nor malformed. */
static enum status need_file(const char *path, struct err *err)
{
    int fd = -1;
    size_t size = 0;
    if (strcmp(path, "-") == 0)
        return OK;
    enum status status = file_open_plain(&fd, &size, path, SIZE_MAX, err);
    if (status == OK)
        (void)close(fd);
    else
        status = err->code = ERR_INVALID;
    return status;
}

/* Each file alone first, so that one that is malformed does not hide another. */
static enum status check_files(struct faults *f, const char *const *paths, size_t count,
                               struct err *err)
{
    struct pack *pack = NULL;
    for (size_t i = 0; i < count; i++) {
        enum status status = need_file(paths[i], err);
        if (status != OK)
            return status;
        status = pack_open_files(&pack, &paths[i], 1, err);
        pack_close(pack);
        if (status == ERR_NOT_FOUND || status == ERR_IO)
            return status;
        if (status != OK)
            add_fault(f, err->text);
    }
    if (f->count > 0)
        return OK;
    return check_pack(f, pack, pack_open_files(&pack, paths, count, err), err);
}

static int check(struct app *app, const char *const *paths, size_t count, bool json)
{
    struct faults f = {.json = json};
    struct pack *pack = NULL;
    struct err err = {0};
    str_init(&f.out, STR_LIMIT_TEXT);
    enum status status = OK;
    if (count > 0)
        status = check_files(&f, paths, count, &err);
    else {
        status = app_load(app, &err);
        const bool installed = status == OK;
        if (status == ERR_NOT_FOUND && app->config_given == NULL)
            status = OK;
        if (status == OK) {
            status = pack_open(&pack, installed ? app->settings->dir : NULL, &err);
            status = check_pack(&f, pack, status, &err);
        }
    }
    const int code = put(&f.out);
    if (status == ERR_NOT_FOUND)
        err.code = ERR_INVALID; /* a file that is not there is no answer */
    if (status != OK)
        return cli_fail(&err);
    return code == EXIT_DONE && f.count > 0 ? EXIT_NO : code;
}

static int send_adoption(struct app *app, const char *name, struct bytes signature)
{
    struct frame_out request;
    /* Reading is over: the dispatcher, or we as a writer, take it from here. */
    store_close(app->store);
    app->store = NULL;
    op_begin(&request, app, "rules-adopt");
    frame_text(&request, name);
    frame_bytes(&request, signature);
    return cli_call(app, &request);
}

static int adopt_here(struct app *app, const struct rulebook *book, const struct ruling *r)
{
    const struct person *person = NULL;
    struct err err = {0};
    struct str statement;
    struct str signed_text;
    int code = EXIT_DONE;
    str_init(&statement, STR_LIMIT_LINE);
    str_init(&signed_text, STR_LIMIT_TEXT);
    enum status status = adopt_person(&person, app->settings, r->by, &err);
    if (status == OK)
        adopt_statement(&statement, book->pack, person, app_now(app));
    if (status == OK && r->print)
        code = cli_put(&statement) ? EXIT_DONE : EXIT_AGAIN;
    else if (status == OK) {
        status =
            signing_clear(&code, &signed_text, app, person, str_text(&statement), r->yes, &err);
        if (status == OK && code == EXIT_DONE)
            code = send_adoption(app, "adoption", str_bytes(&signed_text));
    }
    str_dispose(&statement);
    str_dispose(&signed_text);
    return status == OK ? code : cli_fail(&err);
}

static int adopt(struct app *app, const struct rulebook *book, const struct ruling *r)
{
    struct str signature;
    struct err err = {0};
    if (!book->installed)
        return cli_usage("rules are adopted in an installation: --config FILE, or tocsin init");
    if (book->doubt.code == ERR_CORRUPT) /* a new one takes its place */
        log_line(LOG_WARNING, "rules=adoption-lost said=%s", log_quote(book->doubt.text));
    else if (book->doubt.code != OK)
        return cli_fail(&book->doubt);
    if ((r->by == NULL) == (r->signature == NULL))
        return cli_usage("give --by PERSON, or --signature FILE");
    if (r->signature == NULL)
        return adopt_here(app, book, r);
    str_init(&signature, SIGNATURE_LIMIT);
    int code = file_read(&signature, r->signature, SIGNATURE_LIMIT, &err) == OK
                   ? send_adoption(app, r->signature, str_bytes(&signature))
                   : cli_fail(&err);
    str_dispose(&signature);
    return code;
}

/* What the words want besides themselves, or -1. */
static int run(struct app *app, int argc, char **argv, const struct ruling *r)
{
    struct rulebook book = {0};
    struct err err = {0};
    const char *verb = argv[0];
    const bool one = strcmp(verb, "show") == 0 || strcmp(verb, "explain") == 0;
    if (argc != (one ? 2 : 1))
        return cli_usage(one ? "give the id of one rule: `tocsin rules list` has them"
                             : "takes no operand");
    if (rulebook_open(&book, app, &err) != OK)
        return cli_fail(&err);
    int code = EXIT_USAGE;
    if (strcmp(verb, "list") == 0)
        code = list(&book, r);
    else if (strcmp(verb, "show") == 0)
        code = show(&book, argv[1], r);
    else if (strcmp(verb, "explain") == 0)
        code = explain(&book, argv[1], r);
    else
        code = adopt(app, &book, r);
    rulebook_close(&book);
    return code;
}

int command_rules(struct app *app, int argc, char **argv)
{
    static const char *const verbs[] = {"list", "show", "check", "adopt", "explain"};
    struct cli_common common;
    struct ruling r = {0};
    const struct cli_option options[] = {{"by", &r.by, NULL},
                                         {"signature", &r.signature, NULL},
                                         {"fact", &r.fact, NULL},
                                         {"country", &r.country, NULL},
                                         {"yes", NULL, &r.yes},
                                         {"print", NULL, &r.print},
                                         {"manifest", NULL, &r.manifest}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    r.json = common.json;
    for (size_t i = 0; argc > 0 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[0], verbs[i]) != 0)
            continue;
        if (i == 2)
            return check(app, (const char *const *)argv + 1, (size_t)argc - 1, common.json);
        return run(app, argc, argv, &r);
    }
    return cli_usage("say what"); /* cli_parse lets no other word pass */
}
