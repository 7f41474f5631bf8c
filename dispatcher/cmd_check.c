/* dispatcher/cmd_check - check: files, folders and standard input through the gate. */
#include "advisory/gate_explain.h"
#include "base/file.h"
#include "base/nearest.h"
#include "dispatcher/cli.h"
#include "dispatcher/import.h"
#include "dispatcher/judge.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ADVISORY_LIMIT ((size_t)16 * 1024 * 1024)
#define ORDER_LIMIT ((size_t)1 << 20)
#define FOLDER_DEPTH 32
/* Memory of one advisory is kept for the next, not given back to the system after each. */
#define KEPT_MEMORY (8 * 1024 * 1024)

struct checking {
    struct gate_context context;
    struct app *app;     /* its store is open, and only read, where there is an installation */
    struct arena *arena; /* the register */
    bool json, colour;
    struct str text, out; /* one after the other: memory is asked for once */
    size_t accepted, refused;
    int code;
};

static void checking_init(struct checking *c, struct app *app, bool json)
{
    const char *no_colour = getenv("NO_COLOR");
    *c = (struct checking){.app = app, .arena = arena_new(), .json = json, .code = EXIT_DONE};
    c->colour = !json && cli_terminal() && text_is_empty(no_colour);
    str_init(&c->text, ADVISORY_LIMIT + 1);
    str_init(&c->out, STR_LIMIT_MAIL);
}

static void checking_dispose(struct checking *c)
{
    str_dispose(&c->text);
    str_dispose(&c->out);
    arena_free(c->arena);
}

static void worsen(struct checking *c, int code)
{
    if (code > c->code)
        c->code = code;
}

/* The gate has made every text tame already; the colours must come through as they are. */
static void put(struct checking *c)
{
    if (c->code == EXIT_AGAIN) /* said already */
        return;
    if (!str_ok(&c->out) || fwrite(str_text(&c->out), 1, c->out.size, stdout) != c->out.size) {
        (void)fprintf(stderr, "tocsin: standard output: %s\n", strerror(errno));
        worsen(c, EXIT_AGAIN);
    }
}

/* Where there is an installation, its register is asked; it is only read. */
static enum status read_register(struct checking *c, struct err *err)
{
    bool waits = false;
    enum status status = app_open_store(c->app, STORE_READ, err);
    if (status == OK)
        status = judge_register(&c->context, c->arena, c->app, err);
    if (status == OK)
        status = import_waits(&waits, c->app, IMPORT_PRODUCTS, err);
    if (waits)
        (void)fprintf(stderr, "tocsin: products.csv: has changed since it was read: the register "
                              "is asked as it was: tocsin product import products.csv\n");
    return status;
}

/*
 * false: an installation was named, and cannot be asked. One that merely lies at hand must not keep
 * anybody from judging a file; that it is not asked is said.
 */
static bool find_installation(struct checking *c)
{
    struct err err = {0};
    const char *variable = getenv("TOCSIN_CONFIG");
    bool named = !text_is_empty(c->app->config_given);
    enum status status = app_load(c->app, &err);
    if (status == ERR_NOT_FOUND && !named && text_is_empty(variable))
        return true; /* there is none */
    if (status == OK)
        status = read_register(c, &err);
    if (status == OK)
        return true;
    store_close(c->app->store);
    c->app->store = NULL;
    c->context.item_count = 0;
    if (named)
        worsen(c, cli_fail(&err));
    else
        (void)fprintf(stderr, "tocsin: check: order and register are not asked: %s\n", err.text);
    return !named;
}

/*
 * What lies beside X.json, as submit takes it. In an installation no order is an order with all its
 * defaults; elsewhere nothing is known of it.
 */
static void read_order(struct checking *c, struct gate_order *facts, struct arena *arena,
                       const char *path)
{
    struct order order;
    struct str text;
    struct err err = {0};
    enum status status = OK;
    char *beside = text_ends(path, ".json")
                       ? xprintf("%.*s.order", (int)(strlen(path) - strlen(".json")), path)
                       : NULL;
    c->context.order = NULL;
    c->context.has_ranking = false;
    order_default(&order);
    str_init(&text, ORDER_LIMIT);
    bool there = beside != NULL && file_exists(beside);
    if (there)
        status = file_read(&text, beside, ORDER_LIMIT, &err);
    if (status == OK && there)
        status = order_parse(&order, arena, beside, str_bytes(&text), &err);
    if (status != OK) {
        (void)cli_fail(&err);
        worsen(c, EXIT_USAGE);
    } else if (there || c->app->store != NULL) {
        judge_order(&c->context, facts, arena, &order);
    }
    str_dispose(&text);
    free(beside);
}

static void read_waivers(struct checking *c, struct arena *arena)
{
    struct err err = {0};
    c->context.waiver_count = 0;
    if (c->app->store == NULL)
        return;
    if (judge_waivers(&c->context, arena, c->app, str_bytes(&c->text), &err) != OK)
        worsen(c, cli_fail(&err));
}

