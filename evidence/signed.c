#include "evidence/signed.h"

#include <stdio.h>
#include <string.h>

#define FIRST_LINE "tocsin.signer/1"
#define NUMBERS 3 /* size, at_ms, whole_ms */

void signed_write(struct str *out, const struct signed_state *state)
{
    char hex[SHA256_HEX];
    size_t begin = out->size;
    str_addf(out, FIRST_LINE "\n%s\n%lld\n%s\n%lld\n%lld\n", state->origin,
             (long long)state->tree.size, sha256_hex(hex, &state->prev), (long long)state->at_ms,
             (long long)state->whole_ms);
    for (size_t i = 0; i < state->tree.depth; i++)
        str_addf(out, "%s\n", sha256_hex(hex, &state->tree.whole[i]));
    sha256_hex_of(hex, (struct bytes){(const unsigned char *)out->data + begin, out->size - begin});
    str_addf(out, "%s\n", hex);
}

/* The next line without its newline, NUL-terminated; false at the end or when it is too long. */
static bool next_line(char *out, size_t room, struct bytes *rest)
{
    const unsigned char *end = rest->size > 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    size_t size = end != NULL ? (size_t)(end - rest->data) : 0;
    if (end == NULL || size >= room || memchr(rest->data, '\0', size) != NULL)
        return false;
    memcpy(out, rest->data, size);
    out[size] = '\0';
    rest->data += size + 1;
    rest->size -= size + 1;
    return true;
}

static bool next_number(int64_t *out, struct bytes *rest)
{
    char line[24];
    long long number = 0;
    int end = 0;
    if (!next_line(line, sizeof line, rest) || strspn(line, "0123456789") != strlen(line) ||
        line[0] == '\0' || strlen(line) > 18 || sscanf(line, "%lld%n", &number, &end) != 1)
        return false;
    *out = number;
    return true;
}

static bool next_hash(struct sha256 *out, struct bytes *rest)
{
    char line[SHA256_HEX];
    return next_line(line, sizeof line, rest) && sha256_parse(out, line, NULL) == OK;
}

static bool read_state(struct signed_state *out, struct bytes text)
{
    struct sha256 frontier[TREE_LEVELS], sum, told;
    struct bytes rest = text;
    char line[NOTE_NAME];
    size_t count = 0;
    int64_t size = 0;
    if (!next_line(line, sizeof line, &rest) || strcmp(line, FIRST_LINE) != 0 ||
        !next_line(out->origin, sizeof out->origin, &rest) || !next_number(&size, &rest) ||
        !next_hash(&out->prev, &rest) || !next_number(&out->at_ms, &rest) ||
        !next_number(&out->whole_ms, &rest))
        return false;
    while (rest.size > SHA256_HEX && count < TREE_LEVELS)
        if (!next_hash(&frontier[count++], &rest))
            return false;
    sha256(&sum, (struct bytes){text.data, (size_t)(rest.data - text.data)});
    return next_hash(&told, &rest) && rest.size == 0 && sha256_equal(&sum, &told) &&
           tree_restore(&out->tree, size, frontier, count, NULL) == OK;
}

enum status signed_read(struct signed_state *out, struct bytes text, struct err *err)
{
    struct signed_state state = {0};
    if (!read_state(&state, text))
        return err_set(err, ERR_CORRUPT, "what the signer remembers is not whole");
    *out = state;
    return OK;
}

void signed_begin(struct signed_walk *walk, const struct signed_state *known, bool whole)
{
    *walk = (struct signed_walk){.known = known};
    entry_check_init(&walk->check);
    tree_init(&walk->tree);
    if (known != NULL && !whole) {
        walk->tree = known->tree;
        walk->check.head = (struct entry_head){known->tree.size, known->prev};
    }
}

static bool same_tree(const struct signed_walk *walk)
{
    struct sha256 now, then;
    tree_root(&now, &walk->tree);
    tree_root(&then, &walk->known->tree);
    return sha256_equal(&now, &then) && sha256_equal(&walk->check.head.prev, &walk->known->prev);
}

static enum status compare(const struct signed_walk *walk, struct err *err)
{
    if (walk->known == NULL || walk->tree.size != walk->known->tree.size || same_tree(walk))
        return OK;
    return err_set(err, ERR_REFUSED,
                   "the first %lld entries are not those that were signed: the log was changed: "
                   "nothing is signed over it",
                   (long long)walk->known->tree.size);
}

enum status signed_step(struct signed_walk *walk, struct bytes line, struct err *err)
{
    if (!entry_check_line(&walk->check, line))
        return err_set(err, ERR_REFUSED, "bad: entry %lld: %s: nothing is signed over it",
                       (long long)walk->check.bad_idx, walk->check.reason);
    tree_add(&walk->tree, &walk->check.head.prev);
    return compare(walk, err);
}

enum status signed_end(const struct signed_walk *walk, int64_t idx, const struct sha256 *prev,
                       struct err *err)
{
    if (walk->known != NULL && idx < walk->known->tree.size)
        return err_set(err, ERR_REFUSED,
                       "the log has %lld entries, and %lld were signed: is the store a restored "
                       "backup? Nothing is signed over it",
                       (long long)idx, (long long)walk->known->tree.size);
    if (walk->check.head.idx != idx || !sha256_equal(&walk->check.head.prev, prev))
        return err_set(err, ERR_REFUSED,
                       "bad: entry %lld: the log's head does not fit its last entry",
                       (long long)walk->check.head.idx);
    return compare(walk, err);
}
