#include "templates/changes.h"

#include "advisory/quote.h"
#include "base/utf8.h"
#include "templates/wording.h"

#include <string.h>

enum {
    FIRST_MOST = 8,    /* lines at the top of a notice; the others stand further down */
    PRODUCTS_MOST = 4, /* names in one line */
};

static const char *tame(const struct data_source *from, const char *text)
{
    struct str line;
    if (text == NULL)
        return NULL;
    str_init(&line, STR_LIMIT_LINE);
    quote_add(&line, text);
    const char *tamed = arena_strdup(from->arena, str_text(&line));
    str_dispose(&line);
    return tamed;
}

static const char *products_of(const struct data_source *from, const struct diff_item *item)
{
    struct data_list list;
    data_list_init(&list, "; ", PRODUCTS_MOST);
    for (size_t i = 0; i < item->product_count; i++)
        data_list_add(&list, tame(from, item->products[i]));
    return data_list_end(&list, from);
}

static const char *said(const struct data_source *from, const char *status)
{
    return words_find(from->words, "said_", status, status);
}

/* ": text", when there is one. */
static void add_text(struct str *out, const char *text)
{
    if (text != NULL)
        str_addf(out, ": %s", text);
}

/* " (before: text)" or another such word. */
static void add_aside(struct str *out, const struct data_source *from, enum word word,
                      const char *text)
{
    if (text != NULL)
        str_addf(out, " (%s)", words_fill(from->words, word, from->arena, "text", text));
}

/* What it is now and, aside, what it was; what is no more is "dropped". */
static void add_both(struct str *out, const struct data_source *from, const char *was,
                     const char *is)
{
    if (is == NULL && was != NULL) {
        add_text(out, words_fill(from->words, WORD_CHANGE_DROPPED, from->arena, "text", was));
        return;
    }
    add_text(out, is);
    add_aside(out, from, WORD_CHANGE_BEFORE, was);
}

static void add_score(struct str *out, const struct data_source *from, const struct diff_item *item)
{
    const char *no = from->words->text[WORD_NO_SCORE];
    add_text(out, item->to != NULL ? item->to : no);
    add_aside(out, from, WORD_CHANGE_BEFORE, item->from != NULL ? item->from : no);
    if (item->what != NULL)
        str_addf(out, " [%s]", tame(from, item->what));
}

static void add_remedy(struct str *out, const struct data_source *from,
                       const struct diff_item *item)
{
    const char *products = products_of(from, item);
    add_text(out, words_find(from->words, "remedy_", item->what, item->what));
    if (products != NULL)
        str_addf(out, ", %s", products);
    if (item->kind == DIFF_REMEDY_REMOVED)
        add_text(out, tame(from, item->from));
    else
        add_both(out, from, tame(from, item->from), tame(from, item->to));
    if (item->date != NULL)
        str_addf(out, "; %s", data_date(from, item->date));
    if (item->url != NULL)
        str_addf(out, "; %s", tame(from, item->url));
}

/* What of the whole document is said in words of the order: "yes", "no", unknown. */
static const char *attacks(const struct data_source *from, const struct diff_item *item,
                           const char *text)
{
    if (item->vulnerability != NULL)
        return tame(from, text);
    const char *word = text != NULL ? text : "unknown";
    return words_find(from->words, "exploited_", word, word);
}

static void add_label(struct str *out, const struct data_source *from, const struct diff_item *item)
{
    const char *group = item->kind == DIFF_IMPACT ? "threat_" : "change_";
    const char *word = item->kind == DIFF_ACTION || item->kind == DIFF_IMPACT
                           ? item->what
                           : diff_kind_word(item->kind);
    str_add(out, words_find(from->words, group, word, word));
}

