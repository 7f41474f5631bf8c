/* Which key may sign: the one that the log names. */
#include "dispatcher/checkpoint_inner.h"
#include "dispatcher/log_keys.h"

#include <string.h>

bool checkpoint_line(char out[CHECKPOINT_KEY], const char *line)
{
    size_t size = line != NULL ? strcspn(line, "\n") : 0;
    if (size == 0 || size >= CHECKPOINT_KEY)
        return false;
    memcpy(out, line, size);
    out[size] = '\0';
    return true;
}

static enum status name_key(struct app *app, const char *line, const struct log_key *before,
                            struct err *err)
{
    struct note_verifier old;
    char id[9] = "";
    if (before != NULL && note_verifier_read(&old, bytes_of(before->line), NULL) == OK)
        note_verifier_id(id, &old);
    struct entry *entry = entry_new("log.key", app->actor, NULL);
    entry_personal(entry, "by", NULL);
    entry_text(entry, "key", line);
    entry_text(entry, "previous", id[0] != '\0' ? id : NULL);
    entry_personal(entry, "reason", NULL);
    enum status status = app_begin(app, err);
    if (status != OK) {
        entry_free(entry);
        return status;
    }
    status = app_record(app, entry, err);
    if (status == OK)
        return app_commit(app, err);
    app_rollback(app);
    return status;
}

static bool has_name(const char *line, const char *name)
{
    size_t size = strlen(name);
    return strncmp(line, name, size) == 0 && line[size] == '+';
}

/* A key that the log replaces may do one more thing: vouch for the next one. */
static enum status may_still_sign(bool *out, struct app *app, const struct log_keys *keys,
                                  const char *line, struct err *err)
{
    struct note_verifier key;
    bool vouched = false;
    *out = false;
    if (keys->count < 2 || !text_equal(keys->key[keys->count - 2].line, line) ||
        note_verifier_read(&key, bytes_of(line), NULL) != OK)
        return OK;
    enum status status =
        log_keys_vouched(&vouched, app->store, &key, log_keys_last(keys)->idx, err);
    *out = status == OK && !vouched;
    return status;
}

enum status checkpoint_key(bool *known, struct checkpoint *c, const char *line, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys;
    enum status status = log_keys_read(&keys, arena, c->app->store, err);
    const struct log_key *last = status == OK ? log_keys_last(&keys) : NULL;
    *known = last != NULL && text_equal(last->line, line);
    if (status == OK && !*known && has_name(line, c->name) &&
        (last == NULL || !has_name(last->line, c->name))) {
        status = name_key(c->app, line, last, err);
        *known = status == OK;
    } else if (status == OK && !*known) {
        status = may_still_sign(known, c->app, &keys, line, err);
    }
    arena_free(arena);
    return status;
}
