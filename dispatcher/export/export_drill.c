/* Drills in a bundle of everything: apart from what is real. */
#include "dispatcher/export/export.h"

#include <stdio.h>

#define PAGE ((size_t)100)

static enum status read_drill(struct export_scope *s, struct app *app, const struct drill *row,
                              struct err *err)
{
    struct advisory advisory;
    struct export_drill d = {.row = *row};
    enum status status = advisory_get(&advisory, s->arena, app->store, row->advisory_id, err);
    if (status == OK)
        status = export_matter_read(s, &d.matter, app, &advisory, err);
    if (status == OK)
        status = drill_measure(&d.report, s->arena, app, row, err);
    if (status == OK)
        arena_push(s->arena, &s->drills, &s->drill_count, sizeof d, &d);
    return status;
}

/* An exercise tells of our own house: of all readers not a single party. */
enum status export_drills_read(struct export_scope *s, struct app *app, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    if (!export_is_whole(s->wish) || s->wish->reader == READER_PARTY)
        return OK;
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct drill *rows = NULL;
        status = drill_list(&rows, &count, s->arena, app->store, false, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            status = read_drill(s, app, &rows[i], err);
        }
    }
    return status;
}

static enum status put_page(struct bundle_writer *w, struct app *app, int64_t id, const char *kind,
                            const char *sha256, struct err *err)
{
    char name[48];
    struct str data;
    if (sha256 == NULL)
        return OK;
    str_init(&data, STR_LIMIT_TEXT);
    (void)snprintf(name, sizeof name, "drills/%lld.%s", (long long)id, kind);
    enum status status = blob_get(&data, app->store, sha256, err);
    if (status == OK)
        status = bundle_put(w, name, str_bytes(&data), err);
    str_dispose(&data);
    return status;
}

enum status export_drills(struct bundle_writer *w, struct app *app,
                          const struct export_scope *scope, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < scope->drill_count; i++) {
        const struct drill *d = &scope->drills[i].row;
        status = put_page(w, app, d->id, "txt",
                          d->signed_report != NULL ? d->signed_report : d->report, err);
        if (status == OK)
            status = put_page(w, app, d->id, "json", d->facts, err);
    }
    return status;
}
