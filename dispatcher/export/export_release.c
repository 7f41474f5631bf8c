/* An embargo that a person ended: what the log says of it, for the report of its advisory. */
#include "dispatcher/export/export.h"

#include "dispatcher/app.h"
#include "evidence/view.h"
#include "store/log.h"

/* A value that was erased is no longer there: the entry still is. */
static enum status read_value(const char **out, struct arena *arena, struct store *store,
                              int64_t idx, const char *field, struct err *err)
{
    const char *salt = NULL;
    *out = NULL;
    const enum status status = log_value_get(&salt, out, arena, store, idx, field, err);
    if (status == OK && *out == NULL)
        *out = "(erased)";
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status export_release_read(struct export_release *out, struct arena *arena, struct app *app,
                                const char *uid, struct err *err)
{
    int64_t idx = 0;
    size_t count = 0;
    struct log_line *lines = NULL;
    struct entry_view view = {0};
    struct store *store = app->store;
    *out = (struct export_release){0};
    enum status status = log_find(&idx, store, uid, "embargo.released", err);
    if (status == ERR_NOT_FOUND)
        return OK;
    if (status == OK)
        status = log_list(&lines, &count, arena, store, idx, NULL, 1, err);
    if (status == OK && (count != 1 || !entry_view(&view, lines[0].line)))
        status = err_set(err, ERR_CORRUPT,
                         "store: entry %lld cannot be read: see `tocsin evidence check`",
                         (long long)idx);
    if (status == OK)
        status = read_value(&out->by, arena, store, idx, "data.by", err);
    if (status == OK)
        status = read_value(&out->reason, arena, store, idx, "data.reason", err);
    if (status == OK) {
        out->idx = idx;
        out->at_ms = entry_view_instant(&view, "at");
        out->planned_ms = entry_view_instant(&view, "embargo");
    }
    return status;
}
