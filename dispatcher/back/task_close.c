#include "dispatcher/back/task_close.h"

#include <stdio.h>

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
