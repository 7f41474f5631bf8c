#include "templates/data.h"

#include "templates/changes.h"

#include <string.h>

const char *const data_names[] = {
    /* SCOPE_OUTER */
    "maker",
    "id",
    "code",
    "broadcast",
    "answer_by",
    "answer_by_day",
    /* SCOPE_WAITING */
    "maker_country",
    "maker_url",
    "key_fingerprint",
    "from_name",
    "from_phone",
    "from_mail",
    "to_party",
    "to_name",
    "reply_address",
    "today",
    "supplier",
    "representative",
    "revised",
    "first_sent",
    "tlp_now",
    "late",
    "promise",
    /* SCOPE_ALL: the notice */
    "title",
    "version",
    "previous_version",
    "changes",
    "changes_more",
    "changes_known",
    "revisions",
    "correction",
    "withdrawal",
    "no_longer",
    "tlp",
    "tlp_meaning",
    "pass_on",
    "released",
    "interim",
    "next_information",
    "hazard",
    "action",
    "action_by",
    "embargo",
    "exploited",
    "exploited_yes",
    "ranking",
    "score",
    "severity",
    "sealed",
    "attachments_at",
    "foreign_language",
    "notes",
    "text",
    "references",
    "summary",
    "url",
    "told",
    "party",
    "kind",
    "how",
    "by",
    /* fixes */
    "fix_all",
    "fix_some",
    "fix_none",
    "fix_from",
    "mitigated",
    "no_fix_planned",
    /* vulnerabilities */
    "vulnerabilities",
    "name",
    "cwe",
    "score_cell",
    "affected_cell",
    "remedy_cell",
    "scores",
    "vector",
    "affected",
    "fixed",
    "not_affected",
    "investigated",
    "products",
    "remedies",
    "what",
    "details",
    "date",
    "restart",
    "threats",
    /* devices */
    "devices_withheld",
    "devices_unknown",
    "devices_none",
    "devices_total",
    "devices_short",
    "devices_perhaps",
    "devices",
    "product",
    "number",
    "serials",
    "match",
    "devices_more",
    /* a digest */
    "since",
    "first",
    "empty",
    "count_new",
    "count_changed",
    "count_open",
    "news",
    "changed",
    "open",
    "gone",
    "reference",
    "answered",
    "notice_code",
    "label",
};

static size_t names_before(const char *first)
{
    size_t count = 0;
    while (!text_equal(data_names[count], first))
        count++;
    return count;
}

size_t data_name_count(enum data_scope scope)
{
    switch (scope) {
    case SCOPE_OUTER:
        return names_before("maker_country");
    case SCOPE_WAITING:
        return names_before("title");
    case SCOPE_ALL:
        break;
    }
    return sizeof data_names / sizeof data_names[0];
}

void data_list_init(struct data_list *list, const char *between, size_t most)
{
    *list = (struct data_list){.between = between, .most = most};
    str_init(&list->text, STR_LIMIT_TEXT);
}

void data_list_add(struct data_list *list, const char *text)
{
    if (list->count < list->most) {
        if (list->count > 0)
            str_add(&list->text, list->between);
        str_add(&list->text, text);
    }
    list->count++;
}

const char *data_list_end(struct data_list *list, const struct data_source *from)
{
    const char *text = NULL;
    if (list->count > list->most) {
        const char *n = arena_printf(from->arena, "%zu", list->count - list->most);
        str_add(&list->text, list->between);
        str_add(&list->text, words_fill(from->words, WORD_MORE, from->arena, "n", n));
    }
    if (list->count > 0)
        text = arena_strdup(from->arena, str_text(&list->text));
    str_dispose(&list->text);
    return text;
}

const char *data_date(const struct data_source *from, const char *written)
{
    int64_t ms = 0;
    if (written == NULL)
        return NULL;
    const char *day = arena_printf(from->arena, "%.10sT00:00:00Z", written);
    bool good = clock_parse(&ms, written, NULL) == OK ||
                (strlen(written) == 10 && clock_parse(&ms, day, NULL) == OK);
    return good ? words_instant(from->words, from->arena, ms) : written;
}

