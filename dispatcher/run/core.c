#include "dispatcher/run/core.h"

#include "base/log.h"
#include "dispatcher/run/core_inner.h"
#include "dispatcher/run/endpoint_board.h"
#include "dispatcher/run/state.h"

#include <stdlib.h>

enum status core_open(struct core **out, struct app *app, struct composer *composer, size_t sealers,
                      size_t connections, struct err *err)
{
    struct core *core = xcalloc(1, sizeof *core);
    core->app = app;
    core->composer = composer;
    core->sealer_count = sealers;
    core->carrier_count = connections + 1;
    core->sealers = xcalloc(core->sealer_count, sizeof *core->sealers);
    core->carriers = xcalloc(core->carrier_count, sizeof *core->carriers);
    core->relay = xprintf("%s:%lld", app->settings->mail.relay_host,
                          (long long)app->settings->mail.relay_port);
    endpoints_add(&core->endpoints, core->relay, (int64_t)connections);
    endpoints_add(&core->endpoints, "outbox", 1);
    enum status status = OK;
    for (bool more = true; status == OK && more;)
        status = work_recover(app, &more, err);
    if (status == OK)
        *out = core;
    else
        core_close(core);
    return status;
}

static void drop_intents(struct core *core)
{
    for (; core->intent_taken < core->intent_count; core->intent_taken++)
        frame_dispose(&core->intents[core->intent_taken].frame);
    core->intent_count = 0;
    core->intent_taken = 0;
}

void core_close(struct core *core)
{
    if (core == NULL)
        return;
    drop_intents(core);
    free(core->intents);
    free(core->sealers);
    free(core->carriers);
    free(core->relay);
    free(core);
}

size_t core_sealers(const struct core *core)
{
    return core->sealer_count;
}

size_t core_carriers(const struct core *core)
{
    return core->carrier_count;
}

bool core_carrier_is_file(const struct core *core, size_t slot)
{
    return slot + 1 == core->carrier_count;
}

const char *core_endpoint(const struct core *core, size_t slot)
{
    return core_carrier_is_file(core, slot) ? "outbox" : core->relay;
}

struct slot *core_find_slot(const struct core *core, enum worker worker, size_t slot)
{
    if (worker == WORKER_SEALER)
        return slot < core->sealer_count ? &core->sealers[slot] : NULL;
    return slot < core->carrier_count ? &core->carriers[slot] : NULL;
}

bool core_worker_busy(const struct core *core, enum worker worker, size_t slot)
{
    const struct slot *s = core_find_slot(core, worker, slot);
    return s != NULL && core_slot_engaged(s);
}

bool core_moved(const struct core *core)
{
    return core->moved;
}

size_t core_in_flight(const struct core *core)
{
    size_t total = 0;
    for (size_t i = 0; i < core->sealer_count; i++)
        total += core->sealers[i].count;
    for (size_t i = 0; i < core->carrier_count; i++)
        total += core->carriers[i].count;
    return total;
}

/* Its last word asks for leave, or ends the last thing that it had. */
static bool carrier_waits(const struct core *core, size_t slot, const struct core_event *events,
                          size_t count)
{
    while (count > 0) {
        const struct core_event *e = &events[--count];
        if (e->worker != WORKER_CARRIER || e->slot != slot)
            continue;
        return e->type == CORE_FRAME &&
               (e->frame->type == JOB_DOT ||
                (e->frame->type == JOB_DONE && core->carriers[slot].count <= 1));
    }
    return false;
}

bool core_all_wait(const struct core *core, const struct core_event *events, size_t count)
{
    int64_t engaged = 0;
    int64_t connections = 0;
    for (size_t i = 0; i < core->carrier_count; i++) {
        if (core_carrier_is_file(core, i))
            continue;
        connections++;
        if (!core_slot_engaged(&core->carriers[i]))
            continue;
        if (!carrier_waits(core, i, events, count))
            return false;
        engaged++;
    }
    const int64_t allowed = endpoints_allowed(&core->endpoints, core->relay);
    return engaged > 0 && engaged >= (allowed < connections ? allowed : connections);
}

void core_push_intent(struct core *core, enum worker worker, size_t slot,
                      const struct frame_out *frame)
{
    if (core->intent_count == core->intent_capacity) {
        core->intent_capacity = core->intent_capacity * 2 + 16;
        core->intents = xrealloc(core->intents, core->intent_capacity, sizeof core->intents[0]);
    }
    core->intents[core->intent_count++] = (struct core_intent){worker, slot, *frame};
}

bool core_take_intent(struct core_intent *out, struct core *core)
{
    if (core->intent_taken == core->intent_count) {
        core->intent_count = 0;
        core->intent_taken = 0;
        return false;
    }
    *out = core->intents[core->intent_taken++];
    return true;
}

enum status core_run_item(struct core *core, enum status (*run)(struct app *, void *, struct err *),
                          struct item *item, const char *what, struct err *err)
{
    enum status status = app_item(core->app, run, item, err);
    if (status == OK || status == ERR_IO || status == ERR_CORRUPT)
        return status;
    log_line(status == ERR_STALE ? LOG_INFO : LOG_WARNING, "item=%s dropped=%s said=%s", what,
             status_word(status), log_quote(err->text));
    return status;
}

bool core_ends_group(enum status status)
{
    return status == ERR_IO || status == ERR_CORRUPT;
}

enum status core_group(struct core *core, const struct core_event *events, size_t count,
                       struct err *err)
{
    enum status status = app_begin(core->app, err);
    core->moved = false;
    for (size_t i = 0; status == OK && i < count; i++)
        status = core_apply(core, &events[i], err);
    if (status == OK)
        status = core_pump(core, err);
    if (status == OK)
        status = endpoints_publish(&core->endpoints, core->app, err);
    if (status == OK)
        status = app_commit(core->app, err);
    else
        app_rollback(core->app);
    if (status != OK)
        drop_intents(core);
    return status;
}

#define WAITING_STATES                                                                             \
    (STATE_BIT(STATE_PLANNED) | STATE_BIT(STATE_READY) | STATE_BIT(STATE_UNCERTAIN) |              \
     STATE_BIT(STATE_ACCEPTED))

enum status core_next_due(int64_t *out_ms, struct core *core, struct err *err)
{
    enum status status = notice_next_due(out_ms, core->app->store, WAITING_STATES, err);
    int64_t pause = endpoints_until(&core->endpoints);
    if (status == ERR_NOT_FOUND) {
        *out_ms = INT64_MAX;
        status = OK;
    }
    int64_t now = app_now(core->app);
    int64_t rest = pause - clock_up_ms(&core->app->clock);
    if (status == OK && rest > 0 && *out_ms <= now)
        *out_ms = now + rest; /* what is due waits for its endpoint */
    int64_t back = core_next_back(core);
    if (status == OK && back < INT64_MAX && (*out_ms <= now || now + back < *out_ms))
        *out_ms = now + back; /* what is due waits for a carrier */
    return status;
}

enum status core_idle(bool *out, struct core *core, struct err *err)
{
    int64_t next = 0;
    enum status status = core_next_due(&next, core, err);
    *out = status == OK && core_in_flight(core) == 0 && next > app_now(core->app);
    return status;
}
