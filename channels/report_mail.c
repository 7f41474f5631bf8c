#include "channels/report_mail.h"

#include "base/utf8.h"
#include "channels/decode.h"
#include "channels/inbound_mail.h"

#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NAME_MOST ((size_t)200)
#define TYPE_MOST ((size_t)100)
#define SUBJECT_MOST ((size_t)300)

static const char armor_begin[] = "-----BEGIN PGP MESSAGE-----";
static const char armor_end[] = "-----END PGP MESSAGE-----";

/* A harmless line of at most so many bytes, not ending inside a sign; NULL when nothing is left. */
static const char *line_of(struct arena *arena, const char *text, size_t most)
{
    struct str line;
    if (text == NULL)
        return NULL;
    str_init(&line, STR_LIMIT_TEXT);
    utf8_add_line(&line, bytes_of(text));
    size_t size = line.size;
    if (size > most)
        for (size = most; size > 0 && ((unsigned char)line.data[size] & 0xC0) == 0x80;)
            size--;
    const char *out = size > 0 ? arena_strndup(arena, str_text(&line), size) : NULL;
    str_dispose(&line);
    return out;
}

static bool is_list(const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (fields->items[i].name.size > 5 &&
            strncasecmp((const char *)fields->items[i].name.data, "List-", 5) == 0)
            return true;
    return false;
}

static bool is_daemon(const char *address)
{
    static const char *const names[] = {"mailer-daemon", "postmaster",   "noreply",    "no-reply",
                                        "no_reply",      "do-not-reply", "donotreply", "bounce",
                                        "bounces",       "owner-",       "daemon"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const size_t size = strlen(names[i]);
        if (strncasecmp(address, names[i], size) == 0 &&
            (names[i][size - 1] == '-' || strchr("@+-", address[size]) != NULL))
            return true;
    }
    const char *at = strchr(address, '@');
    const size_t local = at == NULL ? strlen(address) : (size_t)(at - address);
    static const char request[] = "-request";
    return local > sizeof request - 1 &&
           strncasecmp(address + local - (sizeof request - 1), request, sizeof request - 1) == 0;
}

/* Precedence: bulk, list, junk: it went to many, or a machine of old says that it answers. */
static bool is_to_many(const struct inbound_mail *mail)
{
    static const char *const many[] = {"bulk", "list", "junk"};
    const char *word = value_word(fields_get(mail->top, mail->arena, "Precedence", 0), mail->arena);
    for (size_t i = 0; i < COUNT(many); i++)
        if (strcmp(word, many[i]) == 0)
            return true;
    return false;
}

/* Why nobody of flesh wrote it (RFC 3834 2, and what came before); NULL: nothing says so. */
static const char *robot_of(const struct inbound_mail *mail, enum inbound_kind kind)
{
    struct arena *arena = mail->arena;
    const char *submitted = fields_get(mail->top, arena, "Auto-Submitted", 0);
    if (submitted != NULL && strcmp(value_word(submitted, arena), "no") != 0)
        return "a machine sent it (Auto-Submitted)";
    if (is_to_many(mail))
        return "it went to many (Precedence)";
    if (is_list(mail->top))
        return "a mailing list sent it (List-)";
    if (mail->null_path)
        return "it has no sender (Return-Path: <>)";
    return kind == INBOUND_AUTO ? "a machine wrote it" : NULL;
}

static enum report_voice voice_of(const struct inbound_mail *mail, enum inbound_kind kind,
                                  const char *robot)
{
    switch (kind) {
    case INBOUND_BOUNCE:
    case INBOUND_DELAYED:
    case INBOUND_DELIVERED:
    case INBOUND_RELAYED:
    case INBOUND_DISPLAYED:
        return VOICE_DELIVERY;
    case INBOUND_AUTO:
    case INBOUND_ANSWER:
    case INBOUND_OTHER:
    case INBOUND_KIND_COUNT:
        break;
    }
    if (mail->null_path)
        return VOICE_DELIVERY;
    const char *submitted =
        value_word(fields_get(mail->top, mail->arena, "Auto-Submitted", 0), mail->arena);
    /* A tracker's "auto-generated" may be a report; what answers, or says why nobody does, is not.
     */
    if (text_starts(submitted, "auto-replied"))
        return VOICE_REPLY;
    const bool goes_on = fields_get(mail->top, mail->arena, "In-Reply-To", 0) != NULL;
    if (kind == INBOUND_AUTO && !text_starts(submitted, "auto-generated") && !is_list(mail->top) &&
        (goes_on || !is_to_many(mail)))
        return VOICE_REPLY;
    return robot != NULL ? VOICE_MACHINE : VOICE_PERSON;
}

static void add_reference(struct report_mail *out, const char *id)
{
    for (size_t i = 0; id != NULL && i < out->reference_count; i++)
        if (strcmp(out->references[i], id) == 0)
            return;
    if (id != NULL && out->reference_count < REPORT_REFERENCES_MAX)
        out->references[out->reference_count++] = id;
}

