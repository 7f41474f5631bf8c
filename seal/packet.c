#include "seal/packet.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* Reads big-endian numbers and runs off the front of bytes; short input sticks as failed. */
struct cursor {
    struct bytes rest;
    bool failed;
};

static uint32_t take_number(struct cursor *c, size_t size)
{
    uint32_t n = 0;
    if (c->failed || c->rest.size < size) {
        c->failed = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++)
        n = n << 8 | c->rest.data[i];
    c->rest.data += size;
    c->rest.size -= size;
    return n;
}

static struct bytes take_run(struct cursor *c, size_t size)
{
    struct bytes run = {c->rest.data, size};
    if (c->failed || c->rest.size < size) {
        c->failed = true;
        return (struct bytes){0};
    }
    c->rest.data += size;
    c->rest.size -= size;
    return run;
}

/* RFC 4880 §4.2.2; *partial says that another length follows the run. */
static size_t take_new_length(struct cursor *c, bool *partial)
{
    uint32_t first = take_number(c, 1);
    *partial = false;
    if (first < 192)
        return first;
    if (first < 224)
        return ((first - 192) << 8) + take_number(c, 1) + 192;
    if (first == 255)
        return take_number(c, 4);
    *partial = true;
    return (size_t)1 << (first & 0x1F);
}

static bool take_new_body(struct packet *out, struct cursor *c)
{
    bool partial = false;
    size_t size = take_new_length(c, &partial);
    out->body = take_run(c, size);
    while (partial && !c->failed) {
        if (out->tag != PACKET_SEIPD)
            return false;
        (void)take_run(c, take_new_length(c, &partial));
    }
    return !c->failed;
}

static bool take_old_body(struct packet *out, struct cursor *c, unsigned length_type)
{
    if (length_type == 3) /* "until the end": nobody who writes certificates or messages today */
        return false;
    out->body = take_run(c, take_number(c, (size_t)1 << length_type));
    return !c->failed;
}

enum status packet_next(struct packet *out, struct bytes *rest, struct err *err)
{
    struct cursor c = {.rest = *rest};
    *out = (struct packet){0};
    if (rest->size == 0)
        return err_set(err, ERR_NOT_FOUND, "OpenPGP: no further packet");
    unsigned head = take_number(&c, 1);
    bool is_new = (head & 0x40) != 0;
    out->tag = is_new ? head & 0x3F : (head >> 2) & 0x0F;
    if ((head & 0x80) == 0 || out->tag == 0)
        return err_set(err, ERR_INVALID, "OpenPGP: what follows is no packet");
    if (is_new ? !take_new_body(out, &c) : !take_old_body(out, &c, head & 3))
        return err_set(err, ERR_INVALID, "OpenPGP: packet of kind %u breaks off", out->tag);
    out->whole = (struct bytes){rest->data, rest->size - c.rest.size};
    *rest = c.rest;
    return OK;
}

void packet_hex(char *out, const unsigned char *data, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 15];
    }
    out[2 * size] = '\0';
}

/* RFC 4880 §12.2. SHA-1 is the name of a key here, not a proof of anything. */
static bool fingerprint(unsigned char out[20], struct bytes body)
{
    const unsigned char head[3] = {0x99, (unsigned char)(body.size >> 8 & 0xFF),
                                   (unsigned char)(body.size & 0xFF)};
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
                EVP_DigestUpdate(ctx, head, sizeof head) == 1 &&
                EVP_DigestUpdate(ctx, body.data, body.size) == 1 &&
                EVP_DigestFinal_ex(ctx, out, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return done;
}

enum status packet_read_key(struct packet_key *out, struct bytes body, struct err *err)
{
    struct cursor c = {.rest = body};
    *out = (struct packet_key){0};
    unsigned version = take_number(&c, 1);
    out->created_s = take_number(&c, 4);
    out->algo = take_number(&c, 1);
    if (c.failed || body.size > 0xFFFF)
        return err_set(err, ERR_INVALID, "OpenPGP: a key packet breaks off");
    if (version != 4)
        return err_set(err, ERR_INVALID, "OpenPGP: a key of version %u, 4 is needed", version);
    if (!fingerprint(out->digest, body))
        return err_set(err, ERR_INVALID, "OpenPGP: no fingerprint of a key");
    packet_hex(out->fpr, out->digest, sizeof out->digest);
    packet_hex(out->keyid, out->digest + 12, 8);
    return OK;
}

/* RFC 4880 §5.2.3.1. Times and flags count only where the signature covers them. */
static bool read_subpackets(struct packet_signature *out, struct bytes area, bool hashed)
{
    struct cursor c = {.rest = area};
    while (c.rest.size > 0 && !c.failed) {
        uint32_t first = take_number(&c, 1);
        size_t size = first;
        if (first == 255)
            size = take_number(&c, 4);
        else if (first >= 192)
            size = ((first - 192) << 8) + take_number(&c, 1) + 192;
        struct cursor sub = {.rest = take_run(&c, size)};
        if (c.failed)
            return false;
        switch (take_number(&sub, 1) & 0x7F) {
        case 2:
            if (hashed)
                out->created_s = take_number(&sub, 4);
            break;
        case 16:
            if (sub.rest.size == 8)
                packet_hex(out->keyid, sub.rest.data, 8);
            break;
        case 27:
            if (hashed && sub.rest.size > 0) {
                out->has_flags = true;
                out->flags = take_number(&sub, 1);
            }
            break;
        case 33: /* the whole fingerprint; of version 4 its end is the key id */
            if (sub.rest.size == 21 && sub.rest.data[0] == 4)
                packet_hex(out->keyid, sub.rest.data + 13, 8);
            break;
        default:
            break;
        }
        if (sub.failed)
            return false;
    }
    return !c.failed;
}

enum status packet_read_signature(struct packet_signature *out, struct bytes body, struct err *err)
{
    struct cursor c = {.rest = body};
    *out = (struct packet_signature){.version = take_number(&c, 1)};
    bool good = false;
    if (out->version == 3) {
        bool hashed_five = take_number(&c, 1) == 5;
        out->type = take_number(&c, 1);
        out->created_s = take_number(&c, 4);
        struct bytes id = take_run(&c, 8);
        (void)take_number(&c, 1);
        out->digest = take_number(&c, 1);
        good = !c.failed && hashed_five;
        if (good)
            packet_hex(out->keyid, id.data, 8);
    } else if (out->version == 4) {
        out->type = take_number(&c, 1);
        (void)take_number(&c, 1);
        out->digest = take_number(&c, 1);
        struct bytes hashed = take_run(&c, take_number(&c, 2));
        struct bytes unhashed = take_run(&c, take_number(&c, 2));
        good = !c.failed && read_subpackets(out, unhashed, false) &&
               read_subpackets(out, hashed, true);
    }
    return good ? OK : err_set(err, ERR_INVALID, "OpenPGP: a signature that cannot be read");
}

bool packet_digest_is_weak(unsigned digest)
{
    return digest < 8 || digest > 10; /* SHA-256, SHA-384, SHA-512 */
}
