#include "evidence/stamp.h"
#include "evidence/verify_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTES_DIR "checkpoints/"

/* Decimal without zeros in front; *rest is what follows. -1: it is none. */
static int64_t number_of(const char *text, const char **rest)
{
    int64_t number = 0;
    size_t digits = strspn(text, "0123456789");
    *rest = text + digits;
    if (digits == 0 || digits > 18 || (text[0] == '0' && digits > 1))
        return -1;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* What the note says, and which key's signature fits. */
static void read_note(struct verify_note *out, const struct verify *v, struct bytes text)
{
    struct note note;
    out->size = -1;
    out->key = NO_KEY;
    for (size_t i = 0; i < v->keys; i++) {
        enum status status = note_read(&note, text, &v->key[i].verifier, NULL);
        if (status == ERR_INVALID)
            return; /* no note, whoever signed it */
        out->size = 0;
        if (status == OK) {
            out->key = (int)i;
            out->size = note.size;
            out->root = note.root;
            return;
        }
    }
}

static enum status add_note(struct verify *v, const struct bundle_file *file, int64_t named,
                            struct err *err)
{
    struct verify_note *note = &v->note[v->notes++];
    struct str text;
    str_init(&text, NOTE_LIMIT);
    enum status status = bundle_whole(&text, &v->files, file, err);
    *note = (struct verify_note){.file = file, .named = named, .size = -1, .key = NO_KEY};
    if (status == OK)
        read_note(note, v, str_bytes(&text));
    str_dispose(&text);
    return status == ERR_LIMIT ? OK : status; /* too long: no note */
}

static int by_named(const void *a, const void *b)
{
    int64_t left = ((const struct verify_note *)a)->named;
    int64_t right = ((const struct verify_note *)b)->named;
    return (left > right) - (left < right);
}

enum status verify_notes_read(struct verify *v, struct bytes anchor, struct err *err)
{
    enum status status = OK;
    v->note = xcalloc(v->files.count + 2, sizeof v->note[0]);
    for (size_t i = 0; status == OK && i < v->files.count; i++) {
        const char *name = v->files.file[i].name;
        const char *rest = "";
        if (!text_starts(name, NOTES_DIR))
            continue;
        int64_t named = number_of(name + strlen(NOTES_DIR), &rest);
        if (named >= 0 && strcmp(rest, ".note") == 0) {
            status = add_note(v, &v->files.file[i], named, err);
            continue;
        }
        if (named < 0 || rest[0] != '.' || number_of(rest + 1, &rest) < 1 ||
            strcmp(rest, ".tsr") != 0)
            status = bundle_bad(&v->fault, name, "bad-name");
    }
    if (v->notes > 1)
        qsort(v->note, v->notes, sizeof v->note[0], by_named);
    if (status == OK)
        status = add_note(v, bundle_find(&v->files, "checkpoint"), -1, err);
    if (status == OK && anchor.size > 0) {
        v->note[v->notes] = (struct verify_note){.named = -1};
        read_note(&v->note[v->notes++], v, anchor);
        v->anchor = true;
    }
    return status;
}

static void hold_against(struct verify_note *note, const struct tree *tree)
{
    struct sha256 root;
    if (note->key == NO_KEY || note->size != tree->size)
        return;
    tree_root(&root, tree);
    note->seen = true;
    note->fits = sha256_equal(&root, &note->root);
}

void verify_notes_pass(struct verify *v)
{
    size_t named = v->notes - 1 - (v->anchor ? 1 : 0);
    /* Those of checkpoints/ ascend: the next one to come is enough. */
    while (v->passed < named && v->note[v->passed].named < v->tree.size)
        v->passed++;
    if (v->passed < named && v->note[v->passed].named == v->tree.size)
        hold_against(&v->note[v->passed], &v->tree);
    for (size_t i = named; i < v->notes; i++)
        hold_against(&v->note[i], &v->tree);
}

/*
 * A later key counts when the entry that names it is covered by a checkpoint of the key before;
 * and what it signs must cover that entry, too.
 */
static void count_keys(struct verify *v)
{
    for (size_t k = 1; k < v->keys && v->key[k - 1].counts && v->key[k].named_at >= 0; k++)
        for (size_t i = 0; i < v->notes; i++)
            if (v->note[i].key == (int)k - 1 && v->note[i].fits &&
                v->note[i].size > v->key[k].named_at)
                v->key[k].counts = true;
    for (size_t k = 0; k < v->keys; k++)
        v->verdict->keys += v->key[k].counts ? 1 : 0;
}

static const char *judge(const struct verify *v, const struct verify_note *note)
{
    bool last = note->file != NULL && note->named < 0;
    if (note->size < 0)
        return "not-canonical";
    if (note->key == NO_KEY || !v->key[note->key].counts ||
        note->size <= v->key[note->key].named_at)
        return "bad-signature";
    if ((note->named >= 0 && note->size != note->named) || !note->seen ||
        (last && note->size != v->tree.size))
        return "bad-size";
    return note->fits ? NULL : "bad-root";
}

enum status verify_notes_judge(struct verify *v)
{
    count_keys(v);
    for (size_t i = 0; i < v->notes; i++) {
        const struct verify_note *note = &v->note[i];
        const char *reason = judge(v, note);
        if (reason != NULL)
            return bundle_bad(&v->fault, note->file != NULL ? note->file->name : "anchor", reason);
    }
    v->verdict->notes = v->notes - (v->anchor ? 1 : 0);
    return OK;
}

static enum status stamp_one(struct verify *v, const struct bundle_file *file, struct bytes roots,
                             struct err *err)
{
    const char *rest = "";
    struct str note, response;
    struct stamp stamp;
    char name[FILES_NAME];
    int64_t size = number_of(file->name + strlen(NOTES_DIR), &rest);
    str_init(&note, NOTE_LIMIT);
    str_init(&response, STAMP_LIMIT);
    (void)snprintf(name, sizeof name, NOTES_DIR "%lld.note", (long long)size);
    const struct bundle_file *about = bundle_find(&v->files, name);
    enum status status = about == NULL ? bundle_bad(&v->fault, file->name, "missing")
                                       : bundle_whole(&note, &v->files, about, err);
    if (status == OK)
        status = bundle_whole(&response, &v->files, file, err);
    if (status == ERR_LIMIT ||
        (status == OK && stamp_check(&stamp, str_bytes(&response), (struct bytes){NULL, 0},
                                     str_bytes(&note), roots, NULL) != OK))
        status = bundle_bad(&v->fault, file->name, "bad-stamp");
    v->verdict->stamps++;
    str_dispose(&note);
    str_dispose(&response);
    return status;
}

enum status verify_stamps(struct verify *v, struct err *err)
{
    struct str roots;
    enum status status = OK;
    bool read = false;
    str_init(&roots, STR_LIMIT_TEXT);
    for (size_t i = 0; status == OK && i < v->files.count; i++) {
        const struct bundle_file *file = &v->files.file[i];
        if (!text_starts(file->name, NOTES_DIR) || !text_ends(file->name, ".tsr"))
            continue;
        const struct bundle_file *ca = bundle_find(&v->files, "tsa-ca.pem");
        if (ca == NULL)
            status = bundle_bad(&v->fault, file->name, "missing");
        else if (!read)
            status = bundle_whole(&roots, &v->files, ca, err);
        read = true;
        if (status == OK)
            status = stamp_one(v, file, str_bytes(&roots), err);
    }
    str_dispose(&roots);
    return status;
}
