/* What a worker said, or that it is gone: applied to the notices it worked on. */
#include "dispatcher/run/backoff.h"
#include "dispatcher/run/core_inner.h"
#include "dispatcher/run/job.h"

#include <string.h>

static enum status do_sealed(struct app *app, void *context, struct err *err)
{
    const struct frame *f = ((struct item *)context)->event->frame;
    if (f->type == JOB_SEALED) {
        struct work_sealed sealed = {.notice_id = frame_get_int(f, SEALED_NOTICE),
                                     .message_id = frame_get_text(f, SEALED_MESSAGE_ID),
                                     .message = frame_get_bytes(f, SEALED_BYTES),
                                     .plain = frame_get_bytes(f, SEALED_PLAIN)};
        return work_sealed(app, &sealed, err);
    }
    const char *text = frame_get_text(f, UNSEALED_TEXT);
    return work_unsealed(app, frame_get_int(f, UNSEALED_NOTICE),
                         (enum status)frame_get_int(f, UNSEALED_STATUS), text != NULL ? text : "",
                         err);
}

/* The text that many share is put down once, as an item of its own: no answer of theirs undoes it.
 */
static enum status do_plain(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    struct slot *slot = core_find_slot(item->core, item->event->worker, item->event->slot);
    return blob_put(slot->plain, app->store, frame_get_bytes(item->event->frame, MADE_PLAIN), err);
}

static enum status do_made(struct app *app, void *context, struct err *err)
{
    const struct item *item = context;
    const struct frame *f = item->event->frame;
    const uint32_t at = (uint32_t)item->id;
    const char *text = frame_get_text(f, at + MADE_TEXT);
    enum status made = (enum status)frame_get_int(f, at + MADE_STATUS);
    if (made == OK)
        return work_sealed(app, item->sealed, err);
    return work_unsealed(app, frame_get_int(f, at + MADE_NOTICE), made, text != NULL ? text : "",
                         err);
}

static enum status do_dot(struct app *app, void *context, struct err *err)
{
    return work_dot(app, frame_get_int(((struct item *)context)->event->frame, DOT_ATTEMPT), err);
}

static enum status do_done(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_done(app, item->id, item->receipt, item->endpoint, err);
}

static enum status do_sealer_lost(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_sealer_lost(app, item->id, item->blame, err);
}

static enum status do_carrier_lost(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return work_carrier_lost(app, item->id, item->flag, err);
}

/* One task per endpoint that a person must mend. */
static enum status open_endpoint_task(struct app *app, const char *endpoint, const char *said,
                                      bool config, struct err *err)
{
    struct arena *arena = arena_new();
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = arena_printf(arena, "endpoint %s", endpoint),
        .title = arena_printf(arena, "%s: %s: %.160s", endpoint,
                              config ? "refused or not trusted" : "cannot be reached", said),
        .todo =
            "Check mail.relay, mail.user, mail.password_file and mail.ca_file in the configuration "
            "and "
            "the relay itself (tocsin doctor). If it says that we come too often, ask its operator "
            "for a higher limit. Notices wait meanwhile and go out by themselves."};
    struct task_item item = {.about = endpoint, .detail = said};
    enum status status = move_task(app, &task, &item, NULL, err);
    arena_free(arena);
    return status;
}

static enum status do_endpoint_task(struct app *app, void *context, struct err *err)
{
    struct item *item = context;
    return open_endpoint_task(app, item->endpoint, item->receipt->said, item->receipt->config_fault,
                              err);
}

static enum status on_dot(struct core *core, const struct core_event *event, struct slot *slot,
                          struct err *err)
{
    struct item item = {.core = core, .event = event};
    int64_t attempt = frame_get_int(event->frame, DOT_ATTEMPT);
    enum status status = ERR_STALE;
    struct job *job = slot_find(slot, attempt);
    if (job != NULL) {
        status = core_run_item(core, do_dot, &item, "dot", err);
        job->dotted = status == OK;
    }
    if (core_ends_group(status))
        return status;
    struct frame_out leave;
    frame_begin(&leave, JOB_LEAVE);
    frame_int(&leave, attempt);
    frame_int(&leave, status == OK ? 1 : 0);
    core_push_intent(core, event->worker, event->slot, &leave);
    return OK;
}

static void copy_text(char *out, size_t size, const char *text)
{
    size_t used = text != NULL ? strnlen(text, size - 1) : 0;
    if (used > 0)
        memcpy(out, text, used);
    out[used] = '\0';
}

static void read_receipt(struct receipt *out, const struct frame *f)
{
    receipt_init(out);
    int64_t verdict = frame_get_int(f, DONE_VERDICT);
    out->verdict =
        verdict >= 0 && verdict < VERDICT_COUNT ? (enum verdict)verdict : VERDICT_UNCERTAIN;
    out->code = (int)frame_get_int(f, DONE_CODE);
    copy_text(out->enhanced, sizeof out->enhanced, frame_get_text(f, DONE_ENHANCED));
    copy_text(out->said, sizeof out->said, frame_get_text(f, DONE_SAID));
    copy_text(out->tls, sizeof out->tls, frame_get_text(f, DONE_TLS));
    copy_text(out->peer, sizeof out->peer, frame_get_text(f, DONE_PEER));
    out->endpoint_fault = frame_get_int(f, DONE_ENDPOINT_FAULT) != 0;
    out->config_fault = frame_get_int(f, DONE_CONFIG_FAULT) != 0;
    struct bytes transcript = frame_get_bytes(f, DONE_TRANSCRIPT);
    str_add_n(&out->transcript, transcript.data, transcript.size);
}

