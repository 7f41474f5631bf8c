#include "dispatcher/checkpoint_inner.h"

#include "base/log.h"
#include "dispatcher/job.h"
#include "dispatcher/move.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define META_NAME "log.name"
#define DEADLINE_MS (10 * MS_MINUTE) /* of a signer; reading a million entries takes seconds */
#define PAUSE_MS (10 * MS_MINUTE)    /* after a refusal */
#define PAUSE_FAULT_MS (5 * MS_SECOND)

struct checkpoint *checkpoint_open(struct app *app)
{
    struct checkpoint *c = xcalloc(1, sizeof *c);
    c->app = app;
    c->covered = -1;
    c->due_up_ms = INT64_MAX;
    c->child.fd = -1;
    return c;
}

void checkpoint_close(struct checkpoint *c)
{
    if (c == NULL)
        return;
    child_end(&c->child, MS_SECOND);
    free(c->name);
    free(c);
}

int checkpoint_fd(const struct checkpoint *c)
{
    return c->child.pid != 0 ? c->child.fd : -1;
}

void checkpoint_demand(struct checkpoint *c)
{
    c->demanded = true;
}

int64_t checkpoint_covered(const struct checkpoint *c)
{
    return c->covered;
}

bool checkpoint_idle(const struct checkpoint *c)
{
    return c->child.pid == 0 && !c->demanded &&
           (c->covered >= c->seen || c->refused || c->cause.code != OK);
}

int64_t checkpoint_next(const struct checkpoint *c)
{
    if (c->child.pid != 0)
        return c->child.started_ms + DEADLINE_MS;
    int64_t due = c->demanded ? 0 : c->due_up_ms;
    return due > c->pause_up_ms ? due : c->pause_up_ms;
}

