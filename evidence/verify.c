#include "evidence/verify_inner.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const required[] = {"SHA256SUMS",    "SHA256SUMS.sig", "checkpoint",
                                       "entries.jsonl", "log.vkey",       "start"};

enum status verify_bad_entry(struct bundle_fault *fault, int64_t idx, const char *reason)
{
    char where[48];
    (void)snprintf(where, sizeof where, "entry %lld", (long long)idx);
    return bundle_bad(fault, where, reason);
}

enum status verify_whole(struct str *out, struct verify *v, const char *name, struct err *err)
{
    const struct bundle_file *file = bundle_find(&v->files, name);
    if (file == NULL)
        return bundle_bad(&v->fault, name, "missing");
    enum status status = bundle_whole(out, &v->files, file, err);
    return status == ERR_LIMIT ? bundle_bad(&v->fault, name, "too-long") : status;
}

/* An entry log.key names the next key of log.vkey from here on. */
static void take_key(struct verify *v, struct bytes line, int64_t idx)
{
    char key[sizeof v->key[0].line];
    if (strcmp(v->check.kind, "log.key") != 0 || !entry_get_text(key, sizeof key, line, "data.key"))
        return;
    for (size_t i = 1; i < v->keys; i++)
        if (v->key[i].named_at < 0 && strcmp(v->key[i].line, key) == 0)
            v->key[i].named_at = idx;
}

/* Signed history before it is lost, and two persons said so: nobody may overlook that. */
static void note_epoch(struct verify *v, int64_t idx)
{
    if (strcmp(v->check.kind, "epoch.end") != 0)
        return;
    v->verdict->epoch_at = idx;
    v->verdict->epochs++;
}

static enum status verify_entries(struct verify *v, struct err *err)
{
    struct bundle_reader r = {.fd = -1};
    struct verify_values *values = NULL, *apart = NULL;
    struct bytes line = {NULL, 1};
    enum status status = verify_values_begin(&values, v, false, err);
    if (status == OK)
        status = verify_values_begin(&apart, v, true, err);
    if (status == OK)
        status = bundle_read_begin(&r, &v->files, bundle_find(&v->files, "entries.jsonl"),
                                   ENTRY_LIMIT, err);
    verify_notes_pass(v);
    while (status == OK) {
        status = bundle_read_line(&line, &r, err);
        if (status != OK || line.size == 0)
            break;
        int64_t idx = v->check.head.idx;
        if (!entry_check_line(&v->check, line)) {
            status = verify_bad_entry(&v->fault, idx, v->check.reason);
            break;
        }
        tree_add(&v->tree, &v->check.head.prev);
        take_key(v, line, idx);
        note_epoch(v, idx);
        verify_notes_pass(v);
        status = verify_values_pass(values, v, idx, line, err);
        if (status == OK)
            status = verify_values_pass(apart, v, idx, line, err);
    }
    bundle_read_end(&r);
    verify_values_end(values);
    verify_values_end(apart);
    return status;
}

/* A folder that has none of them is something else; one that has some is a bad bundle. */
static bool has_none(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return false;
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        char *file = path_join(path, required[i]);
        const bool there = lstat(file, &st) == 0 || errno != ENOENT;
        free(file);
        if (there)
            return false;
    }
    return true;
}

/* Names are judged while listing; what must be there is the rest of that step. */
static enum status verify_names(struct verify *v)
{
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (bundle_find(&v->files, required[i]) == NULL)
            return bundle_bad(&v->fault, required[i], "missing");
    v->verdict->files = v->files.count;
    return OK;
}

static enum status run(struct verify *v, struct bytes anchor, struct err *err)
{
    enum status status = verify_names(v);
    if (status == OK)
        status = verify_keys(v, err);
    if (status == OK)
        status = verify_start(v, err);
    if (status == OK)
        status = verify_notes_read(v, anchor, err);
    if (status == OK)
        status = verify_entries(v, err);
    if (status == OK)
        status = verify_notes_judge(v);
    if (status == OK)
        status = verify_stamps(v, err);
    if (status == OK && v->values.reason != NULL)
        status = bundle_bad(&v->fault, v->values.where, v->values.reason);
    if (status == OK && v->apart.reason != NULL)
        status = bundle_bad(&v->fault, v->apart.where, v->apart.reason);
    if (status == OK)
        status = verify_blobs(v, err);
    if (status == OK)
        status = verify_sums(v, err);
    return status;
}

enum status bundle_verify(struct bundle_verdict *out, const char *path, struct bytes anchor,
                          struct err *err)
{
    return bundle_verify_with(out, path, anchor, NULL, err);
}

enum status bundle_verify_with(struct bundle_verdict *out, const char *path, struct bytes anchor,
                               const char *disclosed, struct err *err)
{
    struct verify *v = xcalloc(1, sizeof *v);
    v->disclosed = disclosed;
    *out = (struct bundle_verdict){0};
    v->verdict = out;
    enum status status = OK;
    if (has_none(path))
        status = err_set(err, ERR_INVALID,
                         "%s: is no bundle: it has none of a bundle's files (SHA256SUMS, "
                         "entries.jsonl, ...): name the folder or tar of one",
                         path);
    if (status == OK)
        status = bundle_files_open(&v->files, path, &v->fault, err);
    if (status == OK)
        status = run(v, anchor, err);
    if (status == ERR_REFUSED) {
        (void)snprintf(out->where, sizeof out->where, "%s", v->fault.where);
        out->reason = v->fault.reason;
        status = OK;
    } else if (status == OK) {
        out->entries = v->check.head.idx - out->start;
        tree_root(&out->root, &v->tree);
        out->anchored = v->anchor;
    }
    bundle_files_close(&v->files);
    free(v->note);
    free(v);
    return status;
}

enum status bundle_extent(int64_t *start, struct str *checkpoint, const char *path, struct err *err)
{
    struct bundle_verdict verdict = {0};
    struct verify *v = xcalloc(1, sizeof *v);
    v->verdict = &verdict;
    enum status status = bundle_files_open(&v->files, path, &v->fault, err);
    if (status == OK)
        status = verify_start(v, err);
    if (status == OK)
        status = verify_whole(checkpoint, v, "checkpoint", err);
    if (status == ERR_REFUSED)
        status = err_set(err, ERR_INVALID, "%s: no bundle: %s: %s", path, v->fault.where,
                         v->fault.reason);
    *start = verdict.start;
    bundle_files_close(&v->files);
    free(v);
    return status;
}
