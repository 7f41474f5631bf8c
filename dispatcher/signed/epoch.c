/* Two persons, two signatures, one end. */
#include "dispatcher/signed/epoch.h"

#include "dispatcher/op.h"
#include "dispatcher/release/who_signed.h"
#include "dispatcher/signed/checkpoint.h"
#include "store/advisory.h"
#include "store/log.h"

#include <string.h>

#define META_NAME "log.name"
#define META_PENDING "epoch.pending" /* what is to be signed; "": nothing */
#define META_FIRST "epoch.first"     /* person, fingerprint, SHA-256 of the signed text */
#define CLOCK_SLACK (10 * MS_MINUTE)

enum { ARG_BY = OP_ARG, ARG_REASON };
enum { ARG_NAME = OP_ARG, ARG_SIGNATURE };

struct ending {
    struct app *app;
    struct arena *arena;
    const struct person *person; /* who asks, or has signed */
    struct epoch_text text;
};

static enum status get(const char **out, struct ending *e, const char *name, struct err *err)
{
    enum status status = meta_get(out, e->arena, e->app->store, name, err);
    if (status == ERR_NOT_FOUND)
        *out = "";
    return status == ERR_NOT_FOUND ? OK : status;
}

/* What was put by write_pending. ERR_NOT_FOUND: nothing waits. */
static enum status read_pending(struct ending *e, struct err *err)
{
    const char *text = "";
    enum status status = get(&text, e, META_PENDING, err);
    if (status == OK && text[0] == '\0')
        status = err_set(err, ERR_NOT_FOUND, "no end of an epoch was asked for");
    return status == OK ? epoch_pending_read(&e->text, e->arena, text, err) : status;
}

static enum status write_pending(struct ending *e, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    epoch_pending(&text, &e->text);
    enum status status = meta_set(e->app->store, META_PENDING, str_text(&text), err);
    str_dispose(&text);
    return status == OK ? meta_set(e->app->store, META_FIRST, "", err) : status;
}

/* Does the log still have what the first person saw, and does the signer remember the same? */
static enum status still_true(bool *out, struct ending *e, struct err *err)
{
    struct log_head head;
    struct log_line *lines = NULL;
    size_t count = 0;
    const struct checkpoint_memory *memory = &e->app->ask->memory;
    enum status status = log_head_get(&head, e->app->store, err);
    if (status == OK && head.idx > e->text.head)
        status = log_list(&lines, &count, e->arena, e->app->store, e->text.head, NULL, 1, err);
    *out = status == OK && memory->size == e->text.last_size &&
           text_equal(memory->root, e->text.last_root) &&
           ((head.idx == e->text.head && text_equal(head.prev, e->text.head_prev)) ||
            (count == 1 && epoch_follows(lines[0].line, e->text.head_prev)));
    return status;
}

/* In the record, whatever comes of it; and something that the signer has not signed yet. */
static enum status record_wish(struct app *app, void *context, struct err *err)
{
    const struct ending *e = context;
    struct entry *entry = entry_new("admin.action", app->actor, app->settings->maker.id);
    entry_text(entry, "action", "epoch-end-asked");
    entry_personal(entry, "by", e->person->id);
    entry_personal(entry, "detail", e->text.reason);
    return app_record(app, entry, err);
}

/* Only when the signer says no, and not for a moment only. */
static enum status must_refuse(const struct ending *e, struct err *err)
{
    enum status status = checkpoint_granted(e->app, err);
    if (status == OK)
        return err_set(err, ERR_REFUSED, "the signer signs: no history is lost, and no epoch ends");
    return status == ERR_IO ? status : OK;
}

/* What the log says now, and what the signer remembers. */
static enum status propose(struct app *app, void *context, struct err *err)
{
    struct ending *e = context;
    const struct checkpoint_memory *memory = &app->ask->memory;
    struct log_head head;
    enum status status = get(&e->text.log, e, META_NAME, err);
    if (status == OK)
        status = log_head_get(&head, app->store, err);
    if (status != OK)
        return status;
    e->text.last_size = memory->size;
    e->text.last_root = memory->size >= 0 ? memory->root : "";
    e->text.head = head.idx;
    e->text.head_prev = arena_strdup(e->arena, head.prev);
    return write_pending(e, err);
}

static enum status check_reason(const char *reason, struct err *err)
{
    size_t size = reason != NULL ? strlen(reason) : 0;
    if (size == 0)
        return err_set(err, ERR_INVALID, "--reason: is needed from the first person: both sign it");
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)reason[i] < ' ')
            return err_set(err, ERR_INVALID, "--reason: one line, without control signs");
    return size <= EPOCH_REASON && reason[0] != ' ' && reason[size - 1] != ' '
               ? OK
               : err_set(err, ERR_INVALID,
                         "--reason: at most %d bytes, and no blank at its begin and end",
                         EPOCH_REASON);
}

