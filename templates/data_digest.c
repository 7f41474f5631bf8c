/* The lists of a digest: new, changed, open, gone. What a reference must not say is not there. */
#include "templates/data.h"

static void add_row(struct value *list, const struct data_source *from,
                    const struct notice_digest_item *item, bool gone)
{
    struct value *row = value_add_map(list);
    const char *severity = words_find(from->words, "severity_", item->severity, item->severity);
    value_set_text(row, "id", item->tracking);
    value_set_text(row, "version", item->version);
    value_set_text(row, "previous_version", item->previous);
    value_set_text(row, "title", item->whole ? item->title : NULL);
    value_set_text(row, "details", item->whole ? item->changes : NULL);
    value_set_text(
        row, "score",
        item->whole && item->score_tenths >= 0
            ? arena_printf(from->arena, "%d.%d", item->score_tenths / 10, item->score_tenths % 10)
            : NULL);
    value_set_text(row, "severity", item->whole ? severity : NULL);
    value_set_text(row, "label", gone ? NULL : tlp_word(item->tlp));
    value_set_bool(row, "reference", !item->whole);
    value_set_bool(row, "answered", item->answered);
    value_set_text(
        row, "by",
        item->answer_by_ms == 0 ? NULL : words_day(from->words, from->arena, item->answer_by_ms));
    value_set_text(row, "notice_code", from->facts->broadcast ? NULL : item->code);
}

void data_add_digest(struct value *data, const struct data_source *from)
{
    static const struct {
        const char *section, *list, *count;
    } sections[] = {{"new", "news", "count_new"},
                    {"changed", "changed", "count_changed"},
                    {"open", "open", "count_open"},
                    {"gone", "gone", NULL}};
    const struct notice_facts *f = from->facts;
    const struct notice_digest *digest = f->digest;
    for (size_t s = 0; s < sizeof sections / sizeof sections[0]; s++) {
        struct value *list = value_set_list(data, sections[s].list);
        size_t count = 0;
        for (size_t i = 0; i < digest->count; i++) {
            if (!text_equal(digest->items[i].section, sections[s].section))
                continue;
            add_row(list, from, &digest->items[i], s == 3);
            count++;
        }
        if (sections[s].count != NULL)
            value_set_text(data, sections[s].count, arena_printf(from->arena, "%zu", count));
    }
    value_set_bool(data, "empty", digest->count == 0);
    value_set_bool(data, "first", digest->since_ms == 0);
    value_set_text(
        data, "since",
        digest->since_ms == 0 ? NULL : words_instant(from->words, from->arena, digest->since_ms));
    value_set_text(data, "tlp", tlp_word(f->tlp));
    value_set_text(data, "tlp_meaning", words_find(from->words, "tlp_", tlp_word(f->tlp), NULL));
    value_set_bool(data, "sealed", f->level == LEVEL_SEALED);
    value_set_text(data, "attachments_at", f->attachments_at);
    data_add_devices(data, from);
}
