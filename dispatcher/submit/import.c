#include "dispatcher/submit/import.h"

#include "base/file.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/submit/import_inner.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* In the place of a fingerprint: parties came, the file is to be read again. */
#define AGAIN "again"

static const char *const kind_words[IMPORT_KIND_COUNT] = {"parties", "products", "installed"};
static const char *const kind_files[IMPORT_KIND_COUNT] = {"parties.csv", "products.csv",
                                                          "installed.csv"};
static const char *const kind_entries[IMPORT_KIND_COUNT] = {"party.imported", "product.imported",
                                                            "installed.imported"};

const char *import_kind_word(enum import_kind kind)
{
    return kind_words[kind];
}

const char *import_kind_file(enum import_kind kind)
{
    return kind_files[kind];
}

static const struct import_table *const tables[IMPORT_KIND_COUNT] = {
    &import_parties, &import_products, &import_installed};
/* Columns that must be there, though a row may leave them empty. */
enum { PARTY_EMAIL = 3, PRODUCT_VERSION = 1 };

enum status import_bad(const struct import *im, const struct csv_row *row, const char *column,
                       struct err *err, const char *what)
{
    return err_set(err, ERR_REFUSED, "%s row %zu, column %s: %s", im->name, row->line, column,
                   what);
}

static enum status record_import(struct import *im, enum import_kind kind, struct bytes text,
                                 struct err *err)
{
    char hex[SHA256_HEX];
    sha256_hex_of(hex, text);
    struct entry *entry =
        entry_new(kind_entries[kind], im->app->actor, im->app->settings->maker.id);
    entry_int(entry, "added", im->added);
    entry_int(entry, "changed", im->changed);
    entry_personal(entry, "file_sha256", hex);
    entry_int(entry, "removed", im->removed);
    entry_int(entry, "rows", (int64_t)im->csv.count);
    return app_record(im->app, entry, err);
}

static enum status parse(struct import *im, enum import_kind kind, struct bytes text,
                         struct err *err)
{
    const struct csv_column *columns = tables[kind]->columns;
    size_t count = tables[kind]->count;
    enum status status = csv_parse(&im->csv, im->arena, im->name, text, columns, count, err);
    if (status == ERR_INVALID || status == ERR_LIMIT)
        return err->code = ERR_REFUSED;
    for (size_t i = 0; status == OK && i < im->csv.count; i++)
        for (size_t k = 0; k < count; k++)
            if (columns[k].needed && im->csv.rows[i].fields[k] == NULL &&
                !(kind == IMPORT_PARTIES && k == PARTY_EMAIL) &&
                !(kind == IMPORT_PRODUCTS && k == PRODUCT_VERSION))
                return import_bad(im, &im->csv.rows[i], columns[k].name, err,
                                  "is empty, but needed");
    return status;
}

/* Who came may be named by installed.csv already, or be back: it is read again. */
static enum status read_installed_again(struct import *im, enum import_kind kind, struct err *err)
{
    const char *before = NULL;
    if (kind != IMPORT_PARTIES || im->added == 0)
        return OK;
    enum status status = meta_get(&before, im->arena, im->app->store, "import.installed", err);
    if (status == OK && !text_equal(before, AGAIN))
        status = meta_set(im->app->store, "import.installed", AGAIN, err);
    return status == ERR_NOT_FOUND ? OK : status;
}

static void add_counts(const struct import *im)
{
    str_addf(im->words, "%s: %zu rows, %lld new, %lld changed%s", im->name, im->csv.count,
             (long long)im->added, (long long)im->changed,
             im->removed > 0 ? ", some removed (listed above)" : "");
    if (im->kept > 0 && !im->believe)
        str_addf(im->words, ", %lld address%s kept as corrected (listed above)",
                 (long long)im->kept, im->kept == 1 ? "" : "es");
    str_add_c(im->words, '\n');
}

