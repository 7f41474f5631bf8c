#include "dispatcher/signed/heartbeat.h"

#include "dispatcher/run/state.h"
#include "store/log.h"
#include "store/notice.h"
#include "store/task.h"

#include <string.h>

bool heartbeat_due(int64_t silent_up_ms, int64_t silent_ms, bool given)
{
    if (silent_up_ms >= 0 && !given)
        return silent_up_ms >= HEARTBEAT_AFTER_MS;
    /* Of an entry ahead of us only another one can tell how long ago it was, from now on. */
    return silent_ms >= HEARTBEAT_AFTER_MS || (silent_ms < 0 && !given);
}

static enum status is_due(bool *out, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_head head = {0};
    struct log_line *last = NULL;
    size_t count = 0;
    int64_t at_ms = 0;
    *out = false;
    enum status status = log_head_get(&head, app->store, err);
    if (status == OK && head.idx > 0)
        status = log_list(&last, &count, arena, app->store, head.idx - 1, NULL, 1, err);
    if (status == OK && count > 0)
        status = log_last_at(&at_ms, app->store, err);
    if (status == OK && count > 0) {
        char boot[33] = "";
        int64_t up_ms = 0;
        bool here = entry_get_text(boot, sizeof boot, last[0].line, "boot") &&
                    strcmp(boot, clock_boot_id()) == 0 &&
                    entry_get_int(&up_ms, last[0].line, "up_ms");
        *out = heartbeat_due(here ? clock_up_ms(&app->clock) - up_ms : -1, app_now(app) - at_ms,
                             !app->clock.evenly);
    }
    arena_free(arena);
    return status;
}

/* Counts every notice: that may take a moment where there are millions, on a day without work. */
static enum status count_open(int64_t *notices, int64_t *tasks, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice_tally *tally = NULL;
    struct task *list = NULL;
    size_t count = 0;
    size_t open = 0;
    *notices = 0;
    enum status status = notice_tally(&tally, &count, arena, app->store, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (!state_is_final(tally[i].state))
            *notices += tally[i].count;
    if (status == OK)
        status = task_list(&list, &open, arena, app->store, false, 0, err);
    *tasks = (int64_t)open;
    arena_free(arena);
    return status;
}

enum status heartbeat_beat(struct app *app, bool *did, struct err *err)
{
    int64_t notices = 0;
    int64_t tasks = 0;
    bool due = false;
    enum status status = is_due(&due, app, err);
    if (status != OK || !due)
        return status;
    status = app_begin(app, err);
    if (status != OK)
        return status;
    status = count_open(&notices, &tasks, app, err);
    if (status == OK) {
        struct entry *entry = entry_new("heartbeat", app->actor, app->settings->maker.id);
        entry_int(entry, "notices_open", notices);
        entry_int(entry, "tasks_open", tasks);
        status = app_record(app, entry, err);
    }
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    *did = *did || status == OK;
    return status;
}
