/*
 * The log's key and the one that comes after it, crash-safe at every step.
 *
 * log.pem.next is made first, and signs nothing. Once the log names it, the key in force signs one
 * more checkpoint, over that entry: its word for the next one. When that checkpoint is in the store
 * the next key takes the place of the old one, whose file it overwrites. A start finds out from
 * files, log and store alone how far that came; a checkpoint that was signed and got lost on the
 * way to the store is signed again, to the same bytes, by the same key.
 */
#include "base/file.h"
#include "dispatcher/workers/signer_inner.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PEM_LIMIT ((size_t)4096)

static void wipe(struct str *pem)
{
    if (pem->data != NULL)
        explicit_bzero(pem->data, pem->capacity);
    str_dispose(pem);
}

static enum status read_key(struct note_signer **out, const struct signer *s, const char *path,
                            struct err *err)
{
    struct str pem;
    *out = NULL;
    str_init(&pem, PEM_LIMIT);
    enum status status = file_read(&pem, path, PEM_LIMIT, err);
    if (status == OK)
        status = note_signer_read(out, s->origin, str_bytes(&pem), err);
    wipe(&pem);
    return status;
}

static enum status write_key(const struct note_signer *key, const char *path, struct err *err)
{
    struct str pem;
    str_init(&pem, PEM_LIMIT);
    note_signer_secret(&pem, key);
    enum status status = file_write(path, str_bytes(&pem), 0600, err);
    wipe(&pem);
    return status;
}

static enum status make_key(struct note_signer **out, const struct signer *s, const char *path,
                            struct err *err)
{
    enum status status = note_signer_new(out, s->origin, err);
    return status == OK ? write_key(*out, path, err) : status;
}

static bool same_key(const struct note_signer *a, const struct note_signer *b)
{
    return memcmp(note_signer_public(a)->key, note_signer_public(b)->key, NOTE_KEY) == 0;
}

/* The entry that names this key; -1: none does. */
static enum status named_at(int64_t *out, const struct signer *s, const struct note_signer *key,
                            struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys = {0};
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    note_verifier_write(&line, note_signer_public(key));
    const size_t size = line.size - 1; /* without its newline */
    enum status status = log_keys_read(&keys, arena, s->store, err);
    *out = -1;
    for (size_t i = 0; status == OK && i < keys.count; i++)
        if (strlen(keys.key[i].line) == size &&
            memcmp(keys.key[i].line, str_text(&line), size) == 0)
            *out = keys.key[i].idx;
    str_dispose(&line);
    arena_free(arena);
    return status;
}

static enum status drop_next(const struct signer *s, struct err *err)
{
    return unlink(s->next_path) == 0 || errno == ENOENT
               ? OK
               : err_set(err, ERR_IO, "%s: %s", s->next_path, strerror(errno));
}

/* From here on the next key signs: is it named, and has the one until now given its word? */
static enum status hand_on(struct signer *s, struct note_signer **next, struct err *err)
{
    int64_t idx = -1;
    bool vouched = false;
    if (same_key(s->key, *next)) /* killed before the last step */
        return drop_next(s, err);
    enum status status = named_at(&idx, s, *next, err);
    if (status == OK && idx >= 0)
        status = log_keys_vouched(&vouched, s->store, note_signer_public(s->key), idx, err);
    if (status != OK || !vouched)
        return status;
    status = write_key(*next, s->key_path, err);
    if (status != OK)
        return status;
    note_signer_free(s->key);
    s->key = *next;
    *next = NULL;
    return drop_next(s, err);
}

enum status signer_take_key(struct signer *s, struct err *err)
{
    struct note_signer *next = NULL;
    struct err none = {0};
    enum status status = read_key(&s->key, s, s->key_path, err);
    if (status == ERR_NOT_FOUND && !s->known && s->refusal.code == OK)
        status = make_key(&s->key, s, s->key_path, err);
    if (status != OK)
        return status;
    status = read_key(&next, s, s->next_path, &none);
    if (status == OK)
        status = hand_on(s, &next, err);
    else if (status == ERR_NOT_FOUND)
        status = OK;
    else
        *err = none;
    note_signer_free(next);
    return status;
}

enum status signer_next_key(struct str *out, struct signer *s, struct err *err)
{
    struct note_signer *next = NULL;
    struct err none = {0};
    int64_t idx = -1;
    enum status status = read_key(&next, s, s->next_path, &none);
    if (status == OK)
        status = named_at(&idx, s, next, err);
    else if (status == ERR_NOT_FOUND)
        status = make_key(&next, s, s->next_path, err);
    else
        *err = none;
    if (status == OK && idx >= 0)
        status = err_set(err, ERR_STALE,
                         "the key before has not vouched for the last one yet: try again in a "
                         "minute");
    if (status == OK)
        note_verifier_write(out, note_signer_public(next));
    note_signer_free(next);
    return status;
}