static const char *instant(const struct data_source *from, int64_t ms)
{
    return ms == 0 ? NULL : words_instant(from->words, from->arena, ms);
}

const char *data_group(const struct data_source *from)
{
    const char *kind = party_kind_word(from->facts->audience);
    return words_fill(from->words, WORD_GROUP, from->arena, "kind",
                      words_find(from->words, "kind_", kind, kind));
}

static void add_outer(struct value *data, const struct data_source *from)
{
    const struct notice_facts *f = from->facts;
    value_set_text(data, "maker", f->maker);
    value_set_text(data, "id", f->csaf != NULL ? f->csaf->tracking_id : f->matter);
    value_set_text(data, "code", f->code);
    value_set_bool(data, "broadcast", f->broadcast);
    value_set_text(data, "answer_by", instant(from, f->answer_by_ms));
    value_set_text(data, "answer_by_day",
                   f->answer_by_ms == 0 ? NULL
                                        : words_day(from->words, from->arena, f->answer_by_ms));
}

/* Groups of four, as people read a fingerprint aloud. */
static const char *spaced(struct arena *arena, const char *fingerprint)
{
    struct str out;
    if (fingerprint == NULL)
        return NULL;
    str_init(&out, STR_LIMIT_LINE);
    size_t signs = 0;
    for (const char *at = fingerprint; *at != '\0'; at++) {
        if (*at == ' ')
            continue;
        if (signs > 0 && signs % 4 == 0)
            str_add_c(&out, ' ');
        str_add_c(&out, *at);
        signs++;
    }
    const char *text = arena_strdup(arena, str_text(&out));
    str_dispose(&out);
    return text;
}

static void add_envelope(struct value *data, const struct data_source *from)
{
    const struct notice_facts *f = from->facts;
    value_set_text(data, "maker_country", f->maker_country);
    value_set_text(data, "maker_url", f->maker_url);
    value_set_text(data, "key_fingerprint", spaced(from->arena, f->key_fingerprint));
    value_set_text(data, "from_name", f->from.name);
    value_set_text(data, "from_phone", f->from.phone);
    value_set_text(data, "from_mail", f->from.mail);
    value_set_text(data, "to_party", f->broadcast ? data_group(from) : f->to_party);
    value_set_text(data, "to_name", f->broadcast ? NULL : f->to_name);
    value_set_text(data, "reply_address", f->broadcast ? NULL : f->reply_address);
    value_set_text(data, "today", words_day(from->words, from->arena, f->now_ms));
    value_set_bool(data, "late", f->late);
    value_set_bool(data, "promise", f->promise);
    value_set_bool(data, "revised", f->previous_version != NULL);
    value_set_text(data, "tlp_now", f->kind == NOTICE_RELEASE ? tlp_word(f->tlp) : NULL);
    value_set_text(data, "first_sent",
                   f->first_sent_ms == 0 ? NULL
                                         : words_day(from->words, from->arena, f->first_sent_ms));
    value_set_bool(data, "supplier",
                   f->audience == PARTY_DISTRIBUTOR || f->audience == PARTY_IMPORTER);
    value_set_bool(data, "representative", f->audience == PARTY_REPRESENTATIVE);
}

/* "de" of "de-AT", compared without case. */
static bool same_language(const char *a, const char *b)
{
    size_t size = strcspn(a, "-");
    return size == strcspn(b, "-") && strncasecmp(a, b, size) == 0;
}

void data_add_notes(struct value *data, const struct csaf_note *notes, size_t count)
{
    struct value *list = value_set_list(data, "notes");
    for (size_t i = 0; i < count; i++) {
        struct value *note = value_add_map(list);
        value_set_text(note, "title", notes[i].title);
        value_set_text(note, "text", notes[i].text);
    }
}

