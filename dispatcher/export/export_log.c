/* The entries of a bundle, and what they say of keys and plans: one pass, in flat memory. */
#include "base/file.h"
#include "base/number.h"
#include "dispatcher/export/export_inner.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE 1000
#define TELL_EVERY 100000

/* Plans of the scope; the text between the quotes is looked for first: few lines have it. */
static void note_line(struct export_log *log, const struct export_scope *scope,
                      const struct log_line *row)
{
    static const char plan[] = "\"kind\":\"plan.created\"";
    char text[256];
    if (memmem(row->line.data, row->line.size, plan, sizeof plan - 1) != NULL &&
        entry_get_text(text, sizeof text, row->line, "subj"))
        for (size_t i = 0; i < scope->count; i++)
            if (strcmp(scope->matters[i].row.uid, text) == 0)
                arena_push(log->arena, &log->plans, &log->plan_count, sizeof row->idx, &row->idx);
}

struct pass {
    struct export_log *log;
    const struct export_scope *scope;
    struct tree tree;
    struct sha256 prev;
    struct str text;         /* of one slice */
    struct bundle_writer *w; /* NULL: only hash */
};

static void tell(const struct pass *p, int64_t done)
{
    if (p->scope->wish->show_progress && done > 0 && done % TELL_EVERY == 0)
        (void)fprintf(stderr, "%lld of %lld entries\n", (long long)done, (long long)p->log->size);
}

/* Entries up to till. */
static enum status go(struct pass *p, struct app *app, int64_t till, struct err *err)
{
    enum status status = OK;
    while (status == OK && p->tree.size < till) {
        struct arena *arena = arena_new();
        struct log_line *rows = NULL;
        size_t count = 0;
        int64_t left = till - p->tree.size;
        status = log_list(&rows, &count, arena, app->store, p->tree.size, NULL,
                          left < SLICE ? (size_t)left : SLICE, err);
        if (status == OK && count == 0)
            status =
                err_set(err, ERR_CORRUPT, "store: entry %lld is missing: see `tocsin store check`",
                        (long long)p->tree.size);
        str_reset(&p->text);
        for (size_t i = 0; status == OK && i < count; i++) {
            tree_leaf(&p->prev, rows[i].line);
            tree_add(&p->tree, &p->prev);
            note_line(p->log, p->scope, &rows[i]);
            str_add_n(&p->text, rows[i].line.data, rows[i].line.size);
            tell(p, p->tree.size);
        }
        if (status == OK && p->w != NULL)
            status = bundle_file_add(p->w, str_bytes(&p->text), err);
        arena_free(arena);
    }
    return status;
}

/* The note in a file, and how many entries it speaks of. */
static enum status read_note(struct str *out, int64_t *size, const char *path, struct err *err)
{
    enum status status = file_read(out, path, NOTE_LIMIT, err);
    if (status != OK)
        return status;
    const char *from = strchr(str_text(out), '\n');
    const char *end = from != NULL ? strchr(from + 1, '\n') : NULL;
    struct bytes digits = {NULL, 0};
    if (end != NULL)
        digits = (struct bytes){(const unsigned char *)from + 1, (size_t)(end - from - 1)};
    if (!number_parse_n(size, digits) || *size < 0)
        return err_set(err, ERR_INVALID,
                       "%s: no signed checkpoint: give one that came with a notice or an earlier "
                       "bundle",
                       path);
    return OK;
}

/* Which key of the log signed it; count: none. */
static size_t signer_of(struct note *out, const struct log_keys *keys, const struct str *text)
{
    size_t i = 0;
    for (; i < keys->count; i++) {
        struct note_verifier verifier;
        if (note_verifier_read(&verifier, bytes_of(keys->key[i].line), NULL) == OK &&
            note_read(out, str_bytes(text), &verifier, NULL) == OK)
            break;
    }
    return i;
}

/* Who knows a key must see the entry that names the next one. */
static int64_t start_of(const struct log_keys *keys, const struct str *text, int64_t size)
{
    struct note note;
    size_t next = signer_of(&note, keys, text) + 1;
    return next < keys->count && keys->key[next].idx < size ? keys->key[next].idx : size;
}

enum status export_start(int64_t *start, struct app *app, const char *path, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys;
    struct str text;
    int64_t size = 0;
    str_init(&text, NOTE_LIMIT);
    enum status status = read_note(&text, &size, path, err);
    if (status == OK)
        status = log_keys_read(&keys, arena, app->store, err);
    if (status == OK)
        *start = start_of(&keys, &text, size);
    str_dispose(&text);
    arena_free(arena);
    return status;
}

/* Of which ended epoch is this checkpoint? NULL: of none. */
static const struct log_epoch *epoch_of(const struct log_keys *keys, const struct str *text)
{
    for (size_t i = 0; i < keys->epochs; i++) {
        size_t size = strlen(keys->epoch[i].origin);
        if (text->size > size && memcmp(text->data, keys->epoch[i].origin, size) == 0 &&
            text->data[size] == '\n')
            return &keys->epoch[i];
    }
    return NULL;
}