const char *changes_line(const struct data_source *from, const struct diff_item *item)
{
    struct str out;
    const char *products = products_of(from, item);
    str_init(&out, STR_LIMIT_TEXT);
    if (item->vulnerability != NULL)
        str_addf(&out, "%s: ", tame(from, item->vulnerability));
    add_label(&out, from, item);
    switch (item->kind) {
    case DIFF_WITHDRAWN:
    case DIFF_OTHER:
    case DIFF_KIND_COUNT:
        break;
    case DIFF_VULNERABILITY_ADDED:
    case DIFF_VULNERABILITY_REMOVED:
        add_text(&out, tame(from, item->to != NULL ? item->to : item->from));
        if (item->kind == DIFF_VULNERABILITY_ADDED)
            add_aside(&out, from, WORD_CHANGE_OF_AFFECTED, products);
        break;
    case DIFF_AFFECTED_ADDED:
    case DIFF_INVESTIGATED:
    case DIFF_FIXED_ADDED:
        add_text(&out, products);
        add_aside(&out, from, WORD_CHANGE_BEFORE, said(from, item->from));
        break;
    case DIFF_AFFECTED_REMOVED:
    case DIFF_STATUS:
        add_text(&out, products);
        add_aside(&out, from, WORD_CHANGE_NOW, said(from, item->to));
        break;
    case DIFF_SCORE:
        add_score(&out, from, item);
        break;
    case DIFF_REMEDY_ADDED:
    case DIFF_REMEDY_CHANGED:
    case DIFF_REMEDY_REMOVED:
        add_remedy(&out, from, item);
        break;
    case DIFF_EXPLOITATION:
        add_both(&out, from, attacks(from, item, item->from), attacks(from, item, item->to));
        break;
    case DIFF_NOTE:
        if (item->what != NULL)
            str_addf(&out, " \"%s\"", tame(from, item->what));
        add_both(&out, from, tame(from, item->from), tame(from, item->to));
        break;
    case DIFF_REFERENCE:
        add_both(&out, from, tame(from, item->from), tame(from, item->to));
        if (item->url != NULL)
            str_addf(&out, "; %s", tame(from, item->url));
        break;
    case DIFF_ACTION:
    case DIFF_IMPACT:
    case DIFF_AFFECTED_CHANGED:
    case DIFF_TRACKING:
    case DIFF_LABEL:
    case DIFF_TITLE:
        add_both(&out, from, tame(from, item->from), tame(from, item->to));
        break;
    }
    const char *line = arena_strdup(from->arena, str_text(&out));
    str_dispose(&out);
    return line;
}

/* Revisions after the version that the recipient has, up to this one, in the maker's words. */
static void add_revisions(struct value *list, const struct notice_facts *f)
{
    const struct json *history =
        json_at(f->csaf->root, "/document/tracking/revision_history", NULL);
    if (f->previous_version == NULL || f->csaf->version == NULL)
        return;
    for (const struct json *at = json_first(history); at != NULL; at = json_next(at)) {
        const char *number = json_string(json_get(at, "number"));
        const char *summary = json_string(json_get(at, "summary"));
        if (number != NULL && summary != NULL &&
            csaf_version_compare(number, f->previous_version) > 0 &&
            csaf_version_compare(number, f->csaf->version) <= 0)
            value_add_text(list, summary);
    }
}

void changes_add(struct value *data, const struct data_source *from)
{
    const struct notice_facts *f = from->facts;
    const struct diff *diff = f->kind == NOTICE_UPDATE ? f->diff : NULL;
    struct value *revisions = value_set_list(data, "revisions");
    struct value *first = value_set_list(data, "changes");
    struct value *more = value_set_list(data, "changes_more");
    enum diff_nature nature = diff != NULL ? diff->nature : DIFF_NEWS;
    add_revisions(revisions, f);
    value_set_bool(data, "changes_known", diff != NULL);
    value_set_bool(data, "correction", nature == DIFF_CORRECTION);
    value_set_bool(data, "withdrawal", nature == DIFF_WITHDRAWAL);
    value_set_bool(data, "no_longer", f->no_longer);
    for (size_t i = 0; diff != NULL && i < diff->count; i++)
        value_add_text(i < FIRST_MOST ? first : more, changes_line(from, &diff->items[i]));
}

static const enum word headings[DIFF_WEIGHT_COUNT] = {WORD_WEIGHT_WORSE, WORD_WEIGHT_HELP,
                                                      WORD_WEIGHT_BETTER, WORD_WEIGHT_DETAIL};

void wording_changes(struct str *out, const struct wording *wording, const char *language,
                     const struct diff *diff)
{
    const struct language *in = NULL;
    struct arena *arena = arena_new();
    (void)wording_find(wording, language, NOTICE_UPDATE, PARTY_HDO, &in);
    const struct data_source from = {.arena = arena, .words = &in->words, .language = in->tag};
    const char *nature = diff_nature_word(diff->nature);
    str_addf(out, "%s\n", words_find(from.words, "nature_", nature, nature));
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_item *item = &diff->items[i];
        if (i == 0 || diff->items[i - 1].weight != item->weight)
            str_addf(out, "\n%s\n", from.words->text[headings[item->weight]]);
        str_addf(out, "- %s\n", changes_line(&from, item));
    }
    arena_free(arena);
}