static void add_references(struct value *data, const struct csaf *csaf)
{
    struct value *list = value_set_list(data, "references");
    for (size_t i = 0; i < csaf->reference_count; i++) {
        struct value *reference = value_add_map(list);
        value_set_text(reference, "summary", csaf->references[i].summary);
        value_set_text(reference, "url", csaf->references[i].url);
    }
}

static void add_told(struct value *data, const struct data_source *from)
{
    struct value *list = value_set_list(data, "told");
    /* Nobody but our own desk learns who else is told, and nobody who reads its mail. */
    if (from->facts->audience != PARTY_COMPLAINT || from->facts->level != LEVEL_SEALED)
        return;
    for (size_t i = 0; i < from->facts->told_count; i++) {
        const struct notice_told *told = &from->facts->told[i];
        struct value *row = value_add_map(list);
        char stamp[CLOCK_TEXT];
        const char *route = words_find(from->words, "route_", told->route, told->route);
        const char *level = words_find(from->words, "level_", told->level, told->level);
        bool both = route != NULL && level != NULL;
        value_set_text(row, "party", told->party);
        value_set_text(row, "kind", words_find(from->words, "kind_", told->kind, told->kind));
        value_set_text(row, "how",
                       both ? arena_printf(from->arena, "%s, %s", route, level)
                            : (route != NULL ? route : level));
        value_set_text(row, "code", told->code);
        /* In tables instants keep their ISO form, without seconds. */
        (void)clock_text(stamp, told->by_ms);
        value_set_text(
            row, "by",
            told->by_ms == 0 ? NULL : arena_printf(from->arena, "%.10s %.5sZ", stamp, stamp + 11));
    }
}

static void add_notice(struct value *data, const struct data_source *from)
{
    const struct notice_facts *f = from->facts;
    const struct csaf *csaf = f->csaf;
    const char *exploited = f->exploited == NULL ? "unknown" : f->exploited;
    bool foreign = csaf->lang != NULL && !same_language(csaf->lang, from->language);
    value_set_text(data, "title", csaf->title);
    value_set_text(data, "version", csaf->version);
    value_set_text(data, "previous_version", f->previous_version);
    value_set_text(data, "tlp", tlp_word(f->tlp));
    value_set_bool(data, "pass_on",
                   f->tlp == TLP_CLEAR || f->tlp == TLP_GREEN || f->tlp == TLP_AMBER);
    value_set_text(data, "tlp_meaning", words_find(from->words, "tlp_", tlp_word(f->tlp), NULL));
    value_set_text(data, "released", data_date(from, csaf->current_release));
    value_set_bool(data, "interim", f->interim || text_equal(csaf->status, "interim"));
    value_set_text(data, "hazard", f->hazard);
    value_set_text(data, "action", f->action);
    value_set_text(data, "action_by", instant(from, f->action_by_ms));
    value_set_text(data, "embargo", instant(from, f->embargo_ms));
    value_set_text(data, "exploited", words_find(from->words, "exploited_", exploited, exploited));
    value_set_bool(data, "exploited_yes", text_equal(f->exploited, "yes"));
    value_set_text(data, "ranking", f->order_ranking);
    value_set_bool(data, "sealed", f->level == LEVEL_SEALED);
    value_set_text(data, "attachments_at", f->attachments_at);
    value_set_text(data, "foreign_language", foreign ? csaf->lang : NULL);
    changes_add(data, from);
    data_add_notes(data, csaf->notes, csaf->note_count);
    add_references(data, csaf);
    add_told(data, from);
    data_add_vulnerabilities(data, from);
    data_add_devices(data, from);
}

struct value *data_make(struct arena *arena, const struct notice_facts *facts,
                        const struct words *words, const char *language, enum data_scope scope)
{
    struct data_source from = {
        .arena = arena, .facts = facts, .words = words, .language = language};
    struct value *data = value_map(arena);
    add_outer(data, &from);
    if (scope >= SCOPE_WAITING)
        add_envelope(data, &from);
    if (scope >= SCOPE_ALL && facts->digest != NULL)
        data_add_digest(data, &from);
    else if (scope >= SCOPE_ALL)
        add_notice(data, &from);
    return data;
}
