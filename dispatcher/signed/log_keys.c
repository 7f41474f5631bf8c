#include "dispatcher/signed/log_keys.h"

#include "evidence/entry.h"
#include "evidence/view.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <string.h>

#define SLICE 500

static void add_key(struct log_keys *keys, struct arena *arena, const struct log_line *row)
{
    struct log_key key = {.idx = row->idx};
    if (entry_get_text(key.line, sizeof key.line, row->line, "data.key"))
        arena_push(arena, &keys->key, &keys->count, sizeof key, &key);
}

static void add_epoch(struct log_keys *keys, struct arena *arena, const struct entry_view *view)
{
    char at[CLOCK_TEXT] = "";
    struct log_epoch epoch = {.idx = view->idx,
                              .head = entry_view_int(view, "head", 0),
                              .last_size = entry_view_int(view, "last_size", -1),
                              .last_root = entry_view_text(view, arena, "last_root"),
                              .origin = entry_view_text(view, arena, "origin"),
                              .next = entry_view_text(view, arena, "next")};
    (void)entry_get_text(at, sizeof at, view->line, "at");
    epoch.at = arena_strdup(arena, at);
    if (epoch.origin != NULL && epoch.next != NULL)
        arena_push(arena, &keys->epoch, &keys->epochs, sizeof epoch, &epoch);
}

/* Both kinds are about the log itself (subject "-"), and few entries are. */
enum status log_keys_read(struct log_keys *out, struct arena *arena, struct store *store,
                          struct err *err)
{
    struct log_keys keys = {0};
    int64_t from = 0;
    enum status status = OK;
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *slice = arena_new();
        struct log_line *rows = NULL;
        status = log_list(&rows, &count, slice, store, from, "-", SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct entry_view view;
            from = rows[i].idx + 1;
            if (!entry_view(&view, rows[i].line))
                continue; /* whoever recomputes the log will say so */
            if (entry_view_is(&view, "log.key"))
                add_key(&keys, arena, &rows[i]);
            else if (entry_view_is(&view, "epoch.end"))
                add_epoch(&keys, arena, &view);
        }
        arena_free(slice);
    }
    if (status == OK)
        *out = keys;
    return status;
}

const struct log_key *log_keys_last(const struct log_keys *keys)
{
    return keys->count > 0 ? &keys->key[keys->count - 1] : NULL;
}

enum status log_keys_vouched(bool *out, struct store *store, const struct note_verifier *key,
                             int64_t idx, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row;
    struct note note;
    enum status status = checkpoint_from(&row, arena, store, idx + 1, err);
    *out = status == OK && note_read(&note, row.note, key, NULL) == OK && note.size > idx;
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}
