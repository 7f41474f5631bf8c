#include "seal/mime.h"

#include "base/random.h"
#include "seal/encode.h"
#include "seal/header.h"

#include <string.h>

/* "=_" stands in no base64 and no quoted-printable; the rest cannot be guessed. */
#define BOUNDARY (2 + RANDOM_UID)

static const char *new_boundary(char out[BOUNDARY])
{
    out[0] = '=';
    out[1] = '_';
    (void)random_uid(out + 2);
    return out;
}

static void open_part(struct str *out, const char *boundary)
{
    str_addf(out, "--%s\r\n", boundary);
}

static void close_parts(struct str *out, const char *boundary)
{
    str_addf(out, "--%s--\r\n", boundary);
}

static void write_field(struct str *out, const char *prefix, const struct field *field,
                        bool outside)
{
    const char *value = outside ? field->outer : field->value;
    switch (field->kind) {
    case FIELD_TEXT:
        header_add_text(out, prefix, field->name, value);
        break;
    case FIELD_MAILBOX:
        header_add_mailbox(out, prefix, field->name, field->display, value);
        break;
    case FIELD_GROUP:
        header_add_group(out, prefix, field->name, value);
        break;
    case FIELD_ID:
        header_add_id(out, prefix, field->name, value);
        break;
    case FIELD_PLAIN:
        header_add_plain(out, prefix, field->name, value);
        break;
    }
}

static void write_fields(struct str *out, const char *prefix, const struct plan *plan, bool outside)
{
    for (size_t i = 0; i < plan->field_count; i++)
        if (!outside || plan->fields[i].outer != NULL)
            write_field(out, prefix, &plan->fields[i], outside);
}

static void write_text(struct str *out, const char *subtype, const char *text)
{
    str_addf(out,
             "Content-Type: text/%s; charset=\"utf-8\"\r\n"
             "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
             subtype);
    encode_quoted_printable(out, bytes_of(text));
    str_add(out, "\r\n");
}

static void write_body(struct str *out, const struct plan *plan)
{
    char boundary[BOUNDARY];
    if (plan->html == NULL) {
        write_text(out, "plain", plan->text);
        return;
    }
    str_addf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
             new_boundary(boundary));
    open_part(out, boundary);
    write_text(out, "plain", plan->text);
    open_part(out, boundary);
    write_text(out, "html", plan->html);
    close_parts(out, boundary);
    str_add(out, "\r\n");
}

static void write_part(struct str *out, const struct plan_part *part)
{
    str_addf(out, "Content-Type: %s%s\r\n", part->content_type,
             part->is_utf8_text ? "; charset=\"utf-8\"" : "");
    header_add_attachment(out, part->filename);
    str_add(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    encode_base64(out, part->body);
    str_add(out, "\r\n");
}

void mime_write_payload(struct str *out, const struct plan *plan, bool sealed)
{
    char boundary[BOUNDARY];
    /* protected-headers="v1" is what readers from before RFC 9788 know. */
    str_addf(out,
             "Content-Type: multipart/mixed;\r\n boundary=\"%s\";\r\n"
             " protected-headers=\"v1\"; hp=\"%s\"\r\n",
             new_boundary(boundary), sealed ? "cipher" : "clear");
    write_fields(out, "", plan, false);
    if (sealed)
        write_fields(out, "HP-Outer: ", plan, true);
    str_add(out, "\r\n");
    open_part(out, boundary);
    write_body(out, plan);
    for (size_t i = 0; i < plan->part_count; i++) {
        open_part(out, boundary);
        write_part(out, &plan->parts[i]);
    }
    close_parts(out, boundary);
}

/* GnuPG ends lines with LF, we with CR LF. */
static void write_armour(struct str *out, struct bytes armour)
{
    while (armour.size > 0) {
        const unsigned char *end = memchr(armour.data, '\n', armour.size);
        size_t size = end == NULL ? armour.size : (size_t)(end - armour.data);
        size_t whole = end == NULL ? size : size + 1;
        bool has_cr = size > 0 && armour.data[size - 1] == '\r';
        str_add_n(out, armour.data, has_cr ? size - 1 : size);
        str_add(out, "\r\n");
        armour.data += whole;
        armour.size -= whole;
    }
}

void mime_write_outside(struct str *out, const struct plan *plan)
{
    write_fields(out, "", plan, true);
}

void mime_write_encrypted(struct str *out, const struct plan *plan, struct bytes ciphertext)
{
    char boundary[BOUNDARY];
    mime_write_outside(out, plan);
    str_addf(out,
             "MIME-Version: 1.0\r\n"
             "Content-Type: multipart/encrypted;\r\n"
             " protocol=\"application/pgp-encrypted\";\r\n"
             " boundary=\"%s\"\r\n\r\n",
             new_boundary(boundary));
    open_part(out, boundary);
    str_add(out, "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n");
    open_part(out, boundary);
    str_add(out, "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
                 "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n");
    write_armour(out, ciphertext);
    str_add(out, "\r\n");
    close_parts(out, boundary);
}

void mime_write_signed(struct str *out, const struct plan *plan, struct bytes payload,
                       struct bytes signature)
{
    char boundary[BOUNDARY];
    write_fields(out, "", plan, false);
    str_addf(out,
             "MIME-Version: 1.0\r\n"
             "Content-Type: multipart/signed; micalg=\"pgp-sha512\";\r\n"
             " protocol=\"application/pgp-signature\";\r\n"
             " boundary=\"%s\"\r\n\r\n",
             new_boundary(boundary));
    open_part(out, boundary);
    str_add_n(out, payload.data, payload.size);
    str_add(out, "\r\n"); /* belongs to the boundary, not to what is signed */
    open_part(out, boundary);
    str_add(out, "Content-Type: application/pgp-signature; name=\"signature.asc\"\r\n"
                 "Content-Disposition: attachment; filename=\"signature.asc\"\r\n\r\n");
    write_armour(out, signature);
    str_add(out, "\r\n");
    close_parts(out, boundary);
}
