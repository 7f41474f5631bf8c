#include "dispatcher/plan/match_memo.h"

#include "base/hash.h"

#include <stdlib.h>

#define SLOTS (2 * MATCH_MEMO_MOST) /* a power of two, at most half full */

struct slot {
    const char *vendor, *product, *version;
    struct match_result result;
    bool used;
};

struct match_memo {
    struct arena *arena;
    struct hash_key key;
    size_t count;
    struct slot slots[SLOTS];
};

struct match_memo *match_memo_new(void)
{
    struct match_memo *memo = xcalloc(1, sizeof *memo);
    memo->arena = arena_new();
    hash_key_init(&memo->key);
    return memo;
}

void match_memo_free(struct match_memo *memo)
{
    if (memo == NULL)
        return;
    arena_free(memo->arena);
    free(memo);
}

/* Where it stands, or the free place where it would. */
static size_t place_of(const struct match_memo *memo, const struct match_item *item)
{
    const uint64_t hash = hash_keyed(&memo->key, 1, bytes_of(item->vendor)) ^
                          hash_keyed(&memo->key, 2, bytes_of(item->product)) ^
                          hash_keyed(&memo->key, 3, bytes_of(item->version));
    size_t at = (size_t)hash & (SLOTS - 1);
    for (; memo->slots[at].used; at = (at + 1) & (SLOTS - 1)) {
        const struct slot *slot = &memo->slots[at];
        if (text_equal(slot->product, item->product) && text_equal(slot->version, item->version) &&
            text_equal(slot->vendor, item->vendor))
            break;
    }
    return at;
}

const struct match_result *match_memo_find(const struct match_memo *memo,
                                           const struct match_item *item)
{
    const struct slot *slot = &memo->slots[place_of(memo, item)];
    return slot->used ? &slot->result : NULL;
}

void match_memo_keep(struct match_memo *memo, const struct match_item *item,
                     const struct match_result *result)
{
    struct slot *slot = &memo->slots[place_of(memo, item)];
    if (slot->used || memo->count == MATCH_MEMO_MOST)
        return;
    *slot = (struct slot){.vendor = arena_strdup(memo->arena, item->vendor),
                          .product = arena_strdup(memo->arena, item->product),
                          .version = arena_strdup(memo->arena, item->version),
                          .result = *result,
                          .used = true};
    slot->result.comparison = arena_strdup(memo->arena, result->comparison);
    memo->count++;
}
