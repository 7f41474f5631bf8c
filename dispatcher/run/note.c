#include "dispatcher/run/note.h"

#include "base/file.h"
#include "dispatcher/run/state.h"
#include "store/notice.h"

#define HASH "config.sha256"
#define PROMISES "config.promises" /* a log that is older than these has none of them yet */

static enum status record_settings(struct app *app, const char *hex, const char *promises,
                                   struct err *err)
{
    const struct settings_case *promised = &app->settings->cases;
    struct entry *entry = entry_new("config.loaded", app->actor, app->settings->maker.id);
    entry_int(entry, "acknowledge_days", promised->acknowledge_days);
    entry_int(entry, "news_ms", promised->news_ms);
    entry_personal(entry, "sha256", hex);
    entry_int(entry, "triage_ms", promised->triage_ms);
    entry_int(entry, "unassigned_ms", promised->unassigned_ms);
    enum status status = app_begin(app, err);
    if (status == OK)
        status = meta_set(app->store, HASH, hex, err);
    if (status == OK)
        status = meta_set(app->store, PROMISES, promises, err);
    if (status == OK)
        status = app_record(app, entry, err);
    else
        entry_free(entry);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

static enum status is_meta(bool *same, struct app *app, const char *name, const char *value,
                           struct err *err)
{
    struct arena *arena = arena_new();
    const char *before = NULL;
    enum status status = meta_get(&before, arena, app->store, name, err);
    *same = status == OK && text_equal(before, value);
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status note_settings(struct app *app, struct err *err)
{
    struct str text, promises;
    const struct settings_case *promised = &app->settings->cases;
    char hex[SHA256_HEX];
    bool file = false, words = false;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&promises, STR_LIMIT_LINE);
    str_addf(&promises, "%lld %lld %lld %lld", (long long)promised->acknowledge_days,
             (long long)promised->news_ms, (long long)promised->triage_ms,
             (long long)promised->unassigned_ms);
    enum status status = file_read(&text, app->settings->path, STR_LIMIT_TEXT, err);
    sha256_hex_of(hex, str_bytes(&text));
    if (status == OK)
        status = is_meta(&file, app, HASH, hex, err);
    if (status == OK)
        status = is_meta(&words, app, PROMISES, str_text(&promises), err);
    if (status == OK && !(file && words))
        status = record_settings(app, hex, str_text(&promises), err);
    str_dispose(&promises);
    str_dispose(&text);
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
