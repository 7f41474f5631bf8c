/* Whoever had the text before an embargo ended by hand must hear that it has ended. */
#include "dispatcher/release/embargo.h"

#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"
#include "store/notice.h"
#include "store/task.h"

/* Its words are made: they say that the embargo runs. */
#define TOLD_STATES                                                                                \
    (STATE_BITS_OUT | STATE_BIT(STATE_SEALING) | STATE_BIT(STATE_READY) | STATE_BIT(STATE_SENDING))

/* A waiting notice tells nothing until it is answered: somebody spoke with them. */
static bool was_told(const struct notice *n)
{
    return n->state == STATE_ANSWERED || (n->kind != NOTICE_WAITING && n->level != LEVEL_WAITING);
}

static enum status add_party(struct app *app, struct arena *arena, struct task *task,
                             const struct notice *n, struct err *err)
{
    const struct task_item item = {.about = n->party,
                                   .detail = arena_printf(arena, "pre-notice %s, %s%s%s", n->code,
                                                          route_word(n->route),
                                                          n->address != NULL ? " to " : "",
                                                          n->address != NULL ? n->address : "")};
    if (task->id == 0)
        return move_task(app, task, &item, n->uid, err);
    return task_item_add(app->store, task->id, &item, err);
}

enum status embargo_tell(struct app *app, const struct advisory *row, struct err *err)
{
    struct arena *arena = arena_new();
    const char *id = arena_printf(arena, "%s %s", row->tracking, row->version);
    struct task task = {
        .kind = TASK_PHONE,
        .cause = arena_printf(arena, "embargo ended %s", id),
        .title =
            arena_printf(arena, "Tell whoever had the pre-notice: the embargo of %s ended", id),
        .todo = "They were told to publish nothing of it until a later day. Write to them by the "
                "address of each item, or call: the embargo has ended. Then close this task.",
        .advisory_id = row->id,
        .deadline_ms = row->deadline_ms};
    struct notice_filter filter = {.advisory_id = row->id, .states = TOLD_STATES, .limit = 500};
    enum status status = OK;
    for (size_t found = filter.limit; status == OK && found == filter.limit;) {
        struct notice *list = NULL;
        status = notice_list(&list, &found, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < found; i++) {
            filter.after_id = list[i].id;
            if (was_told(&list[i]))
                status = add_party(app, arena, &task, &list[i], err);
        }
    }
    arena_free(arena);
    return status;
}