static void check_one(struct checking *c, const char *path)
{
    struct err err = {0};
    struct gate_result result;
    struct gate_order facts;
    struct arena *arena = NULL;
    bool input = strcmp(path, "-") == 0;
    if (c->code == EXIT_AGAIN)
        return; /* nobody reads what comes out */
    str_reset(&c->text);
    str_reset(&c->out);
    enum status status = file_read(&c->text, path, ADVISORY_LIMIT + 1, &err);
    /* Too large is the gate's finding, not an unreadable file. */
    if (status != OK && status != ERR_LIMIT) {
        (void)cli_fail(&err);
        worsen(c, EXIT_USAGE);
        return;
    }
    arena = arena_new();
    read_order(c, &facts, arena, path);
    read_waivers(c, arena);
    c->context.file_name = input ? NULL : path_base(path);
    gate_check(&result, NULL, str_bytes(&c->text), &c->context);
    if (c->json) {
        gate_print_json(&c->out, &result, path);
        str_add_c(&c->out, '\n');
    } else
        gate_print(&c->out, &result, input ? "standard input" : path, c->colour);
    c->accepted += !result.refused;
    c->refused += result.refused;
    worsen(c, result.refused ? EXIT_NO : EXIT_DONE);
    gate_dispose(&result);
    arena_free(arena);
    put(c);
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Links to folders are not followed: they may lead in a circle. */
static bool is_real_folder(const char *path, const struct dirent *entry)
{
    struct stat about;
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Every *.json below, in the order of the names; how many. */
static size_t check_folder(struct checking *c, const char *path, int depth)
{
    struct dirent **entries = NULL;
    struct err err = {0};
    size_t found = 0;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0 || depth == FOLDER_DEPTH) {
        (void)err_set(&err, ERR_INVALID, "%s: cannot be read: %s", path,
                      count < 0 ? strerror(errno) : "too many folders in each other");
        (void)cli_fail(&err);
        worsen(c, EXIT_USAGE);
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *below = path_join(path, name);
        if (depth < FOLDER_DEPTH && name[0] != '.') {
            if (is_real_folder(below, entries[i]))
                found += check_folder(c, below, depth + 1);
            else if (text_ends(name, ".json")) {
                check_one(c, below);
                found++;
            }
        }
        free(below);
        free(entries[i]);
    }
    free(entries);
    return found;
}

static void check_path(struct checking *c, const char *path)
{
    struct err err = {0};
    if (strcmp(path, "-") == 0 || !is_folder(path)) {
        check_one(c, path);
    } else if (check_folder(c, path, 0) == 0 && c->code < EXIT_USAGE) {
        (void)err_set(&err, ERR_INVALID, "%s: holds no .json file: name the right folder", path);
        (void)cli_fail(&err);
        worsen(c, EXIT_USAGE);
    }
}

int cli_check(struct app *app, const char *path, bool json)
{
    struct checking c;
    checking_init(&c, app, json);
    if (find_installation(&c))
        check_one(&c, path);
    if (fflush(stdout) != 0)
        worsen(&c, EXIT_AGAIN);
    checking_dispose(&c);
    return c.code;
}

/* Every test of CSAF, then every row of the gate. */
static int explain(const char *id)
{
    const struct conform_test *test = NULL;
    const struct gate_explanation *row = NULL;
    const char **ids = NULL;
    struct arena *arena = arena_new();
    size_t count = 0;
    struct str out;
    bool all = strcmp(id, "all") == 0;
    str_init(&out, STR_LIMIT_TEXT);
    for (size_t i = 0; (test = conform_test_at(i)) != NULL; i++) {
        arena_push(arena, &ids, &count, sizeof ids[0], &test->id);
        if (!all && strcmp(id, test->id) != 0)
            continue;
        str_add(&out, out.size > 0 ? "\n\n" : "");
        conform_explain(&out, test);
    }
    for (size_t i = 0; (row = gate_explanation_at(i)) != NULL; i++) {
        arena_push(arena, &ids, &count, sizeof ids[0], &row->test);
        if (!all && strcmp(id, row->test) != 0)
            continue;
        str_add(&out, out.size > 0 ? "\n\n" : "");
        gate_explain(&out, row);
    }
    int code = EXIT_USAGE;
    if (out.size > 0)
        code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    else {
        int near = nearest_name(id, ids, count);
        code = cli_usage("--explain %s: there is no such test%s%s", id,
                         near >= 0 ? ": did you mean " : ": see check --explain all",
                         near >= 0 ? ids[near] : "");
    }
    str_dispose(&out);
    arena_free(arena);
    return code;
}

int command_check(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct checking c;
    const char *preset = "extended";
    const char *test = NULL;
    bool strict = false;
    const struct cli_option options[] = {
        {"preset", &preset, NULL}, {"strict", NULL, &strict}, {"explain", &test, NULL}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 3, &argc, argv, &code))
        return code;
    if (test != NULL)
        return explain(test);
    if (argc == 0)
        return cli_usage("no file given");
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
    checking_init(&c, app, common.json);
    c.context.strict = strict;
    if (!conform_preset_of(&c.context.preset, preset)) {
        checking_dispose(&c);
        return cli_usage("--preset %s: say basic, extended or full", preset);
    }
    bool found = find_installation(&c);
    for (int i = 0; found && i < argc; i++)
        check_path(&c, argv[i]);
    if (!c.json && c.accepted + c.refused > 1) {
        str_reset(&c.out);
        str_addf(&c.out, "%zu advisories: %zu accepted, %zu refused\n", c.accepted + c.refused,
                 c.accepted, c.refused);
        put(&c);
    }
    if (fflush(stdout) != 0)
        worsen(&c, EXIT_AGAIN);
    checking_dispose(&c);
    return c.code;
}
