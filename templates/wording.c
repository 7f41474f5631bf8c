#include "templates/wording.h"

#include "templates/marks.h"

#include <string.h>

/* What the engine's callback needs to find {{>name}}. */
struct part_source {
    const struct wording *wording;
    const char *language;
};

static const struct catalog_file *find_inherited(const struct wording *w, const char *language,
                                                 const char *name)
{
    const struct catalog_file *file = NULL;
    for (; language != NULL && file == NULL; language = catalog_parent(w->arena, language))
        file = catalog_find(&w->catalog, language, name);
    return file;
}

static bool find_part(void *context, const char *name, struct bytes *out)
{
    const struct part_source *source = context;
    const char *file_name = arena_printf(source->wording->arena, "part.%s.txt", name);
    const struct catalog_file *file = find_inherited(source->wording, source->language, file_name);
    if (file != NULL)
        *out = file->text;
    return file != NULL;
}

/* One template out of a file, behind as many empty lines as its place has before it, so that errors
 * name the line of the file. */
static enum status parse_at(struct template **out, struct wording *w,
                            const struct catalog_file *file, const unsigned char *from, size_t size,
                            enum data_scope scope, struct err *err)
{
    struct part_source source = {.wording = w, .language = file->language};
    struct template_rules rules = {
        .names = data_names,
        .name_count = data_name_count(scope),
        .no_recursion = true,
        .partial = find_part,
        .context = &source,
    };
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    for (const unsigned char *at = file->text.data; at < from; at++)
        if (*at == '\n')
            str_add_c(&text, '\n');
    str_add_n(&text, from, size);
    enum status status = template_parse(out, file->path, str_bytes(&text), &rules, err);
    str_dispose(&text);
    return status;
}

/* The rest of a line that begins with key; NULL when it does not. */
static const unsigned char *line_after(struct bytes rest, const char *key, size_t *line_size)
{
    size_t size = strlen(key);
    const unsigned char *newline = rest.size == 0 ? NULL : memchr(rest.data, '\n', rest.size);
    if (newline == NULL || rest.size < size || memcmp(rest.data, key, size) != 0)
        return NULL;
    *line_size = (size_t)(newline - rest.data);
    return rest.data + size;
}

static enum status parse_message(struct message *out, struct wording *w,
                                 const struct catalog_file *file, enum data_scope scope,
                                 struct err *err)
{
    struct bytes rest = file->text;
    size_t subject_size = 0;
    size_t outer_size = 0;
    const unsigned char *subject = line_after(rest, "subject:", &subject_size);
    if (subject == NULL)
        return err_set(err, ERR_INVALID, "%s line 1: no subject: begin with \"subject: ...\"",
                       file->path);
    rest = (struct bytes){rest.data + subject_size + 1, rest.size - subject_size - 1};
    const unsigned char *outer = line_after(rest, "outer:", &outer_size);
    if (outer == NULL)
        return err_set(err, ERR_INVALID, "%s line 2: no outer subject: write \"outer: ...\" here",
                       file->path);
    const unsigned char *subject_end = file->text.data + subject_size;
    const unsigned char *outer_end = rest.data + outer_size;
    rest = (struct bytes){outer_end + 1, rest.size - outer_size - 1};
    enum status status = marks_check(file->path, file->text, err);
    if (status == OK)
        status =
            parse_at(&out->subject, w, file, subject, (size_t)(subject_end - subject), scope, err);
    if (status == OK)
        status =
            parse_at(&out->outer, w, file, outer, (size_t)(outer_end - outer), SCOPE_OUTER, err);
    if (status == OK)
        status = parse_at(&out->body, w, file, rest.data, rest.size, scope, err);
    return status;
}

/* What says little on every way is given little. */
static enum data_scope scope_of(enum notice_kind kind)
{
    return kind == NOTICE_WAITING || kind == NOTICE_REMINDER || kind == NOTICE_ESCALATION ||
                   kind == NOTICE_ACKNOWLEDGEMENT || kind == NOTICE_ALARM || kind == NOTICE_RELEASE
               ? SCOPE_WAITING
               : SCOPE_ALL;
}

