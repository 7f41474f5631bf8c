/* dispatcher/commands/cmd_check - check: files, folders and standard input through the gate. */
#include "advisory/gate_explain.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/parallel.h"
#include "dispatcher/cli.h"
#include "dispatcher/commands/check_paths.h"
#include "dispatcher/submit/import.h"
#include "dispatcher/submit/judge.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADVISORY_LIMIT ((size_t)16 * 1024 * 1024)
#define ORDER_LIMIT ((size_t)1 << 20)
/* Memory of one advisory is kept for the next, not given back to the system after each. */
#define KEPT_MEMORY (8 * 1024 * 1024)
#define TEXT_KEPT ((size_t)1 << 16)
#define OUT_SIZE ((size_t)1 << 16) /* so much is written at once when no terminal reads */

/* One file: what came of it, until it is its turn to be printed. */
struct judged {
    struct str text, out; /* of one file after the other: memory is asked for once */
    struct err fault;     /* of the file or its order: code OK when there is none */
    struct err waivers_fault;
    bool read, refused;
};

struct checking {
    struct gate_context context; /* what is the same for all files */
    struct app *app; /* its store is open, and only read, where there is an installation */
    pthread_mutex_t *store_lock; /* a store is one thread's at a time */
    struct arena *arena;         /* the register, the paths */
    bool json, colour;
    struct check_paths paths;
    struct judged judged[PARALLEL_PLACES_MAX];
    size_t accepted, refused, unread;
    int code;
};

static void worsen(struct checking *c, int code)
{
    if (code > c->code)
        c->code = code;
}

static void on_path_fault(void *context, const struct err *err)
{
    (void)cli_fail(err);
    worsen(context, EXIT_USAGE);
}

static void checking_init(struct checking *c, struct app *app, bool json)
{
    const char *no_colour = getenv("NO_COLOR");
    *c = (struct checking){.app = app, .arena = arena_new(), .json = json, .code = EXIT_DONE};
    c->colour = !json && cli_terminal() && text_is_empty(no_colour);
    c->paths = (struct check_paths){.arena = c->arena, .fault = on_path_fault, .context = c};
    for (size_t i = 0; i < PARALLEL_PLACES_MAX; i++) {
        str_init(&c->judged[i].text, ADVISORY_LIMIT + 1);
        str_init(&c->judged[i].out, STR_LIMIT_MAIL);
    }
}

static void checking_dispose(struct checking *c)
{
    for (size_t i = 0; i < PARALLEL_PLACES_MAX; i++) {
        str_dispose(&c->judged[i].text);
        str_dispose(&c->judged[i].out);
    }
    arena_free(c->arena);
}

