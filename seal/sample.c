#include "seal/sample.h"

#include "seal/armor.h"
#include "seal/check.h"
#include "seal/crc24.h"
#include "seal/encode.h"
#include "seal/mime.h"
#include "seal/prove.h"
#include "seal/reader.h"

#include <string.h>

#define SUM_SIGNS ((size_t)4)
#define LINE_WRITTEN (ENCODE_LINE_SIGNS + 2) /* and CR LF */

static const char opening[] = "-----BEGIN PGP MESSAGE-----\r\n\r\n";
static const char closing[] = "\r\n-----END PGP MESSAGE-----\r\n";

void sample_init(struct sample *sample)
{
    *sample = (struct sample){0};
    str_init(&sample->message, STR_LIMIT_MAIL);
}

void sample_dispose(struct sample *sample)
{
    str_dispose(&sample->message);
}

static struct bytes run_of(struct bytes all, size_t from, size_t till)
{
    return (struct bytes){all.data + from, till - from};
}

static bool find(size_t *at, struct bytes text, size_t from, const char *words)
{
    const unsigned char *found = memmem(text.data + from, text.size - from, words, strlen(words));
    *at = found == NULL ? 0 : (size_t)(found - text.data);
    return found != NULL;
}

/* What stands in those lines: the key packet, and of the data as much as fills them. */
static void add_lines(struct str *out, const struct sample *sample, struct bytes key)
{
    struct str packets;
    str_init(&packets, STR_LIMIT_TEXT);
    str_add_n(&packets, key.data, key.size);
    str_add_n(&packets, sample->data.data, sample->kept);
    encode_base64(out, str_bytes(&packets));
    str_dispose(&packets);
}

/* The four signs of the checksum over key and data, without the line end. */
static void add_sum(struct str *out, const struct sample *sample, struct bytes key)
{
    const uint32_t crc =
        crc24_join(crc24_add(CRC24_START, key.data, key.size), sample->far, sample->data_sum);
    const unsigned char sum[3] = {(unsigned char)(crc >> 16), (unsigned char)(crc >> 8 & 0xFF),
                                  (unsigned char)(crc & 0xFF)};
    const size_t before = out->size;
    encode_base64(out, (struct bytes){sum, sizeof sum});
    str_truncate(out, before + SUM_SIGNS);
}

bool sample_take(struct sample *sample, struct bytes message, size_t frame, struct bytes key,
                 struct bytes data)
{
    const size_t lines = (key.size + ENCODE_LINE_BYTES - 1) / ENCODE_LINE_BYTES;
    struct str own;
    size_t end = 0;
    sample->key_size = 0;
    if (frame >= message.size || !find(&sample->lines, message, frame, opening) ||
        !find(&end, message, frame, closing))
        return false;
    sample->lines += strlen(opening);
    sample->behind = sample->lines + lines * LINE_WRITTEN;
    sample->sum = end - SUM_SIGNS;
    sample->kept = lines * ENCODE_LINE_BYTES - key.size;
    if (data.size <= sample->kept || sample->behind >= sample->sum ||
        message.data[sample->sum - 1] != '=')
        return false;
    sample->frame = frame;
    sample->data = data;
    sample->data_sum = crc24_add(0, data.data, data.size);
    sample->far = crc24_far(data.size);
    /* What is about to be written for others must be what stands here for this one. */
    str_init(&own, STR_LIMIT_TEXT);
    add_lines(&own, sample, key);
    bool same = bytes_equal(str_bytes(&own), run_of(message, sample->lines, sample->behind));
    str_reset(&own);
    add_sum(&own, sample, key);
    same =
        same && bytes_equal(str_bytes(&own), run_of(message, sample->sum, sample->sum + SUM_SIGNS));
    str_dispose(&own);
    str_reset(&sample->message);
    str_add_n(&sample->message, message.data, message.size);
    if (same && str_ok(&sample->message))
        sample->key_size = key.size;
    return sample->key_size > 0;
}

bool sample_fits(const struct sample *sample, size_t key_size)
{
    return key_size > 0 && sample->key_size == key_size;
}

