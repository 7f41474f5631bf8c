/*
 * base/arena - memory for one unit of work (one advisory, one rendering, one
 * attempt), freed whole. Never returns NULL. Not for secrets.
 */
#ifndef TOCSIN_BASE_ARENA_H
#define TOCSIN_BASE_ARENA_H

#include "base/err.h"

#include <stddef.h>

struct arena; /* opaque */

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */

/* Zeroed, aligned for any object. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text); /* NULL gives NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t size);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
/* Bytes handed out so far: what a limit on memory is held against. */
size_t arena_size(const struct arena *arena);

/*
 * Append *item to the growing array *items (NULL when empty) of *count items of
 * item_size bytes. Growth is by doubling; the old array stays in the arena.
 */
void arena_push(struct arena *arena, void *items, size_t *count, size_t item_size,
                const void *item);

#endif
