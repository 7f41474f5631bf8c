/* Notices that read one text, claimed together: each is an item of its own, and none stops others.
 */
#include "dispatcher/run/work.h"

#include "dispatcher/run/job.h"

enum status work_many_begin(struct frame_out *job, bool *begun, struct app *app,
                            struct composer *composer, struct notice *first, struct err *err)
{
    struct arena *arena = arena_new();
    const char *group = NULL;
    struct err cause = {0};
    *begun = false;
    enum status status = compose_group(&group, arena, composer, first, &cause);
    if (status != OK) {
        status = work_not_composed(app, first, status, &cause, err);
        goto done;
    }
    /* The register changed since it was planned, or its route did: it reads with others now. */
    if (!text_equal(group, first->text_group)) {
        first->text_group = group;
        status = notice_update(app->store, first, first->state, err);
    }
    if (status == OK)
        status = compose_many(job, composer, first, err);
    if (status == OK)
        status = work_tell_doubt(app, composer, err);
    *begun = status == OK;
done:
    first->text_group = NULL; /* the arena's: read the row again */
    arena_free(arena);
    return status;
}

/* It reads another text than it was planned to: it is due again, under the right name. */
static enum status leave_out(struct app *app, struct notice *notice, const char *group,
                             struct err *err)
{
    notice->text_group = group;
    return notice_update(app->store, notice, notice->state, err);
}

static enum status join(struct frame_out *job, bool *claimed, struct arena *arena, struct app *app,
                        struct composer *composer, struct notice *notice, const char *wanted,
                        struct err *err)
{
    struct err cause = {0};
    const char *group = NULL;
    const uint32_t fields = job->fields;
    const size_t size = job->bytes.size;
    enum status status = compose_join(job, &group, arena, composer, notice, wanted, &cause);
    if (status == OK && !text_equal(group, wanted))
        return leave_out(app, notice, group, err);
    if (status != OK)
        return work_not_composed(app, notice, status, &cause, err);
    notice->crashes += WORK_CRASH_CLAIM;
    status = move_notice(app, notice, EVENT_CLAIM, NULL, err);
    *claimed = status == OK;
    if (status != OK) { /* what is not claimed is not sealed */
        str_truncate(&job->bytes, size);
        job->fields = fields;
    }
    return status;
}

enum status work_many_join(struct frame_out *job, bool *claimed, struct app *app,
                           struct composer *composer, struct notice *notice, const char *wanted,
                           struct err *err)
{
    bool may = false;
    *claimed = false;
    enum status status = work_may_claim(&may, app, notice, err);
    if (status != OK || !may)
        return status;
    struct arena *arena = arena_new();
    status = join(job, claimed, arena, app, composer, notice, wanted, err);
    notice->text_group = NULL; /* perhaps the arena's */
    arena_free(arena);
    return status;
}