/* The ids of a list, the last one first. */
static void read_references(struct report_mail *out, const struct inbound_mail *mail,
                            const char *name)
{
    const char *list = fields_get(mail->top, mail->arena, name, 0);
    const char *end = list == NULL ? NULL : list + strlen(list);
    while (end != NULL && end > list && out->reference_count < REPORT_REFERENCES_MAX) {
        const char *open = end;
        do
            open--;
        while (open > list && *open != '<');
        if (*open == '<')
            add_reference(out,
                          value_message_id(arena_strndup(mail->arena, open, (size_t)(end - open)),
                                           mail->arena));
        end = open;
    }
}

/* What stands before the address of From. */
static const char *name_of(const struct inbound_mail *mail)
{
    const char *from = fields_line(mail->top, mail->arena, "From");
    const char *angle = from == NULL ? NULL : strrchr(from, '<');
    if (angle == NULL)
        return NULL;
    size_t size = (size_t)(angle - from);
    while (size > 0 && strchr(" \t\"'", from[size - 1]) != NULL)
        size--;
    while (size > 0 && strchr(" \t\"'", *from) != NULL) {
        from++;
        size--;
    }
    return size == 0 ? NULL
                     : line_of(mail->arena, arena_strndup(mail->arena, from, size), NAME_MOST);
}

/* RFC 3834 4: to the envelope's sender. */
static const char *answer_to(const struct inbound_mail *mail, const char *from)
{
    const char *list = fields_get(mail->top, mail->arena, "Return-Path", 0);
    const char *address = NULL;
    return address_next(&address, &list, mail->arena) ? address : from;
}

static size_t child_of(const struct mime *mime, size_t parent, size_t nth)
{
    for (size_t i = parent + 1; i < mime->count; i++)
        if (mime->parts[i].parent == parent && nth-- == 0)
            return i;
    return 0;
}

static struct bytes decoded(const struct mime_part *part, struct arena *arena, bool *whole)
{
    struct str body;
    str_init(&body, part->body.size + 1);
    *whole = mime_decode(&body, part, arena) && *whole;
    const struct bytes copy = {
        (const unsigned char *)arena_strndup(arena, str_text(&body), body.size), body.size};
    str_dispose(&body);
    return copy;
}

static void find_lock(struct report_mail *out, struct inbound_mail *mail)
{
    const struct mime *mime = &mail->mime;
    bool whole = true;
    out->lock = LOCK_NONE;
    for (size_t i = 0; i < mime->count; i++) {
        const char *type = mime->parts[i].type;
        const size_t second = child_of(mime, i, 1);
        const char *kind = value_parameter(mime->parts[i].content_type, mail->arena, "smime-type");
        if (strcmp(type, "multipart/encrypted") == 0 && second != 0) {
            out->lock = LOCK_PGP_MIME;
            out->locked = decoded(&mime->parts[second], mail->arena, &whole);
            return;
        }
        if ((text_ends(type, "/pkcs7-mime") || text_ends(type, "/x-pkcs7-mime")) &&
            (kind == NULL || strcasecmp(kind, "signed-data") != 0)) {
            out->lock = LOCK_OTHER;
            return;
        }
    }
    const char *begin = strstr(mail->text, armor_begin);
    const char *end = begin == NULL ? NULL : strstr(begin, armor_end);
    if (end != NULL) {
        out->lock = LOCK_PGP_TEXT;
        out->cut = out->cut || strstr(end, armor_begin) != NULL; /* the first one is opened */
        out->locked =
            (struct bytes){(const unsigned char *)begin, (size_t)(end - begin) + strlen(armor_end)};
    }
}

static bool is_words(const struct mime_part *part)
{
    return !part->attachment &&
           (strcmp(part->type, "text/plain") == 0 || strcmp(part->type, "text/html") == 0);
}

static const char *piece_name(const struct mime_part *part, struct arena *arena)
{
    const char *disposition = fields_get(&part->fields, arena, "Content-Disposition", 0);
    const char *name = value_parameter(disposition, arena, "filename");
    if (name == NULL)
        name = value_parameter(part->content_type, arena, "name");
    if (name == NULL)
        return NULL;
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    decode_words(&words, bytes_of(name));
    const char *line = line_of(arena, str_text(&words), NAME_MOST);
    str_dispose(&words);
    return line;
}

static void take_pieces(struct report_mail *out, struct inbound_mail *mail)
{
    size_t total = 0;
    out->piece_count = 0;
    for (size_t i = 0; i < mail->mime.count; i++) {
        const struct mime_part *part = &mail->mime.parts[i];
        bool whole = true;
        if (is_words(part) || child_of(&mail->mime, i, 0) != 0 ||
            text_starts(part->type, "multipart/") || (i == 0 && part->body.size == 0))
            continue;
        if (out->piece_count == REPORT_PARTS_MAX || part->body.size > 2 * REPORT_PARTS_SIZE) {
            out->cut = true;
            continue;
        }
        const struct bytes body = decoded(part, mail->arena, &whole);
        if (!whole || body.size > REPORT_PARTS_SIZE - total) {
            out->cut = true;
            continue;
        }
        total += body.size;
        const char *type = line_of(mail->arena, part->type, TYPE_MOST);
        out->pieces[out->piece_count++] =
            (struct report_piece){.name = piece_name(part, mail->arena),
                                  .type = type != NULL ? type : "application/octet-stream",
                                  .body = body};
    }
}

