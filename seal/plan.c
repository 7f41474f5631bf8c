#include "seal/plan.h"

#include "base/utf8.h"
#include "seal/broadcast.h"
#include "seal/header.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILENAME_LONGEST 120
#define EXTRAS_MOST 32
#define PARTS_MOST_IN_MAIL 64

/* Cut at a code point, so that text and ellipsis fit. */
static const char *cut_line(struct arena *arena, const char *line, size_t longest)
{
    static const char ellipsis[] = "\xE2\x80\xA6";
    struct bytes all = bytes_of(line);
    if (all.size <= longest)
        return arena_strdup(arena, line);
    size_t end = 0;
    for (size_t at = 0; at + strlen(ellipsis) <= longest;) {
        end = at;
        (void)utf8_next(all, &at);
    }
    return arena_printf(arena, "%.*s%s", (int)end, line, ellipsis);
}

static const char *clean_line(struct arena *arena, const char *text)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    utf8_add_line(&line, bytes_of(text));
    const char *cut = cut_line(arena, str_text(&line), PLAN_LINE_LONGEST);
    str_dispose(&line);
    return cut;
}

/*
 * Bodies keep every sign that has a meaning: only line ends are made one, and what is neither
 * text nor valid becomes U+FFFD. They end with a line end.
 */
static const char *clean_body(struct arena *arena, const char *text)
{
    struct bytes in = bytes_of(text);
    struct str out;
    str_init(&out, STR_LIMIT_MAIL);
    for (size_t at = 0; at < in.size;) {
        uint32_t c = utf8_next(in, &at);
        if (c == '\r') {
            at += at < in.size && in.data[at] == '\n' ? 1 : 0;
            c = '\n';
        }
        bool control = (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F);
        utf8_add(&out, control ? 0xFFFD : c);
    }
    if (!text_ends(str_text(&out), "\n"))
        str_add_c(&out, '\n');
    const char *clean = str_ok(&out) ? arena_strdup(arena, str_text(&out)) : NULL;
    str_dispose(&out);
    return clean;
}

/* A name that no system takes for a path, a device or a hidden file. */
static const char *clean_filename(struct arena *arena, const char *filename)
{
    const char *line = clean_line(arena, filename == NULL ? "" : filename);
    char *name = arena_strdup(arena, line);
    for (char *p = name; *p != '\0'; p++)
        if (strchr("/\\:*?\"<>|;%", *p) != NULL)
            *p = '_';
    for (char *p = name; *p == '.' || *p == ' ' || *p == '-'; p++)
        *p = '_';
    for (size_t size = strlen(name); size > 0 && strchr(". ", name[size - 1]) != NULL; size--)
        name[size - 1] = '\0';
    if (name[0] == '\0')
        return "attachment";
    const char *ending = strrchr(name, '.');
    if (strlen(name) <= FILENAME_LONGEST)
        return name;
    if (ending == NULL || strlen(ending) > 16)
        ending = "";
    return arena_printf(arena, "%s%s", cut_line(arena, name, FILENAME_LONGEST - strlen(ending)),
                        ending);
}

static bool is_type_word(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!(text[i] >= 'a' && text[i] <= 'z') && !(text[i] >= 'A' && text[i] <= 'Z') &&
            !(text[i] >= '0' && text[i] <= '9') && strchr("!#$&^_.+-", text[i]) == NULL)
            return false;
    return size > 0 && size <= 64;
}

static bool is_content_type(const char *type)
{
    size_t size = strcspn(type, "/");
    return type[size] == '/' && is_type_word(type, size) &&
           is_type_word(type + size + 1, strlen(type + size + 1)) &&
           strncasecmp(type, "multipart/", 10) != 0 && strncasecmp(type, "message/", 8) != 0;
}

static enum status plan_parts(struct plan *out, struct arena *arena, const struct mail *mail,
                              struct err *err)
{
    if (mail->part_count > PARTS_MOST_IN_MAIL)
        return err_set(err, ERR_INVALID, "mail: more than %d attachments: send fewer",
                       PARTS_MOST_IN_MAIL);
    out->parts = arena_alloc(arena, (mail->part_count + 1) * sizeof *out->parts);
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct mail_part *part = &mail->parts[i];
        struct plan_part *planned = &out->parts[i];
        if (part->content_type == NULL || !is_content_type(part->content_type))
            return err_set(err, ERR_INVALID,
                           "mail: attachment %zu: its content type is not type/subtype: mend it",
                           i + 1);
        planned->filename = clean_filename(arena, part->filename);
        planned->content_type = arena_strdup(arena, part->content_type);
        planned->is_utf8_text =
            strncasecmp(part->content_type, "text/", 5) == 0 && utf8_valid(part->body, NULL);
        planned->body = part->body;
    }
    out->part_count = mail->part_count;
    return OK;
}

