#include "seal/check.h"

#include "base/host.h"
#include "seal/armor.h"
#include "seal/packet.h"
#include "seal/reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CANARY_LEAST 20 /* shorter lines of the payload may stand anywhere by chance */
#define CANARIES 32

static enum status differs(struct err *err, const char *what)
{
    return err_set(err, ERR_CORRUPT, "mail: %s reads otherwise than it was planned", what);
}

/* Decode by the rules for running text and compare. */
static bool same_text(const char *raw, const char *value)
{
    char *unfolded = g_mime_utils_header_unfold(raw);
    char *decoded = g_mime_utils_header_decode_text(NULL, unfolded);
    bool same = text_equal(g_strstrip(decoded), value);
    g_free(decoded);
    g_free(unfolded);
    return same;
}

/* GMime makes letters of the international names in a host (of all behind the first, too). */
static bool same_address(const char *read, const char *address)
{
    if (text_equal(read, address))
        return true;
    const char *at = strrchr(address, '@');
    char *letters = at == NULL || !host_is_genuine(at + 1) ? NULL : host_to_letters(at + 1);
    if (letters == NULL)
        return false;
    size_t local = (size_t)(at + 1 - address);
    bool same =
        read != NULL && strncmp(read, address, local) == 0 && text_equal(read + local, letters);
    free(letters);
    return same;
}

/* Exactly one mailbox, with exactly this name and address. */
static bool same_mailbox(const char *raw, const char *display, const char *address)
{
    InternetAddressList *list = internet_address_list_parse(NULL, raw);
    InternetAddress *first = list != NULL && internet_address_list_length(list) == 1
                                 ? internet_address_list_get_address(list, 0)
                                 : NULL;
    bool same =
        first != NULL && INTERNET_ADDRESS_IS_MAILBOX(first) &&
        same_address(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)), address);
    const char *name = first == NULL ? NULL : internet_address_get_name(first);
    same = same && text_equal(name == NULL ? "" : name, display);
    if (list != NULL)
        g_object_unref(list);
    return same;
}

/* Exactly one group of this name, and nobody in it. */
static bool same_group(const char *raw, const char *display)
{
    InternetAddressList *list = internet_address_list_parse(NULL, raw);
    InternetAddress *first = list != NULL && internet_address_list_length(list) == 1
                                 ? internet_address_list_get_address(list, 0)
                                 : NULL;
    bool same = first != NULL && INTERNET_ADDRESS_IS_GROUP(first) &&
                internet_address_list_length(
                    internet_address_group_get_members(INTERNET_ADDRESS_GROUP(first))) == 0 &&
                text_equal(internet_address_get_name(first), display);
    if (list != NULL)
        g_object_unref(list);
    return same;
}

static bool same_id(const char *raw, const char *id)
{
    struct bytes rest = bytes_of(raw);
    while (rest.size > 0 && strchr(" \t\r\n", rest.data[0]) != NULL)
        rest = (struct bytes){rest.data + 1, rest.size - 1};
    while (rest.size > 0 && strchr(" \t\r\n", rest.data[rest.size - 1]) != NULL)
        rest.size--;
    size_t size = strlen(id);
    return rest.size == size + 2 && rest.data[0] == '<' && memcmp(rest.data + 1, id, size) == 0 &&
           rest.data[size + 1] == '>';
}

static bool same_value(const struct field *field, const char *raw, bool outside)
{
    const char *value = outside ? field->outer : field->value;
    switch (field->kind) {
    case FIELD_MAILBOX:
        return same_mailbox(raw, field->display, value);
    case FIELD_GROUP:
        return same_group(raw, value);
    case FIELD_ID:
        return same_id(raw, value);
    case FIELD_TEXT:
    case FIELD_PLAIN:
        return same_text(raw, value);
    }
    return false;
}

/* "HP-Outer: Subject: words" is the field Subject. */
static bool same_outer(const struct field *field, const char *raw)
{
    size_t size = strlen(field->name);
    while (*raw == ' ')
        raw++;
    return strncmp(raw, field->name, size) == 0 && raw[size] == ':' &&
           same_value(field, raw + size + 1, true);
}

static bool is_structural(const char *name)
{
    return strcasecmp(name, "Content-Type") == 0 || strcasecmp(name, "MIME-Version") == 0;
}

/* The next field from *at on that shows outside; NULL: none does. */
static const struct field *next_outer(size_t *at, const struct plan *plan)
{
    while (*at < plan->field_count && plan->fields[*at].outer == NULL)
        ++*at;
    return *at < plan->field_count ? &plan->fields[(*at)++] : NULL;
}

