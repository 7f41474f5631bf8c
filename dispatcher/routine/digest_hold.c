/* A digest tells nobody of what a hold keeps from them: not when it is made, not when it leaves. */
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/move.h"
#include "duties/hold.h"
#include "store/duty.h"

#include <string.h>

#define LOOK_AGAIN MS_HOUR /* its next digest supersedes it anyway */

enum status stopped_list(struct stopped *out, struct arena *arena, struct app *app,
                         enum party_kind kind, const char *country, struct err *err)
{
    *out = (struct stopped){0};
    if (!hold_stops(kind))
        return OK;
    return hold_trackings(&out->trackings, &out->count, arena, app->store, country, err);
}

bool stopped_has(const struct stopped *held, const char *tracking)
{
    for (size_t i = 0; i < held->count; i++)
        if (text_equal(held->trackings[i], tracking))
            return true;
    return false;
}

/* By its lane, as every notice is held: its party may have left the register since. */
static enum status held_of(struct stopped *out, struct arena *arena, struct app *app,
                           const struct notice *notice, struct err *err)
{
    struct lane *lanes = NULL;
    size_t count = 0;
    *out = (struct stopped){0};
    enum status status = lane_list(&lanes, &count, arena, app->store, notice->advisory_id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (lanes[i].id == notice->lane_id)
            status = stopped_list(out, arena, app, lanes[i].kind, lanes[i].jurisdiction, err);
    return status;
}

enum status digest_is_held(bool *out, struct app *app, const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory issue;
    struct digest_content content = {0};
    struct stopped held = {0};
    struct str text;
    *out = false;
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = advisory_get(&issue, arena, app->store, notice->advisory_id, err);
    if (status == OK && issue.digest && notice->kind == NOTICE_DIGEST)
        status = held_of(&held, arena, app, notice, err);
    if (status == OK && held.count > 0)
        status = blob_get(&text, app->store, issue.sha256, err);
    if (status == OK && held.count > 0)
        status = digest_read(&content, arena, str_bytes(&text), err);
    for (size_t i = 0; status == OK && i < content.count; i++)
        *out = *out || stopped_has(&held, content.items[i].tracking);
    str_dispose(&text);
    arena_free(arena);
    return status;
}

enum status digest_put_off(bool *off, struct app *app, struct notice *notice, struct err *err)
{
    enum status status = digest_is_held(off, app, notice, err);
    if (status != OK || !*off)
        return status;
    notice->next_at_ms = app_now(app) + LOOK_AGAIN;
    struct entry *entry = entry_new("notice.held", app->actor, notice->uid);
    entry_instant(entry, "until", notice->next_at_ms);
    entry_text(entry, "why", "a hold stands over what this digest tells of");
    return move_save(app, notice, entry, err);
}
