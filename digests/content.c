#include "digests/content.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/json_out.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA "tocsin.digest/1"

static const char *const section_words[DIGEST_SECTION_COUNT] = {
    [DIGEST_NEW] = "new",   [DIGEST_CHANGED] = "changed", [DIGEST_OPEN] = "open",
    [DIGEST_GONE] = "gone", [DIGEST_KNOWN] = "known",
};

const char *digest_section_word(enum digest_section section)
{
    return section_words[section];
}

static bool section_of(enum digest_section *out, const char *text)
{
    for (int i = 0; text != NULL && i < DIGEST_SECTION_COUNT; i++)
        if (strcmp(section_words[i], text) == 0) {
            *out = (enum digest_section)i;
            return true;
        }
    return false;
}

/* What stands where in the document is the same whoever made it. */
static int by_place(const void *a, const void *b)
{
    const struct digest_item *one = a;
    const struct digest_item *two = b;
    if (one->section != two->section)
        return one->section < two->section ? -1 : 1;
    if (one->score_tenths != two->score_tenths)
        return one->score_tenths > two->score_tenths ? -1 : 1;
    return strcmp(one->tracking, two->tracking);
}

static const struct digest_item *find(const struct digest_item *items, size_t count,
                                      const char *tracking)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].section != DIGEST_GONE && strcmp(items[i].tracking, tracking) == 0)
            return &items[i];
    return NULL;
}

static enum digest_section choose_section(const struct digest_item *item,
                                          const struct digest_item *before, unsigned wanted)
{
    const bool open = item->told && !item->answered && item->answer_by_ms != 0;
    if (before == NULL && (wanted & DIGEST_BIT(DIGEST_NEW)) != 0)
        return DIGEST_NEW;
    if (before != NULL && strcmp(before->version, item->version) != 0 &&
        (wanted & DIGEST_BIT(DIGEST_CHANGED)) != 0)
        return DIGEST_CHANGED;
    return open && (wanted & DIGEST_BIT(DIGEST_OPEN)) != 0 ? DIGEST_OPEN : DIGEST_KNOWN;
}

/* Nothing but what it is called and how it stands: what is not said cannot make two texts differ.
 */
static void strip(struct digest_item *item)
{
    item->title = item->severity = item->changes = NULL;
    item->score_tenths = -1;
}

static void add_gone(struct digest_content *out, struct arena *arena,
                     const struct digest_content *last, const struct digest_item *now, size_t count)
{
    for (size_t i = 0; i < last->count; i++) {
        if (last->items[i].section == DIGEST_GONE ||
            find(now, count, last->items[i].tracking) != NULL)
            continue;
        struct digest_item item = {.section = DIGEST_GONE,
                                   .tracking = arena_strdup(arena, last->items[i].tracking),
                                   .version = arena_strdup(arena, last->items[i].version),
                                   .score_tenths = -1};
        arena_push(arena, &out->items, &out->count, sizeof item, &item);
    }
}

void digest_compare(struct digest_content *out, struct arena *arena, const struct digest_item *now,
                    size_t count, const struct digest_content *last, int64_t last_run_ms,
                    unsigned wanted)
{
    *out = (struct digest_content){.since_ms = last != NULL ? last_run_ms : 0};
    for (size_t i = 0; i < count; i++) {
        const struct digest_item *before =
            last != NULL ? find(last->items, last->count, now[i].tracking) : NULL;
        struct digest_item item = now[i];
        item.section = choose_section(&now[i], before, wanted);
        item.tracking = arena_strdup(arena, now[i].tracking);
        item.version = arena_strdup(arena, now[i].version);
        item.previous =
            item.section == DIGEST_CHANGED ? arena_strdup(arena, before->version) : NULL;
        if (item.section == DIGEST_KNOWN)
            item = (struct digest_item){
                .section = DIGEST_KNOWN, .tracking = item.tracking, .version = item.version};
        if (!item.whole)
            strip(&item);
        if (item.section != DIGEST_CHANGED)
            item.changes = NULL;
        item.title = arena_strdup(arena, item.title);
        item.severity = arena_strdup(arena, item.severity);
        item.changes = arena_strdup(arena, item.changes);
        if (item.whole && item.tlp > out->tlp)
            out->tlp = item.tlp;
        arena_push(arena, &out->items, &out->count, sizeof item, &item);
    }
    if (last != NULL && (wanted & DIGEST_BIT(DIGEST_GONE)) != 0)
        add_gone(out, arena, last, now, count);
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, by_place);
}

bool digest_is_empty(const struct digest_content *content)
{
    return digest_count(content, DIGEST_KNOWN) == content->count;
}

size_t digest_count(const struct digest_content *content, enum digest_section section)
{
    size_t count = 0;
    for (size_t i = 0; i < content->count; i++)
        count += content->items[i].section == section;
    return count;
}

