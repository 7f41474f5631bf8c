/* What is due now goes to who has room: authorities first, by lane. */
#include "base/log.h"
#include "dispatcher/run/core_inner.h"

#include <string.h>

static enum status do_claim(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_claim(&item->job, &item->flag, app, item->core->composer, item->notice, err);
}

static enum status do_begin(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_begin(&item->job, &item->id, app, item->notice, item->endpoint, err);
}

static enum status do_hold_over(struct app *app, void *context, struct err *err)
{
    return work_hold_over(app, ((struct item *)context)->notice, err);
}

static enum status do_watch_over(struct app *app, void *context, struct err *err)
{
    return work_watch_over(app, ((struct item *)context)->notice, err);
}

static size_t sealer_room(const struct core *core, size_t *out_slot)
{
    size_t room = 0;
    size_t least = JOBS_PER_SEALER;
    for (size_t i = 0; i < core->sealer_count; i++) {
        const struct slot *slot = &core->sealers[i];
        size_t loads = slot_loads(slot);
        if (!slot->ready || loads >= JOBS_PER_SEALER)
            continue;
        room += JOBS_PER_SEALER - loads;
        if (loads < least) {
            least = loads;
            *out_slot = i;
        }
    }
    return room;
}

/* Something that cannot be worked on must not be met at every turn. */
static enum status put_off(struct core *core, struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice fresh;
    enum status status = notice_get(&fresh, arena, core->app->store, notice->id, err);
    if (status == OK) {
        fresh.next_at_ms = app_now(core->app) + MS_MINUTE;
        struct entry *entry = entry_new("notice.held", core->app->actor, fresh.uid);
        entry_instant(entry, "until", fresh.next_at_ms);
        entry_text(entry, "why", "could not be worked on");
        status = move_save(core->app, &fresh, entry, err);
    }
    arena_free(arena);
    return status;
}

static enum status do_set_aside(struct app *app, void *context, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice fresh;
    enum status status =
        notice_get(&fresh, arena, app->store, ((struct item *)context)->notice->id, err);
    if (status == OK)
        status = move_to_task(app, &fresh, TASK_POISON, "what is stored for it is damaged", err);
    arena_free(arena);
    return status;
}

/*
 * What one notice needs is damaged: a person tells them, and the others go on. A store that is
 * broken itself says so again here and ends the group.
 */
static enum status set_aside(struct core *core, struct notice *notice, struct err *err)
{
    struct item item = {.core = core, .notice = notice};
    log_line(LOG_ERROR, "notice=%s set-aside said=%s", notice->uid, log_quote(err->text));
    return core_run_item(core, do_set_aside, &item, "set-aside", err);
}

static enum status do_many_begin(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_many_begin(item->many, &item->flag, app, item->core->composer, item->notice, err);
}

static enum status do_many_join(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_many_join(item->many, &item->flag, app, item->core->composer, item->notice,
                          item->group, err);
}

/* What an item of a claim came to, other than a claim. */
static enum status claim_fell_out(struct core *core, struct notice *notice, enum status status,
                                  struct err *err)
{
    if (status == ERR_CORRUPT)
        return set_aside(core, notice, err);
    core->moved = core->moved || status == OK;
    return status != OK && !core_ends_group(status) ? put_off(core, notice, err) : status;
}

/* Claim each of these that still reads the first one's text, and is what it was when it was read.
 */
static enum status join_all(struct core *core, struct frame_out *job, struct slot *slot,
                            struct notice *list, size_t count, const char *group, struct err *err)
{
    const uint64_t load = slot_new_load(slot);
    enum status status = OK;
    for (size_t i = 0; !core_ends_group(status) && i < count && job->bytes.size < MANY_BYTES; i++) {
        struct item item = {.core = core, .notice = &list[i], .many = job, .group = group};
        status = core_run_item(core, do_many_join, &item, "join", err);
        if (status == OK && item.flag)
            slot_add(slot, list[i].id, load);
        else
            status = claim_fell_out(core, &list[i], status, err);
    }
    return core_ends_group(status) ? status : OK;
}

