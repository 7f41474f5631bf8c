#include "seal/split.h"

#include "seal/packet.h"

#include <string.h>

/* Version 3: a version byte, eight of key id, one of algorithm, then the session key. */
static bool read_keyid(char keyid[17], const struct packet *packet)
{
    if (packet->body.size < 10 || packet->body.data[0] != 3)
        return false;
    packet_hex(keyid, packet->body.data + 1, 8);
    return true;
}

enum status split_read(struct split *out, struct arena *arena, struct bytes packets,
                       struct err *err)
{
    struct bytes rest = packets;
    struct packet packet;
    *out = (struct split){0};
    enum status status = packet_next(&packet, &rest, err);
    while (status == OK && packet.tag == PACKET_PKESK) {
        struct split_key key = {.packet = packet.whole};
        if (!read_keyid(key.keyid, &packet))
            return err_set(err, ERR_CORRUPT, "sealed for many: a key packet of another form");
        arena_push(arena, &out->keys, &out->count, sizeof key, &key);
        status = packet_next(&packet, &rest, err);
    }
    if (status != OK || packet.tag != PACKET_SEIPD || rest.size > 0 || out->count == 0)
        return err_set(err, ERR_CORRUPT,
                       "sealed for many: it is not key packets and one packet of protected data");
    out->data = packet.whole;
    return OK;
}

enum status split_find(struct bytes *packet, const struct split *split, const char *sub_fpr,
                       struct err *err)
{
    size_t size = strlen(sub_fpr);
    size_t found = 0;
    *packet = (struct bytes){0};
    for (size_t i = 0; size >= 40 && i < split->count; i++)
        if (text_equal(split->keys[i].keyid, sub_fpr + size - 16)) {
            *packet = split->keys[i].packet;
            found++;
        }
    if (found == 1)
        return OK;
    *packet = (struct bytes){0};
    return err_set(err, ERR_CORRUPT, "sealed for many: %zu key packets for subkey %s", found,
                   sub_fpr);
}
