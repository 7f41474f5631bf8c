/* The name of the log, and which key may sign: the one that the log names. */
#include "dispatcher/signed/checkpoint_inner.h"
#include "dispatcher/signed/log_keys.h"

#include <stdlib.h>
#include <string.h>

#define META_NAME "log.name"

bool checkpoint_line(char out[CHECKPOINT_KEY], const char *line)
{
    size_t size = line != NULL ? strcspn(line, "\n") : 0;
    if (size == 0 || size >= CHECKPOINT_KEY)
        return false;
    memcpy(out, line, size);
    out[size] = '\0';
    return true;
}

struct naming {
    const char *line;
    const struct log_key *before; /* NULL: it is the first */
};

static enum status name_key(struct app *app, void *context, struct err *err)
{
    const struct naming *naming = context;
    const struct log_key *before = naming->before;
    struct note_verifier old;
    char id[9] = "";
    if (before != NULL && note_verifier_read(&old, bytes_of(before->line), NULL) == OK)
        note_verifier_id(id, &old);
    struct entry *entry = entry_new("log.key", app->actor, NULL);
    entry_personal(entry, "by", NULL);
    entry_text(entry, "key", naming->line);
    entry_text(entry, "previous", id[0] != '\0' ? id : NULL);
    entry_personal(entry, "reason", NULL);
    return app_record(app, entry, err);
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
        struct naming naming = {line, last};
        status = app_transact(c->app, name_key, &naming, err);
        *known = status == OK;
    } else if (status == OK && !*known) {
        status = may_still_sign(known, c->app, &keys, line, err);
    }
    arena_free(arena);
    return status;
}

enum status checkpoint_name(struct checkpoint *c, struct err *err)
{
    struct arena *arena = arena_new();
    const struct settings *s = c->app->settings;
    const char *name = NULL;
    enum status status = meta_get(&name, arena, c->app->store, META_NAME, err);
    if (status == ERR_NOT_FOUND) {
        const char *at = strrchr(s->mail.from, '@');
        name = arena_printf(arena, "%.90s/tocsin/%s", at != NULL ? at + 1 : "log", s->maker.id);
        status = meta_set(c->app->store, META_NAME, name, err);
    }
    if (status == OK) {
        free(c->name);
        c->name = xstrdup(name);
    }
    arena_free(arena);
    return status;
}
