/* Which digests spoke of an advisory, and to how many: read once for all of a bundle. */
#include "digests/content.h"
#include "dispatcher/back/own_mail.h"
#include "dispatcher/export/export.h"
#include "dispatcher/run/state.h"

#include <string.h>

#define PAGE ((size_t)200)

static bool is_asked(const struct export_scope *s, const char *tracking)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->matters[i].row.tracking, tracking) == 0)
            return true;
    return false;
}

/* To how many it was to go, and to how many it went; of one party alone where one reads. */
static enum status count_notices(struct export_carried *out, const struct export_scope *s,
                                 struct app *app, int64_t digest_id, struct err *err)
{
    struct notice_filter filter = {.advisory_id = digest_id,
                                   .party = s->wish->reader == READER_PARTY ? s->wish->party : NULL,
                                   .limit = 500};
    size_t count = filter.limit;
    enum status status = OK;
    while (status == OK && count == filter.limit) {
        struct arena *arena = arena_new();
        struct notice *rows = NULL;
        status = notice_list(&rows, &count, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = rows[i].id;
            out->notices++;
            out->out += state_is_out(rows[i].state);
        }
        arena_free(arena);
    }
    return status;
}

/* Only what it says of the advisories that were asked for: the rest is about others. */
static enum status read_digest(struct export_scope *s, struct app *app, const struct advisory *row,
                               struct err *err)
{
    struct arena *arena = arena_new();
    struct digest_content content = {0};
    struct export_carried carried = {.run_ms = row->submitted_ms};
    struct str text;
    bool counted = false;
    str_init(&text, STR_LIMIT_MAIL);
    enum status status = blob_get(&text, app->store, row->sha256, err);
    if (status == OK)
        status = digest_read(&content, arena, str_bytes(&text), err);
    for (size_t i = 0; status == OK && i < content.count; i++) {
        const struct digest_item *item = &content.items[i];
        if (item->section == DIGEST_KNOWN || !is_asked(s, item->tracking))
            continue;
        if (!counted)
            status = count_notices(&carried, s, app, row->id, err);
        counted = true;
        if (status != OK || (s->wish->reader == READER_PARTY && carried.notices == 0))
            break;
        carried.tracking = arena_strdup(s->arena, item->tracking);
        carried.version = arena_strdup(s->arena, item->version);
        carried.section = digest_section_word(item->section);
        carried.whole = item->whole;
        carried.sha256 = arena_strdup(s->arena, row->sha256);
        arena_push(s->arena, &s->carried, &s->carried_count, sizeof carried, &carried);
    }
    str_dispose(&text);
    arena_free(arena);
    return status;
}

enum status export_digests_read(struct export_scope *s, struct app *app, struct err *err)
{
    int64_t after = 0;
    enum status status = OK;
    for (size_t count = PAGE; status == OK && count == PAGE && s->count > 0;) {
        struct arena *arena = arena_new();
        struct advisory *rows = NULL;
        status = advisory_ours_list(&rows, &count, arena, app->store, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            if (rows[i].digest && !rows[i].exercise && !own_mail_is_issue(&rows[i]))
                status = read_digest(s, app, &rows[i], err);
        }
        arena_free(arena);
    }
    return status;
}
