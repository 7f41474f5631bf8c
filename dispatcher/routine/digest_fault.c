/* What a digest could not be made of, or for whom: told once, to a person and in the log. */
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/move.h"

#include "base/log.h"

#define CAUSE "digests are not whole"
#define ITEMS_MOST 50 /* of one task: more of them have the same reason */

static enum status is_known(bool *out, size_t *items, struct app *app, const char *about,
                            struct err *err)
{
    struct arena *arena = arena_new();
    struct task *tasks = NULL;
    struct task_item *list = NULL;
    size_t count = 0;
    int64_t id = 0;
    *out = false;
    *items = 0;
    enum status status = task_list(&tasks, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(tasks[i].cause, CAUSE))
            id = tasks[i].id;
    if (status == OK && id != 0)
        status = task_item_list(&list, items, arena, app->store, id, err);
    for (size_t i = 0; status == OK && i < *items; i++)
        *out = *out || text_equal(list[i].about, about);
    arena_free(arena);
    return status;
}

enum status digest_blame(struct app *app, const char *about, const char *text, struct err *err)
{
    bool known = false;
    size_t items = 0;
    enum status status = is_known(&known, &items, app, about, err);
    if (status != OK || known || items >= ITEMS_MOST)
        return status;
    log_line(LOG_ERROR, "digest=left-out about=%s said=%s", log_quote(about), log_quote(text));
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = CAUSE,
        .title = "Digests: something does not read, and is left out",
        .todo = "An advisory below is in no digest, a party below gets none, until it reads again: "
                "see `tocsin evidence check`, and restore the store from the backup if it says so. "
                "Notices are not concerned. When it reads, the next digest tells of it; then close "
                "this task."};
    const struct task_item item = {.about = about, .detail = text};
    struct entry *entry = entry_new("fault.detected", app->actor, NULL);
    entry_personal(entry, "detail", text);
    entry_text(entry, "fault", "corrupt");
    entry_text(entry, "where", "digest");
    status = app_record(app, entry, err);
    return status == OK ? move_task(app, &task, &item, NULL, err) : status;
}