/* *good: what was asked for before is so still, and is signed by this person, too. */
static enum status find_text(bool *good, struct ending *e, const char *reason, struct err *err)
{
    enum status status = read_pending(e, err);
    *good = false;
    if (status == OK)
        status = still_true(good, e, err);
    else if (status == ERR_NOT_FOUND)
        status = OK;
    if (status == OK && *good && reason != NULL && !text_equal(reason, e->text.reason))
        status = err_set(err, ERR_REFUSED,
                         "--reason: another one stands in what was asked already: \"%s\": leave "
                         "--reason out to sign that",
                         e->text.reason);
    return status;
}

enum { BEGIN, REMEMBERED, REFUSES, REMEMBERED_STILL };

/* The next step: with OK and *good the text is there. */
static enum status ask_step(bool *good, struct ending *e, const char *reason, struct err *err)
{
    struct app *app = e->app;
    enum status status = app->ask->step == BEGIN     ? OK
                         : app->ask->step == REFUSES ? must_refuse(e, err)
                                                     : checkpoint_granted(app, err);
    *good = false;
    if (status == OK && (app->ask->step == BEGIN || app->ask->step == REFUSES))
        return checkpoint_wish(app, WISH_MEMORY);
    if (status == OK && app->ask->step == REMEMBERED)
        status = find_text(good, e, reason, err);
    if (status != OK || *good)
        return status;
    status = check_reason(reason, err);
    e->text = (struct epoch_text){.reason = reason};
    if (status == OK && app->ask->step == REMEMBERED) {
        status = app_transact(app, record_wish, e, err);
        return status == OK ? checkpoint_wish(app, WISH_CHECKPOINT) : status;
    }
    if (status == OK)
        status = app_transact(app, propose, e, err);
    *good = status == OK;
    return status;
}

enum status op_epoch_ask(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct ending e = {.app = app, .arena = arena_new()};
    const char *by = frame_get_text(in, ARG_BY);
    bool good = false;
    e.person = by != NULL ? settings_person(app->settings, by) : NULL;
    enum status status =
        e.person != NULL ? ask_step(&good, &e, frame_get_text(in, ARG_REASON), err)
                         : err_set(err, ERR_INVALID, "--by %s: not a person of the configuration",
                                   by != NULL ? by : "");
    if (status == OK && good)
        epoch_statement(out, &e.text, e.person->name, app_now(app));
    arena_free(e.arena);
    return status;
}

/* The whole text is compared; its instant is the signer's. */
static enum status check_text(struct ending *e, const struct person *person, const char *text,
                              const char *name, struct err *err)
{
    struct str wanted;
    int64_t at_ms = 0;
    const char *at = strstr(text, "\nat: ");
    at = at != NULL ? arena_strndup(e->arena, at + 5, strcspn(at + 5, "\n")) : "";
    if (clock_parse(&at_ms, at, NULL) != OK)
        at_ms = 0;
    str_init(&wanted, STR_LIMIT_LINE);
    epoch_statement(&wanted, &e->text, person->name, at_ms);
    bool same = text_equal(str_text(&wanted), text);
    str_dispose(&wanted);
    if (!same)
        return err_set(err, ERR_REFUSED,
                       "%s: the signed text is not the one that is asked of %s: make it with "
                       "`tocsin evidence epoch end --by %s --print`",
                       name, person->name, person->id);
    return at_ms <= app_now(e->app) + CLOCK_SLACK
               ? OK
               : err_set(err, ERR_REFUSED,
                         "%s: signed in the future (%s): check the clock of the signer", name, at);
}

struct signer_row {
    const char *person, *fpr, *sha256;
};

/* empty: nobody has signed yet. */
static enum status read_first(struct signer_row *out, struct ending *e, struct err *err)
{
    const char *at = "";
    enum status status = get(&at, e, META_FIRST, err);
    out->person = epoch_line(e->arena, &at);
    out->fpr = epoch_line(e->arena, &at);
    out->sha256 = epoch_line(e->arena, &at);
    return status;
}

