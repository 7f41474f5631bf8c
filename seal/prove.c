/* The proof of a sealed message: what it is made of, down to its packets. */
#include "seal/armor.h"
#include "seal/mail.h"
#include "seal/packet.h"
#include "seal/prove.h"
#include "seal/reader.h"

#include <string.h>

#define PKESK_VERSION 3
#define SEIPD_VERSION 1

enum status prove_key(struct bytes *rest, const char *sub_fpr, struct err *err)
{
    struct packet packet;
    char keyid[17];
    size_t size = strlen(sub_fpr);
    if (packet_next(&packet, rest, err) != OK || packet.tag != PACKET_PKESK ||
        packet.body.size < 10 || packet.body.data[0] != PKESK_VERSION)
        return err_set(err, ERR_CORRUPT, "sealed message: it does not begin with a key packet");
    packet_hex(keyid, packet.body.data + 1, 8);
    if (size < 40 || !text_equal(keyid, sub_fpr + size - 16))
        return err_set(err, ERR_CORRUPT, "sealed message: sealed for key %s, not for the pinned %s",
                       keyid, size < 16 ? sub_fpr : sub_fpr + size - 16);
    return OK;
}

/* One key packet with the pinned key's id, one packet of protected data, nothing else. */
static enum status prove_packets(struct bytes packets, const char *sub_fpr, struct err *err)
{
    struct bytes rest = packets;
    struct packet packet;
    enum status status = prove_key(&rest, sub_fpr, err);
    if (status != OK)
        return status;
    if (packet_next(&packet, &rest, err) != OK)
        return err_set(err, ERR_CORRUPT, "sealed message: no whole packet of data in it");
    if (packet.tag == PACKET_PKESK)
        return err_set(err, ERR_CORRUPT, "sealed message: sealed for more than one key");
    if (packet.tag != PACKET_SEIPD || packet.body.size == 0 || packet.body.data[0] != SEIPD_VERSION)
        return err_set(err, ERR_CORRUPT,
                       "sealed message: packet of kind %u where protected data must stand",
                       packet.tag);
    if (rest.size > 0)
        return err_set(err, ERR_CORRUPT, "sealed message: %zu bytes follow the protected data",
                       rest.size);
    return OK;
}

static enum status prove_armour(struct bytes armour, const char *sub_fpr, struct err *err)
{
    struct str packets;
    struct armor armor;
    str_init(&packets, STR_LIMIT_MAIL);
    enum status status = armor_decode(&armor, &packets, armour, err);
    if (status != OK || !text_equal(armor.kind, "MESSAGE") || !armor_is_blank(armor.before) ||
        !armor_is_blank(armor.after))
        status = err_set(err, ERR_CORRUPT,
                         "sealed message: its content is not one armoured "
                         "OpenPGP message alone");
    else
        status = prove_packets(str_bytes(&packets), sub_fpr, err);
    str_dispose(&packets);
    return status;
}

/* RFC 3156 §4: two parts, the first says "Version: 1", the second is the message. */
static enum status prove_parts(GMimeObject *root, const char *sub_fpr, struct err *err)
{
    const char *protocol = root == NULL ? NULL : reader_parameter(root, "protocol");
    GMimeObject *control = root == NULL ? NULL : reader_part(root, 2, 0);
    GMimeObject *content = root == NULL ? NULL : reader_part(root, 2, 1);
    struct str text;
    str_init(&text, STR_LIMIT_MAIL);
    enum status status = OK;
    if (control == NULL || content == NULL || !reader_is_type(root, "multipart", "encrypted") ||
        !text_equal(protocol, "application/pgp-encrypted") ||
        !reader_is_type(control, "application", "pgp-encrypted") ||
        !reader_is_type(content, "application", "octet-stream"))
        status = err_set(err, ERR_CORRUPT, "sealed message: not the two parts of RFC 3156");
    else if (!reader_content(&text, control) ||
             !bytes_equal(str_bytes(&text), bytes_of("Version: 1\r\n")))
        status = err_set(err, ERR_CORRUPT, "sealed message: its first part holds something else");
    str_reset(&text);
    if (status == OK && !reader_content(&text, content))
        status = err_set(err, ERR_CORRUPT, "sealed message: its second part cannot be read");
    if (status == OK)
        status = prove_armour(str_bytes(&text), sub_fpr, err);
    str_dispose(&text);
    return status;
}

enum status seal_prove(struct bytes message, const char *sub_fpr, struct err *err)
{
    if (!reader_is_canonical(message))
        return err_set(err, ERR_CORRUPT,
                       "sealed message: bare CR or LF, 8-bit signs or too long lines in it");
    GMimeMessage *parsed = reader_message(message);
    GMimeObject *root = parsed == NULL ? NULL : g_mime_message_get_mime_part(parsed);
    enum status status = prove_parts(root, sub_fpr, err);
    if (parsed != NULL)
        g_object_unref(parsed);
    return status;
}
