#include "evidence/verify_inner.h"

#include <stdio.h>
#include <string.h>

/* The next line of a text, without its newline; false at the end, or when the newline is missing.
 */
static bool next_line(struct bytes *out, struct bytes *rest)
{
    const unsigned char *end = rest->size > 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    if (end == NULL)
        return false;
    *out = (struct bytes){rest->data, (size_t)(end - rest->data)};
    rest->size -= out->size + 1;
    rest->data = end + 1;
    return true;
}

enum status verify_keys(struct verify *v, struct err *err)
{
    struct str text;
    struct bytes line;
    str_init(&text, VERIFY_KEYS * sizeof v->key[0].line);
    enum status status = verify_whole(&text, v, "log.vkey", err);
    struct bytes rest = str_bytes(&text);
    while (status == OK && rest.size > 0) {
        struct verify_key *key = &v->key[v->keys];
        if (v->keys == VERIFY_KEYS || !next_line(&line, &rest) || line.size >= sizeof key->line ||
            note_verifier_read(&key->verifier, line, NULL) != OK) {
            status = bundle_bad(&v->fault, "log.vkey", "not-canonical");
            break;
        }
        memcpy(key->line, line.data, line.size);
        key->named_at = -1;
        v->keys++;
    }
    if (status == OK && v->keys == 0)
        status = bundle_bad(&v->fault, "log.vkey", "not-canonical");
    if (status == OK) {
        char id[9];
        note_verifier_id(id, &v->key[0].verifier);
        (void)snprintf(v->verdict->signer, sizeof v->verdict->signer, "%s+%s",
                       v->key[0].verifier.name, id);
        v->key[0].counts = true;
    }
    str_dispose(&text);
    return status;
}

static bool read_hash(struct sha256 *out, struct bytes *rest)
{
    struct bytes line;
    char hex[SHA256_HEX];
    if (!next_line(&line, rest) || line.size != SHA256_HEX - 1)
        return false;
    memcpy(hex, line.data, line.size);
    hex[line.size] = '\0';
    return sha256_parse(out, hex, NULL) == OK;
}

/* Decimal without zeros in front. */
static bool read_size(int64_t *out, struct bytes *rest)
{
    struct bytes line;
    if (!next_line(&line, rest) || line.size == 0 || line.size > 18 ||
        (line.data[0] == '0' && line.size > 1))
        return false;
    *out = 0;
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] < '0' || line.data[i] > '9')
            return false;
        *out = *out * 10 + (line.data[i] - '0');
    }
    return true;
}

static bool read_start(struct verify *v, struct bytes rest)
{
    struct sha256 frontier[TREE_LEVELS];
    struct bytes line;
    size_t count = 0;
    int64_t size = 0;
    if (!next_line(&line, &rest) || !bytes_equal(line, bytes_of("tocsin.bundle/1")) ||
        !read_size(&size, &rest) || !read_hash(&v->check.head.prev, &rest))
        return false;
    while (rest.size > 0 && count < TREE_LEVELS)
        if (!read_hash(&frontier[count++], &rest))
            return false;
    static const struct sha256 zeros;
    if (size == 0 && !sha256_equal(&v->check.head.prev, &zeros))
        return false;
    v->check.head.idx = size;
    v->verdict->start = size;
    return rest.size == 0 && tree_restore(&v->tree, size, frontier, count, NULL) == OK;
}

enum status verify_start(struct verify *v, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    entry_check_init(&v->check);
    enum status status = verify_whole(&text, v, "start", err);
    if (status == OK && !read_start(v, str_bytes(&text)))
        status = bundle_bad(&v->fault, "start", "not-canonical");
    str_dispose(&text);
    return status;
}
