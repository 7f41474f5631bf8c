/*
 * A parcel that was handed ahead must not wait behind one that hangs while another connection is
 * free. It is taken back without a word to its carrier: the end of data never leaves without
 * attempt.dot, and for an attempt that is over there is none. So nothing is sent twice, whatever
 * the carrier has done with it meanwhile.
 */
#include "dispatcher/run/core_inner.h"

#define SILENT_MS (2 * MS_SECOND)    /* after that it gets nothing more ahead */
#define TAKE_BACK_MS (5 * MS_SECOND) /* after that others may have what it has ahead */

static int64_t silence(const struct core *core, const struct slot *slot)
{
    return clock_up_ms(&core->app->clock) - slot->heard_up_ms;
}

bool core_slot_engaged(const struct slot *slot)
{
    return slot->count > 0 || slot->back_count > 0;
}

bool core_may_hand(const struct core *core, const struct slot *slot)
{
    return slot->ready && slot->count < JOBS_PER_CARRIER && slot->back_count == 0 &&
           (slot->count == 0 || silence(core, slot) < SILENT_MS);
}

/* One that waits for its turn and could wait elsewhere. */
static bool holds_ahead(const struct slot *slot)
{
    return slot->count > 1 && slot->back_count == 0 && !slot->jobs[slot->count - 1].dotted;
}

/* Is there a connection to the relay that has nothing to do, and may it be used? */
static bool one_is_idle(const struct core *core)
{
    int64_t engaged = 0;
    bool idle = false;
    for (size_t i = 0; i < core->carrier_count; i++) {
        if (core_carrier_is_file(core, i))
            continue;
        const struct slot *slot = &core->carriers[i];
        engaged += core_slot_engaged(slot);
        idle = idle || (slot->ready && !core_slot_engaged(slot));
    }
    return idle && engaged < endpoints_allowed(&core->endpoints, core->relay) &&
           !endpoints_paused(&core->endpoints, core->relay, clock_up_ms(&core->app->clock));
}

static enum status do_take_back(struct app *app, void *context, struct err *err)
{
    return work_carrier_lost(app, ((struct item *)context)->id, false, err);
}

static enum status take_back_from(struct core *core, struct slot *slot, struct err *err)
{
    enum status status = OK;
    while (!core_ends_group(status) && slot->count > 1 && !slot->jobs[slot->count - 1].dotted) {
        struct item item = {.core = core, .id = slot->jobs[slot->count - 1].id};
        status = core_run_item(core, do_take_back, &item, "take-back", err);
        slot->back[slot->back_count++] = item.id;
        slot->count--;
    }
    return core_ends_group(status) ? status : OK;
}

enum status core_take_back(struct core *core, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < core->carrier_count; i++) {
        struct slot *slot = &core->carriers[i];
        if (!core_carrier_is_file(core, i) && holds_ahead(slot) &&
            silence(core, slot) >= TAKE_BACK_MS && one_is_idle(core))
            status = take_back_from(core, slot, err);
    }
    return status;
}

bool core_forget_back(struct slot *slot, int64_t id)
{
    for (size_t i = 0; i < slot->back_count; i++) {
        if (slot->back[i] != id)
            continue;
        slot->back[i] = slot->back[--slot->back_count];
        return true;
    }
    return false;
}

int64_t core_next_back(const struct core *core)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < core->carrier_count; i++) {
        const struct slot *slot = &core->carriers[i];
        int64_t left = TAKE_BACK_MS - silence(core, slot);
        if (!core_carrier_is_file(core, i) && holds_ahead(slot) && left > 0 && left < next)
            next = left;
    }
    return next;
}
