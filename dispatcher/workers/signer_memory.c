/* What the signer remembers of the tree that it signed last, in two files. */
#include "base/file.h"
#include "dispatcher/workers/signer_inner.h"
#include "store/checkpoint.h"

#include <string.h>

/* Of the two that are whole that of this epoch, then the larger. */
static bool is_better(const struct signer *s, const struct signed_state *state)
{
    const bool ours = strcmp(state->origin, s->origin) == 0;
    const bool known_ours = s->known && strcmp(s->state.origin, s->origin) == 0;
    return !s->known || (ours != known_ours ? ours : state->tree.size > s->state.tree.size);
}

enum status signer_recall(struct signer *s, struct err *err)
{
    bool there = false;
    for (int i = 0; i < 2; i++) {
        struct signed_state state;
        struct str text;
        str_init(&text, SIGNED_LIMIT);
        enum status status = file_read(&text, s->state_path[i], SIGNED_LIMIT, err);
        if (status != ERR_NOT_FOUND)
            there = true;
        if (status == OK)
            status = signed_read(&state, str_bytes(&text), err);
        if (status == OK && is_better(s, &state)) {
            s->state = state;
            s->known = true;
        }
        str_dispose(&text);
        if (status != OK && status != ERR_NOT_FOUND && status != ERR_CORRUPT)
            return status;
    }
    if (there && !s->known)
        (void)err_set(&s->refusal, ERR_REFUSED,
                      "%s: neither copy of what was signed last can be read: nothing is signed",
                      s->state_path[0]);
    return OK;
}

enum status signer_remember(struct signer *s, const struct signed_state *state, struct err *err)
{
    struct str text;
    str_init(&text, SIGNED_LIMIT);
    signed_write(&text, state);
    enum status status = OK;
    for (int i = 0; status == OK && i < 2; i++)
        status = file_write(s->state_path[i], str_bytes(&text), 0600, err);
    str_dispose(&text);
    if (status == OK) {
        s->state = *state;
        s->known = true;
    }
    return status;
}

static bool names_memory(const struct log_epoch *epoch, const struct signer *s)
{
    struct sha256 root;
    char hex[SHA256_HEX];
    if (!s->known)
        return epoch->last_size < 0;
    tree_root(&root, &s->state.tree);
    return strcmp(epoch->origin, s->state.origin) == 0 && epoch->last_size == s->state.tree.size &&
           epoch->last_root != NULL && strcmp(epoch->last_root, sha256_hex(hex, &root)) == 0;
}

/* Is there a checkpoint of this epoch? Then it has begun. */
static enum status has_begun(bool *out, const struct signer *s, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row;
    const size_t size = strlen(s->origin);
    enum status status = checkpoint_last(&row, arena, s->store, err);
    *out = status == OK && row.note.size > size && memcmp(row.note.data, s->origin, size) == 0 &&
           row.note.data[size] == '\n';
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

enum status signer_begins_epoch(bool *out, const struct signer *s, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys;
    bool begun = false;
    *out = false;
    enum status status = log_keys_read(&keys, arena, s->store, err);
    const struct log_epoch *last =
        status == OK && keys.epochs > 0 ? &keys.epoch[keys.epochs - 1] : NULL;
    if (last != NULL && strcmp(last->next, s->origin) == 0 && names_memory(last, s)) {
        status = has_begun(&begun, s, err);
        *out = status == OK && !begun;
    }
    arena_free(arena);
    return status;
}