/*
 * A broadcast notice, and with it those that read the same and are due: one job, one text. One over
 * which work was lost goes alone, so that what is wrong with it costs no others.
 */
static enum status claim_many(struct core *core, size_t slot_index, int64_t id, struct err *err)
{
    struct arena *arena = arena_new();
    struct slot *slot = &core->sealers[slot_index];
    struct notice *others = NULL;
    struct notice list[MANY_MOST];
    struct notice first;
    struct frame_out job = {0};
    size_t count = 0;
    size_t had = slot->count;
    enum status status = notice_get(&first, arena, core->app->store, id, err);
    /* Claimed already, with one before it? */
    if (status != OK || first.state != STATE_PLANNED)
        goto done;
    struct item item = {.core = core, .notice = &first, .many = &job};
    status = core_run_item(core, do_many_begin, &item, "many", err);
    if (status != OK || !item.flag) {
        status = claim_fell_out(core, &first, status, err);
        goto done;
    }
    status = notice_get(&list[0], arena, core->app->store, id, err);
    if (status == OK && list[0].crashes == 0)
        status = notice_like(&others, &count, arena, core->app->store, &list[0], app_now(core->app),
                             MANY_MOST - 1, err);
    if (status != OK)
        goto done;
    const char *group = list[0].text_group;
    if (count > 0)
        memcpy(&list[1], others, count * sizeof others[0]);
    status = join_all(core, &job, slot, list, count + 1, group, err);
    if (status == OK && slot->count > had) {
        core_push_intent(core, WORKER_SEALER, slot_index, &job);
        job = (struct frame_out){0};
    }
done:
    frame_dispose(&job);
    arena_free(arena);
    return core_ends_group(status) ? status : OK;
}

/* *again: one was claimed together with others of the list, so there is more to ask for. */
static enum status claim_some(bool *again, struct core *core, struct err *err)
{
    size_t slot = 0;
    *again = false;
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    size_t count = 0;
    enum status status = OK;
    size_t room = sealer_room(core, &slot);
    /* What can leave now is sealed before what waits for an endpoint that rests. */
    const char *resting[2];
    size_t resting_count = 0;
    int64_t now = app_now(core->app);
    int64_t up = clock_up_ms(&core->app->clock);
    if (endpoints_paused(&core->endpoints, core->relay, up))
        resting[resting_count++] = RECIPIENT_RELAY;
    if (endpoints_paused(&core->endpoints, "outbox", up))
        resting[resting_count++] = RECIPIENT_OUTBOX;
    if (room > MOVES_PER_GROUP)
        room = MOVES_PER_GROUP;
    if (room > 0)
        status = notice_due(&list, &count, arena, core->app->store, STATE_PLANNED, now, resting,
                            resting_count, room, err);
    if (status == OK && room > 0 && count == 0 && resting_count > 0)
        status = notice_due(&list, &count, arena, core->app->store, STATE_PLANNED, now, NULL, 0,
                            room, err);
    for (size_t i = 0; !core_ends_group(status) && i < count && sealer_room(core, &slot) > 0; i++) {
        if (list[i].form == FORM_BROADCAST) {
            status = claim_many(core, slot, list[i].id, err);
            *again = true;
            break;
        }
        struct item item = {.core = core, .notice = &list[i]};
        status = core_run_item(core, do_claim, &item, "claim", err);
        if (status == ERR_CORRUPT) {
            frame_dispose(&item.job);
            status = set_aside(core, &list[i], err);
            continue;
        }
        if (status == OK && item.flag) {
            slot_add(&core->sealers[slot], list[i].id, slot_new_load(&core->sealers[slot]));
            core_push_intent(core, WORKER_SEALER, slot, &item.job);
            continue;
        }
        frame_dispose(&item.job);
        core->moved = core->moved || status == OK;
        if (status != OK && !core_ends_group(status))
            status = put_off(core, &list[i], err);
    }
    arena_free(arena);
    return core_ends_group(status) ? status : OK;
}

static enum status pump_claims(struct core *core, struct err *err)
{
    enum status status = OK;
    bool again = true;
    /* Each round takes room or moves a notice away; the bound only guards against a fault of ours.
     */
    for (size_t i = 0; status == OK && again && i < core->sealer_count * JOBS_PER_SEALER * 2; i++)
        status = claim_some(&again, core, err);
    return status;
}