/* The gate has made every text tame already; the colours must come through as they are. */
static bool put(struct checking *c, const struct str *out)
{
    if (str_ok(out) && fwrite(str_text(out), 1, out->size, stdout) == out->size)
        return true;
    (void)fprintf(stderr, "tocsin: standard output: %s: it must be read to its end, or have room\n",
                  strerror(errno));
    worsen(c, EXIT_AGAIN);
    return false;
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
static void read_order(const struct checking *c, struct judged *j, struct gate_context *context,
                       struct gate_order *facts, struct arena *arena, const char *path)
{
    struct order order;
    struct str text;
    enum status status = OK;
    char *beside = text_ends(path, ".json")
                       ? xprintf("%.*s.order", (int)(strlen(path) - strlen(".json")), path)
                       : NULL;
    order_default(&order);
    str_init(&text, ORDER_LIMIT);
    bool there = beside != NULL && file_exists(beside);
    if (there)
        status = file_read(&text, beside, ORDER_LIMIT, &j->fault);
    if (status == OK && there)
        status = order_parse(&order, arena, beside, str_bytes(&text), &j->fault);
    if (status == OK && (there || c->app->store != NULL))
        judge_order(context, facts, arena, &order);
    str_dispose(&text);
    free(beside);
}

static void read_waivers(const struct checking *c, struct judged *j, struct gate_context *context,
                         struct arena *arena)
{
    if (c->app->store == NULL)
        return;
    (void)pthread_mutex_lock(c->store_lock);
    if (judge_waivers(context, arena, c->app, str_bytes(&j->text), &j->waivers_fault) != OK)
        context->waiver_count = 0;
    (void)pthread_mutex_unlock(c->store_lock);
}

/* More than an advisory may have, of which the gate looks at nothing but the size. */
static void stand_for_more(struct str *text)
{
    static const char blanks[] = "                                                                ";
    str_reset(text);
    while (str_ok(text) && text->size <= ADVISORY_LIMIT) {
        size_t left = ADVISORY_LIMIT + 1 - text->size;
        str_add_n(text, blanks, left < sizeof blanks - 1 ? left : sizeof blanks - 1);
    }
}

/* In any thread: changes nothing but *j, and has the store for itself while it asks it. */
static void judge_file(const struct checking *c, struct judged *j, const char *path)
{
    struct gate_result result;
    struct gate_order facts;
    struct gate_context context = c->context;
    bool input = strcmp(path, "-") == 0;
    str_reset(&j->text);
    str_reset(&j->out);
    j->fault = j->waivers_fault = (struct err){.code = OK};
    enum status status = file_read(&j->text, path, ADVISORY_LIMIT + 1, &j->fault);
    /* Too large is the gate's finding, not an unreadable file. */
    j->read = status == OK || status == ERR_LIMIT;
    if (!j->read)
        return;
    if (status == ERR_LIMIT)
        stand_for_more(&j->text);
    j->fault.code = OK;
    struct arena *arena = arena_new();
    read_order(c, j, &context, &facts, arena, path);
    read_waivers(c, j, &context, arena);
    context.file_name = input ? NULL : path_base(path);
    gate_check(&result, NULL, str_bytes(&j->text), &context);
    if (j->text.size > TEXT_KEPT) { /* as many as there are places would be kept */
        str_dispose(&j->text);
        str_init(&j->text, ADVISORY_LIMIT + 1);
    }
    if (c->json) {
        gate_print_json(&j->out, &result, path);
        str_add_c(&j->out, '\n');
    } else
        gate_print(&j->out, &result, input ? "standard input" : path, c->colour);
    j->refused = result.refused;
    gate_dispose(&result);
    arena_free(arena);
}

static void on_work(void *context, size_t item, size_t place)
{
    struct checking *c = context;
    judge_file(c, &c->judged[place], c->paths.paths[item]);
}

static bool on_finish(void *context, size_t item, size_t place)
{
    struct checking *c = context;
    const struct judged *j = &c->judged[place];
    (void)item;
    if (j->fault.code != OK) {
        (void)cli_fail(&j->fault);
        worsen(c, EXIT_USAGE);
    }
    if (j->waivers_fault.code != OK)
        worsen(c, cli_fail(&j->waivers_fault));
    c->unread += !j->read;
    if (!j->read)
        return true;
    c->accepted += !j->refused;
    c->refused += j->refused;
    worsen(c, j->refused ? EXIT_NO : EXIT_DONE);
    return put(c, &j->out); /* else nobody reads what comes out */
}

/* Standard input is read in the order of the names. */
static void judge_all(struct checking *c)
{
    const struct parallel parallel = {.context = c, .work = on_work, .finish = on_finish};
    pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;
    bool alone = false;
    c->store_lock = &store_lock;
    for (size_t i = 0; i < c->paths.count; i++)
        alone = alone || strcmp(c->paths.paths[i], "-") == 0;
    parallel_run(&parallel, c->paths.count, alone ? 1 : parallel_threads(c->paths.count));
}

int cli_check(struct app *app, const char *path, bool json)
{
    struct checking c;
    checking_init(&c, app, json);
    if (find_installation(&c)) {
        check_paths_add(&c.paths, path);
        judge_all(&c);
    }
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
    if (!cli_terminal())
        (void)setvbuf(stdout, NULL, _IOFBF, OUT_SIZE);
    bool found = find_installation(&c);
    for (int i = 0; found && i < argc; i++)
        check_paths_add(&c.paths, argv[i]);
    judge_all(&c);
    if (!c.json && c.accepted + c.refused > 1 && c.code != EXIT_AGAIN) {
        struct str *out = &c.judged[0].out;
        str_reset(out);
        str_addf(out, "%zu advisories: %zu accepted, %zu refused", c.accepted + c.refused,
                 c.accepted, c.refused);
        if (c.unread > 0)
            str_addf(out, ", and %zu file%s that cannot be read", c.unread,
                     c.unread == 1 ? "" : "s");
        str_add_c(out, '\n');
        put(&c, out);
    }
    if (fflush(stdout) != 0)
        worsen(&c, EXIT_AGAIN);
    checking_dispose(&c);
    return c.code;
}
