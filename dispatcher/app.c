#include "dispatcher/app.h"

#include "base/file.h"
#include "base/log.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/routine/routine.h"
#include "dispatcher/run/timepiece.h"
#include "store/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void app_init(struct app *app)
{
    *app = (struct app){.now_given_ms = -1, .actor = "command"};
    clock_init_system(&app->clock);
}

void app_close(struct app *app)
{
    planner_forget(app);
    routine_forget(app);
    free(app->resting);
    app->resting = NULL;
    store_close(app->store);
    settings_free(app->settings);
    struct err err = {0};
    if (scratch_remove(&app->scratch, &err) != OK)
        log_line(LOG_WARNING, "scratch=left said=%s", log_quote(err.text));
    app->store = NULL;
    app->settings = NULL;
}

enum status app_load(struct app *app, struct err *err)
{
    if (app->settings != NULL)
        return OK;
    char *path = NULL;
    enum status status = settings_find(&path, app->config_given, err);
    if (status == OK)
        status = settings_load(&app->settings, path, err);
    free(path);
    return status;
}

enum status app_need(struct app *app, struct err *err)
{
    const enum status status = app_load(app, err);
    return status == ERR_NOT_FOUND || status == ERR_IO ? (err->code = ERR_INVALID) : status;
}

int64_t app_now(const struct app *app)
{
    return clock_now_ms(&app->clock);
}

static const char *scratch_base(void)
{
    const char *base = getenv("XDG_RUNTIME_DIR");
    return base != NULL && base[0] == '/' && strlen(base) < 40 ? base : "/tmp";
}

const char *app_scratch(struct app *app)
{
    if (app->scratch.path == NULL) {
        struct err err = {0};
        scratch_sweep(scratch_base());
        if (scratch_make(&app->scratch, scratch_base(), &err) != OK)
            log_line(LOG_WARNING, "scratch=none said=%s", log_quote(err.text));
    }
    return app->scratch.path;
}

void app_sweep(const struct app *app)
{
    char *dir = path_dir(app->settings->path);
    char *keys = path_join(dir, "keys");
    scratch_sweep(scratch_base());
    file_sweep(dir);
    file_sweep(keys);
    if (app->settings->outbox != NULL)
        file_sweep(app->settings->outbox);
    free(keys);
    free(dir);
}

static enum status read_head(struct app *app, struct err *err)
{
    struct log_head stored;
    enum status status = log_head_get(&stored, app->store, err);
    if (status != OK)
        return status;
    app->head.idx = stored.idx;
    return sha256_parse(&app->head.prev, stored.prev, err);
}

/* --now is for demonstrations: a real store never believes it. */
static enum status set_clock(struct app *app, struct err *err)
{
    if (app->now_given_ms < 0)
        return OK;
    if (!app->test)
        return err_set(err, ERR_REFUSED,
                       "--now: this store is a real one and goes by the machine's clock: leave "
                       "--now out, or make a store for tests with `tocsin init --test`");
    clock_init_from(&app->clock, app->now_given_ms);
    return OK;
}

static enum status read_mode(struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    const char *mode = NULL;
    enum status status = meta_get(&mode, arena, app->store, "mode", err);
    if (status == OK)
        app->test = text_equal(mode, "test");
    arena_free(arena);
    return status;
}

static enum status write_first(struct app *app, struct err *err)
{
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("log.start", app->actor, app->settings->maker.id);
    entry_text(entry, "mode", app->test ? "test" : "real");
    entry_text(entry, "origin", app->settings->maker.id);
    entry_text(entry, "version", TOCSIN_VERSION);
    status = meta_set(app->store, "mode", app->test ? "test" : "real", err);
    if (status == OK)
        status = meta_set(app->store, "register_version", "0", err);
    if (status == OK) {
        status = app_record(app, entry, err);
        entry = NULL;
    }
    entry_free(entry);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status app_create_store(struct app *app, bool test, struct err *err)
{
    enum status status = app_need(app, err);
    if (status == OK)
        status = store_open(&app->store, app->settings->store, STORE_CREATE, err);
    if (status != OK)
        return status;
    struct log_head head;
    status = log_head_get(&head, app->store, err);
    if (status == OK && head.idx > 0)
        return err_set(
            err, ERR_EXISTS,
            "%s: there is a store with %lld entries already: use it, or choose another place",
            app->settings->store, (long long)head.idx);
    app->test = test;
    if (status == OK)
        status = set_clock(app, err);
    if (status == OK)
        status = write_first(app, err);
    return status == OK ? timepiece_open(app, true, err) : status;
}

enum status app_open_store(struct app *app, enum store_mode mode, struct err *err)
{
    if (app->store != NULL)
        return OK;
    enum status status = app_need(app, err);
    if (status == OK)
        status = store_open(&app->store, app->settings->store, mode, err);
    if (status == ERR_NOT_FOUND && mode == STORE_WRITE)
        return app_create_store(app, false, err);
    if (status == OK)
        status = read_mode(app, err);
    if (status == OK)
        status = set_clock(app, err);
    return status == OK ? timepiece_open(app, mode != STORE_READ, err) : status;
}

enum status app_begin(struct app *app, struct err *err)
{
    enum status status = store_begin(app->store, err);
    return status == OK ? read_head(app, err) : status;
}

enum status app_commit(struct app *app, struct err *err)
{
    return store_commit(app->store, err);
}

void app_rollback(struct app *app)
{
    store_rollback(app->store);
}

enum status app_transact(struct app *app,
                         enum status (*run)(struct app *app, void *context, struct err *err),
                         void *context, struct err *err)
{
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = run(app, context, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status app_item(struct app *app,
                     enum status (*run)(struct app *app, void *context, struct err *err),
                     void *context, struct err *err)
{
    struct entry_head before = app->head;
    enum status status = store_item_begin(app->store, err);
    if (status != OK)
        return status;
    status = run(app, context, err);
    if (status == OK)
        return store_item_keep(app->store, err);
    app->head = before;
    struct err second = {0};
    enum status dropped = store_item_drop(app->store, &second);
    if (dropped != OK) {
        *err = second;
        return dropped;
    }
    return status;
}

enum status app_record(struct app *app, struct entry *entry, struct err *err)
{
    struct str line;
    struct sha256 leaf;
    struct log_head before = {.idx = app->head.idx};
    struct log_head after = {0};
    str_init(&line, ENTRY_LIMIT + 1);
    (void)sha256_hex(before.prev, &app->head.prev);
    struct entry_head head = app->head;
    if (entry_at_ms(entry) == 0)
        entry_at(entry, app_now(app));
    enum status status = entry_seal(&line, &leaf, &head, entry, &app->clock, err);
    if (status == OK) {
        after.idx = head.idx;
        (void)sha256_hex(after.prev, &head.prev);
        status = log_append(app->store, &before, &after, str_bytes(&line), entry_kind_name(entry),
                            entry_subject(entry), entry_at_ms(entry), err);
    }
    const struct entry_value *values = NULL;
    size_t count = entry_values(&values, entry);
    for (size_t i = 0; status == OK && i < count; i++)
        status = log_value_add(app->store, before.idx, values[i].field, values[i].salt,
                               values[i].value, err);
    if (status == OK)
        app->head = head;
    entry_free(entry);
    str_dispose(&line);
    return status;
}
