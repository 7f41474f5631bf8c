/* Any bytes as armour, packets, certificate or clear-signed text: read or refused, in bounds. */
#include "seal/armor.h"
#include "seal/cleartext.h"
#include "seal/parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was taken apart and put together again is the same certificate. */
static void check_parts(struct bytes packets)
{
    struct parts *parts = xcalloc(1, sizeof *parts);
    struct parts *again = xcalloc(1, sizeof *again);
    struct str written;
    bool keep[PARTS_MOST];
    str_init(&written, STR_LIMIT_MAIL);
    memset(keep, true, sizeof keep);
    if (parts_read(parts, packets, NULL) == OK) {
        assert(parts->count > 0 && parts->part[0].kind == PART_PRIMARY);
        assert(parts_find(parts, parts->part[0].key.fpr) == &parts->part[0]);
        parts_write(&written, parts, keep);
        assert(written.size <= packets.size);
        assert(parts_read(again, str_bytes(&written), NULL) == OK);
        assert(again->count == parts->count);
    }
    str_dispose(&written);
    free(again);
    free(parts);
}

static void check_packets(struct bytes packets)
{
    struct bytes rest = packets;
    struct packet packet;
    struct packet_signature signature;
    struct packet_key key;
    while (packet_next(&packet, &rest, NULL) == OK) {
        assert(packet.whole.size > 0 && packet.body.size < packet.whole.size);
        if (packet_read_signature(&signature, packet.body, NULL) == OK)
            assert(strlen(signature.keyid) == 0 || strlen(signature.keyid) == 16);
        if (packet_read_key(&key, packet.body, NULL) == OK)
            assert(strlen(key.fpr) == 40 && text_ends(key.fpr, key.keyid));
    }
    check_parts(packets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct armor armor;
    struct str decoded;
    struct str text;
    str_init(&decoded, STR_LIMIT_MAIL);
    str_init(&text, STR_LIMIT_MAIL);
    check_packets(input);
    if (armor_decode(&armor, &decoded, input, NULL) == OK) {
        assert(armor.before.size + armor.after.size < size);
        check_packets(str_bytes(&decoded));
    }
    str_reset(&decoded);
    if (cleartext_split(&text, &decoded, input, NULL) == OK)
        assert(text.size <= size && memchr(str_text(&text), '\0', text.size) == NULL);
    str_dispose(&text);
    str_dispose(&decoded);
    return 0;
}