void sample_write(struct str *out, size_t *frame, const struct sample *sample,
                  const struct plan *outside, struct bytes key)
{
    const struct bytes all = str_bytes(&sample->message);
    mime_write_outside(out, outside);
    *frame = out->size;
    str_add_n(out, all.data + sample->frame, sample->lines - sample->frame);
    add_lines(out, sample, key);
    str_add_n(out, all.data + sample->behind, sample->sum - sample->behind);
    add_sum(out, sample, key);
    str_add_n(out, all.data + sample->sum + SUM_SIGNS, all.size - sample->sum - SUM_SIGNS);
}

/*
 * The lines that are its own: the pinned key's packet, then the data's first bytes. *sum becomes
 * the signs of the checksum that must follow.
 */
static enum status prove_lines(struct str *sum, const struct sample *sample, struct bytes lines,
                               const char *sub_fpr, struct err *err)
{
    struct armor armor;
    struct str text;
    struct str packets;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&packets, STR_LIMIT_TEXT);
    str_add(&text, opening);
    str_add_n(&text, lines.data, lines.size);
    str_add(&text, closing + 2);
    enum status status = armor_decode(&armor, &packets, str_bytes(&text), err);
    struct bytes rest = str_bytes(&packets);
    if (status != OK)
        status = err_set(err, ERR_CORRUPT, "sealed message: its key packet is no armour");
    else
        status = prove_key(&rest, sub_fpr, err);
    const struct bytes key = {(const unsigned char *)str_text(&packets), packets.size - rest.size};
    if (status == OK &&
        (key.size != sample->key_size || !bytes_equal(rest, run_of(sample->data, 0, sample->kept))))
        status = err_set(err, ERR_CORRUPT,
                         "sealed message: other bytes behind its key packet than in its sample");
    if (status == OK)
        add_sum(sum, sample, key);
    str_dispose(&packets);
    str_dispose(&text);
    return status;
}

/* Bytes that are the sample's: the same, and as many. *at moves behind them. */
static bool same_run(size_t *at, const struct sample *sample, struct bytes message, size_t from,
                     size_t till)
{
    const size_t size = till - from;
    bool same = message.size - *at >= size &&
                memcmp(message.data + *at, sample->message.data + from, size) == 0;
    *at += same ? size : 0;
    return same;
}

/* All that is not its own, from behind its key packet to the end. */
static bool same_rest(const struct sample *sample, struct bytes message, size_t at,
                      struct bytes sum)
{
    if (!same_run(&at, sample, message, sample->behind, sample->sum) ||
        message.size - at < SUM_SIGNS || memcmp(message.data + at, sum.data, SUM_SIGNS) != 0)
        return false;
    at += SUM_SIGNS;
    return same_run(&at, sample, message, sample->sum + SUM_SIGNS, sample->message.size) &&
           at == message.size;
}

enum status sample_prove(const struct sample *sample, struct bytes message, size_t frame,
                         const struct plan *outside, const char *sub_fpr, struct bytes plain,
                         struct err *err)
{
    static const char differs[] = "sealed message: it differs from its sample where it must not";
    const size_t lines_size = sample->behind - sample->lines;
    struct str sum;
    size_t at = frame;
    if (frame > message.size || !same_run(&at, sample, message, sample->frame, sample->lines) ||
        message.size - at < lines_size)
        return err_set(err, ERR_CORRUPT, "%s", differs);
    const struct bytes own = {message.data, at + lines_size};
    if (!reader_is_canonical(own))
        return err_set(err, ERR_CORRUPT,
                       "sealed message: bare CR or LF, 8-bit signs or too long lines in it");
    str_init(&sum, STR_LIMIT_LINE);
    enum status status = prove_lines(&sum, sample, run_of(own, at, own.size), sub_fpr, err);
    if (status == OK)
        status = check_encrypted(own, outside, plain, err);
    if (status == OK && !same_rest(sample, message, own.size, str_bytes(&sum)))
        status = err_set(err, ERR_CORRUPT, "%s", differs);
    str_dispose(&sum);
    return status;
}