/* How far it is covered; commands have checkpoints made, too. */
static enum status look_covered(struct checkpoint *c, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row = {0};
    enum status status = checkpoint_last(&row, arena, c->app->store, err);
    if (status == OK || status == ERR_NOT_FOUND)
        c->covered = row.size;
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

/* What the store says: how far the log goes, and how far it is covered. */
static enum status look(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    struct log_head head;
    const int64_t before = c->covered;
    enum status status = log_head_get(&head, c->app->store, err);
    if (status == OK && (c->covered < 0 || c->refused))
        status = look_covered(c, err);
    if (c->refused && c->covered > before) { /* a command had the signer's trouble mended */
        c->refused = false;
        c->cause = (struct err){0};
        c->pause_up_ms = 0;
    }
    if (status != OK)
        return status;
    c->seen = head.idx;
    if (c->seen <= c->covered)
        c->due_up_ms = INT64_MAX;
    else if (c->due_up_ms == INT64_MAX)
        c->due_up_ms = up_ms + CHECKPOINT_WITHIN_MS;
    return OK;
}

/* DOMAIN/tocsin/ID, fixed at the first signing: a log keeps its name. */
static enum status find_name(struct checkpoint *c, struct err *err)
{
    struct arena *arena = arena_new();
    const struct settings *s = c->app->settings;
    const char *name = NULL;
    enum status status = meta_get(&name, arena, c->app->store, META_NAME, err);
    if (status == ERR_NOT_FOUND) {
        const char *at = strrchr(s->mail.from, '@');
        name = arena_printf(arena, "%.90s/tocsin/%s", at != NULL ? at + 1 : "log", s->maker.id);
        status = app_begin(c->app, err);
        if (status == OK)
            status = meta_set(c->app->store, META_NAME, name, err);
        if (status == OK)
            status = app_commit(c->app, err);
        if (status != OK)
            app_rollback(c->app);
    }
    if (status == OK) {
        free(c->name);
        c->name = xstrdup(name);
    }
    arena_free(arena);
    return status;
}

static enum status start(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    struct frame_out setup;
    struct err fault = {0};
    enum status status = find_name(c, err); /* another epoch has another one */
    if (status != OK)
        return status;
    status = child_start(&c->child, "signer", up_ms, &fault);
    if (status == OK) {
        frame_begin(&setup, JOB_SETUP);
        frame_text(&setup, c->app->settings->store);
        frame_text(&setup, c->app->settings->secret);
        frame_text(&setup, c->name);
        status = child_send(&c->child, &setup, &fault);
    }
    if (status == OK) {
        c->demanded = false;
        c->refused = false;
        c->cause = (struct err){0};
        return OK;
    }
    log_line(LOG_ERROR, "signer=start failed said=%s", log_quote(fault.text));
    c->cause = fault;
    c->pause_up_ms = up_ms + PAUSE_FAULT_MS;
    return OK;
}

/* Nobody signs: notices go on, and a person is told once. */
static enum status alarm(struct checkpoint *c, const char *text, struct err *err)
{
    struct app *app = c->app;
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = "signer",
        .title = "The evidence log is not signed any more",
        .todo = "Somebody changed the log, restored a backup, or took away what the signer "
                "remembers: see docs/bundle.md and `tocsin doctor`. Notices go on meanwhile."};
    struct task_item item = {.about = "signer", .detail = text};
    struct entry *entry = entry_new("fault.detected", app->actor, NULL);
    entry_personal(entry, "detail", text);
    entry_text(entry, "fault", "unsigned");
    entry_text(entry, "where", "signer");
    enum status status = app_begin(app, err);
    if (status != OK) {
        entry_free(entry);
        return status;
    }
    status = app_record(app, entry, err);
    if (status == OK)
        status = move_task(app, &task, &item, NULL, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

static enum status end(struct checkpoint *c, int64_t pause_ms, int64_t up_ms)
{
    child_end(&c->child, MS_SECOND);
    c->pause_up_ms = up_ms + pause_ms;
    return OK;
}

static enum status on_refused(struct checkpoint *c, enum status cause, const char *text,
                              int64_t up_ms, struct err *err)
{
    bool new = !c->refused || c->cause.code != cause;
    (void)err_set(&c->cause, cause, "%s", text != NULL ? text : "the signer does not sign");
    log_line(LOG_ERROR, "signer=refuses status=%s said=%s", status_word(cause),
             log_quote(c->cause.text));
    /* What may pass by itself (another signer at work, a full disk) is no alarm yet. */
    c->refused = cause != ERR_IO;
    c->demanded = false; /* also what was demanded while it was at work: until-idle must end */
    (void)end(c, c->refused ? PAUSE_MS : PAUSE_FAULT_MS, up_ms);
    if (c->wish == JOB_NEW_KEY || c->wish == JOB_MEMORY)
        return OK; /* who asked is told, and nothing stays unsigned by it */
    return c->refused && new ? alarm(c, c->cause.text, err) : OK;
}

static enum status ask(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    struct frame_out out;
    struct err fault = {0};
    frame_begin(&out, c->wish != 0 ? (uint32_t)c->wish : JOB_CHECKPOINT);
    if (c->wish == JOB_SIGN)
        frame_bytes(&out, c->sums);
    if (c->wish == 0) {
        c->asked_ms = app_now(c->app);
        frame_int(&out, c->asked_ms);
    }
    return child_send(&c->child, &out, &fault) == OK
               ? OK
               : on_refused(c, ERR_IO, fault.text, up_ms, err);
}

static enum status on_ready(struct checkpoint *c, const struct frame *f, int64_t up_ms,
                            struct err *err)
{
    const char *ready = frame_get_text(f, SIGNER_READY_KEY);
    const char *refusal = frame_get_text(f, SIGNER_READY_TEXT);
    const enum status cause = (enum status)frame_get_int(f, SIGNER_READY_STATUS);
    bool known = false;
    c->memory.key[0] = '\0';
    (void)checkpoint_line(c->memory.key, ready);
    if (c->wish == JOB_MEMORY)
        return ask(c, up_ms, err);
    if (cause != OK)
        return on_refused(c, cause, refusal, up_ms, err);
    enum status status = checkpoint_key(&known, c, c->memory.key, err);
    if (status != OK)
        return status;
    if (!known)
        return on_refused(c, ERR_REFUSED,
                          "secret/log.pem is another key than the one that signed this log", up_ms,
                          err);
    return ask(c, up_ms, err);
}

static enum status on_signed(struct checkpoint *c, const struct frame *f, int64_t up_ms,
                             struct err *err)
{
    struct checkpoint_row row = {.size = frame_get_int(f, CHECKPOINTED_SIZE),
                                 .note = frame_get_bytes(f, CHECKPOINTED_NOTE),
                                 .at_ms = c->asked_ms};
    enum status status = app_begin(c->app, err);
    if (status != OK)
        return status;
    status = checkpoint_add(c->app->store, &row, err);
    if (status == OK)
        status = app_commit(c->app, err);
    else
        app_rollback(c->app);
    /* Over as many entries by the key before: that is one, and it stays. */
    if (status != OK && status != ERR_EXISTS)
        return status;
    c->covered = row.size;
    return end(c, 0, up_ms);
}

static void on_remembered(struct checkpoint_memory *out, const struct frame *f)
{
    const char *root = frame_get_text(f, REMEMBERED_ROOT);
    out->size = frame_get_int(f, REMEMBERED_SIZE);
    out->at_ms = frame_get_int(f, REMEMBERED_AT);
    (void)snprintf(out->root, sizeof out->root, "%s", root != NULL ? root : "");
}

static enum status on_frame(struct checkpoint *c, const struct frame *f, int64_t up_ms,
                            struct err *err)
{
    switch (f->type) {
    case JOB_READY:
        return on_ready(c, f, up_ms, err);
    case JOB_CHECKPOINTED:
        return on_signed(c, f, up_ms, err);
    case JOB_UNSIGNED:
        return on_refused(c, (enum status)frame_get_int(f, UNSIGNED_STATUS),
                          frame_get_text(f, UNSIGNED_TEXT), up_ms, err);
    case JOB_SIGNED:
        c->answered = frame_get_bytes(f, SIGNED_SIGNATURE).size == sizeof c->signature;
        if (c->answered)
            memcpy(c->signature, frame_get_bytes(f, SIGNED_SIGNATURE).data, sizeof c->signature);
        return end(c, 0, up_ms);
    case JOB_KEY_MADE:
        c->answered = checkpoint_line(c->key, frame_get_text(f, KEY_MADE_LINE));
        return end(c, 0, up_ms);
    case JOB_REMEMBERED:
        on_remembered(&c->memory, f);
        c->answered = true;
        return end(c, 0, up_ms);
    default:
        return on_refused(c, ERR_IO, "the signer speaks nonsense", up_ms, err);
    }
}

/* At most one frame at a time comes of it; it ends between two of them only by dying. */
static enum status read_child(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    struct frame *frame = xcalloc(1, sizeof *frame);
    struct err fault = {0};
    enum status status = frame_reader_fill(&c->child.in, c->child.fd, &fault);
    bool gone = status != OK && status != ERR_STALE;
    status = OK;
    while (status == OK && c->child.pid != 0) {
        enum status taken = frame_take(&c->child.in, frame, &fault);
        if (taken == ERR_NOT_FOUND)
            break;
        status = taken == OK ? on_frame(c, frame, up_ms, err)
                             : on_refused(c, ERR_IO, fault.text, up_ms, err);
    }
    free(frame);
    if (status == OK && c->child.pid != 0 && gone)
        status = on_refused(c, ERR_IO, "the signer ended without an answer", up_ms, err);
    if (status == OK && c->child.pid != 0 && up_ms > c->child.started_ms + DEADLINE_MS) {
        child_kill(&c->child);
        status = on_refused(c, ERR_IO, "the signer was stuck", up_ms, err);
    }
    return status;
}

enum status checkpoint_step(struct checkpoint *c, struct err *err)
{
    int64_t up_ms = clock_up_ms(&c->app->clock);
    if (c->child.pid != 0) {
        struct err ignored;
        if (child_flush(&c->child, &ignored) != OK)
            child_hush(&c->child);
        return read_child(c, up_ms, err);
    }
    enum status status = look(c, up_ms, err);
    if (status != OK || up_ms < c->pause_up_ms)
        return status;
    if (c->demanded || up_ms >= c->due_up_ms) {
        status = look_covered(c, err);
        if (status == OK && c->seen <= c->covered && c->wish == 0) {
            c->demanded = false;
            return OK;
        }
        return status == OK ? start(c, up_ms, err) : status;
    }
    return OK;
}