/*
 * An answer that cannot be taken: the notice must not wait for ever for another one. It goes as
 * if the worker had been lost over it, so that the third time sets it aside.
 */
static bool is_as_good_as_none(enum status status)
{
    return status != OK && status != ERR_STALE && !core_ends_group(status);
}

static enum status on_done(struct core *core, const struct core_event *event, struct slot *slot,
                           struct err *err)
{
    struct receipt receipt;
    struct item item = {.core = core,
                        .event = event,
                        .receipt = &receipt,
                        .endpoint = core_endpoint(core, event->slot),
                        .id = frame_get_int(event->frame, DONE_ATTEMPT)};
    if (core_forget_back(slot, item.id) || !slot_take(slot, item.id))
        return OK;
    read_receipt(&receipt, event->frame);
    int64_t up = clock_up_ms(&core->app->clock);
    enum status status = core_run_item(core, do_done, &item, "done", err);
    if (is_as_good_as_none(status)) {
        item.flag = true;
        status = core_run_item(core, do_carrier_lost, &item, "done-lost", err);
    }
    if (!core_ends_group(status)) {
        const struct backoff backoff = {core->app->settings->retry.first_ms,
                                        core->app->settings->retry.most_ms};
        bool tell = endpoints_note(&core->endpoints, item.endpoint, &receipt, &backoff, up);
        if (tell)
            status = core_run_item(core, do_endpoint_task, &item, "endpoint", err);
    }
    receipt_dispose(&receipt);
    return core_ends_group(status) ? status : OK;
}

/*
 * The oldest load is what it worked on. When that is one job, this one is guilty; of several it
 * cannot be told, and each goes alone next time, which tells.
 */
static enum work_blame blame_of(const struct slot *slot, size_t i)
{
    const uint64_t load = slot->jobs[0].load;
    if (slot->jobs[i].load != load)
        return WORK_INNOCENT;
    return slot->count > 1 && slot->jobs[1].load == load ? WORK_SUSPECT : WORK_GUILTY;
}

static enum status on_lost(struct core *core, const struct core_event *event, struct slot *slot,
                           struct err *err)
{
    enum status status = OK;
    slot->ready = false;
    for (size_t i = 0; i < slot->count && !core_ends_group(status); i++) {
        struct item item = {
            .core = core, .id = slot->jobs[i].id, .flag = i == 0, .blame = blame_of(slot, i)};
        status =
            core_run_item(core, event->worker == WORKER_SEALER ? do_sealer_lost : do_carrier_lost,
                          &item, "lost", err);
    }
    slot->count = 0;
    slot->back_count = 0;
    slot->plain[0] = '\0';
    return core_ends_group(status) ? status : OK;
}

/* Each of many is an item of its own: one that came too late is dropped alone. */
static enum status on_made(struct core *core, const struct core_event *event, struct slot *slot,
                           struct err *err)
{
    const struct frame *f = event->frame;
    struct item item = {.core = core, .event = event};
    enum status status = OK;
    if (f->count > MADE_PLAIN && f->present[MADE_PLAIN])
        status = core_run_item(core, do_plain, &item, "plain", err);
    for (uint32_t at = MADE_REST; !core_ends_group(status) && at + MADE_FIELDS <= f->count;
         at += MADE_FIELDS) {
        const struct work_sealed sealed = {.notice_id = frame_get_int(f, at + MADE_NOTICE),
                                           .message_id = frame_get_text(f, at + MADE_MESSAGE_ID),
                                           .message = frame_get_bytes(f, at + MADE_BYTES),
                                           .plain_sha256 =
                                               slot->plain[0] != '\0' ? slot->plain : NULL};
        if (!slot_take(slot, sealed.notice_id))
            continue;
        item.id = at;
        item.sealed = &sealed;
        status = core_run_item(core, do_made, &item, "made", err);
        if (is_as_good_as_none(status)) {
            item.id = sealed.notice_id;
            item.blame = WORK_GUILTY;
            status = core_run_item(core, do_sealer_lost, &item, "made-lost", err);
        }
    }
    return core_ends_group(status) ? status : OK;
}

enum status core_apply(struct core *core, const struct core_event *event, struct err *err)
{
    struct slot *slot = core_find_slot(core, event->worker, event->slot);
    if (slot == NULL)
        return OK;
    slot->heard_up_ms = clock_up_ms(&core->app->clock);
    if (event->type == CORE_READY) {
        slot->ready = true;
        return OK;
    }
    if (event->type == CORE_LOST)
        return on_lost(core, event, slot, err);
    if (event->worker == WORKER_CARRIER)
        return event->frame->type == JOB_DOT    ? on_dot(core, event, slot, err)
               : event->frame->type == JOB_DONE ? on_done(core, event, slot, err)
                                                : OK;
    if (event->frame->type == JOB_DONE_MANY)
        return on_made(core, event, slot, err);
    /* A sealer may only answer for what it was given. */
    struct item item = {.core = core,
                        .event = event,
                        .id = frame_get_int(event->frame, SEALED_NOTICE),
                        .blame = WORK_GUILTY};
    if (!slot_take(slot, item.id))
        return OK;
    enum status status = core_run_item(core, do_sealed, &item, "sealed", err);
    if (is_as_good_as_none(status))
        status = core_run_item(core, do_sealer_lost, &item, "sealed-lost", err);
    return core_ends_group(status) ? status : OK;
}
