#include "evidence/tree.h"

void tree_node(struct sha256 *out, const struct sha256 *left, const struct sha256 *right)
{
    static const unsigned char prefix[1] = {0x01};
    const struct bytes parts[] = {
        {prefix, sizeof prefix}, {left->byte, SHA256_SIZE}, {right->byte, SHA256_SIZE}};
    sha256_parts(out, parts, 3);
}

void tree_leaf(struct sha256 *out, struct bytes line_with_newline)
{
    static const unsigned char prefix[1] = {0x00};
    const struct bytes parts[] = {{prefix, sizeof prefix}, line_with_newline};
    sha256_parts(out, parts, 2);
}

void tree_init(struct tree *tree)
{
    *tree = (struct tree){0};
}

/*
 * A leaf is a whole tree of one; two whole trees of one size become one of twice the size, as the
 * carry of a binary counter.
 */
void tree_add(struct tree *tree, const struct sha256 *leaf)
{
    struct sha256 carried = *leaf;
    for (int64_t carry = tree->size; (carry & 1) != 0; carry >>= 1) {
        tree->depth--;
        tree_node(&carried, &tree->whole[tree->depth], &carried);
    }
    tree->whole[tree->depth++] = carried;
    tree->size++;
}

/* RFC 6962 hangs each smaller whole tree to the right of the larger. */
void tree_root(struct sha256 *out, const struct tree *tree)
{
    if (tree->size == 0) {
        sha256(out, (struct bytes){NULL, 0});
        return;
    }
    struct sha256 root = tree->whole[tree->depth - 1];
    for (size_t i = tree->depth - 1; i > 0; i--)
        tree_node(&root, &tree->whole[i - 1], &root);
    *out = root;
}

static size_t ones(int64_t size)
{
    size_t count = 0;
    for (uint64_t left = (uint64_t)size; left != 0; left &= left - 1)
        count++;
    return count;
}

enum status tree_restore(struct tree *out, int64_t size, const struct sha256 *whole, size_t count,
                         struct err *err)
{
    if (size < 0 || ones(size) != count)
        return err_set(err, ERR_INVALID, "frontier: %zu hashes do not make a tree of %lld leaves",
                       count, (long long)size);
    tree_init(out);
    out->size = size;
    out->depth = count;
    for (size_t i = 0; i < count; i++)
        out->whole[i] = whole[i];
    return OK;
}
