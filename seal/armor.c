#include "seal/armor.h"

#include "seal/crc24.h"
#include "seal/encode.h"

#include <string.h>

#define BEGIN "-----BEGIN PGP "
#define END "-----END PGP "
#define DASHES "-----"
#define HEADER_LINES 64

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool armor_is_blank(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_space(text.data[i]))
            return false;
    return true;
}

struct bytes armor_next_line(struct bytes *rest)
{
    if (rest->size == 0)
        return (struct bytes){0};
    const unsigned char *end = memchr(rest->data, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->data);
    size_t whole = end == NULL ? size : size + 1;
    struct bytes line = {rest->data, size};
    while (line.size > 0 && is_space(line.data[line.size - 1]))
        line.size--;
    rest->data += whole;
    rest->size -= whole;
    return line;
}

static bool starts(struct bytes line, const char *prefix)
{
    size_t size = strlen(prefix);
    return line.size >= size && memcmp(line.data, prefix, size) == 0;
}

/* "-----BEGIN PGP KIND-----": false when line is no such thing or KIND is no word of ours. */
static bool read_begin(char kind[32], struct bytes line)
{
    size_t fixed = strlen(BEGIN) + strlen(DASHES);
    if (!starts(line, BEGIN) || line.size <= fixed || line.size - fixed >= 32)
        return false;
    size_t size = line.size - fixed;
    if (memcmp(line.data + line.size - strlen(DASHES), DASHES, strlen(DASHES)) != 0)
        return false;
    memcpy(kind, line.data + strlen(BEGIN), size);
    kind[size] = '\0';
    return true;
}

static bool is_end(struct bytes line, const char *kind)
{
    size_t size = strlen(kind);
    return line.size == strlen(END) + size + strlen(DASHES) && starts(line, END) &&
           memcmp(line.data + strlen(END), kind, size) == 0 &&
           memcmp(line.data + strlen(END) + size, DASHES, strlen(DASHES)) == 0;
}

/* What each sign of base64 stands for, -1: it is none. */
static const signed char value_of[256] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1, -1, 0,  1,  2,  3,  4,  5,  6,
    7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
    -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48,
    49, 50, 51, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

/* Decoding goes on over line ends: an armour may break its lines anywhere. */
#define RUN ((size_t)768) /* decoded bytes that are added at once */

struct decoder {
    struct str *out;
    uint32_t bits;
    unsigned count; /* of the signs in bits, 0 to 3 */
    unsigned pads;
    uint32_t crc;
    unsigned char run[RUN];
    size_t used;
};

static void flush_run(struct decoder *d)
{
    d->crc = crc24_add(d->crc, d->run, d->used);
    str_add_n(d->out, d->run, d->used);
    d->used = 0;
}

static void add_group(struct decoder *d)
{
    if (RUN - d->used < 3)
        flush_run(d);
    d->run[d->used] = (unsigned char)(d->bits >> 16 & 0xFF);
    d->run[d->used + 1] = (unsigned char)(d->bits >> 8 & 0xFF);
    d->run[d->used + 2] = (unsigned char)(d->bits & 0xFF);
    d->used += d->pads < 3 ? 3 - d->pads : 0;
    d->bits = 0;
    d->count = 0;
}

static bool decode_line(struct decoder *d, struct bytes line)
{
    for (size_t i = 0; i < line.size; i++) {
        int value = value_of[line.data[i]];
        if (line.data[i] == '=' && d->count >= 2) {
            d->pads++;
            value = 0;
        } else if (value < 0 || d->pads > 0) {
            return false;
        }
        d->bits = d->bits << 6 | (uint32_t)value;
        d->count++;
        if (d->count == 4)
            add_group(d);
    }
    return true;
}

/* "=" and four signs: the CRC-24 of everything before. */
static bool read_checksum(uint32_t *out, struct bytes line)
{
    *out = 0;
    if (line.size != 5 || line.data[0] != '=')
        return false;
    for (size_t i = 1; i < 5; i++) {
        int value = value_of[line.data[i]];
        if (value < 0)
            return false;
        *out = *out << 6 | (uint32_t)value;
    }
    return true;
}

static enum status skip_headers(struct bytes *rest, struct err *err)
{
    for (unsigned i = 0; i < HEADER_LINES && rest->size > 0; i++) {
        struct bytes line = armor_next_line(rest);
        if (line.size == 0)
            return OK;
        if (memchr(line.data, ':', line.size) == NULL)
            break;
    }
    return err_set(err, ERR_INVALID, "armour: no empty line after its head: export the file again");
}

static enum status decode_body(struct str *data, struct bytes *rest, const char *kind,
                               struct err *err)
{
    struct decoder d = {.out = data, .crc = CRC24_START};
    bool checked = false;
    while (rest->size > 0) {
        uint32_t sum = 0;
        struct bytes line = armor_next_line(rest);
        if (is_end(line, kind)) {
            flush_run(&d);
            if (d.count != 0)
                return err_set(err, ERR_INVALID, "armour: it breaks off: export the file again");
            return str_ok(data) ? OK : err_set(err, ERR_INVALID, "armour: too large");
        }
        if (!checked && read_checksum(&sum, line)) {
            flush_run(&d);
            if (d.count != 0 || sum != d.crc)
                return err_set(err, ERR_INVALID, "armour: wrong checksum: export the file again");
            checked = true;
        } else if (checked || !decode_line(&d, line)) {
            return err_set(err, ERR_INVALID, "armour: foreign signs in it: export the file again");
        }
    }
    return err_set(err, ERR_INVALID, "armour: no last line: export the file again");
}

enum status armor_decode(struct armor *out, struct str *data, struct bytes text, struct err *err)
{
    struct bytes rest = text;
    *out = (struct armor){.before = text};
    while (rest.size > 0) {
        size_t at = text.size - rest.size;
        struct bytes line = armor_next_line(&rest);
        if (!read_begin(out->kind, line))
            continue;
        out->before.size = at;
        enum status status = skip_headers(&rest, err);
        if (status == OK)
            status = decode_body(data, &rest, out->kind, err);
        out->after = rest;
        return status;
    }
    return err_set(err, ERR_NOT_FOUND, "armour: no OpenPGP block begins in it");
}

void armor_encode(struct str *out, const char *kind, struct bytes data)
{
    const uint32_t crc = crc24_add(CRC24_START, data.data, data.size);
    const unsigned char sum[3] = {(unsigned char)(crc >> 16), (unsigned char)(crc >> 8 & 0xFF),
                                  (unsigned char)(crc & 0xFF)};
    str_addf(out, BEGIN "%s" DASHES "\r\n\r\n", kind);
    encode_base64(out, data);
    str_add_c(out, '=');
    encode_base64(out, (struct bytes){sum, sizeof sum});
    str_addf(out, END "%s" DASHES "\r\n", kind);
}
