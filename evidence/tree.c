#include "evidence/entry.h"

#include <string.h>

#define LEVELS 64 /* more than leaves can be counted */

static void hash_node(struct sha256 *out, const struct sha256 *left, const struct sha256 *right)
{
    static const unsigned char prefix[1] = {0x01};
    const struct bytes parts[] = {
        {prefix, sizeof prefix}, {left->byte, SHA256_SIZE}, {right->byte, SHA256_SIZE}};
    sha256_parts(out, parts, 3);
}

void entry_leaf(struct sha256 *out, struct bytes line_with_newline)
{
    static const unsigned char prefix[1] = {0x00};
    const struct bytes parts[] = {{prefix, sizeof prefix}, line_with_newline};
    sha256_parts(out, parts, 2);
}

/*
 * A leaf is a whole tree of one; two whole trees of one size become one of twice the size, as the
 * carry of a binary counter. What is left at the end are whole trees of falling size, and RFC 6962
 * hangs each smaller one to the right of the larger.
 */
void entry_root(struct sha256 *out, const struct sha256 *leaves, size_t count)
{
    struct sha256 whole[LEVELS];
    size_t depth = 0;
    if (count == 0) {
        sha256(out, (struct bytes){NULL, 0});
        return;
    }
    for (size_t i = 0; i < count; i++) {
        whole[depth++] = leaves[i];
        for (size_t carry = i; (carry & 1) != 0; carry >>= 1, depth--)
            hash_node(&whole[depth - 2], &whole[depth - 2], &whole[depth - 1]);
    }
    for (; depth > 1; depth--)
        hash_node(&whole[depth - 2], &whole[depth - 2], &whole[depth - 1]);
    *out = whole[0];
}
