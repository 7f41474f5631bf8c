/*
 * multipart/report: delivery status (RFC 3464) and disposition (RFC 8098) notifications.
 *
 * Taken as a report only where it is one: the mail itself, or the first part of a wrapper that
 * gateways put around everything (multipart/mixed with a footer, multipart/signed). OpenSMTPD says
 * multipart/mixed where it means multipart/report; that is believed of mail servers only. A report
 * that somebody forwards is not a report to us.
 */
#include "channels/inbound_mail.h"

#include "base/utf8.h"

#include <string.h>

#define STATUS_PART_MAX ((size_t)256 * 1024)
#define GROUPS_MAX 1000
#define NO_PART SIZE_MAX

static bool type_is(const struct mime_part *part, const char *const types[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(part->type, types[i]) == 0)
            return true;
    return false;
}

static size_t first_child(const struct mime *mime, size_t parent)
{
    return parent + 1 < mime->count && mime->parts[parent + 1].parent == parent ? parent + 1
                                                                                : NO_PART;
}

/* The first child of these types behind a part; NO_PART: there is none. */
static size_t child_behind(const struct mime *mime, size_t parent, size_t behind,
                           const char *const types[], size_t count)
{
    for (size_t i = behind + 1; i < mime->count; i++)
        if (mime->parts[i].parent == parent && type_is(&mime->parts[i], types, count))
            return i;
    return NO_PART;
}

static size_t child_of_type(const struct mime *mime, size_t parent, const char *const types[],
                            size_t count)
{
    return child_behind(mime, parent, parent, types, count);
}

static const char *const status_types[] = {"message/delivery-status",
                                           "message/global-delivery-status"};

static size_t find_report(const struct inbound_mail *mail)
{
    static const char *const wrappers[] = {"multipart/mixed", "multipart/signed"};
    const struct mime *mime = &mail->mime;
    size_t at = 0;
    while (at != NO_PART && type_is(&mime->parts[at], wrappers, 2))
        at = first_child(mime, at);
    if (at != NO_PART && strcmp(mime->parts[at].type, "multipart/report") == 0)
        return at;
    if (type_is(&mime->parts[0], wrappers, 1) && inbound_from_server(mail) &&
        child_of_type(mime, 0, status_types, 2) != NO_PART)
        return 0;
    return NO_PART;
}

static const char *line(struct arena *arena, const char *value)
{
    if (value == NULL)
        return NULL;
    struct str out;
    str_init(&out, (size_t)4 * FIELD_VALUE_MAX);
    utf8_add_line(&out, bytes_of(value));
    const char *text = out.size > 0 ? arena_strdup(arena, str_text(&out)) : NULL;
    str_dispose(&out);
    return text;
}

/* "5.1.1 (unknown)" → "5.1.1"; NULL when it does not begin with a status of RFC 3463. */
static const char *status_of(struct arena *arena, const char *value)
{
    if (value == NULL || strchr("245", value[0]) == NULL || value[0] == '\0' || value[1] != '.')
        return NULL;
    size_t subject = strspn(value + 2, "0123456789");
    if (subject == 0 || subject > 3 || value[2 + subject] != '.')
        return NULL;
    size_t detail = strspn(value + 3 + subject, "0123456789");
    if (detail == 0 || detail > 3)
        return NULL;
    return arena_strndup(arena, value, 3 + subject + detail);
}

/* What one group of a status report says, from bad to good; the worst of a report counts. */
enum verdict_of_group {
    GROUP_FAILED,
    GROUP_UNCLEAR, /* for a person, so it goes before what changes nothing */
    GROUP_DELAYED,
    GROUP_RELAYED,
    GROUP_DELIVERED
};

static const enum inbound_kind group_kinds[] = {
    [GROUP_FAILED] = INBOUND_BOUNCE,       [GROUP_UNCLEAR] = INBOUND_OTHER,
    [GROUP_DELAYED] = INBOUND_DELAYED,     [GROUP_RELAYED] = INBOUND_RELAYED,
    [GROUP_DELIVERED] = INBOUND_DELIVERED,
};

/*
 * The action decides; a status of another class than its action makes good news unclear. "Delayed"
 * with a status of "delivery time expired" and no word of another try is what OpenSMTPD writes when
 * it gives up.
 */
static enum verdict_of_group group_verdict(const char *action, const char *status, bool retries)
{
    if (strcmp(action, "delayed") == 0 && status != NULL && text_ends(status, ".4.7") && !retries)
        return GROUP_UNCLEAR;
    char class = status == NULL ? '2' : status[0];
    if (strcmp(action, "failed") == 0)
        return GROUP_FAILED;
    if (strcmp(action, "delayed") == 0)
        return GROUP_DELAYED;
    if (strcmp(action, "relayed") == 0 || strcmp(action, "expanded") == 0)
        return class == '2' ? GROUP_RELAYED : GROUP_UNCLEAR;
    if (strcmp(action, "delivered") == 0)
        return class == '2' ? GROUP_DELIVERED : GROUP_UNCLEAR;
    if (action[0] != '\0' || status == NULL)
        return GROUP_UNCLEAR;
    return status[0] == '5' ? GROUP_FAILED : status[0] == '4' ? GROUP_DELAYED : GROUP_UNCLEAR;
}

