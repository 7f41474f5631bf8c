#include "dispatcher/record/log_notes.h"

#include "evidence/entry.h"

#include <string.h>

#define KEY_ENTRY "\"kind\":\"log.key\"" /* canonical: no other way to write it */
#define EPOCH_ENTRY "\"kind\":\"epoch.end\""

/* The smallest of more than size entries. */
static enum status read_next(struct log_notes *n, int64_t size, struct err *err)
{
    struct err none = {0};
    arena_free(n->row);
    n->row = arena_new();
    n->next = (struct checkpoint_row){0};
    enum status status = checkpoint_from(&n->next, n->row, n->app->store, size + 1, &none);
    if (status == ERR_NOT_FOUND)
        return OK;
    if (status != OK)
        *err = none;
    return status;
}

enum status log_notes_begin(struct log_notes *out, struct app *app, struct err *err)
{
    *out = (struct log_notes){.app = app, .arena = arena_new(), .row = arena_new()};
    tree_init(&out->tree);
    return read_next(out, 0, err);
}

static void take_key(struct log_notes *n, struct bytes line)
{
    struct note_verifier key;
    char text[256];
    if (memmem(line.data, line.size, KEY_ENTRY, strlen(KEY_ENTRY)) != NULL &&
        entry_get_text(text, sizeof text, line, "data.key") &&
        note_verifier_read(&key, bytes_of(text), NULL) == OK)
        arena_push(n->arena, &n->keys, &n->key_count, sizeof key, &key);
}

static bool is_good(const struct log_notes *n)
{
    struct sha256 root;
    tree_root(&root, &n->tree);
    for (size_t i = n->key_count; i > 0; i--) {
        struct note note;
        if (note_read(&note, n->next.note, &n->keys[i - 1], NULL) == OK)
            return note.size == n->next.size && sha256_equal(&note.root, &root);
    }
    return false;
}

enum status log_notes_entry(struct log_notes *notes, struct bytes line, const struct sha256 *leaf,
                            struct err *err)
{
    tree_add(&notes->tree, leaf);
    take_key(notes, line);
    if (memmem(line.data, line.size, EPOCH_ENTRY, strlen(EPOCH_ENTRY)) != NULL)
        notes->bad_size = 0; /* two persons said that what was signed before is lost */
    if (notes->next.size != notes->tree.size)
        return OK;
    if (!is_good(notes) && notes->bad_size == 0)
        notes->bad_size = notes->next.size;
    return read_next(notes, notes->next.size, err);
}

enum status log_notes_end(const struct log_notes *notes, int64_t entries, struct err *err)
{
    if (notes->bad_size != 0)
        return err_set(err, ERR_REFUSED,
                       "bad: checkpoint %lld: not what a key of the log signed over these entries: "
                       "the store is damaged, or somebody changed it",
                       (long long)notes->bad_size);
    if (notes->next.size <= entries)
        return OK;
    return err_set(err, ERR_REFUSED,
                   "bad: checkpoint %lld: the log has %lld entries only: the store is damaged, or "
                   "an older copy",
                   (long long)notes->next.size, (long long)entries);
}

void log_notes_free(struct log_notes *notes)
{
    arena_free(notes->arena);
    arena_free(notes->row);
    *notes = (struct log_notes){0};
}