/* What an auditor who holds it has to know. */
static enum status of_lost_history(const struct log_epoch *epoch, const char *path, int64_t size,
                                   struct err *err)
{
    return err_set(err, ERR_REFUSED,
                   "%s: it covers %lld entries of %s, and that history was lost: on %s two persons "
                   "ended its epoch (entry %lld), with %lld entries left: no bundle fits it any "
                   "more: export without --anchor",
                   path, (long long)size, epoch->origin, epoch->at, (long long)epoch->idx,
                   (long long)epoch->head);
}

static enum status read_anchor(struct export_log *log, const char *path, struct err *err)
{
    enum status status = read_note(&log->anchor, &log->anchor_size, path, err);
    const struct log_epoch *ended = epoch_of(&log->keys, &log->anchor);
    if (status == OK && ended != NULL)
        return of_lost_history(ended, path, log->anchor_size, err);
    if (status == OK && log->anchor_size > log->size)
        status = err_set(err, ERR_REFUSED,
                         "%s: it covers %lld entries, and this log has %lld: it is of another log, "
                         "or this store is an older copy",
                         path, (long long)log->anchor_size, (long long)log->size);
    if (status == OK)
        log->start = start_of(&log->keys, &log->anchor, log->anchor_size);
    return status;
}

/* Signed by a key of this log, over this root. */
static bool is_signed(const struct export_log *log, const struct str *text, int64_t size,
                      const struct sha256 *root)
{
    struct note note;
    return signer_of(&note, &log->keys, text) < log->keys.count && note.size == size &&
           sha256_equal(&note.root, root);
}

static enum status judge(const struct export_log *log, const char *anchor, struct err *err)
{
    if (!is_signed(log, &log->checkpoint, log->size, &log->root))
        return err_set(err, ERR_CORRUPT,
                       "store: its entries are not those that were signed: see "
                       "`tocsin evidence check`; nothing was exported");
    if (anchor != NULL && !is_signed(log, &log->anchor, log->anchor_size, &log->anchor_root))
        return err_set(err, ERR_REFUSED,
                       "%s: it is not of this log: its key or its root is another one", anchor);
    return OK;
}

static enum status read_checkpoint(struct export_log *log, struct app *app, struct err *err)
{
    struct checkpoint_row row;
    enum status status = checkpoint_last(&row, log->arena, app->store, err);
    if (status == OK) {
        str_add_n(&log->checkpoint, row.note.data, row.note.size);
        log->size = row.size;
        status = log_keys_read(&log->keys, log->arena, app->store, err);
    }
    while (log->keys.count > 0 && log->keys.key[log->keys.count - 1].idx >= log->size)
        log->keys.count--;
    return status;
}

void export_log_free(struct export_log *log)
{
    if (log == NULL)
        return;
    str_dispose(&log->anchor);
    str_dispose(&log->checkpoint);
    arena_free(log->arena);
    free(log);
}

enum status export_entries(struct export_log **out, struct bundle_writer *w, struct app *app,
                           const struct export_scope *scope, struct export_count *count,
                           struct err *err)
{
    struct export_log *log = xcalloc(1, sizeof *log);
    struct pass p = {.log = log, .scope = scope};
    *out = log;
    log->arena = arena_new();
    str_init(&log->anchor, NOTE_LIMIT);
    str_init(&log->checkpoint, NOTE_LIMIT);
    str_init(&p.text, SLICE * (ENTRY_LIMIT + 1));
    tree_init(&p.tree);
    enum status status = read_checkpoint(log, app, err);
    if (status == OK && scope->wish->anchor != NULL)
        status = read_anchor(log, scope->wish->anchor, err);
    if (status == OK)
        status = go(&p, app, log->start, err);
    if (status == OK)
        status = bundle_put_start(w, &p.tree, &p.prev, err);
    if (status == OK)
        status = bundle_file_begin(w, "entries.jsonl", err);
    p.w = w;
    if (status == OK)
        status = go(&p, app, log->anchor_size, err);
    tree_root(&log->anchor_root, &p.tree);
    if (status == OK)
        status = go(&p, app, log->size, err);
    tree_root(&log->root, &p.tree);
    if (status == OK)
        status = bundle_file_end(w, err);
    if (status == OK)
        status = judge(log, scope->wish->anchor, err);
    if (status == OK)
        status = bundle_put(w, "checkpoint", str_bytes(&log->checkpoint), err);
    count->start = log->start;
    count->size = log->size;
    if (status == OK && log->keys.count > 0)
        memcpy(count->key, log_keys_last(&log->keys)->line, sizeof count->key);
    str_dispose(&p.text);
    return status;
}
