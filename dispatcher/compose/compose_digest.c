/* What a digest says to one recipient: its content, and the codes of the notices that they got. */
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/run/state.h"
#include "store/digest.h"

#include <string.h>

/* The code of the notice that this party got of this version; NULL: none. */
static const char *code_of(struct work *w, const struct digest_told *told, size_t count,
                           const struct digest_item *item, struct err *err)
{
    struct advisory row;
    const char *code = NULL;
    if (advisory_find(&row, w->arena, w->c->app->store, item->tracking, item->version, err) != OK)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (told[i].advisory_id == row.id && told[i].state != STATE_SUPERSEDED &&
            told[i].state != STATE_CANCELLED)
            code = told[i].code;
    return code;
}

/* Kept for the next one who is told the same; one too many is the caller's to close. */
static enum status open_item(struct dossier **out, bool *kept, struct composer *c,
                             const struct advisory *row, struct err *err)
{
    *kept = true;
    for (size_t i = 0; i < c->shelf_count; i++)
        if (c->shelf[i]->row.id == row->id) {
            *out = c->shelf[i];
            return OK;
        }
    enum status status = dossier_open(out, c->app, row, err);
    *kept = status != OK || c->shelf_count < COMPOSE_SHELF;
    if (status == OK && *kept)
        c->shelf[c->shelf_count++] = *out;
    return status;
}

/* What they hold of one advisory. */
static enum status add_held(struct notice_device **list, size_t *count, struct work *w,
                            const struct digest_item *item, struct err *err)
{
    struct advisory row;
    struct dossier *dossier = NULL;
    struct holding *holdings = NULL;
    size_t held = 0;
    bool kept = true;
    enum status status =
        advisory_find(&row, w->arena, w->c->app->store, item->tracking, item->version, err);
    if (status == OK)
        status = open_item(&dossier, &kept, w->c, &row, err);
    if (status == OK)
        status = recipient_holdings(&holdings, &held, w->arena, w->c->app, dossier,
                                    w->notice->party, err);
    for (size_t i = 0; status == OK && i < held; i++) {
        struct notice_device device = compose_device(&holdings[i]);
        device.notice = item->tracking;
        arena_push(w->arena, list, count, sizeof device, &device);
    }
    if (!kept)
        dossier_close(dossier);
    return status;
}

/*
 * Which of their devices each of it is about: only to one, and sealed, as in a notice. An advisory
 * that does not read any more has no rows; the digest says of it what the one before said.
 */
static enum status add_devices(struct work *w, const struct digest_content *content,
                               struct err *err)
{
    struct notice_device *list = NULL;
    size_t count = 0;
    enum status status = OK;
    if (w->facts.broadcast || w->notice->level != LEVEL_SEALED)
        return OK;
    for (size_t i = 0; status == OK && i < content->count; i++) {
        const struct digest_item *item = &content->items[i];
        struct err none = {0};
        if (!item->whole || item->section == DIGEST_GONE || item->section == DIGEST_KNOWN)
            continue;
        status = add_held(&list, &count, w, item, &none);
        if (status == ERR_IO)
            *err = none;
        else
            status = OK;
    }
    w->facts.devices = list;
    w->facts.device_count = count;
    w->facts.devices_known = count > 0;
    return status;
}

