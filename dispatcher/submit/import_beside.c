/* The three files beside the configuration: read again when they changed. */
#include "base/file.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/submit/import_inner.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_key_file(struct sha256_ctx *sum, const char *dir, const char *key)
{
    struct stat st;
    if (key == NULL)
        return;
    char *path = path_join(dir, key);
    if (stat(path, &st) == 0) {
        char *words = xprintf("|%lld %lld.%ld", (long long)st.st_size, (long long)st.st_mtim.tv_sec,
                              st.st_mtim.tv_nsec);
        sha256_add(sum, bytes_of(words));
        free(words);
    }
    free(path);
}

/* false: not all of it reads. */
static bool add_key_files(struct sha256_ctx *sum, const char *dir, const struct csv_source *source)
{
    struct csv_table *table = NULL;
    struct csv_row row;
    struct err err = {0};
    enum status status =
        csv_open(&table, "", source, import_parties.columns, import_parties.count, &err);
    while (status == OK && (status = csv_next(&row, table, &err)) == OK)
        add_key_file(sum, dir, row.fields[IMPORT_PARTY_KEY]);
    csv_close(table);
    return status == ERR_NOT_FOUND;
}

/*
 * The file's bytes and, for parties, size and time of every key file that it names: when this
 * changes, the file is imported again. This is asked at each submit: no row is kept.
 */
static enum status fingerprint(char hex[SHA256_HEX], const struct settings *settings,
                               enum import_kind kind, const struct csv_source *source,
                               struct err *err)
{
    struct sha256 sum;
    char bytes[SHA256_HEX];
    enum status status = import_hash(bytes, import_kind_file(kind), source, err);
    if (status != OK)
        return status;
    struct sha256_ctx *ctx = sha256_new();
    sha256_add(ctx, bytes_of(bytes));
    const bool whole = kind != IMPORT_PARTIES || add_key_files(ctx, settings->dir, source);
    sha256_end(ctx, &sum);
    if (whole)
        (void)sha256_hex(hex, &sum);
    else
        sha256_hex_of(hex, bytes_of(bytes)); /* the fault is told by the import */
    return OK;
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

#define MOST ((size_t)512 * 1024 * 1024)

/* A file beside the configuration: parties.csv is left where it is, the others are small. */
struct beside {
    struct str text;
    struct csv_source source;
    char hex[SHA256_HEX];
};

static enum status read_beside(struct beside *b, const char *path, enum import_kind kind,
                               struct err *err)
{
    if (kind == IMPORT_PARTIES)
        return file_open_plain(&b->source.fd, &b->source.size, path, MOST, err);
    enum status status = file_read(&b->text, path, MOST, err);
    b->source.text = str_bytes(&b->text);
    return status;
}

/* What it is now, and whether that was read before; the caller closes it in every case. */
static enum status look_at(bool *changed, bool *again, struct beside *b, struct app *app,
                           enum import_kind kind, struct err *err)
{
    struct arena *arena = arena_new();
    char *path = path_join(app->settings->dir, import_kind_file(kind));
    const char *name = arena_printf(arena, "import.%s", import_kind_word(kind));
    const char *before = NULL;
    *changed = *again = false;
    *b = (struct beside){.source = {.fd = -1}};
    str_init(&b->text, MOST);
    enum status status = read_beside(b, path, kind, err);
    if (status == OK)
        status = fingerprint(b->hex, app->settings, kind, &b->source, err);
    if (status == OK) {
        status = meta_get(&before, arena, app->store, name, err);
        *changed = status == ERR_NOT_FOUND || (status == OK && !text_equal(before, b->hex));
        *again = status == OK && text_equal(before, IMPORT_AGAIN);
    }
    free(path);
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

static void close_beside(struct beside *b)
{
    if (b->source.fd >= 0)
        (void)close(b->source.fd);
    str_dispose(&b->text);
}

enum status import_waits(bool *out, struct app *app, enum import_kind kind, struct err *err)
{
    struct beside b;
    bool again = false;
    enum status status = look_at(out, &again, &b, app, kind, err);
    close_beside(&b);
    return status;
}

static enum status refresh_one(struct app *app, enum import_kind kind, struct str *out,
                               struct err *err)
{
    const struct import_wish wish = {.mode = IMPORT_ADD};
    struct beside b;
    bool changed = false, again = false;
    enum status status = look_at(&changed, &again, &b, app, kind, err);
    if (status == OK && again)
        str_addf(out, "%s: is read again: parties came since it was read\n",
                 import_kind_file(kind));
    if (status == OK && changed)
        status = import_source(app, kind, import_kind_file(kind), &b.source, app->settings->dir,
                               &wish, out, err);
    if (status == OK && changed) {
        char *name = xprintf("import.%s", import_kind_word(kind));
        status = remember(app, name, b.hex, err);
        free(name);
    }
    close_beside(&b);
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
