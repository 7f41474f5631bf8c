#include "dispatcher/back/task_close.h"

#include "dispatcher/run/state.h"
#include "store/notice.h"

#include <stdio.h>
#include <string.h>

enum status task_close(struct app *app, struct task *task, const char *why, struct err *err)
{
    char subj[32];
    (void)snprintf(subj, sizeof subj, "task-%lld", (long long)task->id);
    task->done_by = app->actor;
    task->done_ms = app_now(app);
    task->done_ref = why;
    task->proof = NULL;
    enum status status = task_done(app->store, task, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("task.done", app->actor, subj);
    entry_personal(entry, "by", task->done_by);
    entry_int(entry, "notices", 0);
    entry_personal(entry, "proof_sha256", NULL);
    entry_personal(entry, "ref", task->done_ref);
    entry_int(entry, "task", task->id);
    return app_record(app, entry, err);
}

enum status task_settle(struct app *app, int64_t task_id, struct err *err)
{
    struct arena *arena = arena_new();
    struct task task;
    struct notice *list = NULL;
    size_t count = 1;
    const struct notice_filter filter = {
        .task_id = task_id, .states = STATE_BIT(STATE_TASKED), .limit = 1};
    enum status status = task_get(&task, arena, app->store, task_id, err);
    const bool may =
        status == OK && task.open &&
        (task.kind == TASK_PHONE || task.kind == TASK_LETTER || task.kind == TASK_BOUNCED);
    if (may)
        status = notice_list(&list, &count, arena, app->store, &filter, err);
    if (status == OK && may && count == 0)
        status = task_close(app, &task, "nobody waits for it any more", err);
    arena_free(arena);
    return status;
}

enum status task_settle_calls(struct app *app, int64_t advisory_id, struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, advisory_id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        bool owed = true;
        if (!text_starts(list[i].cause, TASK_UNANSWERED))
            continue;
        status = task_unanswered(&owed, app->store, list[i].id, err);
        if (status == OK && !owed)
            status = task_close(app, &list[i], "all of them have answered", err);
    }
    arena_free(arena);
    return status;
}

static bool tells_text(const struct task *task)
{
    const char *at = task->cause != NULL ? strstr(task->cause, TASK_TEXT) : NULL;
    return (task->kind == TASK_PHONE || task->kind == TASK_LETTER) && at != NULL &&
           (at == task->cause || at[-1] == ' ');
}

static enum status close_told(struct app *app, void *context, struct err *err)
{
    return task_close(app, context, "all of them have the text", err);
}

enum status task_settle_texts(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        bool untold = true;
        if (!tells_text(&list[i]))
            continue;
        status = task_untold(&untold, app->store, list[i].id, err);
        if (status != OK || untold)
            continue;
        status = app_transact(app, close_told, &list[i], err);
        *did = true;
    }
    arena_free(arena);
    return status;
}
