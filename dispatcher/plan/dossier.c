#include "config/order.h"
#include "dispatcher/plan/match_memo.h"
#include "dispatcher/plan/recipient_reach.h"

#include <stdlib.h>

static void copy_row(struct dossier *d, const struct advisory *row)
{
    d->row = *row;
    d->row.uid = arena_strdup(d->arena, row->uid);
    d->row.tracking = arena_strdup(d->arena, row->tracking);
    d->row.version = arena_strdup(d->arena, row->version);
    d->row.sha256 = arena_strdup(d->arena, row->sha256);
    d->row.order_sha256 = arena_strdup(d->arena, row->order_sha256);
    d->row.order_name = arena_strdup(d->arena, row->order_name);
    d->row.title = arena_strdup(d->arena, row->title);
}

static enum status read_order(struct dossier *d, struct app *app, struct err *err)
{
    order_default(&d->order);
    if (d->row.order_sha256 == NULL)
        return OK;
    enum status status = blob_get(&d->order_text, app->store, d->row.order_sha256, err);
    if (status == OK)
        status =
            order_parse(&d->order, d->arena, d->row.order_name, str_bytes(&d->order_text), err);
    return status;
}

static enum status list_older(struct dossier *d, struct app *app, struct err *err)
{
    struct advisory *versions = NULL;
    size_t count = 0;
    enum status status =
        advisory_list(&versions, &count, d->arena, app->store, d->row.tracking, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (versions[i].state != ADVISORY_SUBMITTED &&
            csaf_version_compare(versions[i].version, d->row.version) < 0)
            arena_push(d->arena, &d->older, &d->older_count, sizeof versions[i], &versions[i]);
    return status;
}

enum status dossier_open(struct dossier **out, struct app *app, const struct advisory *row,
                         struct err *err)
{
    struct dossier *d = xcalloc(1, sizeof *d);
    struct json_fault fault;
    d->arena = arena_new();
    d->memo = match_memo_new();
    d->reach = reach_new();
    str_init(&d->text, STR_LIMIT_TEXT);
    str_init(&d->order_text, STR_LIMIT_TEXT);
    copy_row(d, row);
    enum status status = blob_get(&d->text, app->store, row->sha256, err);
    if (status == OK && row->digest)
        status = digest_read(&d->digest, d->arena, str_bytes(&d->text), err);
    else if (status == OK) {
        status = csaf_parse(&d->csaf, str_bytes(&d->text), &fault, err);
        if (status != OK)
            status = err_set(err, ERR_CORRUPT,
                             "%s %s: the stored advisory does not read any more: check the store "
                             "with `tocsin evidence check`",
                             row->tracking, row->version);
    }
    if (status == OK)
        status = read_order(d, app, err);
    if (status == OK)
        status = product_list(&d->products, &d->product_count, d->arena, app->store, err);
    if (status == OK)
        status = installed_any(&d->installed_known, app->store, err);
    if (status == OK && !row->digest) /* the digests before it are no other versions of it */
        status = list_older(d, app, err);
    if (status == OK)
        *out = d;
    else
        dossier_close(d);
    return status;
}

void dossier_close(struct dossier *dossier)
{
    if (dossier == NULL)
        return;
    match_memo_free(dossier->memo);
    reach_free(dossier->reach);
    csaf_free(dossier->csaf);
    str_dispose(&dossier->text);
    str_dispose(&dossier->order_text);
    arena_free(dossier->arena);
    free(dossier);
}
