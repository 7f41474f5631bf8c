#include "base/arena.h"

#include "base/str.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Small work stays in a small block: each is zeroed when it is made. The first one is of a size
 * that malloc takes from the pieces it has just got back (up to 1,032 bytes), without a search.
 */
#define BLOCK_FIRST ((size_t)960)
#define BLOCK_SECOND ((size_t)8 * 1024 - 64)
#define BLOCK_SIZE ((size_t)64 * 1024 - 64)

struct block {
    struct block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *head;
    size_t total;
};

struct arena *arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct block *block = arena->head; block != NULL;) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    free(arena);
}

static struct block *block_new(struct arena *arena, size_t size)
{
    struct block *block = xcalloc(1, sizeof *block + size);
    block->size = size;
    block->next = arena->head;
    arena->head = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t rounded = (size + align - 1) / align * align;
    struct block *block = arena->head;
    if (rounded < size)
        abort(); /* size_t overflow: a bug of the caller */
    if (block == NULL || block->size - block->used < rounded) {
        struct block *old = arena->head;
        size_t usual = old == NULL                ? BLOCK_FIRST
                       : old->size < BLOCK_SECOND ? BLOCK_SECOND
                                                  : BLOCK_SIZE;
        block = block_new(arena, rounded > usual ? rounded : usual);
        /* A block made for one large object is full at once: keep the roomier one in front. */
        if (old != NULL && rounded > usual) {
            arena->head = old;
            block->next = old->next;
            old->next = block;
        }
    }
    void *out = block->data + block->used;
    block->used += rounded;
    arena->total += rounded;
    return out;
}

char *arena_strndup(struct arena *arena, const char *text, size_t size)
{
    char *out = arena_alloc(arena, size + 1);
    if (size > 0)
        memcpy(out, text, size);
    return out;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        abort();
    char *out = arena_alloc(arena, (size_t)size + 1);
    va_start(args, format);
    (void)vsnprintf(out, (size_t)size + 1, format, args);
    va_end(args);
    return out;
}

size_t arena_size(const struct arena *arena)
{
    return arena->total;
}

void arena_push(struct arena *arena, void *items, size_t *count, size_t item_size, const void *item)
{
    void *array = NULL;
    memcpy(&array, items, sizeof array);
    /* Capacity is the next power of two from 4 up, so it needs no field of its own. */
    bool full = *count == 0 || (*count >= 4 && (*count & (*count - 1)) == 0);
    if (full) {
        size_t capacity = *count < 4 ? 4 : *count * 2;
        void *grown = arena_alloc(arena, capacity * item_size);
        if (*count > 0)
            memcpy(grown, array, *count * item_size);
        array = grown;
        memcpy(items, &array, sizeof array);
    }
    memcpy((unsigned char *)array + *count * item_size, item, item_size);
    (*count)++;
}