static void write_item(struct json_out *j, const struct digest_item *item)
{
    char stamp[CLOCK_TEXT];
    json_out_object(j, NULL);
    if (item->section <= DIGEST_OPEN) {
        json_out_text(j, "answer_by",
                      item->answer_by_ms == 0 ? NULL : clock_text(stamp, item->answer_by_ms));
        json_out_bool(j, "answered", item->answered);
        json_out_text(j, "changes", item->changes);
        json_out_text(j, "previous", item->previous);
        json_out_int(j, "score_tenths", item->score_tenths);
    }
    json_out_text(j, "section", section_words[item->section]);
    if (item->section <= DIGEST_OPEN) {
        json_out_text(j, "severity", item->severity);
        json_out_text(j, "title", item->title);
        json_out_text(j, "tlp", tlp_word(item->tlp));
        json_out_bool(j, "told", item->told);
    }
    json_out_text(j, "tracking", item->tracking);
    json_out_text(j, "version", item->version);
    if (item->section <= DIGEST_OPEN)
        json_out_bool(j, "whole", item->whole);
    json_out_end(j);
}

void digest_write(struct str *out, const struct digest_content *content)
{
    struct json_out j;
    char stamp[CLOCK_TEXT];
    json_out_init(&j, out, true);
    json_out_object(&j, NULL);
    json_out_array(&j, "items");
    for (size_t i = 0; i < content->count; i++)
        write_item(&j, &content->items[i]);
    json_out_end(&j);
    json_out_text(&j, "schema", SCHEMA);
    json_out_text(&j, "since",
                  content->since_ms == 0 ? NULL : clock_text(stamp, content->since_ms));
    json_out_text(&j, "tlp", tlp_word(content->tlp));
    json_out_end(&j);
}

static bool read_instant(int64_t *out, const struct json *value)
{
    *out = 0;
    return json_string(value) == NULL || clock_parse(out, json_string(value), NULL) == OK;
}

static const char *text_in(struct arena *arena, const struct json *object, const char *name)
{
    return arena_strdup(arena, json_string(json_get(object, name)));
}

static bool read_item(struct digest_item *out, struct arena *arena, const struct json *from)
{
    int64_t score = -1;
    *out = (struct digest_item){.tracking = text_in(arena, from, "tracking"),
                                .version = text_in(arena, from, "version"),
                                .previous = text_in(arena, from, "previous"),
                                .title = text_in(arena, from, "title"),
                                .severity = text_in(arena, from, "severity"),
                                .changes = text_in(arena, from, "changes"),
                                .whole = json_bool(json_get(from, "whole")),
                                .told = json_bool(json_get(from, "told")),
                                .answered = json_bool(json_get(from, "answered"))};
    bool good = section_of(&out->section, json_string(json_get(from, "section"))) &&
                out->tracking != NULL && out->version != NULL &&
                read_instant(&out->answer_by_ms, json_get(from, "answer_by"));
    if (good && out->section <= DIGEST_OPEN)
        good = tlp_of(&out->tlp, json_string(json_get(from, "tlp"))) &&
               json_int(&score, json_get(from, "score_tenths")) && score >= -1 && score <= 100 &&
               (out->section != DIGEST_CHANGED || out->previous != NULL);
    out->score_tenths = (int)score;
    return good;
}

enum status digest_read(struct digest_content *out, struct arena *arena, struct bytes text,
                        struct err *err)
{
    struct json_doc *doc = NULL;
    *out = (struct digest_content){0};
    enum status status = json_parse(&doc, text, NULL, NULL, err);
    const struct json *root = status == OK ? json_root(doc) : NULL;
    const char *schema = json_string(json_get(root, "schema"));
    bool good = schema != NULL && strcmp(schema, SCHEMA) == 0 &&
                tlp_of(&out->tlp, json_string(json_get(root, "tlp"))) &&
                read_instant(&out->since_ms, json_get(root, "since")) &&
                json_is(json_get(root, "items"), JSON_ARRAY);
    const struct json *at = json_first(json_get(root, "items"));
    for (; good && at != NULL; at = json_next(at)) {
        struct digest_item item;
        good = read_item(&item, arena, at);
        arena_push(arena, &out->items, &out->count, sizeof item, &item);
    }
    json_free(doc);
    return good ? OK : err_set(err, ERR_CORRUPT, "not the content of a digest");
}

size_t digest_last_good(const struct digest_past *past, size_t count)
{
    /* In order of their ids, so what one goes on from stands before it, if it stands here at all;
     * what is older than all of these is taken on trust. */
    size_t last = SIZE_MAX;
    bool *good = count > 0 ? xcalloc(count, sizeof *good) : NULL;
    for (size_t i = 0; i < count; i++) {
        good[i] = past[i].arrived;
        for (size_t k = 0; good[i] && past[i].base != 0 && k < i; k++)
            if (past[k].id == past[i].base)
                good[i] = good[k];
        if (good[i])
            last = i;
    }
    free(good);
    return last;
}