enum status compose_digest_facts(struct work *w, struct err *err)
{
    const struct digest_content *content = &w->c->dossier->digest;
    const bool text = w->notice->level == LEVEL_SEALED || w->notice->level == LEVEL_TLS ||
                      w->notice->level == LEVEL_TASK; /* a letter */
    struct digest_told *told = NULL;
    struct err none = {0};
    size_t told_count = 0;
    struct notice_digest_item *items = arena_alloc(w->arena, (content->count + 1) * sizeof *items);
    enum status status = OK;
    if (!w->facts.broadcast)
        status =
            digest_told_list(&told, &told_count, w->arena, w->c->app->store, w->notice->party, err);
    w->digest = (struct notice_digest){.items = items, .since_ms = content->since_ms};
    for (size_t i = 0; status == OK && i < content->count; i++) {
        const struct digest_item *item = &content->items[i];
        const bool whole =
            item->whole && text; /* the route may be another than it was planned for */
        if (item->section == DIGEST_KNOWN)
            continue;
        items[w->digest.count++] =
            (struct notice_digest_item){.section = digest_section_word(item->section),
                                        .tracking = item->tracking,
                                        .version = item->version,
                                        .previous = item->previous,
                                        .title = whole ? item->title : NULL,
                                        .severity = whole ? item->severity : NULL,
                                        .changes = whole ? item->changes : NULL,
                                        .tlp = item->tlp,
                                        .score_tenths = whole ? item->score_tenths : -1,
                                        .whole = whole || item->section == DIGEST_GONE,
                                        .answered = item->answered,
                                        .answer_by_ms = item->answer_by_ms,
                                        .code = code_of(w, told, told_count, item, &none)};
    }
    w->facts.csaf = NULL;
    w->facts.digest = &w->digest;
    return status == OK ? add_devices(w, content, err) : status;
}

/* Base64 takes four bytes for three, plus line ends. */
static size_t encoded_size(size_t size)
{
    return size / 3 * 4 * 78 / 76;
}

static void add_device_table(struct attachment *out, size_t *count, size_t *encoded, struct work *w)
{
    struct str csv;
    str_init(&csv, STR_LIMIT_TEXT);
    wording_devices_csv(&csv, &w->facts);
    if (str_ok(&csv) && (int64_t)encoded_size(csv.size) <= w->c->app->settings->mail.size_limit) {
        const char *copy = arena_strndup(w->arena, str_text(&csv), csv.size);
        *encoded += encoded_size(csv.size);
        out[(*count)++] = (struct attachment){
            "your-devices.csv", "text/csv", {(const unsigned char *)copy, csv.size}};
    }
    str_dispose(&csv);
}

size_t compose_digest_attachments(struct attachment out[SEAL_PARTS], size_t count, struct work *w,
                                  struct str *csv)
{
    const struct notice_digest *digest = w->facts.digest;
    const struct settings *s = w->c->app->settings;
    size_t encoded = 0;
    if (digest->count == 0)
        return count;
    wording_digest_csv(csv, &w->facts);
    out[count++] = (struct attachment){"digest.csv", "text/csv", str_bytes(csv)};
    if (w->facts.device_count > 0)
        add_device_table(out, &count, &encoded, w);
    const size_t tables = count;
    for (size_t i = 0; i < digest->count; i++) {
        const struct notice_digest_item *item = &digest->items[i];
        struct advisory row;
        struct str text;
        struct err none = {0};
        const bool news = text_equal(item->section, "new") || text_equal(item->section, "changed");
        if (!news || !item->whole || item->title == NULL)
            continue;
        str_init(&text, STR_LIMIT_TEXT);
        bool there = advisory_find(&row, w->arena, w->c->app->store, item->tracking, item->version,
                                   &none) == OK &&
                     blob_get(&text, w->c->app->store, row.sha256, &none) == OK;
        encoded += encoded_size(text.size);
        const bool fits = count < SEAL_PARTS && (int64_t)encoded <= s->mail.size_limit;
        if (there && fits) {
            const char *copy = arena_strndup(w->arena, str_text(&text), text.size);
            out[count++] = (struct attachment){compose_csaf_filename(w->arena, item->tracking),
                                               "application/json",
                                               {(const unsigned char *)copy, text.size}};
        }
        str_dispose(&text);
        if (there && !fits) { /* all of them or none: a part would look like all */
            w->facts.attachments_at =
                s->maker.url != NULL ? s->maker.url : "ask us, and you get them";
            return tables;
        }
    }
    return count;
}