/* The carrier with the most room for this endpoint, within what the endpoint bears; false: none. */
static bool carrier_room(const struct core *core, bool file, size_t *out_slot)
{
    size_t least = JOBS_PER_CARRIER;
    int64_t busy = 0;
    int64_t allowed = endpoints_allowed(&core->endpoints, file ? "outbox" : core->relay);
    for (size_t i = 0; i < core->carrier_count; i++)
        busy += core_carrier_is_file(core, i) == file && core_slot_engaged(&core->carriers[i]);
    for (size_t i = 0; busy <= allowed && i < core->carrier_count; i++) {
        const struct slot *slot = &core->carriers[i];
        if (core_carrier_is_file(core, i) != file || !core_may_hand(core, slot) ||
            slot->count >= least)
            continue;
        if (slot->count == 0 && busy == allowed)
            continue; /* would be one connection more */
        least = slot->count;
        *out_slot = i;
    }
    return least < JOBS_PER_CARRIER;
}

static enum status pump_begins(struct core *core, bool file, struct err *err)
{
    const char *endpoint = file ? "outbox" : core->relay;
    const char *others[] = {file ? RECIPIENT_RELAY : RECIPIENT_OUTBOX, RECIPIENT_TASK};
    int64_t now = app_now(core->app);
    size_t slot = 0;
    size_t count = 0;
    struct notice *list = NULL;
    int64_t up = clock_up_ms(&core->app->clock);
    if (!carrier_room(core, file, &slot) || endpoints_paused(&core->endpoints, endpoint, up))
        return OK;
    struct arena *arena = arena_new();
    enum status status = notice_due(&list, &count, arena, core->app->store, STATE_READY, now,
                                    others, 2, core->carrier_count * JOBS_PER_CARRIER, err);
    for (size_t i = 0; !core_ends_group(status) && i < count && carrier_room(core, file, &slot);
         i++) {
        struct item item = {.core = core, .notice = &list[i], .endpoint = endpoint};
        status = core_run_item(core, do_begin, &item, "begin", err);
        if (status == ERR_CORRUPT) {
            frame_dispose(&item.job);
            status = set_aside(core, &list[i], err);
            continue;
        }
        if (status == OK && item.id != 0) {
            struct slot *carrier = &core->carriers[slot];
            if (carrier->count == 0)
                carrier->heard_up_ms = clock_up_ms(&core->app->clock);
            slot_add(carrier, item.id, slot_new_load(carrier));
            core_push_intent(core, WORKER_CARRIER, slot, &item.job);
            continue;
        }
        frame_dispose(&item.job);
        core->moved = core->moved || status == OK;
        if (status != OK && !core_ends_group(status))
            status = put_off(core, &list[i], err);
    }
    arena_free(arena);
    return core_ends_group(status) ? status : OK;
}

static enum status pump_timed(struct core *core, enum notice_state state,
                              enum status (*run)(struct app *, void *, struct err *),
                              const char *what, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    size_t count = 0;
    enum status status = notice_due(&list, &count, arena, core->app->store, state,
                                    app_now(core->app), NULL, 0, MOVES_PER_GROUP, err);
    for (size_t i = 0; !core_ends_group(status) && i < count; i++) {
        struct item item = {.core = core, .notice = &list[i]};
        status = core_run_item(core, run, &item, what, err);
        core->moved = core->moved || status == OK;
    }
    arena_free(arena);
    return core_ends_group(status) ? status : OK;
}

enum status core_pump(struct core *core, struct err *err)
{
    enum status status = pump_timed(core, STATE_UNCERTAIN, do_hold_over, "hold-over", err);
    if (status == OK)
        status = pump_timed(core, STATE_ACCEPTED, do_watch_over, "watch-over", err);
    if (status == OK)
        status = core_take_back(core, err);
    if (status == OK)
        status = pump_begins(core, false, err);
    if (status == OK)
        status = pump_begins(core, true, err);
    return status == OK ? pump_claims(core, err) : status;
}