/* Every header in the order of the plan, none more, none less; inside, HP-Outer follows. */
static enum status check_headers(GMimeObject *object, const struct plan *plan, bool outside,
                                 bool with_outer, struct err *err)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    size_t at = 0;
    size_t outer_at = 0;
    for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *name = g_mime_header_get_name(header);
        const char *raw = g_mime_header_get_raw_value(header);
        if (is_structural(name))
            continue;
        bool is_outer = at == plan->field_count;
        const struct field *field = !is_outer    ? &plan->fields[at++]
                                    : with_outer ? next_outer(&outer_at, plan)
                                                 : NULL;
        if (field == NULL)
            return differs(err, name);
        if (is_outer ? !text_equal(name, "HP-Outer") || !same_outer(field, raw)
                     : !text_equal(name, field->name) || !same_value(field, raw, outside))
            return differs(err, field->name);
    }
    bool whole = at == plan->field_count && (!with_outer || next_outer(&outer_at, plan) == NULL);
    return whole ? OK : differs(err, "the number of headers");
}

static bool same_content(GMimeObject *part, struct bytes planned, bool is_text)
{
    struct str content;
    str_init(&content, STR_LIMIT_MAIL);
    bool same = reader_content(&content, part);
    size_t at = 0;
    /* The CR of each line end is the writer's; the plan's text has none. */
    for (size_t i = 0; same && i < content.size; i++) {
        unsigned char c = (unsigned char)content.data[i];
        if (is_text && c == '\r' && i + 1 < content.size && content.data[i + 1] == '\n')
            continue;
        same = at < planned.size && planned.data[at] == c;
        at++;
    }
    same = same && at == planned.size;
    str_dispose(&content);
    return same;
}

static bool same_text_part(GMimeObject *part, const char *subtype, const char *text)
{
    return part != NULL && reader_is_type(part, "text", subtype) &&
           text_equal(reader_parameter(part, "charset"), "utf-8") &&
           same_content(part, bytes_of(text), true);
}

static enum status check_body(GMimeObject *body, const struct plan *plan, struct err *err)
{
    if (plan->html == NULL)
        return same_text_part(body, "plain", plan->text) ? OK : differs(err, "its text");
    if (body == NULL || !reader_is_type(body, "multipart", "alternative"))
        return differs(err, "its text");
    if (!same_text_part(reader_part(body, 2, 0), "plain", plan->text))
        return differs(err, "its text");
    if (!same_text_part(reader_part(body, 2, 1), "html", plan->html))
        return differs(err, "its HTML");
    return OK;
}

static bool same_part(GMimeObject *part, const struct plan_part *planned)
{
    if (part == NULL || !GMIME_IS_PART(part))
        return false;
    char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
    bool same = strcasecmp(type, planned->content_type) == 0 &&
                text_equal(g_mime_object_get_disposition(part), "attachment") &&
                text_equal(g_mime_part_get_filename(GMIME_PART(part)), planned->filename) &&
                same_content(part, planned->body, false);
    g_free(type);
    return same;
}

static enum status check_entity(GMimeObject *root, const struct plan *plan, bool sealed,
                                struct err *err)
{
    int count = (int)plan->part_count + 1;
    if (root == NULL || !reader_is_type(root, "multipart", "mixed") ||
        !text_equal(reader_parameter(root, "hp"), sealed ? "cipher" : "clear"))
        return differs(err, "its outermost part");
    enum status status = check_headers(root, plan, false, sealed, err);
    if (status == OK)
        status = check_body(reader_part(root, count, 0), plan, err);
    for (int i = 1; status == OK && i < count; i++)
        if (!same_part(reader_part(root, count, i), &plan->parts[i - 1]))
            status = differs(err, plan->parts[i - 1].filename);
    return status;
}

enum status check_payload(struct bytes payload, const struct plan *plan, bool sealed,
                          struct err *err)
{
    if (!reader_is_canonical(payload))
        return differs(err, "a line");
    GMimeObject *root = reader_entity(payload);
    enum status status = check_entity(root, plan, sealed, err);
    if (root != NULL)
        g_object_unref(root);
    return status;
}

/* The message's own fields, and MIME-Version and Content-Type but once each. */
static enum status check_outside(GMimeMessage *message, const struct plan *plan, struct err *err)
{
    if (message == NULL || g_mime_message_get_mime_part(message) == NULL)
        return differs(err, "the message");
    return check_headers(GMIME_OBJECT(message), plan, true, false, err);
}

