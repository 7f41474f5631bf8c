#include "channels/inbound_mail.h"

#include "base/utf8.h"
#include "channels/html.h"

#include <string.h>
#include <strings.h>

#define RAW_MAX ((size_t)32 * 1024 * 1024)
#define TEXT_SHOWN ((size_t)8 * 1024)
#define TOKEN_MAX 64
#define REPEATS_MAX 20    /* fields of one name, such as Delivered-To */
#define ADDRESSES_MAX 200 /* in all of them */

static const char *const kind_words[INBOUND_KIND_COUNT] = {
    [INBOUND_BOUNCE] = "bounce",       [INBOUND_DELAYED] = "delayed",
    [INBOUND_DELIVERED] = "delivered", [INBOUND_RELAYED] = "relayed",
    [INBOUND_DISPLAYED] = "displayed", [INBOUND_ANSWER] = "answer",
    [INBOUND_AUTO] = "auto",           [INBOUND_OTHER] = "other",
};

const char *inbound_kind_word(enum inbound_kind kind)
{
    return (unsigned)kind < INBOUND_KIND_COUNT ? kind_words[kind] : "?";
}

/* What stands for {token} when address has this shape; NULL when it has another one. */
static const char *token_of(struct arena *arena, const char *address, const char *shape)
{
    static const char place[] = "{token}";
    const char *at = shape == NULL ? NULL : strstr(shape, place);
    if (at == NULL)
        return NULL;
    size_t before = (size_t)(at - shape);
    const char *after = at + sizeof place - 1;
    size_t size = strlen(address);
    if (size <= before + strlen(after) || strncasecmp(address, shape, before) != 0 ||
        strcasecmp(address + size - strlen(after), after) != 0)
        return NULL;
    size_t token_size = size - before - strlen(after);
    if (token_size > TOKEN_MAX)
        return NULL;
    char *token = arena_strndup(arena, address + before, token_size);
    for (size_t i = 0; i < token_size; i++) {
        if (token[i] >= 'A' && token[i] <= 'Z')
            token[i] = (char)(token[i] - 'A' + 'a');
        if (!(token[i] >= 'a' && token[i] <= 'z') && !(token[i] >= '0' && token[i] <= '9') &&
            token[i] != '-' && token[i] != '_')
            return NULL;
    }
    return token;
}

/* The address it came to: the first one of our shape, else the first one at all. */
static void read_to(struct inbound_mail *mail, const char *shape)
{
    static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To", "To"};
    struct inbound *out = mail->out;
    size_t seen = 0;
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        for (size_t nth = 0; nth < REPEATS_MAX; nth++) {
            const char *list = fields_get(mail->top, mail->arena, names[n], nth);
            const char *address = NULL;
            while (seen < ADDRESSES_MAX && address_next(&address, &list, mail->arena)) {
                seen++;
                out->token = token_of(mail->arena, address, shape);
                if (out->token != NULL || out->to == NULL)
                    out->to = address;
                if (out->token != NULL)
                    return;
            }
        }
    }
}

static const char *first_address(const struct inbound_mail *mail, const char *name)
{
    const char *list = fields_get(mail->top, mail->arena, name, 0);
    const char *address = NULL;
    return address_next(&address, &list, mail->arena) ? address : NULL;
}

/* The last one of a list of Message-IDs is the mail that is answered. */
static const char *last_message_id(const struct inbound_mail *mail, const char *name)
{
    const char *list = fields_get(mail->top, mail->arena, name, 0);
    const char *last = list == NULL ? NULL : strrchr(list, '<');
    return value_message_id(last == NULL ? list : last, mail->arena);
}

static bool is_blank(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] > ' ')
            return false;
    return true;
}

/* The outermost multipart/alternative around a part; false: there is none. */
static bool alternative_of(size_t *out, const struct mime *mime, size_t part)
{
    bool found = false;
    while (part != 0) {
        part = mime->parts[part].parent;
        if (strcmp(mime->parts[part].type, "multipart/alternative") == 0) {
            *out = part;
            found = true;
        }
    }
    return found;
}

static bool is_text(const struct mime_part *part)
{
    return !part->attachment &&
           (strcmp(part->type, "text/plain") == 0 || strcmp(part->type, "text/html") == 0);
}

/* Append one text part; *budget is what may still be read. Returns false when there are no words.
 */
static bool add_text(struct str *all, struct inbound_mail *mail, const struct mime_part *part,
                     size_t *budget)
{
    struct str raw, words;
    str_init(&raw, *budget);
    str_init(&words, 4 * INBOUND_TEXT_MAX);
    if (!mime_text(&raw, part, mail->arena))
        mail->text_cut = true;
    *budget -= raw.size;
    if (strcmp(part->type, "text/html") == 0)
        html_add_text(&words, str_bytes(&raw));
    else
        str_add_n(&words, str_text(&raw), raw.size);
    mail->text_cut = mail->text_cut || !str_ok(&words);
    bool any = !is_blank(str_bytes(&words));
    if (any) {
        utf8_add_text(all, str_bytes(&words));
        str_add_c(all, '\n');
    }
    str_dispose(&words);
    str_dispose(&raw);
    return any;
}

