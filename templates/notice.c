#include "templates/notice.h"

#include "base/csv.h"
#include "base/utf8.h"
#include "templates/html.h"
#include "templates/plain.h"
#include "templates/wording.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define SUBJECT_SIGNS 200
#define WORDS_LEAST 12 /* a title or name cut shorter says nothing */

void notice_text_init(struct notice_text *t)
{
    str_init(&t->subject, STR_LIMIT_LINE);
    str_init(&t->outer_subject, STR_LIMIT_LINE);
    str_init(&t->text, STR_LIMIT_TEXT);
    str_init(&t->html, STR_LIMIT_TEXT);
    str_init(&t->group, STR_LIMIT_LINE);
    str_init(&t->mark, STR_LIMIT_LINE);
}

void notice_text_dispose(struct notice_text *t)
{
    if (t == NULL)
        return;
    str_dispose(&t->subject);
    str_dispose(&t->outer_subject);
    str_dispose(&t->text);
    str_dispose(&t->html);
    str_dispose(&t->group);
    str_dispose(&t->mark);
}

static size_t count_signs(struct bytes text)
{
    size_t signs = 0;
    for (size_t at = 0; at < text.size; signs++)
        (void)utf8_next(text, &at);
    return signs;
}

/* Keeps the first signs, the last of them becomes "…". */
static void cut(struct str *line, size_t signs)
{
    struct bytes text = str_bytes(line);
    size_t at = 0;
    if (count_signs(text) <= signs)
        return;
    for (size_t n = 0; n + 1 < signs; n++)
        (void)utf8_next(text, &at);
    str_truncate(line, at);
    str_add(line, "…");
}

/* One clean line, with the marks of an exercise and of a test before it. */
static enum status render_line(struct str *out, const struct template *tmpl,
                               const struct value *data, const char *prefix, struct err *err)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    enum status status = template_render(&line, tmpl, data, utf8_add_line, err);
    str_reset(out);
    if (prefix != NULL)
        str_add(out, prefix);
    utf8_add_line(out, str_bytes(&line));
    str_dispose(&line);
    return status;
}

/* When the line is too long, gives the value `name` as much less room as helps, and renders again.
 */
static enum status yield(struct str *line, const struct template *tmpl, struct value *data,
                         const char *name, const char *text, const char *prefix, struct err *err)
{
    struct str shorter;
    enum status status = OK;
    size_t signs = count_signs(str_bytes(line));
    str_init(&shorter, STR_LIMIT_TEXT);
    utf8_add_line(&shorter, bytes_of(text));
    size_t own = count_signs(str_bytes(&shorter));
    if (signs > SUBJECT_SIGNS && own > WORDS_LEAST) {
        size_t excess = signs - SUBJECT_SIGNS;
        cut(&shorter, own > excess + WORDS_LEAST ? own - excess : WORDS_LEAST);
        value_set_text(data, name, str_text(&shorter));
        status = render_line(line, tmpl, data, prefix, err);
    }
    str_dispose(&shorter);
    return status;
}

/*
 * At most SUBJECT_SIGNS. The title gives way first, so that the date stays; then the maker's name,
 * then the end of the line. title is NULL where the subject must not know it.
 */
static enum status render_subject(struct str *out, const struct template *tmpl, struct value *data,
                                  const char *title, const char *maker, const char *prefix,
                                  struct err *err)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    enum status status = render_line(&line, tmpl, data, prefix, err);
    if (status == OK && title != NULL)
        status = yield(&line, tmpl, data, "title", title, prefix, err);
    if (status == OK && maker != NULL)
        status = yield(&line, tmpl, data, "maker", maker, prefix, err);
    cut(&line, SUBJECT_SIGNS);
    /* The body gets them whole again. */
    if (title != NULL)
        value_set_text(data, "title", title);
    value_set_text(data, "maker", maker);
    str_add_n(out, str_text(&line), line.size);
    str_dispose(&line);
    return status;
}

static void add_alert(struct str *rendering, const char *text)
{
    str_add(rendering, "! ");
    marks_escape(rendering, bytes_of(text));
    str_add(rendering, "\n\n");
}

