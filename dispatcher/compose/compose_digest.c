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
    return status;
}

size_t compose_digest_attachments(struct attachment out[SEAL_PARTS], size_t count, struct work *w,
                                  struct str *csv)
{
    const struct notice_digest *digest = w->facts.digest;
    const struct settings *s = w->c->app->settings;
    const size_t first = count;
    size_t encoded = 0;
    if (digest->count == 0)
        return count;
    wording_digest_csv(csv, &w->facts);
    out[count++] = (struct attachment){"digest.csv", "text/csv", str_bytes(csv)};
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
        /* Base64 takes four bytes for three, plus line ends. */
        encoded += text.size / 3 * 4 * 78 / 76;
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
            return first + 1;
        }
    }
    return count;
}