/* What stands in the words, line by line, and the numbers beside them. */
static void add_json(struct str *out, const struct import *im, enum import_kind kind)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.import/1");
    json_out_text(&j, "file", im->name);
    json_out_text(&j, "kind", kind_words[kind]);
    json_out_bool(&j, "tried", im->trying);
    json_out_int(&j, "rows", (int64_t)im->csv.count);
    json_out_int(&j, "new", im->added);
    json_out_int(&j, "changed", im->changed);
    json_out_int(&j, "removed", im->removed);
    json_out_int(&j, "installed_removed", im->devices);
    json_out_int(&j, "corrected", im->kept);
    json_out_array(&j, "said");
    const char *line = str_text(im->words);
    for (size_t size = strcspn(line, "\n"); size > 0; size = strcspn(line, "\n")) {
        char *one = xstrndup(line, size);
        json_out_text(&j, NULL, one);
        free(one);
        line += size + (line[size] == '\n' ? 1 : 0);
    }
    json_out_end(&j);
    json_out_end(&j);
    str_add_c(out, '\n');
}

enum status import_take(struct app *app, enum import_kind kind, const char *name, struct bytes text,
                        const char *dir, const struct import_wish *wish, struct str *words,
                        struct err *err)
{
    struct str said;
    str_init(&said, STR_LIMIT_TEXT);
    struct import im = {.app = app,
                        .arena = arena_new(),
                        .name = name,
                        .dir = dir,
                        .trying = wish->mode == IMPORT_FULL_TRY,
                        .believe = wish->believe,
                        .words = wish->json ? &said : words};
    enum status status = parse(&im, kind, text, err);
    if (status == OK)
        status = app_begin(app, err);
    if (status != OK)
        goto done;
    status = tables[kind]->rows(&im, wish->mode != IMPORT_ADD, err);
    if (status == OK)
        status = record_import(&im, kind, text, err);
    if (status == OK)
        status = read_installed_again(&im, kind, err);
    if (status == OK && !im.trying)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == OK && wish->json)
        add_json(words, &im, kind);
    else if (status == OK && !im.trying)
        add_counts(&im);
done:
    arena_free(im.arena);
    str_dispose(&said);
    return status;
}

enum status import_file(struct app *app, enum import_kind kind, const char *name, struct bytes text,
                        const char *dir, enum import_mode mode, struct str *words, struct err *err)
{
    const struct import_wish wish = {.mode = mode};
    return import_take(app, kind, name, text, dir, &wish, words, err);
}

enum { ARG_KIND = OP_ARG, ARG_NAME, ARG_TEXT, ARG_MODE, ARG_BELIEVE, ARG_JSON };

enum status op_import(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    int64_t kind = frame_get_int(in, ARG_KIND);
    int64_t mode = frame_get_int(in, ARG_MODE);
    if (kind < 0 || kind >= IMPORT_KIND_COUNT || mode < IMPORT_ADD || mode > IMPORT_FULL_TRY)
        return err_set(err, ERR_INVALID, "import: unknown kind of file");
    enum status status = planner_allows_import(app, err);
    if (status != OK)
        return status;
    const struct import_wish wish = {.mode = (enum import_mode)mode,
                                     .believe = frame_get_int(in, ARG_BELIEVE) == 1,
                                     .json = frame_get_int(in, ARG_JSON) == 1};
    return import_take(app, (enum import_kind)kind, frame_get_text(in, ARG_NAME),
                       frame_get_bytes(in, ARG_TEXT), app->settings->dir, &wish, out, err);
}

struct watched {
    struct sha256_ctx *sum;
    const char *dir;
};

static void add_key_file(void *context, const struct csv_row *row)
{
    const struct watched *watched = context;
    struct stat st;
    if (row->fields[IMPORT_PARTY_KEY] == NULL)
        return;
    char *path = path_join(watched->dir, row->fields[IMPORT_PARTY_KEY]);
    if (stat(path, &st) == 0) {
        char *words = xprintf("|%lld %lld.%ld", (long long)st.st_size, (long long)st.st_mtim.tv_sec,
                              st.st_mtim.tv_nsec);
        sha256_add(watched->sum, bytes_of(words));
        free(words);
    }
    free(path);
}