static bool contains(struct bytes text, struct bytes part)
{
    return memmem(text.data, text.size, part.data, part.size) != NULL;
}

/*
 * Lines of the payload that would show if it had slipped out: some from everywhere in it. A
 * hostile text may hold lines that any sealed message holds; those prove nothing.
 */
static bool leaks(struct bytes message, struct bytes payload)
{
    static const char own_lines[] =
        "Content-Type: application/pgp-encrypted\r\n"
        "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
        "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
        "-----BEGIN PGP MESSAGE-----\r\n-----END PGP MESSAGE-----\r\n";
    const unsigned char *head_end = memmem(message.data, message.size, "\r\n\r\n", 4);
    if (head_end == NULL)
        return true;
    struct bytes body = {head_end, message.size - (size_t)(head_end - message.data)};
    struct bytes rest = payload;
    size_t apart = payload.size / CANARIES;
    size_t next = 0;
    while (rest.size > 0) {
        size_t at = payload.size - rest.size;
        struct bytes line = armor_next_line(&rest);
        if (at < next || line.size < CANARY_LEAST || contains(bytes_of(own_lines), line))
            continue;
        if (contains(body, line))
            return true;
        next = at + apart;
    }
    return false;
}

enum status check_encrypted(struct bytes message, const struct plan *plan, struct bytes payload,
                            struct err *err)
{
    const unsigned char *body = memmem(message.data, message.size, "\r\n\r\n", 4);
    const struct bytes head = {message.data,
                               body == NULL ? message.size : (size_t)(body - message.data) + 4};
    GMimeMessage *parsed = reader_message(head);
    enum status status = check_outside(parsed, plan, err);
    if (parsed != NULL)
        g_object_unref(parsed);
    if (status == OK && leaks(message, payload))
        status = err_set(err, ERR_CORRUPT, "mail: its text shows in the sealed message");
    return status;
}

/* One signature packet by SHA-512 over bytes as they are. */
static bool is_signature(GMimeObject *part)
{
    struct str text;
    struct str packets;
    struct armor armor;
    struct packet packet;
    struct packet_signature sig;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&packets, STR_LIMIT_TEXT);
    bool good = reader_is_type(part, "application", "pgp-signature") &&
                reader_content(&text, part) &&
                armor_decode(&armor, &packets, str_bytes(&text), NULL) == OK &&
                text_equal(armor.kind, "SIGNATURE") && armor_is_blank(armor.before) &&
                armor_is_blank(armor.after);
    struct bytes rest = str_bytes(&packets);
    good = good && packet_next(&packet, &rest, NULL) == OK && packet.tag == PACKET_SIGNATURE &&
           rest.size == 0 && packet_read_signature(&sig, packet.body, NULL) == OK &&
           sig.type == 0 && sig.digest == PACKET_SHA512;
    str_dispose(&packets);
    str_dispose(&text);
    return good;
}

/* The bytes between the first boundary and the second, which is what a reader verifies. */
static bool holds(struct bytes message, GMimeObject *root, struct bytes payload)
{
    char *open = xprintf("\r\n--%s\r\n", reader_parameter(root, "boundary"));
    size_t size = strlen(open);
    const unsigned char *start = memmem(message.data, message.size, open, size);
    size_t left = start == NULL ? 0 : message.size - (size_t)(start - message.data) - size;
    bool same = left > payload.size + size &&
                memcmp(start + size, payload.data, payload.size) == 0 &&
                memcmp(start + size + payload.size, open, size) == 0;
    free(open);
    return same;
}

enum status check_signed(struct bytes message, const struct plan *plan, struct bytes payload,
                         struct err *err)
{
    if (!reader_is_canonical(message))
        return differs(err, "a line");
    GMimeMessage *parsed = reader_message(message);
    enum status status = check_outside(parsed, plan, err);
    GMimeObject *root = status == OK ? g_mime_message_get_mime_part(parsed) : NULL;
    if (status == OK &&
        (!reader_is_type(root, "multipart", "signed") || reader_part(root, 2, 0) == NULL ||
         !text_equal(reader_parameter(root, "micalg"), "pgp-sha512") ||
         !text_equal(reader_parameter(root, "protocol"), "application/pgp-signature") ||
         !is_signature(reader_part(root, 2, 1)) || !holds(message, root, payload)))
        status = differs(err, "what is signed");
    if (status == OK)
        status = check_entity(reader_part(root, 2, 0), plan, false, err);
    if (parsed != NULL)
        g_object_unref(parsed);
    return status;
}
