/*
 * Another key for the log, by the word of the one until now: `tocsin evidence key rotate`.
 *
 * The signer makes the key and keeps it. The log names it, with who wanted it and why; the key
 * until now signs one more checkpoint, over that entry; from then on the new one signs. Killed
 * anywhere in between, the next checkpoints bring it to its end (signer_key.c).
 */
#include "base/log.h"
#include "dispatcher/checkpoint.h"
#include "dispatcher/log_keys.h"
#include "dispatcher/op.h"

enum { ARG_BY = OP_ARG, ARG_REASON };

static enum status check_words(const struct app *app, const char *by, const char *reason,
                               struct err *err)
{
    if (by == NULL || settings_person(app->settings, by) == NULL)
        return err_set(err, ERR_INVALID,
                       "--by %s: not a person of the configuration: see people in it",
                       by != NULL ? by : "");
    if (text_is_empty(reason))
        return err_set(err, ERR_INVALID, "--reason: is needed: it stands in the record");
    return OK;
}

static enum status old_id(char id[9], struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys;
    struct note_verifier old;
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
    arena_free(arena);
    return status;
}

static enum status name_next(struct app *app, const char *line, const char *by, const char *reason,
                             struct err *err)
{
    char id[9];
    enum status status = app_begin(app, err);
    if (status != OK)
        return status;
    status = old_id(id, app, err);
    if (status == OK) {
        struct entry *entry = entry_new("log.key", app->actor, NULL);
        entry_personal(entry, "by", by);
        entry_text(entry, "key", line);
        entry_text(entry, "previous", id);
        entry_personal(entry, "reason", reason);
        status = app_record(app, entry, err);
    }
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

enum status op_key_rotate(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    const char *by = frame_get_text(in, ARG_BY);
    const char *reason = frame_get_text(in, ARG_REASON);
    char line[CHECKPOINT_KEY] = "";
    struct checkpoint_memory now = {0};
    struct err fault = {0};
    enum status status = check_words(app, by, reason, err);
    if (status == OK)
        status =
            checkpoint_now(app, err); /* it signs, and what was begun before comes to its end */
    if (status == OK)
        status = checkpoint_next_key(line, app, err);
    if (status == OK)
        status = name_next(app, line, by, reason, err);
    if (status != OK)
        return status;
    /* From here on it is decided: what fails now is done with the next checkpoint. */
    enum status later = checkpoint_now(app, &fault);
    if (later == OK)
        later = checkpoint_recall(&now, app, &fault);
    if (later != OK)
        log_line(LOG_WARNING, "key=not yet handed on said=%s", log_quote(fault.text));
    str_addf(out, "%s\n%s\n", line,
             later == OK && text_equal(now.key, line)
                 ? "signs the log from here on; the key until now has vouched for it"
                 : "will sign the log as soon as the key until now has vouched for it: within a "
                   "minute of `tocsin run`");
    return OK;
}
