/* The bytes behind what a bundle tells of, each distinct one once. */
#include "dispatcher/export/export.h"
#include "dispatcher/signed/log_keys.h"
#include "store/log.h"

#include <stdlib.h>
#include <string.h>

struct names {
    struct arena *arena;
    const char **name;
    size_t count;
};

static void want(struct names *n, const char *sha256)
{
    if (sha256 != NULL)
        arena_push(n->arena, &n->name, &n->count, sizeof *n->name, &sha256);
}

/*
 * Texts, conversations, what came back. Sealed bytes stay out: attempt.begin has their hash. What
 * went readable has no other text than the message itself.
 */
static void want_notice(struct names *names, const struct export_scope *scope,
                        const struct export_notice *n)
{
    if (scope->wish->reader == READER_REGULATOR || !export_shows_notice(scope, &n->row))
        return;
    for (size_t i = 0; i < n->parcel_count; i++) {
        const struct parcel_row *parcel = &n->parcels[i];
        want(names, parcel->plain != NULL           ? parcel->plain
                    : parcel->level == LEVEL_SEALED ? NULL
                                                    : parcel->sha256);
    }
    for (size_t i = 0; i < n->receipt_count; i++)
        want(names, n->receipts[i].sha256);
    for (size_t i = 0; i < n->attempt_count && scope->wish->reader == READER_ALL; i++)
        want(names, n->attempts[i].transcript);
}

static void want_matter(struct names *names, const struct export_scope *scope,
                        const struct export_matter *m)
{
    want(names, m->row.sha256);
    for (size_t i = 0; i < m->notice_count; i++)
        want_notice(names, scope, &m->notices[i]);
    if (scope->wish->reader == READER_PARTY)
        return; /* orders and approvals are our own house */
    want(names, m->row.order_sha256);
    for (size_t i = 0; i < m->approval_count; i++)
        want(names, m->approvals[i].sha256);
    for (size_t i = 0; i < m->task_count; i++)
        want(names, m->tasks[i].proof);
}

static void want_of_case(void *context, const char *sha256)
{
    want(context, sha256);
}

static int by_id(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* Mails that changed nothing, too; what fits no notice only where everything is asked for. */
static enum status want_inbound(struct names *names, struct app *app,
                                const struct export_scope *scope, struct err *err)
{
    struct inbound_row *rows = NULL;
    size_t count = 0, ids = 0;
    int64_t *id = NULL;
    if (scope->wish->reader != READER_ALL)
        return OK;
    enum status status = inbound_list(&rows, &count, names->arena, app->store, NULL, err);
    for (size_t i = 0; i < scope->count; i++)
        for (size_t k = 0; k < scope->matters[i].notice_count; k++)
            arena_push(names->arena, &id, &ids, sizeof *id, &scope->matters[i].notices[k].row.id);
    if (ids > 1)
        qsort(id, ids, sizeof *id, by_id);
    for (size_t i = 0; status == OK && i < count; i++)
        if (export_is_whole(scope->wish) ||
            (ids > 0 && bsearch(&rows[i].notice_id, id, ids, sizeof *id, by_id) != NULL))
            want(names, rows[i].sha256);
    return status;
}

/* The texts by which persons ended an epoch: every reader but a single party may see them. */
static enum status want_epochs(struct names *names, struct app *app,
                               const struct export_scope *scope, struct err *err)
{
    static const char *const fields[] = {"data.first_sha256", "data.second_sha256"};
    struct log_keys keys = {0};
    if (scope->wish->reader == READER_PARTY)
        return OK;
    enum status status = log_keys_read(&keys, names->arena, app->store, err);
    for (size_t i = 0; status == OK && i < 2 * keys.epochs; i++) {
        const char *salt = NULL;
        const char *value = NULL;
        status = log_value_get(&salt, &value, names->arena, app->store, keys.epoch[i / 2].idx,
                               fields[i % 2], err);
        if (status == OK)
            want(names, value);
        else if (status == ERR_NOT_FOUND)
            status = OK; /* erased */
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status put_one(struct bundle_writer *w, struct app *app, const char *sha256,
                           struct export_count *count, struct err *err)
{
    struct str data;
    char name[6 + 65];
    str_init(&data, STR_LIMIT_MAIL);
    memcpy(name, "blobs/", 6);
    memcpy(name + 6, sha256, 65);
    enum status status = blob_get(&data, app->store, sha256, err);
    if (status == OK) {
        status = bundle_put(w, name, str_bytes(&data), err);
        count->blobs++;
    } else if (status == ERR_REFUSED) {
        status = OK; /* erased: the entries still have its hash, or the commitment to it */
    } else if (status == ERR_NOT_FOUND) {
        status = err_set(err, ERR_CORRUPT, "store: blob %s is missing: see `tocsin store check`",
                         sha256);
    }
    str_dispose(&data);
    return status;
}

enum status export_blobs(struct bundle_writer *w, struct app *app, const struct export_scope *scope,
                         struct export_count *count, struct err *err)
{
    struct names names = {.arena = arena_new()};
    for (size_t i = 0; i < scope->count; i++)
        want_matter(&names, scope, &scope->matters[i]);
    for (size_t i = 0; i < scope->drill_count; i++)
        want_matter(&names, scope, &scope->drills[i].matter);
    export_case_blobs(want_of_case, &names, scope);
    enum status status = want_inbound(&names, app, scope, err);
    if (status == OK)
        status = want_epochs(&names, app, scope, err);
    if (names.count > 1)
        qsort(names.name, names.count, sizeof *names.name, by_name);
    for (size_t i = 0; status == OK && i < names.count; i++)
        if (i == 0 || strcmp(names.name[i], names.name[i - 1]) != 0)
            status = put_one(w, app, names.name[i], count, err);
    arena_free(names.arena);
    return status;
}
