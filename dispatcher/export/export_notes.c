/* Keys, earlier checkpoints, time-stamps, disclosed values of a bundle. */
#include "base/file.h"
#include "dispatcher/export/export_inner.h"
#include "store/checkpoint.h"
#include "store/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE 1000
#define CA_LIMIT ((size_t)1024 * 1024)

/* The entry that ended the last epoch; -1: it is the first one. */
static int64_t epoch_of(const struct export_log *log)
{
    return log->keys.epochs > 0 ? log->keys.epoch[log->keys.epochs - 1].idx : -1;
}

/*
 * The key in force where the bundle begins comes first: that is the one whose word is taken. In
 * another epoch it is the first one of that: no key of an epoch that has ended vouches for it.
 */
static size_t first_key(const struct export_log *log)
{
    const struct log_keys *keys = &log->keys;
    size_t first = 0;
    while (first + 1 < keys->count &&
           (keys->key[first + 1].idx < log->start || keys->key[first].idx < epoch_of(log)))
        first++;
    return first;
}

static enum status put_keys(struct bundle_writer *w, const struct export_log *log, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    for (size_t i = first_key(log); i < log->keys.count; i++)
        str_addf(&text, "%s\n", log->keys.key[i].line);
    enum status status = bundle_put(w, "log.vkey", str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

struct sizes {
    int64_t *size;
    size_t count;
};

static void want(struct sizes *sizes, const struct export_log *log, int64_t size)
{
    if (size >= log->start && size <= log->size && size > epoch_of(log))
        arena_push(log->arena, &sizes->size, &sizes->count, sizeof size, &size);
}

/* The smallest that covers an entry. */
static enum status want_cover(struct sizes *sizes, const struct export_log *log, struct app *app,
                              int64_t idx, struct err *err)
{
    struct checkpoint_row row;
    enum status status = checkpoint_from(&row, log->arena, app->store, idx + 1, err);
    if (status == OK)
        want(sizes, log, row.size);
    return status == ERR_NOT_FOUND ? OK : status;
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static enum status put_note(struct bundle_writer *w, struct app *app, const struct export_log *log,
                            int64_t size, struct err *err)
{
    struct checkpoint_row row;
    char name[48];
    enum status status = checkpoint_from(&row, log->arena, app->store, size, err);
    if (status != OK)
        return status;
    (void)snprintf(name, sizeof name, "checkpoints/%lld.note", (long long)size);
    return bundle_put(w, name, row.note, err);
}

static bool is_in(const struct export_log *log, const struct stamp_row *stamp)
{
    return stamp->size >= log->start && stamp->size <= log->size;
}

static enum status put_stamps(struct bundle_writer *w, const struct export_log *log,
                              const struct stamp_row *stamps, size_t count, struct err *err)
{
    enum status status = OK;
    int number = 0;
    for (size_t i = 0; status == OK && i < count; i++) {
        char name[64];
        number = i > 0 && stamps[i].size == stamps[i - 1].size ? number + 1 : 1;
        if (!is_in(log, &stamps[i]))
            continue;
        (void)snprintf(name, sizeof name, "checkpoints/%lld.%d.tsr", (long long)stamps[i].size,
                       number);
        status = bundle_put(w, name, stamps[i].token, err);
    }
    return status;
}

/* The certificates that the time-stamps were judged with when they came, each set of them once. */
static enum status put_roots(struct bundle_writer *w, struct app *app, const struct export_log *log,
                             const struct stamp_row *stamps, size_t count, struct err *err)
{
    struct str text;
    const char **done = arena_alloc(log->arena, count * sizeof *done + 1);
    size_t sets = 0;
    enum status status = OK;
    str_init(&text, CA_LIMIT);
    for (size_t i = 0; status == OK && i < count; i++) {
        size_t known = 0;
        if (!is_in(log, &stamps[i]) || stamps[i].roots == NULL)
            continue;
        while (known < sets && !text_equal(done[known], stamps[i].roots))
            known++;
        if (known < sets)
            continue;
        done[sets++] = stamps[i].roots;
        status = blob_get(&text, app->store, stamps[i].roots, err);
    }
    if (status == OK)
        status = bundle_put(w, "tsa-ca.pem", str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

enum status export_notes(struct bundle_writer *w, struct app *app, const struct export_log *log,
                         struct err *err)
{
    struct sizes sizes = {0};
    struct stamp_row *stamps = NULL;
    size_t count = 0;
    enum status status = put_keys(w, log, err);
    if (status == OK)
        status = stamp_list(&stamps, &count, log->arena, app->store, err);
    for (size_t i = 0; status == OK && i < log->plan_count; i++) /* what notices carried */
        status = want_cover(&sizes, log, app, log->plans[i], err);
    for (size_t i = first_key(log) + 1; status == OK && i < log->keys.count; i++)
        status = want_cover(&sizes, log, app, log->keys.key[i].idx, err); /* the old key's word */
    bool stamped = false;
    for (size_t i = 0; i < count; i++) {
        want(&sizes, log, stamps[i].size);
        stamped = stamped || is_in(log, &stamps[i]);
    }
    want(&sizes, log, log->size);
    qsort(sizes.size, sizes.count, sizeof sizes.size[0], by_size);
    for (size_t i = 0; status == OK && i < sizes.count; i++)
        if (i == 0 || sizes.size[i] != sizes.size[i - 1])
            status = put_note(w, app, log, sizes.size[i], err);
    if (status == OK && stamped)
        status = put_stamps(w, log, stamps, count, err);
    return status == OK && stamped ? put_roots(w, app, log, stamps, count, err) : status;
}

static void add_value(struct str *out, const struct log_value *v)
{
    struct json_out j;
    json_out_init(&j, out, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "field", v->field);
    json_out_int(&j, "idx", v->idx);
    json_out_text(&j, "salt", v->salt);
    json_out_text(&j, "value", v->value);
    json_out_end(&j);
    str_add_c(out, '\n');
}

enum status export_value_lines(struct export_count *count, struct app *app,
                               const struct export_scope *scope, export_sink sink, void *context,
                               struct err *err)
{
    struct str text;
    str_init(&text, (size_t)SLICE * 8 * (ENTRY_LIMIT + 1));
    enum status status = OK;
    for (int64_t from = count->start; status == OK && from < count->size; from += SLICE) {
        struct arena *arena = arena_new();
        struct log_value *rows = NULL;
        size_t found = 0;
        int64_t till = from + SLICE < count->size ? from + SLICE : count->size;
        status = log_value_list(&rows, &found, arena, app->store, from, till, err);
        str_reset(&text);
        for (size_t i = 0; status == OK && i < found; i++) {
            /* JSON here has no way to say U+007F: not disclosed, which is legal. */
            if (!export_shows_value(scope, rows[i].subj, rows[i].field) ||
                strchr(rows[i].value, 0x7f) != NULL)
                continue;
            add_value(&text, &rows[i]);
            count->values++;
        }
        if (status == OK)
            status = sink(context, str_bytes(&text), err);
        arena_free(arena);
    }
    str_dispose(&text);
    return status;
}

static enum status into_bundle(void *context, struct bytes lines, struct err *err)
{
    return bundle_file_add(context, lines, err);
}

enum status export_values(struct bundle_writer *w, struct app *app,
                          const struct export_scope *scope, struct export_count *count,
                          struct err *err)
{
    enum status status = bundle_file_begin(w, "disclosed/values.jsonl", err);
    if (status == OK)
        status = export_value_lines(count, app, scope, into_bundle, w, err);
    return status == OK ? bundle_file_end(w, err) : status;
}
