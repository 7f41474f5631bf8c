#include "dispatcher/signed/checkpoint_inner.h"

#include "base/log.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/move.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    return c->child.pid == 0 && !c->demanded && c->asks == NULL &&
           (c->covered >= c->seen || c->refused || c->cause.code != OK);
}

int64_t checkpoint_next(const struct checkpoint *c)
{
    if (c->child.pid != 0)
        return c->child.started_ms + DEADLINE_MS;
    if (c->asks != NULL)
        return 0;
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
    else if (c->seen - c->covered >= CHECKPOINT_WITHIN_ENTRIES)
        c->due_up_ms = 0;
    else if (c->due_up_ms == INT64_MAX)
        c->due_up_ms = up_ms + CHECKPOINT_WITHIN_MS;
    return OK;
}

/* Who asked has it in writing; cause NULL: it is granted. */
static void answer(struct checkpoint *c, const struct err *cause)
{
    struct checkpoint_ask *ask = c->served;
    c->served = NULL;
    if (ask == NULL)
        return;
    ask->cause = cause != NULL ? *cause : (struct err){0};
    ask->wish = WISH_NONE;
}

/* Whether it signs is asked by these alone. */
static bool is_signing(const struct checkpoint *c)
{
    return c->wish == WISH_CHECKPOINT || c->wish == WISH_SIGN;
}

static enum status start(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    struct frame_out setup;
    struct err fault = {0};
    enum status status = checkpoint_name(c, err); /* another epoch has another one */
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
    if (status == OK && is_signing(c)) {
        c->demanded = c->demanded && c->wish == WISH_SIGN;
        c->refused = false;
        c->cause = (struct err){0};
    }
    if (status == OK)
        return OK;
    log_line(LOG_ERROR, "signer=start failed said=%s", log_quote(fault.text));
    c->cause = fault;
    c->pause_up_ms = up_ms + PAUSE_FAULT_MS;
    answer(c, &fault);
    return OK;
}

/* Nobody signs: notices go on, and a person is told once. */
static enum status record_alarm(struct app *app, void *context, struct err *err)
{
    const char *text = context;
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
    enum status status = app_record(app, entry, err);
    return status == OK ? move_task(app, &task, &item, NULL, err) : status;
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
    struct err why;
    (void)err_set(&why, cause, "%s", text != NULL ? text : "the signer does not sign");
    log_line(LOG_ERROR, "signer=refuses status=%s said=%s", status_word(cause),
             log_quote(why.text));
    answer(c, &why);
    if (!is_signing(c)) /* who asked is told, and nothing stays unsigned by it */
        return end(c, 0, up_ms);
    c->cause = why;
    /* What may pass by itself (another signer at work, a full disk) is no alarm yet. */
    c->refused = cause != ERR_IO;
    c->demanded = false; /* also what was demanded while it was at work: until-idle must end */
    (void)end(c, c->refused ? PAUSE_MS : PAUSE_FAULT_MS, up_ms);
    if (!c->refused || c->told == cause)
        return OK;
    c->told = cause;
    return app_transact(c->app, record_alarm, c->cause.text, err);
}