static enum status load_messages(struct language *language, struct wording *w, struct err *err)
{
    for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
        for (int party = 0; party < PARTY_KIND_COUNT; party++) {
            char name[CATALOG_NAME];
            const struct catalog_file *file = NULL;
            if (catalog_message_name(name, (enum notice_kind)kind, (enum party_kind)party))
                file = catalog_find(&w->catalog, language->tag, name);
            if (file == NULL)
                continue;
            struct message *message = arena_alloc(w->arena, sizeof *message);
            language->messages[kind][party] = message;
            enum status status =
                parse_message(message, w, file, scope_of((enum notice_kind)kind), err);
            if (status != OK)
                return status;
        }
    }
    return OK;
}

static enum status load_words(struct language *language, struct wording *w, struct err *err)
{
    const struct catalog_file *file = find_inherited(w, language->tag, "words.txt");
    if (file == NULL)
        return err_set(err, ERR_INVALID,
                       "%s: words.txt: missing: a language needs it: begin with the English one",
                       language->tag);
    return words_parse(&language->words, w->arena, file->path, file->text, err);
}

static bool has_language(const struct wording *w, const char *tag)
{
    for (size_t i = 0; i < w->language_count; i++)
        if (strcmp(w->languages[i].tag, tag) == 0)
            return true;
    return false;
}

static enum status load(struct wording *w, const char *dir, struct err *err)
{
    enum status status = catalog_read(&w->catalog, w->arena, dir, err);
    for (size_t i = 0; i < w->catalog.count && status == OK; i++) {
        const struct catalog_file *file = &w->catalog.files[i];
        struct language language = {.tag = file->language};
        if (text_starts(file->name, "part."))
            status = marks_check(file->path, file->text, err);
        if (status == OK && !has_language(w, file->language))
            arena_push(w->arena, &w->languages, &w->language_count, sizeof language, &language);
    }
    for (size_t i = 0; i < w->language_count && status == OK; i++) {
        status = load_words(&w->languages[i], w, err);
        if (status == OK)
            status = load_messages(&w->languages[i], w, err);
    }
    return status;
}

enum status wording_open(struct wording **out, const char *dir, struct err *err)
{
    struct arena *arena = arena_new();
    struct wording *w = arena_alloc(arena, sizeof *w);
    w->arena = arena;
    enum status status = load(w, dir, err);
    if (status == OK)
        *out = w;
    else
        wording_close(w);
    return status;
}

void wording_close(struct wording *wording)
{
    if (wording == NULL)
        return;
    for (size_t i = 0; i < wording->language_count; i++) {
        for (int kind = 0; kind < NOTICE_KIND_COUNT; kind++) {
            for (int party = 0; party < PARTY_KIND_COUNT; party++) {
                struct message *message = wording->languages[i].messages[kind][party];
                if (message == NULL)
                    continue;
                template_free(message->subject);
                template_free(message->outer);
                template_free(message->body);
            }
        }
    }
    arena_free(wording->arena);
}

static const struct message *find_in(const struct wording *w, const char *tag, size_t tag_size,
                                     enum notice_kind kind, enum party_kind audience,
                                     const struct language **in)
{
    for (size_t i = 0; i < w->language_count; i++) {
        const struct language *language = &w->languages[i];
        if (strlen(language->tag) != tag_size || strncasecmp(language->tag, tag, tag_size) != 0)
            continue;
        const struct message *own = language->messages[kind][audience];
        *in = language;
        return own != NULL ? own : language->messages[kind][PARTY_HDO];
    }
    return NULL;
}

const struct message *wording_find(const struct wording *wording, const char *language,
                                   enum notice_kind kind, enum party_kind audience,
                                   const struct language **in)
{
    const struct message *found = NULL;
    size_t size = language == NULL ? 0 : strlen(language);
    while (size > 0 && found == NULL) {
        found = find_in(wording, language, size, kind, audience, in);
        do
            size--;
        while (size > 0 && language[size] != '-');
    }
    return found != NULL ? found : find_in(wording, "en", 2, kind, audience, in);
}
