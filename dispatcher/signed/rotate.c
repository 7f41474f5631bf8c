/*
 * Another key for the log, by the word of the one until now: `tocsin evidence key rotate`.
 *
 * The signer makes the key and keeps it. The log names it, with who wanted it and why; the key
 * until now signs one more checkpoint, over that entry; from then on the new one signs. Killed
 * anywhere in between, the next checkpoints bring it to its end (signer_key.c); and a command that
 * lost its dispatcher asks again by the same id, which changes nothing more.
 */
#include "base/log.h"
#include "dispatcher/op.h"
#include "dispatcher/signed/checkpoint.h"
#include "dispatcher/signed/log_keys.h"

#define META_DONE "key.request" /* the request that named the key in force */

enum { ARG_BY = OP_ARG, ARG_REASON, ARG_ID, ARG_SEEN };
enum { BEGIN, SIGNS, MADE, NAMED, TOLD };

struct rotation {
    const char *by, *reason;
    const char *id;   /* of the request: sent again, it is the same one */
    const char *seen; /* the key that whoever asks saw in force */
    const char *line; /* the one to come */
};

static enum status read_request(struct rotation *r, const struct app *app, const struct frame *in,
                                struct err *err)
{
    *r = (struct rotation){.by = frame_get_text(in, ARG_BY),
                           .reason = frame_get_text(in, ARG_REASON),
                           .id = frame_get_text(in, ARG_ID),
                           .seen = frame_get_text(in, ARG_SEEN)};
    if (r->by == NULL || settings_person(app->settings, r->by) == NULL)
        return err_set(err, ERR_INVALID,
                       "--by %s: not a person of the configuration: see people in it",
                       r->by != NULL ? r->by : "");
    if (text_is_empty(r->reason))
        return err_set(err, ERR_INVALID, "--reason: is needed: it stands in the record");
    if (text_is_empty(r->id) || r->seen == NULL)
        return err_set(err, ERR_INVALID,
                       "control socket: command and dispatcher are of different versions: restart "
                       "the dispatcher");
    return OK;
}

static enum status is_done(bool *out, struct arena *arena, struct app *app,
                           const struct rotation *r, struct err *err)
{
    const char *id = NULL;
    enum status status = meta_get(&id, arena, app->store, META_DONE, err);
    *out = status == OK && text_equal(id, r->id);
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Two who ask at once, or one who asks twice, change it once. "": there was none yet. */
static enum status check_seen(const struct log_key *last, const struct rotation *r, struct err *err)
{
    if (r->seen[0] == '\0' || text_equal(last->line, r->seen))
        return OK;
    return err_set(err, ERR_REFUSED,
                   "the key was changed since this command looked: nothing more was done: see "
                   "`tocsin evidence key show`");
}

static enum status name_next(struct app *app, void *context, struct err *err)
{
    const struct rotation *r = context;
    struct arena *arena = arena_new();
    struct log_keys keys;
    struct note_verifier old;
    char id[9] = "";
    enum status status = log_keys_read(&keys, arena, app->store, err);
    const struct log_key *last = status == OK ? log_keys_last(&keys) : NULL;
    if (last != NULL && note_verifier_read(&old, bytes_of(last->line), err) == OK)
        note_verifier_id(id, &old);
    else if (status == OK)
        status = err_set(err, ERR_CORRUPT, "store: its log names no key that could be replaced");
    if (status == OK && keys.count >= NOTE_KEYS)
        status = err_set(
            err, ERR_LIMIT,
            "the log has had %d keys, and a bundle can hold no more: keep the last one", NOTE_KEYS);
    if (status == OK)
        status = check_seen(last, r, err);
    if (status == OK)
        status = meta_set(app->store, META_DONE, r->id, err);
    if (status == OK) {
        struct entry *entry = entry_new("log.key", app->actor, NULL);
        entry_personal(entry, "by", r->by);
        entry_text(entry, "key", r->line);
        entry_text(entry, "previous", id);
        entry_personal(entry, "reason", r->reason);
        status = app_record(app, entry, err);
    }
    arena_free(arena);
    return status;
}

/* It signs, and what was begun before comes to its end; or this very request was carried out. */
static enum status begin(struct app *app, const struct rotation *r, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys;
    bool done = false;
    enum status status = is_done(&done, arena, app, r, err);
    if (status == OK && done)
        status = log_keys_read(&keys, arena, app->store, err);
    if (status == OK && done && log_keys_last(&keys) != NULL) {
        (void)checkpoint_line(app->ask->key, log_keys_last(&keys)->line);
        app->ask->step = MADE;
    }
    arena_free(arena);
    return status == OK ? checkpoint_wish(app, WISH_CHECKPOINT) : status;
}

static void tell(struct str *out, const struct checkpoint_ask *ask)
{
    const bool known = ask->cause.code == OK && text_equal(ask->memory.key, ask->key);
    if (ask->cause.code != OK)
        log_line(LOG_WARNING, "key=not yet handed on said=%s", log_quote(ask->cause.text));
    str_addf(out, "%s\n%s\n", ask->key,
             known ? "signs the log from here on; the key until now has vouched for it"
                   : "will sign the log as soon as the key until now has vouched for it: within a "
                     "minute of `tocsin run`");
}

enum status op_key_rotate(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct checkpoint_ask *ask = app->ask;
    struct rotation r = {0};
    enum status status = OK;
    switch (ask->step) {
    case BEGIN:
        status = read_request(&r, app, in, err);
        return status == OK ? begin(app, &r, err) : status;
    case SIGNS:
        status = checkpoint_granted(app, err);
        return status == OK ? checkpoint_wish(app, WISH_KEY) : status;
    case MADE:
        status = checkpoint_granted(app, err);
        if (status == OK)
            status = read_request(&r, app, in, err);
        r.line = ask->key;
        if (status == OK)
            status = app_transact(app, name_next, &r, err);
        return status == OK ? checkpoint_wish(app, WISH_CHECKPOINT) : status;
    case NAMED: /* from here on it is decided: what fails now is done with the next checkpoint */
        if (ask->cause.code == OK)
            return checkpoint_wish(app, WISH_MEMORY);
        break;
    default:
        break;
    }
    tell(out, ask);
    return OK;
}