/* What stands before every subject; NULL: nothing. An exercise is one before it is anything else.
 */
static const char *prefix_of(const struct notice_facts *facts, const struct language *language,
                             struct arena *arena)
{
    const char *const *word = language->words.text;
    if (!facts->exercise && !facts->test)
        return NULL;
    return arena_printf(arena, "%s%s%s%s", facts->exercise ? word[WORD_EXERCISE] : "",
                        facts->exercise ? " " : "", facts->test ? word[WORD_TEST] : "",
                        facts->test ? ": " : "");
}

/* Text and HTML come from one rendering, so they cannot differ. */
static enum status render_body(struct notice_text *out, const struct wording *wording,
                               const struct message *message, const struct language *language,
                               const struct value *data, const struct notice_facts *facts,
                               struct arena *arena, struct err *err)
{
    struct str rendering;
    struct blocks blocks;
    str_init(&rendering, STR_LIMIT_TEXT);
    if (facts->exercise)
        add_alert(&rendering, arena_printf(arena, "%s %s", language->words.text[WORD_EXERCISE],
                                           language->words.text[WORD_EXERCISE_FIRST]));
    if (facts->test)
        add_alert(&rendering, language->words.text[WORD_TEST]);
    enum status status = template_render(&rendering, message->body, data, marks_escape, err);
    if (status == OK) {
        marks_split(&blocks, arena, &rendering);
        plain_write(&out->text, &blocks);
        html_write(&out->html, &blocks, language->tag, str_text(&out->subject),
                   wording->catalog.style);
    }
    if (status == OK && (!str_ok(&out->text) || !str_ok(&out->html)))
        status = err_set(err, ERR_LIMIT, "the notice grows larger than %zu bytes", out->text.limit);
    str_dispose(&rendering);
    return status;
}

/* It names neither product nor flaw on any way: only the notice that went before it. */
static bool refers_back(enum notice_kind kind)
{
    return kind == NOTICE_REMINDER || kind == NOTICE_ESCALATION || kind == NOTICE_RELEASE;
}

/* The texts that these facts take, and their language. */
static enum status find_message(const struct message **out, const struct language **language,
                                const struct wording *wording, const struct notice_facts *facts,
                                struct err *err)
{
    assert((facts->csaf != NULL) + (facts->digest != NULL) + (facts->matter != NULL) == 1);
    /* A digest of references alone is one all the same; a reminder says nothing more anyway. */
    const bool waits =
        facts->level == LEVEL_WAITING && facts->csaf != NULL && !refers_back(facts->kind);
    enum notice_kind kind = waits ? NOTICE_WAITING : facts->kind;
    *out = wording_find(wording, facts->language, kind, facts->audience, language);
    if (*out == NULL || (kind == NOTICE_DIGEST) != (facts->digest != NULL) ||
        (kind == NOTICE_ACKNOWLEDGEMENT || kind == NOTICE_ALARM) != (facts->matter != NULL))
        return err_set(err, ERR_INVALID, "a notice of kind \"%s\" has no text",
                       notice_kind_word(kind));
    return OK;
}

static enum status render_outer(struct str *out, const struct message *message,
                                const struct language *language, struct arena *arena,
                                const struct notice_facts *facts, struct err *err)
{
    const char *prefix = prefix_of(facts, language, arena);
    struct value *outer = data_make(arena, facts, &language->words, language->tag, SCOPE_OUTER);
    return render_subject(out, message->outer, outer, NULL, facts->maker, prefix, err);
}

enum status wording_outer_subject(struct str *out, const struct wording *wording,
                                  const struct notice_facts *facts, struct err *err)
{
    const struct language *language = NULL;
    const struct message *message = NULL;
    struct arena *arena = arena_new();
    enum status status = find_message(&message, &language, wording, facts, err);
    if (status == OK)
        status = render_outer(out, message, language, arena, facts, err);
    arena_free(arena);
    return status;
}