/*
 * The file's bytes and, for parties, size and time of every key file that it names: when this
 * changes, the file is imported again. This is asked at each submit: no row is kept.
 */
static void fingerprint(char hex[SHA256_HEX], const struct settings *settings,
                        enum import_kind kind, struct bytes text)
{
    struct watched watched = {.sum = sha256_new(), .dir = settings->dir};
    struct err err = {0};
    struct sha256 sum;
    char bytes[SHA256_HEX];
    sha256_hex_of(bytes, text);
    sha256_add(watched.sum, bytes_of(bytes));
    bool whole =
        kind != IMPORT_PARTIES || csv_each(add_key_file, &watched, "", text, import_parties.columns,
                                           import_parties.count, &err) == OK;
    sha256_end(watched.sum, &sum);
    if (whole)
        (void)sha256_hex(hex, &sum);
    else
        sha256_hex_of(hex, bytes_of(bytes)); /* the fault is told by the import */
}

static enum status remember(struct app *app, const char *name, const char *hex, struct err *err)
{
    enum status status = app_begin(app, err);
    if (status == OK)
        status = meta_set(app->store, name, hex, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

/* The bytes of the file beside the configuration, and whether they were read before. */
static enum status look_at(bool *changed, bool *again, struct str *text, char hex[SHA256_HEX],
                           struct app *app, enum import_kind kind, struct err *err)
{
    struct arena *arena = arena_new();
    char *path = path_join(app->settings->dir, kind_files[kind]);
    char *name = xprintf("import.%s", kind_words[kind]);
    const char *before = NULL;
    *changed = *again = false;
    enum status status = file_read(text, path, (size_t)512 * 1024 * 1024, err);
    if (status == OK) {
        fingerprint(hex, app->settings, kind, str_bytes(text));
        status = meta_get(&before, arena, app->store, name, err);
        *changed = status == ERR_NOT_FOUND || (status == OK && !text_equal(before, hex));
        *again = status == OK && text_equal(before, AGAIN);
    }
    free(path);
    free(name);
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status import_waits(bool *out, struct app *app, enum import_kind kind, struct err *err)
{
    struct str text;
    char hex[SHA256_HEX];
    str_init(&text, (size_t)512 * 1024 * 1024);
    bool again = false;
    enum status status = look_at(out, &again, &text, hex, app, kind, err);
    str_dispose(&text);
    return status;
}

static enum status refresh_one(struct app *app, enum import_kind kind, struct str *out,
                               struct err *err)
{
    struct str text;
    char hex[SHA256_HEX];
    bool changed = false, again = false;
    str_init(&text, (size_t)512 * 1024 * 1024);
    enum status status = look_at(&changed, &again, &text, hex, app, kind, err);
    if (status == OK && again)
        str_addf(out, "%s: is read again: parties came since it was read\n", kind_files[kind]);
    if (status == OK && changed)
        status = import_file(app, kind, kind_files[kind], str_bytes(&text), app->settings->dir,
                             IMPORT_ADD, out, err);
    if (status == OK && changed) {
        char *name = xprintf("import.%s", kind_words[kind]);
        status = remember(app, name, hex, err);
        free(name);
    }
    str_dispose(&text);
    return status;
}

enum status op_refresh(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    (void)in;
    size_t before = out->size;
    enum status status = planner_allows_import(app, err);
    if (status == ERR_STALE)
        return OK; /* it is read when that is done */
    for (int kind = 0; status == OK && kind < IMPORT_KIND_COUNT; kind++)
        status = refresh_one(app, (enum import_kind)kind, out, err);
    /* A key that came with the tables may let a text follow a waiting notice. */
    int64_t caught_up = 0;
    if (status == OK && out->size > before)
        status = planner_catch_up(app, &caught_up, err);
    if (caught_up > 0)
        str_addf(out, "%lld waiting notice%s: the text follows\n", (long long)caught_up,
                 caught_up == 1 ? "" : "s");
    return status;
}