static void take_group(struct inbound *out, struct arena *arena, const struct fields *group,
                       const char *status)
{
    const char *diagnostic = line(arena, fields_get(group, arena, "Diagnostic-Code", 0));
    if (diagnostic != NULL && strncmp(value_word(diagnostic, arena), "smtp", 5) == 0) {
        diagnostic = strchr(diagnostic, ';');
        diagnostic = diagnostic == NULL ? NULL : diagnostic + 1 + strspn(diagnostic + 1, " ");
    }
    out->final_recipient =
        value_typed_address(fields_get(group, arena, "Final-Recipient", 0), arena);
    out->original_recipient =
        value_typed_address(fields_get(group, arena, "Original-Recipient", 0), arena);
    out->status = status;
    out->diagnostic = text_is_empty(diagnostic) ? NULL : diagnostic;
}

static bool is_group(const struct fields *fields, struct arena *arena)
{
    return fields_get(fields, arena, "Action", 0) != NULL ||
           fields_get(fields, arena, "Final-Recipient", 0) != NULL;
}

static void read_status(struct inbound_mail *mail, struct bytes text)
{
    struct inbound *out = mail->out;
    enum verdict_of_group worst = GROUP_DELIVERED;
    bool seen = false;
    for (size_t i = 0; text.size > 0 && i < GROUPS_MAX; i++) {
        struct fields group;
        text = fields_read(&group, mail->arena, text);
        if (out->envelope_id == NULL)
            out->envelope_id =
                line(mail->arena, fields_get(&group, mail->arena, "Original-Envelope-Id", 0));
        if (!is_group(&group, mail->arena))
            continue;
        const char *action = value_word(fields_get(&group, mail->arena, "Action", 0), mail->arena);
        const char *status = status_of(mail->arena, fields_get(&group, mail->arena, "Status", 0));
        bool retries = fields_get(&group, mail->arena, "Will-Retry-Until", 0) != NULL;
        enum verdict_of_group verdict = group_verdict(action, status, retries);
        if (!seen || verdict < worst) {
            worst = verdict;
            take_group(out, mail->arena, &group, status);
        }
        seen = true;
    }
    bool read_whole = text.size == 0 || worst == GROUP_FAILED;
    out->kind = seen && read_whole ? group_kinds[worst] : INBOUND_OTHER;
}

static void read_disposition(struct inbound_mail *mail, struct bytes text)
{
    struct inbound *out = mail->out;
    struct fields fields;
    (void)fields_read(&fields, mail->arena, text);
    out->original_message_id =
        value_message_id(fields_get(&fields, mail->arena, "Original-Message-ID", 0), mail->arena);
    out->final_recipient =
        value_typed_address(fields_get(&fields, mail->arena, "Final-Recipient", 0), mail->arena);
    out->original_recipient =
        value_typed_address(fields_get(&fields, mail->arena, "Original-Recipient", 0), mail->arena);
    /* "manual-action/MDN-sent-manually; displayed"; a modifier ("displayed/error") takes it back.
     */
    const char *value = fields_get(&fields, mail->arena, "Disposition", 0);
    const char *type = value == NULL ? NULL : strchr(value, ';');
    bool displayed = type != NULL && strcmp(value_word(type + 1, mail->arena), "displayed") == 0;
    out->kind = displayed ? INBOUND_DISPLAYED : INBOUND_OTHER;
}

/* The returned mail or its header says which notice it was. */
static void read_returned(struct inbound_mail *mail, size_t report)
{
    static const char *const types[] = {
        "message/rfc822", "text/rfc822-headers",    "message/rfc822-headers",
        "message/global", "message/global-headers",
    };
    size_t at = child_of_type(&mail->mime, report, types, sizeof types / sizeof types[0]);
    if (at == NO_PART || mail->out->original_message_id != NULL)
        return;
    struct str header;
    struct fields fields;
    str_init(&header, FIELDS_SIZE_MAX);
    (void)mime_decode(&header, &mail->mime.parts[at], mail->arena);
    /* Some put an empty line before the header. */
    struct bytes text = str_bytes(&header);
    while (text.size > 0 && (text.data[0] == '\r' || text.data[0] == '\n')) {
        text.data++;
        text.size--;
    }
    (void)fields_read(&fields, mail->arena, text);
    mail->out->original_message_id =
        value_message_id(fields_get(&fields, mail->arena, "Message-ID", 0), mail->arena);
    str_dispose(&header);
}

bool inbound_report(struct inbound_mail *mail)
{
    static const char *const disposition[] = {"message/disposition-notification",
                                              "message/global-disposition-notification"};
    size_t report = find_report(mail);
    if (report == NO_PART)
        return false;
    size_t at = child_of_type(&mail->mime, report, status_types, 2);
    bool is_status = at != NO_PART;
    if (!is_status)
        at = child_of_type(&mail->mime, report, disposition, 2);
    mail->out->kind = INBOUND_OTHER;
    if (at == NO_PART)
        return true; /* a complaint (ARF), or damaged on its way: a person looks */
    struct str text;
    str_init(&text, STATUS_PART_MAX);
    bool whole = mime_decode(&text, &mail->mime.parts[at], mail->arena);
    /* One report has one status part. Where somebody adds more, each may hold the worst group. */
    while (is_status && (at = child_behind(&mail->mime, report, at, status_types, 2)) != NO_PART) {
        str_add(&text, "\n\n");
        whole = mime_decode(&text, &mail->mime.parts[at], mail->arena) && whole;
    }
    if (is_status)
        read_status(mail, str_bytes(&text));
    else
        read_disposition(mail, str_bytes(&text));
    if (!whole && mail->out->kind != INBOUND_BOUNCE)
        mail->out->kind = INBOUND_OTHER;
    str_dispose(&text);
    read_returned(mail, report);
    return true;
}
