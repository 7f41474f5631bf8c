#include "seal/parts.h"

#include <string.h>

#define USER_ID_LONGEST 2048

enum { KEY_REVOCATION = 0x20, SUBKEY_REVOCATION = 0x28, USER_ID_REVOCATION = 0x30 };

/*
 * Revocations that do not stand behind what they revoke: appended to a file, or before it, or put
 * in another place on their way. GnuPG finds where they belong, so they must reach it.
 */
struct strays {
    struct packet packet[PARTS_SIGNATURES];
    size_t count;
    bool too_many;
};

/* The newest stay: a full list gives up its oldest. false: one was given up. */
static bool keep_newest(struct part_signatures *list, struct bytes whole, int64_t created_s)
{
    const bool fits = list->count < PARTS_SIGNATURES;
    size_t at = list->count;
    for (size_t i = 0; i < list->count; i++)
        if (bytes_equal(list->whole[i], whole))
            return true;
    if (fits) {
        list->count++;
    } else {
        at = 0;
        for (size_t i = 1; i < PARTS_SIGNATURES; i++)
            if (list->created_s[i] < list->created_s[at])
                at = i;
        if (list->created_s[at] >= created_s)
            return false;
    }
    list->whole[at] = whole;
    list->created_s[at] = created_s;
    return fits;
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
        [PART_PRIMARY] = KEY_REVOCATION,
        [PART_USER_ID] = USER_ID_REVOCATION,
        [PART_SUBKEY] = SUBKEY_REVOCATION,
    };
    return type == types[kind];
}

/* true: it is a revocation that was kept. */
static bool add_signature(struct part *part, const char *primary_keyid, const struct packet *packet)
{
    struct packet_signature sig;
    const bool read = packet_read_signature(&sig, packet->body, NULL) == OK;
    bool own = read && text_equal(sig.keyid, primary_keyid);
    bool weak = packet_digest_is_weak(sig.digest);
    if (is_revocation(part->kind, sig.type)) {
        /* Strangers cannot revoke a user id, but a named revoker can revoke a key. */
        if (own && !weak && keep_newest(&part->revocations, packet->whole, sig.created_s))
            return true;
        part->doubtful_revoked |= own || part->kind != PART_USER_ID;
    } else if (own && is_binding(part->kind, sig.type)) {
        if (!weak)
            (void)keep_newest(&part->bindings, packet->whole, sig.created_s);
        part->weak_binding |= weak;
        part->weak_encrypts |= weak && (!sig.has_flags || (sig.flags & PACKET_FLAG_ENCRYPT) != 0);
        part->weak_signs |= weak && (!sig.has_flags || (sig.flags & PACKET_FLAG_SIGN) != 0);
    }
    return false;
}

/* Of one that cannot be read as well: what it would have been. */
static unsigned signature_type(struct bytes body)
{
    if (body.size < 3)
        return 0;
    return body.data[0] == 4 ? body.data[1] : body.data[0] == 3 ? body.data[2] : 0;
}

/* Is it a revocation that says nothing of the part before it? Behind a picture stands its own. */
static bool is_stray(const struct part *open, const struct packet *packet)
{
    const unsigned type = signature_type(packet->body);
    switch (type) {
    case KEY_REVOCATION:
    case SUBKEY_REVOCATION:
        return open == NULL || !is_revocation(open->kind, type);
    case USER_ID_REVOCATION:
        return open != NULL && open->kind != PART_USER_ID;
    default:
        return false;
    }
}

static void add_stray(struct strays *strays, const struct packet *packet)
{
    if (strays->count < PARTS_SIGNATURES)
        strays->packet[strays->count++] = *packet;
    else
        strays->too_many = true;
}

/* To the first part that it may concern; one that GnuPG cannot check throws doubt on each. */
static void place_strays(struct parts *parts, const struct strays *strays)
{
    for (size_t i = 0; i < strays->count; i++) {
        const unsigned type = signature_type(strays->packet[i].body);
        bool kept = false;
        for (size_t k = 0; !kept && k < parts->count; k++)
            if (is_revocation(parts->part[k].kind, type))
                kept = add_signature(&parts->part[k], parts->part[0].key.keyid, &strays->packet[i]);
    }
    if (strays->too_many)
        parts->part[0].doubtful_revoked = true;
}

/* What stands twice is one: a revocation may be behind either. */
static struct part *find_twin(struct parts *parts, const struct part *part)
{
    for (struct part *p = parts->part; p < part; p++)
        if (p->kind == part->kind && bytes_equal(p->body, part->body))
            return p;
    return NULL;
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
    struct part *twin = find_twin(parts, part);
    if (status == OK && twin == NULL)
        parts->count++;
    *out = twin != NULL ? twin : part;
    return status;
}

static enum status add_packet(struct parts *parts, struct strays *strays, struct part **open,
                              const struct packet *packet, struct err *err)
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
        if (is_stray(*open, packet))
            add_stray(strays, packet);
        else if (*open != NULL)
            (void)add_signature(*open, parts->part[0].key.keyid, packet);
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
    struct strays strays = {.count = 0};
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
            here = add_packet(out, &strays, &open, &packet, &fault);
        if (here != OK && (status == OK || here == ERR_REFUSED)) {
            status = here;
            (void)err_set(err, here, "%s", fault.text);
        }
        if (!cut || here == ERR_REFUSED)
            return status;
    }
    if (status == OK && out->count == 0)
        status = err_set(err, ERR_INVALID, "OpenPGP: no public key in it");
    if (status == OK)
        place_strays(out, &strays);
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
