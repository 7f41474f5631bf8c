#include "seal/parts.h"

#include <string.h>

#define USER_ID_LONGEST 2048

/* The newest stay: a full list gives up its oldest. */
static void keep_newest(struct part_signatures *list, struct bytes whole, int64_t created_s)
{
    size_t at = list->count;
    if (at < PARTS_SIGNATURES) {
        list->count++;
    } else {
        at = 0;
        for (size_t i = 1; i < PARTS_SIGNATURES; i++)
            if (list->created_s[i] < list->created_s[at])
                at = i;
        if (list->created_s[at] >= created_s)
            return;
    }
    list->whole[at] = whole;
    list->created_s[at] = created_s;
}

static bool is_binding(enum part_kind kind, unsigned type)
{
    switch (kind) {
    case PART_PRIMARY:
        return type == 0x1F;
    case PART_USER_ID:
        return type >= 0x10 && type <= 0x13;
    case PART_SUBKEY:
        return type == 0x18;
    }
    return false;
}

static bool is_revocation(enum part_kind kind, unsigned type)
{
    static const unsigned types[] = {
        [PART_PRIMARY] = 0x20, [PART_USER_ID] = 0x30, [PART_SUBKEY] = 0x28};
    return type == types[kind];
}

static void add_signature(struct part *part, const char *primary_keyid, const struct packet *packet)
{
    struct packet_signature sig;
    if (packet_read_signature(&sig, packet->body, NULL) != OK)
        return;
    bool own = text_equal(sig.keyid, primary_keyid);
    bool weak = packet_digest_is_weak(sig.digest);
    if (is_revocation(part->kind, sig.type)) {
        /* Strangers cannot revoke a user id, but a named revoker can revoke a key. */
        if (own && !weak)
            keep_newest(&part->revocations, packet->whole, sig.created_s);
        else if (own || part->kind != PART_USER_ID)
            part->doubtful_revoked = true;
    } else if (own && is_binding(part->kind, sig.type)) {
        if (!weak)
            keep_newest(&part->bindings, packet->whole, sig.created_s);
        part->weak_binding |= weak;
        part->weak_encrypts |= weak && (!sig.has_flags || (sig.flags & PACKET_FLAG_ENCRYPT) != 0);
        part->weak_signs |= weak && (!sig.has_flags || (sig.flags & PACKET_FLAG_SIGN) != 0);
    }
}

static enum status add_part(struct part **out, struct parts *parts, enum part_kind kind,
                            const struct packet *packet, struct err *err)
{
    if ((kind == PART_PRIMARY) != (parts->count == 0))
        return err_set(err, ERR_INVALID,
                       kind == PART_PRIMARY ? "OpenPGP: more than one certificate: give each "
                                              "in a file of its own"
                                            : "OpenPGP: it does not begin with a public key");
    if (parts->count == PARTS_MOST)
        return err_set(err, ERR_INVALID,
                       "OpenPGP: more than %d user ids and subkeys: export it "
                       "with less",
                       PARTS_MOST - 1);
    struct part *part = &parts->part[parts->count];
    *part = (struct part){.kind = kind, .whole = packet->whole, .body = packet->body};
    enum status status = OK;
    if (kind != PART_USER_ID)
        status = packet_read_key(&part->key, packet->body, err);
    if (status != OK && kind == PART_SUBKEY) {
        *out = NULL; /* of a newer version: as if it were not there */
        return OK;
    }
    if (status == OK)
        parts->count++;
    *out = part;
    return status;
}

static enum status add_packet(struct parts *parts, struct part **open, const struct packet *packet,
                              struct err *err)
{
    switch (packet->tag) {
    case PACKET_SECRET_KEY:
    case PACKET_SECRET_SUBKEY:
        return err_set(err, ERR_REFUSED,
                       "this file holds a secret key: keep it to its owner, "
                       "and export the public key alone");
    case PACKET_PUBLIC_KEY:
        return add_part(open, parts, PART_PRIMARY, packet, err);
    case PACKET_PUBLIC_SUBKEY:
        return add_part(open, parts, PART_SUBKEY, packet, err);
    case PACKET_USER_ID:
        if (packet->body.size == 0 || packet->body.size > USER_ID_LONGEST) {
            *open = NULL;
            return OK;
        }
        return add_part(open, parts, PART_USER_ID, packet, err);
    case PACKET_SIGNATURE:
        if (*open != NULL)
            add_signature(*open, parts->part[0].key.keyid, packet);
        return OK;
    default: /* pictures, trust, padding: what is signed behind them is not kept either */
        *open = NULL;
        return OK;
    }
}

enum status parts_read(struct parts *out, struct bytes packets, struct err *err)
{
    struct bytes rest = packets;
    struct part *open = NULL;
    enum status status = OK;
    out->count = 0;
    /* Look at every packet even after a fault: a secret key anywhere is what must be said. */
    while (rest.size > 0) {
        struct packet packet;
        struct err fault;
        enum status here = packet_next(&packet, &rest, &fault);
        bool cut = here == OK;
        if (cut &&
            (status == OK || packet.tag == PACKET_SECRET_KEY || packet.tag == PACKET_SECRET_SUBKEY))
            here = add_packet(out, &open, &packet, &fault);
        if (here != OK && (status == OK || here == ERR_REFUSED)) {
            status = here;
            (void)err_set(err, here, "%s", fault.text);
        }
        if (!cut || here == ERR_REFUSED)
            return status;
    }
    if (status == OK && out->count == 0)
        status = err_set(err, ERR_INVALID, "OpenPGP: no public key in it");
    return status;
}

static void write_signatures(struct str *out, const struct part_signatures *list)
{
    for (size_t i = 0; i < list->count; i++)
        str_add_n(out, list->whole[i].data, list->whole[i].size);
}

void parts_write(struct str *out, const struct parts *parts, const bool keep[PARTS_MOST])
{
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->part[i];
        if (!keep[i])
            continue;
        str_add_n(out, part->whole.data, part->whole.size);
        write_signatures(out, &part->revocations);
        write_signatures(out, &part->bindings);
    }
}

const struct part *parts_find(const struct parts *parts, const char *fpr)
{
    for (size_t i = 0; i < parts->count; i++)
        if (parts->part[i].kind != PART_USER_ID && text_equal(parts->part[i].key.fpr, fpr))
            return &parts->part[i];
    return NULL;
}