static void take_content(struct report_mail *out, struct inbound_mail *mail)
{
    inbound_texts(mail);
    out->text = mail->text;
    out->cut = out->cut || mail->text_cut || mail->mime.limited;
    find_lock(out, mail);
    if (out->lock == LOCK_NONE || out->lock == LOCK_PGP_TEXT)
        take_pieces(out, mail);
}

/*
 * "Name: words", as any mail system writes it: letters, digits and hyphens, and behind the colon
 * nothing that steers. Among many random bytes a letter with a colon is found; such a line is not.
 */
static bool is_field(const unsigned char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((line[i] < 0x20 && line[i] != '\t' && !(line[i] == '\r' && i + 1 == size)) ||
            line[i] == 0x7f)
            return false;
    size_t at = 0;
    while (at < size &&
           ((line[at] >= 'A' && line[at] <= 'Z') || (line[at] >= 'a' && line[at] <= 'z') ||
            line[at] == '-' || (at > 0 && line[at] >= '0' && line[at] <= '9')))
        at++;
    return at > 1 && at < size && line[at] == ':';
}

bool report_mail_is_one(struct bytes raw)
{
    for (size_t at = 0; at < raw.size;) {
        const unsigned char *line = (const unsigned char *)raw.data + at;
        const unsigned char *end = memchr(line, '\n', raw.size - at);
        const size_t size = end != NULL ? (size_t)(end - line) : raw.size - at;
        if (size == 0 || (size == 1 && line[0] == '\r'))
            return false;
        if (is_field(line, size))
            return true;
        at += size + 1;
    }
    return false;
}

enum status report_mail_read(struct report_mail *out, struct arena *arena, struct bytes raw,
                             const char *return_shape, struct err *err)
{
    struct inbound in;
    struct inbound_mail mail = {.arena = arena, .out = &in};
    *out = (struct report_mail){.text = ""};
    enum status status = inbound_read(&in, arena, raw, return_shape, err);
    if (status != OK)
        return status;
    mime_read(&mail.mime, arena, raw);
    mail.top = &mail.mime.parts[0].fields;
    const char *path = fields_get(mail.top, arena, "Return-Path", 0);
    mail.null_path = path != NULL && strcmp(value_word(path, arena), "<>") == 0;
    out->robot = robot_of(&mail, in.kind);
    out->voice = voice_of(&mail, in.kind, out->robot);
    out->from = answer_to(&mail, in.from);
    if (out->robot == NULL &&
        (out->from == NULL || is_daemon(out->from) || (in.from != NULL && is_daemon(in.from)))) {
        out->robot = out->from == NULL ? "it names nobody to answer" : "nobody reads at its sender";
        if (out->from != NULL && out->voice == VOICE_PERSON)
            out->voice = VOICE_MACHINE;
    }
    out->name = name_of(&mail);
    out->token = in.token;
    out->message_id = in.message_id;
    out->subject = line_of(arena, fields_line(mail.top, arena, "Subject"), SUBJECT_MOST);
    read_references(out, &mail, "In-Reply-To");
    read_references(out, &mail, "References");
    take_content(out, &mail);
    return OK;
}

bool report_mail_unlocked(struct report_mail *mail, struct arena *arena, struct bytes plain)
{
    struct inbound none = {0};
    struct inbound_mail inside = {.arena = arena, .out = &none};
    struct report_mail found = {.text = ""};
    if (mail->lock == LOCK_PGP_TEXT) {
        /* Words without a header: as the text that they stood in. */
        struct str all;
        str_init(&all, INBOUND_TEXT_MAX);
        struct str words;
        str_init(&words, INBOUND_TEXT_MAX);
        mail->cut = !decode_charset(&words, NULL, plain) || mail->cut;
        utf8_add_text(&all, str_bytes(&words));
        mail->cut = !str_ok(&all) || mail->cut;
        mail->text = arena_strdup(arena, str_text(&all));
        mail->lock = strstr(mail->text, armor_begin) != NULL ? LOCK_OTHER : LOCK_NONE;
        str_dispose(&words);
        str_dispose(&all);
        return mail->lock != LOCK_NONE;
    }
    mime_read(&inside.mime, arena, plain);
    inside.top = &inside.mime.parts[0].fields;
    take_content(&found, &inside);
    const char *subject = line_of(arena, fields_line(inside.top, arena, "Subject"), SUBJECT_MOST);
    if (subject != NULL)
        mail->subject = subject;
    mail->text = found.text;
    memcpy(mail->pieces, found.pieces, sizeof mail->pieces);
    mail->piece_count = found.piece_count;
    mail->cut = mail->cut || found.cut;
    mail->lock = found.lock != LOCK_NONE ? LOCK_OTHER : LOCK_NONE;
    return mail->lock != LOCK_NONE;
}
