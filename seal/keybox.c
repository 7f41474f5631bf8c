/*
 * The form is GnuPG's (doc: its kbx/keybox-blob.c): numbers are big-endian, each certificate is a
 * blob that begins with the fingerprints of its keys, and places are counted from its beginning.
 */
#include "seal/keybox.h"

#include <openssl/evp.h>
#include <string.h>

enum { BLOB_FIRST = 1, BLOB_OPENPGP = 2, BLOB_VERSION = 1, FLAG_OPENPGP = 2 };
#define FIRST_SIZE 32U
#define HEAD_SIZE 20U     /* of a blob, before the keys */
#define KEY_SIZE 28U      /* a fingerprint, where its key id stands, two numbers of flags */
#define KEY_ID_AT 12U     /* in the fingerprint */
#define USER_ID_SIZE 12U  /* of an entry in a table that stays empty: nobody is found by name */
#define SIGNATURE_SIZE 4U /* the same */
#define MIDDLE_SIZE                                                                                \
    30U /* behind the keys: three empty tables, and 20 bytes of what was not set                   \
         */
#define SUM_SIZE 20U

/*
 * GnuPG writes a keybox anew when that was last done three hours ago. Nothing in ours ever has to
 * go: it was last done in the year 2097.
 */
#define CLEANED_S 0xF0000000U

static void put_number(struct str *out, uint32_t n, size_t size)
{
    while (size-- > 0)
        str_add_c(out, (char)(n >> 8 * size & 0xFF));
}

static void put_zeros(struct str *out, size_t size)
{
    while (size-- > 0)
        str_add_c(out, '\0');
}

void keybox_begin(struct str *out)
{
    put_number(out, FIRST_SIZE, 4);
    put_number(out, BLOB_FIRST, 1);
    put_number(out, BLOB_VERSION, 1);
    put_number(out, FLAG_OPENPGP, 2);
    str_add(out, "KBXf");
    put_zeros(out, 8);
    put_number(out, CLEANED_S, 4);
    put_zeros(out, 8);
}

static void put_signatures(struct str *out, const struct part_signatures *list, bool good)
{
    /* GnuPG's packet of trust: what it is not asked for, and "checked, valid". */
    static const unsigned char checked[] = {0xB0, 2, 0, 3};
    for (size_t i = 0; i < list->count; i++) {
        str_add_n(out, list->whole[i].data, list->whole[i].size);
        if (good)
            str_add_n(out, checked, sizeof checked);
    }
}

static void put_certificate(struct str *out, const struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->part[i];
        bool alone = part->bindings.count == 1 && part->revocations.count == 0;
        str_add_n(out, part->whole.data, part->whole.size);
        put_signatures(out, &part->revocations, false);
        put_signatures(out, &part->bindings, alone && part->kind != PART_PRIMARY);
    }
}

static void put_sum(struct str *out, size_t begin)
{
    unsigned char sum[SUM_SIZE] = {0};
    if (str_ok(out))
        (void)EVP_Digest(out->data + begin, out->size - begin, sum, NULL, EVP_sha1(), NULL);
    str_add_n(out, sum, sizeof sum);
}

void keybox_add(struct str *out, const struct parts *parts)
{
    struct str certificate;
    const size_t begin = out->size;
    size_t keys = 0;
    str_init(&certificate, out->limit);
    put_certificate(&certificate, parts);
    for (size_t i = 0; i < parts->count; i++)
        keys += parts->part[i].kind == PART_USER_ID ? 0 : 1;
    const size_t at = HEAD_SIZE + keys * KEY_SIZE + MIDDLE_SIZE;
    put_number(out, (uint32_t)(at + certificate.size + SUM_SIZE), 4);
    put_number(out, BLOB_OPENPGP, 1);
    put_number(out, BLOB_VERSION, 1);
    put_number(out, 0, 2);
    put_number(out, (uint32_t)at, 4);
    put_number(out, (uint32_t)certificate.size, 4);
    put_number(out, (uint32_t)keys, 2);
    put_number(out, KEY_SIZE, 2);
    for (size_t i = 0; i < parts->count; i++) {
        const struct packet_key *key = &parts->part[i].key;
        if (parts->part[i].kind == PART_USER_ID)
            continue;
        const size_t here = out->size - begin;
        str_add_n(out, key->digest, sizeof key->digest);
        put_number(out, (uint32_t)(here + KEY_ID_AT), 4);
        put_zeros(out, 4);
    }
    put_zeros(out, 2); /* no serial number */
    put_zeros(out, 2);
    put_number(out, USER_ID_SIZE, 2);
    put_zeros(out, 2);
    put_number(out, SIGNATURE_SIZE, 2);
    put_zeros(out, 20);
    str_add_n(out, certificate.data, certificate.size);
    if (!str_ok(&certificate))
        out->failed = true;
    put_sum(out, begin);
    str_dispose(&certificate);
}
