#include "dispatcher/run/note.h"

#include "base/file.h"
#include "dispatcher/run/state.h"
#include "store/notice.h"

enum status note_settings(struct app *app, struct err *err)
{
    struct str text;
    struct arena *arena = arena_new();
    const char *before = NULL;
    char hex[SHA256_HEX];
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = file_read(&text, app->settings->path, STR_LIMIT_TEXT, err);
    if (status == OK)
        status = meta_get(&before, arena, app->store, "config.sha256", err);
    if (status == ERR_NOT_FOUND)
        status = OK;
    sha256_hex_of(hex, str_bytes(&text));
    if (status == OK && !text_equal(before, hex)) {
        struct entry *entry = entry_new("config.loaded", app->actor, app->settings->maker.id);
        entry_personal(entry, "sha256", hex);
        status = app_begin(app, err);
        if (status == OK)
            status = meta_set(app->store, "config.sha256", hex, err);
        if (status == OK)
            status = app_record(app, entry, err);
        else
            entry_free(entry);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
    }
    str_dispose(&text);
    arena_free(arena);
    return status;
}

enum status note_fault(struct app *app, const char *said, struct err *err)
{
    struct entry *entry = entry_new("fault.detected", app->actor, app->settings->maker.id);
    entry_personal(entry, "detail", said);
    entry_text(entry, "fault", "io");
    entry_text(entry, "where", "store");
    enum status status = app_begin(app, err);
    if (status == OK)
        status = app_record(app, entry, err);
    else
        entry_free(entry);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status note_report(struct loop_report *report, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice_tally *tally = NULL;
    size_t count = 0;
    enum status status = notice_tally(&tally, &count, arena, app->store, 0, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (state_is_out(tally[i].state))
            report->accepted += tally[i].count;
        else if (tally[i].state == STATE_TASKED)
            report->tasks_open += tally[i].count;
        else if (!state_is_final(tally[i].state))
            report->waiting += tally[i].count;
    }
    arena_free(arena);
    return status;
}