/*
 * Every text that is no attachment: people write around pictures, gateways add parts. Of
 * alternatives the first one that holds any words; plain text stands first in them.
 */
void inbound_texts(struct inbound_mail *mail)
{
    bool spoken[MIME_PARTS_MAX] = {false}; /* alternatives that gave their words */
    size_t budget = INBOUND_TEXT_MAX;
    struct str all;
    str_init(&all, STR_LIMIT_TEXT);
    for (size_t i = 0; i < mail->mime.count && budget > 0; i++) {
        size_t alternative = 0;
        bool inside = alternative_of(&alternative, &mail->mime, i);
        if (!is_text(&mail->mime.parts[i]) || (inside && spoken[alternative]))
            continue;
        if (add_text(&all, mail, &mail->mime.parts[i], &budget) && inside)
            spoken[alternative] = true;
    }
    mail->text_cut = mail->text_cut || mail->mime.limited || budget == 0 || !str_ok(&all);
    mail->text = arena_strdup(mail->arena, str_text(&all));
    str_dispose(&all);
}

/* The beginning of the text, not ending inside a sign. */
static const char *shown_text(struct arena *arena, const char *text)
{
    size_t size = strlen(text);
    if (size > TEXT_SHOWN)
        for (size = TEXT_SHOWN; size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80;)
            size--;
    while (size > 0 && text[size - 1] == '\n')
        size--;
    return size == 0 ? NULL : arena_strndup(arena, text, size);
}

/* Clear-signed, multipart/signed, or an opaque S/MIME signature. Nothing is verified. */
static bool carries_signature(const struct inbound_mail *mail)
{
    const struct mime_part *root = &mail->mime.parts[0];
    for (size_t i = 0; i < mail->mime.count; i++)
        if (strcmp(mail->mime.parts[i].type, "multipart/signed") == 0)
            return true;
    const char *kind = value_parameter(root->content_type, mail->arena, "smime-type");
    bool opaque = text_ends(root->type, "/pkcs7-mime") || text_ends(root->type, "/x-pkcs7-mime");
    return mail->own.is_signed || (opaque && kind != NULL && strcasecmp(kind, "signed-data") == 0);
}

static void read_common(struct inbound_mail *mail, const char *shape)
{
    struct inbound *out = mail->out;
    read_to(mail, shape);
    out->from = first_address(mail, "From");
    out->message_id =
        value_message_id(fields_get(mail->top, mail->arena, "Message-ID", 0), mail->arena);
    mail->subject = fields_line(mail->top, mail->arena, "Subject");
    if (mail->subject == NULL)
        mail->subject = "";
    const char *path = fields_get(mail->top, mail->arena, "Return-Path", 0);
    mail->null_path = path != NULL && strcmp(value_word(path, mail->arena), "<>") == 0;
    inbound_texts(mail);
    own_text_read(&mail->own, mail->arena, mail->text);
    out->text = shown_text(mail->arena, mail->text);
    out->is_signed = carries_signature(mail);
}

static void classify_person(struct inbound_mail *mail, enum automatic automatic)
{
    struct inbound *out = mail->out;
    inbound_answer(mail);
    out->kind = out->has_answer && out->code != NULL ? INBOUND_ANSWER : INBOUND_OTHER;
    if (automatic == AUTOMATIC_PERHAPS) {
        out->kind = INBOUND_OTHER;
        out->has_answer = false;
        out->told = -1;
        out->code = NULL;
    }
}

enum status inbound_read(struct inbound *out, struct arena *arena, struct bytes raw,
                         const char *return_shape, struct err *err)
{
    struct inbound_mail mail = {.arena = arena, .out = out};
    *out = (struct inbound){.kind = INBOUND_OTHER, .told = -1};
    if (raw.size > RAW_MAX)
        return err_set(
            err, ERR_LIMIT,
            "inbound mail: has %zu bytes, the limit is %zu: look at it with a mail program",
            raw.size, RAW_MAX);
    if (is_blank(raw))
        return err_set(err, ERR_INVALID, "inbound mail: is empty: there is nothing to read");
    mime_read(&mail.mime, arena, raw);
    mail.top = &mail.mime.parts[0].fields;
    read_common(&mail, return_shape);
    if (!inbound_report(&mail) && !inbound_legacy(&mail)) {
        enum automatic automatic = inbound_automatic(&mail);
        if (automatic == AUTOMATIC_YES)
            out->kind =
                inbound_held(&mail) || inbound_server_unclear(&mail) ? INBOUND_OTHER : INBOUND_AUTO;
        else
            classify_person(&mail, automatic);
    }
    if (out->original_message_id == NULL)
        out->original_message_id = last_message_id(&mail, "In-Reply-To");
    if (out->original_message_id == NULL)
        out->original_message_id = last_message_id(&mail, "References");
    return OK;
}
