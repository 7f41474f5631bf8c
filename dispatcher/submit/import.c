#include "dispatcher/submit/import.h"

#include "base/file.h"
#include "clocks/pack.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/submit/import_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
enum status import_bad(const struct import *im, const struct csv_row *row, const char *column,
                       struct err *err, const char *what)
{
    return err_set(err, ERR_REFUSED, "%s row %zu, column %s: %s", im->name, row->line, column,
                   what);
}

const char *import_lacks(const struct import_table *table, const struct csv_row *row)
{
    for (size_t k = 0; k < table->count; k++)
        if (table->columns[k].needed && row->fields[k] == NULL && k != table->may_be_empty)
            return table->columns[k].name;
    return NULL;
}

enum status import_hash(char hex[SHA256_HEX], const char *name, const struct csv_source *source,
                        struct err *err)
{
    unsigned char piece[64 * 1024];
    struct sha256 sum;
    if (source->fd < 0) {
        sha256_hex_of(hex, source->text);
        return OK;
    }
    enum status status = OK;
    struct sha256_ctx *ctx = sha256_new();
    for (size_t at = 0; status == OK && at < source->size;) {
        const size_t wanted = source->size - at < sizeof piece ? source->size - at : sizeof piece;
        const ssize_t got = pread(source->fd, piece, wanted, (off_t)at);
        if (got > 0) {
            sha256_add(ctx, (struct bytes){piece, (size_t)got});
            at += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            status = err_set(err, ERR_IO, "%s: cannot be read: %s", name,
                             got == 0 ? "it became shorter meanwhile: try again" : strerror(errno));
        }
    }
    sha256_end(ctx, &sum);
    (void)sha256_hex(hex, &sum);
    return status;
}

static enum status record_import(struct import *im, enum import_kind kind, const char *hex,
                                 struct err *err)
{
    struct entry *entry =
        entry_new(kind_entries[kind], im->app->actor, im->app->settings->maker.id);
    entry_int(entry, "added", im->added);
    entry_int(entry, "changed", im->changed);
    entry_personal(entry, "file_sha256", hex);
    entry_int(entry, "removed", im->removed);
    entry_int(entry, "rows", (int64_t)im->rows);
    return app_record(im->app, entry, err);
}

static enum status parse(struct import *im, const struct import_table *table, bool full,
                         struct err *err)
{
    if (table->by_party)
        return walk_open(&im->walk, &im->rows, im, table, full, err);
    enum status status = csv_parse(&im->csv, im->arena, im->name, im->source->text, table->columns,
                                   table->count, err);
    if (status == ERR_INVALID || status == ERR_LIMIT)
        return err->code = ERR_REFUSED;
    im->rows = im->csv.count;
    for (size_t i = 0; status == OK && i < im->csv.count; i++) {
        const char *empty = import_lacks(table, &im->csv.rows[i]);
        if (empty != NULL)
            return import_bad(im, &im->csv.rows[i], empty, err, "is empty, but needed");
    }
    return status;
}

/* A file is read more than once: it must be the same at the end as it was before. */
static enum status check_same(const struct import *im, const char *before, struct err *err)
{
    char hex[SHA256_HEX];
    enum status status =
        im->source->fd < 0 ? ERR_NOT_FOUND : import_hash(hex, im->name, im->source, err);
    if (status == OK && !text_equal(hex, before))
        status = err_set(err, ERR_STALE, "%s: changed while it was read: try again", im->name);
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Who came may be named by installed.csv already, or be back: it is read again. */
static enum status read_installed_again(struct import *im, enum import_kind kind, struct err *err)
{
    const char *before = NULL;
    if (kind != IMPORT_PARTIES || im->added == 0)
        return OK;
    enum status status = meta_get(&before, im->arena, im->app->store, "import.installed", err);
    if (status == OK && !text_equal(before, IMPORT_AGAIN))
        status = meta_set(im->app->store, "import.installed", IMPORT_AGAIN, err);
    return status == ERR_NOT_FOUND ? OK : status;
}

static void add_counts(const struct import *im)
{
    str_addf(im->words, "%s: %zu row%s, %lld new, %lld changed%s", im->name, im->rows,
             im->rows == 1 ? "" : "s", (long long)im->added, (long long)im->changed,
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
    json_out_int(&j, "rows", (int64_t)im->rows);
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

enum status import_source(struct app *app, enum import_kind kind, const char *name,
                          const struct csv_source *source, const char *dir,
                          const struct import_wish *wish, struct str *words, struct err *err)
{
    struct str said;
    str_init(&said, STR_LIMIT_TEXT);
    struct import im = {.app = app,
                        .arena = arena_new(),
                        .name = name,
                        .dir = dir,
                        .source = source,
                        .trying = wish->mode == IMPORT_FULL_TRY,
                        .believe = wish->believe,
                        .words = wish->json ? &said : words};
    char hex[SHA256_HEX];
    enum status status = import_hash(hex, name, source, err);
    if (status == OK)
        status = parse(&im, tables[kind], wish->mode != IMPORT_ADD, err);
    if (status == OK)
        status = app_begin(app, err);
    if (status != OK)
        goto done;
    status = tables[kind]->rows(&im, wish->mode != IMPORT_ADD, err);
    if (status == OK)
        status = record_import(&im, kind, hex, err);
    if (status == OK)
        status = read_installed_again(&im, kind, err);
    if (status == OK)
        status = check_same(&im, hex, err);
    if (status == OK && !im.trying)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == OK && wish->json)
        add_json(words, &im, kind);
    else if (status == OK && !im.trying)
        add_counts(&im);
done:
    walk_close(im.walk);
    pack_close(im.pack);
    arena_free(im.arena);
    str_dispose(&said);
    return status;
}

enum status import_take(struct app *app, enum import_kind kind, const char *name, struct bytes text,
                        const char *dir, const struct import_wish *wish, struct str *words,
                        struct err *err)
{
    const struct csv_source source = {.text = text, .fd = -1};
    return import_source(app, kind, name, &source, dir, wish, words, err);
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