enum status wording_notice(struct notice_text *out, const struct wording *wording,
                           const struct notice_facts *facts, struct err *err)
{
    const struct language *language = NULL;
    const struct message *message = NULL;
    enum status status = find_message(&message, &language, wording, facts, err);
    if (status != OK)
        return status;
    struct arena *arena = arena_new();
    const bool digest = facts->kind == NOTICE_DIGEST;
    /* An answer to a report names nothing of it: anybody could have sent that in another's name. */
    bool waiting = facts->matter != NULL ||
                   (!digest && (facts->level == LEVEL_WAITING || facts->kind == NOTICE_WAITING ||
                                refers_back(facts->kind)));
    const char *prefix = prefix_of(facts, language, arena);
    const char *title = waiting || digest ? NULL : facts->csaf->title;
    struct notice_facts inner = *facts;
    if (facts->exercise)
        str_add(&out->mark, language->words.text[WORD_EXERCISE]);
    if (facts->broadcast) {
        const struct data_source from = {arena, facts, &language->words, language->tag};
        utf8_add_line(&out->group, bytes_of(data_group(&from)));
        inner.code = NULL;
        inner.device_count = 0;
    }
    struct value *data = data_make(arena, &inner, &language->words, language->tag,
                                   waiting ? SCOPE_WAITING : SCOPE_ALL);
    status =
        render_subject(&out->subject, message->subject, data, title, facts->maker, prefix, err);
    if (status == OK)
        status = render_outer(&out->outer_subject, message, language, arena, facts, err);
    if (status == OK)
        status = render_body(out, wording, message, language, data, facts, arena, err);
    arena_free(arena);
    if (status != OK)
        (void)err_prefix(err, "notice in %s", language->tag);
    return status;
}

/* Register fields may hold what spreadsheets or eyes are fooled by: one clean line each, defused.
 */
static void add_field(struct str *out, const char *text, bool last)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    utf8_add_line(&line, bytes_of(text));
    csv_add_field(out, str_text(&line), last);
    out->failed = out->failed || !str_ok(&line);
    str_dispose(&line);
}

void wording_digest_csv(struct str *out, const struct notice_facts *facts)
{
    const struct notice_digest *digest = facts->digest;
    str_add(out, "\xef\xbb\xbfsection,advisory,version,previous_version,title,tlp,score,answered,"
                 "answer_by,code\r\n");
    for (size_t i = 0; i < digest->count; i++) {
        const struct notice_digest_item *item = &digest->items[i];
        const bool gone = text_equal(item->section, "gone");
        char score[16] = "";
        char stamp[CLOCK_TEXT] = "";
        if (item->score_tenths >= 0)
            (void)snprintf(score, sizeof score, "%d.%d", item->score_tenths / 10,
                           item->score_tenths % 10);
        if (item->answer_by_ms != 0)
            (void)clock_text(stamp, item->answer_by_ms);
        add_field(out, item->section, false);
        add_field(out, item->tracking, false);
        add_field(out, item->version, false);
        add_field(out, item->previous, false);
        add_field(out, item->title, false);
        add_field(out, gone ? NULL : tlp_word(item->tlp), false);
        add_field(out, score, false);
        add_field(out, gone ? NULL : item->answered ? "yes" : "no", false);
        add_field(out, stamp, false);
        add_field(out, facts->broadcast ? NULL : item->code, true);
    }
}

void wording_devices_csv(struct str *out, const struct notice_facts *facts)
{
    const bool digest = facts->digest != NULL;
    str_addf(out, "\xef\xbb\xbfvendor,product,version,serial,udi_di,quantity,match%s\r\n",
             digest ? ",advisory" : "");
    for (size_t i = 0; i < facts->device_count; i++) {
        const struct notice_device *d = &facts->devices[i];
        char quantity[24] = "";
        if (d->quantity > 0)
            (void)snprintf(quantity, sizeof quantity, "%" PRId64, d->quantity);
        add_field(out, d->vendor, false);
        add_field(out, d->product, false);
        add_field(out, d->version, false);
        add_field(out, d->serial, false);
        add_field(out, d->udi_di, false);
        add_field(out, quantity, false);
        add_field(out, d->match, !digest);
        if (digest)
            add_field(out, d->notice, true);
    }
}