static enum status write_end(struct ending *e, const struct signer_row *first,
                             const struct signer_row *second, struct err *err)
{
    struct store *store = e->app->store;
    const struct epoch_text *t = &e->text;
    const char *next = epoch_next_name(e->arena, t->log);
    enum status status = meta_set(store, META_NAME, next, err);
    if (status == OK)
        status = meta_set(store, META_PENDING, "", err);
    if (status == OK)
        status = meta_set(store, META_FIRST, "", err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("epoch.end", e->app->actor, NULL);
    entry_personal(entry, "first_by", first->person);
    entry_personal(entry, "first_fpr", first->fpr);
    entry_personal(entry, "first_sha256", first->sha256);
    entry_int(entry, "head", t->head);
    entry_text(entry, "head_prev", t->head_prev);
    entry_text(entry, "last_root", t->last_size >= 0 ? t->last_root : NULL);
    if (t->last_size >= 0)
        entry_int(entry, "last_size", t->last_size);
    else
        entry_null(entry, "last_size");
    entry_text(entry, "next", next);
    entry_text(entry, "origin", t->log);
    entry_personal(entry, "reason", t->reason);
    entry_personal(entry, "second_by", second->person);
    entry_personal(entry, "second_fpr", second->fpr);
    entry_personal(entry, "second_sha256", second->sha256);
    return app_record(e->app, entry, err);
}

struct taking {
    struct ending *e;
    const char *fpr;
    struct bytes bytes;
    bool complete;
};

static enum status take(struct app *app, void *context, struct err *err)
{
    struct taking *t = context;
    struct signer_row first = {0};
    struct signer_row here = {.person = t->e->person->id, .fpr = t->fpr};
    char hex[SHA256_HEX];
    sha256_hex_of(hex, t->bytes);
    here.sha256 = hex;
    enum status status = read_first(&first, t->e, err);
    if (status != OK || text_equal(first.sha256, hex)) /* handed in again: it is there */
        return status;
    /* Two persons who share a key are one. */
    if (first.person[0] != '\0' &&
        (text_equal(first.person, here.person) || text_equal(first.fpr, here.fpr)))
        return err_set(err, ERR_EXISTS, "signed by %s already: another person has to sign",
                       first.person);
    status = blob_put(hex, app->store, t->bytes, err);
    if (status != OK)
        return status;
    t->complete = first.person[0] != '\0';
    if (t->complete)
        return write_end(t->e, &first, &here, err);
    return meta_set(app->store, META_FIRST,
                    arena_printf(t->e->arena, "%s\n%s\n%s\n", here.person, here.fpr, hex), err);
}

/* A command that lost its dispatcher hands in once more what has ended the epoch. */
static enum status is_done(bool *out, struct ending *e, struct bytes bytes, struct err *err)
{
    char hex[SHA256_HEX];
    const char *salt = NULL, *value = NULL;
    int64_t idx = 0;
    enum status status = log_find(&idx, e->app->store, "-", "epoch.end", err);
    if (status == OK)
        status =
            log_value_get(&salt, &value, e->arena, e->app->store, idx, "data.second_sha256", err);
    sha256_hex_of(hex, bytes);
    *out = status == OK && text_equal(value, hex);
    return status == ERR_NOT_FOUND ? OK : status;
}

/* *done: the epoch has ended, and the signer is asked to sign on. */
static enum status take_signature(bool *done, struct ending *e, const char *name,
                                  struct bytes bytes, struct err *err)
{
    struct signature signature = {0};
    struct taking t = {.e = e, .bytes = bytes};
    bool good = false;
    struct err none = {0};
    enum status status = read_pending(e, &none);
    if (status != OK)
        *err = none;
    if (status == ERR_NOT_FOUND && is_done(done, e, bytes, &none) == OK && *done)
        return OK;
    if (status == OK)
        status = still_true(&good, e, err);
    if (status == OK && !good)
        status = err_set(err, ERR_REFUSED,
                         "what was asked for is not so any more: the store was changed again, or "
                         "the signer signs: begin anew with --reason");
    if (status == OK)
        status = who_signed(&e->person, &signature, e->app, NULL, bytes, name, err);
    if (status == OK)
        status = check_text(e, e->person, str_text(&signature.text), name, err);
    t.fpr = signature.fpr;
    if (status == OK)
        status = app_transact(e->app, take, &t, err);
    signature_dispose(&signature);
    *done = status == OK && t.complete;
    return status;
}

enum { SIGNED_ON = REMEMBERED + 1 };

static enum status sign_step(struct ending *e, const char *name, struct bytes bytes,
                             struct str *out, struct err *err)
{
    struct app *app = e->app;
    bool done = false;
    if (app->ask->step == BEGIN)
        return checkpoint_wish(app, WISH_MEMORY);
    enum status status = checkpoint_granted(app, err);
    if (app->ask->step == SIGNED_ON) {
        if (status != OK)
            (void)err_prefix(err, "the epoch has ended, but the signer does not sign yet");
        else if ((status = get(&e->text.log, e, META_NAME, err)) == OK)
            str_addf(out, "the epoch has ended; the log is signed on as %s\n", e->text.log);
        return status;
    }
    if (status == OK)
        status = take_signature(&done, e, name, bytes, err);
    if (status == OK && done)
        return checkpoint_wish(app, WISH_CHECKPOINT);
    if (status == OK)
        str_addf(out,
                 "%s has signed; another person has to: tocsin evidence epoch end --by PERSON\n",
                 e->person->id);
    return status;
}

enum status op_epoch_sign(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct ending e = {.app = app, .arena = arena_new()};
    const char *name = frame_get_text(in, ARG_NAME);
    enum status status = sign_step(&e, name != NULL ? name : "signature",
                                   frame_get_bytes(in, ARG_SIGNATURE), out, err);
    arena_free(e.arena);
    return status;
}
