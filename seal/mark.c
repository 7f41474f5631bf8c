#include "seal/mark.h"

#include "seal/mail.h"
#include "seal/reader.h"

#include <string.h>

static enum status missing(struct err *err, const char *where)
{
    return err_set(err, ERR_CORRUPT, "mail: an exercise, and %s does not say so first", where);
}

/* The first part of this type; NULL when there is none. Borrowed. */
static GMimeObject *find_part(GMimeObject *root, const char *subtype)
{
    GMimeObject *found = NULL;
    if (reader_is_type(root, "text", subtype))
        return root;
    if (!GMIME_IS_MULTIPART(root))
        return NULL;
    GMimePartIter *iter = g_mime_part_iter_new(root);
    do {
        GMimeObject *part = g_mime_part_iter_get_current(iter);
        if (part != NULL && reader_is_type(part, "text", subtype))
            found = part;
    } while (found == NULL && g_mime_part_iter_next(iter));
    g_mime_part_iter_free(iter);
    return found;
}

static bool first_line_has(const struct str *text, const char *mark)
{
    const char *end = memchr(str_text(text), '\n', text->size);
    const size_t size = end == NULL ? text->size : (size_t)(end - str_text(text));
    return memmem(str_text(text), size, mark, strlen(mark)) != NULL;
}

/* Behind the tags and blanks at the beginning of the body. */
static bool first_words_are(const struct str *html, const char *mark)
{
    const char *at = strstr(str_text(html), "<body");
    while (at != NULL && *at == '<') {
        at = strchr(at, '>');
        if (at != NULL)
            at += 1 + strspn(at + 1, " \r\n");
    }
    return at != NULL && text_starts(at, mark);
}

static enum status prove_body(GMimeObject *root, const char *mark, struct err *err)
{
    GMimeObject *plain = find_part(root, "plain");
    GMimeObject *html = find_part(root, "html");
    struct str text;
    enum status status = OK;
    str_init(&text, STR_LIMIT_MAIL);
    if (plain == NULL || !reader_content(&text, plain) || !first_line_has(&text, mark))
        status = missing(err, "its text");
    str_reset(&text);
    if (status == OK && html != NULL &&
        (!reader_content(&text, html) || !first_words_are(&text, mark)))
        status = missing(err, "its HTML");
    str_dispose(&text);
    return status;
}

static enum status prove_marked(GMimeMessage *message, GMimeObject *inside, bool sealed,
                                const char *mark, struct err *err)
{
    const char *outer = g_mime_message_get_subject(message);
    const char *inner = sealed ? g_mime_object_get_header(inside, "Subject") : mark;
    if (text_is_empty(mark))
        return err_set(err, ERR_CORRUPT, "mail: an exercise without a mark");
    if (outer == NULL || !text_starts(outer, mark))
        return missing(err, "its subject outside");
    if (inner == NULL || !text_starts(inner, mark))
        return missing(err, "its subject inside");
    return prove_body(inside, mark, err);
}

enum status mark_prove(struct bytes message, struct bytes payload, bool sealed, const char *mark,
                       struct err *err)
{
    GMimeMessage *parsed = reader_message(message);
    GMimeObject *inside = reader_entity(payload);
    const char *id = parsed == NULL ? NULL : g_mime_message_get_message_id(parsed);
    enum status status = OK;
    if (id == NULL || inside == NULL)
        status = err_set(err, ERR_CORRUPT, "mail: it has no Message-ID, or nothing inside");
    else if (text_starts(id, MAIL_EXERCISE))
        status = prove_marked(parsed, inside, sealed, mark, err);
    else if (mark != NULL)
        status = err_set(err, ERR_CORRUPT, "mail: marked as an exercise, and it is none");
    if (inside != NULL)
        g_object_unref(inside);
    if (parsed != NULL)
        g_object_unref(parsed);
    return status;
}