static void add_field(struct plan *plan, enum field_kind kind, const char *name, const char *value,
                      const char *display)
{
    plan->fields[plan->field_count++] = (struct field){
        .kind = kind, .name = name, .value = value, .display = display, .outer = value};
}

static enum status add_mailbox(struct plan *plan, struct arena *arena, const char *name,
                               const char *display, const char *address, struct err *err)
{
    if (text_is_empty(address) || !header_address_is_good(address))
        return err_set(err, ERR_INVALID,
                       "mail: %s: not a mail address that can be carried: write it as name@domain "
                       "in ASCII, and an international name of a host as its registered xn-- form",
                       name);
    add_field(plan, FIELD_MAILBOX, name, arena_strdup(arena, address),
              clean_line(arena, display == NULL ? "" : display));
    return OK;
}

static enum status add_id(struct plan *plan, struct arena *arena, const char *name, const char *id,
                          struct err *err)
{
    if (text_is_empty(id) || !header_id_is_good(id))
        return err_set(err, ERR_INVALID, "mail: %s: not of the form left@right: mend it", name);
    add_field(plan, FIELD_ID, name, arena_strdup(arena, id), NULL);
    return OK;
}

/* Names that are ours, the transport's or would add a recipient. */
static bool is_reserved(const char *name)
{
    static const char *const names[] = {
        "From",        "To",           "Cc",       "Bcc",           "Reply-To",   "Subject",
        "Date",        "Message-ID",   "Sender",   "Received",      "References", "Return-Path",
        "In-Reply-To", "MIME-Version", "HP-Outer", "Auto-Submitted"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return strncasecmp(name, "Content-", 8) == 0 || strncasecmp(name, "Resent-", 7) == 0 ||
           strncasecmp(name, "DKIM-", 5) == 0;
}

static enum status add_extras(struct plan *plan, struct arena *arena, const struct mail *mail,
                              struct err *err)
{
    for (size_t i = 0; i < mail->header_count; i++) {
        const char *name = mail->headers[i].name;
        const char *value = mail->headers[i].value;
        if (name == NULL || !header_name_is_good(name) || is_reserved(name))
            return err_set(err, ERR_INVALID,
                           "mail: header %zu: its name cannot be carried: take [A-Za-z0-9-]+, and "
                           "none that mail itself uses",
                           i + 1);
        add_field(plan, FIELD_TEXT, arena_strdup(arena, name),
                  clean_line(arena, value == NULL ? "" : value), NULL);
    }
    return OK;
}

#define OWN_FIELDS 9 /* that every mail may have, before further ones */

static enum status begin_fields(struct plan *out, struct arena *arena, const struct mail *mail,
                                struct err *err)
{
    if (mail->header_count > EXTRAS_MOST)
        return err_set(err, ERR_INVALID, "mail: more than %d further headers: send fewer",
                       EXTRAS_MOST);
    out->fields = arena_alloc(arena, (OWN_FIELDS + mail->header_count) * sizeof *out->fields);
    return OK;
}

static enum status add_subject(struct plan *plan, struct arena *arena, const char *subject,
                               struct err *err)
{
    if (text_is_empty(subject))
        return err_set(err, ERR_INVALID, "mail: Subject: is missing: give it one");
    add_field(plan, FIELD_TEXT, "Subject", clean_line(arena, subject), NULL);
    return OK;
}

static void add_date(struct plan *plan, struct arena *arena, int64_t date_ms)
{
    char *date = arena_alloc(arena, CLOCK_TEXT);
    add_field(plan, FIELD_PLAIN, "Date", clock_mail_date(date, date_ms), NULL);
}

static struct field *last_field(struct plan *plan)
{
    return &plan->fields[plan->field_count - 1];
}

static enum status plan_fields(struct plan *out, struct arena *arena, const struct mail *mail,
                               bool sealed, struct err *err)
{
    enum status status = begin_fields(out, arena, mail, err);
    if (status == OK && sealed && text_is_empty(mail->outer_subject))
        status = err_set(err, ERR_INVALID, "mail: Subject: is missing: give it one");
    if (status == OK)
        status = add_mailbox(out, arena, "From", mail->from_name, mail->from, err);
    if (status == OK)
        status = add_mailbox(out, arena, "To", mail->to_name, mail->to, err);
    if (status == OK && mail->reply_to != NULL)
        status = add_mailbox(out, arena, "Reply-To", NULL, mail->reply_to, err);
    if (status == OK)
        status = add_subject(out, arena, mail->subject, err);
    if (status != OK)
        return status;
    if (sealed)
        last_field(out)->outer = clean_line(arena, mail->outer_subject);
    add_date(out, arena, mail->date_ms);
    status = add_id(out, arena, "Message-ID", mail->message_id, err);
    if (status == OK && mail->references != NULL)
        status = add_id(out, arena, "References", mail->references, err);
    if (status == OK && mail->reply && mail->references != NULL)
        status = add_id(out, arena, "In-Reply-To", mail->references, err);
    if (status != OK)
        return status;
    add_field(out, FIELD_PLAIN, "Auto-Submitted", mail->reply ? "auto-replied" : "auto-generated",
              NULL);
    return add_extras(out, arena, mail, err);
}

/* To, Subject and Message-ID are others outside, for each recipient its own: nothing inside tells.
 */
static enum status broadcast_fields(struct plan *out, struct arena *arena, const struct mail *mail,
                                    struct err *err)
{
    enum status status = begin_fields(out, arena, mail, err);
    if (status == OK && (mail->to != NULL || mail->reply_to != NULL || mail->references != NULL ||
                         text_is_empty(mail->to_name)))
        status = err_set(err, ERR_INVALID,
                         "mail: To: what goes to many names a group, and nobody of it: mend it");
    if (status == OK)
        status = add_mailbox(out, arena, "From", mail->from_name, mail->from, err);
    if (status != OK)
        return status;
    add_field(out, FIELD_GROUP, "To", clean_line(arena, mail->to_name), NULL);
    last_field(out)->outer = NULL;
    status = add_subject(out, arena, mail->subject, err);
    if (status != OK)
        return status;
    last_field(out)->outer = NULL;
    add_date(out, arena, mail->date_ms);
    status = add_id(out, arena, "Message-ID", mail->message_id, err);
    if (status != OK)
        return status;
    last_field(out)->outer = NULL;
    add_field(out, FIELD_PLAIN, "Auto-Submitted", "auto-generated", NULL);
    return add_extras(out, arena, mail, err);
}

enum status plan_make_outside(struct plan *out, struct arena *arena, const struct mail *mail,
                              const struct broadcast_recipient *recipient, struct err *err)
{
    struct mail outside = {.from_name = mail->from_name,
                           .from = mail->from,
                           .to_name = recipient->to_name,
                           .to = recipient->to,
                           .reply_to = recipient->reply_to,
                           .subject = recipient->outer_subject,
                           .message_id = recipient->message_id,
                           .references = recipient->references,
                           .date_ms = mail->date_ms,
                           .headers = mail->headers,
                           .header_count = mail->header_count};
    *out = (struct plan){0};
    return plan_fields(out, arena, &outside, false, err);
}

/* Behind the fields: parts, text and HTML. */
static enum status plan_content(struct plan *out, struct arena *arena, const struct mail *mail,
                                struct err *err)
{
    enum status status = plan_parts(out, arena, mail, err);
    if (status != OK)
        return status;
    out->text = clean_body(arena, mail->text);
    out->html = mail->html == NULL ? NULL : clean_body(arena, mail->html);
    if (out->text == NULL || (mail->html != NULL && out->html == NULL))
        return err_set(err, ERR_INVALID,
                       "mail: its text is too large: send it without attachments "
                       "or in parts");
    return OK;
}

enum status plan_make(struct plan *out, struct arena *arena, const struct mail *mail, bool sealed,
                      struct err *err)
{
    *out = (struct plan){0};
    if (mail->text == NULL)
        return err_set(err, ERR_INVALID, "mail: it has no text: give it one");
    enum status status = plan_fields(out, arena, mail, sealed, err);
    return status == OK ? plan_content(out, arena, mail, err) : status;
}

enum status plan_make_broadcast(struct plan *out, struct arena *arena, const struct mail *mail,
                                struct err *err)
{
    *out = (struct plan){0};
    if (mail->text == NULL)
        return err_set(err, ERR_INVALID, "mail: it has no text: give it one");
    enum status status = broadcast_fields(out, arena, mail, err);
    return status == OK ? plan_content(out, arena, mail, err) : status;
}