static enum status ask(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    struct frame_out out;
    struct err fault = {0};
    static const uint32_t jobs[] = {
        [WISH_CHECKPOINT] = JOB_CHECKPOINT,
        [WISH_SIGN] = JOB_SIGN,
        [WISH_KEY] = JOB_NEW_KEY,
        [WISH_MEMORY] = JOB_MEMORY,
    };
    if (c->wish != WISH_CHECKPOINT && c->served == NULL)
        return end(c, 0, up_ms); /* nobody wants to know any more */
    frame_begin(&out, jobs[c->wish]);
    if (c->wish == WISH_SIGN)
        frame_bytes(&out, c->served->sums);
    if (c->wish == WISH_CHECKPOINT) {
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
    c->key[0] = '\0';
    (void)checkpoint_line(c->key, ready);
    if (c->wish == WISH_MEMORY)
        return ask(c, up_ms, err);
    if (cause != OK)
        return on_refused(c, cause, refusal, up_ms, err);
    enum status status = checkpoint_key(&known, c, c->key, err);
    if (status != OK)
        return status;
    if (!known)
        return on_refused(c, ERR_REFUSED,
                          "secret/log.pem is another key than the one that signed this log", up_ms,
                          err);
    return ask(c, up_ms, err);
}

static enum status keep(struct app *app, void *context, struct err *err)
{
    return checkpoint_add(app->store, context, err);
}

static enum status on_signed(struct checkpoint *c, const struct frame *f, int64_t up_ms,
                             struct err *err)
{
    struct checkpoint_row row = {.size = frame_get_int(f, CHECKPOINTED_SIZE),
                                 .note = frame_get_bytes(f, CHECKPOINTED_NOTE),
                                 .at_ms = c->asked_ms};
    enum status status = app_transact(c->app, keep, &row, err);
    /* Over as many entries by the key before: that is one, and it stays. */
    if (status != OK && status != ERR_EXISTS)
        return status;
    c->covered = row.size;
    c->due_up_ms = c->child.started_ms + CHECKPOINT_WITHIN_MS; /* what came since */
    c->told = OK;
    answer(c, NULL);
    return end(c, 0, up_ms);
}

/* What else was wished. */
static enum status on_answer(struct checkpoint *c, const struct frame *f, int64_t up_ms,
                             struct err *err)
{
    struct checkpoint_ask *ask = c->served;
    const struct bytes signature = frame_get_bytes(f, SIGNED_SIGNATURE);
    const char *root = frame_get_text(f, REMEMBERED_ROOT);
    bool good = true;
    if (ask == NULL)
        return end(c, 0, up_ms);
    if (f->type == JOB_SIGNED && c->wish == WISH_SIGN) {
        good = signature.size == sizeof ask->signature;
        if (good)
            memcpy(ask->signature, signature.data, sizeof ask->signature);
    } else if (f->type == JOB_KEY_MADE && c->wish == WISH_KEY) {
        good = checkpoint_line(ask->key, frame_get_text(f, KEY_MADE_LINE));
    } else if (f->type == JOB_REMEMBERED && c->wish == WISH_MEMORY) {
        ask->memory = (struct checkpoint_memory){.size = frame_get_int(f, REMEMBERED_SIZE),
                                                 .at_ms = frame_get_int(f, REMEMBERED_AT)};
        memcpy(ask->memory.key, c->key, sizeof c->key);
        (void)snprintf(ask->memory.root, sizeof ask->memory.root, "%s", root != NULL ? root : "");
    } else {
        good = false;
    }
    if (!good)
        return on_refused(c, ERR_IO, "the signer speaks nonsense", up_ms, err);
    answer(c, NULL);
    return end(c, 0, up_ms);
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
    case JOB_KEY_MADE:
    case JOB_REMEMBERED:
        return on_answer(c, f, up_ms, err);
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

/* Whoever asks does not wait for a pause: they may have mended what it is for. */
static enum status serve(struct checkpoint *c, int64_t up_ms, struct err *err)
{
    c->served = c->asks;
    c->asks = c->served->next;
    c->wish = c->served->wish;
    enum status status = c->wish == WISH_CHECKPOINT ? look_covered(c, err) : OK;
    if (status != OK)
        answer(c, err);
    else if (c->wish == WISH_CHECKPOINT && c->seen <= c->covered)
        answer(c, NULL);
    else
        status = start(c, up_ms, err);
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
    if (status == OK && c->asks != NULL)
        return serve(c, up_ms, err);
    if (status != OK || up_ms < c->pause_up_ms)
        return status;
    if (c->demanded || up_ms >= c->due_up_ms) {
        c->wish = WISH_CHECKPOINT;
        status = look_covered(c, err);
        if (status == OK && c->seen <= c->covered) {
            c->demanded = false;
            return OK;
        }
        return status == OK ? start(c, up_ms, err) : status;
    }
    return OK;
}
